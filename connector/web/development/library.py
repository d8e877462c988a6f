"""The document library: how it stands, what waits, and whose access differs.

Nothing is asked of the library while a page is made: what is shown is what was seen
last, and what is asked for here is done in the next round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from apiflask import APIBlueprint
from flask import render_template, url_for
from sqlalchemy.orm import Session

from connector.library.folder import FolderLibrary
from connector.library.items import ItemState, LibraryItem, item_of
from connector.library.opening import library_key
from connector.library.publishing import publish_again
from connector.library.sharing import DriftKind, share_again
from connector.library.standing import Standing, standing
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers
from connector.web.people.rights import reads_version
from connector.web.visits import Visit, installation
from workflows.base import by_ref
from workflows.development.documents import Document, Version, document_of
from workflows.people.persons import Person

KEEPS = "library.kept"
# Drift that names a member by reference; the rest names an address or a group.
OF_MEMBERS = frozenset({DriftKind.MISSING, DriftKind.UNEQUAL, DriftKind.NO_ADDRESS})

pages = APIBlueprint("library", __name__, enable_openapi=False)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A file of the library as the page shows it, with the people of its drift."""

    row: LibraryItem
    paper: Document
    waits: bool
    drift: tuple[tuple[str, str], ...]


def page(visit: Visit, *, form: Submitted | None = None) -> str:
    """Return the page of the document library."""
    found = _standing(visit)
    return render_template(
        "development/library.html",
        standing=found,
        files=list(_shown(visit, found)) if found else [],
        form=form or Submitted(),
    )


@pages.get("/dokumentbibliotek")
@offers(KEEPS)
def listing(visit: Visit) -> str:
    """Show how the document library stands."""
    return page(visit)


@pages.post("/dokumentbibliotek/igjen")
@acts(KEEPS, again=page)
def again(visit: Visit, form: Submitted) -> Done:
    """Let a file that people deleted be written again."""
    row = _chosen(visit, form)
    if row.state is not ItemState.GONE:
        form.fault("version", "library.fault.not_gone")
    form.require_sound()
    publish_again(visit.session, row.version, at=visit.at)
    return Done(url_for("library.listing"), visit.say("library.written_again"))


@pages.post("/dokumentbibliotek/del")
@acts(KEEPS, again=page)
def share(visit: Visit, form: Submitted) -> Done:
    """Let a file be shared anew with the three parties as equals."""
    row = _chosen(visit, form)
    share_again(row)
    return Done(url_for("library.listing"), visit.say("library.shared_again"))


def _standing(visit: Visit) -> Standing | None:
    config = installation().config
    key = library_key(config)
    if key is None:
        return None
    working = FolderLibrary(config.library)
    return standing(visit.session, key, working=working, at=visit.at)


def _chosen(visit: Visit, form: Submitted) -> LibraryItem:
    """Return the file that a form names, one that the visitor may read."""
    named = form.value("version")
    row = item_of(visit.session, named)
    if row is None or _paper(visit, row) is None:
        form.fault("version", "form.fault.choice")
    form.require_sound()
    assert row is not None  # noqa: S101 - the form would not have been sound
    return row


def _shown(visit: Visit, found: Standing) -> Iterator[Shown]:
    for row in found.items:
        paper = _paper(visit, row)
        if paper:
            yield Shown(
                row=row,
                paper=paper,
                waits=row.name in found.to_confirm,
                drift=tuple(_drift(visit.session, row)),
            )


def _paper(visit: Visit, row: LibraryItem) -> Document | None:
    version = by_ref(visit.session, Version, row.version)
    paper = document_of(visit.session, version)
    may = visit.may(KEEPS, project=paper.project)
    return paper if may and reads_version(visit, version, paper) else None


def _drift(session: Session, row: LibraryItem) -> Iterator[tuple[str, str]]:
    for each in row.drift:
        who = each["who"]
        if each["kind"] in OF_MEMBERS:
            who = by_ref(session, Person, who).name
        yield each["kind"], who
