"""The whole record held against itself, its checkpoints and the copies outside."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from connector.config import Config
from connector.record.anchors import anchor_flaws
from connector.record.keys import public_keys
from workflows.record.checkpoints import checkpoint_flaws, checkpoints
from workflows.record.verification import verify


def record_flaws(session: Session, config: Config) -> Iterator[str]:
    """Yield a line for each thing in the record that is not as it was written."""
    held = verify(session, sizes=[row.size for row in checkpoints(session)])
    yield from map(str, held.flaws)
    yield from checkpoint_flaws(session, held.roots)
    yield from anchor_flaws(session, config.library, public_keys(config.data))
