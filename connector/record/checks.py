"""The whole record held against itself, its checkpoints and the copies outside."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from connector.config import Config
from connector.record.anchors import anchor_flaws
from connector.record.keys import public_keys
from connector.record.processes import Advance, verify_whole
from workflows.record.checkpoints import checkpoint_flaws, checkpoints


def record_flaws(
    session: Session, config: Config, *, advance: Advance = lambda _: None
) -> Iterator[str]:
    """Yield a line for each thing in the record that is not as it was written.

    `advance` is told how many entries are verified.
    """
    sizes = [row.size for row in checkpoints(session)]
    held = verify_whole(session, config.database_url, sizes=sizes, advance=advance)
    yield from map(str, held.flaws)
    yield from checkpoint_flaws(session, held.roots)
    yield from anchor_flaws(session, config.library, public_keys(config.data))
