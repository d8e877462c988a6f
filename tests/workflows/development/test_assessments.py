"""«Status i egen kommune»: sealed, then side by side, never who said what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.development.towns import A, F, Town, U
from workflows.base import by_ref
from workflows.development.assessments import (
    LEAST_ANSWERS,
    AssessmentLevel,
    Occasion,
    Seen,
    SelfAssessment,
    answer_assessment,
    assessment_rows,
    comments_on,
    open_assessment,
    side_by_side,
    statements,
)
from workflows.errors import InvalidValueError, NotPermittedError, RuleBrokenError
from workflows.people.kinds import PARTIES, Party, Role

PROJECT = AssessmentLevel.PROJECT
EQUAL = "same_information"
FOUR = {A: (4, 4, 4, 5), F: (4, 4, 5, 5), U: (2, 3, 3, 3)}


@pytest.fixture
def asked(town: Town) -> Town:
    """A town with four members of each party, asked how they see the cooperation."""
    for party in PARTIES:
        for number in (3, 4):
            town.settle(f"P-{party}{number}", Role.PARTY_MEMBER, party=party)
    town.do(
        open_assessment,
        by=town.manager,
        ref="S-1",
        occasion=Occasion.START,
        deadline_at=town.now + timedelta(days=7),
    )
    return town


def members(town: Town, party: Party) -> list[Any]:
    others = [town.hat(f"P-{party}{n}", Role.PARTY_MEMBER) for n in (2, 3, 4)]
    return [town.contact(party), *others]


def answer(town: Town, hat: Any, score: object, **more: Any) -> None:
    scores = {PROJECT: {EQUAL: score}}
    town.do(answer_assessment, by=hat, assessment="S-1", scores=scores, **more)


def answer_all(town: Town) -> None:
    for party, scores in FOUR.items():
        for hat, score in zip(members(town, party), scores, strict=True):
            answer(town, hat, score)


def shown(town: Town) -> list[Seen]:
    return side_by_side(town.session, by_ref(town.session, SelfAssessment, "S-1"))


def test_the_averages_stand_side_by_side_after_the_deadline(asked: Town) -> None:
    answer_all(asked)
    asked.wait(days=7)

    (row,) = assessment_rows(asked.session, at=asked.now)

    assert {key: row[key] for key in ("A", "F", "T", "gap")} == {
        "A": 4.25,
        "F": 4.5,
        "T": 2.75,
        "gap": 1.75,
    }
    assert row["statement"].startswith("2 ")


def test_inv_04_nothing_is_seen_before_the_deadline(asked: Town) -> None:
    answer_all(asked)

    assert assessment_rows(asked.session, at=asked.now) == []
    with pytest.raises(RuleBrokenError, match="INV-04"):
        shown(asked)
    with pytest.raises(RuleBrokenError, match="INV-04"):
        comments_on(asked.session, by_ref(asked.session, SelfAssessment, "S-1"), EQUAL)


def test_where_few_of_a_party_answered_its_average_is_not_told(asked: Town) -> None:
    for hat in members(asked, A):
        answer(asked, hat, 4)
    for hat in members(asked, U)[: LEAST_ANSWERS - 1]:
        answer(asked, hat, 1)
    asked.wait(days=7)

    (seen,) = shown(asked)

    assert seen.averages == {A: 4.0, F: None, U: None}
    assert seen.answers == {A: 4, F: 0, U: 2}
    assert seen.gap is None


def test_the_last_answer_of_a_member_counts(asked: Town) -> None:
    for score in (1, 5):
        for hat in members(asked, A):
            answer(asked, hat, score)
    asked.wait(days=7)

    (seen,) = shown(asked)

    assert (seen.averages[A], seen.answers[A]) == (5.0, 4)


def test_a_comment_is_kept_back_for_the_only_one_of_a_party(asked: Town) -> None:
    said = {"comments": {EQUAL: "Vi får alt sist."}, "keeps_comments_back": True}
    answer(asked, asked.contact(U), 2, **said)
    answer(asked, asked.contact(A), 4, comments={EQUAL: "Det går greit."})
    asked.wait(days=7)

    row = by_ref(asked.session, SelfAssessment, "S-1")

    assert comments_on(asked.session, row, EQUAL) == ["Det går greit."]


@pytest.mark.parametrize("score", [0, 6, 2.5, "4", True])
def test_a_score_is_a_whole_number_from_one_to_five(asked: Town, score: object) -> None:
    with pytest.raises(InvalidValueError):
        answer(asked, asked.contact(A), score)


def test_there_are_twelve_statements_and_no_others(asked: Town) -> None:
    assert len(statements()) == 12
    with pytest.raises(InvalidValueError, match="is none of"):
        answer(asked, asked.contact(A), 3, comments={"weather": "Fint"})


def test_no_answer_comes_after_the_deadline(asked: Town) -> None:
    asked.wait(days=7)

    with pytest.raises(RuleBrokenError, match="takes no answers"):
        answer(asked, asked.contact(A), 3)


def test_only_members_of_parties_answer(asked: Town) -> None:
    with pytest.raises(NotPermittedError):
        answer(asked, asked.manager, 3)


@given(st.fixed_dictionaries({party: st.none() | st.floats(1, 5) for party in PARTIES}))
def test_a_gap_is_told_only_between_three_averages(
    averages: dict[Party, float | None],
) -> None:
    seen = Seen(
        statement=EQUAL,
        level=PROJECT,
        averages=averages,
        answers=dict.fromkeys(PARTIES, 3),
    )

    assert (seen.gap is None) is (None in averages.values())
    assert seen.gap is None or 0 <= seen.gap <= 4
