"""Copies of checkpoints outside, and a database that is older than they are."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from connector.config import load_config
from connector.installation import open_installation
from connector.record.anchors import FOLDER, LockedRecordError
from connector.record.keys import begin_new_key, public_keys, record_key
from connector.refusals import InputRefusedError, UnavailableError
from tests.connector.cli.testvik import loaded, run
from workflows.base import tenant
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import give_mandate
from workflows.people.municipalities import Municipality
from workflows.people.persons import register_person
from workflows.record.entries import append


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = loaded(tmp_path_factory.mktemp("testvik"))
    installation = open_installation(load_config(data, {}))
    at = installation.now()
    with installation.transaction() as session:
        register_person(session, ref="ADM", name="Drift", by=SYSTEM, at=at)
        give_mandate(
            session,
            ref="M-ADM",
            person="ADM",
            role=Role.SYSADMIN,
            valid_from=at.date(),
            by=SYSTEM,
            at=at,
        )
    installation.database.close()
    return data


@pytest.fixture
def testvik(made: Path, tmp_path: Path) -> Path:
    """Testvik's data folder, for this test alone, with a checkpoint outside."""
    data = shutil.copytree(made, tmp_path / "var")
    assert run(data, "record", "outside").exit_code == 0
    return data


def copies(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "library" / FOLDER).iterdir())


def act(data: Path) -> None:
    installation = open_installation(load_config(data, {}))
    with installation.transaction() as session:
        municipality = session.get_one(Municipality, tenant(session))
        append(session, "title.given", municipality, by=SYSTEM, at=installation.now())
    installation.database.close()


def test_the_key_lies_beside_the_data_and_only_the_owner_reads_it(
    testvik: Path,
) -> None:
    path = testvik / "record.key"

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert record_key(testvik).sign(b"a") == record_key(testvik).sign(b"a")
    assert path.read_bytes() not in (testvik / "samspor.db").read_bytes()


def test_a_file_that_holds_no_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "record.key").write_text("nothing")

    with pytest.raises(UnavailableError, match="this is no key"):
        record_key(tmp_path)


def test_a_copy_is_laid_outside_once_with_the_proof_that_the_record_went_on(
    testvik: Path,
) -> None:
    before = copies(testvik)

    assert run(testvik, "record", "outside").stdout.startswith("Det nyeste")
    assert copies(testvik) == before
    act(testvik)
    assert run(testvik, "record", "outside").exit_code == 0

    new = set(copies(testvik)) - set(before)
    assert len(new) == 2
    (proof,) = (name for name in new if name.endswith(".bevis.txt"))
    told = (testvik / "library" / FOLDER / proof).read_text().split("\n")
    old, size = map(int, told[0].split())
    assert size == old + 1
    assert len(told) > 2
    assert run(testvik, "db", "check").exit_code == 0


def test_a_backup_older_than_what_lies_outside_can_only_be_read(
    testvik: Path, tmp_path: Path
) -> None:
    backup = shutil.copy(testvik / "samspor.db", tmp_path / "backup.db")
    act(testvik)
    run(testvik, "record", "outside")
    shutil.copy(backup, testvik / "samspor.db")

    assert run(testvik, "record", "status").exit_code == 1
    with pytest.raises(LockedRecordError):
        act(testvik)
    checked = run(testvik, "db", "check")
    assert checked.exit_code == 1
    assert "is not the one that was seen outside" in checked.stdout

    told = run(testvik, "record", "restored", "--person", "ADM")

    assert told.exit_code == 0, told.output
    assert "Tapt: innslagene" in told.stdout
    act(testvik)
    assert run(testvik, "record", "outside").exit_code == 0
    assert run(testvik, "record", "status").exit_code == 0
    assert run(testvik, "db", "check").exit_code == 0
    assert any(name.startswith("kontrollpunkt-001-") for name in copies(testvik))


def test_a_rewritten_record_is_locked_when_its_checkpoint_is_laid_outside(
    testvik: Path, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = loaded(tmp_path / "other")
    shutil.copytree(testvik / "library", other / "library")
    for key in testvik.glob("record.key"):
        shutil.copy(key, other)

    with pytest.raises(LockedRecordError):
        act(other)


def test_a_copy_that_somebody_changed_is_told_and_locks_nothing(
    testvik: Path,
) -> None:
    (name,) = (n for n in copies(testvik) if not n.endswith(".bevis.txt"))
    path = testvik / "library" / FOLDER / name
    path.write_text(path.read_text().replace("epoch 0", "epoch 7"))

    assert "no checkpoint that this installation signed" in (
        run(testvik, "db", "check").stdout
    )
    act(testvik)


def test_a_new_key_signs_and_the_old_one_is_laid_aside(testvik: Path) -> None:
    result = run(testvik, "record", "new-key")

    assert result.exit_code == 0, result.output
    assert len(public_keys(testvik)) == 2
    assert run(testvik, "record", "outside").exit_code == 0
    assert run(testvik, "db", "check").exit_code == 0
    assert (testvik / "record.key.old1").exists()


def test_a_record_that_was_not_lost_is_not_restored(testvik: Path) -> None:
    result = run(testvik, "record", "restored", "--person", "ADM")

    assert isinstance(result.exception, InputRefusedError)


def test_two_keys_laid_aside_have_two_names(tmp_path: Path) -> None:
    record_key(tmp_path)

    names = [begin_new_key(tmp_path).name for _ in range(2)]

    assert names == ["record.key.old1", "record.key.old2"]
