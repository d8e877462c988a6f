"""The demo goes through the document library: files out, a change in Word, and back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from connector.graph.client import USER_AGENT
from connector.graph.errors import GraphError
from connector.graph.opening import opened
from connector.installation import Installation
from connector.library.document_library import LibraryError
from connector.library.folder import FolderLibrary
from connector.library.incoming import Incoming, Unreadable, incoming, plan_of
from connector.library.items import ItemState, item_of
from connector.library.opening import library_in
from connector.library.setting_up import Lacking, make_ready
from connector.library.tending import Tended, tend
from connector.microsoft365 import Microsoft365
from connector.refusals import UnavailableError
from connector.wire import Question, Wire

STATES: Final = {
    ItemState.WAITING: "venter",
    ItemState.IN_PLACE: "på plass",
    ItemState.WORKED_IN: "skrevet i",
    ItemState.GONE: "borte",
}
DONE: Final = 204


@dataclass(frozen=True, kw_only=True)
class Typing:
    """What somebody writes in Word: in which text of which version."""

    version: str
    person: str
    name: str
    label: str
    text: str


TYPING: Final = Typing(
    version="PR4-M@1.0",
    person="siv.groenlid@elvestrand.example",
    name="Siv Grønlid",
    label="Om initiativet",
    text=(
        "De folkevalgte tok opp saken i Elvestrandforum 5. mars 2025, etter mange "
        "henvendelser fra innbyggere og næringsliv."
    ),
)


def walk_through(installation: Installation, standin: Path) -> Iterator[str]:
    """Go through the library that the stand-in in a folder holds; tell each step.

    A second time nothing is written that is there already.

    Raises:
        UnavailableError: the stand-in did not do what it was asked.
    """
    settings = installation.config.microsoft365
    if settings is None:
        raise UnavailableError("Microsoft 365 is not set")
    try:
        yield from _steps(installation, settings, standin)
    except (GraphError, LibraryError) as trouble:
        raise UnavailableError(f"the library: {trouble}") from trouble


def _steps(
    installation: Installation, settings: Microsoft365, standin: Path
) -> Iterator[str]:
    with opened(settings) as tenant:
        found = make_ready(tenant.graph, settings)
        if isinstance(found, Lacking):
            raise UnavailableError(f"{found.site}: the app has no role there")
        made = len(found.made)
        yield f"Dokumentbiblioteket {found.site.web_url}: {made} nye kolonner."
        library = library_in(tenant.graph, settings)
        yield _told(tend(installation, library))
        if not _waiting(installation):
            yield _typed(installation, standin)
            yield _told(tend(installation, library))
    yield from _plans(installation)


def _told(done: Tended) -> str:
    written = Counter(STATES[each.state] for each in done.published)
    seen = Counter(STATES[each.state] for each in done.seen)
    return (
        f"  ut: {_counted(written)}; delt likt med partene: {len(done.shared)}; "
        f"endret av andre: {_counted(seen)}"
    )


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.items()) or "ingen"


def _typed(installation: Installation, standin: Path) -> str:
    """Let somebody write in the file of a version, as in Word."""
    with installation.reading() as session:
        row = item_of(session, TYPING.version)
    card = json.loads((standin / "standin.json").read_text(encoding="utf-8"))
    _ask(card, {**_form(), "item": row.item_id if row else None})
    return f"{TYPING.name} skriver i {TYPING.version} i Word: «{TYPING.label}»."


def _form() -> dict[str, Any]:
    return {"person": TYPING.person, "label": TYPING.label, "text": TYPING.text}


def _ask(card: Mapping[str, Any], form: Mapping[str, Any]) -> None:
    wire = Wire(user_agent=USER_AGENT, silence_s=10.0, ca=Path(card["ca"]))
    question = Question(
        address=f"{card['pages']}/_admin/word",
        method="POST",
        headers={"X-Standin-Secret": card["secret"]},
        content=json.dumps(form).encode(),
        within_s=20.0,
        max_bytes=100_000,
    )
    try:
        status = wire.ask(question).status
    finally:
        wire.close()
    if status != DONE:
        raise UnavailableError(f"nobody could write in {TYPING.version}: {status}")


def _waiting(installation: Installation) -> list[Incoming | Unreadable]:
    working = FolderLibrary(installation.config.library)
    with installation.reading() as session:
        return list(incoming(session, working))


def _plans(installation: Installation) -> Iterator[str]:
    """Tell what waits for a person to confirm it."""
    working, at = FolderLibrary(installation.config.library), installation.now()
    for file in _waiting(installation):
        if isinstance(file, Incoming):
            with installation.reading() as session:
                plan = plan_of(session, working, file, at=at)
            yield (
                f"  {file.document} v{file.version}: venter på å bli bekreftet: "
                f"{len(plan.clean)}, konflikter: {len(plan.conflicts)} "
                f"(samspor incoming)"
            )
