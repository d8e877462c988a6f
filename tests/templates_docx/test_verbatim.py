"""A dissent cannot be edited away in Word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from templates_docx.compile import template
from templates_docx.findings import Finding
from templates_docx.read import read
from templates_docx.wordml import name
from tests.templates_docx.libreoffice import resaved
from tests.templates_docx.tampering import STORE, edited, rewritten, said_by, with_parts
from workflows.forms.catalogue import form

DISSENT = "Vi er uenige i punkt 3 & krever < 12 timers vakt."
IN_XML = DISSENT.replace("&", "&amp;").replace("<", "&lt;")
VALUES = {
    "m_name": "Nærvær på Solsida",
    "m_accept": [
        {"_id": "a", "part": "A", "standpunkt": "agree"},
        {"_id": "t", "part": "T", "standpunkt": "disagree", "merknad": DISSENT},
    ],
    "m_remarks_f": [{"list": "bullet", "text": "Vi vil ha saken til høsten."}],
}
Change = Callable[[etree._Element], None]


def _made(language: str = "nb") -> bytes:
    return template("mandate", language).fill(VALUES)


def _broken(data: bytes) -> list[Finding]:
    found = read(data).findings
    return [each for each in found if each.code.startswith("verbatim")]


def _codes(data: bytes) -> list[tuple[str, str, str]]:
    return [(found.code, found.severity, found.where) for found in _broken(data)]


def _holder(root: etree._Element, text: str, kind: str) -> etree._Element:
    run = next(run for run in root.iter(name("w:r")) if text in "".join(run.itertext()))
    return next(node for node in (run, *run.iterancestors()) if node.tag == name(kind))


def _without(text: str, kind: str) -> Change:
    def change(root: etree._Element) -> None:
        holder = _holder(root, text, kind)
        parent = holder.getparent()
        assert parent is not None
        parent.remove(holder)

    return change


def test_an_untouched_dissent_gives_no_finding() -> None:
    assert read(_made()).findings == ()


@pytest.mark.parametrize("part", [None, STORE])
def test_an_altered_dissent_is_told_with_party_and_section(part: str | None) -> None:
    """Word itself writes an edit to both sides; another program to the body alone."""
    data = edited(_made(), IN_XML, "Vi er enige.")
    if part:
        data = edited(data, IN_XML, "Vi er enige.", part=part)

    (found,) = _broken(data)

    assert (found.code, found.severity, found.where) == (
        "verbatim-altered",
        "error",
        "m_accept[t].merknad",
    )
    assert "«Merknad, Tillitsvalgte» under «Tilslutning»" in found.message


def test_it_is_told_in_the_language_of_the_document() -> None:
    (found,) = _broken(edited(_made("nn"), "til høsten", "til våren"))

    assert "«Særmerknad frå dei folkevalde» under «Tilslutnad»" in found.message
    assert "endra etter at dokumentet vart laga" in found.message


@pytest.mark.parametrize("kind", ["w:tr", "w:sdt", "w:r"])
def test_a_dissent_whose_row_control_or_text_is_deleted_is_gone(kind: str) -> None:
    assert _codes(rewritten(_made(), _without("Vi er uenige", kind))) == [
        ("verbatim-gone", "error", "m_accept[t].merknad")
    ]


def test_a_remark_whose_control_is_deleted_is_gone() -> None:
    assert _codes(rewritten(_made(), _without("til høsten", "w:sdt"))) == [
        ("verbatim-gone", "error", "m_remarks_f")
    ]


def test_a_dissent_whose_deletion_is_tracked_is_gone() -> None:
    def track(root: etree._Element) -> None:
        row = _holder(root, "Vi er uenige", "w:tr")
        properties = row.find(name("w:trPr"))
        assert properties is not None
        etree.SubElement(properties, name("w:del"))

    assert _codes(rewritten(_made(), track)) == [
        ("verbatim-gone", "error", "m_accept[t].merknad")
    ]


def test_a_dissent_that_is_hidden_is_gone() -> None:
    def hide(root: etree._Element) -> None:
        run = _holder(root, "Vi er uenige", "w:r")
        properties = etree.Element(name("w:rPr"))
        etree.SubElement(properties, name("w:vanish"))
        run.insert(0, properties)

    assert _codes(rewritten(_made(), hide)) == [
        ("verbatim-gone", "error", "m_accept[t].merknad")
    ]


def test_a_dissent_given_to_another_party_is_told() -> None:
    def swap(root: etree._Element) -> None:
        row = _holder(root, "Vi er uenige", "w:tr")
        for text in row.iter(name("w:t")):
            text.text = (text.text or "").replace("Tillitsvalgte", "Administrasjonen")

    assert _codes(rewritten(_made(), swap)) == [
        ("verbatim-gone", "error", "m_accept[t].merknad")
    ]


def test_formatting_and_white_space_alter_nothing() -> None:
    def restyle(root: etree._Element) -> None:
        run = next(
            r for r in root.iter(name("w:r")) if "høsten" in "".join(r.itertext())
        )
        properties = run.find(name("w:rPr"))
        if properties is None:
            properties = etree.Element(name("w:rPr"))
            run.insert(0, properties)
        etree.SubElement(properties, name("w:b"))
        words = run.find(name("w:t"))
        assert words is not None
        words.text = f"  {(words.text or '').replace(' ', '  ')} "

    assert _codes(rewritten(_made(), restyle)) == []


@pytest.mark.parametrize("store", [b"", None])
def test_a_lost_copy_does_not_hide_an_altered_dissent(store: bytes | None) -> None:
    altered = edited(_made(), IN_XML, "Vi er enige.")
    lost = with_parts(altered, {STORE if store == b"" else "docProps/custom.xml": b""})

    assert _codes(lost)[0][:1] == ("verbatim-altered",)


@pytest.mark.parametrize("kind", ["mandate", "short-mandate"])
def test_a_file_cleaned_of_all_that_is_hidden_is_told(kind: str) -> None:
    made = template(kind, "nb").fill({"m_name": "Nærvær på Solsida"})
    cleaned = with_parts(made, {STORE: b"", "docProps/custom.xml": b""})

    codes = {(found.code, found.severity) for found in read(cleaned).findings}

    assert (("seals-lost", "warning") in codes) == bool(form(kind).verbatim)


def test_libreoffice_neither_breaks_a_seal_nor_hides_that_it_is_broken(
    tmp_path: Path,
) -> None:
    """LibreOffice 7.4 empties the store, because a bound text holds `&` and `<`."""
    made = _made()
    altered = edited(edited(made, IN_XML, "Enig."), "til høsten", "til våren")
    altered = edited(altered, IN_XML, "Enig.", part=STORE)

    kept, broken = resaved(made, altered, folder=tmp_path)

    assert _codes(kept) == []
    assert sorted(_codes(broken)) == [
        ("verbatim-altered", "error", "m_accept[t].merknad"),
        ("verbatim-altered", "error", "m_remarks_f"),
    ]


def test_a_text_first_written_in_word_is_no_breach() -> None:
    empty = template("mandate", "nb").fill({"m_name": "Nærvær"})
    written = edited(empty, ">Nærvær<", ">Nytt<")

    assert _codes(written) == _codes(said_by(written, "LibreOffice/7.4")) == []
