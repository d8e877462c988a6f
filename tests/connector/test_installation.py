from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from connector.config import load_config, stop_clock
from connector.installation import Installation, open_installation, prepared_database
from connector.refusals import InputRefusedError
from tests.connector.cli.testvik import loaded
from workflows.base import by_ref
from workflows.decision.cases import Case
from workflows.errors import NotFoundError
from workflows.people.municipalities import only_municipality
from workflows.record.entries import fold

# The follow-up of the small story is due on 1 March 2025.
LATER = datetime(2025, 3, 3, 11, tzinfo=UTC)


@pytest.fixture(scope="module")
def testvik(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return loaded(tmp_path_factory.mktemp("testvik"))


@pytest.fixture
def later(testvik: Path, tmp_path: Path) -> Iterator[Installation]:
    """Testvik some days after a follow-up was due, with nothing written since."""
    data = shutil.copytree(testvik, tmp_path / "var")
    stop_clock(data, LATER)
    installation = open_installation(load_config(data, {}))
    yield installation
    installation.database.close()


def state(session: Session) -> str:
    return fold(session)["F-1"]


def test_a_folder_that_is_not_there_becomes_an_empty_installation(
    tmp_path: Path,
) -> None:
    config = load_config(tmp_path / "new/var", {})

    database = prepared_database(config)

    with database.reading(None) as session:
        assert only_municipality(session) is None
    database.close()


def test_an_installation_without_a_municipality_is_refused_with_what_to_do(
    tmp_path: Path,
) -> None:
    with pytest.raises(InputRefusedError, match="there is no municipality here yet"):
        open_installation(load_config(tmp_path, {}))


def test_what_fell_due_is_done_before_the_next_thing_is_written(
    later: Installation,
) -> None:
    with later.reading() as session:
        before = state(session)

    with later.transaction() as session:
        after = state(session)

    assert (before, after) == ("not_started", "delayed")


def test_a_failed_act_takes_what_fell_due_back_with_it(later: Installation) -> None:
    with pytest.raises(NotFoundError), later.transaction() as session:
        by_ref(session, Case, "C9")

    with later.reading() as session:
        assert state(session) == "not_started"


def test_the_installation_lives_at_the_instant_where_its_clock_stands(
    later: Installation,
) -> None:
    assert later.now() == LATER
