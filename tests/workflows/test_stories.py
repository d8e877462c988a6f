from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from connector.database.engine import Database
from tests.workflows.development.towns import Town, session_on
from workflows.base import by_ref
from workflows.development.projects import Project
from workflows.development.rounds import Round
from workflows.people.kinds import FocusArea, Party, Role
from workflows.people.municipalities import Municipality, only_municipality
from workflows.record.entries import Entry, fold, history
from workflows.stories import Actor, Step, Story, StoryError, play, play_steps

BEGUN = datetime(2025, 1, 1, 8, tzinfo=UTC)
UNION = Actor(person="P1", role=Role.PARTY_CONTACT)


def step(hours: int, act: str, by: Actor | None = None, **values: Any) -> Step:
    return Step(at=BEGUN + timedelta(hours=hours), act=act, values=values, by=by)


def propose(hours: int, ref: str = "PR1", **more: Any) -> Step:
    values = {
        "ref": ref,
        "number": ref,
        "name": "Hele stillinger",
        "focus": FocusArea.FULL_TIME,
        "language": "nn",
        **more,
    }
    return step(hours, "propose_project", UNION, **values)


PEOPLE = (
    step(1, "register_person", ref="P1", name="Person Ein"),
    step(
        1,
        "give_mandate",
        ref="M1",
        person="P1",
        role=Role.PARTY_CONTACT,
        party=Party.UNION,
        valid_from=BEGUN.date(),
    ),
)
STORY = Story(
    name="Testvik",
    number="9999",
    language="nn",
    begins_at=BEGUN,
    steps=(*PEOPLE, propose(2)),
)


def told(database: Database, story: Story) -> list[tuple[str, str]]:
    with database.transaction(None) as session:
        play(session, story)
        rows = session.scalars(select(Entry).order_by(Entry.seq))
        return [(row.type, row.subject) for row in rows]


def test_a_story_is_played_as_users_would_do_it(database: Database) -> None:
    assert told(database, STORY) == [
        ("municipality.founded", "9999"),
        ("person.registered", "P1"),
        ("mandate.given", "M1"),
        ("project.proposed", "PR1"),
    ]


def test_each_step_is_done_in_the_hat_of_its_actor(database: Database) -> None:
    with database.transaction(None) as session:
        play(session, STORY)

        entry = history(session, "PR1")[0]

        assert (entry.by["role"], entry.by["party"]) == ("party_contact", "T")
        assert entry.at == BEGUN + timedelta(hours=2)


REFUSED = {
    "a rule": (propose(3, language="en"), "language"),
    "no such mandate": (
        replace(propose(3), by=Actor(person="P1", role=Role.CASE_OFFICER)),
        "holds no mandate",
    ),
    "not permitted": (replace(propose(3), by=None), "speaks for no party|may not"),
    "a reference that is taken": (propose(3), "PR1"),
    "an earlier time": (propose(-5, ref="PR2"), "holds no mandate|comes before"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_refused_step_tells_its_number_and_reason_and_nothing_stays(
    database: Database, why: str
) -> None:
    refused, reason = REFUSED[why]
    story = replace(STORY, steps=(*STORY.steps, refused, propose(9, ref="PR9")))

    with (
        pytest.raises(StoryError, match=reason) as stopped,
        database.transaction(None) as session,
    ):
        play(session, story)

    assert (stopped.value.number, stopped.value.act) == (4, "propose_project")
    assert str(stopped.value).startswith("step 4 (propose_project): ")
    with database.transaction(None) as session:
        assert only_municipality(session) is None
        assert session.scalars(select(Municipality)).all() == []


def test_progress_is_told_after_each_step(database: Database) -> None:
    seen: list[int] = []
    with database.transaction(None) as session:
        play(session, STORY, progress=seen.append)

    assert seen == [1, 2, 3]


def test_deadlines_that_pass_between_two_steps_are_swept(settled: Connection) -> None:
    with session_on(settled) as session:
        town = Town(session)
        town.drafted_project()
        review = town.opened_round("R-1", document="PR1-M")
        idea = {"ref": "PR9", "number": "9", "name": "Idé", "language": "nb"}
        late = Step(
            at=review.deadline_at + timedelta(days=1),
            act="propose_project",
            values={**idea, "focus": FocusArea.OTHER},
            by=Actor(person="P-pm", role=Role.PROJECT_MANAGER),
        )

        play_steps(session, [late], progress=lambda _: None)

        assert [entry.type for entry in history(session, "R-1")][-1] == "round.closed"
        assert by_ref(session, Round, "R-1").closed_at == review.deadline_at
        assert by_ref(session, Project, "PR9").state == "idea"


def test_a_story_that_goes_on_is_swept_to_its_end(database: Database) -> None:
    until = BEGUN + timedelta(days=90)
    with database.transaction(None) as session:
        play(session, replace(STORY, until=until))

        assert fold(session) == {"PR1": "idea"}
