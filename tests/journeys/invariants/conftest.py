"""Testvik brought forward by the acts, for those who try to break its rules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.conftest import at_work, handed_over, stage
from tests.workflows.development.towns import Town, session_on

__all__ = ["at_work", "handed_over", "stage"]


@pytest.fixture
def session(at_work: Connection) -> Iterator[Session]:
    """A session of the town where PR1 runs, on both kinds of database."""
    with session_on(at_work) as session:
        yield session


@pytest.fixture
def town(session: Session) -> Town:
    """Testvik with its project."""
    return Town(session)


@pytest.fixture
def delivered(handed_over: Connection) -> Iterator[Town]:
    """Testvik with an output that has been handed over."""
    with session_on(handed_over) as session:
        yield Town(session)
