"""Whatever becomes of notifications, what is remembered ends equal to the truth.

The benchmark of faults draws many more sequences than are tried here: 200 in all.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from connector.bench.desks import Desk
from connector.bench.mangled import Archive, Mangling, wrong_sequences
from tests.connector.library.libraries import House

OF_A_KIND = {"sqlite": 150, "postgresql": 46}
AT_SHAREPOINT = 4


def archive_of(house: House, folder: Path) -> Archive:
    return Archive.of(house.installation, house.desk, folder / "pristine")


def test_what_is_remembered_ends_equal_to_the_truth(
    each_house: House, database_kind: str, tmp_path: Path
) -> None:
    archive = archive_of(each_house, tmp_path)

    seeds = range(OF_A_KIND[database_kind])

    assert wrong_sequences(archive, each_house.desk, seeds) == []


def test_it_does_so_at_sharepoint_too(sharepoint_house: House, tmp_path: Path) -> None:
    archive = archive_of(sharepoint_house, tmp_path)

    seeds = range(200, 200 + AT_SHAREPOINT)

    assert wrong_sequences(archive, sharepoint_house.desk, seeds) == []


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda desk, name: desk.delete(name), "is gone, not in_place"),
        (lambda desk, name: desk.save(name, b"tomt"), "is worked_in, not in_place"),
        (lambda desk, name: desk.move(name, "annet.docx"), "lies as annet.docx"),
    ],
)
def test_what_is_not_the_truth_is_told(
    folder_house: House, act: Callable[[Desk, str], None], told: str
) -> None:
    """Somebody does what the sequence does not know of."""
    mangling = Mangling(folder_house.installation, folder_house.desk)

    act(folder_house.desk, folder_house.row.name)
    mangling.read(is_round=False)

    assert told in "; ".join(mangling.flaws)
