from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town, session_on
from tests.workflows.trace.halls import open_case, open_hall, record, treat, use
from workflows.decision.meetings import Result
from workflows.development.outputs import OutputKind
from workflows.errors import NotFoundError, NotPermittedError, RuleBrokenError
from workflows.people.kinds import DECISION_ROLES, DEVELOPMENT_ROLES, Role
from workflows.trace.lead_times import lead_times, median_days
from workflows.trace.outcomes import (
    ADOPTIONS,
    NEEDS_REASON,
    OPEN_CODES,
    Code,
    Outcome,
    outcomes,
    output_states,
    record_outcome,
    state_of,
    summary,
)
from workflows.trace.proposal_outcomes import outcomes_of_proposals

C = Code
SAMPLES = [
    pytest.param([C.ADOPTED], C.ADOPTED, id="one word"),
    pytest.param([C.ADOPTED, C.ADOPTED], C.ADOPTED, id="all alike"),
    pytest.param([C.ADOPTED, C.NOT_FOLLOWED], C.ADOPTED_PARTLY, id="items differ"),
    pytest.param([C.ADOPTED, C.ADOPTED_CHANGED], C.ADOPTED_PARTLY, id="one changed"),
    pytest.param([C.NOT_FOLLOWED] * 3, C.NOT_FOLLOWED, id="none followed"),
    pytest.param([C.SENT_BACK, C.ADOPTED], C.ADOPTED, id="sent back, then adopted"),
    pytest.param([C.POSTPONED, C.SENT_BACK], C.SENT_BACK, id="still open: the last"),
    pytest.param([C.WITHDRAWN], C.WITHDRAWN, id="withdrawn"),
    pytest.param([], None, id="nothing said"),
]


@pytest.fixture
def session(handed_over: Connection) -> Iterator[Session]:
    """A session of the town where O-1 is handed over."""
    with session_on(handed_over) as session:
        yield session


@pytest.fixture
def hall(town: Town) -> Town:
    """A town where case C01 uses O-1 and the council has decided two points."""
    open_hall(town)
    open_case(town)
    use(town)
    town.wait(days=14)
    treat(town)
    return town


@pytest.mark.parametrize(("said", "word"), SAMPLES)
def test_one_word_for_several_outcomes(said: list[Code], word: Code | None) -> None:
    assert summary(said) is word


@given(st.lists(st.sampled_from(Code), min_size=1))
def test_what_ends_nothing_counts_only_while_there_is_no_other(
    said: list[Code],
) -> None:
    ended = [code for code in said if code not in OPEN_CODES]

    assert summary(said) == (summary(ended) if ended else said[-1])


@given(st.permutations([C.ADOPTED, C.NOT_FOLLOWED, C.NOTED, C.SENT_BACK]))
def test_the_order_of_items_does_not_change_the_word(said: list[Code]) -> None:
    assert summary(said) is C.ADOPTED_PARTLY


def test_an_outcome_stands_with_item_treatment_version_and_source(
    session: Session, hall: Town
) -> None:
    record(hall, "C01-T1", C.ADOPTED, item=2)

    (row,) = outcomes(session)
    assert (row.output, row.version, row.case) == ("O-1", "1.0", "C01")
    assert (row.treatment, row.item, row.item_ref) == ("C01-T1", 2, "C01-T1/2")
    assert (row.code, row.minutes) == (C.ADOPTED, "Møteprotokoll PS 1/25")
    assert row.treated_on == hall.today


@pytest.mark.parametrize("minutes", ["", "  "])
def test_inv_20_an_outcome_is_read_from_the_minutes(hall: Town, minutes: str) -> None:
    with pytest.raises(RuleBrokenError, match="INV-20"):
        record(hall, "C01-T1", C.ADOPTED, item=1, minutes=minutes)


def test_inv_20_where_there_are_items_it_says_which(hall: Town) -> None:
    with pytest.raises(RuleBrokenError, match="INV-20"):
        record(hall, "C01-T1", C.ADOPTED)
    with pytest.raises(NotFoundError, match="C01-T1/9"):
        record(hall, "C01-T1", C.ADOPTED, item=9)


def test_inv_20_a_treatment_without_a_decision_has_no_items(
    session: Session, hall: Town
) -> None:
    treat(hall, result=Result.POSTPONED)

    record(hall, "C01-T2", C.POSTPONED)

    assert [row.item for row in outcomes(session)] == [None]


def test_a_point_left_out_of_the_decision_has_no_item(
    session: Session, hall: Town
) -> None:
    record(hall, "C01-T1", C.NOT_FOLLOWED, point=3)

    (row,) = outcomes(session)
    assert (row.item, row.point) == (None, 3)
    with pytest.raises(RuleBrokenError, match="INV-20"):
        record(hall, "C01-T1", C.ADOPTED, point=3)


def test_inv_20_an_output_that_the_case_does_not_use_has_no_outcome(
    hall: Town,
) -> None:
    hall.handed_over_output("O-2")

    with pytest.raises(RuleBrokenError, match="not used in the case"):
        record(hall, "C01-T1", C.ADOPTED, output="O-2", item=1)


@pytest.mark.parametrize("code", sorted(NEEDS_REASON))
def test_what_was_not_followed_as_it_stood_needs_its_reason(
    hall: Town, code: Code
) -> None:
    with pytest.raises(RuleBrokenError, match="ikke begrunnet i protokollen"):
        record(hall, "C01-T1", code, item=1, reason=" ")

    told = record(hall, "C01-T1", code, item=1, reason="ikke begrunnet i protokollen")
    assert told.reason == "ikke begrunnet i protokollen"


@pytest.mark.parametrize("kind", [OutputKind.KNOWLEDGE_BASE, OutputKind.EXPERIENCE])
def test_knowledge_is_relied_on_and_never_adopted(hall: Town, kind: OutputKind) -> None:
    hall.handed_over_output("O-2", kind=kind)
    use(hall, "O-2")
    for code in sorted(ADOPTIONS):
        with pytest.raises(RuleBrokenError, match="relied on, not adopted"):
            record(hall, "C01-T1", code, output="O-2", item=1)

    record(hall, "C01-T1", C.RELIED_ON, output="O-2", item=1)

    assert output_states(hall.session)["O-2"] == "treated"


@pytest.mark.parametrize(
    "role", [Role.PROJECT_MANAGER, Role.SAFETY_REP, Role.CASE_OFFICER]
)
def test_inv_01_only_the_secretary_records_outcomes(hall: Town, role: Role) -> None:
    assert role in DEVELOPMENT_ROLES | DECISION_ROLES

    with pytest.raises(NotPermittedError):
        hall.do(
            record_outcome,
            by=hall.office(role),
            output="O-1",
            treatment="C01-T1",
            code=C.ADOPTED,
            minutes="PS 1/25",
            item=1,
        )
    assert outcomes(hall.session) == []


@pytest.mark.parametrize(
    "change", [update(Outcome).values(code=C.NOTED), delete(Outcome)]
)
def test_inv_01_the_database_refuses_to_change_an_outcome(
    session: Session, hall: Town, change: object
) -> None:
    record(hall, "C01-T1", C.ADOPTED, item=1)

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]  # one of two statements

    assert [row.code for row in outcomes(session)] == [C.ADOPTED]


@pytest.mark.parametrize("code", sorted(Code))
def test_an_output_is_treated_when_an_outcome_ends_something(
    session: Session, hall: Town, code: Code
) -> None:
    record(hall, "C01-T1", code, item=1)

    expected = "in_use" if code in OPEN_CODES else "treated"
    assert output_states(session)["O-1"] == expected
    before = hall.now - timedelta(days=1)
    assert output_states(session, at=before)["O-1"] == "in_use"


def test_in_use_and_treated_say_nothing_of_what_is_superseded() -> None:
    states = {"O-1": "superseded"}

    assert state_of("O-1", states=states, used={"O-1"}, treated={"O-1"}) == "superseded"


def test_the_report_shows_items_and_one_word(session: Session, hall: Town) -> None:
    record(hall, "C01-T1", C.ADOPTED, item=1, reason="")
    record(hall, "C01-T1", C.NOT_FOLLOWED, item=2)

    (row,) = outcomes_of_proposals(session, at=hall.now)

    assert row["items"] == [
        {"item": 1, "outcome": "ADOPTED"},
        {"item": 2, "outcome": "NOT_FOLLOWED"},
    ]
    assert (row["final"], row["open"], row["reason"]) == (
        "ADOPTED_PARTLY",
        False,
        "Økonomi",
    )


def test_what_was_sent_back_is_open_until_something_takes_its_place(
    session: Session, hall: Town
) -> None:
    treat(hall, result=Result.SENT_BACK, asked="Regn på nytt")
    record(hall, "C01-T2", C.SENT_BACK)

    (row,) = outcomes_of_proposals(session, at=hall.now)
    assert (row["final"], row["open"], row["superseded"]) == ("SENT_BACK", True, False)

    hall.delivered_output("O-2", supersedes="O-1")
    (row,) = outcomes_of_proposals(session, at=hall.now)
    assert (row["final"], row["open"], row["superseded"]) == ("SENT_BACK", False, True)


def test_only_proposals_are_in_the_report(session: Session, hall: Town) -> None:
    hall.handed_over_output("O-2", kind=OutputKind.KNOWLEDGE_BASE)
    use(hall, "O-2")
    record(hall, "C01-T1", C.RELIED_ON, output="O-2", item=1)

    assert outcomes_of_proposals(session, at=hall.now) == []
    assert lead_times(session, at=hall.now) == []


def test_lead_time_is_from_the_handover_to_what_ended_it(
    session: Session, hall: Town
) -> None:
    record(hall, "C01-T1", C.ADOPTED, item=1)

    (row,) = lead_times(session, at=hall.now)

    assert (row["output"], row["case"], row["days"]) == ("O-1", "C01", 14)
    assert row["decided_on"] == hall.today.isoformat()
    assert lead_times(session, at=hall.now - timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("days", "middle"), [((), None), ((4,), 4), ((1, 9), 5), ((1, 2, 9), 2)]
)
def test_the_median_of_no_days_is_none(
    days: tuple[int, ...], middle: float | None
) -> None:
    assert median_days([{"days": each} for each in days]) == middle
