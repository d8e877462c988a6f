"""Workers killed at any moment; the benchmark kills more of them."""

from __future__ import annotations

from pathlib import Path

from connector.bench.killed import KILLS_OF_A_JOB, a_rig, flaws_after_kills

KILLS = 20


def test_nothing_is_lost_or_doubled_by_a_kill(tmp_path: Path) -> None:
    """Kills of delivering, reading and taking in, at moments of chance."""
    with a_rig(tmp_path, seed=1) as rig:
        while rig.moments.total() < KILLS:
            house = tmp_path / f"house{rig.moments.total()}"
            assert flaws_after_kills(rig, house, kills=KILLS_OF_A_JOB) == []

    assert rig.moments["in a job"] >= KILLS / 4
