"""A worker as a program of its own, which sends and can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from connector.config import load_config
from connector.installation import open_installation
from connector.jobs.registry import KINDS
from connector.jobs.worker import Worker


@contextmanager
def teller_apart(
    data: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Let a worker of the installation in a folder work in a process of its own."""
    arguments = [sys.executable, "-m", "tests.connector.notices.tellers", str(data)]
    with subprocess.Popen(arguments, env={**os.environ, **environment}) as process:
        try:
            yield process
        finally:
            process.kill()


def main() -> None:
    """Work until killed: the data folder; the rest stands in the environment."""
    house = open_installation(load_config(Path(sys.argv[1]), os.environ))
    worker = Worker(house, KINDS, look_every_s=0.05)
    worker.start()
    worker.lost.wait()


if __name__ == "__main__":
    main()
