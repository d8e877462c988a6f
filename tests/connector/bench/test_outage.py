"""Microsoft 365 away for hours of a set clock."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from connector.bench.outage import outage


def test_what_waited_is_drained_in_order_and_once(tmp_path: Path) -> None:
    """Three jobs fail by four calls each; then one call asks, less and less often."""
    found = outage(tmp_path, jobs=6, lasts=timedelta(hours=1))

    assert found.flaws == []
    assert 12 < found.requests < 12 + 12
