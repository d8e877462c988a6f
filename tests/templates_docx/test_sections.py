"""The section «Grunnlag fra utviklingslinja» in a municipality's own case file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from templates_docx.accepted import text_of
from templates_docx.errors import (
    RefusedFileError,
    UnusableTemplateError,
    ValueRefusedError,
)
from templates_docx.finding import controls
from templates_docx.package import Package
from templates_docx.read import read
from templates_docx.sections import MARK, into
from templates_docx.wordml import W_STRICT, W, child, name, value
from tests.templates_docx.casefiles import DISSENT, OUTPUTS, VALUES, casefile
from tests.templates_docx.libreoffice import resaved
from tests.templates_docx.tampering import (
    DOCUMENT,
    edited,
    parts_of,
    rewritten,
    with_parts,
)

IN_XML = DISSENT.replace("&", "&amp;").replace("<", "&lt;")
Change = Callable[[etree._Element], None]


def _root(data: bytes) -> etree._Element:
    return etree.fromstring(parts_of(data)[DOCUMENT])


def _texts(data: bytes, style: str) -> list[str]:
    return [
        text_of(paragraph)
        for paragraph in _root(data).iter(name("w:p"))
        if value(paragraph.find(f"{name('w:pPr')}/{name('w:pStyle')}")) == style
    ]


def _codes(data: bytes) -> list[tuple[str, str]]:
    return [(found.code, found.severity) for found in read(data).findings]


def _parsed(text: str) -> etree._Element:
    return etree.fromstring(f'<w:body xmlns:w="{W}">{text}</w:body>')[0]


def _instead_of_mark(text: str) -> Change:
    """Put other marking where the paragraph with the mark stands."""

    def change(root: etree._Element) -> None:
        for paragraph in root.iter(name("w:p")):
            if text_of(paragraph) == MARK.texts[0]:
                parent = paragraph.getparent()
                assert parent is not None
                parent.replace(paragraph, _parsed(text))
                return

    return change


CONTROL = (
    f'<w:sdt><w:sdtPr><w:tag w:val="{MARK.tag}"/></w:sdtPr><w:sdtContent><w:p><w:r>'
    "<w:t>Grunnlaget kommer her.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
)
IN_LINE = f"<w:p>{CONTROL.replace('<w:p>', '').replace('</w:p>', '')}</w:p>"
BOOKMARK = (
    f'<w:p><w:bookmarkStart w:id="7" w:name="{MARK.bookmark}"/>'
    '<w:bookmarkEnd w:id="7"/></w:p>'
)
IN_TABLE = (
    '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="9000"/></w:tblGrid><w:tr><w:tc>'
    f"<w:tcPr><w:tcW w:w='9000' w:type='dxa'/></w:tcPr><w:p><w:r><w:t>{MARK.texts[0]}"
    "</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)


@pytest.mark.parametrize("marked", [CONTROL, IN_LINE, BOOKMARK, IN_TABLE])
def test_every_way_to_mark_the_place_gives_the_same_section(marked: str) -> None:
    made = into(rewritten(casefile(), _instead_of_mark(marked)), VALUES, language="nb")

    reading = read(made)
    assert {cited.output for cited in reading.citations} == set(OUTPUTS)
    assert reading.findings == ()
    text = text_of(_root(made))
    assert text.index("Kort om saken.") < text.index(DISSENT)
    assert text.index(DISSENT) < text.index("Teksten etter avsnittet.")
    assert "Grunnlaget kommer her." not in text


@pytest.mark.parametrize("mark", MARK.texts)
def test_a_paragraph_that_says_the_mark_is_a_place(mark: str) -> None:
    assert DISSENT in text_of(_root(into(casefile(mark=mark), VALUES, language="nb")))


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_file_without_a_marked_place_is_told_the_three_ways(language: str) -> None:
    with pytest.raises(UnusableTemplateError) as refused:
        into(casefile(mark=""), VALUES, language=language)

    for way in (MARK.tag, MARK.bookmark, MARK.texts[0]):
        assert way in str(refused.value)


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        (CONTROL + CONTROL, "to ganger"),
        (f"<w:p><w:r><w:t>Her: </w:t></w:r>{CONTROL}</w:p>", "inne i en linje"),
        (BOOKMARK.replace("</w:p>", "<w:r><w:t>X</w:t></w:r></w:p>"), "rundt tekst"),
        (
            f"<w:p><w:pPr><w:sectPr/></w:pPr><w:r><w:t>{MARK.texts[0]}</w:t></w:r></w:p>",
            "seksjonsskift",
        ),
    ],
)
def test_a_place_that_cannot_give_way_is_refused(marked: str, told: str) -> None:
    marked = f"<w:sdt><w:sdtContent>{marked}</w:sdtContent></w:sdt>"
    data = rewritten(casefile(), _instead_of_mark(marked))

    with pytest.raises(UnusableTemplateError, match=told):
        into(data, VALUES, language="nb")


def test_headings_stand_one_level_below_the_one_above() -> None:
    made = into(casefile(level=2), VALUES, language="nb")

    assert _texts(made, "Heading3") == ["Grunnlag fra utviklingslinja"]
    assert "Enighet og særmerknader" in _texts(made, "Heading4")
    assert _texts(made, "Heading2") == ["Saksopplysninger", "Vurdering"]


def test_a_heading_that_already_names_the_section_is_not_said_twice() -> None:
    data = edited(casefile(), "Saksopplysninger", "Grunnlag fra utviklingslinja")

    made = into(data, VALUES, language="nb")

    assert text_of(_root(made)).count("Grunnlag fra utviklingslinja") == 1
    assert "Enighet og særmerknader" in _texts(made, "Heading2")


def test_nothing_else_of_the_file_changes() -> None:
    before = casefile()
    made = into(before, VALUES, language="nb")

    old, new = Package.open(before).members, Package.open(made).members
    changed = {part for part in new if new[part] != old.get(part)}
    assert changed == {
        DOCUMENT,
        "docProps/custom.xml",
        "_rels/.rels",
        "[Content_Types].xml",
    }
    kept = [text_of(p) for p in _root(before).iter(name("w:p"))]
    inside = {p for control in _root(made).iter(name("w:sdt")) for p in control.iter()}
    assert [text for text in kept if text != MARK.texts[0]] == [
        text_of(p)
        for p in _root(made).iterfind(f"{name('w:body')}/{name('w:p')}")
        if p not in inside
    ]


def test_a_nynorsk_section_in_a_bokmaal_file_says_its_language() -> None:
    made = into(casefile(), VALUES, language="nn")

    assert "Semje og særmerknader" in text_of(_root(made))
    locales = {value(lang) for lang in _root(made).iter(name("w:lang"))}
    assert locales == {"nn-NO"}


def test_a_strict_file_is_refused_with_what_to_do() -> None:
    content = parts_of(casefile())[DOCUMENT].replace(W.encode(), W_STRICT.encode())

    with pytest.raises(RefusedFileError, match="ordinary Word document"):
        into(with_parts(casefile(), {DOCUMENT: content}), VALUES, language="nb")


def test_a_value_that_does_not_fit_is_refused_by_name() -> None:
    with pytest.raises(ValueRefusedError, match="g_on"):
        into(casefile(), {**VALUES, "g_on": "i går"}, language="nb")


def _write_in(data: bytes, tag: str, text: str, *, nth: int = 0) -> bytes:
    """Fill a control as Word does: the hint and its mark go, the text comes."""

    def change(root: etree._Element) -> None:
        found = [each for each in controls(root) if each.tag == tag][nth]
        for mark in found.properties.findall(name("w:showingPlcHdr")):
            found.properties.remove(mark)
        first, *rest = found.element.iter(name("w:t"))
        first.text = text
        for other in rest:
            other.text = ""

    return rewritten(data, change)


@pytest.fixture(scope="module")
def filled() -> bytes:
    """The section once set in, with what a case officer wrote."""
    made = into(casefile(), VALUES, language="nb")
    made = _write_in(made, "g_use.begrunnelse", "Tallene er brukt.", nth=0)
    made = _write_in(made, "g_ha.mellom", "Kommunen og Omsorg og Service")
    return _write_in(made, "g_assessment", "Jeg legger grunnlaget til grunn.")


WRITTEN = (
    "Tallene er brukt.",
    "Kommunen og Omsorg og Service",
    "Jeg legger grunnlaget til grunn.",
)


def _again(data: bytes, *, language: str = "nb") -> bytes:
    newer = {"_id": "O-203", "leveranse": "O-203 Prøveordning", "versjon": "2.0"}
    more: dict[str, Any] = {
        **VALUES,
        "g_outputs": [*VALUES["g_outputs"], newer],
        "g_use": [*VALUES["g_use"], {"_id": "O-203", "leveranse": newer["leveranse"]}],
    }
    return into(data, more, language=language)


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_set_in_again_it_keeps_what_people_wrote(filled: bytes, language: str) -> None:
    text = text_of(_root(_again(filled, language=language)))

    for written in WRITTEN:
        assert text.count(written) == 1
    assert text.count(DISSENT) == 1
    assert text.count("O-203 Prøveordning") == 2


def test_tracked_changes_and_comments_of_people_are_kept(filled: bytes) -> None:
    tracked = (
        '<w:ins w:id="91" w:author="Rune" w:date="2026-09-01T10:00:00Z"><w:r>'
        "<w:t> Med forbehold.</w:t></w:r></w:ins>"
    )

    def change(root: etree._Element) -> None:
        (found,) = (each for each in controls(root) if each.tag == "g_assessment")
        paragraph = next(found.element.iter(name("w:p")))
        paragraph.append(_parsed(tracked))

    before = rewritten(filled, change)
    again = _again(before)

    assert [change.text for change in read(again).changes] == [" Med forbehold."]


def test_two_controls_never_share_a_number(filled: bytes) -> None:
    numbers = [
        value(child(control.properties, "id"))
        for control in controls(_root(_again(filled)))
    ]

    assert len(numbers) == len(set(numbers))


def _without(kind: str) -> Change:
    def change(root: etree._Element) -> None:
        (found,) = (c for c in controls(root) if c.tag.startswith("samspor:dissent:"))
        holder = next(found.element.iterancestors(name(kind)), found.element)
        parent = holder.getparent()
        assert parent is not None
        parent.remove(holder)

    return change


@pytest.mark.parametrize("kind", ["w:sdt", "w:tr", "w:tbl"])
def test_a_deleted_dissent_is_an_error_that_names_party_and_section(kind: str) -> None:
    made = into(casefile(), VALUES, language="nb")
    if kind == "w:sdt":
        broken = edited(made, IN_XML, "")
    else:
        broken = rewritten(made, _without(kind))

    (found,) = read(broken).findings

    assert (found.code, found.severity) == ("verbatim-gone", "error")
    assert "Tillitsvalgte" in found.message
    assert "Enighet og særmerknader" in found.message
    assert "O-202" in found.where


def test_an_altered_dissent_is_an_error() -> None:
    made = into(casefile(), VALUES, language="nb")

    assert _codes(edited(made, IN_XML, "Vi er enige.")) == [
        ("verbatim-altered", "error")
    ]


def test_a_dissent_altered_under_another_tag_is_missed_all_the_same() -> None:
    made = into(casefile(), VALUES, language="nb")
    untagged = edited(made, "samspor:dissent:", "annet:")

    assert _codes(untagged) == []
    assert _codes(edited(untagged, IN_XML, "Vi er enige.")) == [
        ("verbatim-gone", "error")
    ]


def test_the_whole_section_deleted_is_missed() -> None:
    made = into(casefile(), VALUES, language="nb")

    def change(root: etree._Element) -> None:
        (section,) = (c.element for c in controls(root) if c.tag == MARK.tag)
        parent = section.getparent()
        assert parent is not None
        parent.remove(section)

    assert _codes(rewritten(made, change)) == [("verbatim-gone", "error")]


def test_libreoffice_can_save_the_file_and_the_section_is_found_again(
    filled: bytes, tmp_path: Path
) -> None:
    (saved,) = resaved(filled, folder=tmp_path)

    again = _again(saved)

    text = text_of(_root(again))
    for written in (*WRITTEN, DISSENT):
        assert text.count(written) == 1
    assert text.count("Grunnlag fra utviklingslinja") == 1
    assert "Teksten etter avsnittet." in text
    for data in (saved, again):
        assert not [each for each in read(data).findings if each.severity == "error"]
