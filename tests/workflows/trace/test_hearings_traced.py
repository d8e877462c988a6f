"""A hearing stands in the trace of what it was about, with the remarks made in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from connector.pictures.table import trace_rows
from connector.pictures.trace import trace_svg
from tests.workflows.conftest import Stage
from tests.workflows.development.heard import assessed, on_web, opened, summarise
from tests.workflows.development.towns import NINE, Town, session_on
from workflows.base import by_ref
from workflows.development.hearings import Hearing
from workflows.development.remarks import Verdict
from workflows.errors import NotFoundError
from workflows.trace.graph import trace_of
from workflows.trace.links import Edge


def _heard(town: Town) -> None:
    """A hearing with two remarks that share an assessment; the last came late."""
    town.agreed_project()
    opened(town)
    town.wait(days=1)
    on_web(town, "For dyrt.")
    town.wait(until=by_ref(town.session, Hearing, "R-11").deadline_at)
    on_web(town, "Altfor dyrt.")
    town.wait(days=1)
    summarise(town, assessed("R-11/1.1", "R-11/2.1", verdict=Verdict.PARTLY))


@pytest.fixture(scope="module")
def heard(stage: Stage) -> Iterator[Connection]:
    """A connection with a hearing that was summarised."""
    yield from stage(_heard)


@pytest.fixture
def session(heard: Connection) -> Iterator[Session]:
    """A session of the town with the hearing."""
    with session_on(heard) as session:
        yield session


def test_a_hearing_is_traced_to_what_it_was_about(session: Session, town: Town) -> None:
    found = trace_of(session, "R-11", at=town.now)

    assert Edge("R-11", "PR1", "answered") in found.edges
    assert found.by_ref["R-11"].state == "summarised"
    assert "R-11" in trace_of(session, "PR1", at=town.now).by_ref


def test_each_remark_stands_with_what_became_of_it(
    session: Session, town: Town
) -> None:
    found = trace_of(session, "R-11", at=town.now)

    assert Edge("R-11/2.1", "R-11", "remarked_in") in found.edges
    states = [found.by_ref[ref].state for ref in ("R-11/1.1", "R-11/2.1")]
    assert states == ["partly", "partly"]


def test_picture_and_table_tell_the_same_of_a_hearing(
    session: Session, town: Town
) -> None:
    found = trace_of(session, "R-11/1.1", at=town.now)

    rows = trace_rows(found, language="nn")
    (row,) = [each for each in rows if each["from_ref"] == "R-11/1.1"]
    drawn = trace_svg(found, language="nn")

    assert (row["from_kind"], row["relation"]) == ("høyringsmerknad", "er gjeven i")
    assert row["from_state"] == "Delvis teken inn"
    assert all(words in drawn for words in ("R-11/1.1", "Delvis teken inn", "Høyring"))


def test_a_hearing_is_not_there_before_it_opened_nor_a_remark_before_it_came(
    session: Session, town: Town
) -> None:
    row = by_ref(session, Hearing, "R-11")
    assert row.opened_at is not None

    opened_then = trace_of(session, "R-11", at=row.opened_at)

    assert not any(node.kind == "hearing_remark" for node in opened_then.nodes)
    assert opened_then.by_ref["R-11"].state == "open"
    with pytest.raises(NotFoundError):
        trace_of(session, "R-11", at=NINE)
