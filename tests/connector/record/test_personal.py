"""Names at rest: behind keys, also those from before there were any."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from connector.config import load_config, stop_clock
from connector.database.dump import dumped
from connector.database.engine import open_database
from connector.database.schema import check, configuration, connected, upgrade
from connector.installation import open_installation
from connector.record.checks import record_flaws
from connector.record.keys import MASTER_KEY_FILE, master_key
from connector.record.personal import forget_on_disk, seal_names
from connector.record.verify import findings, is_good, said
from connector.refusals import InputRefusedError, UnavailableError
from tests.connector.cli.testvik import loaded, run
from tests.installations import (
    MASTER_KEY,
    Installation,
    PostgresServer,
    sqlite_installation,
)
from workflows.base import all_of, get
from workflows.errors import RuleBrokenError
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import Mandate, end_mandate, give_mandate, wear
from workflows.people.persons import Person, persons_in_order, register_person
from workflows.people.subject_keys import new_subject_key, require_master_key
from workflows.record.entries import history
from workflows.trace.erasure import ErasureBasis, erase_person

TESTVIK = uuid.UUID(int=1)
CANARIES = 20
PEOPLE = [("X1", "Åse Ås", "leder", "aase@testvik.example"), ("X2", "Ada Øy", "", None)]


@pytest.fixture
def released(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Installation]:
    """A database at the schema before there were keys, with two people in it."""
    if database_kind == "sqlite":
        installation = sqlite_installation(tmp_path / "samspor.db")
        _filled(installation)
        yield installation
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create()
    _filled(server.installation(name))
    yield server.installation(name)
    server.drop(name)


def _filled(installation: Installation) -> None:
    with connected(installation.owner_url) as connection:
        command.upgrade(configuration(connection), "0002")
        if installation.kind == "postgresql":
            setting = text("SELECT set_config('app.municipality', :id, true)")
            connection.execute(setting, {"id": str(TESTVIK)})
        plain = TESTVIK.hex
        connection.execute(
            text(
                "INSERT INTO municipality (id, name, number, language)"
                " VALUES (:id, 'Testvik', '9999', 'nb')"
            ),
            {"id": plain},
        )
        for number, (ref, name, title, email) in enumerate(PEOPLE, start=2):
            connection.execute(
                text(
                    "INSERT INTO person"
                    " (municipality_id, id, ref, name, title, email, sort_key)"
                    " VALUES (:m, :id, :ref, :name, :title, :email, '01')"
                ),
                {"m": plain, "id": uuid.UUID(int=number).hex, "ref": ref}
                | {"name": name, "title": title, "email": email},
            )


def stored(session: Session) -> str:
    rows = session.execute(text("SELECT name, title, email FROM person"))
    return " ".join(str(value) for row in rows for value in row)


def test_a_released_database_keeps_its_people_and_hides_their_names(
    released: Installation,
) -> None:
    upgrade(released.owner_url)
    assert check(released.owner_url) == []
    database = open_database(released.url, master_key=MASTER_KEY)

    first, again = (seal_names(database, TESTVIK) for _ in range(2))

    with database.reading(TESTVIK) as session:
        people = [
            (each.ref, each.name, each.title, each.email)
            for each in persons_in_order(session)
        ]
        hidden = stored(session)
    database.close()
    assert (first, again) == (2, 0)
    assert people == [PEOPLE[1], PEOPLE[0]]
    assert not [name for _, name, _, _ in PEOPLE if name in hidden]


def test_no_file_of_the_database_holds_what_was_open_before(tmp_path: Path) -> None:
    installation = sqlite_installation(tmp_path / "samspor.db")
    _filled(installation)
    upgrade(installation.url)
    database = open_database(installation.url, master_key=MASTER_KEY)
    seal_names(database, TESTVIK)
    database.close()

    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert not [name for _, name, _, _ in PEOPLE if name.encode() in held]


@pytest.fixture(scope="module")
def testvik(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Testvik as a story made it, with both keys beside the data."""
    return loaded(tmp_path_factory.mktemp("testvik"))


@contextmanager
def without_key(data: Path) -> Iterator[Path]:
    file = data / MASTER_KEY_FILE
    kept = file.read_bytes()
    file.unlink()
    yield file
    file.write_bytes(kept)


def test_without_the_master_key_all_is_read_but_names_and_nobody_is_registered(
    testvik: Path,
) -> None:
    with without_key(testvik) as file:
        house = open_installation(load_config(testvik, {}))
        with house.reading() as session:
            people = persons_in_order(session)
        with (
            house.transaction() as session,
            pytest.raises(RuleBrokenError, match=MASTER_KEY_FILE),
        ):
            register_person(session, ref="X", name="Ny", by=SYSTEM, at=house.now())
        house.database.close()
        told = run(testvik, "trace", "C1")
        assert not file.exists()

    assert told.exit_code == 0
    assert {each.name for each in people} == {"navn uten nøkkel"}
    assert all(each.ref for each in people)


def test_a_session_has_the_master_key_before_its_first_query(testvik: Path) -> None:
    with (
        closing_at_end(testvik) as house,
        house.database.transaction(house.municipality) as session,
    ):
        assert require_master_key(session) == master_key(testvik)


def test_another_databases_master_key_is_refused_at_the_start(testvik: Path) -> None:
    with without_key(testvik) as file:
        file.write_text("A" * 43 + "=")
        with pytest.raises(UnavailableError, match="not the key of this database"):
            open_installation(load_config(testvik, {}))


def test_a_dump_has_the_names_as_they_are_shown(testvik: Path) -> None:
    house = open_installation(load_config(testvik, {}))
    with house.reading() as session:
        names = {each.name for each in persons_in_order(session)}
        tables = dumped(session)["tables"]
    house.database.close()

    assert {row["name"] for row in tables["person"]} == names
    assert "subject_key" not in tables


@given(st.text(), st.text(), st.text() | st.none())
@settings(max_examples=10)
def test_what_is_put_behind_a_key_comes_out_as_it_was(
    name: str, title: str, email: str | None
) -> None:
    person = Person(ref="X", stored_name=name, stored_title=title, stored_email=email)
    person.municipality_id = TESTVIK
    session = Session(info={"municipality_id": TESTVIK, "master_key": MASTER_KEY})
    person.seal(new_subject_key(session, person.id), MASTER_KEY)

    assert (person.name, person.title, person.email) == (name, title, email)
    assert person.stored_name != name


def packed(data: Path, name: str) -> list[Any]:
    out = data.parent / name
    assert run(data, "record", "export", "C1", "--out", str(out)).exit_code == 0
    return findings(out.read_bytes())


def shown(told: list[Any]) -> dict[int, list[str]]:
    return {facts[0]: facts[4] for code, facts in told if code == "entry"}


def retired(data: Path) -> str:
    """End every mandate of somebody who acted in the case; return the reference."""
    with closing_at_end(data) as house, house.transaction() as session:
        at = house.now()
        register_person(session, ref="X1", name="Drift", by=SYSTEM, at=at)
        admin: Any = {"ref": "M-X1", "person": "X1", "valid_from": at.date()}
        give_mandate(session, role=Role.SYSADMIN, by=SYSTEM, at=at, **admin)
        whose = uuid.UUID(history(session, "C1")[-1].by["person"])
        person = get(session, Person, whose).ref
        for each in all_of(session, Mandate):
            if each.person_id == whose and each.valid_to is None:
                ends: Any = {"mandate": each.ref, "last_day": at.date()}
                end_mandate(session, by=SYSTEM, at=at, **ends)
        later = at + timedelta(days=2)
    stop_clock(data, later)
    return person


@contextmanager
def closing_at_end(data: Path) -> Iterator[Any]:
    house = open_installation(load_config(data, {}))
    yield house
    house.database.close()


def test_erasure_leaves_every_package_and_proof_valid(
    testvik: Path, tmp_path: Path
) -> None:
    testvik = shutil.copytree(testvik, tmp_path / "own")
    before = packed(testvik, "before.zip")
    person = retired(testvik)
    refused = run(testvik, "person", "status", person)
    order = ("person", "erase", person, "--by", "X1", "--basis")
    kept = run(testvik, *order, "not_needed")

    done = run(testvik, *order, "disposal_rule")
    after = packed(testvik, "after.zip")

    old = findings((testvik.parent / "before.zip").read_bytes())
    assert (is_good(old), is_good(after)) == (True, True)
    assert old == before
    hidden = {seq for seq, fields in shown(after).items() if "by" not in fields}
    assert hidden
    assert not hidden & {seq for seq, told in shown(before).items() if "by" not in told}
    words = said("entry", ["1", "2", "x", "y", ["matter"]], 0)
    assert "Slettet eller ikke vist: hvem." in words
    assert run(testvik, "db", "check").exit_code == 0
    assert refused.exit_code == 1
    assert "arkivet skal ta vare på" in refused.stdout
    assert isinstance(kept.exception, RuleBrokenError)
    assert "sikkerhetskopiene" in done.stdout
    status = run(testvik, "person", "status", person).stdout
    assert status.startswith("Personopplysningene ble slettet")
    told = json.loads(run(testvik, "person", "report", "X1").stdout)
    assert told["person"]["name"] == "Drift"
    assert [row["ref"] for row in told["rows"]["mandate"]] == ["M-X1"]


@pytest.mark.parametrize("days", ["thirty", "-1", "3.5"])
def test_the_days_of_backups_are_a_number(tmp_path: Path, days: str) -> None:
    with pytest.raises(InputRefusedError, match="SAMSPOR_BACKUP_DAYS"):
        load_config(tmp_path, {"SAMSPOR_BACKUP_DAYS": days})


def test_nothing_of_erased_people_is_in_any_file(testvik: Path, tmp_path: Path) -> None:
    data = shutil.copytree(testvik, tmp_path / "own")
    names = [f"Kanari{number:03} Fuglesang" for number in range(CANARIES)]
    with closing_at_end(data) as house:
        at = house.now()
        with house.transaction() as session:
            admin: Any = {"ref": "M-KD", "person": "K000", "valid_from": at.date()}
            for number, name in enumerate(names):
                who = {"ref": f"K{number:03}", "name": name, "title": f"T-{name}"}
                register_person(session, by=SYSTEM, at=at, email=f"{name}@x", **who)
            give_mandate(session, role=Role.CE_OFFICE, by=SYSTEM, at=at, **admin)
        told = [run(data, "person", "report", ref) for ref in ("K001", "K019")]
        with house.transaction() as session:
            by = wear(session, person="K000", role=Role.CE_OFFICE, at=at)
            basis = ErasureBasis.NOT_NEEDED
            for number in range(1, CANARIES):
                ref = f"K{number:03}"
                erase_person(session, person=ref, basis=basis, by=by, at=at)
        forget_on_disk(house.database)
        with house.reading() as session:
            dump = json.dumps(dumped(session))
            assert list(record_flaws(session, house.config)) == []

    files = [path for path in data.rglob("*") if path.is_file()]
    held = b"".join(path.read_bytes() for path in files) + dump.encode()
    assert [name for name in names[1:] if name.encode() in held] == []
    for report, name in zip(told, (names[1], names[19]), strict=True):
        person = json.loads(report.stdout)["person"]
        assert person["name"] == name
        assert person["title"] == f"T-{name}"
        assert person["email"] == f"{name}@x"
