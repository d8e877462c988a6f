"""The report of a period: only what changed, and the same whenever it is asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from connector.library.follow_up_reports import follow_up_values
from tests.workflows.builders import TownHall
from workflows.clock import end_of_day
from workflows.decision.changes import changed_in
from workflows.decision.followups import (
    FollowUpState,
    extend_follow_up,
    note_follow_ups,
    report_follow_up,
)
from workflows.decision.meetings import Result
from workflows.decision.reviews import set_review_date
from workflows.decision.tertials import Period, tertial_of
from workflows.trace.questions import answer

FIRST = Period(first=date(2025, 1, 1), last=date(2025, 4, 30))
SECOND = Period(first=date(2025, 5, 1), last=date(2025, 8, 31))
S = FollowUpState
NOTED = "Organet tok gjennomføringen til orientering"


def told(hall: TownHall, period: Period) -> dict[str, list[str]]:
    rows = changed_in(hall.session, period, at=hall.now)
    return {row.follow_up.ref: [one.act for one in row.changes] for row in rows}


def report(hall: TownHall, ref: str, state: FollowUpState, **more: Any) -> None:
    values = {"followup": ref, "state": state, "text": "Slik går det.", **more}
    hall.do(report_follow_up, by=hall.officer, **values)


@pytest.fixture
def first_tertial(hall: TownHall) -> TownHall:
    """Two follow-ups in the first tertial, the second of them carried out."""
    hall.decided_case()
    hall.followed_up(deadline=date(2025, 6, 30))
    hall.followed_up("C1-T1/2", deadline=date(2025, 6, 30))
    report(hall, "F-02", S.IMPLEMENTED, evidence="Rutine 3")
    return hall


def to_second_tertial(hall: TownHall) -> TownHall:
    """Let the council take note of F-02 in May; F-01 is delayed in the summer."""
    hall.wait(until=end_of_day(date(2025, 5, 19)))
    hall.case("C2", title="Tertialrapport")
    place = hall.treat("C2", result=Result.NOTED)
    hall.do(note_follow_ups, by=hall.secretary, followups=["F-02"], treatment=place.ref)
    hall.wait(until=end_of_day(date(2025, 9, 2)))
    return hall


def test_the_next_report_tells_only_what_changed_since_the_last(
    first_tertial: TownHall,
) -> None:
    hall = to_second_tertial(first_tertial)

    assert told(hall, FIRST) == {
        "F-01": ["followup.assigned"],
        "F-02": ["followup.assigned", "followup.reported"],
    }
    assert told(hall, SECOND) == {
        "F-01": ["followup.delayed"],
        "F-02": ["followup.noted"],
    }
    assert told(hall, tertial_of(hall.today)) == {}


def test_done_is_closed_only_when_the_body_that_decided_has_noted_it(
    first_tertial: TownHall,
) -> None:
    before = changed_in(first_tertial.session, FIRST, at=first_tertial.now)
    hall = to_second_tertial(first_tertial)
    after = changed_in(hall.session, SECOND, at=hall.now)

    assert [row.is_closed for row in before] == [False, False]
    (noted,) = [row for row in after if row.is_closed]
    assert [one.noted_as for one in noted.changes] == ["KST 19.05.2025, PS 2/25"]
    (row,) = answer(hall.session, "follow-ups", at=hall.now).rows[1:]
    assert (row["noted_as"], row["evidence"]) == ("KST 19.05.2025, PS 2/25", "")


def contents(hall: TownHall, period: Period) -> list[Any]:
    """The report of a period as its values and as the answer to the question."""
    return [
        follow_up_values(hall.session, "all", language="nn", at=period.ends_at),
        follow_up_values(hall.session, "KST", language="nb", at=period.ends_at),
        answer(hall.session, "follow-up-changes", at=period.ends_at),
    ]


def test_a_closed_period_gives_the_same_content_again(first_tertial: TownHall) -> None:
    hall = first_tertial
    hall.do(
        set_review_date,
        by=hall.officer,
        item="C1-T1/1",
        review_on=date(2025, 3, 1),
        person="P-officer",
    )
    hall.wait(until=end_of_day(date(2025, 5, 1)))
    first = contents(hall, FIRST)

    to_second_tertial(hall)
    second = contents(hall, SECOND)
    report(hall, "F-01", S.IN_PROGRESS)
    new = hall.today + timedelta(90)
    values = {"followup": "F-01", "deadline": new, "reason": "Ferie."}
    hall.do(extend_follow_up, by=hall.officer, **values)
    hall.wait(days=200)

    assert contents(hall, FIRST) == first
    assert contents(hall, SECOND) == second
    assert [row["_id"] for row in first[0]["v_reviews"]] == ["NV-01"]


def test_the_word_report_has_the_rows_of_the_question(first_tertial: TownHall) -> None:
    hall = to_second_tertial(first_tertial)

    values = follow_up_values(hall.session, "all", language="nb", at=SECOND.ends_at)
    rows = answer(hall.session, "follow-up-changes", at=SECOND.ends_at).rows

    assert [(row["_id"], row["frist"]) for row in values["v_items"]] == [
        (row["follow_up"], row["deadline"]) for row in rows
    ]
    assert [row["endring"] for row in values["v_items"]] == [
        "01.07.2025 Fristen gikk ut",
        f"19.05.2025 {NOTED}: KST 19.05.2025, PS 2/25",
    ]
    assert values["v_totals"] == [
        {"_id": "Forsinket", "status": "Forsinket", "antall": 1, "endret": 1},
        {
            "_id": "Gjennomført og tatt til orientering",
            "status": "Gjennomført og tatt til orientering",
            "antall": 1,
            "endret": 1,
        },
    ]


def test_a_quiet_period_counts_and_tells_no_row(first_tertial: TownHall) -> None:
    hall = to_second_tertial(first_tertial)
    third = date(2025, 12, 31)
    hall.wait(until=end_of_day(third))

    values = follow_up_values(hall.session, "all", language="nb", at=end_of_day(third))

    assert "v_items" not in values
    assert [(row["antall"], row["endret"]) for row in values["v_totals"]] == [(1, 0)]


def test_another_body_is_told_nothing(first_tertial: TownHall) -> None:
    found = follow_up_values(
        first_tertial.session, "FSK", language="nb", at=FIRST.ends_at
    )

    assert {"v_items", "v_totals"} & found.keys() == set()


def test_an_exempt_case_is_told_by_its_number_alone(hall: TownHall) -> None:
    secret = {
        "restricted": "exemption_negotiation",
        "exemption_reason": "Forhandlinger.",
        "wider_access": "Vurdert, ikke gitt.",
    }
    hall.ready_case(title="Hemmelig avtale", archive_number="2025/77", **secret)
    hall.treat(meeting=hall.put_up())
    hall.followed_up()
    report(hall, "F-01", S.IMPLEMENTED, text="Hemmelig.", evidence="Hemmelig")

    (row,) = follow_up_values(hall.session, "all", language="nb", at=FIRST.ends_at)[
        "v_items"
    ]

    assert row["sak"].endswith("2025/77")
    assert row["vedtak"] == "1. Unntatt offentlighet"
    assert "emmelig" not in str(row)


@pytest.mark.parametrize(
    ("on", "first"),
    [
        (date(2026, 4, 30), date(2026, 1, 1)),
        (date(2026, 5, 1), date(2026, 5, 1)),
        (date(2026, 12, 31), date(2026, 9, 1)),
    ],
)
def test_a_tertial_is_a_third_of_the_year(on: date, first: date) -> None:
    period = tertial_of(on)

    assert (period.first, period.last) == (first, on)
    assert period.holds(period.ends_at)
    assert not period.holds(period.ends_at + timedelta.resolution)
