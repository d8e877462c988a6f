"""From delivery to Word and back: told of, read, confirmed, and delivered anew."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from connector.bench.desks import SharePointDesk
from connector.bench.standins import settings_of
from connector.graph.client import Graph
from connector.graph.opening import opened
from connector.graph.subscriptions import subscriptions, unsubscribe
from connector.installation import Installation
from connector.library.columns import VERSION as VERSION_COLUMN
from connector.library.incoming import Incoming, incoming, take_in
from connector.library.items import (
    ItemState,
    WebhookSubscription,
    item_of,
    notifications,
)
from connector.library.opening import library_in, opened_library
from connector.library.setting_up import make_ready
from connector.library.sharepoint import SharePointLibrary
from connector.library.subscribing import Kept, end_subscription, keep_told
from connector.library.syncing import sync
from connector.library.tending import tend
from connector.standin.running import Standin, running
from connector.wsgi import server
from tests.connector.library.libraries import MEMBERS, NOON, House, installation_at
from tests.connector.web.applications import made_app
from tests.templates_docx.in_word import typed
from workflows.base import all_of
from workflows.development.agreements import amend_agreement, ready_to_sign
from workflows.development.signatures import sign
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.people.mandates import wear

PUBLIC = "https://samspor.testvik.example"
MOVED = "https://nytt.testvik.example"


@dataclass(frozen=True)
class Loop:
    """A house whose pages Microsoft 365 reaches, and its library."""

    house: House
    standin: Standin
    library: SharePointLibrary

    @property
    def installation(self) -> Installation:
        return self.house.installation

    @property
    def graph(self) -> Graph:
        return self.library.graph

    def heard(self, *, of_itself: bool = False) -> int:
        """Return how many notifications wait, of changes or of the subscription."""
        with self.installation.reading() as session:
            waiting = notifications(session, self.library.key)
        return sum((each.lifecycle is not None) is of_itself for each in waiting)


@pytest.fixture(scope="module")
def loop(small_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    folder = tmp_path_factory.mktemp("loop")
    (folder / "samspor.db").write_bytes(small_file.read_bytes())
    installation = installation_at(folder, f"sqlite:///{folder / 'samspor.db'}")
    with served(installation) as port:
        tunnels = dict.fromkeys((PUBLIC, MOVED), f"http://127.0.0.1:{port}")
        with running(folder / "standin", tunnels=tunnels) as standin:
            settings = settings_of(standin)
            config = replace(
                installation.config,
                shared_folder=None,
                public_url=PUBLIC,
                microsoft365=settings,
            )
            installation = replace(installation, config=config)
            with opened(settings) as tenant:
                make_ready(tenant.graph, settings)
                library = library_in(tenant.graph, settings)
                house = House(installation, SharePointDesk(standin, library))
                yield Loop(house, standin, library)
            assert standin.broken == []
    installation.database.close()


@pytest.fixture(autouse=True)
def unsubscribed(loop: Loop) -> Iterator[None]:
    """Nothing is subscribed to when a test begins."""
    yield
    end_subscription(loop.installation, loop.graph, library=loop.library.key)


@contextmanager
def served(installation: Installation) -> Iterator[int]:
    """Serve the pages of an installation; give the port."""
    listening: Any = server(made_app(installation), port=0)
    thread = threading.Thread(target=listening.run, daemon=True)
    thread.start()
    yield listening.effective_port
    listening.close()
    thread.join(10)


def hat(session: Session, person: str, role: Role) -> Hat:
    return wear(session, person=person, role=role, at=NOON)


def amended(session: Session) -> None:
    """All have signed the agreement, and a new text of it is begun."""
    nurse = hat(session, "P16", Role.PARTY_MEMBER)
    sign(session, agreement="PA-1", by=nurse, at=NOON)
    manager = hat(session, "P22", Role.PROJECT_MANAGER)
    amend_agreement(session, agreement="PA-1", by=manager, at=NOON)


def agreed(session: Session, loop: Loop) -> None:
    """What Word brings is confirmed, and the parties agree on the new text."""
    manager = hat(session, "P22", Role.PROJECT_MANAGER)
    (file,) = incoming(session, loop.house.working)
    assert isinstance(file, Incoming)
    take_in(
        session,
        loop.house.working,
        file,
        shown=file.sha256,
        choices={},
        by=manager,
        at=NOON,
    )
    ready_to_sign(session, agreement="PA-1", by=manager, at=NOON)


def test_what_is_written_in_word_becomes_a_new_version_in_the_library(
    loop: Loop,
) -> None:
    with loop.installation.transaction() as session:
        amended(session)
    tend(loop.installation, loop.library)
    assert {
        grant.to
        for grant in loop.library.shared_with(str(loop.house.row.item_id))
        if "@" in grant.to
    } == MEMBERS
    assert keep_told(loop.installation, loop.library) is Kept.BEGUN
    assert keep_told(loop.installation, loop.library) is Kept.STANDS

    name = loop.house.row.lies_as
    text = typed(loop.house.working.get(name), "Lokal avtale", "Avtale om nærvær")
    loop.house.desk.save(name, text)
    wait_until_heard(loop)
    with opened_library(loop.installation.config) as library:
        tend(loop.installation, library)

    assert loop.house.row.state is ItemState.WORKED_IN
    assert loop.heard() == 0
    with loop.installation.transaction() as session:
        agreed(session, loop)
    tend(loop.installation, loop.library)

    with loop.installation.reading() as session:
        new = item_of(session, "PA-1@2.0")
    assert new is not None
    assert new.state is ItemState.IN_PLACE
    item = loop.library.find(new.name)
    assert item is not None
    assert loop.library.columns(item.id)[VERSION_COLUMN] == "PA-1@2.0"
    assert loop.house.row.state is ItemState.WORKED_IN


def test_a_lost_subscription_is_begun_anew_and_an_old_one_renewed(loop: Loop) -> None:
    keep_told(loop.installation, loop.library)
    first = subscribed(loop)

    loop.standin.advance(15 * 24 * 3600)
    later = replace(
        loop.graph, clock=replace(loop.graph.clock, instant=loop.standin.clock.now)
    )
    assert keep_told(loop.installation, replace(loop.library, graph=later)) is (
        Kept.RENEWED
    )
    assert subscribed(loop).expires_at > first.expires_at
    unsubscribe(loop.graph, first.subscription)

    assert keep_told(loop.installation, loop.library) is Kept.BEGUN
    assert subscribed(loop).subscription != first.subscription


@pytest.mark.parametrize(
    "word", ["reauthorizationRequired", "subscriptionRemoved", "missed"]
)
def test_what_is_told_of_a_subscription_itself_makes_it_stand_anew(
    loop: Loop, word: str
) -> None:
    keep_told(loop.installation, loop.library)
    named = subscribed(loop).subscription
    told_of_itself(loop, word)
    wait_until_heard(loop, of_itself=True)
    if word == "subscriptionRemoved":
        unsubscribe(loop.graph, named)

    sync(loop.installation, loop.library)
    assert loop.heard(of_itself=True) == 1
    kept = keep_told(loop.installation, loop.library)

    is_removed = word == "subscriptionRemoved"
    assert kept is (Kept.BEGUN if is_removed else Kept.RENEWED)
    assert (subscribed(loop).subscription != named) is is_removed
    assert loop.heard(of_itself=True) == 0
    assert keep_told(loop.installation, loop.library) is Kept.STANDS


def test_a_subscription_follows_the_address_of_the_pages(loop: Loop) -> None:
    keep_told(loop.installation, loop.library)
    named = subscribed(loop).subscription

    assert keep_told(at_address(loop, MOVED), loop.library) is Kept.BEGUN

    assert subscribed(loop).subscription != named
    assert [each.id for each in subscriptions(loop.graph)] == [
        subscribed(loop).subscription
    ]
    assert keep_told(at_address(loop, None), loop.library) is None
    assert list(subscriptions(loop.graph)) == []
    assert keep_told(at_address(loop, None), loop.library) is None


def at_address(loop: Loop, address: str | None) -> Installation:
    """Return the installation with pages at another address, or none."""
    config = replace(loop.installation.config, public_url=address)
    return replace(loop.installation, config=config)


def told_of_itself(loop: Loop, word: str) -> None:
    """Let Microsoft 365 tell something of the subscription itself."""
    world = loop.standin.app.world
    with world.state.held():
        world.state.run(
            "INSERT INTO notification (subscription, kind, due_at, made_at)"
            " VALUES (?, ?, ?, ?)",
            *(subscribed(loop).subscription, word, world.now(), world.now()),
        )


def subscribed(loop: Loop) -> WebhookSubscription:
    with loop.installation.reading() as session:
        (found,) = all_of(session, WebhookSubscription)
    return found


def wait_until_heard(loop: Loop, *, of_itself: bool = False) -> None:
    """Wait for the notification, which comes when it comes."""
    for _ in range(500):
        if loop.heard(of_itself=of_itself):
            return
        time.sleep(0.02)
    raise AssertionError("no notification came")
