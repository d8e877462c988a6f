"""An act that breaks off leaves neither its entry nor its change alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from connector.database.engine import Database
from connector.database.models import metadata
from connector.stories import read_story
from tests.connector.cli.testvik import story_file
from workflows.base import tenant
from workflows.people.municipalities import found_municipality
from workflows.record.entries import locked_head
from workflows.record.verification import flaws
from workflows.stories import Step, play_steps


class BrokenOffError(Exception):
    """The power is gone."""


@contextmanager
def breaking_after_the_entry(database: Database) -> Iterator[None]:
    """Let the power go as soon as an entry has been written."""

    def broken(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO entry "):
            raise BrokenOffError

    event.listen(database.engine, "after_cursor_execute", broken)
    try:
        yield
    finally:
        event.remove(database.engine, "after_cursor_execute", broken)


def rows(session: Session) -> dict[str, int]:
    """How many rows each table has, and how many entries the record counts."""
    found = {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in metadata().sorted_tables
    }
    return {**found, "head": locked_head(session).size}


def played(session: Session, step: Step) -> None:
    play_steps(session, [step], progress=lambda _: None)


def break_off(database: Database, municipality: UUID, step: Step) -> None:
    """Do a whole act, and let the power go before it is kept."""
    with database.transaction(municipality) as session:
        played(session, step)
        session.flush()
        raise BrokenOffError


def test_no_act_of_a_story_leaves_one_side_when_it_breaks_off(
    database: Database, tmp_path: Path
) -> None:
    story = read_story(story_file(tmp_path))
    with database.transaction(None) as session:
        found_municipality(
            session, name=story.name, number=story.number, at=story.begins_at
        )
        municipality = tenant(session)
        before = rows(session)

    for step in story.steps:
        with breaking_after_the_entry(database), pytest.raises(BrokenOffError):
            break_off(database, municipality, step)
        with pytest.raises(BrokenOffError):
            break_off(database, municipality, step)
        with database.transaction(municipality) as session:
            assert rows(session) == before, step.act
            played(session, step)
            session.flush()
            before = rows(session)

    with database.transaction(municipality) as session:
        assert flaws(session) == []
        assert before["entry"] == before["head"] == before["record_leaf"]
