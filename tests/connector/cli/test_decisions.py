from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from connector.cli.decisions import import_command
from connector.config import Config, load_config, stop_clock
from connector.imports.errors import ImportRefusedError
from connector.installation import open_installation, prepared_database
from connector.refusals import InputRefusedError
from workflows.decision.bodies import BodyKind, register_body
from workflows.decision.meetings import Treatment
from workflows.errors import RuleBrokenError
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import give_mandate
from workflows.people.municipalities import found_municipality
from workflows.people.persons import register_person
from workflows.record.entries import Entry

SAMPLES = Path(__file__).parents[1] / "imports" / "samples"
TABLE = str(SAMPLES / "vedtak.csv")
FOUNDED = datetime(2026, 1, 5, 9, tzinfo=UTC)
TODAY = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path, migrated_sqlite: Path) -> Config:
    """A data folder with a municipality, its bodies and one committee secretary."""
    stop_clock(tmp_path, TODAY)
    shutil.copy(migrated_sqlite, tmp_path / "samspor.db")
    config = load_config(tmp_path, {})
    database = prepared_database(config)
    with database.transaction(None) as session:
        found_municipality(
            session, name="Prøvevik", number="9998", language="nn", at=FOUNDED
        )
        for ref, kind in (
            ("Kommunestyret", BodyKind.COUNCIL),
            ("Formannskapet", BodyKind.EXECUTIVE_BOARD),
        ):
            register_body(
                session,
                ref=ref,
                name_nb=ref,
                name_nn=ref,
                kind=kind,
                by=SYSTEM,
                at=FOUNDED,
            )
    database.close()
    give_office(config, "US1")
    return config


def give_office(
    config: Config,
    person: str,
    role: Role = Role.COMMITTEE_SECRETARY,
    until: date | None = None,
) -> None:
    installation = open_installation(config)
    with installation.transaction() as session:
        given: dict[str, Any] = {"by": SYSTEM, "at": TODAY}
        register_person(session, ref=person, name="Prøve Prøvesen", **given)
        give_mandate(
            session,
            ref=f"M-{person}",
            person=person,
            role=role,
            valid_from=date(2024, 1, 1),
            valid_to=until,
            **given,
        )
    installation.database.close()


def samspor_import(config: Config, *arguments: str) -> Result:
    return CliRunner().invoke(import_command, list(arguments), obj=config)


def counted(config: Config) -> tuple[int, int]:
    """How many treatments and entries there are."""
    installation = open_installation(config)
    with installation.reading() as session:
        counts = [
            session.scalars(select(func.count()).select_from(kind)).one()
            for kind in (Treatment, Entry)
        ]
    installation.database.close()
    return counts[0], counts[1]


def test_a_table_is_imported_and_the_log_printed(house: Config) -> None:
    result = samspor_import(house, "table", TABLE)

    assert result.exit_code == 0, result.output
    first, *_, last = result.stdout.splitlines()
    assert first.startswith("lagd til")
    assert "C01-T1" in first
    assert "Formannskapet, 03.03.2026, sak PS 12/26" in first
    assert last == "I alt: 3 lagd til"
    assert counted(house)[0] == 3


def test_messages_of_fiks_are_imported(house: Config) -> None:
    result = samspor_import(house, "fiks", str(SAMPLES / "vedtakfrautvalg.json"))

    assert result.exit_code == 0, result.output
    assert counted(house)[0] == 1


def test_the_same_file_again_leaves_no_trace(house: Config) -> None:
    samspor_import(house, "table", TABLE)
    before = counted(house)

    result = samspor_import(house, "table", TABLE)

    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "I alt: 3 uendra"
    assert counted(house) == before


def test_a_trial_stores_nothing_and_says_so(house: Config) -> None:
    before = counted(house)

    result = samspor_import(house, "table", TABLE, "--dry-run")

    assert result.exit_code == 0
    assert result.stdout.startswith("Prøve: ingenting er lagra.")
    assert "3 lagd til" in result.stdout
    assert counted(house) == before


def test_json_holds_every_row_and_the_totals(house: Config) -> None:
    result = samspor_import(house, "table", TABLE, "--format", "json")

    answer = json.loads(result.stdout)
    assert answer["source"] == "vedtak.csv"
    assert answer["dry_run"] is False
    assert [row["treatment"] for row in answer["rows"]] == [
        "C01-T1",
        "C01-T2",
        "C02-T1",
    ]
    assert answer["totals"]["added"] == 3
    assert set(answer["rows"][0]) >= {"what", "line", "changed", "findings", "message"}


def test_refused_rows_are_listed_and_the_status_is_1(
    house: Config, tmp_path: Path
) -> None:
    text = Path(TABLE).read_text("utf-8").replace("Kommunestyret", "Ukjent råd")
    (tmp_path / "feil.csv").write_text(text, encoding="utf-8")

    result = samspor_import(house, "table", str(tmp_path / "feil.csv"))

    assert result.exit_code == 1
    assert "Ukjent organ «Ukjent råd». Registrer organet først" in result.stdout
    assert result.stdout.splitlines()[-1] == "I alt: 2 lagd til, 1 avvist"


@pytest.mark.parametrize("name", ["finst-ikkje.csv", "."])
def test_a_file_that_cannot_be_used_is_refused(house: Config, name: str) -> None:
    before = counted(house)

    result = samspor_import(house, "table", str(house.data / name))

    assert isinstance(result.exception, ImportRefusedError)
    assert result.stdout == ""
    assert counted(house) == before


def test_without_a_secretary_in_office_it_is_refused(tmp_path: Path) -> None:
    stop_clock(tmp_path, TODAY)
    config = load_config(tmp_path, {})
    database = prepared_database(config)
    with database.transaction(None) as session:
        found_municipality(session, name="Prøvevik", number="9998", at=FOUNDED)
    database.close()
    give_office(config, "US1", until=date(2026, 5, 31))
    give_office(config, "SB1", Role.CASE_OFFICER)

    result = samspor_import(config, "table", TABLE)

    assert isinstance(result.exception, InputRefusedError)
    assert "committee secretary" in str(result.exception)


def test_of_several_secretaries_one_is_named(house: Config) -> None:
    give_office(house, "US2")

    result = samspor_import(house, "table", TABLE)
    chosen = samspor_import(house, "table", TABLE, "--by", "US2")

    assert result.exit_code == 2
    assert "--by (US1, US2)" in result.stderr
    assert chosen.exit_code == 0


def test_someone_in_another_office_cannot_import(house: Config) -> None:
    give_office(house, "SB1", Role.CASE_OFFICER)

    result = samspor_import(house, "table", TABLE, "--by", "SB1")

    assert isinstance(result.exception, RuleBrokenError)
    assert counted(house)[0] == 0
