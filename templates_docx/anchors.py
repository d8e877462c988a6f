"""Whether the text that a remark was about still stands in the next version.

Words are compared without white space and in one Unicode composition, so that a text
set anew is the same text.
"""

from __future__ import annotations

import difflib
import enum
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from templates_docx import guard
from templates_docx.accepted import accept
from templates_docx.comment_matrix import MatrixRow, label_of
from templates_docx.package import Package
from templates_docx.parts import Parts
from templates_docx.places import texts_by_place, words_of
from templates_docx.read import read
from workflows.forms.catalogue import form

_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
# Below this share of equal letters a sentence is another sentence.
_ALIKE = 0.6


class Anchor(enum.StrEnum):
    """Where the text went: the keys of the form's choices."""

    KEPT = "kept"
    MOVED = "moved"
    GONE = "gone"


def anchored(
    rows: Iterable[MatrixRow], next_version: bytes, *, language: str
) -> tuple[MatrixRow, ...]:
    """Return the rows with what the next version, a Word file, did to their texts.

    `now` names the place of a text that moved; of one that is gone it quotes the
    sentence of the same place that is most like it, if any is. A remark on no text in
    particular stays as long as its place does.

    Raises:
        RefusedFileError: the file is unsafe, broken, or no Word document.
    """
    document = _Document.of(next_version, language=language)
    return tuple(document.anchored(row) for row in rows)


@dataclass(frozen=True, kw_only=True)
class _Document:
    """The paragraphs of a document by place, and squeezed for comparing."""

    whole: str
    squeezed: Mapping[str, str]
    sentences: Mapping[str, list[str]]

    @classmethod
    def of(cls, data: bytes, *, language: str) -> _Document:
        kind = read(data).kind
        known = form(kind) if kind else None
        places: dict[str, list[str]] = {}
        roots = list(_accepted(data))
        for root in roots:
            for where, paragraphs in texts_by_place(root).items():
                label = label_of(known, where, language=language)
                places.setdefault(label, []).extend(paragraphs)
        return cls(
            whole=_squeezed("".join("".join(words_of(root)) for root in roots)),
            squeezed={each: _squeezed("".join(said)) for each, said in places.items()},
            sentences={each: _sentences(said) for each, said in places.items()},
        )

    def anchored(self, row: MatrixRow) -> MatrixRow:
        anchor, now = self._find(row.place, _squeezed(row.quoted))
        if anchor is Anchor.GONE:
            now = self._alike(row)
        return replace(row, anchor=anchor.value, now=now)

    def _find(self, place: str, quoted: str) -> tuple[Anchor, str]:
        if place in self.squeezed and quoted in self.squeezed[place]:
            return Anchor.KEPT, ""
        if not quoted:
            return Anchor.GONE, ""
        holding = [each for each, said in self.squeezed.items() if quoted in said]
        if holding:
            return Anchor.MOVED, min(holding, key=lambda each: len(self.squeezed[each]))
        # A text that runs over several places, such as two fields, is in none of them.
        return (Anchor.KEPT if quoted in self.whole else Anchor.GONE), ""

    def _alike(self, row: MatrixRow) -> str:
        near = self.sentences.get(row.place, [])
        return next(
            iter(difflib.get_close_matches(row.quoted, near, n=1, cutoff=_ALIKE)), ""
        )


def _accepted(data: bytes) -> Iterator[etree._Element]:
    package = Package.open(data)
    for name in Parts.of(package).with_text:
        if name in package:
            root = guard.parse(package.read(name), name=name)
            accept(root)
            yield root


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def _sentences(paragraphs: Iterable[str]) -> list[str]:
    return [
        sentence
        for paragraph in paragraphs
        for sentence in _SENTENCE.split(paragraph.strip())
        if sentence
    ]
