"""Work in the background as pages show it: a bar, what is parked, and a package."""

from __future__ import annotations

import io
import re
import time
import uuid
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from connector.cli.serving import at_work
from connector.installation import Installation
from connector.library.folder import FolderLibrary
from connector.web.days import moment
from tests.connector.web.story import NOW
from tests.connector.web.visitors import BASE, Visitor
from workflows.background.hold_backs import Service, note_failure
from workflows.background.jobs import Job, JobState, enqueue, jobs_in, latest
from workflows.background.turns import begin, due_jobs, hand_over, park, tell
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import give_mandate
from workflows.people.persons import register_person

Enter = Callable[..., Visitor]
PACKAGE = "/arkiv/PR1/pakke"
LEASE = timedelta(hours=1)


def begun(house: Installation) -> Job:
    """Let a worker begin the job that waits, and return it."""
    wall = house.config.wall()
    with house.unrecorded() as session:
        (job,) = due_jobs(session, at=wall, most=10)
        hand_over(job, until=wall + LEASE)
        session.flush()
        found = begin(
            session, job.id, turn=1, worker="worker-1", at=wall, until=wall + LEASE
        )
    assert found is not None
    return found


def parked(house: Installation, *, problem: str = "OfficeUnavailableError") -> Job:
    wall = house.config.wall()
    with house.unrecorded() as session:
        enqueue(session, "deliver", "PR1-M@1.0", at=wall)
    job = begun(house)
    with house.unrecorded() as session:
        park(session, job.id, turn=1, problem=problem, at=wall)
    return job


def run_by(house: Installation) -> str:
    """Return the mandate of somebody who runs the system."""
    with house.transaction() as session:
        register_person(session, ref="P-IT", name="Ida Oppdiktet", by=SYSTEM, at=NOW)
        give_mandate(
            session,
            ref="M-IT",
            person="P-IT",
            role=Role.SYSADMIN,
            organisation="Rådhuset",
            valid_from=date(2026, 1, 1),
            by=SYSTEM,
            at=NOW,
        )
    return "M-IT"


def package_job(house: Installation) -> Job:
    with house.reading() as session:
        found = latest(session, "archive-package", "PR1")
    assert found is not None
    return found


def states(house: Installation) -> list[JobState]:
    with house.reading() as session:
        return [job.state for job in jobs_in(session, *JobState)]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ("Framdrift", "I gang", "2 av 5", "Stopp oppdateringen")),
        ("nn", ("Framdrift", "I gang", "2 av 5", "Stopp oppdateringa")),
    ],
)
def test_a_package_that_is_ordered_shows_how_far_it_has_come(
    visitor: Enter, house: Installation, language: str, words: tuple[str, ...]
) -> None:
    archive = visitor("M-13", language=language)
    archive.done(PACKAGE)
    again = archive.done(PACKAGE)
    job = begun(house)
    with house.unrecorded() as session:
        until = house.config.wall() + LEASE
        tell(session, job.id, turn=1, done=2, total=5, until=until)

    answer = archive.get(PACKAGE)
    still = archive.get(f"{PACKAGE}?stille=1")

    assert "PR1" in again
    assert states(house) == [JobState.RUNNING]
    assert re.search(r'<progress max="5" value="2" aria-label="[^"]+">', answer.text)
    assert [text for text in words if text not in answer.text] == []
    assert answer.headers["Refresh"] == f"4; url={PACKAGE}"
    assert "Refresh" not in still.headers
    assert f'href="{PACKAGE}"' in still.text


@pytest.mark.parametrize(
    ("language", "asked", "words"),
    [
        ("nb", False, "Microsoft 365 svarer ikke. Neste forsøk"),
        ("nn", False, "Microsoft 365 svarar ikkje. Neste forsøk"),
        ("nn", True, "Microsoft 365 har bede løysinga om å vente. Neste forsøk"),
    ],
)
def test_the_page_tells_when_microsoft365_is_asked_again(
    visitor: Enter, house: Installation, language: str, words: str, *, asked: bool
) -> None:
    at = house.config.wall()
    until = at + timedelta(minutes=9)
    problem = "ThrottledError" if asked else "ServiceAwayError"
    with house.unrecorded() as session:
        note_failure(
            session,
            Service.MICROSOFT_365,
            problem=problem,
            at=at,
            chance=1.0,
            asked_until=until,
        )

    told = visitor(run_by(house), language=language).get("/bakgrunn").text

    assert f"{words} {moment(until)}." in told.replace("&nbsp;", "\N{NO-BREAK SPACE}")


def test_the_package_is_made_in_the_background_and_then_taken_out(
    visitor: Enter, house: Installation
) -> None:
    archive = visitor("M-13")
    before = archive.get(f"{PACKAGE}.zip").status_code
    archive.done(PACKAGE)

    with at_work(house):
        patience = time.monotonic() + 90
        while (job := package_job(house)).state is not JobState.DONE:
            assert time.monotonic() < patience, job.problem
            time.sleep(0.2)
    page = archive.get(PACKAGE)
    file = archive.get(f"{PACKAGE}.zip")

    assert before == 404
    assert job.done == job.total > 0
    assert f'href="{PACKAGE}.zip"' in page.text
    assert "Refresh" not in page.headers
    with zipfile.ZipFile(io.BytesIO(file.data)) as package:
        pdfs = [name for name in package.namelist() if name.endswith(".pdf")]
    assert len(pdfs) == job.total


def test_a_package_of_a_project_that_is_not_there_is_not_ordered(
    visitor: Enter, house: Installation
) -> None:
    answer = visitor("M-13").send("/arkiv/PR99/pakke")

    assert answer.status_code == 404
    assert states(house) == []


def test_each_project_keeps_a_package_of_its_own(house: Installation) -> None:
    library = FolderLibrary(house.config.library)

    library.keep_package("PR1", b"one")
    library.keep_package("../PR1", b"two")

    assert library.package_of("PR1") == b"one"
    assert library.package_of("../PR1") == b"two"
    assert list(library.names()) == []


def test_the_office_sees_what_is_parked_and_whoever_runs_the_system_tries_again(
    visitor: Enter, house: Installation
) -> None:
    job = parked(house)
    runner = visitor(run_by(house))

    seen = visitor("M-06").page("/bakgrunn")
    page = runner.done(f"/bakgrunn/{job.id}/igjen")

    assert "LibreOffice er ikke installert" in seen
    assert "Prøv PR1-M@1.0 igjen" not in seen
    assert "Jobben for PR1-M@1.0 prøves igjen." in page
    assert states(house) == [JobState.WAITING]


def test_what_is_parked_can_be_dropped_and_what_runs_cannot(
    visitor: Enter, house: Installation
) -> None:
    job = parked(house, problem="ValueError")
    runner = visitor(run_by(house), language="nn")

    told = runner.page("/bakgrunn")
    page = runner.done(f"/bakgrunn/{job.id}/dropp")
    again = runner.send(f"/bakgrunn/{job.id}/dropp")
    nobody = runner.send(f"/bakgrunn/{uuid.uuid4()}/igjen")

    assert "Ein feil i løysinga. Han står i loggen." in told
    assert "ValueError" not in told
    assert "Jobben for PR1-M@1.0 blir ikkje gjord." in page
    assert (again.status_code, nobody.status_code) == (409, 404)
    assert "Berre ein jobb som ventar eller er parkert" in again.text
    assert states(house) == [JobState.DROPPED]


def test_nobody_else_reads_what_waits(visitor: Enter) -> None:
    answers = [
        visitor(hat).client.get("/bakgrunn", base_url=BASE).status_code
        for hat in ("M-13", "M-15", "M-10", None)
    ]

    assert answers == [403, 403, 403, 403]
