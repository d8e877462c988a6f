"""Testvik, where people sign in by the stand-in: real HTTP on both sides."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.installation import Installation
from connector.standin.running import Standin, running
from tests.connector.web.signing.browsers import (
    MAYOR,
    RITA,
    RUNE,
    link,
    with_sign_in,
)


@pytest.fixture(scope="package")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    with running(tmp_path_factory.mktemp("standin")) as started:
        yield started


@pytest.fixture(scope="package")
def town(
    played: Path, standin: Standin, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Testvik, where three people may sign in."""
    folder = tmp_path_factory.mktemp("town")
    shutil.copy(played / "samspor.db", folder / "samspor.db")
    house = with_sign_in(folder, standin)
    link(house, standin, "P15", RITA)
    link(house, standin, "P11", RUNE)
    link(house, standin, "P01", MAYOR)
    yield house
    house.database.close()
