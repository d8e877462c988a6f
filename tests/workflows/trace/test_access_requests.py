"""Requests for access are logged and answered; who asked can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.exc import DBAPIError

from tests.workflows.development.towns import Town, session_on
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
)
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.record.entries import history
from workflows.trace.access_requests import (
    AccessAnswer,
    AccessRequest,
    RequestResult,
    RequestRow,
    answer_request,
    forget_requester,
    name_of_requester,
    register_request,
    requests,
    section_of,
)
from workflows.trace.questions import answer

NAME = "Turi Nysgjerrig"
MONDAY = date(2025, 1, 6)


@pytest.fixture
def town(settled: Connection) -> Iterator[Town]:
    """A town with an archive."""
    with session_on(settled) as session:
        town = Town(session)
        town.settle("P-arkiv", Role.RECORDS_MANAGER)
        yield town


def archive(town: Town) -> Hat:
    return town.hat("P-arkiv", Role.RECORDS_MANAGER)


def asked(town: Town, **more: Any) -> AccessRequest:
    values = {"ref": "INN-1", "asked_for": "Mandatet", "received_on": MONDAY, **more}
    return town.do(register_request, by=archive(town), **values)


def answered(town: Town, result: RequestResult, **more: Any) -> AccessAnswer:
    values = {"request": "INN-1", "answered_on": town.today, **more}
    return town.do(answer_request, by=archive(town), result=result, **values)


def logged(town: Town) -> RequestRow:
    (row,) = requests(town.session, at=town.now)
    return row


def test_whoever_asks_may_stay_unnamed(town: Town) -> None:
    row = asked(town)

    assert name_of_requester(town.session, row) is None
    assert logged(town).request == row
    assert logged(town).answer is None


def test_the_name_stands_in_no_entry_and_can_be_erased(town: Town) -> None:
    row = asked(town, name=NAME)
    assert name_of_requester(town.session, row) == NAME

    town.do(forget_requester, by=archive(town), request="INN-1")

    assert name_of_requester(town.session, row) is None
    entries = history(town.session, "INN-1")
    assert [entry.type for entry in entries] == [
        "request.registered",
        "request.forgotten",
    ]
    assert NAME not in str([entry.payload for entry in entries])
    assert NAME not in str(answer(town.session, "access-requests", at=town.now).rows)
    with pytest.raises(NotFoundError):
        town.do(forget_requester, by=archive(town), request="INN-1")


@pytest.mark.parametrize(
    "lacking",
    [{"appeal_told": True}, {"basis": "exemption_negotiation"}, {}],
)
@pytest.mark.parametrize("result", [RequestResult.PARTLY, RequestResult.REFUSED])
def test_l_25_a_refusal_names_its_basis_and_tells_of_the_right_to_appeal(
    town: Town, result: RequestResult, lacking: dict[str, Any]
) -> None:
    asked(town)

    with pytest.raises(RuleBrokenError, match="L-25"):
        answered(town, result, **lacking)

    whole = {"basis": "exemption_negotiation", "appeal_told": True}
    row = answered(town, result, **whole)
    assert section_of(row) == "offentleglova § 23"
    assert logged(town).answer == row


def test_what_is_granted_in_full_rests_on_no_exemption(town: Town) -> None:
    asked(town)

    with pytest.raises(InvalidValueError, match="basis"):
        answered(town, RequestResult.GRANTED, basis="exemption_negotiation")
    with pytest.raises(InvalidValueError, match="basis"):
        answered(town, RequestResult.REFUSED, basis="minutes", appeal_told=True)
    with pytest.raises(InvalidValueError, match="answered_on"):
        answered(town, RequestResult.GRANTED, answered_on=date(2025, 1, 5))


@pytest.mark.parametrize(
    ("days", "late", "counts_as_refused"),
    # Monday 6 January: Thursday is the third working day, Monday the fifth.
    [(3, False, False), (4, True, False), (7, True, False), (8, True, True)],
)
def test_l_25_what_takes_too_long_is_told(
    town: Town, days: int, *, late: bool, counts_as_refused: bool
) -> None:
    asked(town)
    town.now += timedelta(days=days)

    report = answer(town.session, "access-requests", at=town.now)

    assert logged(town).due_on == date(2025, 1, 9)
    assert (report.rows[0]["overdue"], report.rows[0]["counts_as_refused"]) == (
        late,
        counts_as_refused,
    )
    answered(town, RequestResult.GRANTED)
    assert (logged(town).is_late, logged(town).counts_as_refused) == (late, False)


@pytest.mark.parametrize("role", [Role.CHIEF_EXECUTIVE, Role.COMMITTEE_SECRETARY])
def test_the_archive_alone_writes_the_log(town: Town, role: Role) -> None:
    with pytest.raises(NotPermittedError):
        town.do(
            register_request,
            by=town.office(role),
            ref="INN-1",
            asked_for="Mandatet",
            received_on=MONDAY,
        )


def test_inv_09_the_database_keeps_requests_and_answers(town: Town) -> None:
    asked(town)
    answered(town, RequestResult.GRANTED)

    for kind in (AccessRequest, AccessAnswer):
        with pytest.raises(DBAPIError), town.session.begin_nested():
            town.session.execute(update(kind).values(at=town.now))
