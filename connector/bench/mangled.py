"""Whatever becomes of notifications, what is remembered ends equal to the truth.

A sequence is drawn from a seed: people write in files, move, rename, delete and restore
them, and of each change Microsoft 365 tells. What it tells comes twice, in another
order, late, after the subscription was begun anew, or never; others send what is
forged; and now and then the library no longer knows what has changed (410). Some of
what comes is heard at once. At the end the timer reads the changes, as it does every
quarter of an hour, and then everything must be as it is in the library.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from connector.bench.desks import Desk, SharePointDesk
from connector.bench.elvestrand import typed
from connector.bench.standins import settings_of
from connector.graph.opening import opened
from connector.graph.pace import Pace
from connector.installation import Installation
from connector.library.folder import FolderLibrary
from connector.library.items import (
    ItemState,
    LibraryCursor,
    LibraryItem,
    LibraryNotification,
    WebhookSubscription,
    items,
    notifications,
)
from connector.library.notifications import (
    REMEMBERED_S,
    KnownSubscriptions,
    secret_sha256,
    store,
    told_in,
)
from connector.library.opening import library_in
from connector.library.publishing import publish
from connector.library.same_text import says_the_same
from connector.library.setting_up import make_ready
from connector.library.syncing import sync
from connector.standin.running import running
from workflows.base import Owned, tenant

STEPS: Final = (4, 12)
BEFORE: Final = " kommune<"
TEXTS: Final = (" kommune nord<", " kommune sør<")
SECRET: Final = "hemmelig"  # noqa: S105 - forged on purpose
REMEMBERED: Final = (
    LibraryItem,
    LibraryCursor,
    LibraryNotification,
    WebhookSubscription,
)
# One reading in so many is a whole round, which also writes what is lacking.
ROUND_IN: Final = 8
# So many sequences share a library; the first that is wrong ends it.
IN_A_ROW: Final = 50

Notification = Mapping[str, str]


@dataclass(kw_only=True)
class Paper:
    """A file, and the truth of it: where people have it, and what it says."""

    version: str
    name: str
    made: bytes
    place: str
    said: bytes
    is_there: bool = True

    @property
    def places(self) -> Sequence[str]:
        """Where people move it to."""
        return (self.name, f"arkiv/{self.name}", f"arkiv/annet navn {self.name}")

    @property
    def state(self) -> ItemState:
        """What is to be remembered of it."""
        if not self.is_there:
            return ItemState.GONE
        is_made = self.said == self.made
        return ItemState.IN_PLACE if is_made else ItemState.WORKED_IN


@contextmanager
def a_sharepoint(folder: Path) -> Iterator[SharePointDesk]:
    """Run a stand-in in a folder, with a library made ready, until the block ends."""
    with running(folder, check_every=0) as standin:
        settings = settings_of(standin)
        with opened(settings) as tenant:
            make_ready(tenant.graph, settings)
            pace = Pace(tenant.graph.clock, units_per_min=1e9, burst=1e9)
            graph = replace(tenant.graph, pace=pace)
            yield SharePointDesk(standin, library_in(graph, settings))


@dataclass(frozen=True)
class Archive:
    """An installation whose sequences each begin anew, with the same working copy."""

    house: Installation
    pristine: Path

    @classmethod
    def of(cls, house: Installation, desk: Desk, folder: Path) -> Archive:
        """Return it, when the agreed texts were made for the first time."""
        publish(house, desk.library)
        shutil.copytree(house.config.library, folder)
        return cls(house, folder)

    def begin_anew(self) -> None:
        """Forget all that is remembered of the library; lay the working copy anew."""
        shutil.rmtree(self.house.config.library)
        shutil.copytree(self.pristine, self.house.config.library)
        with self.house.unrecorded() as session:
            for each in REMEMBERED:
                _forget_all(session, each)


class Mangling:
    """Sequences one after the other, each beginning where the one before ended.

    `flaws` tells what was found wrong, `acts` what was done in the present one.
    """

    def __init__(self, house: Installation, desk: Desk) -> None:
        self.house, self.desk = house, desk
        self.chance = Random(0)  # noqa: S311 - replayed
        self.flaws: list[str] = []
        self.acts: list[str] = []
        self._seconds = 0.0
        self._known = KnownSubscriptions(lambda: self._seconds)
        self._under_way: list[Notification] = []
        self._former: set[str] = set()
        self._working = FolderLibrary(house.config.library)
        publish(house, desk.library)
        sync(house, desk.library)
        self._papers = [self._paper(name, version) for name, version in self._laid()]
        self._subscription = ""
        self._subscribe()

    def run(self, seed: int) -> None:
        """Do all acts of a sequence, then let the timer read what there is."""
        self.chance.seed(seed)
        self.acts, self.flaws = [], []
        for _ in range(self.chance.randint(*STEPS)):
            name = self.chance.choices(list(ACTS), [each[1] for each in ACTS.values()])
            self.acts += name
            ACTS[name[0]][0](self)
        self._under_way.clear()
        self.read(is_round=self._is_round())

    def change(self) -> None:
        """Somebody does something to a file, which is told of."""
        paper = self.chance.choice(self._papers)
        if not paper.is_there:
            self._restore(paper)
        else:
            self.chance.choice((self._edit, self._edit, self._move, self._delete))(
                paper
            )
        self._under_way.append(self._notification(self._subscription, SECRET))

    def arrive(self) -> None:
        """Some of what is under way comes, in any order, some of it twice, or later."""
        most = len(self._under_way)
        come = self.chance.sample(self._under_way, self.chance.randint(0, most))
        self._under_way = [each for each in self._under_way if each not in come]
        twice = self.chance.choices(come, k=self.chance.randint(0, 3)) if come else []
        self._under_way += twice[1:]
        self._receive([*come, *twice])

    def forge(self) -> None:
        """Others send what is forged, beside something that is not."""
        named = self.chance.choice((self._subscription, "annet", ""))
        forged = self._notification(named, self.chance.choice(("", "gjettet", "æ" * 9)))
        self._receive([forged, *self._under_way[:1]])

    def lose(self) -> None:
        """What is under way never comes."""
        self._under_way.clear()

    def renew(self) -> None:
        """The subscription is begun anew; what is under way names the one before."""
        self._subscribe()
        self._seconds += self.chance.choice((0.0, REMEMBERED_S + 1))

    def forget(self) -> None:
        """The library no longer knows what has changed (410)."""
        self.desk.forget()

    def hear(self) -> None:
        """Changes are read where something was heard."""
        with self.house.reading() as session:
            has_heard = bool(notifications(session, self.desk.library.key))
        if has_heard:
            self.read(is_round=self._is_round())

    def _laid(self) -> list[tuple[str, str]]:
        with self.house.reading() as session:
            return [(row.name, row.version) for row in items(session)]

    def _paper(self, name: str, version: str) -> Paper:
        made = self._working.get(name)
        return Paper(version=version, name=name, made=made, place=name, said=made)

    def _subscribe(self) -> None:
        self._former.add(self._subscription)
        self._subscription = f"abonnement-{secrets.token_hex(8)}"
        at = self.house.now()
        with self.house.unrecorded() as session:
            _forget_all(session, WebhookSubscription)
            session.add(
                WebhookSubscription(
                    subscription=self._subscription,
                    library=self.desk.library.key,
                    secret_sha256=secret_sha256(SECRET),
                    begun_at=at,
                    expires_at=at,
                )
            )

    def _notification(self, subscription: str, secret: str) -> Notification:
        number = str(self.chance.randrange(10**9))
        return {
            "subscriptionId": subscription,
            "clientState": secret,
            "changeType": "updated",
            "resource": f"drives/d/root/{number}",
        }

    def _receive(self, come: list[Notification]) -> None:
        """Take a body as the page does; only what is proved may be kept, and once."""
        self.chance.shuffle(come)
        told = told_in(json.dumps({"value": come}).encode())
        at = self.house.now()
        stored = store(self.house.database, told, at=at, known=self._known)
        proved = [each.subscription for each in told if each.secret == SECRET]
        # One that has ended is known for a minute more.
        may_be = {0, 1} if self._former & set(proved) else {0}
        wanted = {1} if self._subscription in proved else may_be
        if stored not in wanted:
            self.flaws.append(f"{stored} were stored of {len(told)}")

    def _edit(self, paper: Paper) -> None:
        paper.said = self.chance.choice(_written(paper.made))
        self.desk.save(paper.place, paper.said)

    def _move(self, paper: Paper) -> None:
        self.desk.library.find(paper.place)  # A folder is looked over meanwhile.
        to = self.chance.choice([each for each in paper.places if each != paper.place])
        self.desk.move(paper.place, to)
        paper.place = to

    def _delete(self, paper: Paper) -> None:
        self.desk.library.find(paper.place)
        self.desk.delete(paper.place)
        paper.is_there = False

    def _restore(self, paper: Paper) -> None:
        self.desk.restore(paper.place)
        paper.is_there = True

    def read(self, *, is_round: bool) -> None:
        """Read the changes, in a whole round or not, and note what is not the truth."""
        sync(self.house, self.desk.library)
        if is_round:
            publish(self.house, self.desk.library)
        self.flaws += self._untruths()
        if sync(self.house, self.desk.library).seen:
            self.flaws.append("reading again changed something")

    def _is_round(self) -> bool:
        return self.chance.randrange(ROUND_IN) == 0

    def _untruths(self) -> Iterator[str]:
        with self.house.reading() as session:
            rows = {row.version: row for row in items(session)}
            if notifications(session, self.desk.library.key):
                yield "a notification is left"
        for paper in self._papers:
            yield from self._untruths_of(paper, rows[paper.version])

    def _untruths_of(self, paper: Paper, row: LibraryItem) -> Iterator[str]:
        if row.state is not paper.state:
            yield f"{paper.version} is {row.state}, not {paper.state}"
        if not paper.is_there:
            return
        if row.lies_as != paper.place:
            yield f"{paper.version} lies as {row.lies_as}, not {paper.place}"
        if not says_the_same(self._working.get(paper.name), paper.said):
            yield f"{paper.version} says something else here than there"
        if not self._lies(paper):
            yield f"{paper.version} was written over there"

    def _lies(self, paper: Paper) -> bool:
        """Say whether a file lies where people have it, and says what they wrote."""
        found = self.desk.library.find(paper.place)
        if found is None:
            return False
        # SharePoint writes properties of its own into what it is given.
        return says_the_same(self.desk.library.content(found), paper.said)


# How often each act is drawn.
ACTS: Final[Mapping[str, tuple[Callable[[Mangling], None], int]]] = {
    "change": (Mangling.change, 9),
    "arrive": (Mangling.arrive, 6),
    "hear": (Mangling.hear, 4),
    "forge": (Mangling.forge, 2),
    "lose": (Mangling.lose, 1),
    "renew": (Mangling.renew, 1),
    "forget": (Mangling.forget, 1),
}


def wrong_sequences(archive: Archive, desk: Desk, seeds: Sequence[int]) -> list[str]:
    """Return each sequence that does not end equal to the truth, and what is wrong.

    A number of them share a library, and the next ones begin with an empty one.
    """
    return [
        flaw
        for first in range(0, len(seeds), IN_A_ROW)
        for flaw in _wrong_in_a_row(archive, desk, seeds[first : first + IN_A_ROW])
    ]


def _wrong_in_a_row(
    archive: Archive, desk: Desk, seeds: Sequence[int]
) -> Iterator[str]:
    archive.begin_anew()
    desk.clear()
    mangling = Mangling(archive.house, desk)
    for seed in seeds:
        mangling.run(seed)
        if mangling.flaws:
            acts, flaws = " ".join(mangling.acts), "; ".join(mangling.flaws)
            yield f"sequence {seed} of those from {seeds[0]}, {acts}: {flaws}"
            return


@cache
def _written(made: bytes) -> tuple[bytes, ...]:
    """Return what a file may say: what was made, and what people write in it."""
    return (made, *(typed(made, BEFORE, text) for text in TEXTS))


def _forget_all(session: Session, kind: type[Owned]) -> None:
    is_ours = kind.municipality_id == tenant(session)
    session.execute(delete(kind).where(is_ours))
