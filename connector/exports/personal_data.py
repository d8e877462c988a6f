"""What is stored about one person, for that person: GDPR art. 15 and 20.

It is what a dump of the municipality has of the person, and the person's own choices
and means beside it: what is sealed, and drafts in a party's own room, are not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from connector.database.dump import dumped, own_data
from workflows.base import by_ref
from workflows.people.persons import Person

FORMAT = "samspor-person/1"


def stored_about(session: Session, ref: str) -> dict[str, Any]:
    """Return {"format", "person", "acts", "rows": {table: [row]}} about one person.

    `acts` are the entries of what the person has done, without what they were about
    beyond its reference. A restricted person is told what is kept.

    Raises `NotFoundError` when there is no such person.
    """
    person = by_ref(session, Person, ref)
    tables = dumped(session)["tables"]
    mandates = {row["id"] for row in tables["mandate"] if _is(row, person)}
    mine = {str(person.id), *mandates}
    rows = {
        name: [row for row in found if name != "entry" and _tells_of(row, mine)]
        for name, found in tables.items()
    } | own_data(session, person)
    return {
        "format": FORMAT,
        "person": _person(person),
        "acts": [_act(row) for row in tables["entry"] if _did(row, person)],
        "rows": {name: found for name, found in rows.items() if found},
    }


def _person(person: Person) -> dict[str, Any]:
    known = {"ref": person.ref, "code": str(person.id), "state": person.nameless}
    return {**known, **person.kept()}


def _is(row: Mapping[str, Any], person: Person) -> bool:
    return bool(row["person_id"] == str(person.id))


def _did(row: Mapping[str, Any], person: Person) -> bool:
    return bool(row["by"]["person"] == str(person.id))


def _act(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: row[name] for name in ("seq", "at", "type", "subject")}
    return {**told, "role": row["by"]["role"]}


def _tells_of(row: Mapping[str, Any], mine: Iterable[str]) -> bool:
    return any(
        row[name] in mine
        for name in row
        if name == "person_id" or name.endswith("mandate_id")
    )
