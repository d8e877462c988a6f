"""What fields each kind of document has: one TOML file a kind, read into frozen values.

Kinds have English keys (`mandate`), fields the keys of the Word documents (`m_name`).
Order of sections, fields and columns is the order on paper. Lists of choices that
several fields share are in `choices.toml`. Reading is strict: what the file may not
hold, or lacks, stops the program with the file and the key named.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import resources
from typing import Any, TypeAlias

from workflows.errors import NotFoundError
from workflows.forms.fields import (
    Chart,
    ChartKind,
    Choice,
    Column,
    Condition,
    Field,
    FieldType,
    Form,
    Label,
    Required,
    Section,
    Writer,
)
from workflows.forms.toml_tables import (
    CatalogueError,
    checked_table,
    flag,
    key_of,
    member,
    read_toml,
    refuse_doubles,
)

_KINDS = (
    "mandate",
    "agreement",
    "status-report",
    "output",
    "handover-note",
    "basis",
    "meeting-minutes",
    "final-report",
    "decision-follow-up",
    "consultation-minutes",
    "hearing-letter",
    "hearing-answer",
    "hearing-summary",
    "self-assessment",
    "experience-note",
    "short-mandate",
    "workbook",
    "annual-report",
    "comment-matrix",
)
_PLAIN_EXTRAS = (
    "min_rows",
    "max_lines",
    "least",
    "most",
    "unless",
    "rows_of",
)
_OTHER_EXTRAS = (
    "content",
    "verbatim",
    "columns",
    "choices",
    "help",
    "fixed",
    "needed_if",
    "chart",
)


class UnknownKindError(NotFoundError):
    """There is no kind of document with this key; the text lists those there are."""

    def __init__(self, kind: str) -> None:
        super().__init__("kind of document", kind)
        self.args = (f"no kind of document {kind}; kinds are {', '.join(_KINDS)}",)


ChoiceLists: TypeAlias = Mapping[str, tuple[Choice, ...]]


def kinds() -> tuple[str, ...]:
    """Return the keys of all kinds of documents, in a fixed order."""
    return _KINDS


def form(kind: str) -> Form:
    """Return the form of a kind; the same object at every call.

    Raises:
        UnknownKindError: there is no such kind.
    """
    if kind not in _KINDS:
        raise UnknownKindError(kind)
    return _packaged(kind)


def parse_form(text: str, *, file: str, lists: ChoiceLists) -> Form:
    """Return the form that a TOML text describes; `file` is its name in errors.

    Raises:
        CatalogueError: a key is unknown, lacking, doubled or of no use.
    """
    table = read_toml(text, file=file)
    checked_table(table, file, needed=("kind", "prefix", "name", "sections"))
    sections = tuple(_section(raw, file, lists) for raw in table["sections"])
    found = Form(
        kind=table["kind"],
        name=_label(table["name"], f"{file}: name"),
        prefix=table["prefix"],
        sections=sections,
    )
    _refuse_loose_ends(found, file)
    return found


def parse_choices(text: str, *, file: str) -> dict[str, tuple[Choice, ...]]:
    """Return the named lists of choices of a TOML text.

    Raises:
        CatalogueError: a key is unknown, lacking or doubled.
    """
    table = read_toml(text, file=file)
    return {name: _choices(raw, f"{file}: {name}") for name, raw in table.items()}


def as_json(form: Form) -> dict[str, Any]:
    """Return what `samspor forms KIND` prints: names, sections, fields, columns."""
    return {
        "kind": form.kind,
        "name": asdict(form.name),
        "sections": [_section_json(section) for section in form.sections],
    }


@functools.cache
def _packaged(kind: str) -> Form:
    file = f"{kind}.toml"
    lists = parse_choices(_package_text("choices.toml"), file="choices.toml")
    return parse_form(_package_text(file), file=file, lists=lists)


def _package_text(file: str) -> str:
    return (resources.files("workflows.forms") / file).read_text(encoding="utf-8")


def _label(raw: object, where: str) -> Label:
    table = checked_table(raw, where, needed=("nb", "nn"))
    for language, text in table.items():
        if not isinstance(text, str) or not text.strip():
            raise CatalogueError(where, f"{language} must be a text")
    return Label(nb=table["nb"], nn=table["nn"])


def _section(raw: Any, file: str, lists: ChoiceLists) -> Section:
    where = f"{file}: {key_of(raw)}"
    needed, allowed = ("key", "label", "fields"), ("prose", "new_page")
    checked_table(raw, where, needed=needed, allowed=allowed)
    return Section(
        key=raw["key"],
        label=_label(raw["label"], where),
        fields=tuple(_field(each, file, lists) for each in raw["fields"]),
        prose=_label(raw["prose"], f"{where}.prose") if "prose" in raw else None,
        new_page=flag(raw, "new_page", where),
    )


def _field(raw: Any, file: str, lists: ChoiceLists) -> Field:
    where = f"{file}: {key_of(raw)}"
    needed = ("key", "label", "type", "required", "writer")
    checked_table(raw, where, needed=needed, allowed=(*_PLAIN_EXTRAS, *_OTHER_EXTRAS))
    found = Field(
        key=raw["key"],
        label=_label(raw["label"], where),
        type=member(FieldType, raw["type"], where),
        required=member(Required, raw["required"], where),
        writer=member(Writer, raw["writer"], where),
        columns=_columns(raw.get("columns", []), where, lists),
        choices=_listed(raw.get("choices"), where, lists),
        help=_label(raw["help"], f"{where}.help") if "help" in raw else None,
        fixed=_label(raw["fixed"], f"{where}.fixed") if "fixed" in raw else None,
        needed_if=_condition(raw.get("needed_if"), f"{where}.needed_if"),
        chart=_chart(raw.get("chart"), f"{where}.chart"),
        content=flag(raw, "content", where, default=True),
        verbatim=flag(raw, "verbatim", where),
        **{key: raw[key] for key in _PLAIN_EXTRAS if key in raw},
    )
    _refuse_useless(found, where)
    return found


def _columns(raw: Sequence[Any], where: str, lists: ChoiceLists) -> tuple[Column, ...]:
    found = tuple(_column(each, where, lists) for each in raw)
    refuse_doubles((column.key for column in found), where)
    return found


def _column(raw: Any, where: str, lists: ChoiceLists) -> Column:
    where = f"{where}.{key_of(raw)}"
    allowed = ("type", "choices", "least", "most", "verbatim")
    checked_table(raw, where, needed=("key", "label"), allowed=allowed)
    found = Column(
        key=raw["key"],
        label=_label(raw["label"], where),
        type=member(FieldType, raw.get("type", "text"), where),
        choices=_listed(raw.get("choices"), where, lists),
        least=raw.get("least"),
        most=raw.get("most"),
        verbatim=flag(raw, "verbatim", where),
    )
    _refuse_useless(found, where)
    return found


def _listed(name: str | None, where: str, lists: ChoiceLists) -> tuple[Choice, ...]:
    if name is None:
        return ()
    if name not in lists:
        raise CatalogueError(where, f"no list of choices is called {name}")
    return lists[name]


def _choices(raw: Any, where: str) -> tuple[Choice, ...]:
    for each in raw:
        checked_table(each, f"{where}.{key_of(each)}", needed=("key", "label"))
    refuse_doubles((each["key"] for each in raw), where)
    return tuple(
        Choice(key=each["key"], label=_label(each["label"], f"{where}.{each['key']}"))
        for each in raw
    )


def _condition(raw: Any, where: str) -> Condition | None:
    if raw is None:
        return None
    checked_table(raw, where, needed=("field", "any_of"))
    return Condition(field=raw["field"], any_of=tuple(raw["any_of"]))


def _chart(raw: Any, where: str) -> Chart | None:
    if raw is None:
        return None
    checked_table(raw, where, needed=("kind", "categories", "series"))
    kind = member(ChartKind, raw["kind"], where)
    series = tuple(raw["series"])
    return Chart(kind=kind, categories=raw["categories"], series=series)


def _refuse_useless(part: Field | Column, where: str) -> None:
    with_choices = part.type in (FieldType.CHOICE, FieldType.MULTI)
    if with_choices != bool(part.choices):
        raise CatalogueError(where, "choices belong to choice and multi, and only them")
    if part.verbatim and part.type not in (FieldType.TEXT, FieldType.RICH):
        raise CatalogueError(where, "only a text can be verbatim")
    with_columns = part.type is FieldType.TABLE
    if isinstance(part, Field) and with_columns != bool(part.columns):
        raise CatalogueError(where, "columns belong to a table, and only to a table")


def _refuse_loose_ends(found: Form, file: str) -> None:
    keys = [field.key for field in found.fields]
    refuse_doubles(keys, file)
    refuse_doubles((section.key for section in found.sections), file)
    for field in found.fields:
        _refuse_strangers(field, found, keys, f"{file}: {field.key}")


def _refuse_strangers(
    field: Field, found: Form, keys: Sequence[str], where: str
) -> None:
    if not field.key.startswith(found.prefix):
        raise CatalogueError(where, f"the key must begin with {found.prefix}")
    named = (field.unless, field.needed_if.field if field.needed_if else None)
    for other in filter(None, named):
        if other not in keys:
            raise CatalogueError(where, f"names {other}, which is no field here")
    _refuse_strange_columns(field, where)


def _refuse_strange_columns(field: Field, where: str) -> None:
    types = {column.key: column.type for column in field.columns}
    charted = field.chart.series if field.chart else ()
    are_numbers = all(types.get(key) is FieldType.NUMBER for key in charted)
    if field.chart and not (charted and are_numbers):
        raise CatalogueError(where, "a chart is drawn from columns of numbers")
    if field.chart and field.chart.categories not in types:
        raise CatalogueError(where, f"has no column {field.chart.categories}")
    if field.rows_of and types.get(field.rows_of) is not FieldType.CHOICE:
        raise CatalogueError(where, f"has no column of choices {field.rows_of}")


def _section_json(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "label": asdict(section.label),
        "fields": [_field_json(field) for field in section.fields],
    }


def _field_json(field: Field) -> dict[str, Any]:
    return {
        "key": field.key,
        "label": asdict(field.label),
        "type": field.type.value,
        "required": field.required.value,
        "content": field.content,
        "writer": field.writer.value,
        "columns": [_column_json(column) for column in field.columns],
        "choices": [asdict(choice) for choice in field.choices],
    }


def _column_json(column: Column) -> dict[str, Any]:
    """Choices are told of a column that has them, since its cells hold their keys."""
    told: dict[str, Any] = {"key": column.key, "label": asdict(column.label)}
    told["type"] = column.type.value
    if column.choices:
        told["choices"] = [asdict(choice) for choice in column.choices]
    return told
