"""What a person sees and does on the pages: choose who to be, and work in Word."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from importlib.resources import files

import pytest
import requests

from connector.standin.running import Standin
from connector.standin.word import controls
from tests.connector.standin.callers import BINARY, Caller, code, line, told

MANDATE = (files("templates_docx") / "files" / "mandate.nb.docx").read_bytes()
SIV = "siv.groenlid@elvestrand.example"


@pytest.fixture
def siv(app: Caller) -> Iterator[requests.Session]:
    """A browser in which Siv has said who she is."""
    session = line(app.standin)
    person = app.get(f"/users/{SIV}")["id"]
    form = {"person": person, "back": "/"}
    session.post(f"{app.standin.origin}/_choose", data=form, timeout=20)
    yield session
    session.close()


@pytest.fixture
def mandate(app: Caller, drive: str, request: pytest.FixtureRequest) -> tuple[str, str]:
    """A mandate: its path in Graph, and the address of its page."""
    name = f"{request.node.name[:60]}.docx"
    item = app.put(f"{drive}/root", name, MANDATE)
    return f"{drive}/items/{item['id']}", item["webUrl"]


def test_the_libraries_and_what_lies_in_them_are_shown(
    app: Caller, drive: str, siv: requests.Session
) -> None:
    app.put(f"{drive}/root", "Åpent brev.txt", b"x")

    front = siv.get(app.standin.origin, timeout=20).text
    library = siv.get(f"{app.standin.origin}/sites/samspor/Dokumenter", timeout=20).text

    assert "Samspor i Elvestrand: Dokumenter" in front
    assert "Åpent brev.txt" in library


def test_the_pages_are_in_both_written_standards(standin: Standin) -> None:
    with line(standin) as session:
        before = session.get(standin.origin, timeout=20).text
        form = {"language": "nn", "back": "/"}
        after = session.post(f"{standin.origin}/_choose", data=form, timeout=20).text

    assert '<html lang="nb">' in before
    assert '<html lang="nn">' in after
    assert "Bibliotekene" in before
    assert "Biblioteka<" in after


def test_a_field_that_is_edited_becomes_a_new_version_in_both_places(
    app: Caller, siv: requests.Session, mandate: tuple[str, str]
) -> None:
    item, page = mandate
    name = next(each for each in controls(MANDATE) if each.label == "Prosjektnavn")

    form = {"do": "save", f"control{name.number}": "Heltid på alvor"}
    shown = siv.post(page, data=form, timeout=20).text

    kept = app.content(item)
    assert "Lagret som versjon 2.0" in shown
    assert "Heltid på alvor" in part(kept, "word/document.xml")
    assert re.search(
        "<m:m_name[^>]*>Heltid på alvor<", part(kept, "customXml/item1.xml")
    )
    assert app.get(item)["lastModifiedBy"]["user"]["displayName"] == "Siv Grønlid"


def test_a_long_field_keeps_its_paragraphs(
    app: Caller, siv: requests.Session, mandate: tuple[str, str]
) -> None:
    item, page = mandate
    field = next(each for each in controls(MANDATE) if each.is_long)

    siv.post(
        page, data={f"control{field.number}": "En\r\nTo", "do": "save"}, timeout=20
    )

    again = controls(app.content(item))[field.number]
    assert again.text == "En\nTo"
    assert len(controls(app.content(item))) == len(controls(MANDATE))


def test_what_is_not_edited_is_no_new_version(
    app: Caller, siv: requests.Session, mandate: tuple[str, str]
) -> None:
    item, page = mandate

    shown = siv.post(page, data={"do": "save"}, timeout=20).text

    assert "Du endret ingenting" in shown
    assert len(app.get(f"{item}/versions")["value"]) == 1


def put_back(siv: requests.Session, page: str, data: bytes) -> requests.Response:
    file = {"file": ("x.docx", data)}
    return siv.post(page, data={"do": "upload"}, files=file, timeout=20)


def part(package: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return opened.read(name).decode()


def test_an_edited_file_is_put_back(
    app: Caller, siv: requests.Session, mandate: tuple[str, str]
) -> None:
    item, page = mandate

    put_back(siv, page, b"new")

    assert app.content(item) == b"new"
    assert "kan ikke åpnes i Word" in siv.get(page, timeout=20).text


def test_a_file_that_siv_has_open_is_locked_for_the_app_and_not_for_her(
    app: Caller, siv: requests.Session, mandate: tuple[str, str]
) -> None:
    item, page = mandate
    siv.post(page, data={"do": "hold"}, timeout=20)

    refused = app.call("PUT", f"{item}/content", data=b"x", headers=BINARY)
    hers = put_back(siv, page, b"hers")
    siv.post(page, data={"do": "hold"}, timeout=20)
    after = app.call("PUT", f"{item}/content", data=b"x", headers=BINARY)

    assert code(refused) == (423, "resourceLocked")
    assert hers.status_code == 200
    assert after.status_code == 200


def test_a_file_that_the_app_has_checked_out_is_locked_for_siv(
    app: Caller, siv: requests.Session, mandate: tuple[str, str]
) -> None:
    item, page = mandate
    told(app.call("POST", f"{item}/checkout"))

    answer = put_back(siv, page, b"x")

    assert answer.status_code == 400
    assert "Filen er låst: Samspor har den" in answer.text


def test_who_has_not_said_who_they_are_changes_nothing(
    app: Caller, mandate: tuple[str, str]
) -> None:
    item, page = mandate
    with line(app.standin) as stranger:
        answer = stranger.post(page, data={"do": "delete"}, timeout=20)

    assert "Velg først hvem du er" in answer.text
    assert app.call("GET", item).status_code == 200


def test_a_form_from_another_site_is_refused(
    app: Caller, siv: requests.Session, mandate: tuple[str, str]
) -> None:
    item, page = mandate
    evil = {"Origin": "https://evil.example"}

    answer = siv.post(page, data={"do": "delete"}, headers=evil, timeout=20)

    assert answer.status_code == 403
    assert app.call("GET", item).status_code == 200


def test_what_was_sent_is_shown(app: Caller, siv: requests.Session) -> None:
    to = [{"emailAddress": {"address": SIV}}]
    message = {"subject": "Runde R-01 er åpen", "toRecipients": to}
    app.call("POST", f"/users/{SIV}/sendMail", json={"message": message})

    shown = siv.get(f"{app.standin.origin}/_sent", timeout=20).text

    assert "Runde R-01 er åpen" in shown
