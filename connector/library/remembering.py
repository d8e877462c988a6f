"""Writing down what became of files: short transactions between calls of the library.

Nothing of it is an act, so nothing is swept or sealed first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from connector.installation import Installation


@contextmanager
def remembering(installation: Installation) -> Iterator[Session]:
    """Open a session that writes what is remembered of the library."""
    with installation.database.transaction(installation.municipality) as session:
        yield session
