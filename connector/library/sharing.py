"""Sharing a version with the three parties as equals, and how that differs afterwards.

Whoever speaks for a party that day has the file, and may do the same with it. Nobody
else has, but for those who own the library, whose access follows from the site. That
it is so is looked at by the clock; what differs since last time is told to all three
parties alike, and mended when a person says so.
"""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from connector.installation import Installation
from connector.library.document_library import (
    Access,
    DocumentLibrary,
    Grant,
    LibraryError,
    LibraryUnavailableError,
)
from connector.library.items import ItemState, LibraryItem, item_of, items
from workflows.base import by_ref, get
from workflows.development.documents import Document, Version, document_of
from workflows.errors import NotFoundError
from workflows.people.kinds import Party
from workflows.people.mandates import (
    PARTY_ROLES,
    Mandate,
    hat_of,
    is_in_function,
    mandates_given,
)
from workflows.people.notices import NoticeKind, notify_parties
from workflows.people.persons import Person
from workflows.people.reading import holds

logger = logging.getLogger(__name__)

# A look weighs five units of a thousand a minute. So many in each round, of which there
# are four an hour, is 2,400 files a day.
MOST_CHECKED = 25
CHECKED_EVERY = timedelta(hours=20)
# What each member of a party may do with a file: the same for all.
EQUAL = Access.WRITE
RANK = (Access.READ, Access.WRITE, Access.OWNER)


class DriftKind(enum.StrEnum):
    """How a permission differs from what the parties are to have."""

    MISSING = "missing"
    UNEQUAL = "unequal"
    EXTRA = "extra"
    LINK = "link"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody who speaks for a party; `email` is None when no address is known."""

    person: str
    party: Party
    email: str | None


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A permission that differs: of a member, by reference, or of an address."""

    kind: DriftKind
    who: str

    def as_row(self) -> dict[str, str]:
        """Return it as it is remembered."""
        return asdict(self)


def members(session: Session, paper: Document, *, at: datetime) -> list[Member]:
    """Return who speaks for the parties about a document that day, each person once.

    A deputy does only while the one that is stood in for is away, and a mandate for one
    project counts for that project.
    """
    found = {
        member.person: member
        for mandate in mandates_given(session, at=at)
        if mandate.role in PARTY_ROLES
        and mandate.project in {None, paper.project}
        and (member := _member(session, mandate, at=at))
    }
    return [found[person] for person in sorted(found)]


def drift_of(wanted: Iterable[Member], grants: Collection[Grant]) -> list[Drift]:
    """Return how effective permissions differ from equal ones, members first."""
    wanted = list(wanted)
    known = {member.email.lower() for member in wanted if member.email}
    return [
        *(drift for member in wanted for drift in _of_member(member, grants)),
        *_of_others(known, grants),
    ]


def share(
    installation: Installation, library: DocumentLibrary, version: str
) -> list[Drift]:
    """Share a version's file with the parties' members; return what differs afterwards.

    What differs is read from the library when it is done, and remembered.

    Raises:
        NotFoundError: no file of that version lies in the library.
        LibraryError: the library did not do it.
    """
    with installation.reading() as session:
        item_id, wanted = _to_share(session, version, at=installation.now())
    people = {member.email: EQUAL for member in wanted if member.email}
    library.share(item_id, people)
    return _looked_at(
        installation, library, version, item_id, wanted=wanted, is_shared=True
    )


def check(
    installation: Installation, library: DocumentLibrary, version: str
) -> list[Drift]:
    """Return how the permissions of a version's file differ now; nothing is changed.

    Raises:
        NotFoundError: no file of that version lies in the library.
        LibraryError: the library did not answer.
    """
    with installation.reading() as session:
        item_id, wanted = _to_share(session, version, at=installation.now())
    return _looked_at(
        installation, library, version, item_id, wanted=wanted, is_shared=False
    )


def look_again(
    installation: Installation,
    library: DocumentLibrary,
    *,
    alive: Callable[[], None] = lambda: None,
) -> list[str]:
    """Check those files again that it is longest since; return those that differ.

    At most `MOST_CHECKED` in a round, and none twice in a day. Nothing is changed: that
    is a person's to do. A file that cannot be looked at does not stop the others.

    Raises:
        LibraryUnavailableError: the library does not answer.
    """
    with installation.reading() as session:
        due = to_check(items(session), at=installation.now())
    differing = []
    for version in due:
        if _differs(installation, library, version):
            differing.append(version)
        alive()
    return differing


def to_check(
    rows: Iterable[LibraryItem], *, at: datetime, most: int = MOST_CHECKED
) -> list[str]:
    """Return the versions of files to look at now, the one looked at longest ago first.

    Files that were never shared, or are gone, are none of them.
    """
    there = (row for row in rows if row.item_id and row.state is not ItemState.GONE)
    looked = sorted(
        (row.checked_at or row.shared_at, row.version) for row in there if row.shared_at
    )
    due = (version for last, version in looked if last < at - CHECKED_EVERY)
    return list(islice(due, most))


def share_new(
    installation: Installation,
    library: DocumentLibrary,
    *,
    alive: Callable[[], None] = lambda: None,
) -> list[str]:
    """Share each file that never was; return the references of their versions."""
    with installation.reading() as session:
        new = [
            row.version
            for row in items(session)
            if row.item_id and row.shared_at is None and row.state is not ItemState.GONE
        ]
    for version in new:
        share(installation, library, version)
        alive()
    return new


def share_again(row: LibraryItem) -> None:
    """Let a file be shared anew with the parties' members in the next round."""
    row.shared_at = None


def _to_share(
    session: Session, version: str, *, at: datetime
) -> tuple[str, list[Member]]:
    row = item_of(session, version)
    if row is None or row.item_id is None or row.state is ItemState.GONE:
        raise NotFoundError("file of", version)
    paper = document_of(session, by_ref(session, Version, version))
    return row.item_id, members(session, paper, at=at)


def _differs(
    installation: Installation, library: DocumentLibrary, version: str
) -> bool:
    try:
        return bool(check(installation, library, version))
    except LibraryUnavailableError:
        raise
    except LibraryError as trouble:
        logger.info("not looked at", extra={"version": version, "why": trouble.code})
    with installation.unrecorded() as session:
        if row := item_of(session, version):
            row.checked_at = installation.now()
    return False


def _looked_at(
    installation: Installation,
    library: DocumentLibrary,
    version: str,
    item_id: str,
    *,
    wanted: list[Member],
    is_shared: bool,
) -> list[Drift]:
    drift = drift_of(wanted, library.shared_with(item_id))
    now, found = installation.now(), [each.as_row() for each in drift]
    with installation.unrecorded() as session:
        row = item_of(session, version)
        if row and row.item_id == item_id:
            if not is_shared and any(each not in row.drift for each in found):
                notify_parties(session, NoticeKind.ACCESS_DIFFERS, version, at=now)
            row.drift, row.checked_at = found, now
            row.shared_at = now if is_shared else row.shared_at
    return drift


def _member(session: Session, mandate: Mandate, *, at: datetime) -> Member | None:
    holder = get(session, Person, mandate.person_id)
    is_acting = is_in_function(session, mandate, at=at)
    if mandate.party is None or not (
        is_acting and holds(hat_of(mandate, holder), at=at)
    ):
        return None
    return Member(person=holder.ref, party=mandate.party, email=holder.email or None)


def _of_member(member: Member, grants: Collection[Grant]) -> Iterator[Drift]:
    if member.email is None:
        yield Drift(kind=DriftKind.NO_ADDRESS, who=member.person)
        return
    own = [each for each in grants if not each.is_link]
    given = [each.access for each in own if each.to == member.email.lower()]
    if not given:
        yield Drift(kind=DriftKind.MISSING, who=member.person)
    elif max(given, key=RANK.index) is not EQUAL:
        yield Drift(kind=DriftKind.UNEQUAL, who=member.person)


def _of_others(known: Collection[str], grants: Collection[Grant]) -> Iterator[Drift]:
    seen = set()
    for grant in grants:
        kind = DriftKind.LINK if grant.is_link else DriftKind.EXTRA
        is_known = not grant.is_link and grant.to in known
        is_owner = not grant.is_link and grant.access is Access.OWNER
        if is_known or is_owner or (kind, grant.to) in seen:
            continue
        seen.add((kind, grant.to))
        yield Drift(kind=kind, who=grant.to)
