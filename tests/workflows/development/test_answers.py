from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.workflows.development.towns import ALL_AGREE, REASON, A, F, Town, U
from workflows.base import all_of, by_ref
from workflows.development.answers import (
    Answer,
    answer_round,
    ask_to_close,
    counted_answers,
    late_answers,
    summarise_round,
)
from workflows.development.documents import agreed_version
from workflows.development.positions import Position
from workflows.development.projects import Project
from workflows.development.remarks import remarks_in
from workflows.development.rounds import Round, RoundState, extend_round
from workflows.errors import (
    InvalidValueError,
    NotPermittedError,
    RuleBrokenError,
    TransitionNotAllowedError,
)
from workflows.people.hats import SYSTEM
from workflows.people.kinds import PARTIES, Party, Role
from workflows.people.mandates import end_mandate
from workflows.record.entries import history

S = RoundState


@pytest.fixture
def review(opened: Town) -> Round:
    """An open round on a mandate."""
    return by_ref(opened.session, Round, "R-1")


def said(session: Session, review: Round) -> dict[Party, Position]:
    return {
        each.view.party: each.view.position for each in counted_answers(session, review)
    }


def remark(town: Town, party: Party, *texts: str) -> None:
    town.do(answer_round, by=town.member(party), review="R-1", remarks=list(texts))


def test_answers_are_listed_in_neutral_order_never_in_that_of_time(
    session: Session, town: Town, review: Round
) -> None:
    for party in (U, F, A):
        town.answer("R-1", party, Position.AGREE)
        town.wait(days=1)

    assert list(said(session, review)) == [A, F, U]


def test_the_last_answer_in_time_counts(
    session: Session, town: Town, review: Round
) -> None:
    town.answer("R-1", U, Position.DISAGREE)
    town.wait(days=1)
    town.answer("R-1", U, Position.AGREE)

    assert said(session, review) == {U: Position.AGREE}
    assert len(all_of(session, Answer)) == 2


def test_inv_05_a_party_that_is_silent_at_the_deadline_has_not_answered(
    session: Session, town: Town, review: Round
) -> None:
    town.answer("R-1", A, Position.AGREE)
    town.answer("R-1", F, Position.AGREE)

    town.wait(until=review.deadline_at)

    assert (review.state, review.closed_at) == (S.CLOSED, review.deadline_at)
    assert history(session, "R-1")[-1].payload == {"not_answered": ["T"]}
    assert U not in said(session, review)


@pytest.mark.parametrize("quiet", PARTIES)
def test_inv_05_nothing_is_agreed_while_one_is_silent(
    session: Session, town: Town, quiet: Party
) -> None:
    project = town.drafted_project()
    spoken = {party: Position.AGREE for party in PARTIES if party is not quiet}

    review = town.concluded_round("R-1", document="PR1-M", positions=spoken)

    assert (review.state, project.state) == (S.SUMMARISED, "mandate_round")
    assert agreed_version(session, "PR1-M") is None


def test_inv_05_no_remark_agrees_to_nothing_and_stops_nothing(
    session: Session, town: Town
) -> None:
    project = town.drafted_project()

    town.concluded_round(
        "R-1", document="PR1-M", positions={**ALL_AGREE, F: Position.NO_REMARK}
    )

    assert project.state == "mandate_round"
    assert agreed_version(session, "PR1-M") is None


def test_a_forum_can_conclude_what_silence_left_open(
    session: Session, town: Town
) -> None:
    project = town.drafted_project()
    town.concluded_round("R-1", document="PR1-M", positions={A: Position.AGREE})
    town.forum("FM-1", version="PR1-M@0.1")

    town.minute("FM-1")

    assert project.state == "mandate_agreed"


@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=2)])
def test_inv_05_a_late_answer_is_kept_apart_and_never_counted(
    session: Session, town: Town, review: Round, after: timedelta
) -> None:
    town.wait(until=review.deadline_at)
    town.wait(until=review.deadline_at + after)

    town.answer("R-1", U, Position.AGREE)

    assert said(session, review) == {}
    assert [row.party for row in late_answers(session, review)] == [U]


def test_an_answer_is_late_at_the_deadline_whether_swept_or_not(
    session: Session, town: Town, review: Round
) -> None:
    town.now = review.deadline_at

    town.answer("R-1", U, Position.AGREE)

    assert [row.is_late for row in late_answers(session, review)] == [True]


def test_an_answer_just_in_time_counts(
    session: Session, town: Town, review: Round
) -> None:
    town.wait(until=review.deadline_at - timedelta(microseconds=1))

    town.answer("R-1", U, Position.AGREE)

    assert said(session, review) == {U: Position.AGREE}


def test_an_extended_deadline_takes_answers_from_all(
    session: Session, town: Town, review: Round
) -> None:
    first = review.deadline_at
    town.do(
        extend_round,
        by=town.contact(U),
        review="R-1",
        working_days=3,
        reason="Årsmøte",
    )
    town.wait(until=first + timedelta(hours=1))

    town.answer("R-1", A, Position.AGREE)

    assert said(session, review) == {A: Position.AGREE}


def test_a_summarised_round_takes_no_answers(town: Town) -> None:
    town.agreed_project()

    with pytest.raises(RuleBrokenError, match="takes no answers"):
        town.answer("R-PR1", U, Position.DISAGREE)


def test_a_planned_round_takes_no_answers(town: Town) -> None:
    town.drafted_project()
    town.planned_round("R-1", document="PR1-M")

    with pytest.raises(RuleBrokenError, match="takes no answers"):
        town.answer("R-1", U, Position.AGREE)


def test_inv_07_a_member_gives_remarks_but_not_the_partys_position(
    session: Session, town: Town, review: Round
) -> None:
    remark(town, U, "Se på nattevaktene.")
    with pytest.raises(RuleBrokenError, match="INV-07"):
        town.do(answer_round, by=town.member(U), review="R-1", position=Position.AGREE)

    assert said(session, review) == {}
    assert [row.text for row in remarks_in(session, review.id)] == [
        "Se på nattevaktene."
    ]


def test_a_safety_representative_remarks_for_no_party(
    session: Session, town: Town, review: Round
) -> None:
    safety = town.office(Role.SAFETY_REP)
    town.do(answer_round, by=safety, review="R-1", remarks=["Alenearbeid."])
    with pytest.raises(RuleBrokenError, match="INV-07"):
        town.do(answer_round, by=safety, review="R-1", position=Position.AGREE)

    assert [row.party for row in remarks_in(session, review.id)] == [None]


def test_inv_07_yesterdays_mandate_answers_nothing_today(
    session: Session, town: Town, review: Round
) -> None:
    yesterdays = town.contact(U)
    town.do(end_mandate, by=SYSTEM, mandate="M-P-T", last_day=town.today)
    town.wait(days=1)

    with pytest.raises(RuleBrokenError, match="INV-07"):
        town.answer("R-1", U, Position.AGREE)
    ended = type(yesterdays)(
        **{**vars(yesterdays), "valid_to": town.today - timedelta(1)}
    )
    with pytest.raises(RuleBrokenError, match="INV-07"):
        town.do(answer_round, by=ended, review="R-1", position=Position.AGREE)

    assert said(session, review) == {}


def test_inv_18_an_answer_stays_when_its_giver_has_left(
    session: Session, town: Town, review: Round
) -> None:
    town.answer("R-1", U, Position.DISAGREE)
    town.do(end_mandate, by=SYSTEM, mandate="M-P-T", last_day=town.today)
    town.wait(days=1)

    assert said(session, review) == {U: Position.DISAGREE}


@pytest.mark.parametrize(
    "role", [Role.PROJECT_MANAGER, Role.CASE_OFFICER, Role.CHIEF_EXECUTIVE]
)
def test_nobody_else_answers(town: Town, review: Round, role: Role) -> None:
    with pytest.raises(NotPermittedError):
        town.do(
            answer_round, by=town.office(role), review="R-1", position=Position.AGREE
        )


def test_an_answer_says_something(town: Town, review: Round) -> None:
    with pytest.raises(InvalidValueError, match="neither a position nor a remark"):
        town.do(answer_round, by=town.contact(U), review="R-1")


def test_a_round_closes_early_when_all_have_answered_and_all_ask(
    town: Town, review: Round
) -> None:
    for party in PARTIES:
        town.answer("R-1", party, Position.AGREE)
    states = []
    for party in PARTIES:
        town.do(ask_to_close, by=town.contact(party), review="R-1")
        states.append(review.state)

    assert states == [S.OPEN, S.OPEN, S.CLOSED]
    assert review.closed_at == town.now


def test_a_round_stays_open_while_one_has_not_answered(
    town: Town, review: Round
) -> None:
    town.answer("R-1", A, Position.AGREE)
    for party in PARTIES:
        town.do(ask_to_close, by=town.contact(party), review="R-1")

    assert review.state is S.OPEN


def test_an_open_round_is_not_summarised(town: Town, review: Round) -> None:
    with pytest.raises(TransitionNotAllowedError):
        town.do(summarise_round, by=town.manager, review="R-1")


def test_a_round_is_summarised_once(town: Town) -> None:
    town.agreed_project()

    with pytest.raises(TransitionNotAllowedError):
        town.do(summarise_round, by=town.manager, review="R-PR1")


@pytest.mark.parametrize("change", [update(Answer).values(dissent=""), delete(Answer)])
def test_inv_09_the_database_refuses_to_change_an_answer(
    session: Session, town: Town, review: Round, change: object
) -> None:
    town.answer("R-1", U, Position.DISAGREE)

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]  # one of two statements

    assert [row.dissent for row in all_of(session, Answer)] == [REASON]
    assert by_ref(session, Project, "PR1").state == "mandate_round"
