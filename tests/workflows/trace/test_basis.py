"""Links between outputs and decisions: in order, changed, and looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town, session_on
from tests.workflows.trace.halls import PLACE, open_case, open_hall, record, treat, use
from workflows.base import all_of
from workflows.decision.decisions import DecisionText, correct_decision
from workflows.decision.meetings import Result
from workflows.decision.treatments import register_treatment
from workflows.development.outputs import OutputKind
from workflows.errors import NotPermittedError, RuleBrokenError
from workflows.people.kinds import Role
from workflows.record.entries import fold, history
from workflows.record.judgements import Judgement, Verdict
from workflows.trace.acknowledgements import acknowledge_change
from workflows.trace.basis import basis_links
from workflows.trace.changes import changed_since, outputs_without_decision
from workflows.trace.link_states import LinkState
from workflows.trace.outcomes import Code
from workflows.trace.questions import answer
from workflows.trace.uses import Used

S = LinkState


@pytest.fixture
def session(handed_over: Connection) -> Iterator[Session]:
    """A session of the town where O-1 is handed over."""
    with session_on(handed_over) as session:
        yield session


@pytest.fixture
def hall(session: Session) -> Town:
    """The council has adopted O-1 1.0 in item 1 of C01."""
    town = Town(session)
    open_hall(town)
    open_case(town)
    use(town)
    treatment = treat(town)
    record(town, treatment.ref, Code.ADOPTED, item=1)
    return town


def states(town: Town, **at: Any) -> dict[str, LinkState]:
    links = basis_links(town.session, at=at.get("at", town.now))
    return {f"{link.output} {link.target}": link.state for link in links}


def acknowledge(town: Town, **more: Any) -> None:
    values = {"output": "O-1", "case": "C01", "reason": "Tallene er de samme.", **more}
    town.do(acknowledge_change, by=town.office(Role.CHIEF_EXECUTIVE), **values)


def test_what_was_read_when_it_was_linked_is_valid(hall: Town) -> None:
    assert states(hall) == {"O-1 C01": S.VALID, "O-1 C01-T1/1": S.VALID}
    assert changed_since(hall.session, at=hall.now) == []


def test_what_was_only_registered_waits_for_somebody_to_read_it(hall: Town) -> None:
    open_case(hall, "C02")
    use(hall, case="C02", has_read=False)

    assert states(hall)["O-1 C02"] is S.UNJUDGED
    acknowledge(hall, case="C02", verdict=Verdict.VALID)
    assert states(hall)["O-1 C02"] is S.VALID


def test_a_decision_that_another_replaces_is_looked_at_again(hall: Town) -> None:
    before = hall.now
    hall.wait(days=1)
    text = DecisionText(text="Nytt.", supersedes="C01-T1")
    hall.do(
        register_treatment,
        by=hall.secretary,
        case="C01",
        body="KST",
        treated_on=hall.today,
        result=Result.FINAL,
        minutes=PLACE,
        decision=text,
    )
    hall.wait(days=2)

    assert states(hall) == {"O-1 C01": S.VALID, "O-1 C01-T1/1": S.SUSPECT_TARGET}
    assert set(states(hall, at=before).values()) == {S.VALID}
    (row,) = changed_since(hall.session, at=hall.now)
    assert (row["items"], row["days"]) == ([1], 2)

    acknowledge(hall)
    assert set(states(hall).values()) == {S.VALID}


def test_decided_on_one_version_and_there_is_a_newer_one(hall: Town) -> None:
    before = hall.now
    hall.revised_output(summary="Nye tall")
    changed = hall.now
    hall.revised_output(summary="Enda nyere tall")
    hall.wait(days=3)

    assert set(states(hall).values()) == {S.SUSPECT_SOURCE}
    assert set(states(hall, at=before).values()) == {S.VALID}
    (row,) = changed_since(hall.session, at=hall.now)
    assert (row["output"], row["case"], row["items"]) == ("O-1", "C01", [1])
    assert (row["version"], row["now"]) == ("1.0", "3.0")
    assert row["days"] == (hall.today - changed.date()).days
    assert row["kept_by"] is None


def test_the_chief_executive_says_that_a_change_has_no_effect(hall: Town) -> None:
    hall.revised_output(summary="Nye tall")
    acknowledge(hall)

    assert set(states(hall).values()) == {S.VALID}
    (row,) = changed_since(hall.session, at=hall.now)
    assert (row["kept_by"], row["kept_on"]) == ("Person P-chief", str(hall.today))
    assert (row["reason"], row["days"]) == ("Tallene er de samme.", None)


def test_the_next_change_asks_anew_and_both_verdicts_stay(hall: Town) -> None:
    hall.revised_output(summary="Nye tall")
    acknowledge(hall)
    hall.revised_output(summary="Enda nyere tall")

    assert set(states(hall).values()) == {S.SUSPECT_SOURCE}
    (row,) = changed_since(hall.session, at=hall.now)
    assert (row["days"], row["kept_by"]) == (0, None)
    acknowledge(hall, reason="Fortsatt de samme.")
    told = [row.reason for row in all_of(hall.session, Judgement, Judgement.entry)]
    assert [reason for reason in told if reason].count("Tallene er de samme.") == 2
    assert [reason for reason in told if reason].count("Fortsatt de samme.") == 2


def test_the_old_words_again_are_valid_again_by_themselves(hall: Town) -> None:
    hall.revised_output(summary="Nye tall")
    hall.revised_output(summary="Tekst")

    assert set(states(hall).values()) == {S.VALID}


def test_a_verdict_that_the_decision_must_be_taken_up_again_stands_out(
    hall: Town,
) -> None:
    hall.revised_output(summary="Nye tall")
    acknowledge(hall, verdict=Verdict.INVALID, reason="Kostnaden er doblet.")

    assert set(states(hall).values()) == {S.INVALID}
    (row,) = changed_since(hall.session, at=hall.now)
    assert row["link"] == "invalid"


def test_a_corrected_decision_asks_to_be_looked_at_too(hall: Town) -> None:
    correct(hall, "Vedtatt med åtte stillinger.")

    assert states(hall) == {"O-1 C01": S.VALID, "O-1 C01-T1/1": S.SUSPECT_TARGET}
    hall.revised_output(summary="Nye tall")
    assert states(hall)["O-1 C01-T1/1"] is S.SUSPECT_BOTH
    (row,) = changed_since(hall.session, at=hall.now)
    assert row["days"] > 0


def test_what_is_superseded_makes_its_links_open(hall: Town) -> None:
    hall.delivered_output("O-2", supersedes="O-1")

    assert set(states(hall).values()) == {S.SOURCE_SUPERSEDED}
    (row,) = changed_since(hall.session, at=hall.now)
    assert row["now"] == "O-2 1.0"


def test_a_case_that_has_taken_the_newer_one_in_waits_for_nothing(hall: Town) -> None:
    hall.handed_over_output("O-2", supersedes="O-1")
    use(hall, "O-2")

    assert states(hall) == {"O-2 C01": S.VALID}


def test_where_nothing_has_changed_there_is_nothing_to_look_at(hall: Town) -> None:
    with pytest.raises(RuleBrokenError, match="nothing has changed"):
        acknowledge(hall)


def test_no_effect_needs_its_reason(hall: Town) -> None:
    hall.revised_output(summary="Nye tall")

    with pytest.raises(RuleBrokenError, match="needs its reason"):
        acknowledge(hall, reason=" ")


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.PROJECT_MANAGER])
def test_others_than_the_chief_executive_do_not_say_it(hall: Town, role: Role) -> None:
    hall.revised_output(summary="Nye tall")

    with pytest.raises(NotPermittedError):
        hall.do(
            acknowledge_change,
            by=hall.office(role),
            output="O-1",
            case="C01",
            reason="Nei",
        )


def test_links_and_verdicts_move_no_state_and_each_is_an_entry(hall: Town) -> None:
    hall.revised_output(summary="Nye tall")
    before = fold(hall.session)

    acknowledge(hall)

    assert fold(hall.session) == before
    for ref in ("O-1", "C01", "C01-T1/1"):
        assert history(hall.session, ref)[-1].type == "link.judged"
    assert "Tallene" not in str(history(hall.session, "O-1")[-1].payload)


def test_not_used_and_rejected_are_no_links(hall: Town) -> None:
    hall.handed_over_output("O-2")
    open_case(hall, "C02")
    use(hall, "O-2", "C02")
    treatment = treat(hall, "C02")
    record(hall, treatment.ref, Code.REJECTED_FORMAL, output="O-2", item=1)
    open_case(hall, "C03")
    use(hall, "O-2", "C03", used=Used.NOT_USED, reason="Noe annet.")

    assert [name for name in states(hall) if name.startswith("O-2")] == ["O-2 C02"]


def correct(town: Town, text: str) -> None:
    town.do(
        correct_decision,
        by=town.secretary,
        treatment="C01-T1",
        reason="Skrivefeil",
        text=text,
        source=PLACE,
    )


def test_each_decision_item_is_told_with_what_it_rests_on(hall: Town) -> None:
    hall.handed_over_output("O-2", kind=OutputKind.FINAL_REPORT)
    hall.handed_over_output("O-3")
    open_case(hall, "C02")
    treat(hall, "C02", items=1)
    hall.revised_output("O-1", summary="Nye tall")

    report = answer(hall.session, "coverage", at=hall.now)

    told = {
        (row["case"], row["item"]): (
            row["basis"],
            row["valid"],
            row["suspect"],
            row["justified"],
            row["missing"],
        )
        for row in report.rows
    }
    assert told == {
        ("C01", 1): ("suspect", 0, 1, 0, 0),
        ("C01", 2): ("suspect", 0, 1, 0, 0),
        ("C02", 1): ("missing", 0, 0, 0, 1),
    }
    assert [row["inputs"][0]["via"] for row in report.rows[:2]] == ["outcome", "use"]
    assert report.totals["by_basis"] == {"suspect": 2, "missing": 1}
    waiting = outputs_without_decision(hall.session, at=hall.now)
    assert [(row["output"], row["asked"]) for row in waiting] == [
        ("O-2", False),
        ("O-3", True),
    ]


def test_what_no_demand_names_is_linked_and_counts_for_nothing(hall: Town) -> None:
    hall.handed_over_output("O-2", kind=OutputKind.FINAL_REPORT)
    open_case(hall, "C02")
    use(hall, "O-2", "C02")
    treatment = treat(hall, "C02", items=1)
    record(hall, treatment.ref, Code.NOTED, output="O-2", item=1)

    assert states(hall)["O-2 C02-T1/1"] is S.UNWANTED
