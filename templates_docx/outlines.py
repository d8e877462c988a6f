"""Values at a glance: their texts in order, and the shape of the document they make.

Documents of one shape differ in nothing but texts, so that `moulds` can cast them. Only
values of the plain kind have an outline: all fields filled, nothing to refuse. For all
others there is the careful way of `gathering`, which tells what is odd.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from templates_docx.cells import Converter, OddValueError, converter, number_text, ticks
from templates_docx.entries import standing_value
from templates_docx.filling import RECORD, single_fields
from templates_docx.relevance import is_settled
from templates_docx.rich_gathering import drafted, plain_runs
from templates_docx.slots import PARTY_COLUMN, slots_of
from templates_docx.table_gathering import TablePlan
from templates_docx.texts import MAX_TEXT
from workflows.forms.fields import Field, FieldType, Form
from workflows.forms.shapes import is_empty

# What values of an odd kind may raise.
_ODD = ValueError, TypeError, KeyError, AttributeError
_KEPT = 64


@dataclass(kw_only=True)
class Outline:
    """The texts of values, none of them empty, in the order of `gathering`.

    `shape` is equal for documents that differ in texts alone. `converted` are texts
    that the body shows otherwise, each stretch with the place of its first; the first
    `single` texts stand outside tables and rich text. `rows` are ids by table;
    `verbatim` are the values that travel sealed.
    """

    given: tuple[str, ...]
    shape: list[Hashable]
    texts: list[str] = field(default_factory=list)
    converted: list[tuple[int, list[bytes]]] = field(default_factory=list)
    single: int = 0
    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    verbatim: Mapping[str, Any] = field(default_factory=dict)

    def add(self, texts: Sequence[Any], convert: Converter | None) -> None:
        """Add texts that the body shows in one way."""
        if convert:
            self.converted.append((len(self.texts), [*map(convert, texts)]))
        self.texts += texts


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What is known of a document from the keys of its values; `keys` in order."""

    keys: tuple[str, ...]
    standing: Mapping[str, Any]
    singles: Sequence[str]
    numbers: Sequence[tuple[int, Field]]
    converters: Sequence[tuple[int, Converter]]
    records: Sequence[tuple[str, Mapping[str, Converter | None]]]
    multis: Sequence[tuple[str, tuple[str, ...]]]
    tables: Sequence[_Rows]
    rich: Sequence[str]
    verbatim: Sequence[str]


class Outliner:
    """Outlines the values of one form in one language; worked out once a template."""

    def __init__(self, form: Form, *, language: str, placed: Collection[str]) -> None:
        self._form = form
        self._language = language
        self._placed = placed
        self._standing = {
            one.key: value
            for one in form.fields
            if (value := standing_value(one, language=language)) is not None
        }
        self._asked = sorted(
            {one.needed_if.field for one in form.fields if one.needed_if}
        )
        self._instead = sorted({one.unless for one in form.fields if one.unless})
        self._plans: dict[tuple[str, ...], _Given] = {}

    def outline(self, values: Mapping[str, Any]) -> Outline | None:
        """Return the outline, `None` for values that need the careful way."""
        try:
            return self._outline(values)
        except _ODD:
            return None

    def _outline(self, values: Mapping[str, Any]) -> Outline:
        keys = tuple(values)
        given = self._plans.get(keys) or self._planned(keys)
        said = {**given.standing, **values}
        outline = Outline(given=given.keys, shape=[given.keys, *self._conditions(said)])
        _add_singles(outline, given, said)
        for key, leaves in given.records:
            _add_record(outline, leaves, said[key])
        outline.single = len(outline.texts)
        for key, choices in given.multis:
            _add_ticks(outline, choices, said[key])
        for table in given.tables:
            table.add(outline, said[table.key], is_given=table.key in values)
        for key in given.rich:
            _add_rich(outline, said[key])
        outline.verbatim = {key: values[key] for key in given.verbatim}
        if not all(outline.texts) or sum(map(len, outline.texts)) > MAX_TEXT:
            raise OddValueError("an empty text, or perhaps one that is too long")
        return outline

    def _conditions(self, said: Mapping[str, Any]) -> list[Hashable]:
        """What decides which places and placeholders a document has."""
        answers = (said.get(key) for key in self._asked)
        return [
            is_settled(self._form, said),
            *(tuple(one) if isinstance(one, list) else one for one in answers),
            *(is_empty(said.get(key)) for key in self._instead),
        ]

    def _planned(self, keys: tuple[str, ...]) -> _Given:
        if not {*self._placed} >= {*keys}:
            raise OddValueError("a field that needs a closer look")
        plan = self._plan({*keys})
        kept = [*self._plans.items()][1 - _KEPT :]
        self._plans = dict([*kept, (keys, plan)])
        return plan

    def _plan(self, keys: Collection[str]) -> _Given:
        fields = [
            one for one in self._form.fields if one.key in {*keys, *self._standing}
        ]
        of_type = {
            kind: [one for one in fields if one.type is kind] for kind in FieldType
        }
        known = {one.key for one in fields}
        singles = [one for one in single_fields(self._form) if one.key in known]
        return _Given(
            keys=tuple(one.key for one in fields if one.key in keys),
            standing=self._standing,
            singles=[one.key for one in singles],
            numbers=[
                (place, one)
                for place, one in enumerate(singles)
                if one.type is FieldType.NUMBER
            ],
            converters=[
                (place, convert)
                for place, one in enumerate(singles)
                if (convert := self._converters(one)[""])
            ],
            records=[
                (one.key, self._converters(one)) for one in fields if one.type in RECORD
            ],
            multis=[
                (one.key, tuple(choice.key for choice in one.choices))
                for one in of_type[FieldType.MULTI]
            ],
            tables=[
                _Rows(TablePlan.of(one, language=self._language))
                for one in of_type[FieldType.TABLE]
            ],
            rich=[one.key for one in of_type[FieldType.RICH]],
            verbatim=[key for key in self._form.verbatim if key in keys],
        )

    def _converters(self, one: Field) -> dict[str, Converter | None]:
        return {
            slot.leaf: converter(slot, language=self._language)
            for slot in slots_of(one)
        }


class _Rows:
    """The rows of one table at a glance."""

    def __init__(self, plan: TablePlan) -> None:
        names = "_id", *(column.key for column in plan.columns)
        self.key = plan.field.key
        self._plan = plan
        self._names = names
        self._pick = operator.itemgetter(*names)
        self._converters = None, *plan.converters
        self._numbers = [
            (place, column)
            for place, column in enumerate(plan.columns, start=1)
            if column.type is FieldType.NUMBER
        ]

    def add(self, outline: Outline, rows: Any, *, is_given: bool) -> None:
        """Add the texts of rows, with the lines of parties that have none."""
        if not isinstance(rows, list) or not rows:
            raise OddValueError("no rows")
        lines = self._plan.lines(rows)
        columns = self._columns([*rows, *lines] if lines else rows)
        ids = columns[0][: len(rows)]
        self._check(ids)
        if is_given:
            outline.rows[self.key] = ids
        gaps = b"" if all(map(all, columns)) else _gaps(columns)
        filled = [[*filter(None, one)] for one in columns] if gaps else columns
        outline.shape += len(rows), gaps, self._parties(columns)
        if sum(map(len, filled)) != sum(map(len, rows)) + len(lines):
            raise OddValueError("an empty cell, or one of no column")
        for column, convert in zip(filled, self._converters, strict=True):
            outline.add(column, convert)

    def _parties(self, columns: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
        place = self._names.index(PARTY_COLUMN) if self._plan.parties else None
        return () if place is None else columns[place]

    def _check(self, ids: Sequence[str]) -> None:
        if not all(map(str.strip, ids)) or len({*ids}) != len(ids):
            raise OddValueError("a row without an id of its own")
        if max(map(len, ids)) > self._plan.room:
            raise OddValueError("a long id")

    def _columns(self, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        try:
            columns = [*zip(*map(self._pick, rows), strict=True)]
        except KeyError:
            names = self._names
            columns = [tuple(row.get(name) for row in rows) for name in names]
        for place, column in self._numbers:
            columns[place] = tuple(number_text(column, one) for one in columns[place])
        return columns


def _gaps(columns: Sequence[Sequence[Any]]) -> bytes:
    return bytes(map(bool, itertools.chain.from_iterable(columns)))


def _add_singles(outline: Outline, given: _Given, said: Mapping[str, Any]) -> None:
    texts = [said[key] for key in given.singles]
    for place, number in given.numbers:
        texts[place] = number_text(number, texts[place])
    outline.texts = texts
    outline.converted = [
        (place, [convert(texts[place])]) for place, convert in given.converters
    ]


def _add_record(
    outline: Outline, leaves: Mapping[str, Converter | None], value: Any
) -> None:
    given = [leaf for leaf in leaves if leaf in value]
    first = next(iter(leaves))
    is_known = isinstance(value, dict) and len(given) == len(value)
    if not is_known or not value[first].strip():
        raise OddValueError("a part that is unknown, or no first")
    for leaf in given:
        outline.add([value[leaf]], leaves[leaf])
    outline.shape.append((*given,))


def _add_ticks(outline: Outline, choices: tuple[str, ...], value: Any) -> None:
    """Ticks are no texts: each other set of them is another shape."""
    ticks(value, choices)
    if not value or value != [choice for choice in choices if choice in value]:
        raise OddValueError("ticks in another order")
    outline.shape.append((*value,))


def _add_rich(outline: Outline, value: Any) -> None:
    if not isinstance(value, list) or not value:
        raise OddValueError("no paragraphs")
    for paragraph in value:
        if isinstance(paragraph, list):
            texts, looks = plain_runs(paragraph)
            outline.texts += texts
            outline.shape.append(looks)
        else:
            _add_paragraph(outline, paragraph)
    outline.shape.append(len(value))


def _add_paragraph(outline: Outline, paragraph: Any) -> None:
    draft = drafted([paragraph])
    if draft.is_exact:
        raise OddValueError("another form than Word gives back")
    outline.texts += draft.texts
    outline.shape += draft.lists[0], (*draft.looks[0],)
