"""Comments and tracked changes of several parties as rows, with what became of each.

The rows go out as a document of the kind `comment-matrix` and come in again by reading
it. The same remark has the same id in every copy of a document and every time it is
read, so a matrix that people have filled in can take in more without losing a word.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from templates_docx.display import one_kind_of_break
from templates_docx.read import Reading
from templates_docx.slots import PARTY_COLUMN, title_of
from workflows.forms.catalogue import form
from workflows.forms.fields import Choice, Field, Form, Label

KIND = "comment-matrix"
_ROWS = "x_rows"
_COMMENT = "comment"
_UNKNOWN = Label(nb="Ukjent part", nn="Ukjend part")
_NO_HEADING = Label(nb="Uten overskrift", nn="Utan overskrift")
_PROPOSALS = {
    "insertion": Label(
        nb="Foreslår å sette inn teksten.", nn="Foreslår å setje inn teksten."
    ),
    "deletion": Label(nb="Foreslår å stryke teksten.", nn="Foreslår å stryke teksten."),
    "move": Label(
        nb="Foreslår å flytte teksten hit.", nn="Foreslår å flytte teksten hit."
    ),
    "format": Label(
        nb="Foreslår å endre utseendet på teksten.",
        nn="Foreslår å endre utsjånaden på teksten.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    """One remark. `party` is a party's or union's name, or that nobody knows.

    `place` is the section and field, or the heading; `verdict` and `anchor` are keys of
    the form's choices; `now` tells where the text went, or what looks most like it.
    """

    id: str
    number: int
    party: str
    place: str
    quoted: str
    remark: str
    verdict: str = ""
    reason: str = ""
    anchor: str = ""
    now: str = ""


def harvest(
    readings: Iterable[Reading], *, parties: Mapping[str, str], language: str
) -> tuple[MatrixRow, ...]:
    """Return a row for each comment and each tracked change, none twice.

    `parties` gives `A`, `F`, `T` or the name of a union for each author as the file
    names them. Copies of one document are given together: a comment that stands in
    several of them is one row.
    """
    found: dict[str, MatrixRow] = {}
    for reading in readings:
        for row in _rows(reading, parties, language=language):
            found.setdefault(row.id, row)
    return _numbered(found.values())


def continued(
    former: Sequence[MatrixRow], found: Iterable[MatrixRow], *, language: str
) -> tuple[MatrixRow, ...]:
    """Return the former rows as people have filled them in, then those that are new.

    A row stays though its comment has been taken out of the document: it was asked.
    """
    new = {row.id: row for row in found}
    kept = [_kept(row, new.pop(row.id, row), language=language) for row in former]
    return _numbered((*kept, *(replace(row, number=0) for row in new.values())))


def is_unknown(row: MatrixRow, *, language: str) -> bool:
    """Say whether nobody has told which party the author of a remark belongs to."""
    return row.party.startswith(_UNKNOWN.in_(language))


def head_of(about: Reading, *, language: str) -> dict[str, Any]:
    """Return the values of a matrix without rows: which document it is about."""
    return {
        "x_title": _title(about) or _stem(about.file),
        "x_about": reference_to(about),
        "x_language": language,
    }


def reference_to(reading: Reading) -> str:
    """Return document and version, or the name of the file where it has neither."""
    reference = reading.document or _stem(reading.file)
    return f"{reference}, v{reading.version}" if reading.version else reference


def rows_to(rows: Iterable[MatrixRow]) -> dict[str, Any]:
    """Return the value of the field that holds the rows."""
    return {_ROWS: [_as_cells(row) for row in rows]}


def rows_from(values: Mapping[str, Any]) -> tuple[MatrixRow, ...]:
    """Return the rows that a matrix holds, in their order."""
    return tuple(_from_cells(cells) for cells in values.get(_ROWS) or ())


def label_of(known: Form | None, where: str, *, language: str) -> str:
    """Return section and field of a place such as `m_effect.maal`, else the heading."""
    key, _, column = where.partition(".")
    if known is None or key not in known.by_key:
        return where or _NO_HEADING.in_(language)
    field = known.field(key)
    section = next(each for each in known.sections if field in each.fields)
    labels = [section.label, field.label, *_columns(field, column)]
    return " – ".join(label.in_(language) for label in labels)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A comment or a change, told alike; `kind` is `comment` or that of the change."""

    kind: str
    author: str
    at: str
    where: str
    quoted: str
    said: str

    @property
    def seed(self) -> str:
        """What stays the same while the text around it is worked on."""
        words = self.said if self.kind == _COMMENT else self.quoted
        fixed = (self.at,) if self.at else (self.where, self.quoted)
        return "\x1f".join((self.kind, self.author, words, *fixed))


def _rows(
    reading: Reading, parties: Mapping[str, str], *, language: str
) -> Iterator[MatrixRow]:
    known = form(reading.kind) if reading.kind else None
    seen: Counter[str] = Counter()
    for found in _found(reading, language=language):
        seen[found.seed] += 1
        yield MatrixRow(
            id=_digest(f"{found.seed}\x1f{seen[found.seed]}"),
            number=0,
            party=_party(found.author, parties, language=language),
            place=label_of(known, found.where, language=language),
            quoted=one_kind_of_break(found.quoted),
            remark=one_kind_of_break(found.said),
        )


def _found(reading: Reading, *, language: str) -> Iterator[_Found]:
    for comment in reading.comments:
        yield _Found(
            kind=_COMMENT,
            author=comment.author,
            at=comment.at,
            where=comment.where,
            quoted=comment.quoted,
            said=comment.text,
        )
    for change in reading.changes:
        yield _Found(
            kind=change.kind,
            author=change.author,
            at=change.at,
            where=change.where,
            quoted=change.text,
            said=_PROPOSALS[change.kind].in_(language),
        )


def _digest(seed: str) -> str:
    return f"k-{hashlib.sha256(seed.encode()).hexdigest()[:12]}"


def _party(author: str, parties: Mapping[str, str], *, language: str) -> str:
    if author not in parties:
        return f"{_UNKNOWN.in_(language)}: {author or '–'}"
    named = parties[author]
    labels = {choice.key: choice.label for choice in _parties()}
    return labels[named].in_(language) if named in labels else named


def _parties() -> tuple[Choice, ...]:
    """The three parties, as the forms name them."""
    column = form("mandate").field("m_accept").columns
    return next(each.choices for each in column if each.key == PARTY_COLUMN)


def _kept(row: MatrixRow, found: MatrixRow, *, language: str) -> MatrixRow:
    """What people wrote stands; what was said and of which text, is as harvested."""
    is_named = is_unknown(row, language=language)
    party = found.party if is_named else row.party
    return replace(row, party=party, quoted=found.quoted, remark=found.remark)


def _numbered(rows: Iterable[MatrixRow]) -> tuple[MatrixRow, ...]:
    """Numbers once given stay; new rows go on from the highest."""
    listed = list(rows)
    highest = max((row.number for row in listed), default=0)
    numbers = itertools.count(highest + 1)
    return tuple(
        row if row.number else replace(row, number=next(numbers)) for row in listed
    )


def _title(reading: Reading) -> str:
    key = title_of(form(reading.kind)) if reading.kind else ""
    named = reading.values.get(key)
    return " ".join(named.split()) if isinstance(named, str) else ""


def _stem(file: str) -> str:
    return PurePath(file).stem or "–"


def _columns(field: Field, key: str) -> tuple[Label, ...]:
    return tuple(column.label for column in field.columns if column.key == key)


def _as_cells(row: MatrixRow) -> dict[str, Any]:
    cells = {
        "nr": str(row.number),
        "fra": row.party,
        "sted": row.place,
        "sitat": row.quoted,
        "merknad": row.remark,
        "vurdering": row.verdict,
        "begrunnelse": row.reason,
        "gjenfinning": row.anchor,
        "staar_naa": row.now,
    }
    return {"_id": row.id} | {key: cell for key, cell in cells.items() if cell}


def _from_cells(cells: Mapping[str, Any]) -> MatrixRow:
    number = cells.get("nr", "")
    return MatrixRow(
        id=cells["_id"],
        number=int(number) if number.isdecimal() else 0,
        party=cells.get("fra", ""),
        place=cells.get("sted", ""),
        quoted=cells.get("sitat", ""),
        remark=cells.get("merknad", ""),
        verdict=cells.get("vurdering", ""),
        reason=cells.get("begrunnelse", ""),
        anchor=cells.get("gjenfinning", ""),
        now=cells.get("staar_naa", ""),
    )
