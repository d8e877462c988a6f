"""What must agree between the rows of a set-up workbook, told by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from connector.imports.setup_rows import Fault, Setup, SetupRow
from connector.imports.setup_sheets import SHEETS
from connector.web.texts import Say
from workflows.people.kinds import Party
from workflows.people.mandates import PARTY_ROLES

Known = Mapping[str, frozenset[str]]
"""What is registered already: sheet → codes."""


def faults_between(setup: Setup, known: Known, say: Say) -> list[Fault]:
    """Return every fault that takes more than one cell to see."""
    return [
        *_about_the_municipality(setup, say),
        *_repeated(setup, say),
        *_unknown_codes(setup, known, say),
        *_turned_periods(setup, say),
        *_wrong_parties(setup, say),
        *_wrong_deputies(setup, say),
        *_wrong_seats(setup, say),
        *_unknown_groups(setup, known, say),
        *_wrong_proposers(setup, say),
    ]


def _about_the_municipality(setup: Setup, say: Say) -> Iterator[Fault]:
    rows = setup.of("municipality")
    if not rows:
        title = say("setup.sheet.municipality")
        yield Fault(sheet=title, cell="A2", text=say("setup.fault.no_municipality"))
    for row in rows[1:]:
        yield row.fault("name", say("setup.fault.one_municipality"))


def _repeated(setup: Setup, say: Say) -> Iterator[Fault]:
    """The same row twice is one too many, also when both say the same."""
    for sheet in SHEETS:
        first: dict[tuple[Any, ...], SetupRow] = {}
        rows = (row for row in setup.of(sheet.key) if None not in row.identity)
        for row in rows:
            former = first.setdefault(row.identity, row)
            if former is not row:
                key = sheet.identity[0]
                text = say("setup.fault.repeated", cell=former.cells[key])
                yield row.fault(key, text)


def _unknown_codes(setup: Setup, known: Known, say: Say) -> Iterator[Fault]:
    in_file: dict[str, set[Any]] = {}
    for row in setup.rows:
        in_file.setdefault(row.sheet.key, set()).add(row.values.get("code"))
    for row in setup.rows:
        for column, sheet, code in row.named():
            if code not in in_file.get(sheet, set()) | known.get(sheet, frozenset()):
                name = say(f"setup.sheet.{sheet}")
                text = say("setup.fault.unknown_code", code=code, sheet=name)
                yield row.fault(column, text)


def _turned_periods(setup: Setup, say: Say) -> Iterator[Fault]:
    for row in setup.rows:
        first, last = row.values.get("valid_from"), row.values.get("valid_to")
        if first and last and last < first:
            yield row.fault("valid_to", say("setup.fault.turned"))


def _wrong_parties(setup: Setup, say: Say) -> Iterator[Fault]:
    """A party's role needs its party, and no other role has one (INV-07)."""
    for row in setup.of("mandates"):
        role, party = row.values["role"], row.values["party"]
        if role in PARTY_ROLES and party is None:
            yield row.fault("party", say("setup.fault.party_missing"))
        if role and role not in PARTY_ROLES and party:
            yield row.fault("party", say("setup.fault.party_unfit"))


def _wrong_deputies(setup: Setup, say: Say) -> Iterator[Fault]:
    """A deputy has the role and the party of the one stood in for (INV-07)."""
    mandates = {row.values["code"]: row for row in setup.of("mandates")}
    for row in mandates.values():
        principal = mandates.get(row.values["deputy_for"])
        if principal is row:
            yield row.fault("deputy_for", say("setup.fault.own_deputy"))
        elif principal and _acts_as(principal) != _acts_as(row):
            yield row.fault("deputy_for", say("setup.fault.deputy_differs"))


def _acts_as(row: SetupRow) -> tuple[Any, Any]:
    return row.values["role"], row.values["party"]


def _wrong_seats(setup: Setup, say: Say) -> Iterator[Fault]:
    seats = Counter[str]()
    for row in setup.of("groups"):
        seats[row.values["body"]] += row.values["seats"] or 0
    for body in setup.of("bodies"):
        code, whole = body.values["code"], body.values["seats"]
        if code in seats and whole is not None and seats[code] != whole:
            text = say("setup.fault.seats", sum=seats[code], seats=whole)
            yield body.fault("seats", text)


def _unknown_groups(setup: Setup, known: Known, say: Say) -> Iterator[Fault]:
    """Of a body that is registered already, the domain knows the groups itself."""
    groups = {(row.values["body"], row.values["group"]) for row in setup.of("groups")}
    for member in setup.of("members"):
        body, group = member.values["body"], member.values["group"]
        is_new = body not in known.get("bodies", frozenset())
        if group and is_new and (body, group) not in groups:
            yield member.fault("group", say("setup.fault.unknown_group", group=group))


def _wrong_proposers(setup: Setup, say: Say) -> Iterator[Fault]:
    """An idea is put forward for a party, by somebody who speaks for it."""
    parties: dict[str, Party | None] = {
        row.values["code"]: row.values["party"] for row in setup.of("mandates")
    }
    for row in setup.of("projects"):
        mandate = row.values["proposed_by"]
        if mandate in parties and parties[mandate] is None:
            yield row.fault("proposed_by", say("setup.fault.no_party_mandate"))
