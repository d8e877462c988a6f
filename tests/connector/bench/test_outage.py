"""Microsoft 365 away for eight hours of a set clock."""

from __future__ import annotations

from pathlib import Path

from connector.bench.outage import outage


def test_what_waited_is_drained_in_order_and_once(tmp_path: Path) -> None:
    found = outage(tmp_path, jobs=3)

    assert found.flaws == []
    assert found.requests >= 3
