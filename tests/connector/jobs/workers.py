"""Jobs that tests can look into, and a worker for them, also as a program."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from connector.config import Config
from connector.database.engine import open_database
from connector.installation import Installation
from connector.jobs.kinds import HopelessError, Kind, Work
from connector.jobs.worker import Worker
from connector.refusals import UnavailableError
from workflows.people.custody import record_deliveries

EFFECT, SLOW, HOPELESS, AWAY = "effect", "slow", "hopeless", "away"


def checksum(about: str) -> str:
    """Return what an effect enters in the record about a reference."""
    return sha256(about.encode()).hexdigest()


def have_effect(work: Work) -> None:
    """Write an entry, in the transaction that ends the job."""
    with work.finishing() as session:
        at = work.installation.now()
        record_deliveries(session, [checksum(work.about)], at=at)


def have_effect_slowly(work: Work) -> None:
    """Tell that half is done, wait while a file says so, and have the effect."""
    work.tell(1, 2)
    while (work.installation.config.data / "wait").exists():
        time.sleep(0.02)
    have_effect(work)


def fail_for_good(work: Work) -> None:
    """Never succeed, unless a file says so."""
    if not (work.installation.config.data / "hopeless").exists():
        raise HopelessError
    have_effect(work)


def find_nobody(work: Work) -> None:
    """Fail for as long as something outside is away."""
    data = work.installation.config.data
    if (data / "away").exists():
        with (data / "tried").open("a") as tries:
            tries.write("x")
        raise UnavailableError("nobody answers")
    have_effect(work)


KINDS = {
    kind.name: kind
    for kind in (
        Kind(name=EFFECT, do=have_effect),
        Kind(name=SLOW, do=have_effect_slowly),
        Kind(name=HOPELESS, do=fail_for_good),
        Kind(name=AWAY, do=find_nobody),
    )
}


@contextmanager
def at_work(house: Installation) -> Iterator[Worker]:
    """Let a worker work as long as the block lasts."""
    worker = Worker(house, KINDS, look_every_s=0.05)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def main() -> None:
    """Work until killed: data folder, URL, municipality."""
    data, url, municipality = sys.argv[1:]
    config = Config(data=Path(data), database_url=url)
    house = Installation(config, open_database(url), uuid.UUID(municipality))
    with at_work(house) as worker:
        worker.lost.wait()


if __name__ == "__main__":
    main()
