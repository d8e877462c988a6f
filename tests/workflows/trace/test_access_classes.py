"""An access class is proposed by those who work with a thing; the archive decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.exc import DBAPIError

from tests.workflows.development.towns import A, Town, U, session_on
from tests.workflows.trace.halls import open_case, open_hall
from workflows.base import by_ref
from workflows.clock import at_oslo
from workflows.consultations import (
    Consultation,
    consultations_for,
    need_consultation,
)
from workflows.decision.cases import Case
from workflows.decision.exemptions import exemption_on
from workflows.development.documents import Document, agreed_version
from workflows.development.publication import openness_of
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
)
from workflows.law.references import exemption, exemptions
from workflows.people.hats import Hat
from workflows.people.kinds import PARTIES, Role
from workflows.people.notices import NoticeKind, notices_about
from workflows.record.access_classes import (
    AccessClass,
    AccessDecision,
    decided_access,
    proposals_on_access,
)
from workflows.trace.access_classes import decide_access, propose_access
from workflows.trace.deferred_access import deferred_without_day
from workflows.trace.exemption_reviews import exemption_reviews
from workflows.trace.sweep import sweep

EXEMPT, PUBLIC = AccessClass.EXEMPT, AccessClass.PUBLIC
CASE_GROUNDS = {
    "exemption_reason": "Valget er ikke avgjort.",
    "wider_access": "Vurdert.",
}
GROUNDS = {
    "basis": "exemption_negotiation",
    "reason": "Forhandlingsposisjonen må vernes.",
    "wider_access": "Vurdert; åpnes når avtalen er inngått.",
}
TALK = {"ref": "D-1", "subject": "Turnus", "basis": "HA del B"}


@pytest.fixture
def town(handed_over: Connection) -> Iterator[Town]:
    """A town with a case, an output that is handed over, and an archive."""
    with session_on(handed_over) as session:
        town = Town(session)
        open_hall(town)
        open_case(town)
        town.settle("P-arkiv", Role.RECORDS_MANAGER)
        yield town


def archive(town: Town) -> Hat:
    return town.hat("P-arkiv", Role.RECORDS_MANAGER)


def propose(town: Town, about: str, access: AccessClass, by: Hat, **more: Any) -> None:
    town.do(propose_access, by=by, about=about, access=access, **more)


def decide(town: Town, about: str, access: AccessClass, **more: Any) -> AccessDecision:
    by = more.pop("by", None) or archive(town)
    return town.do(decide_access, by=by, about=about, access=access, **more)


def openness(town: Town, ref: str) -> str:
    version = agreed_version(town.session, ref)
    assert version is not None
    return openness_of(town.session, version, by_ref(town.session, Document, ref))


def case_of(town: Town) -> Case:
    return by_ref(town.session, Case, "C01")


def test_inv_15_a_proposal_opens_nothing_and_closes_nothing(town: Town) -> None:
    before = openness(town, "O-1")

    propose(town, "O-1", EXEMPT, town.manager, **GROUNDS)
    propose(town, "C01", EXEMPT, town.officer, **GROUNDS)

    assert (openness(town, "O-1"), case_of(town).restricted) == (before, None)
    assert decided_access(town.session, "O-1") is None
    assert [row.about for row in proposals_on_access(town.session)] == ["O-1", "C01"]


def test_nothing_becomes_more_open_by_a_proposal(town: Town) -> None:
    decide(town, "C01", EXEMPT, **GROUNDS)
    decide(town, "O-1", EXEMPT, **GROUNDS)

    propose(town, "C01", PUBLIC, town.officer)
    propose(town, "O-1", PUBLIC, town.manager)

    assert case_of(town).restricted == GROUNDS["basis"]
    assert openness(town, "O-1") == "exempt"


def test_inv_15_what_the_archive_decides_holds_with_its_grounds(town: Town) -> None:
    decide(town, "C01", EXEMPT, **GROUNDS)

    found = exemption_on(town.session, case_of(town).id)
    assert found is not None
    assert (found.reason, found.at) == (GROUNDS["reason"], town.now)
    assert found.person_id == archive(town).person_id

    decide(town, "C01", PUBLIC)
    assert case_of(town).restricted is None


@pytest.mark.parametrize("lacking", ["basis", "reason", "wider_access"])
def test_inv_15_an_exemption_without_its_grounds_is_neither_proposed_nor_decided(
    town: Town, lacking: str
) -> None:
    grounds = {**GROUNDS, lacking: None if lacking == "basis" else " "}

    with pytest.raises((RuleBrokenError, InvalidValueError)):
        decide(town, "C01", EXEMPT, **grounds)
    with pytest.raises((RuleBrokenError, InvalidValueError)):
        propose(town, "C01", EXEMPT, town.officer, **grounds)
    with pytest.raises(InvalidValueError):
        decide(town, "C01", PUBLIC, **GROUNDS)


def test_the_basis_is_one_that_is_in_force_that_day() -> None:
    assert exemption("exemption_negotiation", on=date(2025, 1, 1)).section
    assert exemptions(on=date(2008, 1, 1)) == []
    with pytest.raises(NotFoundError):
        exemption("exemption_negotiation", on=date(2008, 1, 1))
    with pytest.raises(InvalidValueError, match="no exemption"):
        exemption("archives", on=date(2025, 1, 1))


@pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.CHIEF_EXECUTIVE])
def test_only_the_archive_decides(town: Town, role: Role) -> None:
    for by in (town.office(role), town.contact(A)):
        with pytest.raises(NotPermittedError):
            decide(town, "O-1", PUBLIC, by=by)


def test_inv_01_the_manager_proposes_nothing_for_a_case(town: Town) -> None:
    with pytest.raises(NotPermittedError, match="INV-01"):
        propose(town, "C01", PUBLIC, town.manager)


def test_the_decision_line_proposes_for_what_it_has_been_handed(town: Town) -> None:
    town.begun_output("O-2")

    propose(town, "O-1", PUBLIC, town.officer)
    for about in ("O-2", "PR1-M", "X-9"):
        with pytest.raises(NotFoundError):
            propose(town, about, PUBLIC, town.officer)


def test_the_public_sees_a_talk_when_it_is_public_and_recorded(town: Town) -> None:
    talk = town.do(need_consultation, by=town.contact(U), **TALK)

    def seen(hat: Hat | None) -> list[Consultation]:
        return consultations_for(town.session, hat, at=town.now)

    decide(town, "D-1", PUBLIC)
    assert (talk.access, seen(None)) == (PUBLIC, [])
    talk.recorded_at = town.now
    assert seen(None) == seen(town.manager) == [talk]
    decide(town, "D-1", EXEMPT, **GROUNDS)
    assert seen(None) == seen(town.manager) == []
    assert seen(town.secretary) == seen(town.contact(U)) == [talk]


@pytest.mark.parametrize(
    "said",
    [
        {"access": EXEMPT},
        {"access": PUBLIC, "exemption": "exemption_negotiation"},
        {"exemption": "exemption_negotiation"},
        {"access": EXEMPT, "exemption": "archives"},
    ],
)
def test_inv_15_a_talk_is_exempt_by_a_rule_or_not_at_all(
    town: Town, said: dict[str, Any]
) -> None:
    with pytest.raises(InvalidValueError):
        town.do(need_consultation, by=town.contact(U), **TALK, **said)


def test_inv_09_the_database_keeps_every_decision_on_access(town: Town) -> None:
    decide(town, "O-1", PUBLIC)

    with pytest.raises(DBAPIError):
        town.session.execute(update(AccessDecision).values(access=EXEMPT))


DEFERRED = {**GROUNDS, "basis": "exemption_deferred"}


def test_l_24_deferred_access_ends_by_itself_on_its_day(town: Town) -> None:
    opens_on = town.today + timedelta(days=2)
    decide(town, "C01", EXEMPT, opens_on=opens_on, **DEFERRED)
    sweep(town.session, at=at_oslo(opens_on, time(0)) - timedelta(minutes=1))
    assert case_of(town).restricted == "exemption_deferred"

    sweep(town.session, at=at_oslo(opens_on, time(0)))

    assert case_of(town).restricted is None
    ended = decided_access(town.session, "C01")
    assert ended is not None
    assert (ended.access, ended.mandate_id) == (PUBLIC, None)
    told = notices_about(town.session, "C01")
    assert [(row.kind, row.party) for row in told] == [
        (NoticeKind.ACCESS_OPENED, party) for party in PARTIES
    ]
    assert sweep(town.session, at=at_oslo(opens_on, time(1))) == 0


def test_l_24_a_new_decision_takes_the_place_of_the_day(town: Town) -> None:
    opens_on = town.today + timedelta(days=2)
    decide(town, "C01", EXEMPT, opens_on=opens_on, **DEFERRED)
    decide(town, "C01", EXEMPT, **GROUNDS)

    sweep(town.session, at=at_oslo(opens_on, time(0)))

    assert case_of(town).restricted == GROUNDS["basis"]


def test_l_24_deferred_access_has_a_day_to_come_and_nothing_else_has(
    town: Town,
) -> None:
    with pytest.raises(RuleBrokenError, match="L-24"):
        decide(town, "C01", EXEMPT, **DEFERRED)
    for grounds in (DEFERRED, GROUNDS):
        with pytest.raises(RuleBrokenError, match="L-24"):
            decide(town, "C01", EXEMPT, opens_on=town.today, **grounds)


def test_l_24_a_case_is_not_registered_as_deferred_without_a_day(town: Town) -> None:
    values = {"restricted": "exemption_deferred", **CASE_GROUNDS}
    for day in (None, town.today):
        with pytest.raises(RuleBrokenError, match="L-24"):
            open_case(town, "C07", **values, opens_on=day)
    with pytest.raises(RuleBrokenError, match="L-24"):
        open_case(town, "C07", opens_on=town.today + timedelta(1))

    open_case(town, "C07", **values, opens_on=town.today + timedelta(1))
    sweep(town.session, at=at_oslo(town.today + timedelta(1), time(0)))
    assert by_ref(town.session, Case, "C07").restricted is None


def test_l_24_what_came_deferred_without_a_day_is_told(town: Town) -> None:
    open_case(town, "C07")
    case = by_ref(town.session, Case, "C07")
    case.restricted = "exemption_deferred"
    assert deferred_without_day(town.session) == ["C07"]

    values = {**DEFERRED, "opens_on": town.today + timedelta(5)}
    archive = town.settle("P-archive7", Role.RECORDS_MANAGER)
    town.do(decide_access, by=archive, about="C07", access=EXEMPT, **values)

    assert deferred_without_day(town.session) == []


def test_l_23_what_holds_only_while_it_is_required_is_looked_at_anew(
    town: Town,
) -> None:
    open_case(town, "C07")
    archive = town.settle("P-archive7", Role.RECORDS_MANAGER)
    decide: dict[str, Any] = {
        "by": archive,
        "about": "C07",
        "access": EXEMPT,
        **GROUNDS,
    }
    for wrong in (town.today, town.today + timedelta(366)):
        with pytest.raises(InvalidValueError, match="review_on"):
            town.do(decide_access, review_on=wrong, **decide)

    town.do(decide_access, **decide)
    (planned,) = exemption_reviews(town.session, at=town.now)
    assert planned.review_on == town.today + timedelta(365)

    day = town.today + timedelta(30)
    town.do(decide_access, review_on=day, **decide)
    (planned,) = exemption_reviews(town.session, at=town.now)
    assert (planned.review_on, planned.is_due) == (day, False)
    (planned,) = exemption_reviews(town.session, at=town.now + timedelta(30))
    assert planned.is_due

    town.do(decide_access, by=archive, about="C07", access=PUBLIC)
    assert exemption_reviews(town.session, at=town.now) == []


def test_l_23_an_exemption_that_lasts_has_no_such_day(town: Town) -> None:
    open_case(town, "C07")
    archive = town.settle("P-archive7", Role.RECORDS_MANAGER)
    lasting = {**GROUNDS, "basis": "exemption_confidentiality"}
    decide: dict[str, Any] = {
        "by": archive,
        "about": "C07",
        "access": EXEMPT,
        **lasting,
    }

    with pytest.raises(InvalidValueError, match="review_on"):
        town.do(decide_access, review_on=town.today + timedelta(30), **decide)
    town.do(decide_access, **decide)

    assert exemption_reviews(town.session, at=town.now) == []


@pytest.mark.parametrize("act", [propose_access, decide_access])
def test_l_21_no_text_is_exempt_as_an_internal_document(town: Town, act: Any) -> None:
    internal = {**GROUNDS, "basis": "exemption_internal_document"}
    is_proposal = act is propose_access
    archive = town.settle("P-archive7", Role.RECORDS_MANAGER)

    with pytest.raises(RuleBrokenError, match="INV-15"):
        town.do(
            act,
            by=town.manager if is_proposal else archive,
            about="PR1-M",
            access=EXEMPT,
            **internal,
        )
