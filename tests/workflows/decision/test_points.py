from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.builders import TownHall
from workflows.base import by_ref
from workflows.decision.cases import Case, CaseState
from workflows.decision.decisions import (
    DecisionText,
    correct_decision,
    decision_of,
    is_unaltered,
    items_of,
)
from workflows.decision.followups import (
    FollowUpState,
    assign_follow_up,
    report_follow_up,
)
from workflows.decision.implementation import follow_ups, items_without_follow_up
from workflows.decision.meetings import (
    ProposalText,
    Result,
    Treatment,
    TreatmentCorrection,
)
from workflows.decision.minutes import (
    final_treatment,
    proposals_of,
    result_corrections,
    treatments_of,
)
from workflows.decision.points import points_in
from workflows.decision.result_corrections import correct_result
from workflows.errors import InvalidValueError, NotPermittedError
from workflows.record.entries import history

PASTED = """Kommunestyret vedtar:
1. Retningslinjene vedtas.
2. De gjelder fra 1. mars.
3. Ordningen evalueres:
   a) etter ett år
   b) etter to år
4. Partene deltar i evalueringen.
5. Saken legges fram på nytt i 2027.

Verbalforslag fra Kystlista: Kommunedirektøren ser på sommervikarene."""


def test_five_numbered_points_and_an_addendum_by_word_of_mouth_are_six() -> None:
    points = points_in(PASTED)

    assert [point.number for point in points] == [1, 2, 3, 4, 5, 6]
    assert points[2].text.endswith("b) etter to år")
    assert points[4].text == "Saken legges fram på nytt i 2027."
    assert points[5].text == (
        "Verbalforslag fra Kystlista: Kommunedirektøren ser på sommervikarene."
    )


@pytest.mark.parametrize(
    "heading",
    [
        "Verbalvedtak:",
        "Verbalt tillegg:",
        "Tilleggspunkt fra Bygdelista:",
        "Tilleggsframlegg frå Bygdelista:",
        "Oversendelsesforslag:",
        "Oversendingsframlegg:",
        "Tillegg:",
    ],
)
def test_an_addendum_is_known_by_its_heading_in_both_languages(heading: str) -> None:
    (_, added) = points_in(f"1. Vedtas.\n\n{heading} Se på vikarene.\n")

    assert added.text == f"{heading} Se på vikarene."


@pytest.mark.parametrize(
    "text",
    [
        "Tillegg: Se på vikarene.",
        "1. Vedtas.\nTilleggene i planen følges opp: se vedlegg.",
        "1. Vedtas.\nSe verbalforslag: ingen.",
    ],
)
def test_a_word_inside_a_point_is_no_addendum(text: str) -> None:
    assert len(points_in(text)) <= 1


@settings(max_examples=40)
@given(st.lists(st.text("abc .\n", min_size=1, max_size=20), min_size=1, max_size=6))
def test_every_word_below_point_one_is_in_exactly_one_point(texts: list[str]) -> None:
    whole = "\n".join(f"{n}. x{text}" for n, text in enumerate(texts, 1))

    points = points_in(whole)

    assert len(points) == len(texts)
    assert "".join("".join(p.text.split()) for p in points) == "".join(
        "".join(f"x{text}".split()) for text in texts
    )


def decided(hall: TownHall, text: str = PASTED) -> Treatment:
    decision = DecisionText(text=text, items=points_in(text))
    return hall.decided_case(decision=decision)


def correct(hall: TownHall, text: str) -> None:
    hall.do(
        correct_decision,
        treatment="C1-T1",
        reason="Møteboka er rettet.",
        text=text,
        source="Møtebok KST, rettet utgave",
        by=hall.secretary,
    )


def test_each_point_has_an_owner_a_deadline_a_state_and_evidence(
    hall: TownHall,
) -> None:
    treatment = decided(hall)
    for number in range(1, 7):
        hall.do(
            assign_follow_up,
            item=f"{treatment.ref}/{number}",
            deadline=date(2027, 1, 31),
            unit="HR",
            by=hall.officer,
        )
    hall.do(
        report_follow_up,
        followup="F-06",
        state=FollowUpState.IMPLEMENTED,
        evidence="Notat 12.05.2026",
        by=hall.officer,
    )

    rows = follow_ups(hall.session)

    assert len(rows) == 6
    assert items_without_follow_up(hall.session) == []
    assert {(row.responsible, row.deadline) for row in rows} == {
        ("HR", date(2027, 1, 31))
    }
    assert [row.evidence for row in rows if row.state is FollowUpState.IMPLEMENTED] == [
        "Notat 12.05.2026"
    ]


def test_a_correction_makes_a_new_version_and_touches_exactly_its_points(
    hall: TownHall,
) -> None:
    treatment = decided(hall)
    before = hall.now
    hall.wait(days=1)
    later = PASTED.replace("1. mars", "1. april")
    later = later.replace("\n\nVerb", "\n6. Nytt.\n\nVerb")

    correct(hall, later)

    rows = {row.number: row for row in items_of(hall.session, treatment.ref)}
    assert [n for n, row in rows.items() if row.touched_at] == [2, 6, 7]
    assert rows[2].text == "De gjelder fra 1. april."
    assert rows[6].text == "Nytt."
    assert rows[7].ref == "C1-T1/7"
    as_it_was = items_of(hall.session, treatment.ref, at=before)
    assert [row.text for row in as_it_was] == [p.text for p in points_in(PASTED)]
    assert not [row for row in as_it_was if row.touched_at]
    assert is_unaltered(decision_of(hall.session, treatment))


def test_a_point_that_the_corrected_text_lacks_is_touched_and_stands(
    hall: TownHall,
) -> None:
    decided(hall, "1. A.\n2. B.")

    correct(hall, "1. A.")

    first, second = items_of(hall.session, "C1-T1")
    assert (first.touched_at, second.text) == (None, "")
    assert second.touched_at is not None


def test_other_spaces_and_lines_touch_no_point(hall: TownHall) -> None:
    decided(hall, "1. A b.\n2. C.")

    correct(hall, "1.  A\nb.\n\n2. C.\n")

    assert [row.touched_at for row in items_of(hall.session, "C1-T1")] == [None, None]


def test_points_that_were_not_read_from_the_text_keep_their_words(
    hall: TownHall,
) -> None:
    hall.decided_case()
    hall.do(
        correct_decision,
        treatment="C1-T1",
        reason="Skrivefeil.",
        text="Retningslinjene vedtas. Evalueringen faller bort.",
        source="Møtebok",
        by=hall.secretary,
    )

    first, second = items_of(hall.session, "C1-T1")

    assert (first.text, first.touched_at) == ("Retningslinjene vedtas.", None)
    assert second.text == "De evalueres etter ett år."
    assert second.touched_at is not None


def test_the_entry_tells_which_points_a_correction_touched(hall: TownHall) -> None:
    decided(hall, "1. A.\n2. B.")

    correct(hall, "1. A.\n2. C.")

    entry = history(hall.session, "C1-T1/V")[-1]
    assert set(entry.payload["items"]) == {"2"}
    assert "C1-T1/2" in entry.refs


def corrected(hall: TownHall, **more: Any) -> TreatmentCorrection:
    told: dict[str, Any] = {
        "treatment": "C1-T1",
        "result": Result.SENT_BACK,
        "reason": "Forslaget om å sende saken tilbake ble vedtatt.",
        "source": "Møtebok side 4",
        "by": hall.secretary,
    }
    return hall.do(correct_result, **(told | more))


def test_a_result_is_corrected_and_the_first_stands(hall: TownHall) -> None:
    treatment = hall.decided_case()
    before = hall.now
    hall.wait(days=1)

    corrected(hall)

    (row,) = treatments_of(hall.session, "C1")
    assert (row.result, row.is_final) == (Result.SENT_BACK, False)
    assert treatment.result is Result.FINAL
    (was,) = treatments_of(hall.session, "C1", at=before)
    assert was.result is Result.FINAL
    (correction,) = result_corrections(hall.session, treatment)
    assert correction.reason.startswith("Forslaget")
    assert final_treatment(hall.session, "C1") is None


def test_the_case_moves_with_the_correction_of_its_last_treatment(
    hall: TownHall,
) -> None:
    hall.decided_case()

    corrected(hall)

    assert by_ref(hall.session, Case, "C1").state is CaseState.SENT_BACK
    assert history(hall.session, "C1-T1")[-1].payload == {
        "from": "final",
        "to": "sent_back",
        "is_final": False,
    }


def test_a_case_that_has_gone_on_is_not_moved_by_a_correction(hall: TownHall) -> None:
    hall.decided_case()
    hall.followed_up()

    corrected(hall, result=Result.RECOMMENDS)

    assert by_ref(hall.session, Case, "C1").state is CaseState.IMPLEMENTATION


@pytest.mark.parametrize("lacks", ["reason", "source"])
def test_a_correction_of_a_result_says_why_and_from_where(
    hall: TownHall, lacks: str
) -> None:
    hall.decided_case()

    with pytest.raises(InvalidValueError, match=lacks):
        corrected(hall, **{lacks: " "})


def test_a_correction_that_corrects_nothing_is_refused(hall: TownHall) -> None:
    hall.decided_case()

    with pytest.raises(InvalidValueError, match="already"):
        corrected(hall, result=Result.FINAL)
    with pytest.raises(InvalidValueError, match="does not fit"):
        corrected(hall, is_final=True)


def test_inv_01_the_development_line_corrects_no_result(hall: TownHall) -> None:
    hall.decided_case()

    with pytest.raises(NotPermittedError):
        corrected(hall, by=hall.manager)


def test_both_recommendations_are_kept(hall: TownHall) -> None:
    treatment = hall.decided_case(
        body="FSK",
        result=Result.RECOMMENDS,
        decision=None,
        recommendation="Formannskapet tilrår ett år.",
        recommendation_from="Kommunedirektøren",
        proposals=[
            ProposalText(number=1, from_whom="Kommunedirektøren", text="To år.")
        ],
    )

    (row,) = treatments_of(hall.session, "C1")

    assert row.recommendation == "Formannskapet tilrår ett år."
    assert row.recommendation_from == "Kommunedirektøren"
    assert [p.text for p in proposals_of(hall.session, treatment)] == ["To år."]
