"""A text that reached one party later, told as it was and made good for all."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.development.towns import A, F, Town, U
from workflows.clock import at_oslo, oslo
from workflows.development.late_access import later_by, receive_late
from workflows.development.parity import access_to, accesses_told, gap_minutes
from workflows.development.rounds import Round, RoundState, read_round
from workflows.errors import NotPermittedError, RuleBrokenError
from workflows.law.deadlines import is_working_day
from workflows.people.kinds import PARTIES, Party
from workflows.people.notices import NoticeKind, notices_about
from workflows.record.entries import entries_until
from workflows.trace.questions import answer

REVIEW = "R-1"
HOUR = timedelta(hours=1)


@pytest.fixture
def open_town(opened: Town) -> Town:
    """A town four hours after a round opened; the deadline is 10 February at noon."""
    opened.wait(until=opened.now + 4 * HOUR)
    return opened


def late(town: Town, party: Party = U, *, hours: int = 4, **more: str) -> Round:
    by = town.manager if more else town.contact(party)
    opened_at = town.now - 4 * HOUR
    return town.do(
        receive_late,
        by=by,
        review=REVIEW,
        party=party,
        received_at=opened_at + hours * HOUR,
        **more,
    )


def noon(day: str) -> datetime:
    return at_oslo(date.fromisoformat(day), time(12))


def test_all_three_get_as_much_longer_as_one_party_lost(open_town: Town) -> None:
    review = late(open_town)

    assert review.state is RoundState.EXTENDED
    assert review.deadline_at == noon("2025-02-10") + 4 * HOUR
    (row,) = answer(open_town.session, "parity", at=open_town.now).rows
    assert row["gap_minutes"] == 240


def test_all_three_are_told_at_the_same_instant(open_town: Town) -> None:
    late(open_town)

    rows = [
        row
        for row in notices_about(open_town.session, REVIEW)
        if row.kind is NoticeKind.LATE_ACCESS
    ]
    assert [row.party for row in rows] == list(PARTIES)
    assert {row.at for row in rows} == {open_town.now}


def test_the_entries_alone_give_the_same_numbers(open_town: Town) -> None:
    open_town.do(read_round, by=open_town.contact(A), review=REVIEW)
    late(open_town)
    open_town.do(read_round, by=open_town.contact(U), review=REVIEW)
    review = late(open_town, F, hours=3)

    told = accesses_told(entries_until(open_town.session, open_town.now), REVIEW)
    kept = access_to(open_town.session, review.id)

    assert [(a.party, a.made_available_at, a.first_opened_at) for a in told] == [
        (a.party, a.made_available_at, a.first_opened_at) for a in kept
    ]
    assert gap_minutes(told) == gap_minutes(kept) == 240


def test_a_smaller_delay_within_a_greater_one_moves_nothing_more(
    open_town: Town,
) -> None:
    late(open_town)

    review = late(open_town, F, hours=3)

    assert review.deadline_at == noon("2025-02-10") + 4 * HOUR


def test_the_deadline_is_kept_only_by_the_manager_and_with_a_reason(
    open_town: Town,
) -> None:
    with pytest.raises(RuleBrokenError, match="reason"):
        late(open_town, keep_deadline=" ")

    review = late(open_town, keep_deadline="Fristen er alt utsatt for alle")

    assert review.deadline_at == noon("2025-02-10")
    (notice, *_) = [
        row
        for row in notices_about(open_town.session, REVIEW)
        if row.kind is NoticeKind.LATE_ACCESS
    ]
    assert notice.facts["deadline_kept"] is True


def test_a_party_tells_of_its_own_delay_only(open_town: Town) -> None:
    with pytest.raises(NotPermittedError):
        open_town.do(
            receive_late,
            by=open_town.contact(A),
            review=REVIEW,
            party=U,
            received_at=open_town.now,
        )


@pytest.mark.parametrize("hours", [-1, 5])
def test_nobody_received_the_text_before_it_was_sent_or_later_than_now(
    open_town: Town, hours: int
) -> None:
    with pytest.raises(RuleBrokenError, match="INV-02"):
        late(open_town, hours=hours)


def test_an_opening_that_the_product_did_not_see_is_unknown(open_town: Town) -> None:
    open_town.do(read_round, by=open_town.contact(A), review=REVIEW)

    (row,) = answer(open_town.session, "parity", at=open_town.now).rows

    assert row["first_opened"]["A"] is not None
    assert row["first_opened"]["T"] is None


@given(
    day=st.dates(date(2025, 1, 1), date(2030, 1, 1)).filter(is_working_day),
    minutes=st.integers(0, 60 * 24 * 30),
)
def test_a_moved_deadline_gives_at_least_the_time_that_was_lost(
    day: date, minutes: int
) -> None:
    former = at_oslo(day, time(12))

    moved = later_by(former, minutes)

    assert moved - former >= timedelta(minutes=minutes)
    assert is_working_day(oslo(moved).date())
