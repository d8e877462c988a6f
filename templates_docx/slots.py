"""The single controls that a field consists of, and how each is bound to the store.

A person is two controls, a multi field one tick box a choice, a table one control a
cell.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflows.forms.fields import (
    Choice,
    Condition,
    Field,
    FieldType,
    Form,
    Label,
    Required,
    Writer,
)

NAMESPACE = "urn:samspor:document:1"
ORIGIN_NAMESPACE = "urn:samspor:origin:1"
PREFIX_MAPPING = f"xmlns:m='{NAMESPACE}'"
# The GUID under which item1.xml is known inside the file; it never changes.
STORE_ID = "{5A3D1C52-7E0B-4C6E-9B7A-53414D53504F}"
# No custom XML part is ever known by this one; the schema wants one to be named.
NO_STORE = "{5A3D1C52-7E0B-4C6E-9B7A-4E4F4E450000}"
ROW = "row"
PARTY_COLUMN = "part"
SIGNATURE_COLUMN = "underskrift"
# Rows of a signature table that do not yet say which party they belong to.
NO_PARTY = "none"
_PARTIES = 3

_PERSON = (
    ("name", "Navn", "Namn", FieldType.TEXT),
    ("role", "Rolle", "Rolle", FieldType.TEXT),
)
_REFERENCE = (
    ("ref", "Referanse", "Referanse", FieldType.TEXT),
    ("version", "Versjon", "Versjon", FieldType.TEXT),
    ("fingerprint", "Fingeravtrykk", "Fingeravtrykk", FieldType.TEXT),
)
_SIGNATURE = (
    *_PERSON,
    ("mandate", "Fullmakt", "Fullmakt", FieldType.TEXT),
    ("signed_on", "Dato", "Dato", FieldType.DATE),
    ("level", "Sikkerhetsnivå", "Tryggleiksnivå", FieldType.TEXT),
)
_PARTS = {
    FieldType.PERSON: _PERSON,
    FieldType.REF: _REFERENCE,
    FieldType.SIG: _SIGNATURE,
}


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One control. `leaf` is its element below the field, empty for the field."""

    field: str
    leaf: str
    label: Label
    type: FieldType
    choices: tuple[Choice, ...] = ()
    in_table: bool = False
    is_signed: bool = False
    is_optional: bool = False
    needed_if: Condition | None = None

    @property
    def tag(self) -> str:
        """The `w:tag`: the field key, with the part after a full stop."""
        return f"{self.field}.{self.leaf}" if self.leaf else self.field

    def xpath(self, row: int | str | None = None) -> str:
        """Return the path of the node in the store; rows count from 1."""
        steps = [f"m:{self.field}[1]"]
        if row is not None:
            steps.append(f"m:{ROW}[{row}]")
        if self.leaf:
            steps.append(f"m:{self.leaf}[1]")
        return "/m:document[1]/" + "/".join(steps)


def slots_of(field: Field) -> tuple[Slot, ...]:
    """Return the controls of a field, in order; none for a rich field.

    Of a table these are the cells of one row.
    """
    if field.type is FieldType.RICH:
        return ()
    if field.type is FieldType.TABLE:
        return _cells(field)
    if field.type is FieldType.MULTI:
        return _ticks(field)
    if field.type in _PARTS:
        return _parts(field)
    return (_single(field),)


def rows_xpath(field: str) -> str:
    """Return the path of all rows of a table, for the repeating section."""
    return f"/m:document[1]/m:{field}[1]/m:{ROW}"


def tick_of(choice: str) -> str:
    """Return the element name of a tick; a choice key may begin with a digit."""
    return f"is_{choice}"


def tables(form: Form) -> tuple[Field, ...]:
    """Return the table fields of a form, in order."""
    return tuple(field for field in form.fields if field.type is FieldType.TABLE)


def title_of(form: Form) -> str:
    """Return the key of the field that is the title of the document, or nothing."""
    names = (f"{form.prefix}name", f"{form.prefix}title")
    return next((name for name in names if name in form.by_key), "")


def is_signing(field: Field) -> bool:
    """Say whether each party has rows of its own in a table, under equal headings."""
    is_by_parties = field.writer is Writer.PARTIES and field.min_rows >= _PARTIES
    return is_by_parties and len(party_choices(field)) == _PARTIES


def party_choices(field: Field) -> tuple[Choice, ...]:
    """Return the parties of a table with a column for the party, in neutral order."""
    columns = [column for column in field.columns if column.key == PARTY_COLUMN]
    return columns[0].choices if columns else ()


def _single(field: Field) -> Slot:
    kind = FieldType.TEXT if field.type is FieldType.AUTO else field.type
    return Slot(
        field=field.key,
        leaf="",
        label=field.label,
        type=kind,
        choices=field.choices,
        is_optional=field.required is Required.OPTIONAL,
        needed_if=field.needed_if,
    )


def _cells(field: Field) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            field=field.key,
            leaf=column.key,
            label=column.label,
            type=column.type,
            choices=column.choices,
            in_table=True,
            is_signed=is_signing(field) or column.key == SIGNATURE_COLUMN,
        )
        for column in field.columns
    )


def _ticks(field: Field) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            field=field.key,
            leaf=tick_of(choice.key),
            label=choice.label,
            type=FieldType.MULTI,
            choices=(choice,),
        )
        for choice in field.choices
    )


def _parts(field: Field) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            field=field.key,
            leaf=leaf,
            label=Label(nb=nb, nn=nn),
            type=kind,
            needed_if=field.needed_if,
        )
        for leaf, nb, nn, kind in _PARTS[field.type]
    )
