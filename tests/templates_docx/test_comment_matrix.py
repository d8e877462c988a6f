"""Seven comments and four tracked changes by three parties, in and out of Word."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import docx
import pytest

from templates_docx.anchors import anchored
from templates_docx.comment_matrix import (
    KIND,
    MatrixRow,
    continued,
    harvest,
    head_of,
    is_unknown,
    rows_from,
    rows_to,
)
from templates_docx.compile import template
from templates_docx.read import Reading, read
from tests.templates_docx.in_word import (
    typed_rich,
    with_comment,
    with_deletion,
    with_insertion,
)
from workflows.development.remarks import Verdict
from workflows.forms.catalogue import form

PARTIES = {"Siv Grønlid": "A", "Åsta Fjellbru": "F", "Rita Solgløtt": "Fagforbundet"}
FIELDS = {
    "m_name": "Nærvær på Solsida",
    "m_case": "2025/412",
    "m_summary": ["Kort fortalt om Solsida."],
    "m_background": ["Fraværet er høyt. Helgene er travle."],
    "m_experience": ["Faste team ga ro & færre vikarer."],
    "m_purpose": ["Flere på jobb."],
    "m_value_emp": ["Tryggere vakter."],
    "m_result": [{"_id": "r1", "nr": "R1", "resultatmaal": "Faste team"}],
}
COMMENTED = (
    ("m_summary", "Siv Grønlid"),
    ("m_background", "Siv Grønlid"),
    ("m_experience", "Åsta Fjellbru"),
    ("m_purpose", "Åsta Fjellbru"),
    ("m_value_emp", "Rita Solgløtt"),
    ("m_result.resultatmaal", "Rita Solgløtt"),
    ("m_name", "Rita Solgløtt"),
)


def worked_in(language: str = "nb") -> bytes:
    """Return a mandate that three parties have had on their desks."""
    data = template("mandate", language).fill(FIELDS)
    for number, (tag, author) in enumerate(COMMENTED):
        said = f"Merknad {number} & <mer>\nog mer"
        data = with_comment(data, tag, said, author=author, number=number)
    data = with_insertion(data, "m_summary", " Og mer.", author="Siv Grønlid")
    data = with_insertion(data, "m_purpose", " Hver dag.", author="Åsta Fjellbru")
    data = with_insertion(data, "m_case", "-7", author="Rita Solgløtt")
    return with_deletion(data, "m_value_emp", author="Rita Solgløtt")


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read(worked_in(), name="mandat.docx")


@pytest.fixture(scope="module")
def rows(reading: Reading) -> tuple[MatrixRow, ...]:
    return harvest([reading], parties=PARTIES, language="nb")


def in_word_and_back(
    rows: tuple[MatrixRow, ...], about: Reading, language: str = "nb"
) -> dict[str, Any]:
    values = head_of(about, language=language) | rows_to(rows)
    back = read(template(KIND, language).fill(values))
    assert back.findings == ()
    assert back.values == values
    return back.values


def test_every_comment_and_every_change_is_a_row(rows: tuple[MatrixRow, ...]) -> None:
    assert len(rows) == 11
    assert [row.number for row in rows] == list(range(1, 12))
    assert {row.party for row in rows} == {
        *("Administrasjonen", "Folkevalgte", "Fagforbundet"),
    }
    assert rows[5].place == "Mål – Resultatmål – Resultatmål"
    assert rows[5].quoted == "Faste team"
    assert (rows[8].quoted, rows[8].remark) == (
        " Og mer.",
        "Foreslår å sette inn teksten.",
    )


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_the_matrix_goes_out_in_word_and_comes_in_unaltered(
    rows: tuple[MatrixRow, ...], reading: Reading, language: str
) -> None:
    decided = tuple(
        replace(row, verdict=verdict.value, reason="Fordi det var\nto grunner.")
        for row, verdict in zip(rows, [*Verdict] * 3, strict=False)
    )

    back = in_word_and_back(decided, reading, language)

    assert rows_from(back) == decided


def test_the_verdicts_of_the_form_are_those_of_a_round() -> None:
    columns = {column.key: column for column in form(KIND).field("x_rows").columns}

    assert [each.key for each in columns["vurdering"].choices] == [*Verdict]


def test_the_same_remark_in_two_copies_is_one_row(
    rows: tuple[MatrixRow, ...], reading: Reading
) -> None:
    copy = read(worked_in(), name="kopi.docx")

    both = harvest([reading, copy], parties=PARTIES, language="nb")

    assert both == rows


def test_equal_remarks_in_one_file_are_a_row_each() -> None:
    data = template("mandate", "nb").fill(FIELDS)
    for number, tag in enumerate(("m_purpose", "m_summary")):
        data = with_comment(data, tag, "Enig.", author="Siv Grønlid", number=number)

    found = harvest([read(data)], parties=PARTIES, language="nb")

    assert [row.remark for row in found] == ["Enig.", "Enig."]
    assert len({row.id for row in found}) == 2


def test_an_author_without_a_party_is_told_by_name(reading: Reading) -> None:
    found = harvest([reading], parties={"Siv Grønlid": "A"}, language="nn")

    assert found[6].party == "Ukjend part: Rita Solgløtt"
    assert is_unknown(found[6], language="nn")
    assert not is_unknown(found[0], language="nn")


def test_a_matrix_that_is_filled_in_takes_in_more_and_loses_nothing(
    rows: tuple[MatrixRow, ...], reading: Reading
) -> None:
    first = tuple(
        replace(row, verdict="taken_in", reason="Godt sett.") for row in rows[:10]
    )
    more = with_comment(
        typed_rich(worked_in(), "Faste team ga ro & færre vikarer.", "Ny tekst."),
        "m_case",
        "En til.",
        author="Siv Grønlid",
        number=7,
    )
    found = harvest([read(more)], parties=PARTIES, language="nb")

    both = continued(first, found, language="nb")

    assert [row.id for row in both[:10]] == [row.id for row in first]
    assert {row.reason for row in both[:10]} == {"Godt sett."}
    assert {row.remark for row in both[10:]} == {rows[10].remark, "En til."}
    assert [row.number for row in both] == list(range(1, 13))


def test_a_remark_that_was_taken_out_of_the_document_keeps_its_row(
    rows: tuple[MatrixRow, ...],
) -> None:
    assert continued(rows, [], language="nb") == rows


def test_a_party_named_by_hand_is_not_made_unknown_again(
    rows: tuple[MatrixRow, ...], reading: Reading
) -> None:
    unknown = harvest([reading], parties={}, language="nb")
    named = tuple(replace(row, party="Delta") for row in unknown)

    again = continued(named, unknown, language="nb")
    told = continued(unknown, rows, language="nb")

    assert {row.party for row in again} == {"Delta"}
    assert [row.party for row in told] == [row.party for row in rows]


def test_each_text_is_kept_moved_or_gone_in_the_next_version(
    rows: tuple[MatrixRow, ...],
) -> None:
    later = FIELDS | {
        "m_summary": ["Kort  fortalt\u00a0om Solsida. Og mer."],
        "m_background": ["Noe helt annet."],
        "m_purpose": ["Alltid flere på jobb. Og mer."],
        "m_experience": ["Tryggere vakter."],
        "m_value_emp": ["Fraværet er høyt. Helgene er travle."],
    }

    found = anchored(rows, template("mandate", "nb").fill(later), language="nb")

    told = [(row.anchor, row.now) for row in found]
    assert told[0] == ("kept", "")
    assert told[1][0] == "moved"
    assert told[2] == ("gone", "")
    assert told[3] == ("gone", "Alltid flere på jobb.")
    assert told[4][0] == "moved"
    assert [row.anchor for row in found[5:7]] == ["kept", "kept"]
    assert [row.anchor for row in found[7:]] == ["gone", "kept", "gone", "moved"]


def foreign(*paragraphs: tuple[str, str]) -> bytes:
    document = docx.Document()
    for heading, text in paragraphs:
        document.add_heading(heading)
        paragraph = document.add_paragraph()
        run = paragraph.add_run(text)
        if heading == "Bakgrunn":
            document.add_comment(run, text="Er det sant?", author="Siv Grønlid")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_in_a_document_of_another_origin_headings_are_the_places() -> None:
    first = foreign(("Bakgrunn", "Fraværet er høyt."), ("Mål", "Flere på jobb."))
    later = foreign(("Innledning", "Fraværet er høyt."), ("Mål", "Flere på jobb."))
    found = harvest([read(first)], parties=PARTIES, language="nb")

    (kept,) = anchored(found, first, language="nb")
    (moved,) = anchored(found, later, language="nb")

    assert (kept.place, kept.anchor) == ("Bakgrunn", "kept")
    assert (moved.anchor, moved.now) == ("moved", "Innledning")


def test_a_remark_on_no_text_stays_as_long_as_its_place() -> None:
    row = MatrixRow(
        id="k-1", number=1, party="Delta", place="Mål", quoted="", remark="Kort!"
    )

    (kept,) = anchored([row], foreign(("Mål", "Flere på jobb.")), language="nb")
    (gone,) = anchored([row], foreign(("Formål", "Flere på jobb.")), language="nb")

    assert (kept.anchor, gone.anchor) == ("kept", "gone")
