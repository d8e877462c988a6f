"""Closes what falls due while the service runs, and lays checkpoints outside."""

from __future__ import annotations

import logging
import threading

from connector.installation import Installation

logger = logging.getLogger(__name__)

EVERY_S = 60.0


def keep_sweeping(
    installation: Installation, stop: threading.Event, *, every_s: float = EVERY_S
) -> threading.Thread:
    """Start to sweep every `every_s` seconds until `stop` is set; return the thread."""
    thread = threading.Thread(
        target=_sweep_until, args=(installation, stop, every_s), daemon=True
    )
    thread.start()
    return thread


def _sweep_until(
    installation: Installation, stop: threading.Event, every_s: float
) -> None:
    while not stop.is_set():
        try:
            # The transaction itself does what fell due before it hands out a session.
            with installation.transaction():
                pass
            installation.lay_outside()
        except Exception:
            logger.exception("sweep failed; tried again at the next turn")
        stop.wait(every_s)
