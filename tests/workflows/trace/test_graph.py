from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.conftest import Stage
from tests.workflows.development.towns import Town, session_on
from tests.workflows.trace.halls import assign, open_case, open_hall, record, treat, use
from workflows.errors import NotFoundError
from workflows.trace.graph import trace_of
from workflows.trace.outcomes import Code


def _followed_up(town: Town) -> None:
    town.running_project()
    town.handed_over_output()
    town.handed_over_output("O-2")
    open_hall(town)
    open_case(town)
    use(town)
    treat(town)
    record(town, "C01-T1", Code.ADOPTED, item=1)
    assign(town, "C01-T1/1")


@pytest.fixture(scope="module")
def followed_up(stage: Stage) -> Iterator[Connection]:
    """A connection with one output that was followed up and one that nobody used."""
    yield from stage(_followed_up)


@pytest.fixture
def session(followed_up: Connection) -> Iterator[Session]:
    """A session of the town with an output that was followed up."""
    with session_on(followed_up) as session:
        yield session


@pytest.fixture
def hall(town: Town) -> Town:
    """The town with an output that was followed up."""
    return town


def test_an_output_is_traced_from_its_project_to_the_follow_up(
    session: Session, hall: Town
) -> None:
    found = {node.ref for node in trace_of(session, "O-1", at=hall.now).nodes}

    assert {"PR1", "O-1", "O-1-H", "C01", "C01-T1", "C01-T1/1", "F-01"} <= found
    assert "O-2" not in found


def test_a_follow_up_is_traced_back_to_where_it_came_from(
    session: Session, hall: Town
) -> None:
    found = {node.ref for node in trace_of(session, "F-01", at=hall.now).nodes}

    assert {"PR1", "O-1", "C01", "C01-T1/1"} <= found


def test_what_came_later_is_not_in_an_earlier_trace(
    session: Session, hall: Town
) -> None:
    earlier = hall.now - timedelta(days=20)

    nodes = trace_of(session, "O-1", at=earlier).nodes

    assert {node.line for node in nodes} == {"development"}
    (output,) = [node for node in nodes if node.ref == "O-1"]
    assert (output.state, output.on, output.note) == ("in_work", None, None)


def test_what_is_not_known_cannot_be_traced(session: Session, town: Town) -> None:
    with pytest.raises(NotFoundError, match="O-9"):
        trace_of(session, "O-9", at=town.now)
