"""The house of the story with an exempt case, and its index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.installation import Installation
from connector.search.keeping import fill
from tests.connector.web.conftest import played as played_story
from tests.connector.web.exempt_cases import LEVELS, house_with

played = played_story


@pytest.fixture(scope="module")
def exempt(
    played: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """The house of the story with an exempt case full of words to look for."""
    folder = tmp_path_factory.mktemp("search") / "house"
    house = house_with(played, folder, ("C77", LEVELS["negotiation"], 2))
    fill(house.database, house.municipality)
    yield house
    house.database.close()
