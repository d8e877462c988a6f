"""Decision texts that come as HTML, reduced to plain text with its lines and numbers.

The result is text and never markup: `<` in it is a character. Scripts and styles
leave nothing behind; of links and pictures only the words stay.
"""

from __future__ import annotations

import html
import re
from typing import Final

from connector.imports.errors import ValueRefusedError
from connector.imports.problems import problem
from connector.imports.values import MAX_TEXT

_BLOCKS: Final = (
    "address|article|aside|blockquote|br|caption|dd|div|dl|dt|footer|h1|h2|h3|h4|h5|h6"
    "|header|hr|li|main|ol|p|pre|section|table|tbody|tfoot|thead|title|tr|ul"
)
_BLOCK_TAGS: Final = frozenset(_BLOCKS.split("|"))
_CELLS: Final = frozenset({"td", "th"})
_LISTS: Final = frozenset({"ol", "ul"})
_INLINE: Final = "a|b|em|font|i|img|script|small|span|strong|style|sub|sup|td|th|u"
_LOOKS_MARKED_UP: Final = re.compile(
    rf"</?(?:{_BLOCKS}|{_INLINE}|html|head|body)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
# A tag ends at the first angle bracket of any kind, so that reading takes linear time
# whatever is damaged; the standard parser takes minutes for some damaged texts.
_TAG: Final = re.compile(
    r"<(?P<end>/?)(?P<name>[a-z][a-z0-9:]*)[^<>]*+>|<[!?][^<>]*+>", re.IGNORECASE
)
_UNSEEN: Final = frozenset({"script", "style"})
_MARKUP_FORMATS: Final = frozenset({"markup", "html", "xhtml", "text/html"})


def plain_text(raw: str, *, text_format: str = "") -> str:
    """Return the text without markup, one line for each paragraph or list item.

    It is read as HTML when the format says so, or when it holds a tag that HTML has:
    the format is an open code, and «areal < 50 m²» is no tag.

    Raises:
        ValueRefusedError: the text is longer than `MAX_TEXT` characters.
    """
    if len(raw) > MAX_TEXT:
        raise ValueRefusedError(problem("too_long", MAX_TEXT))
    says_markup = text_format.strip().casefold() in _MARKUP_FORMATS
    if says_markup or _LOOKS_MARKED_UP.search(raw):
        return _without_markup(raw)
    return raw


def _without_markup(raw: str) -> str:
    reader = _TextReader()
    text = _without_comments(raw)
    position = 0
    for tag in _TAG.finditer(text):
        reader.words(text[position : tag.start()])
        reader.tag((tag["name"] or "").casefold(), is_end=bool(tag["end"]))
        position = tag.end()
    reader.words(text[position:])
    return reader.text()


def _without_comments(raw: str) -> str:
    """Return the text without comments; one that is never closed goes to the end."""
    before, *commented = raw.split("<!--")
    return before + "".join(part.partition("-->")[2] for part in commented)


class _TextReader:
    """Collects the words, a line break at each block, and the numbers of lists."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        # One counter for each open list; None for a list without numbers.
        self._lists: list[int | None] = []
        self._unseen: str | None = None

    def text(self) -> str:
        """Return the lines that have words."""
        lines = "".join(self._parts).split("\n")
        worded = (" ".join(line.split()) for line in lines)
        return "\n".join(line for line in worded if line)

    def words(self, escaped: str) -> None:
        """Keep what stands between two tags, unless it is a script or a style."""
        if self._unseen is None:
            self._parts.append(" ".join(re.split(r"\s+", html.unescape(escaped))))

    def tag(self, name: str, *, is_end: bool) -> None:
        """Break the line at a block; number the items of a list."""
        if name in _UNSEEN:
            self._cover(name, is_end=is_end)
        if name in _LISTS:
            self._nest(name, is_end=is_end)
        self._parts.append(self._space_for(name, is_end=is_end))

    def _cover(self, name: str, *, is_end: bool) -> None:
        if not is_end:
            self._unseen = self._unseen or name
        elif name == self._unseen:
            self._unseen = None

    def _nest(self, name: str, *, is_end: bool) -> None:
        if not is_end:
            self._lists.append(0 if name == "ol" else None)
        elif self._lists:
            self._lists.pop()

    def _space_for(self, name: str, *, is_end: bool) -> str:
        if name in _CELLS:
            return " "
        if name == "li" and not is_end:
            return "\n" + self._next_mark()
        return "\n" if name in _BLOCK_TAGS else ""

    def _next_mark(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        self._lists[-1] = number + 1
        return f"{number + 1}. "
