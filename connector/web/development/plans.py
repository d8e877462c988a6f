"""What a Word file brings, told with the form's own labels and the names of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from connector.web.development.contents import cell_words, field_words
from templates_docx.merge import Plan
from templates_docx.row_merge import TableMerge
from templates_docx.sides import field_of
from templates_docx.three_way import Triple
from workflows.forms.fields import Column, Field, FieldType, Form
from workflows.forms.shapes import is_empty

SHORT, LONGEST_NAME = 6, 60
NAMING = frozenset({FieldType.TEXT, FieldType.CHOICE})


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in a document something stands; parts that say nothing are empty.

    `field` is the heading itself where a remark stands in no field.
    """

    field: str
    row: str = ""
    column: str = ""
    is_order: bool = False


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One value to be shown; `shape` is none, text, date, rich, row, rows or list."""

    shape: str
    value: Any = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One thing that a file brings: where it stands, and its three values."""

    key: str
    place: Place
    base: Shown
    record: Shown
    word: Shown


@dataclass(frozen=True)
class PlanInWords:
    """A plan with everything named as people know it, in the document's language."""

    plan: Plan
    form: Form
    language: str

    @cached_property
    def clean(self) -> list[Decision]:
        """Return what arrives as it is."""
        return [self._decision(each) for each in self.plan.clean]

    @cached_property
    def conflicts(self) -> list[Decision]:
        """Return what a person must choose in."""
        return [self._decision(each) for each in self.plan.conflicts]

    def place(self, where: str) -> Place:
        """Return the place of a key such as `m_effect[r1].maal`, or of a heading."""
        field = self.form.by_key.get(field_of(where))
        if field is None:
            return Place(field=where)
        label = field.label.in_(self.language)
        if where == f"{field.key}.order":
            return Place(field=label, is_order=True)
        row = where.partition("[")[2].partition("]")[0]
        column = _column(field, where.rpartition("].")[2]) if "]." in where else None
        return Place(
            field=label,
            row=self.row_name(field, row) if row else "",
            column=column.label.in_(self.language) if column else "",
        )

    def row_name(self, field: Field, row: str) -> str:
        """Return what a row is about: its first words, on the side that has any."""
        sides = self._rows.get(field.key, ())
        names = (self._name(field, side[row]) for side in sides if row in side)
        return next(filter(None, names), row)

    def told(self, triples: Iterable[Triple]) -> list[Decision]:
        """Return other things in the file, named in the same way."""
        return [self._decision(each) for each in triples]

    @cached_property
    def _rows(self) -> dict[str, tuple[Mapping[str, Mapping[str, Any]], ...]]:
        """Of each table the rows as Word, the record and the base have them."""
        tables = (part for part in self.plan.parts if isinstance(part, TableMerge))
        return {each.field: (each.word, each.record, each.base) for each in tables}

    def _decision(self, triple: Triple) -> Decision:
        field = self.form.field(field_of(triple.key))
        return Decision(
            key=triple.key,
            place=self.place(triple.key),
            base=self._shown(field, triple.key, triple.base),
            record=self._shown(field, triple.key, triple.record),
            word=self._shown(field, triple.key, triple.word),
        )

    def _shown(self, field: Field, key: str, value: Any) -> Shown:
        if is_empty(value):
            return Shown(shape="none")
        if field.type is not FieldType.TABLE:
            return self._of_field(field, value)
        if key == f"{field.key}.order":
            names = [self.row_name(field, row) for row in value]
            return Shown(shape="list", value=names)
        if key.endswith("]"):
            return Shown(shape="row", value=self._pairs(field, value))
        column = _column(field, key.rpartition("].")[2])
        return self._of_column(column, value) if column else _text(value)

    def _of_field(self, field: Field, value: Any) -> Shown:
        if field.type in {FieldType.RICH, FieldType.DATE}:
            return Shown(shape=field.type.value, value=value)
        return _text(field_words(field, value, self.language))

    def _of_column(self, column: Column, value: Any) -> Shown:
        if column.type is FieldType.DATE:
            return Shown(shape="date", value=value)
        return _text(cell_words(column, {column.key: value}, self.language))

    def _pairs(self, field: Field, row: Mapping[str, Any]) -> list[tuple[str, Shown]]:
        return [
            (column.label.in_(self.language), self._of_column(column, row[column.key]))
            for column in field.columns
            if not is_empty(row.get(column.key))
        ]

    def _name(self, field: Field, row: Mapping[str, Any]) -> str:
        """Return the first words of a row; a short code is no name by itself."""
        name = ""
        for column in _naming_first(field.columns):
            if len(name) < SHORT and not is_empty(row.get(column.key)):
                name += f" {cell_words(column, row, self.language)}"
        name = " ".join(name.split())
        return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _naming_first(columns: Iterable[Column]) -> list[Column]:
    """A number or a day alone names no row as long as there are words."""
    return sorted(columns, key=lambda column: column.type not in NAMING)


def _column(field: Field, key: str) -> Column | None:
    return next((each for each in field.columns if each.key == key), None)


def _text(value: Any) -> Shown:
    return Shown(shape="text", value=value)
