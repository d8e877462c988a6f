"""Citations of outputs, however the document was made and saved."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from templates_docx.cited import Citation, citation_control, cite_around
from templates_docx.compile import template
from templates_docx.errors import ValueRefusedError
from templates_docx.finding import controls
from templates_docx.read import citations, read
from templates_docx.wordml import name
from tests.templates_docx.foreign_files import foreign
from tests.templates_docx.libreoffice import resaved
from tests.templates_docx.tampering import (
    DOCUMENT,
    parts_of,
    rewritten,
    with_parts,
)

O_202 = Citation(output="O-202", version="1.0", where="Grunnlag")


def _cited(text: str = "Heltid & helg <1>") -> str:
    return citation_control("O-202", "1.0", text, number=7)


def test_a_citation_is_found_with_the_heading_above() -> None:
    data = foreign(_cited())

    assert citations(data) == read(data).citations == (O_202,)
    assert read(data).values == {}


def test_a_citation_inside_a_control_is_found_with_its_field() -> None:
    inner = f'<w:sdt><w:sdtPr><w:tag w:val="saksnr"/></w:sdtPr><w:sdtContent>{_cited()}'

    (found,) = read(foreign(f"{inner}</w:sdtContent></w:sdt>")).citations

    assert (found.output, found.version, found.where) == ("O-202", "1.0", "saksnr")


def _citing_its_row(root: etree._Element) -> None:
    control = next(
        control.element
        for control in controls(root)
        if control.binding is not None and control.binding.leaf == "resultatmaal"
    )
    cite_around(control, "O-101", "2.1", number=99_999)


def test_a_field_can_cite_and_both_survive_libreoffice(tmp_path: Path) -> None:
    rows = [{"_id": "r", "resultatmaal": "Ti prosent færre"}]
    made = template("mandate", "nb").fill({"m_result": rows})
    citing = rewritten(made, _citing_its_row)

    (saved,) = resaved(citing, folder=tmp_path)

    assert read(citing).findings == ()
    for data in (citing, saved):
        (found,) = read(data).citations
        assert (found.output, found.version) == ("O-101", "2.1")
        assert citations(data) == (found,)
        assert read(data).values["m_result"] == rows


@pytest.mark.parametrize("version", ["1'0", "", 'x"', "1 0", "1.0@2", "<"])
def test_a_name_that_would_break_the_control_is_refused(version: str) -> None:
    with pytest.raises(ValueRefusedError):
        citation_control("O-202", version, "Heltid", number=1)


def test_a_citation_survives_libreoffice_which_loses_its_tag(tmp_path: Path) -> None:
    made = template("mandate", "nb").fill({"m_name": "Nærvær & helse"})
    body = parts_of(made)[DOCUMENT].decode()
    place = body.rindex("<w:sectPr")
    body = f"{body[:place]}<w:p>{_cited()}</w:p>{body[place:]}"
    ours = with_parts(made, {DOCUMENT: body.encode()})
    theirs = foreign(_cited(), _cited("To") + _cited("Tre"))

    saved_ours, saved_theirs = resaved(ours, theirs, folder=tmp_path)

    for saved, count in ((saved_ours, 1), (saved_theirs, 3)):
        text = parts_of(saved)[DOCUMENT].decode()
        assert 'w:tag w:val="samspor' not in text
        assert "Heltid &amp; helg &lt;1&gt;" in text
        found = read(saved).citations
        assert [(one.output, one.version) for one in found] == [
            ("O-202", "1.0")
        ] * count
        assert citations(saved) == found


_CONTENT = re.compile(r"<w:sdtContent>(.*)</w:sdtContent>")


def _emptied(control: str) -> str:
    """What Word writes when a control is deleted with its text, as a change."""
    gone = r'<w:del w:id="2">\1</w:del><w:customXmlDelRangeStart w:id="3"/>'
    inside = f'<w:customXmlDelRangeEnd w:id="1"/>{gone}'
    changed = _CONTENT.sub(rf"<w:sdtContent>{inside}</w:sdtContent>", control)
    end = '<w:customXmlDelRangeEnd w:id="3"/>'
    return f'<w:customXmlDelRangeStart w:id="1"/>{changed}{end}'


def _struck(control: str) -> str:
    """What other programs write: the text is deleted, the control is not."""
    return _CONTENT.sub(
        r'<w:sdtContent><w:del w:id="2">\1</w:del></w:sdtContent>', control
    )


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param(f'<w:del w:id="1">{_cited()}</w:del>', id="around"),
        pytest.param(f'<w:moveFrom w:id="1">{_cited()}</w:moveFrom>', id="moved"),
        pytest.param(_emptied(_cited()), id="by Word"),
        pytest.param(_struck(_cited()), id="the text alone"),
    ],
)
def test_a_citation_in_deleted_text_is_none(gone: str) -> None:
    data = foreign(gone, _cited())

    assert citations(data) == read(data).citations == (O_202,)
    assert read(data).values == {}


def test_a_field_whose_text_is_deleted_cites_no_more_and_stays_a_field() -> None:
    rows = [{"_id": "r", "resultatmaal": "Ti prosent", "nr": "R1"}]
    made = template("mandate", "nb").fill({"m_result": rows})
    citing = rewritten(made, _citing_its_row)

    def strike(root: etree._Element) -> None:
        (text,) = (node for node in root.iter(name("w:t")) if node.text == "Ti prosent")
        run = text.getparent()
        assert run is not None
        gone = etree.Element(name("w:del"))
        run.addprevious(gone)
        gone.append(run)

    reading = read(rewritten(citing, strike))

    assert reading.citations == ()
    assert reading.values["m_result"] == [{"_id": "r", "resultatmaal": "", "nr": "R1"}]
