from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from connector.database.engine import Database
from connector.library.delivery import (
    deliver,
    deliverable,
    delivery_of,
    differences,
    file_name,
)
from connector.library.folder import FolderLibrary
from connector.library.own_templates import OwnTemplates
from connector.stories import read_story
from templates_docx.build import packaged
from templates_docx.compile import template
from tests.journeys.stories import small_story
from tests.templates_docx.tampering import DOCUMENT, edited, parts_of
from workflows.development.documents import Document, Version, VersionState
from workflows.stories import play

MARK = "<w:p><w:r><w:t>Hilsen Testvik</w:t></w:r></w:p>"
TEXTS = st.text(max_size=60)


def named(project: str | None, title: str, case: str = "2025/412") -> str:
    paper = Document(
        ref="PR1-M", kind="mandate", title=title, language="nb", project=project
    )
    return file_name(paper, version("1.0"), {"m_case": case})


def version(number: str) -> Version:
    return Version(
        ref=f"PR1-M@{number}",
        document_id=None,  # type: ignore[arg-type]  # never stored
        number=number,
        state=VersionState.AGREED,
        values={},
        created_at=None,  # type: ignore[arg-type]  # never stored
    )


NOON = datetime(2025, 2, 1, 11, tzinfo=UTC)


@pytest.fixture
def testvik(shared_database: Database, tmp_path: Path) -> Iterator[Session]:
    """A session where the small story has been played; nothing of it is kept."""
    path = tmp_path / "story.json"
    path.write_text(json.dumps(small_story()))
    with shared_database.engine.connect() as connection:
        with Session(connection, expire_on_commit=False) as session:
            play(session, read_story(path))
            yield session
        connection.rollback()


@pytest.mark.parametrize(
    ("project", "title", "name"),
    [
        (
            "PR1",
            "Nærvær på Solsida",
            "PR1/2025-412_prosjektmandat_pr1-m_naervaer-paa-solsida_v1-0_nb.docx",
        ),
        (None, "", "felles/2025-412_prosjektmandat_pr1-m_v1-0_nb.docx"),
    ],
)
def test_a_file_is_named_by_case_kind_title_version_and_language(
    project: str | None, title: str, name: str
) -> None:
    assert named(project, title) == name


@given(project=TEXTS, title=TEXTS, case=TEXTS)
def test_no_text_of_a_document_leads_out_of_the_library(
    project: str, title: str, case: str
) -> None:
    path = PurePosixPath(named(project, title, case))

    assert len(path.parts) == 2
    assert ".." not in path.parts
    assert str(path).isascii()
    assert " " not in str(path)


def test_only_versions_that_are_ready_are_delivered_not_drafts(
    testvik: Session,
) -> None:
    assert [each.ref for each in deliverable(testvik)] == ["PA-1@1.0"]


def test_the_same_version_gives_the_same_bytes_whenever_it_is_made(
    testvik: Session,
) -> None:
    (agreed,) = deliverable(testvik)

    first = delivery_of(testvik, agreed, at=NOON)
    second = delivery_of(testvik, agreed, at=NOON + timedelta(days=30))

    assert first == second
    assert first.values["a_name"] == "Lokal avtale"


def test_an_agreement_shows_who_has_signed_and_who_has_not(testvik: Session) -> None:
    (agreed,) = deliverable(testvik)

    rows = delivery_of(testvik, agreed, at=NOON).values["a_sign"]

    assert [(row["organ"], row.get("navn")) for row in rows] == [
        ("Kommunedirektøren", "Person P06"),
        ("Kommunestyret", "Person P01"),
        ("Omsorg og Service", "Person P15"),
        ("Sykepleierlaget", None),
    ]


def test_delivering_twice_writes_nothing_the_second_time(
    testvik: Session, tmp_path: Path
) -> None:
    library = FolderLibrary(tmp_path / "library")
    done: list[int] = []

    first = deliver(testvik, library, at=NOON, progress=done.append)
    second = deliver(testvik, library, at=NOON, progress=done.append)

    assert [each.is_new for each in [*first, *second]] == [True, False]
    assert done == [1, 1]
    assert [each.name for each in first] == list(library.names())


def restyled() -> bytes:
    return edited(packaged("agreement", "nb"), "<w:body>", f"<w:body>{MARK}")


def test_an_own_template_is_used_for_what_is_delivered(
    testvik: Session, tmp_path: Path
) -> None:
    own, library = OwnTemplates(tmp_path / "own"), FolderLibrary(tmp_path / "library")
    own.put("agreement", "nb", restyled(), at=NOON)

    (made,) = deliver(testvik, library, at=NOON, progress=lambda _: None, templates=own)

    assert b"Hilsen Testvik" in parts_of(library.get(made.name))[DOCUMENT]
    assert differences(library, made) == []
    assert made.passed_over == ""


def test_what_is_delivered_keeps_its_bytes_when_the_template_changes(
    testvik: Session, tmp_path: Path
) -> None:
    own, library = OwnTemplates(tmp_path / "own"), FolderLibrary(tmp_path / "library")
    (first,) = deliver(testvik, library, at=NOON, progress=lambda _: None)
    own.put("agreement", "nb", restyled(), at=NOON)

    (second,) = deliver(
        testvik, library, at=NOON, progress=lambda _: None, templates=own
    )

    assert not second.is_new
    assert library.get(first.name) == first.data


def test_an_own_template_without_a_place_for_a_value_gives_way(
    testvik: Session, tmp_path: Path
) -> None:
    own, library = OwnTemplates(tmp_path / "own"), FolderLibrary(tmp_path / "library")
    own.root.mkdir()
    lacking = edited(packaged("agreement", "nb"), "m:a_name[1]", "m:a_gone[1]")
    (own.root / "agreement.nb.docx").write_bytes(lacking)

    (made,) = deliver(testvik, library, at=NOON, progress=lambda _: None, templates=own)

    assert "a_name" in made.passed_over
    assert differences(library, made) == []


def test_a_delivered_file_that_someone_changed_is_told_by_its_fields(
    testvik: Session, tmp_path: Path
) -> None:
    library = FolderLibrary(tmp_path / "library")
    (made,) = deliver(testvik, library, at=NOON, progress=lambda _: None)
    other = template("agreement", "nb").fill({**made.values, "a_name": "En annen"})

    assert differences(library, made) == []
    library.put(made.name, other)
    assert differences(library, made) == [f"{made.name}: a_name"]
