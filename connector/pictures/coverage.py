"""Two small pictures of what decisions rest on: how many of each, and how it works.

Each status has a shape, a word and a number, so that colour says nothing alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from connector.pictures import svg
from connector.pictures.states import Tone
from connector.pictures.words import Language, Words
from workflows.trace.statuses import Status

TONES: Mapping[Status, Tone] = MappingProxyType(
    {
        Status.COVERED: Tone.DONE,
        Status.SUSPECT: Tone.CHANGED,
        Status.JUSTIFIED: Tone.WAITING,
        Status.MISSING: Tone.LATE,
        Status.SET_ASIDE: Tone.REFUSED,
    }
)
NAMES: Mapping[Status, Words] = MappingProxyType(
    {
        Status.COVERED: Words("Har grunnlag", "Har grunnlag"),
        Status.SUSPECT: Words("Endret etterpå", "Endra etterpå"),
        Status.JUSTIFIED: Words("Begrunnet uten grunnlag", "Grunngjeve utan grunnlag"),
        Status.MISSING: Words("Uten grunnlag", "Utan grunnlag"),
        Status.SET_ASIDE: Words(
            "Satt til side av et nytt vedtak", "Sett til side av eit nytt vedtak"
        ),
    }
)
_TITLE = Words("Hva vedtakspunktene bygger på", "Kva vedtakspunkta byggjer på")
_WIDTH, _ROW, _LEFT, _LONGEST = 640, 34, 260, 300

_HOW = MappingProxyType(
    {
        "title": Words("Slik henger det sammen", "Slik heng det saman"),
        "told": Words(
            "Kommunestyret vedtok punkt 1 på grunnlag av versjon 1.0 av en leveranse. "
            "Senere er partene enige om versjon 2.0. Da står det «endret etterpå» til "
            "kommunedirektøren har sagt om endringen har noe å si for vedtaket.",
            "Kommunestyret vedtok punkt 1 på grunnlag av versjon 1.0 av ein leveranse. "
            "Seinare er partane samde om versjon 2.0. Då står det «endra etterpå» til "
            "kommunedirektøren har sagt om endringa har noko å seie for vedtaket.",
        ),
        "output": Words("Leveranse O-101", "Leveranse O-101"),
        "old": Words("Versjon 1.0", "Versjon 1.0"),
        "new": Words("Versjon 2.0", "Versjon 2.0"),
        "decision": Words("Vedtak i C03, punkt 1", "Vedtak i C03, punkt 1"),
        "decided": Words("bygger på 1.0", "byggjer på 1.0"),
        "changed": Words("endret etterpå", "endra etterpå"),
        "who": Words("kommunedirektøren ser på det", "kommunedirektøren ser på det"),
    }
)


def coverage_svg(counted: Mapping[str, int], *, language: Language) -> str:
    """Return a bar for each status that any decision item has, with its number."""
    shown = [status for status in TONES if counted.get(status)]
    longest = max((counted[status] for status in shown), default=1)
    marks = [
        mark
        for place, status in enumerate(shown)
        for mark in _bar(status, counted[status], longest, place, language)
    ]
    told = ", ".join(
        f"{NAMES[status].of(language)}: {counted[status]}" for status in shown
    )
    return svg.picture(
        *marks,
        size=(_WIDTH, 20 + _ROW * max(1, len(shown))),
        title=_TITLE.of(language),
        description=told or "0",
        language=language,
        has_links=False,
    )


def links_svg(*, language: Language) -> str:
    """Return how a link holds, and what a new version does to it."""
    say = {key: words.of(language) for key, words in _HOW.items()}
    return svg.picture(
        *_boxes(say),
        *_lines(say),
        size=(640, 230),
        title=say["title"],
        description=say["told"],
        language=language,
        has_links=False,
    )


def _bar(
    status: Status, count: int, longest: int, place: int, language: Language
) -> Iterator[str]:
    y = 10 + _ROW * place
    tone = TONES[status]
    yield svg.sign(tone, x=16, y=y + 11)
    yield svg.lettered(NAMES[status].of(language), x=36, y=y + 22, size=13)
    width = max(4, _LONGEST * count / longest)
    yield svg.element(
        "rect",
        x=_LEFT,
        y=y + 7,
        width=width,
        height=20,
        rx=4,
        fill=svg.TONE_INK[tone],
    )
    yield svg.lettered(
        str(count), x=_LEFT + width + 10, y=y + 22, size=13, font_weight="bold"
    )


def _boxes(say: Mapping[str, str]) -> Iterator[str]:
    yield svg.lettered(say["output"], x=24, y=36, size=14, font_weight="bold")
    for text, y in ((say["old"], 54), (say["new"], 150)):
        yield _box(24, y, 150, "development")
        yield svg.lettered(text, x=44, y=y + 32, size=14)
    yield svg.lettered(say["decision"], x=440, y=36, size=14, font_weight="bold")
    yield _box(440, 54, 176, "decision")
    yield svg.sign(Tone.DONE, x=456, y=74)
    yield svg.lettered(say["decided"], x=476, y=86, size=13)


def _box(x: int, y: int, width: int, line: str) -> str:
    return svg.element(
        "rect",
        x=x,
        y=y,
        width=width,
        height=52,
        rx=9,
        fill=svg.BAND[line],
        stroke=svg.LINE_EDGE[line],
    )


def _lines(say: Mapping[str, str]) -> Iterator[str]:
    yield _line("M174 80H440")
    yield _line("M99 106V150")
    yield _line("M174 176H528V106", dashed=True)
    yield svg.sign(Tone.CHANGED, x=200, y=186)
    yield svg.lettered(say["changed"], x=220, y=197, size=13)
    yield svg.lettered(say["who"], x=220, y=215, size=13, fill=svg.MUTED)


def _line(way: str, *, dashed: bool = False) -> str:
    more = {"stroke_dasharray": "6 5"} if dashed else {}
    return svg.element(
        "path", d=way, fill="none", stroke=svg.INK, stroke_width=1.6, **more
    )
