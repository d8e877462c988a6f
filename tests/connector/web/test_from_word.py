"""Files that people worked in: shown, decided on, taken in, handed in, and refused."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from connector.config import Config
from connector.database.engine import open_database
from connector.installation import Installation
from connector.library.delivery import delivery_of
from connector.library.folder import FolderLibrary
from templates_docx.refusals import TEXTS
from tests.connector.web.applications import APPLICATIONS
from tests.connector.web.conftest import Enter, visitors_of
from tests.connector.web.story import NOW, story
from tests.connector.web.visitors import BASE, Visitor, plain
from tests.installations import MASTER_KEY, PostgresServer
from tests.templates_docx.hostile import hostile
from tests.templates_docx.in_word import typed, with_comment, with_insertion
from tests.templates_docx.tampering import edited as edited_part
from tests.templates_docx.tampering import parts_of, with_parts
from workflows.base import by_ref
from workflows.development.documents import Version, latest
from workflows.development.drafting import draft_version, write_fields
from workflows.people.kinds import Role
from workflows.people.mandates import wear
from workflows.people.municipalities import only_municipality
from workflows.stories import Story, play

HOSTILE = (
    "nothing",
    "no zip",
    "password",
    "zip bomb",
    "entity bomb",
    "macros",
    "traversal",
)
ON_BOTH = pytest.mark.parametrize("house", ["sqlite", "postgresql"], indirect=True)
NAME = "Nærvær på Solsida"
NEW = "Nærvær på Solsida og Lia"


def before_the_next_draft() -> Story:
    """The story until somebody begins on a new draft of the mandate."""
    told = story()
    drafts = (n for n, step in enumerate(told.steps) if step.act == "draft_version")
    return replace(told, steps=told.steps[: next(drafts)])


@pytest.fixture(scope="module")
def played(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder where this part of the story has been played; to be copied."""
    folder = tmp_path_factory.mktemp("until_the_draft")
    shutil.copy(migrated_sqlite, folder / "samspor.db")
    _play(f"sqlite:///{folder / 'samspor.db'}")
    return folder


@pytest.fixture(scope="module")
def played_postgres(postgres: PostgresServer, migrated_postgres: str) -> str:
    """The name of a database where the same has been played; to be copied."""
    name = postgres.create(migrated_postgres)
    _play(postgres.installation(name).url)
    return name


def _play(url: str) -> None:
    opened = open_database(url, master_key=MASTER_KEY)
    with opened.transaction(None) as session:
        play(session, before_the_next_draft())
    opened.close()


@pytest.fixture
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """The house of the story, on SQLite unless the test asks for both."""
    url, drop = _copy(getattr(request, "param", "sqlite"), request, tmp_path)
    database = open_database(url, master_key=MASTER_KEY)
    with database.reading(None) as session:
        found = only_municipality(session)
    assert found is not None
    config = Config(data=tmp_path, database_url=url, clock_stands_at=NOW)
    yield Installation(config, database, found.id)
    database.close()
    drop()


def _copy(
    kind: str, request: pytest.FixtureRequest, folder: Path
) -> tuple[str, Callable[[], None]]:
    if kind == "sqlite":
        played: Path = request.getfixturevalue("played")
        (folder / "samspor.db").write_bytes((played / "samspor.db").read_bytes())
        return f"sqlite:///{folder / 'samspor.db'}", lambda: None
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("played_postgres"))
    return server.installation(name).url, lambda: server.drop(name)


@pytest.fixture
def library(house: Installation) -> FolderLibrary:
    return FolderLibrary(house.config.library)


@pytest.fixture
def mandate(house: Installation, library: FolderLibrary) -> tuple[str, bytes]:
    """The delivered mandate: its name in the library, and its content."""
    with house.reading() as session:
        version = by_ref(session, Version, "PR1-M@1.0")
        made = delivery_of(session, version, at=NOW)
    library.deliver(made.name, made.data)
    return made.name, made.data


def edited(library: FolderLibrary, mandate: tuple[str, bytes], new: str = NEW) -> str:
    name, data = mandate
    library.put(name, typed(data, NAME, new))
    return f"/fra-word/{name}"


def hidden(page: str) -> dict[str, str]:
    """Return what the form of a page sends along unseen."""
    return dict(re.findall(r'name="(shown|record)" value="([^"]+)"', page))


def confirmed(visitor: Visitor, path: str, **chosen: str) -> TestResponse:
    return visitor.send(path, **hidden(visitor.get(path).text), **chosen)


def handed_in(visitor: Visitor, data: bytes, **more: str) -> TestResponse:
    return visitor.send_file("/fra-word", data, **more)


def in_the_register(house: Installation) -> tuple[str, str]:
    with house.reading() as session:
        newest = latest(session, "PR1-M")
        return newest.number, newest.values["m_name"]


def written_meanwhile(house: Installation, new: str) -> None:
    """The project manager writes another name into a new draft."""
    with house.transaction() as session:
        by = wear(session, person="P22", role=Role.PROJECT_MANAGER, at=NOW)
        if latest(session, "PR1-M").state.value != "draft":
            draft_version(session, document="PR1-M", by=by, at=NOW)
        values = {"m_name": new}
        write_fields(session, document="PR1-M", values=values, by=by, at=NOW)


@pytest.fixture
def visitor(house: Installation) -> Iterator[Enter]:
    with APPLICATIONS.for_a_while():
        yield visitors_of(house)


def test_an_untouched_library_has_nothing_new(
    visitor: Enter, mandate: tuple[str, bytes]
) -> None:
    leader = visitor("M-22")

    assert "Ingenting nytt." in leader.page("/fra-word")
    assert "/fra-word" in leader.get("/prosjekter/PR1").text
    assert "/fra-word" in leader.get("/dokumenter/PR1-M@1.0").text
    assert leader.get(f"/fra-word/{mandate[0]}").status_code == 404


@ON_BOTH
def test_a_file_is_seen_confirmed_and_then_brings_nothing(
    visitor: Enter,
    house: Installation,
    library: FolderLibrary,
    mandate: tuple[str, bytes],
) -> None:
    path = edited(library, mandate)
    leader = visitor("M-22")

    assert "endringer: 1" in leader.page("/fra-word")
    shown = leader.page(path)
    assert f"Prosjektnavn {NAME} {NEW}" in shown
    assert in_the_register(house) == ("1.0", NAME)

    answer = confirmed(leader, path)

    assert answer.headers["Location"] == "/dokumenter/PR1-M@1.1"
    assert "tatt inn i utkastet, versjon 1.1" in leader.page("/dokumenter/PR1-M@1.1")
    assert in_the_register(house) == ("1.1", NEW)
    assert "Ingenting nytt." in leader.page("/fra-word")
    again = leader.page(path)
    assert "Ingenting nytt" in again
    assert "Ta inn endringene" not in again


@ON_BOTH
def test_a_conflict_shows_three_values_and_waits_for_a_choice(
    visitor: Enter,
    house: Installation,
    library: FolderLibrary,
    mandate: tuple[str, bytes],
) -> None:
    path = edited(library, mandate)
    written_meanwhile(house, "Nærvær i hele kommunen")
    leader = visitor("M-22")

    shown = leader.page(path)
    undecided = confirmed(leader, path)
    decided = confirmed(leader, path, m_name="word")

    for value in (NAME, NEW, "Nærvær i hele kommunen"):
        assert value in shown
    assert undecided.status_code == 422
    assert "Velg hva som skal gjelde." in plain(undecided)
    assert 'href="#f-m_name"' in undecided.text
    assert decided.status_code == 303
    assert in_the_register(house) == ("1.1", NEW)


@ON_BOTH
def test_a_stale_page_is_refused_and_shown_anew(
    visitor: Enter,
    house: Installation,
    library: FolderLibrary,
    mandate: tuple[str, bytes],
) -> None:
    path = edited(library, mandate)
    leader = visitor("M-22")
    old = hidden(leader.get(path).text)

    edited(library, mandate, "Noe annet")
    saved_again = leader.send(path, **old)
    newer = hidden(leader.get(path).text)
    written_meanwhile(house, "Nærvær i hele kommunen")
    written_again = leader.send(path, **newer)

    assert (saved_again.status_code, written_again.status_code) == (409, 409)
    assert "Noen kom deg i forkjøpet" in plain(saved_again)
    assert "Noe annet" in plain(saved_again)
    assert in_the_register(house) == ("1.1", "Nærvær i hele kommunen")


def test_what_must_be_put_right_in_word_is_told_and_nothing_is_confirmed(
    visitor: Enter,
    house: Installation,
    library: FolderLibrary,
    mandate: tuple[str, bytes],
) -> None:
    name, data = mandate
    day = edited_part(data, ">12.06.2025<", ">en gang i vår<")
    library.put(name, typed(day, NAME, NEW))
    leader = visitor("M-22")
    path = f"/fra-word/{name}"

    shown = leader.page(path)
    answer = confirmed(leader, path)

    assert "Filen kan ikke tas inn ennå" in shown
    assert "«en gang i vår» er ikke en dato" in shown
    assert answer.status_code == 422
    assert "Noe i filen kan ikke forstås" in plain(answer)
    assert in_the_register(house) == ("1.0", NAME)


def test_the_parties_own_fields_are_told_to_whoever_may_not_write_them(
    visitor: Enter,
    house: Installation,
    library: FolderLibrary,
    mandate: tuple[str, bytes],
) -> None:
    path = edited(library, mandate)
    contact = visitor("M-15")

    shown = contact.page(path)
    answer = confirmed(contact, path)

    assert "Ikke ditt, og ikke tatt inn" in shown
    assert "Ta inn endringene" not in shown
    assert answer.status_code in {403, 409}
    assert in_the_register(house) == ("1.0", NAME)


def test_comments_and_proposals_are_shown_and_change_nothing(
    visitor: Enter, library: FolderLibrary, mandate: tuple[str, bytes]
) -> None:
    name, data = mandate
    marked = with_comment(data, "m_purpose", "Hvorfor?", author="Siv Grønlid")
    library.put(name, with_insertion(marked, "m_name", " nå", author="Siv Grønlid"))

    page = visitor("M-22").page(f"/fra-word/{name}")

    assert "Ingenting nytt" in page
    assert "Siv Grønlid satt inn: « nå»" in page
    assert "Hvorfor?" in page


@pytest.mark.parametrize(
    ("hat", "status"),
    [("M-22", 200), ("M-15", 200), ("M-10", 403), ("M-13", 403), (None, 403)],
)
def test_only_those_who_may_write_see_the_files(
    visitor: Enter,
    library: FolderLibrary,
    mandate: tuple[str, bytes],
    hat: str | None,
    status: int,
) -> None:
    path = edited(library, mandate)
    somebody = visitor(hat)

    assert somebody.get("/fra-word").status_code == status
    assert somebody.get(path).status_code == status
    assert somebody.send(path, shown="x").status_code == (409 if status == 200 else 403)


def test_a_newer_draft_is_not_shown_to_a_party(
    visitor: Enter,
    house: Installation,
    library: FolderLibrary,
    mandate: tuple[str, bytes],
) -> None:
    path = edited(library, mandate)
    written_meanwhile(house, "Ennå bare et utkast")
    contact = visitor("M-15")

    assert NAME not in contact.page("/fra-word")
    assert contact.get(path).status_code == 404


def test_a_file_that_cannot_be_read_is_told_in_the_readers_language(
    visitor: Enter, library: FolderLibrary, mandate: tuple[str, bytes]
) -> None:
    library.put(mandate[0], b"ikke Word")

    page = visitor("M-22", language="nn").page("/fra-word")

    assert "Fila er ikkje eit Word-dokument" in page
    assert visitor("M-22").get(f"/fra-word/{mandate[0]}").status_code == 404


@ON_BOTH
def test_a_file_is_handed_in_and_shown_before_anything_is_stored(
    visitor: Enter,
    house: Installation,
    library: FolderLibrary,
    mandate: tuple[str, bytes],
) -> None:
    name, data = mandate
    leader = visitor("M-22")

    answer = handed_in(leader, typed(data, NAME, NEW))

    assert answer.status_code == 303
    page = leader.page(answer.headers["Location"])
    assert answer.headers["Location"].endswith(name.rpartition("/")[2])
    assert "Ingenting er lagret i dokumentet ennå." in page
    assert NEW in page
    assert in_the_register(house) == ("1.0", NAME)


def test_work_that_nobody_has_taken_in_is_replaced_only_when_asked_and_kept(
    visitor: Enter, library: FolderLibrary, mandate: tuple[str, bytes]
) -> None:
    name, data = mandate
    edited(library, mandate, "En annens arbeid")
    others = library.get(name)
    leader = visitor("M-22")

    refused = handed_in(leader, typed(data, NAME, NEW))
    assert refused.status_code == 422
    assert "som ingen har tatt inn" in plain(refused)
    assert library.get(name) == others

    answer = handed_in(leader, typed(data, NAME, NEW), replace="yes")

    assert answer.status_code == 303
    kept = [
        path.read_bytes() for path in (library.root / ".erstattet").glob("*/*/*.docx")
    ]
    assert kept == [others]


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_in_plain_words(
    visitor: Enter, library: FolderLibrary, what: str
) -> None:
    data, code = hostile(what)

    answer = handed_in(visitor("M-22"), data)

    assert answer.status_code == 422
    assert TEXTS[code][0].replace(" .", ".") in plain(answer)
    assert "Traceback" not in answer.text
    assert list(library.names()) == []


def test_a_file_of_another_municipality_has_no_document_here(
    visitor: Enter, mandate: tuple[str, bytes]
) -> None:
    data = mandate[1]
    elsewhere = {
        name: part.replace(b"PR1-M", b"PR9-M") for name, part in parts_of(data).items()
    }

    answer = handed_in(visitor("M-22"), with_parts(data, elsewhere))

    assert answer.status_code == 422
    assert "sier ikke hvilket dokument i denne kommunen" in plain(answer)


def test_a_form_without_a_file_is_sent_back(visitor: Enter) -> None:
    leader = visitor("M-22")

    answer = leader.send("/fra-word")

    assert answer.status_code == 422
    assert "Velg en fil." in plain(answer)


def test_a_file_needs_the_token_and_a_right_to_write(
    visitor: Enter, library: FolderLibrary, mandate: tuple[str, bytes]
) -> None:
    name, data = mandate
    file = typed(data, NAME, NEW)

    without = visitor("M-22").client.post(
        "/fra-word", base_url=BASE, data={"file": (io.BytesIO(file), "m.docx")}
    )
    secretary = handed_in(visitor("M-10"), file)

    assert (without.status_code, secretary.status_code) == (400, 403)
    assert library.get(name) == data


def test_a_file_over_25_mb_is_refused_and_one_below_is_looked_at(
    visitor: Enter,
) -> None:
    leader = visitor("M-22")

    over = handed_in(leader, bytes(25 * 1024 * 1024 + 100_000))
    below = handed_in(leader, bytes(2 * 1024 * 1024))

    assert (over.status_code, below.status_code) == (413, 422)
    assert "25 MB" in plain(over)


@pytest.mark.parametrize("path", ["../samspor.db", "%2e%2e/samspor.db", "/etc/passwd"])
def test_no_address_leads_out_of_the_library(visitor: Enter, path: str) -> None:
    answer = visitor("M-22").get(f"/fra-word/{path}")

    assert answer.status_code in {308, 404}


def test_what_others_write_is_told_and_waits_for_them(
    visitor: Enter,
    house: Installation,
    library: FolderLibrary,
    mandate: tuple[str, bytes],
) -> None:
    path = edited(library, mandate)
    union, leader = visitor("M-15"), visitor("M-22")

    shown = union.page(path)
    refused = confirmed(union, path)
    taken = confirmed(leader, path)

    assert "Ikke ditt, og ikke tatt inn Hver part skriver" in shown
    assert f"Prosjektnavn {NAME} {NEW}" in shown
    assert "Ta inn endringene" not in shown
    assert refused.status_code == 409
    assert taken.status_code == 303
    assert in_the_register(house) == ("1.1", NEW)
    assert "Ikke ditt" not in leader.page("/fra-word")


def test_whoever_worked_in_a_copy_that_does_not_hold_is_warned(
    visitor: Enter, library: FolderLibrary, mandate: tuple[str, bytes]
) -> None:
    path = edited(library, mandate)

    page = visitor("M-22").page(path)
    of_archive = visitor("M-13").page("/arkiv")

    assert "Filen slik den ble levert, er den som gjelder" in page
    for data in (mandate[1], library.get(mandate[0])):
        assert sha256(data).hexdigest() in of_archive
