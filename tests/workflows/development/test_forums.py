from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.workflows.development.towns import A, F, Town, U
from workflows.base import by_ref
from workflows.development.documents import latest
from workflows.development.forums import (
    AgendaPoint,
    ForumMeeting,
    ForumState,
    attendance,
    call_forum,
    hold_forum,
    item_of,
    items_of,
    party_hat,
)
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
    TransitionNotAllowedError,
)
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Party, Role
from workflows.people.mandates import end_mandate
from workflows.record.entries import history


def call(town: Town, ref: str = "FM-1", **more: Any) -> ForumMeeting:
    terms = {
        "number": ref,
        "starts_at": town.now + timedelta(days=14),
        "place": "Rådhuset",
        "chair": F,
        "points": [AgendaPoint(number=1, title="Sak")],
        **more,
    }
    return town.do(call_forum, by=town.manager, ref=ref, **terms)


def test_what_was_sent_is_what_is_answered(session: Session, town: Town) -> None:
    town.drafted_agreement()

    point = AgendaPoint(number=1, title="Avtale", version="PA-1@0.1")
    meeting = call(town, points=[point])

    assert meeting.papers_sent_at == town.now
    assert latest(session, "PA-1").state == "frozen_for_round"


def test_points_are_listed_by_number(session: Session, town: Town) -> None:
    points = [AgendaPoint(number=n, title=f"Sak {n}") for n in (2, 1, 10)]

    meeting = call(town, points=points)

    assert [item.ref for item in items_of(session, meeting)] == [
        "FM-1/1",
        "FM-1/2",
        "FM-1/10",
    ]
    assert item_of(session, meeting, 10).title == "Sak 10"
    with pytest.raises(NotFoundError, match="FM-1/3"):
        item_of(session, meeting, 3)


def test_a_number_stands_once_on_the_agenda(town: Town) -> None:
    with pytest.raises(InvalidValueError, match="points"):
        call(town, points=[AgendaPoint(number=1, title="Sak")] * 2)


def test_inv_13_the_forum_has_one_series_of_its_own_numbers(town: Town) -> None:
    call(town, "FM-1", number="1/25")

    with pytest.raises(RuleBrokenError, match="INV-13"):
        call(town, "FM-2", number="1/25")


def test_inv_13_the_forum_has_a_record_of_its_own(session: Session, town: Town) -> None:
    names = set(ForumMeeting.__table__.columns.keys())

    assert ForumMeeting.__tablename__ == "forum_meeting"
    assert not {"body_id", "meeting_id"} & names
    assert {entry.type for entry in history(session, call(town).ref)} == {
        "forum.called"
    }


def test_each_who_was_present_counts_for_the_party_of_that_day(
    session: Session, town: Town
) -> None:
    meeting = call(town)
    town.do(
        end_mandate,
        by=SYSTEM,
        mandate="M-P-T2",
        last_day=town.today,
    )
    town.wait(days=14)

    present = ["P-A", "P-A2", "P-F", "P-T", "P-T2", "P-pm"]
    town.do(hold_forum, by=town.manager, meeting="FM-1", present=present)

    assert attendance(session, meeting) == {A: 2, F: 1, U: 1}
    assert meeting.state is ForumState.HELD


def test_a_meeting_is_held_once(town: Town) -> None:
    town.forum("FM-1")

    with pytest.raises(TransitionNotAllowedError):
        town.do(hold_forum, by=town.manager, meeting="FM-1", present=[])


def test_only_the_project_manager_keeps_the_minutes(town: Town) -> None:
    call(town)

    for hat in (town.contact(A), town.secretary):
        with pytest.raises(NotPermittedError):
            town.do(hold_forum, by=hat, meeting="FM-1", present=[])


def test_inv_07_who_speaks_for_no_party_has_no_voice(
    session: Session, town: Town
) -> None:
    assert party_hat(session, "P-T", at=town.now).party is Party.UNION
    with pytest.raises(RuleBrokenError, match="INV-07"):
        party_hat(session, "P-officer", at=town.now)
    assert town.office(Role.CASE_OFFICER).party is None


def test_a_reference_of_a_meeting_is_used_once(session: Session, town: Town) -> None:
    call(town)

    with pytest.raises(RuleBrokenError, match="FM-1"):
        call(town, number="2")
    assert by_ref(session, ForumMeeting, "FM-1").number == "FM-1"
