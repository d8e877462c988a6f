"""New versions of what is delivered already: the earlier one stays what it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.development.towns import ALL_AGREE, Town, U, session_on
from tests.workflows.trace.halls import open_case, open_hall, use
from workflows.base import all_of, by_ref
from workflows.development.documents import VersionState, content_of, versions_of
from workflows.development.drafting import draft_version
from workflows.development.outputs import (
    Handover,
    Output,
    OutputState,
    delivered_version,
    handover_of,
)
from workflows.development.positions import Position, Standing
from workflows.errors import TransitionNotAllowedError
from workflows.record.entries import fold
from workflows.trace.lead_times import lead_times
from workflows.trace.uses import handovers, unused_outputs, uses


@pytest.fixture
def session(handed_over: Connection) -> Iterator[Session]:
    """A session of the town where O-1 is handed over."""
    with session_on(handed_over) as session:
        yield session


@pytest.fixture
def town(session: Session) -> Town:
    """The town that hands over."""
    return Town(session)


def test_a_new_version_leaves_what_is_handed_over_as_it_was(
    session: Session, town: Town
) -> None:
    output = by_ref(session, Output, "O-1")
    given = handover_of(session, output)
    town.revised_output()

    assert given is not None
    assert output.state is OutputState.HANDED_OVER
    assert handover_of(session, output) is given
    newest = delivered_version(session, output)
    assert newest is not None
    assert newest.number == "2.0"
    first = versions_of(session, "O-1")[1]
    assert first.number == given.package["version"] == "1.0"
    assert (
        content_of(session, first).fingerprints["document"]
        == (given.package["fingerprint"])
    )


def test_the_record_tells_that_the_earlier_version_gave_way(
    session: Session, town: Town
) -> None:
    town.revised_output()

    told = fold(session)

    assert told["O-1@1.0"] == VersionState.SUPERSEDED
    assert {row.ref: row.state for row in versions_of(session, "O-1")} == {
        row.ref: told[row.ref] for row in versions_of(session, "O-1")
    }


def test_a_disagreement_on_the_new_version_leaves_the_old_one_standing(
    session: Session, town: Town
) -> None:
    town.do(draft_version, by=town.manager, document="O-1")
    town.forum("FM-2", version="O-1@1.1")
    against = {**ALL_AGREE, U: Position.DISAGREE}
    town.minute("FM-2", against)

    output = by_ref(session, Output, "O-1")
    assert (output.state, output.standing) == (OutputState.HANDED_OVER, Standing.JOINT)
    newest = delivered_version(session, output)
    assert newest is not None
    assert newest.number == "1.0"


def test_the_new_version_is_handed_over_once_and_used_from_then_on(
    session: Session, town: Town
) -> None:
    open_hall(town)
    open_case(town)
    use(town)
    town.revised_output()
    open_case(town, "C02")
    use(town, case="C02")
    town.wait(days=1)
    town.hand_over("O-1", concluded_in="FM-O-1@1.1")
    open_case(town, "C03")
    use(town, case="C03")

    assert [(row.case, row.version) for row in uses(session)] == [
        ("C01", "1.0"),
        ("C02", "1.0"),
        ("C03", "2.0"),
    ]
    assert len(all_of(session, Handover)) == 2
    ((latest, output),) = handovers(session)
    assert (output.ref, latest.package["version"]) == ("O-1", "2.0")
    with pytest.raises(TransitionNotAllowedError):
        town.hand_over("O-1", concluded_in="FM-O-1@1.1")


def test_an_output_handed_over_twice_is_one_output_that_nobody_uses(
    session: Session, town: Town
) -> None:
    town.revised_output()
    town.hand_over("O-1", concluded_in="FM-O-1@1.1")

    assert [row["output"] for row in unused_outputs(session, at=town.now)] == ["O-1"]
    assert lead_times(session, at=town.now) == []
