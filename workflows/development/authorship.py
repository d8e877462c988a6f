"""Who may write which field of a draft (INV-22).

The project manager writes what belongs to all; each party its own fields and its own
columns in the tables where the parties answer side by side; the system its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.forms.fields import Field, FieldType, Form, Writer
from workflows.people.hats import Hat
from workflows.people.kinds import PARTIES, Party

OWN_FIELDS = {
    Writer.ADMINISTRATION: Party.ADMINISTRATION,
    Writer.ELECTED: Party.ELECTED,
    Writer.UNION: Party.UNION,
}
PARTY_COLUMNS = frozenset(party.value for party in PARTIES)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A draft's values and authors after somebody wrote in it."""

    values: dict[str, Any]
    authors: dict[str, Any]


def merged(
    form: Form,
    values: Mapping[str, Any],
    written: Mapping[str, Any],
    *,
    authors: Mapping[str, Any],
    by: Hat,
) -> Change:
    """Return the draft with `written` in it; raise for fields of others."""
    after = Change(values=dict(values), authors=dict(authors))
    for key, value in written.items():
        field = _field(form, key)
        _require_writer(field, by)
        after.values[key] = _joined(field, values.get(key), value, by=by)
        if by.party:
            after.authors[key] = _authors(field, authors.get(key), by.party)
    return after


def may_write(field: Field, by: Hat) -> bool:
    """Return whether a hat writes a field, or a part of it where parties answer."""
    if field.writer is Writer.SYSTEM:
        return False
    return field.writer is Writer.PARTIES or OWN_FIELDS.get(field.writer) == by.party


def is_side_by_side(field: Field) -> bool:
    """Return whether it is a table that the parties fill side by side."""
    return field.writer is Writer.PARTIES and field.type is FieldType.TABLE


def writes_row(field: Field, row: Mapping[str, Any], by: Hat) -> bool:
    """Return whether a hat writes in a row; the manager draws the rows up."""
    has_owners = any(column.key == "part" for column in field.columns)
    return by.party is None or not has_owners or row.get("part") == by.party.value


def foreign_columns(by: Hat) -> frozenset[str]:
    """Return the columns that other parties fill."""
    return PARTY_COLUMNS - ({by.party.value} if by.party else set())


def own_rows(
    field: Field, rows: Iterable[Mapping[str, Any]], *, by: Hat
) -> list[dict[str, Any]]:
    """Return the rows of such a table that a hat writes, without others' columns."""
    foreign = foreign_columns(by)
    return [
        {key: cell for key, cell in row.items() if key not in foreign}
        for row in rows
        if writes_row(field, row, by)
    ]


def _field(form: Form, key: str) -> Field:
    try:
        return form.field(key)
    except (KeyError, StopIteration):
        raise InvalidValueError(key, f"no such field in {form.kind}") from None


def _require_writer(field: Field, by: Hat) -> None:
    owner = OWN_FIELDS.get(field.writer)
    if owner != by.party and field.writer is not Writer.PARTIES:
        raise RuleBrokenError(
            f"{field.key} is written by {owner or field.writer}, not by {by.role}",
            rule="INV-22",
        )
    if field.writer is Writer.SYSTEM:
        raise RuleBrokenError(f"{field.key} is filled by the system", rule="INV-22")


def _joined(field: Field, former: Any, value: Any, *, by: Hat) -> Any:
    """Tables where the parties answer side by side grow column by column."""
    if field.writer is not Writer.PARTIES or field.type is not FieldType.TABLE:
        return value
    rows = {row["_id"]: dict(row) for row in former or []}
    for row in value or []:
        _require_columns(field, row, by=by)
        _require_row(field, rows.get(row["_id"], row), row, by=by)
        rows.setdefault(row["_id"], {}).update(row)
    return list(rows.values())


def _require_columns(field: Field, row: Mapping[str, Any], *, by: Hat) -> None:
    mine = {by.party.value} if by.party else set()
    foreign = (PARTY_COLUMNS & row.keys()) - mine
    if foreign:
        raise RuleBrokenError(
            f"{field.key}: column {', '.join(sorted(foreign))} is not yours to fill",
            rule="INV-22",
        )


def _require_row(
    field: Field, former: Mapping[str, Any], row: Mapping[str, Any], *, by: Hat
) -> None:
    """Where each party has a row, it writes that one; the manager draws them up."""
    if by.party is None or not any(column.key == "part" for column in field.columns):
        return
    owners = {former.get("part"), row.get("part", former.get("part"))}
    if owners != {by.party.value}:
        raise RuleBrokenError(
            f"{field.key}: the row is not yours to fill", rule="INV-22"
        )


def _authors(field: Field, former: Any, party: Party) -> Any:
    if field.writer is not Writer.PARTIES:
        return party.value
    return sorted({*(former or []), party.value})
