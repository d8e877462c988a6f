"""How a hearing ends: called off, or every remark assessed and every author told."""

from __future__ import annotations

import pytest

from tests.workflows.development.heard import (
    assessed,
    by_letter,
    on_web,
    summarise,
)
from tests.workflows.development.towns import Town
from workflows.base import all_of
from workflows.development.hearing_answers import (
    Reply,
    hearing_answers,
    remarks_of,
)
from workflows.development.hearing_summaries import (
    HearingDigest,
    assessment_in_hearing,
    cancel_hearing,
    digest_of,
)
from workflows.development.hearings import (
    Hearing,
)
from workflows.development.positions import Position
from workflows.development.remarks import Assessment
from workflows.development.rounds import RoundState
from workflows.errors import (
    RuleBrokenError,
    TransitionNotAllowedError,
)
from workflows.people.notices import NoticeKind, notices_about


def test_a_hearing_is_called_off_only_before_anybody_answers(
    hearing: Hearing, had: Town
) -> None:
    on_web(had)

    with pytest.raises(RuleBrokenError, match="has been answered"):
        had.do(cancel_hearing, by=had.manager, hearing="R-11", reason="Feil tekst.")


def test_the_parties_are_told_why_a_hearing_is_called_off(
    hearing: Hearing, had: Town
) -> None:
    with had.session.begin_nested() as attempt:
        with pytest.raises(RuleBrokenError, match="reason"):
            had.do(cancel_hearing, by=had.manager, hearing="R-11", reason=" ")
        attempt.rollback()
    had.do(cancel_hearing, by=had.manager, hearing="R-11", reason="Feil tekst.")

    kinds = [each.kind for each in notices_about(had.session, "R-11")]
    assert kinds.count(NoticeKind.HEARING_CANCELLED) == 3
    assert hearing.state is RoundState.CANCELLED


@pytest.fixture
def closed(hearing: Hearing, had: Town) -> Town:
    """Three remarks, one of them late, and an answer without any."""
    replies = [Reply(question=1, position=Position.DISAGREE, remark="For dyrt.")]
    on_web(had, replies=replies, text="Vent et år.")
    on_web(had, text="", replies=[Reply(question=1, position=Position.AGREE)])
    had.wait(until=hearing.deadline_at)
    on_web(had, text="For dyrt.")
    return had


def test_remarks_are_numbered_in_their_answer(closed: Town, hearing: Hearing) -> None:
    found = [
        (remark.ref, remark.question, remark.text)
        for answer in hearing_answers(closed.session, hearing)
        for remark in remarks_of(closed.session, answer)
    ]

    assert found == [
        ("R-11/1.1", 1, "For dyrt."),
        ("R-11/1.2", None, "Vent et år."),
        ("R-11/3.1", None, "For dyrt."),
    ]


def test_like_remarks_share_one_assessment(closed: Town, hearing: Hearing) -> None:
    summarise(closed, assessed("R-11/1.1", "R-11/3.1"), assessed("R-11/1.2"))

    late = hearing_answers(closed.session, hearing)[2]
    (remark,) = remarks_of(closed.session, late)
    told = assessment_in_hearing(closed.session, remark)
    assert told
    assert (told.verdict, told.reason) == ("not_taken_in", "Avtalen sier noe annet.")
    assert hearing.state is RoundState.SUMMARISED


@pytest.mark.parametrize(
    "assessments",
    [
        (),
        (assessed("R-11/1.1", "R-11/1.2"),),
        (assessed("R-11/1.1", "R-11/1.1", "R-11/1.2", "R-11/3.1"),),
        (assessed("R-11/1.1", "R-11/1.2", "R-11/3.1", "R-9/1.1"),),
        (assessed("R-11/1.1", "R-11/1.2", "R-11/3.1", reason=" "),),
    ],
    ids=["none", "one lacks", "named twice", "of another", "no reason"],
)
def test_a_hearing_ends_with_every_remark_assessed_once_and_with_a_reason(
    closed: Town, hearing: Hearing, assessments: tuple[Assessment, ...]
) -> None:
    with closed.session.begin_nested() as attempt:
        with pytest.raises(RuleBrokenError, match="SM-3"):
            summarise(closed, *assessments)
        attempt.rollback()

    closed.session.refresh(hearing)
    assert hearing.state is RoundState.CLOSED


def test_everybody_who_answered_is_told_once_also_those_not_heeded(
    closed: Town, hearing: Hearing
) -> None:
    summarise(closed, assessed("R-11/1.1", "R-11/1.2", "R-11/3.1"))

    answers = hearing_answers(closed.session, hearing)
    told = [digest_of(closed.session, each) for each in answers]
    assert [each.at for each in told if each] == [closed.now] * 3
    with pytest.raises(TransitionNotAllowedError):
        summarise(closed, assessed("R-11/1.1", "R-11/1.2", "R-11/3.1"))
    assert len(all_of(closed.session, HearingDigest)) == 3


def test_a_summarised_hearing_takes_no_more_answers(closed: Town) -> None:
    summarise(closed, assessed("R-11/1.1", "R-11/1.2", "R-11/3.1"))

    with pytest.raises(RuleBrokenError, match="takes no answers"):
        by_letter(closed)


def test_an_open_hearing_is_not_summarised(hearing: Hearing, had: Town) -> None:
    with pytest.raises(TransitionNotAllowedError):
        summarise(had)
