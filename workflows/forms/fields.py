"""What a form is made of: sections, fields, columns and choices, as frozen values.

Texts that people read are in both written standards. What each attribute means on paper
is told in `docs/forms.md`.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


class FieldType(enum.StrEnum):
    """What a field holds; the shape of each value is told in `values.py`."""

    TEXT = "text"
    RICH = "rich"
    DATE = "date"
    CHOICE = "choice"
    MULTI = "multi"
    NUMBER = "number"
    TABLE = "table"
    PERSON = "person"
    REF = "ref"
    AUTO = "auto"
    SIG = "sig"


class Required(enum.StrEnum):
    """When a field must be filled: to go on a round, to be agreed, or never."""

    ROUND = "round"
    AGREED = "agreed"
    OPTIONAL = "optional"


class Writer(enum.StrEnum):
    """Who writes a field. `PARTIES`: each writes its own row and nobody else's."""

    PROJECT_MANAGER = "project_manager"
    STEERING_GROUP = "steering_group"
    PROJECT_GROUP = "project_group"
    ADMINISTRATION = "administration"
    ELECTED = "elected"
    UNION = "union"
    PARTIES = "parties"
    CASE_OFFICER = "case_officer"
    COMMITTEE_SECRETARY = "committee_secretary"
    CHIEF_EXECUTIVE = "chief_executive"
    PROGRAMME_COORDINATOR = "programme_coordinator"
    RECORDS = "records"
    SYSTEM = "system"
    ADMINISTRATION_AND_UNION = "administration_and_union"
    RESPONDENT = "respondent"


@dataclass(frozen=True, kw_only=True)
class Label:
    """A text in both written standards."""

    nb: str
    nn: str

    def in_(self, language: str) -> str:
        """Return the text in `nb` or `nn`."""
        return self.nn if language == "nn" else self.nb


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One allowed answer of a choice or multi field or column."""

    key: str
    label: Label


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table field; `type` is text, date, number or choice.

    `least` and `most` bound a number, both included. `verbatim` is a text that travels
    unaltered, such as a dissent: altered or gone in Word, it is an error.
    """

    key: str
    label: Label
    type: FieldType = FieldType.TEXT
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None
    verbatim: bool = False


@dataclass(frozen=True, kw_only=True)
class Condition:
    """True when the choice or multi field `field` holds one of `any_of`."""

    field: str
    any_of: tuple[str, ...]


class ChartKind(enum.StrEnum):
    """How rows are drawn: bars beside each other, or lines over time."""

    BAR = "bar"
    LINE = "line"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart of a table: one series a number column, named by its heading.

    `categories` is the column that names each row on the axis.
    """

    kind: ChartKind
    categories: str
    series: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a document. `content` fields are what consent is bound to.

    `fixed` is the agreed text of a clause that nobody may alter. `needed_if` limits
    when the field is required, `unless` names a field that may answer instead of it.
    `verbatim` is as in a column. `rows_of` names a choice column: left out of the
    values, the table stands with one row for each of its choices. `chart` is drawn
    from the rows below the table.
    """

    key: str
    label: Label
    type: FieldType
    required: Required = Required.OPTIONAL
    content: bool = True
    writer: Writer = Writer.PROJECT_MANAGER
    columns: tuple[Column, ...] = ()
    choices: tuple[Choice, ...] = ()
    help: Label | None = None
    min_rows: int = 0
    max_lines: int | None = None
    least: int | None = None
    most: int | None = None
    fixed: Label | None = None
    needed_if: Condition | None = None
    unless: str | None = None
    verbatim: bool = False
    rows_of: str | None = None
    chart: Chart | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """A headed part of a document, with a fingerprint of its own.

    `prose` is what the template itself says below the heading, such as how to do an
    exercise; `new_page` lets the section begin on a page of its own.
    """

    key: str
    label: Label
    fields: tuple[Field, ...]
    prose: Label | None = None
    new_page: bool = False


@dataclass(frozen=True, kw_only=True)
class Form:
    """All that is known of one kind of document."""

    kind: str
    name: Label
    prefix: str
    sections: tuple[Section, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in the order on paper."""
        return tuple(field for section in self.sections for field in section.fields)

    @functools.cached_property
    def by_key(self) -> Mapping[str, Field]:
        """All fields by key, in the order on paper."""
        return MappingProxyType({field.key: field for field in self.fields})

    @functools.cached_property
    def verbatim(self) -> tuple[str, ...]:
        """Keys of the fields that hold a text that must not be altered."""
        return tuple(
            field.key
            for field in self.fields
            if field.verbatim or any(column.verbatim for column in field.columns)
        )

    def field(self, key: str) -> Field:
        """Return the field with this key; `KeyError` when there is none."""
        return self.by_key[key]

    def section(self, key: str) -> Section:
        """Return the section with this key; `KeyError` when there is none."""
        return {section.key: section for section in self.sections}[key]
