"""From an act to the mailbox: by a real worker, each once, also when it is killed."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from connector.config import load_config, stop_clock
from connector.graph.errors import ForbiddenError
from connector.installation import Installation, open_installation, prepared_database
from connector.jobs.kinds import OUTSIDE, TryLaterError, Work, pause_after
from connector.jobs.runs import Runs
from connector.notices.sending import LEASE, TELL, TELL_KIND, tell
from connector.standin.running import Standin, running
from tests.conftest import FOUNDED_AT
from tests.connector.graph.standins import environment
from tests.connector.notices.tellers import teller_apart
from workflows.background.jobs import JobState, enqueue, held, jobs_in
from workflows.background.turns import hand_over
from workflows.base import all_of
from workflows.people.break_glass import Scope, break_glass
from workflows.people.hats import SYSTEM
from workflows.people.kinds import PARTIES, Role
from workflows.people.mandates import give_mandate, wear
from workflows.people.municipalities import found_municipality
from workflows.people.notices import Notice
from workflows.people.persons import register_person
from workflows.people.telling import Dispatch, DispatchState, Pace, choose_telling

NOW = datetime(2026, 9, 2, 8, tzinfo=UTC)
MAILBOX = "harald.brekkvoll@elvestrand.example"
ADDRESSES = {f"P-{each}": f"{each.lower()}@elvestrand.example" for each in PARTIES}
NAME, REASON = "Hemmelig Navnesen", "Fordi ordføreren er syk"
SECRETS = ("Hemmelig", "Navnesen", "ordføreren", "syk")
SEND_MAIL = {"path": "sendMail"}
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    with running(tmp_path_factory.mktemp("standin")) as started:
        yield started
        assert started.broken == []


@pytest.fixture
def surroundings(standin: Standin) -> dict[str, str]:
    """The environment of an installation that sends by the stand-in."""
    standin.app.world.state.run("DELETE FROM message")
    return {
        **environment(standin),
        "SAMSPOR_M365_MAILBOX": MAILBOX,
        "SAMSPOR_PUBLIC_URL": "https://samspor.example",
    }


@pytest.fixture
def house(
    migrated_sqlite: Path, tmp_path: Path, surroundings: dict[str, str]
) -> Iterator[Installation]:
    """Three contacts who want to be told at once, and somebody who runs the system."""
    shutil.copy(migrated_sqlite, tmp_path / "samspor.db")
    stop_clock(tmp_path, NOW)
    config = load_config(tmp_path, surroundings)
    database = prepared_database(config)
    with database.transaction(None) as session:
        found_municipality(
            session, name="Elvestrand kommune", number="9901", at=FOUNDED_AT
        )
    database.close()
    found = open_installation(config)
    _settle(found)
    yield found
    found.database.close()


def _settle(house: Installation) -> None:
    with house.unrecorded() as session:
        for person in ("P-SYS", *ADDRESSES):
            register_person(
                session,
                ref=person,
                name=NAME,
                email=ADDRESSES.get(person, ""),
                by=SYSTEM,
                at=NOW,
            )
            session.flush()
            party = next((each for each in PARTIES if person == f"P-{each}"), None)
            give_mandate(
                session,
                ref=f"M-{person}",
                person=person,
                role=Role.PARTY_CONTACT if party else Role.SYSADMIN,
                party=party,
                organisation=f"Part {party}" if party else None,
                valid_from=date(2026, 1, 1),
                by=SYSTEM,
                at=NOW,
            )
    with house.unrecorded() as session:
        for person in ADDRESSES:
            hat = wear(session, person=person, role=Role.PARTY_CONTACT, at=NOW)
            choose_telling(
                session,
                pace=Pace.AT_ONCE,
                by_teams=False,
                language="nb",
                by=hat,
                at=NOW,
            )


def act(house: Installation, ref: str = "N-1", *, fails: bool = False) -> None:
    """Break the glass, which all three parties are told of."""
    with house.transaction() as session:
        break_glass(
            session,
            ref=ref,
            scopes=[next(iter(Scope))],
            hours=1,
            reason=REASON,
            by=wear(session, person="P-SYS", role=Role.SYSADMIN, at=NOW),
            at=NOW,
        )
        if fails:
            raise ConnectionAbortedError


def mails(standin: Standin) -> list[dict[str, Any]]:
    """Return the e-mails that the stand-in took, in order."""
    sql = "SELECT definition FROM message WHERE kind = 'mail' ORDER BY rowid"
    return [json.loads(row["definition"]) for row in standin.app.world.state.all(sql)]


def recipients(standin: Standin) -> list[str]:
    """Return whom e-mails were sent to, sorted."""
    told = (
        each["toRecipients"][0]["emailAddress"]["address"] for each in mails(standin)
    )
    return sorted(told)


def begun(house: Installation) -> int:
    """Return how many sendings nobody knows the end of."""
    with house.reading() as session:
        found = all_of(session, Dispatch)
    return sum(each.state is DispatchState.BEGUN for each in found)


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; fail when it never does."""
    over_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < over_at
        time.sleep(0.05)


def is_quiet(house: Installation) -> bool:
    """Say whether nothing is left to do."""
    active = (JobState.WAITING, JobState.HANDED_OVER, JobState.RUNNING)
    with house.reading() as session:
        return not [job for job in jobs_in(session, *active) if job.kind == TELL]


def work_of(house: Installation) -> Work:
    """Return the work of sending that a worker has begun."""
    at = house.config.wall()
    with house.unrecorded() as session:
        identifier = enqueue(session, TELL, TELL, at=at)
        hand_over(held(session, identifier), until=at + LEASE)
    runs = Runs(installation=house, worker="worker-1", kinds={TELL: TELL_KIND})
    work = runs.begun(house, identifier, 1)
    assert work
    return work


def test_an_act_that_is_undone_tells_nobody(house: Installation) -> None:
    with pytest.raises(ConnectionAbortedError):
        act(house, fails=True)

    with house.reading() as session:
        assert all_of(session, Notice) == []


def test_a_worker_that_is_killed_while_it_sends_has_each_told_once(
    house: Installation, surroundings: dict[str, str], standin: Standin
) -> None:
    standin.faults.add(
        {"fault": "timeout", "match": {**SEND_MAIL, "nth": 2}, "seconds": 120}
    )
    act(house)
    with teller_apart(house.config.data, surroundings) as worker:
        wait_until(lambda: len(mails(standin)) == 1 and begun(house) == 1)
        worker.kill()
    standin.faults.clear()
    with house.unrecorded() as session:
        session.execute(
            update(Dispatch)
            .where(Dispatch.state == DispatchState.BEGUN)
            .values(begun_at=house.config.wall() - 2 * LEASE)
        )

    with teller_apart(house.config.data, surroundings):
        wait_until(lambda: begun(house) == 0 and is_quiet(house))

    assert recipients(standin) == sorted(ADDRESSES.values())
    told = [each["body"]["content"] for each in mails(standin)]
    assert sum("Du kan ha fått dette varselet før" in each for each in told) == 1
    for each in told:
        assert "nødlesing" in each
        assert not [word for word in SECRETS if word in each]


def test_who_asks_to_be_left_alone_for_an_hour_is_for_all_that_hour(
    house: Installation, standin: Standin
) -> None:
    act(house)
    standin.faults.add({"fault": "429-seconds", "match": SEND_MAIL, "seconds": 3600})

    with pytest.raises(TryLaterError) as told:
        tell(work_of(house))

    pause = pause_after(told.value, failures=0)
    assert pause is not None
    assert timedelta(minutes=59) < pause <= timedelta(hours=1)
    assert (begun(house), mails(standin)) == (0, [])


def test_a_permission_that_is_missing_is_asked_for_again_for_two_days(
    house: Installation, standin: Standin
) -> None:
    act(house)
    standin.faults.add({"fault": "403", "match": SEND_MAIL})

    work = work_of(house)

    with pytest.raises(ForbiddenError) as told:
        tell(work)

    assert pause_after(told.value, failures=len(OUTSIDE) - 1) == OUTSIDE[-1]
    assert pause_after(told.value, failures=len(OUTSIDE)) is None
    assert (begun(house), mails(standin)) == (0, [])
    tell(work)
    assert recipients(standin) == sorted(ADDRESSES.values())
