"""The marked place of a document where something is to be set in.

Three marks count, in this order: a content control with the tag, a bookmark, and a
paragraph that says the mark and nothing else. What was set in before stands between the
bookmarks, so that it is found again when another program has dropped the control.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from templates_docx.accepted import text_of
from templates_docx.errors import UnusableTemplateError
from templates_docx.wordml import attribute, local, value

_BLOCKS = "body", "tc", "sdtContent"
_TEXTS = {
    "none": (
        (
            "Dokumentet har ikke noe merket sted for avsnittet. Sett inn en"
            " innholdskontroll med koden {tag}, et bokmerke som heter {bookmark},"
            " eller et avsnitt der det bare står {text}."
        ),
        (
            "Dokumentet har ikkje nokon merkt stad for avsnittet. Set inn ein"
            " innhaldskontroll med koden {tag}, eit bokmerke som heiter {bookmark},"
            " eller eit avsnitt der det berre står {text}."
        ),
    ),
    "twice": (
        "Stedet er merket to ganger. La bare det ene merket stå.",
        "Staden er merkt to gonger. La berre det eine merket stå.",
    ),
    "part": (
        (
            "Merket står inne i en linje eller rundt en tabellrad. La det stå i et"
            " avsnitt for seg selv."
        ),
        (
            "Merket står inne i ei linje eller rundt ei tabellrad. La det stå i eit"
            " avsnitt for seg sjølv."
        ),
    ),
    "where": (
        "Merket står der det ikke er plass til en tabell. Flytt det ut i teksten.",
        "Merket står der det ikkje er plass til ein tabell. Flytt det ut i teksten.",
    ),
    "around": (
        "Bokmerket {bookmark} står rundt tekst. La det stå i et tomt avsnitt.",
        "Bokmerket {bookmark} står rundt tekst. La det stå i eit tomt avsnitt.",
    ),
    "break": (
        "Det står et seksjonsskift på det merkede stedet. Flytt det ut derfra.",
        "Det står eit seksjonsskift på den merkte staden. Flytt det ut derifrå.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How a place may be marked: tag of a control, bookmark, text of a paragraph.

    `inner` begins the names of the bookmarks that stand in what is set in.
    """

    tag: str
    bookmark: str
    inner: str
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Neighbouring blocks that give way to what is set in; `blocks` is never empty."""

    blocks: tuple[etree._Element, ...]

    @property
    def first(self) -> etree._Element:
        """The first of the blocks."""
        return self.blocks[0]


class _UnfitError(Exception):
    """Nothing is marked, or what is cannot give way; the code says which."""


def find_place(root: etree._Element, mark: Mark, *, language: str) -> Place:
    """Return the marked place of a document part.

    Raises:
        UnusableTemplateError: nothing is marked, or what is cannot give way; the text
            is in the language.
    """
    try:
        return _fit_place(root, mark)
    except _UnfitError as problem:
        ways = {"tag": mark.tag, "bookmark": mark.bookmark, "text": mark.texts[0]}
        said = _TEXTS[str(problem)][language == "nn"].format(**ways)
        raise UnusableTemplateError(said, where=mark.tag) from None


def _fit_place(root: etree._Element, mark: Mark) -> Place:
    found = _by_control(root, mark) or _by_bookmark(root, mark) or _by_text(root, mark)
    if found is None:
        raise _UnfitError("none")
    for block in found.blocks:
        if next(block.iter("{*}sectPr"), None) is not None:
            raise _UnfitError("break")
    return found


def _by_control(root: etree._Element, mark: Mark) -> Place | None:
    tagged = [
        node
        for node in root.iter("{*}sdt")
        if value(node.find("{*}sdtPr/{*}tag")) == mark.tag
    ]
    if not tagged:
        return None
    if len(tagged) > 1:
        raise _UnfitError("twice")
    return Place(blocks=(_whole_block(tagged[0]),))


def _by_bookmark(root: etree._Element, mark: Mark) -> Place | None:
    blocks = _between_bookmarks(root, mark)
    if not blocks:
        return None
    if not any(_was_set_in(block, mark) for block in blocks):
        _require_empty(blocks, mark)
    return Place(blocks=tuple(_as_block(block) for block in blocks))


def _by_text(root: etree._Element, mark: Mark) -> Place | None:
    """A text box holds its paragraphs twice, and no tables fit in it."""
    said = [
        paragraph
        for paragraph in root.iter("{*}p")
        if text_of(paragraph).strip() in mark.texts
        and next(paragraph.iterancestors("{*}txbxContent"), None) is None
    ]
    if len(said) > 1:
        raise _UnfitError("twice")
    return Place(blocks=(_as_block(said[0]),)) if said else None


def _between_bookmarks(root: etree._Element, mark: Mark) -> list[etree._Element]:
    """The blocks from the one where the bookmark begins to the one where it ends."""
    marks = bookmark_marks(root, mark.bookmark)
    return _blocks_between(marks[0], marks[-1]) if marks else []


def bookmark_marks(root: etree._Element, bookmark: str) -> list[etree._Element]:
    """Return the starts and ends of a bookmark, in order; none without it.

    LibreOffice 7.4 writes a bookmark around several paragraphs as two, one at each end.
    """
    every = list(root.iter("{*}bookmarkStart", "{*}bookmarkEnd"))
    numbers = [attribute(e, "id") for e in every if attribute(e, "name") == bookmark]
    return [e for e in every if attribute(e, "id") in numbers]


def _blocks_between(start: etree._Element, end: etree._Element) -> list[etree._Element]:
    parent = _shared_parent(start, end)
    if parent is None:
        return []
    first, last = _child_with(parent, start), _child_with(parent, end)
    inside = itertools.dropwhile(lambda block: block is not first, parent)
    blocks = list(_until(inside, last))
    return blocks[:-1] if len(blocks) > 1 and _begins(end, last) else blocks


def _until(
    blocks: Iterator[etree._Element], last: etree._Element
) -> Iterator[etree._Element]:
    for block in blocks:
        yield block
        if block is last:
            return


def _shared_parent(start: etree._Element, end: etree._Element) -> etree._Element | None:
    above = set(end.iterancestors())
    return next(
        (
            node
            for node in start.iterancestors()
            if node in above and local(node) in _BLOCKS
        ),
        None,
    )


def _child_with(parent: etree._Element, inner: etree._Element) -> etree._Element:
    line: Sequence[etree._Element] = [inner, *inner.iterancestors()]
    return next(node for node in line if node.getparent() is parent)


def _whole_block(control: etree._Element) -> etree._Element:
    """A control inside a line gives way with the line, when it stands alone there."""
    parent = control.getparent()
    if parent is not None and local(parent) in _BLOCKS:
        return control
    line = next(control.iterancestors("{*}p"), None)
    if line is None or text_of(line) != text_of(control):
        raise _UnfitError("part")
    return _as_block(line)


def _as_block(line: etree._Element) -> etree._Element:
    """A paragraph where a table can stand as well."""
    parent = line.getparent()
    if parent is None or local(parent) not in _BLOCKS:
        raise _UnfitError("where")
    return line


def _begins(end: etree._Element, block: etree._Element) -> bool:
    """Word lets a bookmark end at the very start of the paragraph that follows it."""
    before = {local(node) for node in end.itersiblings(preceding=True)}
    return end.getparent() is block and before <= {"pPr", "bookmarkEnd"}


def _was_set_in(block: etree._Element, mark: Mark) -> bool:
    """What we set in has a bookmark of ours inside, whatever has saved it since."""
    names = (attribute(start, "name") or "" for start in block.iter("{*}bookmarkStart"))
    return any(name.startswith(mark.inner) for name in names)


def _require_empty(blocks: Sequence[etree._Element], mark: Mark) -> None:
    said = "".join(text_of(block) for block in blocks).strip()
    if said and said not in mark.texts:
        raise _UnfitError("around")
