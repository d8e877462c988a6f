from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from connector.database.engine import Database
from tests.workflows.development.towns import NINE, Town, U
from workflows.development.parity import RoundAccess, access_to, gap_minutes
from workflows.development.rounds import read_round
from workflows.people.kinds import PARTIES
from workflows.people.municipalities import found_municipality
from workflows.record.entries import history

TEN = datetime(2025, 3, 5, 10, tzinfo=UTC)


class SilentTown(Town):
    """A town where nobody has discussed logging with the unions."""

    def discuss_logging(self) -> None:
        """Say nothing."""


def access(minutes: int) -> RoundAccess:
    return RoundAccess(
        round_id=uuid.uuid4(),
        party=U,
        made_available_at=TEN + timedelta(minutes=minutes),
    )


def test_all_three_get_access_at_one_and_the_same_instant(
    session: Session, town: Town
) -> None:
    town.drafted_project()
    review = town.opened_round("R-1", document="PR1-M")

    accesses = access_to(session, review.id)

    assert [each.party for each in accesses] == list(PARTIES)
    assert {each.made_available_at for each in accesses} == {town.now}
    assert gap_minutes(accesses) == 0


def test_only_the_first_opening_of_each_party_is_kept(
    session: Session, town: Town
) -> None:
    town.drafted_project()
    review = town.opened_round("R-1", document="PR1-M")
    town.wait(days=1)
    first = town.now
    town.do(read_round, by=town.contact(U), review="R-1")
    town.wait(days=1)
    town.do(read_round, by=town.contact(U), review="R-1")

    opened = {
        each.party: each.first_opened_at for each in access_to(session, review.id)
    }

    assert [opened[party] for party in PARTIES] == [None, None, first]


def test_no_opening_is_kept_before_logging_was_discussed_with_the_unions(
    database: Database,
) -> None:
    with database.transaction(None) as session:
        found_municipality(session, name="Testvik", number="9999", at=NINE)
        town = SilentTown(session)
        town.drafted_project()
        review = town.opened_round("R-1", document="PR1-M")
        town.do(read_round, by=town.contact(U), review="R-1")

        assert not any(each.first_opened_at for each in access_to(session, review.id))
        assert "round.read" not in {entry.type for entry in history(session, "R-1")}


@pytest.mark.parametrize(
    ("minutes", "gap"), [((), 0), ((0, 0, 0), 0), ((240, 0, 0), 240), ((5, 0, 90), 90)]
)
def test_the_gap_is_from_the_first_to_the_last(
    minutes: tuple[int, ...], gap: int
) -> None:
    assert gap_minutes([access(each) for each in minutes]) == gap


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=3))
def test_the_gap_does_not_depend_on_the_order(minutes: list[int]) -> None:
    told = gap_minutes([access(each) for each in minutes])

    assert told == max(minutes) - min(minutes)
    assert told == gap_minutes([access(each) for each in sorted(minutes)])
