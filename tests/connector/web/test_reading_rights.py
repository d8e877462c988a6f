"""Who reads what on the pages: the matrix, page by page (INV-02, INV-16)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.connector.web.story import DISSENT
from tests.connector.web.visitors import Visitor

Enter = Callable[..., Visitor]

ROUND_TEXT = "bemanningssamtaler"


@pytest.mark.parametrize("hat", [None, "M-10", "M-11", "M-06", "M-01L"])
@pytest.mark.parametrize("path", ["/runder", "/runder/R-03", "/forum", "/forum/E-3"])
def test_the_decision_line_and_the_public_read_no_round_and_no_forum(
    visitor: Enter, hat: str | None, path: str
) -> None:
    assert visitor(hat).get(path).status_code == 403


@pytest.mark.parametrize("hat", ["M-01", "M-06A", "M-15", "M-22", "M-21", "M-13"])
def test_the_parties_the_project_and_the_archive_read_rounds(
    visitor: Enter, hat: str
) -> None:
    assert visitor(hat).get("/runder/R-03").status_code == 200


@pytest.mark.parametrize("hat", [None, "M-10", "M-11"])
@pytest.mark.parametrize(
    "path", ["/dokumenter/O-104@0.1", "/dokumenter/O-105@0.1", "/dokumenter/PR1-M@0.1"]
)
def test_what_is_not_agreed_is_read_by_no_one_else(
    visitor: Enter, hat: str | None, path: str
) -> None:
    assert visitor(hat).get(path).status_code == 404


@pytest.mark.parametrize("hat", [None, "M-10", "M-11"])
def test_the_text_of_an_output_on_a_round_is_closed_to_others(
    visitor: Enter, hat: str | None
) -> None:
    page = visitor(hat).page("/leveranser/O-104")

    assert "Teksten vises ikke her" in page
    assert "Hva leveransen sier" not in page


def test_an_idea_is_not_published(visitor: Enter) -> None:
    assert visitor().get("/prosjekter/PR2").status_code == 404
    assert visitor("M-15").get("/prosjekter/PR2").status_code == 200


def test_the_public_reads_what_is_handed_over_and_public(visitor: Enter) -> None:
    page = visitor().page("/leveranser/O-102")

    assert DISSENT in page
    assert "Rita Solgløtt, Omsorg og Service" in page


def test_the_public_sees_no_remarks_and_no_rounds_in_a_trace(visitor: Enter) -> None:
    public, party = visitor().page("/spor/O-102"), visitor("M-15").page("/spor/O-102")

    assert "Punkt 3 bør nevne natt." in party
    assert "Punkt 3 bør nevne natt." not in public
    assert "R-02" not in public


def test_the_public_sees_a_public_hearing_in_a_trace_and_no_words_said_in_it(
    visitor: Enter,
) -> None:
    public, party = visitor().page("/spor/PR1"), visitor("M-15").page("/spor/PR1")

    assert "H-0" in public
    assert "H-0" in party
    assert "Vent et år." in party
    assert not any(words in public for words in ("Vent et år.", "H-0/1", "H-2"))
    assert visitor().get("/spor/H-2").status_code == 404
    assert visitor().get("/spor/H-0/1.1").status_code == 404
    assert visitor("M-15").get("/spor/H-0/1.1").status_code == 200


def test_a_text_still_to_be_signed_is_not_the_publics(visitor: Enter) -> None:
    assert visitor().get("/dokumenter/PR1-A@1.0").status_code == 200
    assert visitor().get("/dokumenter/PR1-A@2.0").status_code == 404
    assert visitor("M-11").get("/dokumenter/PR1-A@2.0").status_code == 200


def test_a_published_report_is_the_publics(visitor: Enter) -> None:
    assert visitor().get("/dokumenter/PR1-S1@1.0").status_code == 200


@pytest.mark.parametrize(
    ("name", "hat", "status"),
    [
        ("outcomes", None, 200),
        ("follow-ups", None, 200),
        ("uncovered-decisions", None, 200),
        ("lead-times", None, 200),
        ("mandates", None, 403),
        ("parity", None, 403),
        ("parity", "M-11", 403),
        ("parity", "M-15", 200),
        ("what-became-of-my-input", "M-11", 403),
        ("what-became-of-my-input", "M-21", 200),
        ("missing-reports", None, 403),
        ("missing-reports", "M-11", 200),
        ("dissent", "M-11", 200),
        ("dissent", None, 403),
        ("archive-gaps", "M-13", 200),
        ("archive-gaps", "M-22", 403),
    ],
)
@pytest.mark.parametrize("ending", ["", ".csv", ".json"])
def test_each_question_answers_those_it_is_for(
    visitor: Enter, name: str, hat: str | None, status: int, ending: str
) -> None:
    assert visitor(hat).get(f"/sporsmal/{name}{ending}").status_code == status


def test_a_question_on_the_front_page_has_the_number_of_its_list(
    visitor: Enter,
) -> None:
    officer = visitor("M-11")

    front = officer.page("/")
    listed = officer.get("/sporsmal/unused-outputs.json").json

    assert listed is not None
    assert f"{len(listed['rows'])} overleverte leveranser uten bruk" in front


def test_what_waits_for_a_hat_stands_first(visitor: Enter) -> None:
    contact, secretary = visitor("M-15").page("/"), visitor("M-11").page("/")

    assert "Venter på deg Svar på partsrunde R-03" in contact
    assert "Signer Partsavtale: Nærvær på Solsida (PR1-A)" in contact
    assert "Ta stilling til O-103: Kostnadsberegning vikarbruk." in secretary


def test_a_file_for_spreadsheets_runs_nothing(visitor: Enter) -> None:
    from_people = "=HYPERLINK(0)"
    visitor("M-15").done("/runder/R-03/svar", remark__1=from_people)

    sheet = visitor("M-15").get("/sporsmal/what-became-of-my-input.csv").text

    assert f"'{from_people}" in sheet
    assert f";{from_people}" not in sheet


def test_the_trace_is_a_file_too(visitor: Enter) -> None:
    answer = visitor().get("/spor/C01.csv")

    assert answer.content_type.startswith("text/csv")
    assert "C01-T2" in answer.text


def test_the_package_of_a_project_is_for_the_archive_alone(visitor: Enter) -> None:
    for path in ("/arkiv/PR1/pakke", "/arkiv/PR1/pakke.zip"):
        assert visitor("M-22").get(path).status_code == 403
        assert visitor().get(path).status_code == 403
    assert visitor("M-13").get("/arkiv/PR9/pakke").status_code == 404
    assert visitor("M-13").get("/arkiv/plan.docx").status_code == 200
    assert visitor("M-13").get("/arkiv/plan.pdf").status_code == 404
