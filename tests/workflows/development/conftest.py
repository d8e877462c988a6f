"""A settled town for the tests of the development line: made once a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from connector.database.engine import Database
from tests.workflows.development.towns import Town, session_on, settled_connection


@pytest.fixture(scope="module")
def settled(shared_database: Database) -> Iterator[Connection]:
    """A connection on which Testvik has its people."""
    with settled_connection(shared_database) as connection:
        yield connection


@pytest.fixture
def session(settled: Connection) -> Iterator[Session]:
    """A session of the settled Testvik kommune; nothing of it is kept."""
    with session_on(settled) as session:
        yield session


@pytest.fixture
def town(session: Session) -> Town:
    """Testvik with its people."""
    return Town(session)
