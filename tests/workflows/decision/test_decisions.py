from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from tests.workflows.builders import TWO_ITEMS, TownHall
from workflows.decision.cases import close_case
from workflows.decision.decisions import (
    Decision,
    DecisionCorrection,
    DecisionItem,
    DecisionText,
    correct_decision,
    corrections_of,
    decision_of,
    find_decision,
    is_unaltered,
    items_of,
    text_now,
)
from workflows.decision.meetings import Result, Treatment
from workflows.decision.points import ItemText
from workflows.errors import InvalidValueError, NotFoundError, NotPermittedError
from workflows.record.entries import history

RIGHT_TEXT = "1. Retningslinjene vedtas fra 1. mars.\n2. De evalueres etter ett år."


def correct(hall: TownHall, **more: Any) -> DecisionCorrection:
    values = {
        "treatment": "C1-T1",
        "reason": "Datoen falt ut.",
        "text": RIGHT_TEXT,
        "source": "Møtebok KST, rettet utgave",
        **more,
    }
    return hall.do(correct_decision, by=hall.secretary, **values)


def decided(hall: TownHall, **more: Any) -> tuple[Treatment, Decision]:
    treatment = hall.decided_case(**more)
    return treatment, decision_of(hall.session, treatment)


def test_a_decision_is_kept_word_for_word_with_its_checksum(hall: TownHall) -> None:
    treatment, decision = decided(hall)

    assert decision.text == TWO_ITEMS.text
    assert decision.checksum == sha256(TWO_ITEMS.text.encode()).hexdigest()
    assert (decision.decided_on, decision.minutes) == (hall.today, treatment.minutes)
    assert history(hall.session, "C1-T1/V")[0].payload["sha256"] == decision.checksum


def test_the_items_of_a_decision_have_references_of_their_own(hall: TownHall) -> None:
    hall.decided_case()

    rows = items_of(hall.session, "C1-T1")

    assert [(row.ref, row.case, row.number) for row in rows] == [
        ("C1-T1/1", "C1", 1),
        ("C1-T1/2", "C1", 2),
    ]
    assert [row.text for row in rows] == [item.text for item in TWO_ITEMS.items]


@pytest.mark.parametrize("result", [Result.FINAL, Result.DELEGATED])
def test_a_decision_without_numbers_is_one_item(hall: TownHall, result: Result) -> None:
    hall.decided_case(result=result, decision=DecisionText(text="Saken vedtas."))

    (row,) = items_of(hall.session)

    assert (row.ref, row.text, row.needs_follow_up) == (
        "C1-T1/1",
        "Saken vedtas.",
        True,
    )


def test_what_is_taken_note_of_has_no_item_unless_the_minutes_number_one(
    hall: TownHall,
) -> None:
    noted = DecisionText(text="Tatt til orientering.")
    hall.decided_case(result=Result.NOTED, decision=noted)
    assert items_of(hall.session) == []

    hall.wait(days=1)
    point = ItemText(number=1, text="Rapport om et år.", needs_follow_up=False)
    numbered = DecisionText(text="Tatt til orientering. 1.", items=(point,))
    hall.decided_case("C2", result=Result.NOTED, decision=numbered)

    assert [row.needs_follow_up for row in items_of(hall.session)] == [False]


@pytest.mark.parametrize("result", [Result.RECOMMENDS, Result.POSTPONED])
def test_a_treatment_that_decides_nothing_has_no_decision(
    hall: TownHall, result: Result
) -> None:
    treatment = hall.decided_case(result=result)

    assert find_decision(hall.session, treatment) is None
    with pytest.raises(NotFoundError, match="C1-T1"):
        decision_of(hall.session, treatment)


def test_inv_09_a_correction_overwrites_nothing(hall: TownHall) -> None:
    _, decision = decided(hall)
    before = hall.now
    hall.wait(days=1)

    correct(hall)

    assert decision.text == TWO_ITEMS.text
    assert is_unaltered(decision)
    assert text_now(hall.session, decision) == RIGHT_TEXT
    assert text_now(hall.session, decision, at=before) == TWO_ITEMS.text


def test_of_several_corrections_the_latest_counts_and_all_are_kept(
    hall: TownHall,
) -> None:
    _, decision = decided(hall)
    for text in ("Første retting.", "Andre retting."):
        hall.wait(days=1)
        correct(hall, text=text)

    rows = corrections_of(hall.session, decision)

    assert [row.text for row in rows] == ["Første retting.", "Andre retting."]
    assert {row.mandate_id for row in rows} == {hall.secretary.mandate_id}
    assert text_now(hall.session, decision) == "Andre retting."


@pytest.mark.parametrize("lacking", ["reason", "text", "source"])
def test_a_correction_needs_a_reason_a_text_and_a_source(
    hall: TownHall, lacking: str
) -> None:
    hall.decided_case()

    with pytest.raises(InvalidValueError, match=lacking):
        correct(hall, **{lacking: " "})


def test_only_the_secretary_corrects_a_decision(hall: TownHall) -> None:
    hall.decided_case()
    told = {"reason": "r", "text": "t", "source": "s", "treatment": "C1-T1"}

    for hat in (hall.chief, hall.officer, hall.manager):
        with pytest.raises(NotPermittedError):
            hall.do(correct_decision, by=hat, **told)


def test_what_was_not_decided_cannot_be_corrected(hall: TownHall) -> None:
    hall.decided_case(result=Result.POSTPONED)

    with pytest.raises(NotFoundError, match="no Decision C1-T1"):
        correct(hall)


def test_a_new_decision_says_which_one_it_supersedes(hall: TownHall) -> None:
    _, first = decided(hall)
    hall.wait(days=30)

    anew = hall.treat(decision=DecisionText(text="Nytt vedtak.", supersedes="C1-T1"))

    assert decision_of(hall.session, anew).supersedes_id == first.id
    assert is_unaltered(first)


def test_items_are_told_as_they_were_known_at_the_time(hall: TownHall) -> None:
    hall.decided_case("C1")
    known = hall.now
    hall.wait(days=3)
    hall.case("C2")
    hall.treat("C2", treated_on=hall.today - timedelta(20))

    assert [row.case for row in items_of(hall.session, at=known)] == ["C1", "C1"]
    assert [row.case for row in items_of(hall.session)] == ["C2", "C2", "C1", "C1"]


@pytest.mark.parametrize(
    "kind", [Decision, DecisionItem, DecisionCorrection], ids=lambda kind: kind.__name__
)
def test_inv_09_the_database_neither_changes_nor_deletes_a_decision(
    hall: TownHall, kind: type[Any]
) -> None:
    hall.decided_case()
    correct(hall)

    for statement in (update(kind).values(text="Noe annet."), delete(kind)):
        with pytest.raises(DBAPIError), hall.session.begin_nested():
            hall.session.execute(statement)


def test_inv_09_a_text_that_was_changed_behind_the_back_is_seen(hall: TownHall) -> None:
    _, decision = decided(hall)

    with hall.session.no_autoflush:
        decision.text += " (og litt til)"

        assert not is_unaltered(decision)
    hall.session.expire(decision)


def test_inv_09_nothing_that_comes_later_changes_a_decision(hall: TownHall) -> None:
    _, decision = decided(hall)
    hall.followed_up()
    correct(hall)
    hall.do(close_case, by=hall.officer, case="C1")
    hall.wait(days=60)
    hall.treat(decision=DecisionText(text="Nytt vedtak.", supersedes="C1-T1"))

    hall.session.refresh(decision)

    assert decision.text == TWO_ITEMS.text
    assert is_unaltered(decision)
