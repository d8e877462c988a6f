"""Templates on the pages: taken out, put in where nothing lacks, and put back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.installation import Installation
from templates_docx.build import packaged
from templates_docx.guard import MAX_FILE
from tests.connector.web.visitors import Visitor, plain
from tests.templates_docx.in_word import without_control
from tests.templates_docx.tampering import edited
from workflows.forms.catalogue import form, kinds

Enter = Callable[..., Visitor]

MANDATE = "/maler/mandate/nb"
OWN = edited(packaged("mandate", "nb"), "Kort fortalt</w:t>", "I korte trekk</w:t>")


def keep(visitor: Visitor, data: bytes = OWN) -> str:
    answer = visitor.send_file(MANDATE, data)
    assert answer.status_code == 303, plain(answer)
    return visitor.page(MANDATE)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_the_list_has_every_kind_in_both_written_standards(
    visitor: Enter, language: str
) -> None:
    leader = visitor("M-22", language=language)

    page = leader.get("/maler")

    for kind in kinds():
        assert form(kind).name.in_(language) in plain(page)
        assert f'href="/maler/{kind}/nb"' in page.text
        assert f'href="/maler/{kind}/nn"' in page.text


def test_a_template_is_taken_out_as_it_holds_now(visitor: Enter) -> None:
    leader = visitor("M-22")
    standard = leader.get(f"{MANDATE}/fil")
    keep(leader)

    own = leader.get(f"{MANDATE}/fil")

    assert standard.data == packaged("mandate", "nb")
    assert own.data != standard.data
    assert own.headers["Content-Disposition"] == (
        'attachment; filename="mandate.nb.docx"'
    )


def test_a_template_that_is_put_in_is_used_and_put_back(
    visitor: Enter, house: Installation
) -> None:
    leader = visitor("M-22")

    kept = keep(leader)

    assert house.templates.chosen("mandate", "nb", fields=["m_name"]).is_own
    assert "Malen er lagt inn. " in kept
    assert "Mal i bruk Kommunens egen" in kept
    assert "Mangler på den andre målformen" in leader.page("/maler")

    back = leader.done(f"{MANDATE}/standard", sure="yes")

    assert "Standardmalen gjelder." in back
    assert "Mal i bruk Standardmal" in back
    assert not house.templates.chosen("mandate", "nb", fields=["m_name"]).is_own


def test_what_lacks_in_a_template_is_told_with_its_place(
    visitor: Enter, house: Installation
) -> None:
    answer = visitor("M-22").send_file(MANDATE, without_control(OWN, "m_summary"))

    page = plain(answer)
    label = form("mandate").field("m_summary").label.nb
    assert answer.status_code == 422
    assert "Malen er ikke lagt inn" in page
    assert "Det som er å si om filen du sendte" in page
    assert "✕ Feil" in page
    assert label in page
    assert house.templates.find("mandate", "nb") is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"ikke Word", "ikke et Word-dokument", id="no Word file"),
        pytest.param(packaged("output", "nb"), "Malen er ikke lagt inn", id="other"),
    ],
)
def test_a_file_that_is_no_such_template_is_refused(
    visitor: Enter, house: Installation, data: bytes, said: str
) -> None:
    answer = visitor("M-22").send_file(MANDATE, data)

    assert answer.status_code == 422
    assert said in plain(answer)
    assert house.templates.find("mandate", "nb") is None


def test_a_file_that_was_forgotten_is_asked_for(visitor: Enter) -> None:
    answer = visitor("M-22").send(MANDATE)

    assert answer.status_code == 422
    assert 'href="#f-file"' in answer.text


def test_a_file_that_is_too_large_is_refused(visitor: Enter) -> None:
    answer = visitor("M-22").send_file(MANDATE, bytes(MAX_FILE + 128 * 1024))

    assert answer.status_code == 413


def test_a_template_is_not_put_back_by_a_slip(visitor: Enter) -> None:
    keep(visitor("M-22"))

    answer = visitor("M-22", language="nn").send(f"{MANDATE}/standard")

    assert answer.status_code == 422
    assert "Kryss av for at du vil tilbake til standardmalen." in plain(answer)


@pytest.mark.parametrize("path", ["/maler/ukjent/nb", "/maler/mandate/en"])
def test_a_template_of_no_kind_or_language_is_not_there(
    visitor: Enter, path: str
) -> None:
    leader = visitor("M-22")

    found = leader.get(path), leader.get(f"{path}/fil"), leader.send_file(path, OWN)

    assert [answer.status_code for answer in found] == [404, 404, 404]


@pytest.mark.parametrize("hat", ["M-15", "M-06A", "M-06", "M-10", "M-11", "M-13", None])
def test_others_neither_see_nor_change_templates(
    visitor: Enter, house: Installation, hat: str | None
) -> None:
    other = visitor(hat)

    found = other.get("/maler"), other.get(f"{MANDATE}/fil")
    sent = other.send_file(MANDATE, OWN), other.send(f"{MANDATE}/standard", sure="yes")

    assert {answer.status_code for answer in (*found, *sent)} == {403}
    assert house.templates.find("mandate", "nb") is None
