"""Every fault in every writing operation, at its first, middle and last call.

An operation is done at the stand-in of Microsoft 365 over the network of this machine.
One call of it goes wrong once. It must then end well, or in an error that belongs to
the fault; what lies in the library is whole; and the same operation again ends in what
was wanted, once. Waits are skipped, deadlines are real.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, Final

from connector.bench.standins import settings_of
from connector.bench.writing_operations import OPERATIONS, Operation, Place
from connector.graph import drives
from connector.graph.client import USER_AGENT, Limits
from connector.graph.errors import (
    BadQuestionError,
    ChangedError,
    ElsewhereError,
    ForbiddenError,
    FullError,
    GraphAwayError,
    GraphError,
    ItemNotFoundError,
    LockedError,
    MalformedError,
    NameTakenError,
    ResyncError,
    ServiceAwayError,
    SignInError,
    ThrottledError,
)
from connector.graph.opening import Tenant, opened
from connector.graph.pace import Clock, Pace
from connector.library.document_library import LibraryError
from connector.library.opening import library_in
from connector.library.setting_up import make_ready
from connector.library.sharepoint import SharePointLibrary
from connector.microsoft365 import Microsoft365
from connector.standin.faults import LOSSES, NAMES
from connector.standin.running import Standin, running
from connector.wire import Answer, Question, Wire

# How long a call may take where no answer comes, and elsewhere.
SHORT_S, LONG_S = 0.4, 30.0
SILENT: Final = frozenset({"timeout", "drip"})
FAULTS: Final = tuple(sorted(NAMES - set(LOSSES)))

Ends = tuple[type[GraphError], ...]
AWAY: Final[Ends] = (GraphAwayError,)
# Which errors belong to a fault; an operation may always end well all the same.
ENDS: Final[Mapping[str, Ends]] = {
    **dict.fromkeys(FAULTS, AWAY),
    **dict.fromkeys(("401-expired", "401-claims"), (SignInError,)),
    "403": (ForbiddenError,),
    # Who is told that nothing lies there makes it anew, and hears that it does.
    "404": (ItemNotFoundError, NameTakenError),
    # Something has the name, and then nothing has it.
    "409": (NameTakenError, ItemNotFoundError),
    **dict.fromkeys(
        ("410-apply", "410-upload"), (ResyncError, ItemNotFoundError, ServiceAwayError)
    ),
    "412": (ChangedError,),
    "416": (BadQuestionError,),
    "423": (LockedError,),
    **dict.fromkeys(("429", "429-date", "429-seconds"), (ThrottledError,)),
    "507": (FullError,),
    **dict.fromkeys(
        ("html", "not-json", "empty", "wrong-shape", "redirect"), (MalformedError,)
    ),
    "next-link": (MalformedError, ElsewhereError),
}


class _Skipping:
    """A clock that goes on at once where somebody would wait."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def sleep(self, seconds: float) -> None:
        """Go on by so many seconds."""
        self.skipped += seconds

    def clock(self) -> Clock:
        """Return it as the client takes it."""
        return Clock(now=lambda: time.monotonic() + self.skipped, sleep=self.sleep)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A fault at one call of an operation, numbered from 1."""

    operation: str
    fault: str
    call: int


@dataclass(frozen=True)
class Table:
    """The stand-in, and the client that is tried; every cell has a folder of its own.

    `number` tells the folders apart.
    """

    standin: Standin
    tenant: Tenant
    settings: Microsoft365
    number: Iterator[int] = field(default_factory=count)

    def cells(self) -> Sequence[Cell]:
        """Return every cell: each operation is done once, to count its calls."""
        return [
            Cell(operation=name, fault=fault, call=call)
            for name in OPERATIONS
            for call in _three_of(self.calls_of(name))
            for fault in FAULTS
        ]

    def calls_of(self, name: str) -> int:
        """Return how many calls an operation makes when all goes well."""
        place, operation = self.place(), OPERATIONS[name]
        was = operation.prepare(place)
        wire = _Counted(user_agent=USER_AGENT, silence_s=LONG_S, ca=self.settings.ca)
        graph = replace(place.graph, wire=wire)
        counted = replace(place, library=replace(place.library, graph=graph))
        operation.do(counted, was)
        wire.close()
        return wire.calls

    @contextmanager
    def troubled(self, sound: Place, cell: Cell) -> Iterator[Place]:
        """Give the place over connections of its own, which nobody uses afterwards."""
        call_s = SHORT_S if cell.fault in SILENT else LONG_S
        wire = Wire(user_agent=USER_AGENT, silence_s=LONG_S, ca=self.settings.ca)
        graph = replace(sound.graph, wire=wire, limits=Limits(call_s=call_s))
        try:
            yield replace(sound, library=replace(sound.library, graph=graph))
        finally:
            wire.close()

    def place(self) -> Place:
        """Return a new folder, and the library with a pace that nothing happened to."""
        clock = _Skipping().clock()
        graph = replace(
            self.tenant.graph,
            clock=clock,
            pace=Pace(clock, units_per_min=1e9, burst=1e9),
            limits=Limits(call_s=LONG_S),
        )
        library = library_in(graph, self.settings)
        above = drives.root(graph, library.drive).id
        folder = drives.make_folder(
            graph, library.drive, above, f"m{next(self.number)}"
        )
        return Place(library=library, folder=folder)

    def wrong(self, cell: Cell, operation: Operation) -> str:
        """Return what is wrong with how a cell ends, empty when nothing is."""
        sound = self.place()
        was = operation.prepare(sound)
        self.standin.faults.add(
            {"match": {"nth": cell.call}, "fault": cell.fault, "seconds": 0.2}
        )
        with self.troubled(sound, cell) as troubled:
            end = _ended(operation, troubled, was)
        self.standin.faults.clear()
        return _flaw(cell, operation, sound, end) or _flaw_again(
            operation, replace(sound, library=_rested(sound.library)), was
        )


class _Counted(Wire):
    """A wire that counts what is asked."""

    calls = 0

    def ask(self, question: Question) -> Answer:
        """Ask, and count."""
        self.calls += 1
        return super().ask(question)


def _three_of(calls: int) -> Sequence[int]:
    return sorted({1, (calls + 1) // 2, calls})


def _rested(library: SharePointLibrary) -> SharePointLibrary:
    """Return the library after the waits that it was asked for."""
    clock = _Skipping().clock()
    pace = Pace(clock, units_per_min=1e9, burst=1e9)
    return replace(library, graph=replace(library.graph, clock=clock, pace=pace))


def _ended(operation: Operation, place: Place, was: Any) -> Exception | None:
    try:
        operation.do(place, was)
    except (GraphError, LibraryError) as told:
        return told
    return None


def _flaw(cell: Cell, operation: Operation, place: Place, end: Exception | None) -> str:
    if end is None and not operation.is_done(place):
        return "it ends well and is not done"
    cause = end.__cause__ if isinstance(end, LibraryError) and end.__cause__ else end
    is_told = cause is None or isinstance(cause, (*ENDS[cell.fault], LibraryError))
    if not is_told:
        return f"it ends in {cause!r}"
    lying = place.files()
    is_whole = len(lying) <= 1 and set(lying.values()) <= set(operation.contents)
    return "" if is_whole else f"there lie {sorted(lying)}"


def _flaw_again(operation: Operation, place: Place, was: Any) -> str:
    end = _ended(operation, place, was)
    return "" if operation.is_done(place) else f"again it is not done: {end!r}"


def wrong_ends(cells: Sequence[Cell], table: Table) -> list[str]:
    """Return each cell that does not end as it must, with what is wrong."""
    told = ((cell, table.wrong(cell, OPERATIONS[cell.operation])) for cell in cells)
    return [
        f"{cell.operation}, call {cell.call}, {cell.fault}: {wrong}"
        for cell, wrong in told
        if wrong
    ]


@contextmanager
def a_table(folder: Path) -> Iterator[Table]:
    """Run a stand-in in a folder, and open it, until the block ends."""
    with running(folder, check_every=0) as standin:
        settings = settings_of(standin)
        with opened(settings) as tenant:
            make_ready(tenant.graph, settings)
            yield Table(standin, tenant, settings)
