from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.conftest import Stage
from tests.workflows.development.towns import A, F, Town, U, session_on
from tests.workflows.trace.halls import assign, open_case, open_hall, treat
from workflows.clock import at_oslo
from workflows.decision.bodies import elect_member
from workflows.decision.followups import (
    FollowUpState,
    assign_follow_up,
    extend_follow_up,
    report_follow_up,
)
from workflows.decision.meetings import schedule_meeting
from workflows.decision.reviews import hold_review, set_review_date
from workflows.development.answers import ask_to_close
from workflows.development.positions import Position
from workflows.development.rounds import cancel_round, extend_round
from workflows.errors import InvalidValueError, NotFoundError, NotPermittedError
from workflows.people.calendar_feeds import feed_of, make_feed, revoke_feed
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import PARTIES, Role
from workflows.people.mandates import give_mandate, hats_of
from workflows.trace.calendar_dates import CalendarDate, dates_of

SECRET = "0123456789" * 5


def dates(town: Town, *hats: Hat) -> dict[str, CalendarDate]:
    found = dates_of(town.session, hats, at=town.now)
    return {f"{each.kind} {each.ref}": each for each in found}


def seen(town: Town, *hats: Hat) -> CalendarDate:
    """Return the one round that there is."""
    (found,) = (each for key, each in dates(town, *hats).items() if "R-1" in key)
    return found


def with_a_round(town: Town) -> None:
    """An open round about the mandate of a project."""
    town.drafted_project()
    town.opened_round("R-1", document="PR1-M")


@pytest.fixture(scope="module")
def begun(stage: Stage) -> Iterator[Connection]:
    yield from stage(with_a_round)


@pytest.fixture
def session(begun: Connection) -> Iterator[Session]:
    with session_on(begun) as session:
        yield session


def test_a_planned_round_is_in_nobodys_calendar(town: Town) -> None:
    town.planned_round("R-2", document="PR1-M")

    assert not any("R-2" in key for key in dates(town, town.contact(A), town.manager))


def test_all_three_parties_have_the_same_deadline(town: Town) -> None:
    first, *others = (seen(town, town.contact(party)) for party in PARTIES)

    assert others == [first, first]
    assert dates(town, town.secretary) == {}


def test_a_moved_deadline_is_the_same_date_changed_once_more(town: Town) -> None:
    before = seen(town, town.contact(F))
    town.wait(days=1)

    town.do(
        extend_round, by=town.contact(U), review="R-1", working_days=1, reason="Ferie."
    )
    after = seen(town, town.contact(F))

    assert after.sequence == before.sequence + 1
    assert (after.changed_at, after.when > before.when) == (town.now, True)


def test_what_is_answered_and_asked_moves_nothing_until_it_closes(town: Town) -> None:
    before = seen(town, town.contact(F))

    for party in PARTIES:
        town.answer("R-1", party, Position.AGREE)
        assert seen(town, town.contact(F)) == before
        town.do(ask_to_close, by=town.contact(party), review="R-1")
    after = seen(town, town.contact(F))

    assert (before.is_off, after.is_off) == (False, True)
    assert after.sequence == before.sequence + 1


def test_a_cancelled_round_is_called_off(town: Town) -> None:
    town.do(cancel_round, by=town.manager, review="R-1", reason="Feil tekst.")

    assert seen(town, town.contact(A)).is_off


def test_a_round_that_ran_out_took_place_and_leaves_after_ninety_days(
    town: Town,
) -> None:
    deadline = seen(town, town.contact(A)).when
    assert isinstance(deadline, datetime)

    town.wait(until=deadline + timedelta(days=1))
    ran_out = seen(town, town.contact(A))
    town.wait(days=90)

    assert not ran_out.is_off
    assert not any("R-1" in key for key in dates(town, town.contact(A)))


def test_a_hat_of_one_project_has_the_dates_of_that_project_alone(town: Town) -> None:
    town.propose("PR2")
    for project in ("PR1", "PR2"):
        town.do(
            give_mandate,
            by=SYSTEM,
            ref=f"M-{project}",
            person="P-officer",
            role=Role.PROJECT_MEMBER,
            project=project,
            valid_from=town.today,
        )
    worn = hats_of(town.session, person="P-officer", at=town.now)
    of = {hat.project: any("R-1" in key for key in dates(town, hat)) for hat in worn}

    assert of == {None: False, "PR1": True, "PR2": False}


def test_a_follow_up_moves_and_ends_with_what_is_reported(town: Town) -> None:
    open_hall(town)
    open_case(town)
    treat(town)
    deadline = assign(town, "C01-T1/1")
    town.do(
        set_review_date,
        by=town.officer,
        ref="NV-1",
        item="C01-T1/1",
        review_on=deadline,
        person="P-officer",
    )
    first = dates(town, town.officer)
    town.do(
        extend_follow_up,
        by=town.officer,
        followup="F-01",
        deadline=deadline + timedelta(days=7),
        reason="Sykdom.",
    )
    moved = dates(town, town.officer)["follow_up F-01"]
    town.do(
        report_follow_up,
        by=town.officer,
        followup="F-01",
        state=FollowUpState.IMPLEMENTED,
        text="Gjort.",
        evidence="Notat",
    )
    town.do(hold_review, by=town.officer, review="NV-1", text="Står ved lag.")
    after = dates(town, town.officer)

    assert list(first) == ["follow_up F-01", "review NV-1"]
    assert (first["follow_up F-01"].when, moved.when) == (
        deadline,
        deadline + timedelta(days=7),
    )
    assert moved.sequence == 1
    assert {key for key, each in after.items() if each.is_off} == set(after)
    assert dates(town, town.secretary) == {}


@pytest.mark.parametrize(
    ("role", "is_told"),
    [
        (Role.CASE_OFFICER, True),
        (Role.PROJECT_MEMBER, False),
    ],
)
def test_what_is_exempt_is_told_to_a_hat_that_may_read_it_alone(
    town: Town, role: Role, is_told: bool
) -> None:
    town.settle("P-named", role)
    open_hall(town)
    open_case(
        town,
        restricted="exemption_negotiation",
        exemption_reason="Forhandling.",
        wider_access="Skader partene.",
    )
    treat(town)
    town.do(
        assign_follow_up,
        by=town.officer,
        ref="F-01",
        item="C01-T1/1",
        deadline=town.today,
        person="P-named",
    )

    told = dates(town, town.hat("P-named", role))

    assert ("follow_up F-01" in told) is is_told


def test_a_member_has_the_meetings_of_its_own_body(town: Town) -> None:
    open_hall(town)
    member = town.settle("P-member", Role.BODY_MEMBER)
    town.do(
        elect_member,
        by=SYSTEM,
        body="KST",
        person="P-member",
        valid_from=town.today,
    )
    for body in ("KST", "ADM"):
        town.do(
            schedule_meeting,
            by=town.secretary,
            ref=f"M{body}",
            body=body,
            starts_at=at_oslo(town.today + timedelta(days=9), time(18)),
            place="Rådhuset",
        )

    assert list(dates(town, member)) == ["body_meeting MKST"]
    assert len(dates(town, town.secretary)) == 2


def test_hats_that_hold_no_more_bring_nothing(town: Town) -> None:
    ended = replace(town.contact(A), valid_to=town.today - timedelta(days=1))

    assert dates(town, ended) == {}


def test_one_person_has_one_address_and_the_last_one_made_works(town: Town) -> None:
    hat = town.contact(A)
    for secret in (SECRET, SECRET[::-1] + "y"):
        town.do(make_feed, by=hat, secret=secret, language="nb")
    found = feed_of(town.session, SECRET[::-1] + "y")

    assert found.person_id == hat.person_id
    with pytest.raises(NotFoundError):
        feed_of(town.session, SECRET)
    town.do(revoke_feed, by=hat)
    with pytest.raises(NotFoundError):
        feed_of(town.session, SECRET[::-1] + "y")
    with pytest.raises(InvalidValueError):
        town.do(make_feed, by=hat, secret="x" * 31, language="nb")


def test_the_system_itself_has_no_calendar(town: Town) -> None:
    with pytest.raises(NotPermittedError):
        town.do(make_feed, by=SYSTEM, secret=SECRET, language="nb")
