"""Workers killed at any moment; the benchmark kills more of them."""

from __future__ import annotations

from pathlib import Path

from connector.bench.killed import KILLS_OF_A_JOB, a_rig, flaws_after_kills

KILLS, WORKS = 20, 3


def test_nothing_is_lost_or_doubled_by_a_kill(tmp_path: Path) -> None:
    """Kills of delivering, reading and taking in, at moments of chance."""
    with a_rig(tmp_path, seed=1) as rig:
        while (made := rig.moments.total()) < KILLS:
            kills = min(KILLS_OF_A_JOB, -(-(KILLS - made) // WORKS))
            house = tmp_path / f"house{made}"
            assert flaws_after_kills(rig, house, kills=kills) == []

    assert rig.moments["in a job"] >= KILLS / 4
