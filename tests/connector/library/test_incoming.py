"""A file that somebody has worked in comes back, and nobody's words are lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from connector.database.engine import Database
from connector.library.delivery import Delivery, deliver
from connector.library.folder import FolderLibrary
from connector.library.incoming import (
    Incoming,
    Unreadable,
    file_of,
    incoming,
    plan_of,
    take_in,
)
from connector.stories import read_story
from templates_docx.compile import template
from templates_docx.errors import UndecidedError
from templates_docx.store import Identity
from templates_docx.three_way import Choices, Side
from tests.journeys.stories import small_story
from tests.templates_docx.in_word import typed, with_comment, with_insertion
from workflows.development.documents import Version, latest
from workflows.development.drafting import draft_version, write_fields
from workflows.errors import StaleVersionError
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.people.mandates import wear
from workflows.stories import play

NOON = datetime(2025, 2, 1, 11, tzinfo=UTC)


@pytest.fixture
def testvik(shared_database: Database, tmp_path: Path) -> Iterator[Session]:
    """A session where the small story has been played; nothing of it is kept."""
    path = tmp_path / "story.json"
    path.write_text(json.dumps(small_story()))
    with shared_database.engine.connect() as connection:
        with Session(connection, expire_on_commit=False) as session:
            play(session, read_story(path))
            yield session
        connection.rollback()


@pytest.fixture
def library(tmp_path: Path) -> FolderLibrary:
    return FolderLibrary(tmp_path / "library")


@pytest.fixture
def made(testvik: Session, library: FolderLibrary) -> Delivery:
    """The one document of the small story, delivered."""
    (delivery,) = deliver(testvik, library, at=NOON, progress=lambda _: None)
    return delivery


@pytest.fixture
def manager(testvik: Session) -> Hat:
    return wear(testvik, person="P22", role=Role.PROJECT_MANAGER, at=NOON)


def edit(library: FolderLibrary, made: Delivery, new: str) -> None:
    """Save another name into the delivered file, as Word does."""
    library.put(made.name, typed(made.data, "Lokal avtale", new))


def test_an_untouched_library_brings_nothing(
    testvik: Session, library: FolderLibrary, made: Delivery
) -> None:
    assert made.is_new
    assert list(incoming(testvik, library)) == []


def test_a_file_worked_in_shows_what_it_brings_and_stores_nothing(
    testvik: Session, library: FolderLibrary, made: Delivery
) -> None:
    edit(library, made, "Avtale om nærvær")
    before = latest(testvik, "PA-1")

    (found,) = incoming(testvik, library)

    assert isinstance(found, Incoming)
    assert (found.document, found.version) == ("PA-1", "1.0")
    plan = plan_of(testvik, library, found, at=NOON)
    assert [(each.key, each.word) for each in plan.clean] == [
        ("a_name", "Avtale om nærvær")
    ]
    assert plan.findings == ()
    assert latest(testvik, "PA-1") is before


def test_delivering_leaves_a_file_that_was_worked_in_alone(
    testvik: Session, library: FolderLibrary, made: Delivery
) -> None:
    edit(library, made, "Avtale om nærvær")
    saved = library.get(made.name)

    (again,) = deliver(testvik, library, at=NOON, progress=lambda _: None)

    assert again.is_edited
    assert not again.is_new
    assert library.get(made.name) == saved


def test_confirming_makes_a_draft_and_the_same_file_again_brings_nothing(
    testvik: Session, library: FolderLibrary, made: Delivery, manager: Hat
) -> None:
    edit(library, made, "Avtale om nærvær")
    (found,) = incoming(testvik, library)
    assert isinstance(found, Incoming)

    draft = take_in(
        testvik,
        library,
        found,
        shown=found.sha256,
        choices={},
        by=manager,
        at=NOON,
    )

    assert draft.number == "1.1"
    assert draft.values["a_name"] == "Avtale om nærvær"
    assert list(incoming(testvik, library)) == []
    assert plan_of(testvik, library, found, at=NOON).brings_nothing


def test_a_file_worked_in_again_brings_only_what_is_new(
    testvik: Session, library: FolderLibrary, made: Delivery, manager: Hat
) -> None:
    edit(library, made, "Avtale om nærvær")
    (found,) = incoming(testvik, library)
    assert isinstance(found, Incoming)
    shown = found.sha256
    take_in(testvik, library, found, shown=shown, choices={}, by=manager, at=NOON)
    write_fields(
        testvik, document="PA-1", values={"a_name": "Ny avtale"}, by=manager, at=NOON
    )

    library.put(made.name, typed(library.get(made.name), "2025/1", "2025/2"))

    (again,) = incoming(testvik, library)
    assert isinstance(again, Incoming)
    plan = plan_of(testvik, library, again, at=NOON)
    assert [each.key for each in plan.clean] == ["a_case"]
    assert plan.conflicts == ()


def test_a_conflict_with_a_newer_draft_waits_for_a_choice(
    testvik: Session, library: FolderLibrary, made: Delivery, manager: Hat
) -> None:
    draft_version(testvik, document="PA-1", by=manager, at=NOON)
    write_fields(
        testvik, document="PA-1", values={"a_name": "Ny avtale"}, by=manager, at=NOON
    )
    edit(library, made, "Avtale om nærvær")
    found = file_of(testvik, library, made.name)

    def confirm(choices: Choices) -> Version:
        return take_in(
            testvik,
            library,
            found,
            shown=found.sha256,
            choices=choices,
            by=manager,
            at=NOON,
        )

    with pytest.raises(UndecidedError, match="a_name"):
        confirm({})
    draft = confirm({"a_name": Side.WORD})

    assert (draft.number, draft.values["a_name"]) == ("1.1", "Avtale om nærvær")


def test_a_file_saved_again_since_it_was_shown_is_not_taken_in(
    testvik: Session, library: FolderLibrary, made: Delivery, manager: Hat
) -> None:
    edit(library, made, "Avtale om nærvær")
    found = file_of(testvik, library, made.name)

    with pytest.raises(StaleVersionError):
        take_in(testvik, library, found, shown="0", choices={}, by=manager, at=NOON)


def test_comments_and_proposals_alone_change_no_value(
    testvik: Session, library: FolderLibrary, made: Delivery
) -> None:
    file = with_comment(made.data, "a_purpose", "Hvorfor?", author="Siv Grønlid")
    library.put(made.name, with_insertion(file, "a_name", "!", author="Siv Grønlid"))

    plan = plan_of(testvik, library, file_of(testvik, library, made.name), at=NOON)

    assert plan.brings_nothing
    assert [each.text for each in plan.comments] == ["Hvorfor?"]
    assert [each.where for each in plan.pending] == ["a_name"]


def test_a_file_that_cannot_be_read_is_told_with_the_reason(
    testvik: Session, library: FolderLibrary, made: Delivery
) -> None:
    library.put(made.name, b"ikke Word")
    library.put("felles/annet.docx", typed(made.data, "Lokal avtale", "B"))

    found = list(incoming(testvik, library))

    assert {type(each): each.name for each in found} == {
        Unreadable: made.name,
        Incoming: "felles/annet.docx",
    }
    assert library.get(made.name) == b"ikke Word"


def test_a_file_that_went_round_is_taken_in_by_each_for_oneself(
    testvik: Session, library: FolderLibrary, made: Delivery, manager: Hat
) -> None:
    theirs = [{"_id": "r1", "forpliktelse": "Vi svarer i hver runde."}]
    values = made.values | {"a_name": "Avtale om nærvær", "a_commit_t": theirs}
    identity = Identity(document="PA-1", version="1.0")
    library.put(made.name, template("agreement", "nb").fill(values, identity=identity))
    contact = wear(testvik, person="P15", role=Role.PARTY_CONTACT, at=NOON)

    found = file_of(testvik, library, made.name)
    take: dict[str, Any] = {"shown": found.sha256, "choices": {}, "at": NOON}
    draft = take_in(testvik, library, found, by=manager, **take)
    waits = [each.name for each in incoming(testvik, library)]
    by_the_manager = dict(draft.values)
    take_in(testvik, library, found, by=contact, **take)

    assert by_the_manager["a_name"] == "Avtale om nærvær"
    assert not by_the_manager.get("a_commit_t")
    assert waits == [made.name]
    assert draft.values["a_commit_t"][0]["forpliktelse"] == "Vi svarer i hver runde."
    assert draft.authors["a_commit_t"] == "T"
    assert list(incoming(testvik, library)) == []
