"""A trace drawn from its scope is the trace cut from the municipality's whole net."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.connector.web.conftest import open_installation_at
from tests.connector.web.conftest import played as played_story
from tests.connector.web.story import NOW
from workflows.people.kinds import Party
from workflows.record.entries import entries_until
from workflows.trace.graph import cut, net_of, trace_of
from workflows.trace.moments import Moment
from workflows.trace.scope import whole_scope

played = played_story


@pytest.fixture(scope="module")
def session(played: Path) -> Iterator[Session]:
    """A session that reads the story of Testvik."""
    house = open_installation_at(played)
    with house.reading() as session:
        yield session
    house.database.close()


@pytest.mark.parametrize("party", [None, Party("T")])
def test_every_trace_of_the_story_is_the_one_cut_from_the_whole(
    session: Session, party: Party | None
) -> None:
    told = entries_until(session, NOW)
    for at in (NOW, told[len(told) // 2].at):
        everything = Moment(
            session=session, at=at, party=party, scope=whole_scope(session)
        )
        whole = net_of(everything)

        for node in whole.nodes:
            found = trace_of(session, node.ref, at=at, party=party)

            assert found == cut(whole, node.ref)
