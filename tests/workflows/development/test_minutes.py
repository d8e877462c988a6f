from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.workflows.development.towns import (
    ALL_AGREE,
    REASON,
    A,
    F,
    Town,
    U,
    minuted,
    session_on,
)
from workflows.base import by_ref
from workflows.development.forums import (
    AgendaPoint,
    ForumItem,
    ForumMeeting,
    call_forum,
    hold_forum,
    item_of,
)
from workflows.development.minutes import (
    MinutedPosition,
    MinutedView,
    minute_of,
    minute_point,
    minuted_positions,
)
from workflows.development.outputs import Output, OutputState
from workflows.development.positions import Position
from workflows.errors import NotPermittedError, RuleBrokenError
from workflows.people.hats import SYSTEM
from workflows.people.kinds import PARTIES, Party, Role
from workflows.people.mandates import end_mandate, give_mandate

AGREE = Position.AGREE


@pytest.fixture
def session(at_work: Connection) -> Iterator[Session]:
    """A session of the town where PR1 runs."""
    with session_on(at_work) as session:
        yield session


@pytest.fixture
def output(town: Town) -> Output:
    """An output whose text lies before the forum FM-1, held today."""
    row = town.begun_output()
    town.forum("FM-1", version="O-1@0.1")
    return row


def item(session: Session) -> ForumItem:
    return item_of(session, by_ref(session, ForumMeeting, "FM-1"), 1)


def minute(town: Town, views: list[MinutedView], **more: Any) -> None:
    town.do(
        minute_point,
        by=more.pop("by", town.manager),
        meeting="FM-1",
        point=1,
        conclusion="Slik ble det.",
        positions=views,
        **more,
    )


def test_the_minutes_keep_conclusion_and_positions_word_for_word(
    session: Session, town: Town, output: Output
) -> None:
    town.minute("FM-1", {**ALL_AGREE, U: Position.AGREE_WITH_REMARK})

    kept = minute_of(session, item(session))
    assert kept is not None
    assert kept.conclusion == "Slik ble det."
    said = {row.party: row.dissent for row in minuted_positions(session, item(session))}
    assert said == {A: None, F: None, U: REASON}
    assert output.state is OutputState.DELIVERED


def test_inv_07_nobody_is_minuted_for_another_party(
    session: Session, town: Town, output: Output
) -> None:
    stranger = MinutedView(party=A, position=AGREE, spoken_by="P-T")

    with pytest.raises(RuleBrokenError, match="INV-07"):
        minute(town, [stranger, minuted(F, AGREE), minuted(U, AGREE)])

    assert output.state is OutputState.IN_WORK


def test_inv_07_who_has_no_mandate_is_not_minuted(town: Town, output: Output) -> None:
    clerk = MinutedView(party=A, position=AGREE, spoken_by="P-officer")

    with pytest.raises(RuleBrokenError, match="speaks for no party"):
        minute(town, [clerk])


def test_inv_07_a_party_is_minuted_once(town: Town, output: Output) -> None:
    other = MinutedView(party=U, position=AGREE, spoken_by="P-T2")

    with pytest.raises(RuleBrokenError, match="speaks twice"):
        minute(town, [minuted(U, AGREE), other])


def test_inv_07_the_mandate_of_the_day_of_the_meeting_counts(
    session: Session, town: Town, output: Output
) -> None:
    town.do(end_mandate, by=SYSTEM, mandate="M-P-T", last_day=town.today)
    town.wait(days=3)

    town.minute("FM-1")

    assert output.state is OutputState.DELIVERED


def test_inv_18_a_mandate_given_after_the_meeting_did_not_speak_at_it(
    town: Town, output: Output
) -> None:
    meeting_day = town.today
    town.wait(days=3)
    terms = {"role": Role.PARTY_MEMBER, "party": U, "valid_from": meeting_day}
    town.do(give_mandate, by=SYSTEM, ref="M-late", person="P-safety", **terms)
    late = MinutedView(party=U, position=AGREE, spoken_by="P-safety")

    with pytest.raises(RuleBrokenError, match="INV-07"):
        minute(town, [minuted(A, AGREE), minuted(F, AGREE), late])


def test_a_meeting_that_was_not_held_has_no_minutes(town: Town) -> None:
    _called(town, days=14)

    with pytest.raises(RuleBrokenError, match="not been held"):
        minute(town, [])


def test_a_point_is_minuted_once(town: Town, output: Output) -> None:
    minute(town, [])

    with pytest.raises(RuleBrokenError, match="INV-09"):
        minute(town, [])


@pytest.mark.parametrize("quiet", PARTIES)
def test_inv_05_nothing_is_concluded_while_one_is_silent(
    town: Town, output: Output, quiet: Party
) -> None:
    minute(town, [minuted(party, AGREE) for party in PARTIES if party is not quiet])

    assert output.state is OutputState.IN_WORK
    assert output.standing is None


@pytest.mark.parametrize(("days", "is_in_time"), [(7, True), (6, False), (1, False)])
def test_papers_go_out_five_working_days_before(
    session: Session, town: Town, days: int, is_in_time: bool
) -> None:
    town.drafted_agreement()
    assert town.today.isoweekday() == 1
    _called(town, days=days, version="PA-1@0.1")
    town.wait(days=days)
    town.do(hold_forum, by=town.manager, meeting="FM-1", present=[])

    if is_in_time:
        town.minute("FM-1")
        return
    with pytest.raises(RuleBrokenError, match="5 are due"):
        town.minute("FM-1")


def _called(town: Town, *, days: int, version: str | None = None) -> None:
    town.do(
        call_forum,
        by=town.manager,
        ref="FM-1",
        number="1/25",
        starts_at=town.now + timedelta(days=days),
        place="Rådhuset",
        chair=F,
        points=[AgendaPoint(number=1, title="Sak", version=version)],
    )


def test_information_is_minuted_without_positions(
    session: Session, town: Town, output: Output
) -> None:
    minute(town, [])

    assert minuted_positions(session, item(session)) == []
    assert output.state is OutputState.IN_WORK


@pytest.mark.parametrize("role", [Role.COMMITTEE_SECRETARY, Role.CASE_OFFICER])
def test_the_decision_line_does_not_minute_the_forum(
    town: Town, output: Output, role: Role
) -> None:
    with pytest.raises(NotPermittedError, match="INV-10"):
        minute(town, [], by=town.office(role))


@pytest.mark.parametrize(
    "change", [update(MinutedPosition).values(dissent=""), delete(MinutedPosition)]
)
def test_inv_09_the_database_refuses_to_change_what_was_minuted(
    session: Session, town: Town, output: Output, change: object
) -> None:
    town.minute("FM-1", {**ALL_AGREE, U: Position.AGREE_WITH_REMARK})

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]  # one of two statements

    assert len(minuted_positions(session, item(session))) == 3
