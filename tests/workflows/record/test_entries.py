from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town
from workflows.base import Base, all_of, by_ref, tenant
from workflows.development.outputs import drop_output
from workflows.development.projects import Project
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.people.hats import SYSTEM
from workflows.record.entries import Entry, append, fold, history, new_reference, since


def entries(session: Session) -> list[Entry]:
    return list(session.scalars(select(Entry).order_by(Entry.seq)))


def columns(session: Session) -> dict[str, str]:
    """Reference → state, of every mapped class that has a state column."""
    kinds: list[type[Any]] = [
        mapper.class_
        for mapper in Base.registry.mappers
        if {"state", "ref"} <= set(mapper.columns.keys())
    ]
    return {row.ref: row.state.value for kind in kinds for row in all_of(session, kind)}


def test_entries_are_numbered_without_gaps(session: Session, town: Town) -> None:
    town.propose()

    numbers = [entry.seq for entry in entries(session)]

    assert numbers == list(range(len(numbers)))


def test_an_entry_tells_what_to_what_by_whom_and_when(
    session: Session, town: Town
) -> None:
    project = town.propose()

    entry = entries(session)[-1]

    assert (entry.type, entry.subject, entry.refs) == (
        "project.proposed",
        "PR1",
        ["PR1"],
    )
    assert entry.by["role"] == "party_contact"
    assert entry.by["party"] == "T"
    assert entry.at == town.now == project.proposed_at
    assert entry.states == {"PR1": "idea"}


def test_the_record_is_written_forwards(session: Session, town: Town) -> None:
    project = town.propose()

    with pytest.raises(RuleBrokenError, match="comes before the last entry"):
        append(
            session,
            "project.paused",
            project,
            by=SYSTEM,
            at=town.now - timedelta(microseconds=1),
        )

    assert entries(session)[-1].type == "project.proposed"


def test_two_acts_may_share_an_instant(session: Session, town: Town) -> None:
    town.propose("PR1")
    town.propose("PR2")

    first, second = entries(session)[-2:]
    assert first.at == second.at
    assert second.seq == first.seq + 1


def test_after_a_long_story_the_states_are_what_the_entries_tell(
    session: Session, town: Town
) -> None:
    tell_a_long_story(town)

    assert fold(session) == columns(session)
    assert {"PR1", "PR1-M@1.0", "R-PR1", "PA-PR1", "O-1", "FM-O-1"} <= set(
        fold(session)
    )


def test_what_is_asked_by_reference_is_what_the_whole_record_tells(
    session: Session, town: Town
) -> None:
    tell_a_long_story(town)
    half_way = entries(session)[len(entries(session)) // 2].at

    for at in (None, half_way):
        whole = fold(session, at=at)
        assert fold(session, at=at, refs=[*columns(session), "X-9"]) == whole
    for ref in ("PR1", "O-1", "PA-PR1", "X-9"):
        told = [entry.seq for entry in entries(session) if ref in entry.refs]
        assert [entry.seq for entry in history(session, ref)] == told


def test_the_states_of_an_earlier_instant_are_those_that_stood_then(
    session: Session, town: Town
) -> None:
    stood = {}
    for bring_forward in (
        town.agreed_project,
        lambda: town.drafted_agreement("PA-1", project="PR1"),
        lambda: town.wait(days=1),
    ):
        bring_forward()
        stood[town.now] = columns(session)
        town.wait(days=1)
    town.running_project("PR2")
    town.pause("PR2")

    assert {instant: fold(session, at=instant) for instant in stood} == stood


def test_since_tells_when_the_present_state_was_reached(
    session: Session, town: Town
) -> None:
    town.propose()
    proposed = town.now
    town.wait(days=3)
    town.propose("PR2")

    assert since(session)["PR1"] == proposed
    assert since(session)["PR2"] == town.now
    assert set(since(session, at=proposed)) == {"PR1"}


def test_coming_back_to_a_state_counts_from_the_return(
    session: Session, town: Town
) -> None:
    town.running_project()
    first = since(session)["PR1"]
    town.pause()
    town.resume()

    assert since(session)["PR1"] == town.now > first


def test_the_history_of_a_thing_holds_what_touched_it(
    session: Session, town: Town
) -> None:
    town.running_project()
    town.begun_output()
    town.do(drop_output, by=town.manager, output="O-1", reason="Ikke bruk for det.")

    assert [entry.type for entry in history(session, "O-1")] == [
        "output.planned",
        "output.started",
        "output.dropped",
    ]
    assert [entry.type for entry in history(session, "PR1")][:2] == [
        "project.proposed",
        "forum.minuted",
    ]


def test_no_two_things_share_a_reference_of_whatever_kind(
    session: Session, town: Town
) -> None:
    town.propose("X-1")

    with pytest.raises(RuleBrokenError, match="X-1"):
        town.drafted_agreement("X-1")
    with pytest.raises(InvalidValueError, match="ref"):
        new_reference(session, "  ")
    assert new_reference(session, "X-2") == "X-2"


@pytest.mark.parametrize(
    "change", [update(Entry).values(type="nothing.happened"), delete(Entry)]
)
def test_inv_09_the_database_refuses_to_change_the_record(
    session: Session, town: Town, change: object
) -> None:
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]  # one of two statements

    assert entries(session)[0].type == "municipality.founded"


def test_the_record_belongs_to_its_municipality(session: Session, town: Town) -> None:
    assert {entry.municipality_id for entry in entries(session)} == {tenant(session)}
    assert by_ref(session, Project, town.propose().ref).municipality_id == tenant(
        session
    )


def tell_a_long_story(town: Town) -> None:
    """Everything from an idea to a superseded output, and an agreement amended."""
    town.running_project()
    town.handed_over_output("O-1")
    town.delivered_output("O-2", supersedes="O-1")
    town.begun_output("O-3")
    town.opened_round("R-3", document="O-3")
    town.pause()
    town.propose("PR2")
