"""How documents look, and what an agreed document does without."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from lxml import etree

from templates_docx.build import LANGUAGES, packaged, standard_template
from templates_docx.compile import compiled, template
from templates_docx.lettering import width_of
from templates_docx.look import WIDTH
from templates_docx.read import read
from templates_docx.relevance import may_be_absent
from templates_docx.widths import stacks_of
from templates_docx.wordml import local, name, value
from tests.templates_docx.samples import full_values
from tests.templates_docx.tampering import DOCUMENT, parts_of
from workflows.forms.catalogue import form, kinds
from workflows.forms.fields import Field, FieldType, Form, Label

TABLES = [
    pytest.param(field, language, id=f"{field.key}-{language}")
    for kind in kinds()
    for field in form(kind).fields
    for language in LANGUAGES
    if field.type is FieldType.TABLE
]
_CELL_MARGINS = 240
_SETTLED = {"signed", "recorded", "approved"}
PAIRS = [(kind, language) for kind in kinds() for language in LANGUAGES]


def _is_ever_settled(kind: str) -> bool:
    """Kinds whose status is written freely are written in until they are put away."""
    status = form(kind).by_key.get(f"{form(kind).prefix}status")
    return status is None or bool(status.choices)


SETTLED_PAIRS = [pair for pair in PAIRS if _is_ever_settled(pair[0])]


def _text(data: bytes) -> str:
    body = etree.fromstring(parts_of(data)[DOCUMENT])
    lines = ("".join(node.itertext()) for node in body.iter(name("w:p")))
    return "\n".join(lines)


def _widest(texts: Sequence[Label], language: str, *, bold: bool) -> int:
    words = [w for text in texts for w in re.split(r"\s|/|-", text.in_(language))]
    return max((width_of(word, bold=bold) for word in words), default=0)


def _with_prose(text: str) -> Form:
    plain = form("output")
    head, content, *rest = plain.sections
    told = replace(content, prose=Label(nb=text, nn=text), new_page=True)
    return replace(plain, sections=(head, told, *rest))


@pytest.mark.parametrize(("kind", "language"), PAIRS)
def test_the_whole_document_is_upright(kind: str, language: str) -> None:
    body = etree.fromstring(parts_of(packaged(kind, language))[DOCUMENT])

    (page,) = body.iter(name("w:pgSz"))

    assert int(page.get(name("w:w"), "0")) < int(page.get(name("w:h"), "0"))
    assert page.get(name("w:orient")) is None


@pytest.mark.parametrize(("field", "language"), TABLES)
def test_every_table_fits_the_page_with_all_its_columns_in_order(
    field: Field, language: str
) -> None:
    stacks = stacks_of(field, language=language, total=WIDTH)

    assert sum(stack.width for stack in stacks) == WIDTH
    assert tuple(c for stack in stacks for c in stack.columns) == field.columns


@pytest.mark.parametrize(("field", "language"), TABLES)
def test_no_word_of_a_heading_or_a_choice_is_wider_than_its_column(
    field: Field, language: str
) -> None:
    for stack in stacks_of(field, language=language, total=WIDTH):
        first = stack.columns[0]
        choices = [one.label for column in stack.columns for one in column.choices]
        room = stack.width - _CELL_MARGINS

        assert _widest([first.label], language, bold=True) <= room
        assert _widest(choices, language, bold=False) <= room


@pytest.mark.parametrize(
    ("word", "measured"),
    [("Kunnskapsgrunnlag", 1_945), ("dokumentet", 1_150), ("Nullpunkt", 933)],
)
def test_a_word_is_as_wide_as_it_is_printed(word: str, measured: int) -> None:
    assert width_of(word) == pytest.approx(measured, rel=0.02)


@pytest.mark.parametrize(("field", "language"), TABLES)
def test_what_the_parties_answer_has_equal_width_or_stands_together(
    field: Field, language: str
) -> None:
    stacks = stacks_of(field, language=language, total=WIDTH)

    of_parties = {
        column.key
        for column in field.columns
        if column.key.rpartition("_")[2] in ("A", "F", "T", "a", "f", "t")
    }
    if len(of_parties) == 3:
        places = [
            stack for stack in stacks if of_parties & {c.key for c in stack.columns}
        ]
        alone = {stack.width for stack in places if len(stack.columns) == 1}
        assert len(places) == 1 or (len(places) == 3 and len(alone) == 1)


def test_prose_becomes_paragraphs_bullets_and_numbers_that_begin_at_one() -> None:
    told = _with_prose("Slik gjør dere:\n1. Les\n2. Snakk\n- kort\nEtterpå\n1. Skriv")

    parts = parts_of(standard_template(told, language="nb"))
    body = etree.fromstring(parts[DOCUMENT])
    said = {"".join(p.itertext()): p for p in body.iter(name("w:p"))}
    numbers = [
        value(said[text].find(f".//{name('w:numId')}"))
        for text in ("Les", "Snakk", "Skriv")
    ]

    assert numbers[0] == numbers[1] != numbers[2]
    assert value(said["kort"].find(f".//{name('w:pStyle')}")) == "ListBullet"
    assert "Slik gjør dere:" in said
    defined = etree.fromstring(parts["word/numbering.xml"])
    restarted = {
        num.get(name("w:numId"))
        for num in defined.iter(name("w:num"))
        if num.find(f".//{name('w:startOverride')}") is not None
    }
    assert set(numbers) <= restarted


def test_a_section_begins_on_a_new_page_when_the_form_says_so() -> None:
    body = etree.fromstring(
        parts_of(standard_template(_with_prose("Les."), language="nb"))[DOCUMENT]
    )

    (broken,) = body.iter(name("w:pageBreakBefore"))

    paragraph = next(broken.iterancestors(name("w:p")))
    assert "".join(paragraph.itertext()) == "Innhold"


def test_a_list_that_people_write_does_not_go_on_from_the_prose() -> None:
    told = _with_prose("1. Les")
    data = standard_template(told, language="nb")
    value_of = {"o_summary": [{"list": "number", "text": "Først"}]}

    made = compiled(told, language="nb", data=data).fill(value_of)

    body = etree.fromstring(parts_of(made)[DOCUMENT])
    numbers = [
        value(node) for node in body.iterfind(f".//{name('w:p')}//{name('w:numId')}")
    ]
    assert len(numbers) == len(set(numbers)) == 2


@pytest.mark.parametrize(("kind", "language"), SETTLED_PAIRS)
def test_an_agreed_document_calls_on_nobody_to_write(kind: str, language: str) -> None:
    values = full_values(form(kind), language)
    kept = {field.key for field in form(kind).fields if not may_be_absent(field)}
    settled = {key: value for key, value in values.items() if key in kept}
    status = form(kind).by_key.get(f"{form(kind).prefix}status")
    if status is not None:
        possible = _SETTLED & {choice.key for choice in status.choices}
        settled[status.key] = max(possible)

    said = _text(template(kind, language).fill(settled))

    calls = (
        *("Skriv her", "Velg dato", "Velg fra listen", "Vel dato", "Vel frå lista"),
        *("(navn)", "(namn)", "(referanse)"),
    )
    assert not [line for line in said.splitlines() for call in calls if call in line]


def test_an_agreed_public_document_has_no_place_for_what_was_not_needed() -> None:
    values = full_values(form("mandate"), "nb")
    for key in ("m_access_basis", "m_partners", "m_dep", "m_ethics", "m_privacy_ref"):
        del values[key]
    values["m_access"] = "public"

    made = template("mandate", "nb").fill(values)
    said = _text(made)

    assert "Hjemmel for unntak" not in said
    assert "Samarbeidskommuner" not in said
    assert "Avhengigheter og forutsetninger" not in said
    assert "Etisk vurdering" not in said
    assert read(made).values == values
    assert read(made).findings == ()


def test_a_draft_keeps_a_place_for_everything() -> None:
    values = {"m_status": "draft", "m_access": "public"}

    made = template("mandate", "nb").fill(values)
    said = _text(made)

    assert "Hjemmel for unntak: Ikke aktuelt" in said
    assert "Samarbeidskommuner" in said
    assert read(made).values == values


def test_what_a_document_is_exempt_by_is_asked_for_where_it_is_needed() -> None:
    values = {"m_status": "draft", "m_access": "exempt"}

    said = _text(template("mandate", "nn").fill(values))

    assert "Heimel for unntak: Skriv her" in said


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"m_access": "public"}, "Offentlig"),
        (
            {"m_access": "exempt", "m_access_basis": "offl. § 13"},
            "Unntatt offentlighet, jf. offl. § 13",
        ),
        ({"m_access": "public", "m_access_basis": "offl. § 13"}, "Offentlig"),
    ],
)
def test_every_page_says_whether_the_document_is_public(
    values: dict[str, str], line: str
) -> None:
    parts = parts_of(template("mandate", "nb").fill({"m_status": "agreed"} | values))

    (header,) = [c for part, c in parts.items() if part.startswith("word/header")]

    assert "".join(etree.fromstring(header).itertext()) == line


@pytest.mark.parametrize("kind", ["consultation-minutes", "mandate"])
def test_a_line_to_sign_on_is_blank(kind: str) -> None:
    body = etree.fromstring(parts_of(packaged(kind, "nb"))[DOCUMENT])
    signed = [
        "".join(control.itertext())
        for control in body.iter(name("w:sdt"))
        for tag in control.iterfind(f"{name('w:sdtPr')}/{name('w:tag')}")
        if (tag.get(name("w:val")) or "").endswith(".underskrift")
    ]

    assert signed
    assert {text.strip() for text in signed} == {""}


def test_the_heading_of_a_section_that_nobody_needed_goes_too() -> None:
    values = {"o_version": "1.0", "o_title": "Forslag", "o_type": "tool"}

    said = _text(template("output", "nb").fill(values))

    assert "Grunnlag" not in said.splitlines()
    assert "Innhold" in said.splitlines()


def test_how_a_document_came_about_stands_last() -> None:
    body = etree.fromstring(parts_of(packaged("mandate", "nb"))[DOCUMENT])
    headings = [
        "".join(p.itertext())
        for p in body.iter(name("w:p"))
        if (value(p.find(f".//{name('w:pStyle')}")) or "").startswith("Heading")
    ]

    assert headings[:2] == ["Bakgrunn", "Kort fortalt"]
    assert headings[-2:] == ["Utarbeidet av", "Endringslogg"]


def test_a_place_that_is_left_out_takes_its_marks_along() -> None:
    made = template("mandate", "nb").fill({"m_status": "signed"})

    body = etree.fromstring(parts_of(made)[DOCUMENT])
    marks = [value for value in body.iter() if local(value).startswith("bookmark")]
    names = {mark.get(name("w:name")) for mark in marks}
    assert "s_m_dep" not in names
    assert "s_m_purpose" in names


def test_an_exercise_on_its_own_page_has_room_to_write_by_hand() -> None:
    body = etree.fromstring(parts_of(packaged("workbook", "nb"))[DOCUMENT])
    rooms = {
        tag: int(row.get(name("w:val"), "0"))
        for row in body.iter(name("w:trHeight"))
        for tag in _tags(next(row.iterancestors(name("w:tr"))))
    }

    # 2.4 cm, three lines by hand; with more a filled exercise leaves its page.
    tall = {tag for tag, height in rooms.items() if height >= 1_361}
    written = [
        field
        for section in form("workbook").sections
        if section.new_page
        for field in section.fields
    ]
    for field in written:
        columns = {column.type for column in field.columns}
        if field.type is FieldType.RICH:
            assert field.key in tall
        elif field.type is FieldType.TABLE and FieldType.TEXT in columns:
            assert any(tag.startswith(f"{field.key}.") for tag in tall)


def test_no_heading_says_what_the_heading_above_it_said() -> None:
    for kind, language in PAIRS:
        body = etree.fromstring(parts_of(packaged(kind, language))[DOCUMENT])
        said = [
            "".join(p.itertext())
            for p in body.iter(name("w:p"))
            if (value(p.find(f".//{name('w:pStyle')}")) or "").startswith("Heading")
        ]
        assert all(a != b for a, b in itertools.pairwise(said))


def _tags(element: etree._Element) -> list[str]:
    return [value(tag) or "" for tag in element.iter(name("w:tag"))]
