"""Agreed versions out to the municipality's document library, each once.

What was written is remembered with what the library said of it, so that doing it again
writes nothing. A file that people have changed is never written over; one that somebody
has open waits, and is tried again. Nothing is asked of the library while a transaction
is open.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from connector.installation import Installation
from connector.library.columns import columns_of
from connector.library.delivery import as_before, deliverable, delivery_of, put_in
from connector.library.document_library import (
    DocumentLibrary,
    Item,
    LibraryError,
    LibraryUnavailableError,
    NameTakenError,
)
from connector.library.folder import FolderLibrary
from connector.library.given_out import enter_given_out, giving_out
from connector.library.items import ItemState, LibraryItem, item_of, note
from connector.library.same_text import version_in
from connector.library.taking_up import take_up
from workflows.base import by_ref
from workflows.development.documents import Version
from workflows.errors import NotFoundError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A file that is to lie in the library; `former` is what is remembered of it."""

    version: str
    name: str
    data: bytes
    columns: dict[str, str]
    former: LibraryItem | None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file as the service made it."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def is_written(self) -> bool:
        """Whether exactly this was written, and nobody has changed it since."""
        former = self.former
        return former is not None and (
            (former.sha256, former.columns) == (self.sha256, self.columns)
            and former.state is ItemState.IN_PLACE
        )

    @property
    def is_ours_to_write(self) -> bool:
        """Whether to write it without asking: not what people changed or deleted."""
        state = self.former.state if self.former else ItemState.WAITING
        return state in {ItemState.WAITING, ItemState.IN_PLACE}


@dataclass(frozen=True, kw_only=True)
class Published:
    """What came of one file: its state, and the code of what stood in the way."""

    version: str
    state: ItemState
    reason: str = ""


def publish(
    installation: Installation,
    library: DocumentLibrary,
    *,
    alive: Callable[[], None] = lambda: None,
) -> list[Published]:
    """Write every agreed version that the library lacks; return those that were tried.

    A fault with one file does not stop the others, but one of the whole library does.
    `alive` is called after each, and may raise to stop there.

    Raises:
        LibraryUnavailableError: the library does not answer; try again later.
    """
    tried = []
    for each in outgoing(installation):
        if each.is_ours_to_write and not each.is_written:
            enter_given_out(installation, [each.data])
            tried.append(_published(installation, library, each))
            alive()
    return tried


def outgoing(installation: Installation) -> Iterator[Outgoing]:
    """Yield every agreed version's file as it is now; not those worked in here.

    Each is laid in the service's own working copy on the way; one at a time is held.
    """
    working = FolderLibrary(installation.config.library)
    with installation.reading() as session:
        versions = [version.ref for version in deliverable(session)]
    for ref in versions:
        with giving_out(installation) as session:
            version = by_ref(session, Version, ref)
            found = _outgoing(session, installation, working, version)
        if found:
            yield found


def publish_again(session: Session, version: str, *, at: datetime) -> None:
    """Let a file that people deleted be written anew when files next go out.

    Raises:
        NotFoundError: no file of that version was deleted.
    """
    row = item_of(session, version)
    if row is None or row.state is not ItemState.GONE:
        raise NotFoundError("deleted file of", version)
    row.state, row.item_id, row.changed_at = ItemState.WAITING, None, at


def _outgoing(
    session: Session,
    installation: Installation,
    working: FolderLibrary,
    version: Version,
) -> Outgoing | None:
    made = delivery_of(
        session, version, at=installation.now(), templates=installation.templates
    )
    made = put_in(working, as_before(working, made))
    if made.is_edited:
        return None
    return Outgoing(
        version=version.ref,
        name=made.name,
        data=made.data,
        columns=columns_of(session, version),
        former=item_of(session, version.ref),
    )


def _published(
    installation: Installation, library: DocumentLibrary, out: Outgoing
) -> Published:
    state, reason, item = ItemState.IN_PLACE, "", None
    try:
        state, item = _written(installation, library, out)
    except LibraryUnavailableError:
        raise
    except LibraryError as trouble:
        logger.info("not written", extra={"version": out.version, "why": trouble.code})
        state, reason = ItemState.WAITING, trouble.code
    _remember(installation, out, item, state=state, reason=reason)
    return Published(version=out.version, state=state, reason=reason)


def _written(
    installation: Installation, library: DocumentLibrary, out: Outgoing
) -> tuple[ItemState, Item]:
    former = out.former
    if former is None or former.item_id is None:
        return _begun(installation, library, out)
    seen = Item(
        id=former.item_id,
        name=former.lies_as,
        etag=former.etag,
        content_tag=former.content_tag,
    )
    if former.sha256 == out.sha256:
        return ItemState.IN_PLACE, library.set_columns(seen, out.columns)
    item = library.put(out.name, out.data, columns=out.columns, over=seen)
    return ItemState.IN_PLACE, item


def _begun(
    installation: Installation, library: DocumentLibrary, out: Outgoing
) -> tuple[ItemState, Item]:
    """Write a new file, or find it written: the answer to an attempt may be lost."""
    try:
        return ItemState.IN_PLACE, library.put(out.name, out.data, columns=out.columns)
    except NameTakenError:
        found = library.find(out.name)
        if found is None:
            raise
        data = library.content(found)
        if version_in(data) != out.version:
            raise
    working = FolderLibrary(installation.config.library)
    state = take_up(working, out.name, data, was=ItemState.WAITING)
    return state, library.set_columns(found, out.columns)


def _remember(
    installation: Installation,
    out: Outgoing,
    item: Item | None,
    *,
    state: ItemState,
    reason: str,
) -> None:
    at = installation.now()
    with installation.unrecorded() as session:
        row = item_of(session, out.version) or _new(session, out, at=at)
        row.state, row.reason, row.changed_at = state, reason, at
        if item:
            note(row, item)
            row.sha256, row.columns = out.sha256, dict(out.columns)


def _new(session: Session, out: Outgoing, *, at: datetime) -> LibraryItem:
    row = LibraryItem(
        version=out.version, name=out.name, state=ItemState.WAITING, changed_at=at
    )
    session.add(row)
    return row
