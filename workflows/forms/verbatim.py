"""Texts that travel unaltered, such as a party's dissent, and the seal of each.

A seal is `vt:v1:` and SHA-256 in lower-case hex over the words alone: Unicode NFC,
every run of white space (line and paragraph breaks too) as one space, none at the ends.
So the same dissent has the same seal in every kind of document, as plain text or as
paragraphs, whatever its formatting. Unlike a fingerprint it does not forgive another
style of quotation marks: what a party said is kept to the letter. A change of this
algorithm takes a new version in the prefix.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.forms.fields import Field, FieldType, Form, Writer
from workflows.forms.rich import rich_text
from workflows.forms.values import Values

_PREFIX = "vt:v1:"
_PARTY_COLUMN = "part"
_PARTY_OF = {Writer.ADMINISTRATION: "A", Writer.ELECTED: "F", Writer.UNION: "T"}


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """One text that must not be altered; `row` and `column` are empty outside tables.

    `party` is `A`, `F`, `T`, or empty where neither row nor field names a party.
    """

    field: str
    row: str = ""
    column: str = ""
    party: str = ""
    seal: str

    @property
    def where(self) -> str:
        """The place as findings name it: `m_remarks_t` or `m_accept[r1].merknad`."""
        return f"{self.field}[{self.row}].{self.column}" if self.column else self.field

    def says_as(self, other: Sealed) -> bool:
        """Say whether the same party says the same in the same field of a document."""
        return self._of_party == other._of_party and self.seal == other.seal

    def stands_for(self, other: Sealed) -> bool:
        """Say whether this stands in the row of the other, or is the party's own."""
        is_same_row = (self.field, self.row) == (other.field, other.row)
        return is_same_row or self._of_party == other._of_party

    @property
    def _of_party(self) -> tuple[str, str, str]:
        return self.field, self.column, self.party


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A sealed text that is not as it was: altered, or gone where `is_gone`."""

    sealed: Sealed
    is_gone: bool


def seal(text: str | Sequence[Any]) -> str:
    """Return the seal of a plain text, or of a rich text as its paragraphs."""
    plain = text if isinstance(text, str) else rich_text(text)
    words = " ".join(unicodedata.normalize("NFC", plain).split())
    return _PREFIX + hashlib.sha256(words.encode("utf-8")).hexdigest()


def sealed_texts(form: Form, values: Values) -> tuple[Sealed, ...]:
    """Return every verbatim text that is given, in the order of the form.

    The values have no faults. A text without words is none.
    """
    return tuple(
        found
        for field in form.fields
        if values.get(field.key)
        for found in _of_field(field, values[field.key])
        if found.seal != _BLANK
    )


def breaches(before: Sequence[Sealed], now: Sequence[Sealed]) -> Iterator[Breach]:
    """Yield what of the sealed texts is not as it was, in their order.

    A row that moved, or has another id, breaks nothing as long as the same party still
    says the same. Texts that came later break nothing either.
    """
    known = {found.seal for found in before}
    for kept in before:
        if not any(found.says_as(kept) for found in now):
            is_altered = any(
                found.stands_for(kept) and found.seal not in known for found in now
            )
            yield Breach(sealed=kept, is_gone=not is_altered)


def _of_field(field: Field, value: Any) -> Iterator[Sealed]:
    if field.type is FieldType.TABLE:
        for row in value:
            yield from _of_row(field, row)
    elif field.verbatim:
        party = _PARTY_OF.get(field.writer, "")
        yield Sealed(field=field.key, party=party, seal=seal(value))


def _of_row(field: Field, row: Mapping[str, Any]) -> Iterator[Sealed]:
    for column in field.columns:
        if column.verbatim and row.get(column.key):
            yield Sealed(
                field=field.key,
                row=str(row["_id"]),
                column=column.key,
                party=row.get(_PARTY_COLUMN) or "",
                seal=seal(row[column.key]),
            )


_BLANK = seal("")
