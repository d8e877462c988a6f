"""The few marks that the pictures are made of, as SVG text.

Only presentation attributes are used: no style, no script and nothing from elsewhere,
so that the pictures stand under the strictest content security policy. Everything that
comes from people goes through `lettering.clean` and is escaped here.
Source: SVG 2, https://www.w3.org/TR/SVG2/; contrast by WCAG 2.2, 1.4.3 and 1.4.11.
"""

from __future__ import annotations

from hashlib import sha256
from xml.sax.saxutils import escape

from connector.pictures.lettering import clean
from connector.pictures.states import Tone

NAMESPACE = "http://www.w3.org/2000/svg"
FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"

PAPER = "#FBFBF9"
CARD = "#FFFFFF"
INK = "#1D2A35"
MUTED = "#4C5A66"
RULE = "#C9D1D6"
ACROSS = "#A2421B"

BAND = {"development": "#E8F1EE", "decision": "#EAEEF6"}
LINE_INK = {"development": "#1B5E57", "decision": "#2C4678"}
LINE_EDGE = {"development": "#4B827B", "decision": "#66789F"}

TONE_INK = {
    Tone.DONE: "#1C6A3A",
    Tone.CHANGED: "#7A4F00",
    Tone.REFUSED: "#962439",
    Tone.ONGOING: "#2F5488",
    Tone.WAITING: "#5A4A86",
    Tone.LATE: "#A13A0E",
}

# States that are not the end of the matter have a dashed border beside shape and word.
UNFINISHED = frozenset({Tone.ONGOING, Tone.WAITING, Tone.LATE})

Number = int | float


def element(name: str, *children: str, **attributes: str | Number) -> str:
    """Return one element; `_` in a name of an attribute is written as `-`.

    Children are SVG already; the values of attributes are cleaned and escaped here.
    """
    written = "".join(
        f' {key.strip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
    )
    inner = "".join(children)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def words(name: str, text: str, **attributes: str | Number) -> str:
    """Return an element that holds nothing but `text`, cleaned and escaped."""
    return element(name, escape(clean(text)) or " ", **attributes)


def lettered(
    text: str,
    *,
    x: Number,
    y: Number,
    size: Number = 12,
    fill: str = INK,
    **more: str | Number,
) -> str:
    """Return one line of text with its base line at `y`."""
    return words("text", text, x=x, y=y, font_size=size, fill=fill, **more)


def picture(
    *marks: str,
    size: tuple[Number, Number],
    title: str,
    description: str,
    language: str,
    has_links: bool,
) -> str:
    """Return the whole standalone picture with its accessible name and description.

    `role="img"` hides everything inside from assistive technology; a picture with links
    is therefore a `group`. Source: WAI-ARIA 1.2, «Children Presentational».
    The ids are made from the contents, so two pictures on a page do not share them.
    """
    told = clean(f"{title} {description}")
    mark = sha256("".join((told, *marks)).encode()).hexdigest()[:10]
    return element(
        "svg",
        words("title", title, id=f"t{mark}"),
        words("desc", description, id=f"d{mark}"),
        element("rect", width=size[0], height=size[1], fill=PAPER, rx=14),
        *marks,
        xmlns=NAMESPACE,
        viewBox=f"0 0 {number(size[0])} {number(size[1])}",
        width=size[0],
        height=size[1],
        role="group" if has_links else "img",
        aria_labelledby=f"t{mark}",
        aria_describedby=f"d{mark}",
        lang=language,
        font_family=FONT,
    )


def sign(tone: Tone, *, x: Number, y: Number) -> str:
    """Return the shape of a tone, 12 by 12, with its upper left corner at (x, y)."""
    return element(
        "g",
        _SIGNS[tone],
        transform=f"translate({number(x)} {number(y)})",
        fill="none",
        stroke=TONE_INK[tone],
        stroke_width=1.6,
        stroke_linecap="round",
        stroke_linejoin="round",
        data_sign=tone,
    )


def number(value: Number) -> str:
    """Return a number with at most one decimal, and never «-0»."""
    return f"{round(value, 1) + 0:.1f}".removesuffix(".0")


def _value(value: str | Number) -> str:
    if isinstance(value, int | float):
        return number(value)
    return escape(clean(value), {'"': "&quot;"})


def _filled(shape: str, tone: Tone, inner: str) -> str:
    return element("path", d=shape, fill=TONE_INK[tone]) + element(
        "path", d=inner, stroke=CARD, stroke_width=1.8
    )


_RING = "M6 .8a5.2 5.2 0 1 1 0 10.4a5.2 5.2 0 1 1 0-10.4z"

_SIGNS = {
    Tone.DONE: _filled(_RING, Tone.DONE, "M3.4 6.2l1.9 1.9l3.4-3.8"),
    Tone.CHANGED: element("path", d=_RING)
    + element(
        "path",
        d="M6 .8a5.2 5.2 0 0 1 0 10.4z",
        fill=TONE_INK[Tone.CHANGED],
    ),
    Tone.REFUSED: _filled(
        "M1 1h10v10h-10z", Tone.REFUSED, "M3.6 3.6l4.8 4.8m0-4.8l-4.8 4.8"
    ),
    Tone.ONGOING: element("path", d=_RING)
    + element("path", d="M4.6 3.6l3.8 2.4l-3.8 2.4z", fill=TONE_INK[Tone.ONGOING]),
    Tone.WAITING: element("path", d=_RING) + element("path", d="M4.6 4v4m2.8-4v4"),
    Tone.LATE: _filled("M6 1l5.2 9.8h-10.4z", Tone.LATE, "M6 4.8v2.4m0 1.8v.1"),
}
