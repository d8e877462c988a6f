"""What the archive is to have, and what no archive case keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.development.towns import NINE, Town, session_on
from workflows.base import by_ref
from workflows.development.projects import Project
from workflows.errors import NotFoundError
from workflows.trace.archive import (
    ArchiveText,
    Reached,
    archive_gaps,
    archive_texts,
)

OTHER_YEAR = timedelta(days=400)


@pytest.fixture
def session(handed_over: Connection) -> Iterator[Session]:
    """A session where PR1 has a mandate, an agreement and an output handed over."""
    with session_on(handed_over) as session:
        yield session


def test_the_archive_gets_what_was_agreed_signed_or_handed_over(town: Town) -> None:
    texts = archive_texts(town.session, at=town.now)

    assert [(text.version.ref, text.reached) for text in texts] == [
        ("O-1@1.0", Reached.HANDED_OVER),
        ("PA-PR1@1.0", Reached.SIGNED),
        ("PR1-M@1.0", Reached.AGREED),
    ]


def test_a_text_counts_from_the_day_when_it_came_so_far(town: Town) -> None:
    for text in archive_texts(town.session, at=town.now):
        before = archive_texts(town.session, at=text.at - timedelta(microseconds=1))
        at_once = archive_texts(town.session, at=text.at)

        assert _furthest(before).get(text.version.ref) is not text.reached
        assert _furthest(at_once)[text.version.ref] is text.reached
    assert archive_texts(town.session, at=NINE) == []


def _furthest(texts: list[ArchiveText]) -> dict[str, Reached]:
    return {text.version.ref: text.reached for text in texts}


def test_a_text_that_names_no_archive_case_is_a_gap(town: Town) -> None:
    by_ref(town.session, Project, "PR1").archive_case = None

    gaps = archive_gaps(town.session, at=town.now)

    texts = archive_texts(town.session, at=town.now)
    unnamed = [text.version.ref for text in texts if not text.archive_case]
    assert [f"{row['document']}@{row['version']}" for row in gaps] == unnamed
    assert "O-1@1.0" in unnamed


def test_the_case_of_the_project_keeps_its_texts(town: Town) -> None:
    by_ref(town.session, Project, "PR1").archive_case = "2025/412"

    assert archive_gaps(town.session, at=town.now + OTHER_YEAR) == []


def test_a_text_of_another_project_is_not_among_them(town: Town) -> None:
    everything = archive_texts(town.session, at=town.now)

    assert archive_texts(town.session, at=town.now, project="PR1") == everything
    with pytest.raises(NotFoundError, match="PR9"):
        archive_texts(town.session, at=town.now, project="PR9")
