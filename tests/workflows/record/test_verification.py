"""An altered record is noticed, and the entry is named where anything can name it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import Connection, delete, text, update
from sqlalchemy.orm import Session

from connector.bench.record_alterations import ALTERATIONS, disarm
from connector.database.engine import bind, create_database_engine, open_database
from tests.conftest import a_copy
from tests.installations import MASTER_KEY
from tests.workflows.development.towns import NINE, Town
from workflows.base import tenant
from workflows.people.municipalities import found_municipality
from workflows.record.entries import Entry, locked_head
from workflows.record.leaves import EntrySalt, RecordLeaf, RecordNode, record_root
from workflows.record.touches import EntryRef
from workflows.record.verification import flaws, flaws_against, verify

WAYS = 104


@pytest.fixture(scope="module")
def kept(
    database_kind: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Session]:
    """The owner's session on a town that is kept, with all triggers out of the way."""
    folder = tmp_path_factory.mktemp("kept")
    with a_copy(database_kind, request, folder) as copied:
        database = open_database(copied.url, master_key=MASTER_KEY)
        with database.transaction(None) as session:
            found_municipality(session, name="Testvik", number="9999", at=NINE)
            Town(session).propose()
            municipality = tenant(session)
        database.close()
        engine = create_database_engine(copied.owner_url)
        with engine.connect() as connection, Session(connection) as session:
            bind(session, municipality)
            disarm(connection)
            yield session
        engine.dispose()


@pytest.fixture
def altered(kept: Session) -> Iterator[Connection]:
    """A connection for one alteration, taken back afterwards."""
    with kept.begin_nested() as attempt:
        yield kept.connection()
        attempt.rollback()
    kept.expunge_all()


def outside(session: Session) -> dict[int, bytes]:
    """Roots that were seen outside, the newest of all entries."""
    size = locked_head(session).size
    return {each: record_root(session, each) for each in (size // 2, size)}


def test_a_record_that_nobody_altered_has_no_flaw(kept: Session) -> None:
    assert flaws_against(kept, outside(kept)) == []


@pytest.mark.parametrize("number", range(WAYS))
def test_no_alteration_below_an_outside_root_passes_nor_is_told_otherwise_in_parts(
    kept: Session, altered: Connection, number: int
) -> None:
    ways = list(ALTERATIONS.values())
    seen = outside(kept)

    ways[number % len(ways)](altered, Random(number))  # noqa: S311 - replayed

    kept.expire_all()
    assert flaws_against(kept, seen)
    whole = verify(kept, sizes=seen)
    for level in (0, 2):
        assert verify(kept, sizes=seen, level=level) == whole


def test_an_edited_entry_is_named(kept: Session, altered: Connection) -> None:
    altered.execute(update(Entry).where(Entry.seq == 3).values(type="x"))

    assert [flaw.seq for flaw in flaws(kept)] == [3]


def test_a_missing_entry_is_named(kept: Session, altered: Connection) -> None:
    altered.execute(delete(RecordLeaf).where(RecordLeaf.seq == 5))

    assert [str(flaw) for flaw in flaws(kept)] == ["entry 5: is not there"]


def test_a_node_is_named_by_the_entry_that_it_arose_with(
    kept: Session, altered: Connection
) -> None:
    node = (RecordNode.level == 2) & (RecordNode.place == 1)
    altered.execute(update(RecordNode).where(node).values(hash=bytes(32)))

    assert [flaw.seq for flaw in flaws(kept)] == [7]


def test_what_is_no_entry_at_all_is_named(kept: Session, altered: Connection) -> None:
    if altered.dialect.name == "postgresql":
        spoilt = "UPDATE entry SET payload = '1.5' WHERE seq = 4"
    else:
        spoilt = "UPDATE entry SET payload = 'no JSON' WHERE seq = 4"
    altered.execute(text(spoilt))

    assert [flaw.seq for flaw in flaws(kept)] == [4]


def test_a_rewritten_record_is_placed_after_the_last_root_that_agrees(
    kept: Session, altered: Connection
) -> None:
    size = locked_head(kept).size
    seen = {each: record_root(kept, each) for each in (4, size)}
    ALTERATIONS["truncate"](altered, Random(1))  # noqa: S311 - replayed
    kept.expire_all()

    assert flaws(kept) == []
    assert [flaw.seq for flaw in flaws_against(kept, seen)] == [locked_head(kept).size]


def test_entries_older_than_the_tree_are_taken_in_by_the_next_act(
    kept: Session, altered: Connection
) -> None:
    for part in (RecordLeaf, RecordNode, EntrySalt, EntryRef):
        altered.execute(delete(part))
    altered.execute(text("UPDATE record_head SET grown = NULL, peaks = NULL"))
    kept.expire_all()

    Town(kept).propose("PR9")
    kept.flush()

    assert flaws(kept) == []
