"""A worker that is killed at any moment: nothing is lost, doubled or left in half.

A real worker process delivers the agreed texts of a small municipality to the stand-in
of Microsoft 365, reads what people wrote there, and takes it in. It is killed with
SIGKILL at a random moment after it has begun, several times over the same work; then
one is let be until all is done, and what lies everywhere is held against what must lie
there.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.bench.elvestrand import typed
from connector.bench.forked import Nursery, a_nursery
from connector.bench.standins import environment_of, settings_of
from connector.config import load_config
from connector.graph import drives
from connector.graph.opening import opened
from connector.graph.pace import Clock, Pace
from connector.installation import (
    Installation,
    open_installation,
)
from connector.jobs.kinds import Kind, Work
from connector.jobs.library import LIBRARY
from connector.jobs.registry import KINDS
from connector.jobs.triggers import DELIVER
from connector.library.delivery import deliverable
from connector.library.document_library import Item
from connector.library.folder import FolderLibrary
from connector.library.incoming import file_of, take_in
from connector.library.items import ItemState, items
from connector.library.opening import library_in
from connector.library.same_text import version_in
from connector.library.setting_up import make_ready
from connector.library.sharepoint import SharePointLibrary
from connector.standin.running import running
from workflows.background.jobs import Job, JobState, enqueue, jobs_in
from workflows.development.agreements import amend_agreement
from workflows.development.documents import latest
from workflows.development.drafting import word_files
from workflows.people.kinds import Role
from workflows.people.mandates import wear
from workflows.record.entries import Entry
from workflows.record.verification import verify

# So much of Elvestrand's story that the first agreement of a project is signed.
STEPS: Final = 234
AGREEMENT, VERSION = "PA-1", "PA-1@1.0"
BEFORE: Final = "De tillitsvalgte tok opp"
AFTER: Final = "De hovedtillitsvalgte tok opp"
MANAGER: Final = "P22"
APPLY: Final = "apply"
# One kill more over the same job, and it would be parked: that is its rule.
KILLS_OF_A_JOB: Final = 4
PATIENCE_S: Final = 120.0
LOOK_S: Final = 0.02
# How many seconds each kind of work is taken to last before one was let be.
FIRST_S: Final = {DELIVER: 2.0, LIBRARY: 1.0, APPLY: 0.3}
OPEN: Final = (JobState.WAITING, JobState.HANDED_OVER, JobState.RUNNING)


def apply_file(work: Work) -> None:
    """Take in what people wrote in a file, as the page does when it is confirmed."""
    house = work.installation
    working = FolderLibrary(house.config.library)
    with work.finishing() as session:
        file = file_of(session, working, work.about)
        by = wear(
            session,
            person=MANAGER,
            role=Role.PROJECT_MANAGER,
            project="PR1",
            at=house.now(),
        )
        take_in(
            session,
            working,
            file,
            shown=file.sha256,
            choices={},
            by=by,
            at=house.now(),
        )


def all_kinds() -> Mapping[str, Kind]:
    """Return the kinds of jobs, and taking in as one more."""
    return {**KINDS, APPLY: Kind(name=APPLY, do=apply_file)}


@dataclass(frozen=True, kw_only=True)
class Rig:
    """A played municipality to copy, and the library that its files go to.

    `lasts` is how many seconds each kind of work took the last time it was let be, and
    `moments` counts where kills fell: in a job, between two, or after the last.
    """

    played: Path
    environ: Mapping[str, str]
    library: SharePointLibrary
    nursery: Nursery
    chance: Random
    lasts: dict[str, float] = field(default_factory=lambda: dict(FIRST_S))
    moments: Counter[str] = field(default_factory=Counter)

    def house(self, folder: Path) -> Installation:
        """Return the municipality anew in a folder, with an empty library."""
        shutil.copytree(self.played, folder)
        graph, drive = self.library.graph, self.library.drive
        for each in list(drives.children(graph, drive, drives.root(graph, drive).id)):
            drives.delete(graph, drive, each.id, etag=each.etag)
        return open_installation(load_config(folder, self.environ))

    def lying(self) -> list[Item]:
        """Return every file in the library."""
        pages = self.library.changes(None)
        last = {each.id: each.item for page in pages for each in page.changes}
        return [item for item in last.values() if item]


@contextmanager
def a_rig(folder: Path, *, seed: int) -> Iterator[Rig]:
    """Play the story, and run the stand-in, until the block ends."""
    played = folder / "played"
    with (
        a_nursery(played, steps=STEPS, kinds=all_kinds) as nursery,
        running(folder / "standin", check_every=0) as standin,
    ):
        settings = settings_of(standin)
        _amend(played)
        with opened(settings) as tenant:
            make_ready(tenant.graph, settings)
            pace = Pace(Clock(), units_per_min=1e9, burst=1e9)
            graph = replace(tenant.graph, pace=pace)
            yield Rig(
                played=played,
                environ=environment_of(standin),
                library=library_in(graph, settings),
                nursery=nursery,
                chance=Random(seed),  # noqa: S311 - replayed
            )


def flaws_after_kills(rig: Rig, folder: Path, *, kills: int) -> list[str]:
    """Return what is lost, doubled or in half after so many kills of each work."""
    house = rig.house(folder)
    with closing(house.database):
        with house.reading() as session:
            refs = [version.ref for version in deliverable(session)]
        _worked(rig, house, kills, DELIVER, *refs)
        _edit(rig)
        _worked(rig, house, kills, LIBRARY, LIBRARY)
        name = _name_of(house, VERSION)
        _worked(rig, house, kills, APPLY, name)
        return list(_flaws(rig, house, refs, name))


def _amend(folder: Path) -> None:
    house = open_installation(load_config(folder, {}))
    at = house.now()
    with closing(house.database), house.transaction() as session:
        by = wear(
            session,
            person=MANAGER,
            role=Role.PROJECT_MANAGER,
            project="PR1",
            at=at,
        )
        amend_agreement(session, agreement=AGREEMENT, by=by, at=at)


def _ask(house: Installation, kind: str, *about: str) -> None:
    wall = house.config.wall()
    with house.unrecorded() as session:
        for each in about:
            enqueue(session, kind, each, key=f"asked {wall}", at=wall)


def _worked(rig: Rig, house: Installation, kills: int, kind: str, *about: str) -> None:
    """Ask, kill a worker at it so many times, and let the last one be.

    What is done already when a kill has fallen is not killed again.
    """
    _ask(house, kind, *about)
    for _ in range(kills):
        if not _left(house):
            return
        rig.nursery.begin(house.config.data, rig.environ)
        time.sleep(rig.chance.uniform(0.0, rig.lasts[kind]))
        rig.nursery.kill()
        rig.moments[_moment(house)] += 1
    if _left(house):
        rig.nursery.begin(house.config.data, rig.environ)
        began = time.monotonic()
        while _left(house) and time.monotonic() - began < PATIENCE_S:
            time.sleep(LOOK_S)
        rig.lasts[kind] = time.monotonic() - began
        rig.nursery.kill()


def _left(house: Installation) -> list[Job]:
    with house.reading() as session:
        open_jobs = jobs_in(session, *OPEN)
        return [job for job in open_jobs if job.kind in {DELIVER, LIBRARY, APPLY}]


def _moment(house: Installation) -> str:
    """Return where the kill fell that has just been."""
    left = _left(house)
    if any(job.state is JobState.RUNNING for job in left):
        return "in a job"
    return "between jobs" if left else "after the last"


def _edit(rig: Rig) -> None:
    """Somebody writes in the agreement with Word, which keeps the text twice."""
    found = next(each for each in rig.lying() if _version_at(rig, each) == VERSION)
    data = rig.library.content(found)
    rig.library.put(found.name, typed(data, BEFORE, AFTER), columns={}, over=found)


def _version_at(rig: Rig, item: Item) -> str | None:
    return version_in(rig.library.content(item))


def _name_of(house: Installation, version: str) -> str:
    with house.reading() as session:
        return next(row.name for row in items(session) if row.version == version)


def _flaws(
    rig: Rig, house: Installation, refs: Sequence[str], edited: str
) -> Iterator[str]:
    working = FolderLibrary(house.config.library)
    with house.reading() as session:
        yield from _flaws_of_jobs(session)
        yield from _flaws_in_library(rig, session, refs)
        yield from _flaws_in_copy(rig, session, working)
        yield from _flaws_in_record(session, edited)


def _flaws_of_jobs(session: Session) -> Iterator[str]:
    for job in jobs_in(session, *OPEN, JobState.PARKED):
        if job.kind in {DELIVER, LIBRARY, APPLY} or job.state is JobState.PARKED:
            yield f"job {job.kind} {job.about} is {job.state} {job.problem}"


def _flaws_in_library(rig: Rig, session: Session, refs: Sequence[str]) -> Iterator[str]:
    """Each version lies there once, under the id that is remembered of it."""
    lying = {each.id: _version_at(rig, each) for each in rig.lying()}
    if Counter(lying.values()) != Counter(refs):
        yield f"there lie {sorted(map(str, lying.values()))}"
    known = {row.item_id: row.version for row in items(session)}
    if known != lying:
        yield f"remembered are {sorted(known.values())}"


def _flaws_in_copy(rig: Rig, session: Session, working: FolderLibrary) -> Iterator[str]:
    """What is remembered of each file is so, and what was written there is had."""
    for row in items(session):
        is_edited = row.version == VERSION
        state = ItemState.WORKED_IN if is_edited else ItemState.IN_PLACE
        if row.state is not state:
            yield f"{row.version} is {row.state}"
        if version_in(working.get(row.name)) != row.version:
            yield f"{row.name} is not whole here"
        there = rig.library.content(rig.library.get(str(row.item_id)))
        if is_edited and there != working.get(row.name):
            yield f"{row.name} is another here than there"


def _flaws_in_record(session: Session, edited: str) -> Iterator[str]:
    """Each delivery is entered once, what was written in Word too; all is signed."""
    query = select(Entry.payload).where(Entry.type == "documents.delivered")
    told = Counter(one for each in session.scalars(query) for one in each["sha256"])
    yield from (f"entered {n} times: {one}" for one, n in told.items() if n > 1)
    if len(told) < len(items(session)):
        yield f"entered are {len(told)} of {len(items(session))} deliveries"
    taken = Counter(word_files(session, AGREEMENT))
    if list(taken.values()) != [1]:
        yield f"taken in: {taken}, {edited}"
    if AFTER not in str(latest(session, AGREEMENT).values):
        yield "what was written in Word is not in the draft"
    yield from (str(flaw) for flaw in verify(session).flaws)
