"""The settled town for the tests of the development line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.development.heard import opened
from tests.workflows.development.towns import Town, session_on
from workflows.development.hearings import Hearing


@pytest.fixture
def session(settled: Connection) -> Iterator[Session]:
    """A session of the settled Testvik kommune; nothing of it is kept."""
    with session_on(settled) as session:
        yield session


@pytest.fixture
def town(session: Session) -> Town:
    """Testvik with its people."""
    return Town(session)


@pytest.fixture
def had(town: Town) -> Town:
    """A town where the three parties have agreed on the text PR1-M@1.0."""
    town.agreed_project()
    return town


@pytest.fixture
def hearing(had: Town) -> Hearing:
    """A public hearing on that text, open for three weeks."""
    return opened(had)
