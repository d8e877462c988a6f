from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from tests.workflows.builders import TownHall
from workflows.clock import at_oslo
from workflows.decision.meetings import (
    BodyMeeting,
    CaseNumber,
    NumberType,
    schedule_meeting,
)
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
)
from workflows.people.kinds import Role
from workflows.record.entries import history

NOON = at_oslo(date(2025, 11, 26), time(12))


def schedule(hall: TownHall, **more: Any) -> BodyMeeting:
    values = {"ref": "ADM-1", "body": "ADM", "starts_at": NOON, **more}
    return hall.do(schedule_meeting, by=hall.secretary, **values)


def test_a_meeting_is_scheduled_with_time_place_and_number(hall: TownHall) -> None:
    meeting = schedule(hall, place="Rådhuset", number="5/25")

    assert (meeting.starts_at, meeting.place) == (NOON, "Rådhuset")
    assert meeting.number == "5/25"
    assert history(hall.session, "ADM-1")[0].refs == ["ADM-1", "ADM"]


def test_the_leader_of_the_body_schedules_meetings_too(hall: TownHall) -> None:
    leader = hall.settle("P-leader", Role.BODY_LEADER)

    meeting = hall.do(
        schedule_meeting, by=leader, ref="ADM-1", body="ADM", starts_at=NOON
    )

    assert meeting.ref == "ADM-1"


def test_a_project_manager_schedules_no_meeting_of_a_body(hall: TownHall) -> None:
    with pytest.raises(NotPermittedError, match="INV-01"):
        hall.do(
            schedule_meeting, by=hall.manager, ref="ADM-1", body="ADM", starts_at=NOON
        )


def test_the_administration_decides_without_meetings(hall: TownHall) -> None:
    with pytest.raises(InvalidValueError, match="KD decides without meetings"):
        schedule(hall, body="KD")


def test_a_body_that_is_not_there_holds_no_meeting(hall: TownHall) -> None:
    with pytest.raises(NotFoundError, match="XXX"):
        schedule(hall, body="XXX")


def test_two_meetings_never_share_a_reference(hall: TownHall) -> None:
    schedule(hall)

    with pytest.raises(RuleBrokenError, match="ADM-1 is taken"):
        schedule(hall)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (CaseNumber(seq=19), "PS 19/25"),
        (CaseNumber(type=NumberType.DS, seq=3, year=2026), "DS 3/26"),
        (CaseNumber(type=NumberType.RS, seq=1, year=2008), "RS 1/08"),
        (CaseNumber(type=NumberType.RS), None),
    ],
)
def test_a_case_number_is_written_as_people_write_it(
    hall: TownHall, number: CaseNumber, written: str | None
) -> None:
    hall.case()

    assert hall.treat(number=number).number == written
