"""What the service remembers of the municipality's document library.

Facts of where files lie and what became of them, no part of the record: all of it can
be found again by looking through the library. None of it is in a dump.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from connector.library.document_library import Item
from workflows.base import TENANT, Base, Owned, codes, owned

# So many rows are had at a time when all are gone through.
HELD = 200
PRIVATE = {"info": {"private": True}}
# A subscription is looked up before it is known whose it is: a notification names it.
FOUND_FIRST = {"info": {"private": True, "found_first": True}}


class ItemState(enum.StrEnum):
    """How it stands with a file of the document library."""

    WAITING = "waiting"
    IN_PLACE = "in_place"
    WORKED_IN = "worked_in"
    GONE = "gone"


class LibraryItem(Owned, Base, kw_only=True):
    """A file (fil) of the document library, and the version that it was made from.

    `name` is what it was delivered as, `lies_as` where people have it now. `sha256` is
    that of the file as it was last written or taken for ours; `content_tag` what the
    library said of that content, or of the newest that was read. `reason` is why it
    waits. `shared_at` is when it was last shared with the parties, `drift` how its
    permissions differed when they were last looked at.
    """

    __tablename__ = "library_item"
    __table_args__ = (
        UniqueConstraint(TENANT, "version"),
        UniqueConstraint(TENANT, "item_id"),
        PRIVATE,
    )

    version: Mapped[str]
    name: Mapped[str]
    state: Mapped[ItemState] = mapped_column(codes(ItemState))
    reason: Mapped[str] = mapped_column(default="")
    item_id: Mapped[str | None] = mapped_column(default=None)
    lies_as: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    etag: Mapped[str] = mapped_column(default="")
    content_tag: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(default="")
    columns: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    changed_at: Mapped[datetime]
    shared_at: Mapped[datetime | None] = mapped_column(default=None)
    checked_at: Mapped[datetime | None] = mapped_column(default=None)
    drift: Mapped[list[Any]] = mapped_column(default_factory=list)
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape


class LibraryCursor(Owned, Base, kw_only=True):
    """How far (hvor langt) the changes of a document library have been read.

    `fault` is the code of what stood in the way the last time, empty when nothing did.
    """

    __tablename__ = "library_cursor"
    __table_args__ = (UniqueConstraint(TENANT, "library"), PRIVATE)

    library: Mapped[str]
    token: Mapped[str | None] = mapped_column(default=None)
    read_at: Mapped[datetime | None] = mapped_column(default=None)
    tried_at: Mapped[datetime | None] = mapped_column(default=None)
    fault: Mapped[str] = mapped_column(default="")


class LibraryNotification(Owned, Base, kw_only=True):
    """A notification (varsel) that a library has changed; a hint and no more.

    It stands until a reading of the changes that began after it came. One with a
    `lifecycle` is about the subscription, and stands until that has been cared for.
    """

    __tablename__ = "library_notification"
    __table_args__ = (PRIVATE,)

    library: Mapped[str] = mapped_column(index=True)
    received_at: Mapped[datetime]
    lifecycle: Mapped[str | None] = mapped_column(default=None)


class WebhookSubscription(Owned, Base, kw_only=True):
    """A subscription (abonnement) on the changes of a library.

    `subscription` is its id; `secret_sha256` the SHA-256 of the secret that each
    notification must carry.
    """

    __tablename__ = "webhook_subscription"
    __table_args__ = (UniqueConstraint(TENANT, "subscription"), FOUND_FIRST)

    subscription: Mapped[str] = mapped_column(index=True)
    library: Mapped[str]
    secret_sha256: Mapped[str]
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime]


def items(session: Session) -> Sequence[LibraryItem]:
    """Return every file that is remembered, by the reference of its version."""
    query = owned(session, LibraryItem)
    return session.scalars(query.order_by(LibraryItem.version)).all()


def items_lying_as(
    session: Session, item_ids: Collection[str]
) -> Sequence[LibraryItem]:
    """Return the files that are remembered of some items, by their versions."""
    query = owned(session, LibraryItem).where(LibraryItem.item_id.in_(item_ids))
    return session.scalars(query.order_by(LibraryItem.version)).all()


def items_to_look_for(
    session: Session,
    *,
    named: Collection[str],
    gone: Collection[str],
    is_full: bool,
) -> list[LibraryItem]:
    """Return the files that were lost, or not read, or whose item is among `gone`.

    Every file that lies somewhere when everything is looked through; but for those
    whose item is `named`. Rows are held a few at a time.
    """
    query = owned(session, LibraryItem).where(LibraryItem.item_id.is_not(None))
    by_version = query.order_by(LibraryItem.version)
    rows = session.scalars(by_version.execution_options(yield_per=HELD))
    left = (row for row in rows if row.item_id not in named)
    return [row for row in left if is_full or row.item_id in gone or _is_lost(row)]


def was_unread(row: LibraryItem) -> bool:
    """Say whether a file was there, but could not be read."""
    return bool(row.reason) and row.state not in {ItemState.WAITING, ItemState.GONE}


def item_of(session: Session, version: str) -> LibraryItem | None:
    """Return what is remembered of a version's file, if anything is."""
    query = owned(session, LibraryItem).where(LibraryItem.version == version)
    return session.scalars(query).one_or_none()


def find_cursor(session: Session, library: str) -> LibraryCursor | None:
    """Return how far a library has been read, if it ever was."""
    query = owned(session, LibraryCursor).where(LibraryCursor.library == library)
    return session.scalars(query).one_or_none()


def cursor_of(session: Session, library: str) -> LibraryCursor:
    """Return how far a library has been read; from the start when never before."""
    found = find_cursor(session, library)
    if found is None:
        found = LibraryCursor(library=library)
        session.add(found)
    return found


def notifications(session: Session, library: str) -> Sequence[LibraryNotification]:
    """Return the notifications of a library that wait, the oldest first."""
    query = owned(session, LibraryNotification).where(
        LibraryNotification.library == library
    )
    return session.scalars(query.order_by(LibraryNotification.received_at)).all()


def subscriptions(session: Session) -> Sequence[WebhookSubscription]:
    """Return the municipality's subscriptions, by library."""
    query = owned(session, WebhookSubscription)
    return session.scalars(query.order_by(WebhookSubscription.library)).all()


def note(row: LibraryItem, item: Item) -> None:
    """Remember what the library says of a file; a new one is shared with nobody."""
    if row.item_id != item.id:
        row.shared_at = row.checked_at = None
        row.drift = []
    row.item_id, row.lies_as, row.link = item.id, item.name, item.link
    row.etag, row.content_tag = item.etag, item.content_tag


def _is_lost(row: LibraryItem) -> bool:
    return row.state is ItemState.GONE or was_unread(row)
