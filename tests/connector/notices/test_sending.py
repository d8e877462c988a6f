"""Notices out to people by the stand-in: once, or twice where nobody knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from connector.config import Config
from connector.database.engine import open_database
from connector.graph.errors import GraphError
from connector.graph.opening import opened
from connector.installation import Installation
from connector.jobs.engine import migrate_engine
from connector.microsoft365 import Microsoft365, load_microsoft365
from connector.notices.outlets import Sender
from connector.notices.sending import LEASE, TELL, ask_to_tell, send_all
from connector.standin.activity import install
from connector.standin.running import Standin, running
from tests.conftest import FOUNDED_AT, a_copy
from tests.installations import MASTER_KEY
from workflows.background.jobs import JobState, jobs_in
from workflows.base import by_ref
from workflows.people.hats import SYSTEM
from workflows.people.kinds import PARTIES, Role
from workflows.people.mandates import give_mandate, wear
from workflows.people.municipalities import found_municipality
from workflows.people.notices import NoticeKind, notify_parties
from workflows.people.persons import Person, register_person
from workflows.people.telling import (
    Dispatch,
    DispatchState,
    Outlet,
    Pace,
    choose_telling,
    dispatches_to,
)

NOW = datetime(2026, 9, 2, 8, tzinfo=UTC)
MAILBOX = "harald.brekkvoll@elvestrand.example"
ADDRESSES = (
    "rune.myrstoe@elvestrand.example",
    "aasta.fjellbru@elvestrand.example",
    "rita.solgloett@elvestrand.example",
)
SEND_MAIL = {"path": "sendMail"}


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    with running(tmp_path_factory.mktemp("standin")) as started:
        yield started
        assert started.broken == []


@pytest.fixture
def house(
    standin: Standin, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Installation]:
    """Three contacts with addresses, and a deadline that has moved for all of them."""
    with a_copy("sqlite", request, tmp_path) as urls:
        migrate_engine(urls.owner_url)
        database = open_database(urls.url, master_key=MASTER_KEY)
        with database.transaction(None) as session:
            here = found_municipality(
                session, name="Elvestrand kommune", number="9901", at=FOUNDED_AT
            )
        config = Config(
            data=tmp_path,
            database_url=urls.url,
            clock_stands_at=NOW,
            microsoft365=_settings(standin),
            public_url="https://samspor.example",
            mailbox=MAILBOX,
        )
        found = Installation(config, database, here.id)
        _settle(found)
        standin.app.world.state.run("DELETE FROM message")
        yield found
        found.database.close()


def _settings(standin: Standin) -> Microsoft365 | None:
    return load_microsoft365(
        {
            "SAMSPOR_M365_TENANT": standin.tenant,
            "SAMSPOR_M365_CLIENT": standin.client,
            "SAMSPOR_M365_CERTIFICATE": str(standin.certificate),
            "SAMSPOR_M365_AUTHORITY": standin.origin,
            "SAMSPOR_GRAPH_URL": standin.base,
            "SAMSPOR_M365_CA": str(standin.ca),
            "SAMSPOR_M365_SITE": standin.site,
        }
    )


def _settle(house: Installation) -> None:
    with house.unrecorded() as session:
        for party, email in zip(PARTIES, ADDRESSES, strict=True):
            ref = f"P-{party}"
            register_person(
                session, ref=ref, name=f"Person {ref}", email=email, by=SYSTEM, at=NOW
            )
            session.flush()
            give_mandate(
                session,
                ref=f"M-{party}",
                person=ref,
                role=Role.PARTY_CONTACT,
                party=party,
                organisation=f"Part {party}",
                valid_from=date(2026, 1, 1),
                by=SYSTEM,
                at=NOW,
            )
        facts = {"deadline_at": (NOW + timedelta(days=9)).isoformat()}
        kind = NoticeKind.ROUND_EXTENDED
        notify_parties(session, kind, "R-1", at=NOW, facts=facts)


@pytest.fixture
def sender(house: Installation) -> Iterator[Sender]:
    settings = house.config.microsoft365
    assert settings is not None
    with opened(settings) as tenant:
        yield Sender(graph=tenant.graph, mailbox=MAILBOX, app=settings.client)


def taken(standin: Standin, kind: str) -> list[dict[str, Any]]:
    """Return what the stand-in took, in order."""
    sql = "SELECT definition FROM message WHERE kind = ? ORDER BY rowid"
    return [
        json.loads(row["definition"]) for row in standin.app.world.state.all(sql, kind)
    ]


def to(message: dict[str, Any]) -> str:
    (recipient,) = message["toRecipients"]
    return str(recipient["emailAddress"]["address"])


def states(house: Installation, person: str = "P-T") -> list[tuple[Outlet, str]]:
    with house.reading() as session:
        found = dispatches_to(session, by_ref(session, Person, person).id)
        return sorted((row.outlet, row.state.value) for row in found)


def grow_old(house: Installation) -> None:
    """Let what was broken off be longer ago than anybody may still be sending it."""
    with house.unrecorded() as session:
        session.execute(
            update(Dispatch)
            .where(Dispatch.state == DispatchState.BEGUN)
            .values(begun_at=house.config.wall() - 2 * LEASE)
        )


def by_teams(house: Installation) -> None:
    with house.unrecorded() as session:
        hat = wear(session, person="P-T", role=Role.PARTY_CONTACT, at=NOW)
        choose_telling(
            session, pace=Pace.NEVER, by_teams=True, language="nn", by=hat, at=NOW
        )


def test_all_three_parties_get_the_same_mail_once(
    house: Installation, sender: Sender, standin: Standin
) -> None:
    first, again = send_all(house, sender), send_all(house, sender)

    mails = taken(standin, "mail")
    assert (first, again) == (3, 0)
    assert {to(each) for each in mails} == set(ADDRESSES)
    assert len({each["body"]["content"] for each in mails}) == 1
    assert "Fristen i R-1 er flyttet for alle" in mails[0]["body"]["content"]
    assert "https://samspor.example/runder/R-1" in mails[0]["body"]["content"]
    assert states(house) == [(Outlet.EMAIL, "sent")]


def test_without_the_app_in_teams_the_notice_comes_by_mail(
    house: Installation, sender: Sender, standin: Standin
) -> None:
    by_teams(house)

    send_all(house, sender)
    send_all(house, sender)

    assert taken(standin, "activity") == []
    assert ADDRESSES[2] in {to(each) for each in taken(standin, "mail")}
    assert states(house) == [(Outlet.EMAIL, "sent"), (Outlet.TEAMS, "refused")]


def test_with_the_app_in_teams_the_notice_stands_in_the_feed(
    house: Installation, sender: Sender, standin: Standin
) -> None:
    world = standin.app.world
    install(world, ADDRESSES[2], "5b7c0d2e-0000-4000-8000-000000000001")
    by_teams(house)

    send_all(house, sender)

    (told,) = taken(standin, "activity")
    world.state.run("DELETE FROM installed")
    assert told["activityType"] == "systemDefault"
    assert told["topic"]["webUrl"].startswith("https://teams.microsoft.com/l/entity/")
    assert told["previewText"]["content"].startswith("Fristen i R-1 er flytt for alle")
    assert states(house) == [(Outlet.TEAMS, "sent")]


def test_where_nobody_knows_it_is_sent_once_more_and_says_so(
    house: Installation, sender: Sender, standin: Standin
) -> None:
    for _ in range(2):
        standin.faults.add({"fault": "reset-after-work", "match": SEND_MAIL})
        with pytest.raises(GraphError):
            send_all(house, sender)
        grow_old(house)
    first = states(house, "P-A")

    send_all(house, sender)
    send_all(house, sender)

    mails = [each for each in taken(standin, "mail") if to(each) == ADDRESSES[0]]
    assert first == [(Outlet.EMAIL, "begun")]
    assert [("Du kan ha fått" in each["body"]["content"]) for each in mails] == [
        False,
        True,
    ]
    assert states(house, "P-A") == [(Outlet.EMAIL, "unsure")]
    assert len(taken(standin, "mail")) == 4


def test_what_was_surely_not_sent_waits_as_if_nothing_was_tried(
    house: Installation, sender: Sender, standin: Standin
) -> None:
    standin.faults.add({"fault": "403", "match": SEND_MAIL})
    with pytest.raises(GraphError):
        send_all(house, sender)
    before = states(house, "P-A")

    send_all(house, sender)

    assert before == []
    assert len(taken(standin, "mail")) == 3


def test_the_job_is_asked_for_when_something_waits_and_once(
    house: Installation, sender: Sender
) -> None:
    wall = house.config.wall()
    quiet = replace(house, config=replace(house.config, mailbox=None))

    assert not ask_to_tell(quiet, at=wall)
    assert ask_to_tell(house, at=wall)
    assert not ask_to_tell(house, at=wall + timedelta(minutes=1))
    with house.reading() as session:
        assert [job.kind for job in jobs_in(session, JobState.WAITING)] == [TELL]
    send_all(house, sender)
    assert not ask_to_tell(house, at=wall + timedelta(minutes=2))
