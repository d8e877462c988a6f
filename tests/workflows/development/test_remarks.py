from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.workflows.development.towns import ALL_AGREE, Town, U
from workflows.base import all_of, by_ref
from workflows.development.answers import answer_round, summarise_round
from workflows.development.remarks import (
    Assessment,
    RemarkAssessment,
    Verdict,
    assessment_of,
    remarks_in,
    unassessed,
)
from workflows.development.rounds import Round, RoundState
from workflows.errors import RuleBrokenError
from workflows.people.kinds import Role
from workflows.people.notices import NoticeKind, notices_about


@pytest.fixture
def review(opened: Town, town: Town) -> Round:
    """A round that is closed, with three consents and two remarks, one of them late."""
    review = by_ref(town.session, Round, "R-1")
    remark(town, "Se på nattevaktene.")
    for party, position in ALL_AGREE.items():
        town.answer("R-1", party, position)
    town.wait(until=review.deadline_at)
    remark(town, "Og helgene.")
    return review


def remark(town: Town, text: str) -> None:
    town.do(answer_round, by=town.member(U), review="R-1", remarks=[text])


def verdict(remark: str, **more: object) -> Assessment:
    terms = {"verdict": Verdict.NOT_TAKEN_IN, "reason": "Hører til i budsjettet."}
    return Assessment(remark=remark, **{**terms, **more})  # type: ignore[arg-type]  # told by name


def summarise(town: Town, *assessments: Assessment) -> None:
    town.do(
        summarise_round,
        by=town.manager,
        review="R-1",
        assessments=list(assessments),
    )


def test_remarks_are_numbered_in_their_round_also_late_ones(
    session: Session, review: Round
) -> None:
    found = [(row.ref, row.is_late) for row in remarks_in(session, review.id)]

    assert found == [("R-1-1", False), ("R-1-2", True)]


@pytest.mark.parametrize("assessed", [(), ("R-1-1",), ("R-1-2",)])
def test_a_round_is_not_summarised_while_a_remark_has_no_verdict(
    session: Session, town: Town, review: Round, assessed: tuple[str, ...]
) -> None:
    with session.begin_nested() as attempt:
        with pytest.raises(RuleBrokenError, match="not assessed"):
            summarise(town, *map(verdict, assessed))
        attempt.rollback()

    session.refresh(review)
    assert review.state is RoundState.CLOSED
    assert unassessed(session, review.id) == ["R-1-1", "R-1-2"]


def test_each_remark_ends_with_a_verdict_and_its_reason(
    session: Session, town: Town, review: Round
) -> None:
    summarise(town, verdict("R-1-1"), verdict("R-1-2", verdict=Verdict.TAKEN_IN))

    told = [assessment_of(session, row) for row in remarks_in(session, review.id)]
    assert [each.verdict for each in told if each] == ["not_taken_in", "taken_in"]
    assert [each.reason for each in told if each] == ["Hører til i budsjettet."] * 2
    assert review.state is RoundState.SUMMARISED


def test_a_verdict_without_a_reason_is_refused(town: Town, review: Round) -> None:
    with pytest.raises(RuleBrokenError, match="a reason is needed"):
        summarise(town, verdict("R-1-1", reason=" "), verdict("R-1-2"))


def test_a_remark_has_one_verdict(session: Session, town: Town, review: Round) -> None:
    with pytest.raises(RuleBrokenError, match="R-1-1"):
        summarise(town, verdict("R-1-1"), verdict("R-1-1"), verdict("R-1-2"))


def test_a_remark_of_another_round_is_assessed_in_its_own(
    session: Session, town: Town, review: Round
) -> None:
    with pytest.raises(RuleBrokenError, match="R-2-1"):
        summarise(town, verdict("R-1-1"), verdict("R-1-2"), verdict("R-2-1"))

    assert not all_of(session, RemarkAssessment)


def test_like_remarks_share_one_verdict(
    session: Session, town: Town, review: Round
) -> None:
    summarise(town, verdict("R-1-1", also=["R-1-2"]))

    told = [assessment_of(session, row) for row in remarks_in(session, review.id)]
    assert [each.reason for each in told if each] == ["Hører til i budsjettet."] * 2


def test_a_remark_that_shares_a_verdict_gets_no_other(
    town: Town, review: Round
) -> None:
    with pytest.raises(RuleBrokenError, match="R-1-2"):
        summarise(town, verdict("R-1-1", also=["R-1-2"]), verdict("R-1-2"))


def test_each_author_is_told_once_what_became_of_all_its_remarks(
    session: Session, town: Town, review: Round
) -> None:
    safety = town.office(Role.SAFETY_REP)
    town.do(answer_round, by=safety, review="R-1", remarks=["Husk luft."])

    summarise(town, verdict("R-1-1"), verdict("R-1-2"), verdict("R-1-3"))

    kind = NoticeKind.REMARK_ASSESSED
    told = [row for row in notices_about(session, "R-1") if row.kind is kind]
    no = "not_taken_in"
    assert {
        (row.party, row.person_id, tuple(row.facts["remarks"])) for row in told
    } == {
        (U, None, ("R-1-1", "R-1-2")),
        (None, safety.person_id, ("R-1-3",)),
    }
    assert {value for row in told for value in row.facts["remarks"].values()} == {no}
    assert len(told) == 2
