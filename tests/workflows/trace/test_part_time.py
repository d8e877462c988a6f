"""A project on full-time work is asked where part-time positions were discussed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workflows.development.towns import A, Town, U
from workflows.base import by_ref
from workflows.clock import norwegian_date
from workflows.consultations import (
    ConsultationResult,
    call_consultation,
    give_view,
    hold_consultation,
    need_consultation,
    sign_consultation,
)
from workflows.development.projects import Project
from workflows.people.kinds import FocusArea
from workflows.trace.part_time import lacks_discussion


def held(town: Town, about: str) -> None:
    """A drøfting is called and held, and each side has said its view."""
    town.do(
        need_consultation,
        by=town.contact(U),
        ref="D-1",
        subject="Deltid",
        basis="Hovedavtalen",
        about=[about],
    )
    town.do(
        call_consultation,
        by=town.contact(A),
        consultation="D-1",
        documents_sent_on=norwegian_date(town.now),
        meets_at=town.now + timedelta(days=7),
        place="Rådhuset",
    )
    town.wait(days=7)
    town.do(
        hold_consultation,
        by=town.contact(A),
        consultation="D-1",
        result=ConsultationResult.AGREED,
        conclusion="Enighet.",
    )
    for party in (A, U):
        by = town.contact(party)
        town.do(give_view, by=by, consultation="D-1", text="Vi er enige.")


def sign(town: Town) -> None:
    for party in (A, U):
        town.do(sign_consultation, by=town.contact(party), consultation="D-1")


def lacks(town: Town) -> bool:
    return lacks_discussion(town.session, "PR1", at=town.now)


@pytest.mark.parametrize("about", ["O-1", "PR1-M"])
def test_l_42_a_recorded_discussion_of_what_it_made_is_asked_for(
    town: Town, about: str
) -> None:
    town.running_project()
    town.begun_output("O-1")
    assert lacks(town)

    held(town, about)
    assert lacks(town), "the elected see nothing of it before it is recorded"
    sign(town)
    assert not lacks(town)


def test_a_discussion_of_something_else_does_not_count(town: Town) -> None:
    town.running_project()
    held(town, "C1")
    sign(town)

    assert lacks(town)


def test_a_project_on_something_else_is_not_asked(town: Town) -> None:
    town.running_project()
    by_ref(town.session, Project, "PR1").focus = FocusArea.REPUTATION

    assert not lacks(town)
