"""Everything that a municipality's tables hold, as plain JSON values.

Names, titles and addresses stand open here, for who takes a dump may read them; those
that are erased or restricted are null. Drafts in a party's own room are the party's,
and are left out, and so is what the tree over the record stores: a table says so with
`{"info": {"private": True}}`. What is sealed is left out until its seal opens, with all
that would tell that somebody has answered; entries then carry no numbers, since a gap
would tell as much (INV-04).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from connector.database.models import metadata
from workflows.base import TENANT, get, tenant
from workflows.development.seals import (
    TELLING,
    sealed_assessments,
    sealed_rounds,
)
from workflows.people.persons import Person

Seals = Mapping[uuid.UUID, str]

FORMAT = "samspor-dump/1"
# Tables of answers, each with the column that tells what was answered.
ANSWERS = {
    "answer": "round_id",
    "assessment_answer": "assessment_id",
    "deviation": "round_id",
    "remark": "round_id",
}
# Columns that would tell of an answer; empty in a dump as long as anything is sealed.
WITHHELD = {
    "entry": ("seq",),
    "record_head": ("grown", "last_at", "locked", "peaks", "size"),
    "review_round": ("close_asked_by", "row_version"),
    "guest_link": ("opened_at", "row_version", "sealed_to", "used_at"),
    "round_access": ("first_opened_at",),
}


def dumped(session: Session) -> dict[str, Any]:
    """Return {"format", "tables": {name: [row]}}; rows in the order of their keys."""
    seals = _seals(session)
    tables = {
        table.name: list(_rows(session, table, seals))
        for table in metadata().sorted_tables
        if not table.info.get("private")
    }
    return {"format": FORMAT, "tables": tables}


def own_data(session: Session, person: Person) -> dict[str, list[dict[str, Any]]]:
    """Return {table: [row]} of a person's own choices and means, which no dump has.

    What opens something is left out, also as a checksum.
    """
    found = {
        table.name: list(_of_person(session, table, person))
        for table in metadata().sorted_tables
        if table.info.get("own_data")
    }
    return {name: rows for name, rows in found.items() if rows}


def _of_person(
    session: Session, table: Table, person: Person
) -> Iterator[dict[str, Any]]:
    mine = (table.c[TENANT] == tenant(session)) & (table.c.person_id == person.id)
    query = select(table).where(mine).order_by(*table.primary_key)
    for row in session.execute(query).mappings():
        yield {
            name: _plain(value)
            for name, value in row.items()
            if not name.startswith("secret")
        }


def _seals(session: Session) -> Seals:
    """The id of everything that is sealed now, with its reference."""
    return sealed_rounds(session) | sealed_assessments(session)


def _rows(session: Session, table: Table, seals: Seals) -> Iterator[dict[str, Any]]:
    owner = table.c[TENANT if TENANT in table.c else "id"]
    query = select(table).where(owner == tenant(session)).order_by(*table.primary_key)
    withheld = WITHHELD.get(table.name, ()) if seals else ()
    for row in session.execute(query).mappings():
        if not _is_sealed(table, row, seals):
            yield {
                name: None if name in withheld else _plain(value)
                for name, value in _opened(session, table, row).items()
            }


def _opened(
    session: Session, table: Table, row: Mapping[Any, Any]
) -> Mapping[Any, Any]:
    """A person as it is shown, and not as it is stored."""
    if table.name != "person":
        return row
    person = get(session, Person, row["id"])
    if person.nameless:
        return {**row, "name": None, "title": None, "email": None}
    shown = {"name": person.name, "title": person.title, "email": person.email}
    return {**row, **shown}


def _is_sealed(table: Table, row: Mapping[Any, Any], seals: Seals) -> bool:
    if table.name in ANSWERS:
        return row[ANSWERS[table.name]] in seals
    if table.name == "guest_use":
        return row["about"] in seals.values()
    is_telling = table.name == "entry" and row["type"] in TELLING
    return is_telling and row["subject"] in seals.values()


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
