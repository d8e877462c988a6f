"""One document's texts, escaped and in the places that the plans of a template know.

`pool` holds for every single control, in the order of `Places`: its text in the store,
its text as shown, its node in the store; then the heads of fields that consist of
several nodes, and the identity, which is the head of the store and a line for people.
A table holds the same, each place a column.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from templates_docx.segments import Source
from templates_docx.slots import NO_PARTY, Slot, slots_of
from templates_docx.store import Identity
from workflows.forms.fields import Field, FieldType, Form

SINGLE = FieldType.TEXT, FieldType.AUTO, FieldType.DATE, FieldType.CHOICE
RECORD = FieldType.PERSON, FieldType.REF, FieldType.SIG
GIVEN, UNSET = b">", b' unset="1">'
_ORDER = {Source.STORED: 0, Source.SHOWN: 1, Source.NODE: 2}


@dataclass(frozen=True)
class Places:
    """Where the texts of slots stand in a pool; `slots` are of a form or of a table."""

    slots: tuple[Slot, ...]

    def of(self, slot: Slot, source: Source) -> int | None:
        """Return the place of a text, `None` when the slot is not among these."""
        place = self._ordered.get((slot.field, slot.leaf))
        return None if place is None else len(self.slots) * _ORDER[source] + place

    @property
    def after(self) -> int:
        """Where the pool goes on after all slots."""
        return len(self.slots) * len(_ORDER)

    @functools.cached_property
    def _ordered(self) -> Mapping[tuple[str, str], int]:
        return {(one.field, one.leaf): n for n, one in enumerate(self.slots)}


def pool_of(
    stored: list[Any], shown: list[Any], nodes: list[Any], *more: Any
) -> list[Any]:
    """Return a pool in the order of `Places`."""
    return [*stored, *shown, *nodes, *more]


@dataclass(frozen=True, kw_only=True)
class Table:
    """The texts of a table, column by column, and to which party each row belongs.

    `columns` ends with the ids of the rows as attributes, and the tags of their
    controls.
    """

    columns: list[list[bytes]]
    parties: list[str]

    def rows_of(self, party: str) -> list[int]:
        """Return the places of the rows of one party; of all for no party."""
        everyone = range(len(self.parties))
        return [row for row in everyone if not party or self.parties[row] == party]


class Paragraph(NamedTuple):
    """One paragraph of rich text; a look is 1 for bold plus 2 for italic."""

    list: str
    looks: Sequence[int]
    shown: Sequence[bytes]


@dataclass(frozen=True, kw_only=True)
class Filling:
    """All that the parts of one document are made from.

    `given` has the keys of the values, in the order of the form. `said` are the values
    that say something, with what stands by itself, such as a fixed clause; `tables` and
    `rich` hold only those. `exact` are values that the texts would give back in another
    form. In a settled document nobody is to write any more.
    """

    given: Mapping[str, None]
    is_settled: bool
    said: Mapping[str, Any]
    exact: Mapping[str, Any]
    identity: Identity
    pool: list[bytes]
    tables: Mapping[str, Table]
    rich: Mapping[str, Sequence[Paragraph]]


def single_fields(form: Form) -> list[Field]:
    """Return the fields that are one control each, in order."""
    return [one for one in form.fields if one.type in (*SINGLE, FieldType.NUMBER)]


def nested_fields(form: Form) -> list[Field]:
    """Return the fields that are several nodes of the store each, in order."""
    return [one for one in form.fields if one.type not in (*SINGLE, FieldType.NUMBER)]


def places_of(form: Form) -> Places:
    """Return the places of all controls outside tables."""
    records = [field for field in form.fields if field.type in RECORD]
    multis = [field for field in form.fields if field.type is FieldType.MULTI]
    ordered = [*single_fields(form), *records, *multis]
    return Places(tuple(slot for field in ordered for slot in slots_of(field)))


def nodes_of(raw: Sequence[str | None], stored: Sequence[bytes]) -> list[bytes]:
    """Return the nodes of the store for texts: from `>` to the end of each text."""
    if None not in raw:
        return [GIVEN + text for text in stored]
    return [
        UNSET if one is None else GIVEN + text
        for one, text in zip(raw, stored, strict=True)
    ]


def party_of(row: Mapping[str, Any], column: str) -> str:
    """Return the party that a row of a signature table belongs to."""
    return row.get(column) or NO_PARTY
