"""What falls due while the service runs, whether anybody visits a page or not."""

from __future__ import annotations

from connector.installation import Installation


def sweep_once(installation: Installation) -> None:
    """Do what fell due before now, and lay the newest checkpoint outside."""
    # The transaction itself does what fell due before it hands out a session.
    with installation.transaction():
        pass
    installation.lay_outside()
