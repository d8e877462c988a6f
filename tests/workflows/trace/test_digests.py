from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.workflows.conftest import Stage
from tests.workflows.development.towns import A, F, Town, U, session_on
from workflows.base import all_of, by_ref
from workflows.clock import at_oslo
from workflows.development.rounds import extend_round
from workflows.errors import NotPermittedError, RuleBrokenError
from workflows.people.hats import SYSTEM
from workflows.people.kinds import PARTIES, Role
from workflows.people.mandates import end_mandate, give_mandate
from workflows.people.notices import Notice, NoticeKind, notify_person
from workflows.people.persons import Person
from workflows.people.telling import (
    DispatchState,
    Outlet,
    Pace,
    begin_dispatch,
    broken_off,
    choose_telling,
    end_dispatch,
    notices_in,
    try_again,
)
from workflows.trace.digests import Digest, due_digests, morning_after

EVERY_CONTACT = {(f"P-{party}", Outlet.EMAIL) for party in PARTIES}


def with_addresses(town: Town) -> None:
    """The contacts have e-mail, the members none; a round is opened on a Monday."""
    town.drafted_project()
    for party in PARTIES:
        by_ref(town.session, Person, f"P-{party}").stored_email = f"{party}@example.org"
    town.opened_round("R-1", document="PR1-M")


@pytest.fixture(scope="module")
def begun(stage: Stage) -> Iterator[Connection]:
    yield from stage(with_addresses)


@pytest.fixture
def session(begun: Connection) -> Iterator[Session]:
    with session_on(begun) as session:
        yield session


def due(town: Town, at: datetime | None = None) -> dict[tuple[str, Outlet], Digest]:
    found = due_digests(town.session, at=at or town.now)
    return {(each.person.ref, each.outlet): each for each in found}


def kinds(digest: Digest) -> list[NoticeKind]:
    return [row.kind for row in digest.notices]


def extend(town: Town) -> None:
    town.do(
        extend_round, by=town.contact(U), review="R-1", working_days=1, reason="Ferie."
    )


def choose(town: Town, pace: Pace, *, by_teams: bool = False) -> None:
    town.do(
        choose_telling, by=town.contact(F), pace=pace, by_teams=by_teams, language="nn"
    )


def send(town: Town, digest: Digest, state: DispatchState = DispatchState.SENT) -> None:
    row = begin_dispatch(
        town.session,
        person_id=digest.person.id,
        outlet=digest.outlet,
        notices=[row.id for row in digest.notices],
        at=town.now,
    )
    end_dispatch(town.session, row.id, state=state, at=town.now)
    town.session.flush()


def test_an_opened_round_is_told_all_three_the_next_working_morning(town: Town) -> None:
    opened = town.now

    assert due(town) == {}
    town.wait(until=morning_after(opened) - timedelta(seconds=1))
    assert due(town) == {}
    town.wait(until=morning_after(opened))

    told = due(town)
    assert set(told) == EVERY_CONTACT
    assert {tuple(kinds(each)) for each in told.values()} == {
        (NoticeKind.ROUND_OPENED,)
    }


def test_a_moved_deadline_is_told_all_three_at_once_and_alone(town: Town) -> None:
    extend(town)

    told = due(town)

    assert set(told) == EVERY_CONTACT
    assert all(kinds(each) == [NoticeKind.ROUND_EXTENDED] for each in told.values())


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        pytest.param((2026, 9, 2, 7), (2026, 9, 3), id="the same night is a day"),
        pytest.param((2026, 9, 4, 12), (2026, 9, 7), id="Friday waits for Monday"),
        pytest.param((2025, 4, 16, 12), (2025, 4, 22), id="Easter is waited through"),
    ],
)
def test_the_morning_is_that_of_a_working_day(
    now: tuple[int, int, int, int], morning: tuple[int, int, int]
) -> None:
    year, month, day, hour = now
    at = at_oslo(date(year, month, day), time(hour))

    assert morning_after(at) == at_oslo(date(*morning), time(8))


def test_each_chooses_for_oneself_alone(town: Town) -> None:
    choose(town, Pace.AT_ONCE, by_teams=True)
    told = due(town)

    assert set(told) == {("P-F", Outlet.EMAIL), ("P-F", Outlet.TEAMS)}
    assert told[("P-F", Outlet.EMAIL)].language == "nn"
    choose(town, Pace.NEVER)
    extend(town)
    assert set(due(town)) == EVERY_CONTACT - {("P-F", Outlet.EMAIL)}
    with pytest.raises(NotPermittedError):
        town.do(
            choose_telling, by=SYSTEM, pace=Pace.NEVER, by_teams=False, language="nb"
        )


def test_what_is_sent_is_never_due_again(town: Town) -> None:
    extend(town)
    (mine,) = (each for key, each in due(town).items() if key[0] == "P-A")
    send(town, mine)

    assert set(due(town)) == EVERY_CONTACT - {("P-A", Outlet.EMAIL)}
    with pytest.raises(IntegrityError):
        send(town, mine)


def test_what_teams_refuses_is_told_by_mail_whatever_was_chosen(town: Town) -> None:
    choose(town, Pace.NEVER, by_teams=True)
    ((where, mine),) = due(town).items()
    assert where == ("P-F", Outlet.TEAMS)

    send(town, mine, DispatchState.REFUSED)
    told = due(town)

    assert set(told) == {("P-F", Outlet.EMAIL)}
    send(town, told[("P-F", Outlet.EMAIL)])
    assert due(town) == {}


def test_a_sending_that_was_broken_off_is_tried_once_more_and_no_more(
    town: Town,
) -> None:
    extend(town)
    mine = due(town)[("P-A", Outlet.EMAIL)]
    row = begin_dispatch(
        town.session,
        person_id=mine.person.id,
        outlet=mine.outlet,
        notices=[row.id for row in mine.notices],
        at=town.now,
    )
    later = town.now + timedelta(minutes=10)

    assert broken_off(town.session, before=town.now) == []
    assert broken_off(town.session, before=later) == [row]
    assert notices_in(town.session, row) == list(mine.notices)
    assert try_again(town.session, row.id, at=later)
    assert not try_again(town.session, row.id, at=later)
    assert (row.state, row.ended_at) == (DispatchState.UNSURE, later)
    with pytest.raises(RuleBrokenError):
        end_dispatch(town.session, row.id, state=DispatchState.SENT, at=later)


def test_only_those_are_told_who_held_a_mandate_then_and_hold_one_now(
    town: Town,
) -> None:
    town.do(end_mandate, by=SYSTEM, mandate="M-P-A", last_day=town.today)
    town.settle("P-new", Role.SAFETY_REP)
    by_ref(town.session, Person, "P-new").stored_email = "new@example.org"
    tomorrow = town.today + timedelta(days=1)
    town.do(
        give_mandate,
        by=SYSTEM,
        ref="M-new",
        person="P-new",
        role=Role.PARTY_MEMBER,
        party=A,
        organisation="Testvik kommune",
        valid_from=tomorrow,
    )
    town.wait(until=morning_after(town.now))

    assert set(due(town)) == EVERY_CONTACT - {("P-A", Outlet.EMAIL)}


def test_a_week_later_nobody_is_told_of_what_has_passed(town: Town) -> None:
    town.wait(days=8)

    assert due(town) == {}


def test_notices_to_a_person_reach_no_other(town: Town) -> None:
    town.wait(days=8)
    notify_person(
        town.session,
        NoticeKind.REVIEW_DUE,
        "NV-1",
        person_id=by_ref(town.session, Person, "P-U" if U == "U" else f"P-{U}").id,
        at=town.now,
        facts={"review_on": str(town.today)},
    )
    town.session.flush()

    assert set(due(town, morning_after(town.now))) == {(f"P-{U}", Outlet.EMAIL)}


def test_all_parties_have_the_same_notice_of_the_same_instant(town: Town) -> None:
    extend(town)
    given = Counter(
        (row.kind, row.about, row.at) for row in all_of(town.session, Notice)
    )

    assert given
    assert set(given.values()) == {len(PARTIES)}


def test_an_act_that_is_undone_has_told_nobody(town: Town) -> None:
    before = len(all_of(town.session, Notice))

    undone = town.session.begin_nested()
    extend(town)
    assert len(all_of(town.session, Notice)) == before + len(PARTIES)
    undone.rollback()

    assert len(all_of(town.session, Notice)) == before
    assert due(town) == {}
