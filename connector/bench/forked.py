"""Workers that are forked from one warm process, and killed in the midst of a job.

The warm process has imported all, and made and read each file once; a worker that is
forked from it opens its own installation, engine and connections. So a kill costs no
cold start, and its moment is counted from when the worker said that it had begun.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from connector.bench.elvestrand import play_until
from connector.config import load_config
from connector.installation import open_installation
from connector.jobs.kinds import Kind, Work
from connector.jobs.worker import Worker
from connector.library.delivery import deliverable, delivery_of
from connector.library.same_text import version_in

LOOK_S: Final = 0.05
Kinds = Mapping[str, Kind]
# A function of a module, which the warm process imports: kinds do not travel.
KindsAt = Callable[[], Kinds]
# A data folder, and the environment of its installation.
Given = tuple[str, Mapping[str, str]]


class Nursery:
    """The warm process, as it is asked from outside; one worker at a time."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def begin(self, data: Path, environ: Mapping[str, str]) -> None:
        """Fork a worker of an installation; return when it has begun a job."""
        self._pipe.send((str(data), dict(environ)))
        self._pipe.recv()

    def kill(self) -> None:
        """Kill the worker with SIGKILL; return when it is gone."""
        self._pipe.send(None)
        self._pipe.recv()


@contextmanager
def a_nursery(played: Path, *, steps: int, kinds: KindsAt) -> Iterator[Nursery]:
    """Play the story in a warm process, and let it fork until the block ends."""
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    given = (there, played, steps, kinds)
    process = context.Process(target=_serve, args=given, daemon=True)
    process.start()
    there.close()
    try:
        here.recv()
        yield Nursery(here)
    finally:
        here.close()
        process.join()


def _serve(pipe: Connection, played: Path, steps: int, kinds: KindsAt) -> None:
    play_until(played, steps=steps)
    house = open_installation(load_config(played, {}))
    with closing(house.database), house.reading() as session:
        for version in deliverable(session):
            at = house.now()
            made = delivery_of(session, version, at=at, templates=house.templates)
            version_in(made.data)
    pipe.send(None)
    with suppress(EOFError):
        while True:
            _fork_and_kill(pipe, pipe.recv(), kinds())


def _fork_and_kill(pipe: Connection, given: Given, kinds: Kinds) -> None:
    begun, telling = os.pipe()
    pid = os.fork()
    if not pid:
        _work(given, kinds, lambda: os.write(telling, b"."))
    os.close(telling)
    os.read(begun, 1)
    try:
        pipe.send(pid)
        pipe.recv()
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(begun)
    pipe.send(None)


def _work(given: Given, kinds: Kinds, tell: Callable[[], object]) -> None:
    """Be a worker until killed, and tell when a job begins."""
    data, environ = given
    try:
        house = open_installation(load_config(Path(data), environ))
        told = {name: _telling(kind, tell) for name, kind in kinds.items()}
        worker = Worker(house, told, look_every_s=LOOK_S)
        worker.start()
        worker.lost.wait()
    finally:
        os._exit(1)


def _telling(kind: Kind, tell: Callable[[], object]) -> Kind:
    def do(work: Work) -> None:
        tell()
        kind.do(work)

    return replace(kind, do=do)
