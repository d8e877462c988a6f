"""The town at the stages that the tests of the development line begin from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.conftest import Stage
from tests.workflows.development import heard
from tests.workflows.development.towns import Town, session_on
from workflows.development.hearings import Hearing


def _open(town: Town) -> None:
    town.drafted_project()
    town.opened_round("R-1", document="PR1-M")


# What a test asks for by name, and what has happened then.
STAGES: dict[str, Callable[[Town], object]] = {
    "had": Town.agreed_project,
    "opened": _open,
    "drafted": Town.drafted_project,
}


@pytest.fixture(scope="session")
def brought(stage: Stage) -> Iterator[Callable[[str], Connection]]:
    """How a stage is reached: each is made once a database, when first asked for."""
    with ExitStack() as made:
        yield cache(
            lambda name: made.enter_context(contextmanager(stage)(STAGES[name]))
        )


@pytest.fixture
def session(request: pytest.FixtureRequest, settled: Connection) -> Iterator[Session]:
    """A session of Testvik at the stage that the test asks for; nothing is kept."""
    asked = next((name for name in STAGES if name in request.fixturenames), None)
    connection = request.getfixturevalue("brought")(asked) if asked else settled
    with session_on(connection) as session:
        yield session


@pytest.fixture
def town(session: Session) -> Town:
    """Testvik with its people."""
    return Town(session)


@pytest.fixture
def drafted(town: Town) -> Town:
    """A town with a mandate that is ready for a round."""
    return town


@pytest.fixture
def opened(town: Town) -> Town:
    """A town with an open round on its mandate; the deadline is 10 February."""
    return town


@pytest.fixture
def had(town: Town) -> Town:
    """A town where the three parties have agreed on the text PR1-M@1.0."""
    return town


@pytest.fixture
def hearing(had: Town) -> Hearing:
    """A public hearing on that text, open for three weeks."""
    return heard.opened(had)
