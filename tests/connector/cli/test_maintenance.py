from __future__ import annotations

import shutil
from pathlib import Path

import pysqlite3
import pytest

from connector.refusals import UnavailableError
from tests.connector.cli.testvik import loaded, run


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return loaded(tmp_path_factory.mktemp("testvik"))


@pytest.fixture
def testvik(untouched: Path, tmp_path: Path) -> Path:
    """Testvik's data folder, for this test alone."""
    return shutil.copytree(untouched, tmp_path / "var")


GUARD = "SELECT sql FROM sqlite_master WHERE name = ?"


def tamper(data: Path, *statements: str) -> None:
    """Change the database behind the program's back."""
    connection = pysqlite3.connect(data / "samspor.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def without_guard(data: Path, statement: str, *, table: str = "content") -> list[str]:
    """The statement, while the trigger that would refuse it is away."""
    connection = pysqlite3.connect(data / "samspor.db")
    (guard,) = connection.execute(GUARD, [f"{table}_refuse_update"]).fetchone()
    connection.close()
    return [f"DROP TRIGGER {table}_refuse_update", statement, guard]


def test_a_sound_database_has_no_findings(testvik: Path) -> None:
    result = run(testvik, "db", "check")

    assert (result.exit_code, result.stdout) == (0, "")


def test_a_state_that_the_record_does_not_tell_is_found(testvik: Path) -> None:
    tamper(testvik, "UPDATE case_folder SET state = 'closed' WHERE ref = 'C1'")

    result = run(testvik, "db", "check")

    assert result.exit_code == 1
    assert result.stdout == ("C1: closed in its table, implementation in the record\n")


def test_a_column_that_is_not_ours_is_found(testvik: Path) -> None:
    tamper(testvik, "ALTER TABLE person ADD COLUMN secret TEXT")

    result = run(testvik, "db", "check")

    assert result.exit_code == 1
    assert "secret" in result.stdout


def test_a_state_that_is_kept_for_another_thing_is_found(testvik: Path) -> None:
    rewrite = "UPDATE entry_ref SET led_to = 'closed' WHERE ref = 'C1' AND led_to != ''"
    tamper(testvik, *without_guard(testvik, rewrite, table="entry_ref"))

    result = run(testvik, "db", "check")

    assert result.exit_code == 1
    assert "found by other references than the entry has" in result.stdout


@pytest.mark.parametrize("table", ["content", "version"])
def test_a_frozen_text_that_was_rewritten_is_found(testvik: Path, table: str) -> None:
    rewrite = f"UPDATE {table} SET \"values\" = '{{}}'"  # noqa: S608 - our own names
    tamper(testvik, *without_guard(testvik, rewrite))

    result = run(testvik, "db", "check")

    assert result.exit_code == 1
    assert sorted(result.stdout.splitlines()) == [
        "PA-1@0.1: the text is another than the one that was frozen",
        "PA-1@1.0: the text is another than the one that was frozen",
    ]


def test_upgrading_a_new_database_changes_nothing(testvik: Path) -> None:
    assert run(testvik, "db", "upgrade").exit_code == 0
    assert run(testvik, "db", "check").exit_code == 0


def test_upgrade_makes_the_folder_and_its_database(tmp_path: Path) -> None:
    assert run(tmp_path / "new/var", "db", "upgrade").exit_code == 0

    assert (tmp_path / "new/var/samspor.db").exists()


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "samspor.db").write_bytes(b"not a database" * 100)

    result = run(tmp_path, "db", "check")

    assert isinstance(result.exception, UnavailableError)
    assert (tmp_path / "samspor.db").read_bytes().startswith(b"not a database")
