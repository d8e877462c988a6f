"""The settled town for the tests of the record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town, session_on


@pytest.fixture
def session(settled: Connection) -> Iterator[Session]:
    """A session of the settled Testvik kommune; nothing of it is kept."""
    with session_on(settled) as session:
        yield session


@pytest.fixture
def town(session: Session) -> Town:
    """Testvik with its people."""
    return Town(session)
