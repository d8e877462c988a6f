"""A round is asked for by the clock and by what is heard, and does no harm twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from connector.bench.standins import settings_of
from connector.graph.errors import away_in
from connector.jobs.kinds import Work
from connector.jobs.library import (
    LEASE,
    LIBRARY,
    LIBRARY_KIND,
    do_round,
    enqueue_rounds,
)
from connector.jobs.runs import Runs
from connector.library.document_library import LibraryUnavailableError
from connector.library.items import ItemState, LibraryNotification
from connector.standin.running import Standin
from tests.connector.library.libraries import NOON, VERSION, House
from tests.templates_docx.in_word import typed
from workflows.background.jobs import Job, JobState, enqueue, held
from workflows.background.turns import hand_over
from workflows.base import all_of


def asked_for(session: Session) -> int:
    session.flush()
    return len(all_of(session, Job))


def begun(house: House, *, key: str = "") -> Work:
    """Return the work of a round that a worker has begun."""
    installation = house.installation
    at = installation.config.wall()
    with installation.unrecorded() as session:
        identifier = enqueue(session, LIBRARY, LIBRARY, key=key, at=at)
        hand_over(held(session, identifier), until=at + LEASE)
    runs = Runs(installation=installation, worker="worker-1", kinds={})
    work = runs.begun(installation, identifier, 1)
    assert work
    return work


def test_a_round_is_asked_for_once_a_quarter_of_an_hour(each_house: House) -> None:
    config = each_house.installation.config
    with each_house.installation.unrecorded() as session:
        for minutes in (0, 1, 14):
            at = NOON + timedelta(minutes=minutes)
            enqueue_rounds(session, config, at=at)
        assert asked_for(session) == 1

        for job in all_of(session, Job):
            job.state = JobState.DONE
        enqueue_rounds(session, config, at=NOON + timedelta(minutes=15))
        assert asked_for(session) == 2

        # One that still waits, while nobody answers, will do.
        enqueue_rounds(session, config, at=NOON + timedelta(minutes=30))
        assert asked_for(session) == 2


def test_what_is_heard_waits_for_a_round_that_is_asked_for(house: House) -> None:
    config, key = house.installation.config, house.desk.library.key
    with house.installation.unrecorded() as session:
        enqueue_rounds(session, config, at=NOON)
        session.add(LibraryNotification(library=key, received_at=NOON))
        enqueue_rounds(session, config, at=NOON)
        assert asked_for(session) == 1


def test_what_is_heard_calls_for_a_round_when_none_waits(house: House) -> None:
    config, key = house.installation.config, house.desk.library.key
    with house.installation.unrecorded() as session:
        enqueue_rounds(session, config, at=NOON)
        for job in all_of(session, Job):
            job.state = JobState.DONE
        session.add(LibraryNotification(library=key, received_at=NOON))

        enqueue_rounds(session, config, at=NOON)
        enqueue_rounds(session, config, at=NOON)

        assert asked_for(session) == 2


def test_a_round_fails_where_microsoft365_does_not_answer(
    house: House, standin: Standin
) -> None:
    """So that nobody asks until it does; of another trouble the page tells."""
    installation = house.installation
    there = settings_of(standin)
    config = replace(installation.config, shared_folder=None, microsoft365=there)
    work = begun(replace(house, installation=replace(installation, config=config)))
    standin.faults.add({"fault": "429-seconds", "seconds": 600, "times": 9})

    with pytest.raises(LibraryUnavailableError) as told:
        do_round(work)
    standin.faults.clear()

    assert away_in(told.value) is not None
    assert LIBRARY_KIND.asks(config)
    assert not LIBRARY_KIND.asks(installation.config)


def test_a_round_brings_in_what_was_written_and_shares_what_is_out(
    house: House,
) -> None:
    data = typed(house.working.get(house.row.name), "Lokal avtale", "Ny avtale")
    house.desk.save(house.row.name, data)
    work = begun(house)

    do_round(work)
    do_round(work)  # Sharing itself is a change of the item.
    once = house.row
    do_round(work)

    assert (once.version, once.state) == (VERSION, ItemState.WORKED_IN)
    assert once.shared_at is not None
    assert house.row.row_version == once.row_version


def test_there_is_one_round_at_a_time_whoever_begins_another(each_house: House) -> None:
    house = each_house
    data = typed(house.working.get(house.row.name), "Lokal avtale", "Ny avtale")
    house.desk.save(house.row.name, data)
    first, second = begun(house, key="first"), begun(house, key="second")

    before = house.row
    do_round(second)
    assert house.row.row_version == before.row_version
    with house.installation.unrecorded() as session:
        enqueue_rounds(session, house.installation.config, at=NOON)
        assert asked_for(session) == 2

    do_round(first)
    assert house.row.state is ItemState.WORKED_IN
