"""An auditor looks into what is named, until a day, and every look is on record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.exc import DBAPIError

from tests.workflows.development.towns import Town, session_on
from tests.workflows.trace.halls import open_case, open_hall, treat, use
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
)
from workflows.people.access import PERMITTED
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import PARTIES, Role
from workflows.people.mandates import end_mandate, give_mandate
from workflows.people.notices import NoticeKind, notices_about
from workflows.record.entries import history
from workflows.trace.audit_extracts import AuditExtract, extract_of
from workflows.trace.audits import (
    AuditEngagement,
    OnBehalf,
    basis_of,
    ends_on,
    engagement_of,
    grant_audit,
    looks,
    record_look,
)

EXEMPT = {
    "restricted": "exemption_negotiation",
    "exemption_reason": "Forhandlinger.",
    "wider_access": "Vurdert.",
}
YEAR = {"period_from": date(2025, 1, 1), "period_to": date(2025, 12, 31)}


@pytest.fixture
def town(handed_over: Connection) -> Iterator[Town]:
    """A town where O-1 is used in the case C01, beside the exempt C02."""
    with session_on(handed_over) as session:
        town = Town(session)
        town.settle("P-rev", Role.SAFETY_REP)
        open_hall(town)
        open_case(town)
        open_case(town, "C02", **EXEMPT)
        for case in ("C01", "C02"):
            use(town, case=case)
            treat(town, case)
        yield town


def granted(town: Town, **more: Any) -> AuditEngagement:
    values = {
        "ref": "REV-1",
        "person": "P-rev",
        "on_behalf": OnBehalf.AUDITOR,
        "projects": ["PR1"],
        "ends_on": town.today + timedelta(30),
        **YEAR,
        **more,
    }
    return town.do(grant_audit, by=values.pop("by", SYSTEM), **values)


def auditor(town: Town) -> Hat:
    return town.hat("P-rev", Role.AUDITOR)


def extract(town: Town, row: AuditEngagement, **days: date) -> AuditExtract:
    values = {"first": row.period_from, "last": row.period_to, **days}
    return extract_of(town.session, row, at=town.now, **values)


def test_an_auditor_does_one_thing_alone() -> None:
    assert [act for act, roles in PERMITTED.items() if Role.AUDITOR in roles] == [
        "audit.looked"
    ]


def test_all_three_parties_are_told_when_it_is_granted(town: Town) -> None:
    row = granted(town)

    told = notices_about(town.session, "REV-1")
    assert [(each.party, each.kind, each.at) for each in told] == [
        (party, NoticeKind.AUDIT_GRANTED, town.now) for party in PARTIES
    ]
    assert engagement_of(town.session, auditor(town), at=town.now) == row
    assert basis_of(row).section == "kommuneloven § 24-3"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"projects": []}, "projects"),
        ({"period_to": date(2024, 12, 31)}, "period_to"),
        ({"ends_on": date(2024, 1, 1)}, "ends_on"),
        ({"ends_on": date(2027, 1, 1)}, "ends_on"),
    ],
)
def test_it_names_something_and_has_an_end(
    town: Town, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidValueError, match=field):
        granted(town, **wrong)


def test_no_auditor_has_a_mandate_without_a_last_day(town: Town) -> None:
    values = {"ref": "M-9", "person": "P-rev", "role": Role.AUDITOR}
    with pytest.raises(InvalidValueError, match="last day"):
        town.do(give_mandate, by=SYSTEM, valid_from=town.today, **values)


def test_what_does_not_exist_is_not_looked_into(town: Town) -> None:
    with pytest.raises(NotFoundError, match="PR9"):
        granted(town, projects=["PR9"])


@pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.CHIEF_EXECUTIVE])
def test_only_whoever_administers_mandates_grants_it(town: Town, role: Role) -> None:
    with pytest.raises(NotPermittedError):
        granted(town, by=town.office(role))


def test_an_exempt_case_is_named_only_when_that_is_opened(town: Town) -> None:
    with pytest.raises(RuleBrokenError, match="exempt"):
        granted(town, cases=["C02"])

    assert granted(town, cases=["C02"], sees_exempt=True).scope == ["PR1", "C02"]


def test_it_shows_what_hangs_together_with_what_is_named(town: Town) -> None:
    found = extract(town, granted(town))

    assert {row["item"] for row in found.decisions} == {"C01-T1/1", "C01-T1/2"}
    assert {"PR1", "O-1", "C01"} <= {node.ref for node in found.nodes}
    assert "round.opened" in {entry.type for entry in found.entries}
    rounds = {row["round"] for row in found.parity}
    assert rounds
    assert {row["gap_minutes"] for row in found.parity} == {0}
    assert not [e for e in found.entries if e.subject.startswith("M-P")]


def test_an_exempt_case_is_in_it_only_when_opened(town: Town) -> None:
    plain = extract(town, granted(town))
    opened = extract(town, granted(town, ref="REV-2", sees_exempt=True))

    def told(found: AuditExtract) -> str:
        entries = [[e.refs, e.payload, e.states] for e in found.entries]
        return str([found.nodes, found.edges, found.decisions, entries])

    assert "C02" not in told(plain)
    assert {row["case"] for row in opened.decisions} == {"C01", "C02"}


def test_it_shows_the_period_and_nothing_beside_it(town: Town) -> None:
    row = granted(town)
    day = town.today

    found = extract(town, row, first=day, last=day)

    assert {entry.at.date() for entry in found.entries} == {day}
    for outside in (
        {"first": row.period_from - timedelta(1)},
        {"last": row.period_to + timedelta(1)},
        {"first": row.period_to, "last": row.period_from},
    ):
        with pytest.raises(InvalidValueError, match="period"):
            extract(town, row, **outside)


def test_every_look_is_an_entry_without_what_was_typed(town: Town) -> None:
    row = granted(town)
    by = auditor(town)

    for about in ("O-1", "Kari Nordmann"):
        town.do(record_look, by=by, engagement=row, page="outputs.output", about=about)

    told = [entry.payload for entry in looks(town.session, row)]
    assert told == [
        {"page": "outputs.output", "about": "O-1"},
        {"page": "outputs.output", "about": None},
    ]
    assert "audit.looked" not in {e.type for e in history(town.session, "O-1")}


def test_it_ends_by_itself_and_may_end_sooner(town: Town) -> None:
    row = granted(town)
    later = town.now + timedelta(31)
    by = auditor(town)

    assert engagement_of(town.session, by, at=later) is None
    with pytest.raises(RuleBrokenError, match="INV-07"):
        record_look(town.session, row, page="x", by=by, at=later)

    town.do(end_mandate, by=SYSTEM, mandate="M-REV-1", last_day=town.today)
    assert ends_on(town.session, row) == town.today


def test_one_engagement_is_no_key_to_another(town: Town) -> None:
    granted(town)
    town.settle("P-rev2", Role.SAFETY_REP)
    other = granted(town, ref="REV-2", person="P-rev2")

    with pytest.raises(RuleBrokenError, match="INV-07"):
        town.do(record_look, by=auditor(town), engagement=other, page="x")


def test_the_database_keeps_what_was_granted(town: Town) -> None:
    granted(town)

    with pytest.raises(DBAPIError):
        town.session.execute(update(AuditEngagement).values(sees_exempt=True))
