"""Workers killed at any moment; the benchmark kills more of them."""

from __future__ import annotations

from pathlib import Path

from connector.bench.killed import a_rig, flaws_after_kills


def test_nothing_is_lost_or_doubled_by_a_kill(tmp_path: Path) -> None:
    """One kill each of delivering, reading and taking in, at moments of chance."""
    with a_rig(tmp_path, seed=1) as rig:
        assert flaws_after_kills(rig, tmp_path / "house", kills=1) == []
