"""What Word, screen readers and Word's table tools need of every document."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from lxml import etree

from templates_docx.build import file_name, packaged, standard_template
from templates_docx.compile import compiled, template
from templates_docx.display import shown
from templates_docx.errors import UnusableTemplateError
from templates_docx.finding import Control, Slots, controls
from templates_docx.read import read
from templates_docx.slots import NAMESPACE
from templates_docx.wordml import W, local, name, value
from tests.templates_docx.every import EVERY, PAIRS, made
from tests.templates_docx.samples import full_values
from tests.templates_docx.tampering import DOCUMENT, STORE, edited, parts_of, with_parts
from workflows.forms.catalogue import form
from workflows.forms.fields import FieldType


def _document(data: bytes) -> etree._Element:
    return etree.fromstring(parts_of(data)[DOCUMENT])


def _text(control: Control) -> str:
    assert control.content is not None
    return "".join(control.content.itertext())


@pytest.mark.parametrize(("kind", "language", "filled"), EVERY)
def test_every_control_number_is_used_once(
    kind: str, language: str, filled: str
) -> None:
    parts = parts_of(made(kind, language, filled))

    numbers: Counter[str | None] = Counter()
    for part, content in parts.items():
        if part.startswith("word/") and part.endswith(".xml"):
            root = etree.fromstring(content)
            numbers.update(value(node) for node in root.iterfind(".//{*}sdtPr/{*}id"))

    assert numbers
    assert max(numbers.values()) == 1


@pytest.mark.parametrize(("kind", "language", "filled"), EVERY)
def test_every_cell_ends_in_a_paragraph(kind: str, language: str, filled: str) -> None:
    cells = list(_document(made(kind, language, filled)).iter(name("w:tc")))

    assert cells
    assert {local(cell[-1]) for cell in cells} == {"p"}


@pytest.mark.parametrize(("kind", "language", "filled"), EVERY)
def test_every_xpath_finds_one_node_that_says_what_the_body_says(
    kind: str, language: str, filled: str
) -> None:
    data = made(kind, language, filled)
    store = etree.fromstring(parts_of(data)[STORE])
    slots = Slots.of(form(kind), language=language)
    checked = 0
    for control in controls(_document(data)):
        binding = control.properties.find(name("w:dataBinding"))
        if binding is None:
            continue
        found = store.xpath(
            binding.get(name("w:xpath"), ""), namespaces={"m": NAMESPACE}
        )
        assert isinstance(found, list)
        (node,) = found
        slot = slots.slot_of(control)
        assert slot is not None
        assert isinstance(node, etree._Element)
        stored = node.text or ""
        is_empty = not stored and slot.type is not FieldType.MULTI
        assert control.shows_placeholder == is_empty
        if not is_empty:
            assert _text(control) == shown(slot, stored, language=language)
        checked += 1

    assert checked > 10


@pytest.mark.parametrize(("kind", "language", "filled"), EVERY)
def test_every_table_has_a_flagged_header_row_and_a_caption(
    kind: str, language: str, filled: str
) -> None:
    for table in _document(made(kind, language, filled)).iter(name("w:tbl")):
        rows = list(table.iter(name("w:tr")))
        flagged = [row.find(f"{name('w:trPr')}/{name('w:tblHeader')}") for row in rows]
        assert flagged[0] is not None
        assert all(flag is None for flag in flagged[1:])
        caption = table.find(f"{name('w:tblPr')}/{name('w:tblCaption')}")
        assert value(caption)
        widths = {
            sum(int(cell.get(name("w:w"), "0")) for cell in row.iter(name("w:tcW")))
            for row in rows
        }
        assert len(widths) == 1


@pytest.mark.parametrize(("kind", "language"), PAIRS)
def test_no_heading_level_is_skipped(kind: str, language: str) -> None:
    styles = [
        value(style) or ""
        for style in _document(packaged(kind, language)).iter(name("w:pStyle"))
    ]

    levels = [int(style[-1]) for style in styles if style.startswith("Heading")]
    assert "Title" in styles
    assert all(b - a <= 1 for a, b in zip([1, *levels], levels, strict=False))


@pytest.mark.parametrize(("kind", "language"), PAIRS)
def test_the_document_says_its_language_and_no_text_is_small(
    kind: str, language: str
) -> None:
    parts = parts_of(packaged(kind, language))
    styles = etree.fromstring(parts["word/styles.xml"])

    locale = {"nb": "nb-NO", "nn": "nn-NO"}[language]
    lang = styles.find(f"{name('w:docDefaults')}//{name('w:lang')}")
    assert value(lang) == locale
    sizes = [
        int(size)
        for part in (parts["word/styles.xml"], parts[DOCUMENT])
        for size in re.findall(rb'<w:sz w:val="(\d+)"', part)
    ]
    assert min(sizes) >= 22
    drawn = etree.fromstring(parts[DOCUMENT]).iter("{*}docPr")
    assert all(drawing.get("descr") for drawing in drawn)


@pytest.mark.parametrize(("kind", "language"), PAIRS)
def test_the_packaged_template_is_the_one_that_the_form_gives(
    kind: str, language: str
) -> None:
    built = standard_template(form(kind), language=language)

    assert built == standard_template(form(kind), language=language)
    assert parts_of(packaged(kind, language)) == parts_of(built), (
        f"{file_name(kind, language)} is out of date: python -m templates_docx.build"
    )


@pytest.mark.parametrize(("kind", "language"), PAIRS)
def test_the_parties_stand_equal(kind: str, language: str) -> None:
    """House rule H5: one row, three columns of one width; one height to sign in."""
    root = _document(packaged(kind, language))
    for table in root.iter(name("w:tbl")):
        grid = [column.get(name("w:w")) for column in table.iter(name("w:gridCol"))]
        tags = {value(tag) or "" for tag in table.iter(name("w:tag"))}
        if any(tag.endswith("_view_a") for tag in tags):
            assert len(grid) == 3
            assert len(set(grid)) == 1
    heights = {
        row.get(name("w:val"))
        for control in controls(root)
        if control.tag.endswith((".A.row", ".F.row", ".T.row"))
        for row in control.element.iter(name("w:trHeight"))
    }
    assert len(heights) <= 1


def test_a_restyled_template_is_filled_the_same_way() -> None:
    data = packaged("mandate", "nb")
    restyled = edited(
        data, 'w:ascii="Arial"', 'w:ascii="Georgia"', part="word/styles.xml"
    )
    restyled = edited(restyled, "Kort fortalt</w:t>", "I korte trekk</w:t>")
    values = full_values(form("mandate"), "nb")

    made = compiled(form("mandate"), language="nb", data=restyled).fill(values)

    assert read(made).values == values
    assert "I korte trekk" in parts_of(made)[DOCUMENT].decode()
    assert b"Georgia" in parts_of(made)["word/styles.xml"]


def test_the_look_of_a_control_in_the_template_is_the_look_of_its_value() -> None:
    data = packaged("mandate", "nb")
    tag = '<w:tag w:val="m_name"/>'
    restyled = edited(data, tag, f"<w:rPr><w:i/></w:rPr>{tag}")

    made = compiled(form("mandate"), language="nb", data=restyled).fill(
        {"m_name": "Nærvær"}
    )

    assert "<w:r><w:rPr><w:i/></w:rPr><w:t" in parts_of(made)[DOCUMENT].decode()


def test_a_template_of_another_kind_is_refused() -> None:
    with pytest.raises(UnusableTemplateError, match="for agreement, not for mandate"):
        compiled(form("mandate"), language="nb", data=packaged("agreement", "nb"))


def test_a_word_file_that_is_no_template_is_refused() -> None:
    bare = with_parts(packaged("mandate", "nb"), {STORE: b"<other/>"})

    with pytest.raises(UnusableTemplateError, match="begin from a standard template"):
        compiled(form("mandate"), language="nb", data=bare)


def _without(key: str) -> bytes:
    root = _document(packaged("mandate", "nb"))
    for control in list(controls(root)):
        if control.tag == key:
            above = control.element.getparent()
            assert above is not None
            above.remove(control.element)
    return with_parts(packaged("mandate", "nb"), {DOCUMENT: etree.tostring(root)})


def test_a_template_without_a_place_for_what_must_be_filled_is_refused() -> None:
    with pytest.raises(UnusableTemplateError, match="m_summary"):
        compiled(form("mandate"), language="nb", data=_without("m_summary"))


def test_a_field_without_a_place_in_the_template_is_refused_by_name() -> None:
    own = compiled(form("mandate"), language="nb", data=_without("m_experience"))

    with pytest.raises(UnusableTemplateError, match="m_experience"):
        own.fill({"m_experience": ["Kort"]})

    assert read(own.fill({"m_name": "x"})).values == {"m_name": "x"}


def test_numbered_lists_begin_anew_in_each_field() -> None:
    listed = [{"list": "number", "text": "en"}]
    made = template("mandate", "nb").fill({"m_summary": listed, "m_purpose": listed})

    numbers = [
        value(node)
        for node in _document(made).iterfind(f".//{name('w:p')}//{name('w:numId')}")
    ]
    numbering = etree.fromstring(parts_of(made)["word/numbering.xml"])
    restarted = {
        num.get(f"{{{W}}}numId")
        for num in numbering.iter(name("w:num"))
        if num.find(f".//{name('w:startOverride')}") is not None
    }
    assert len(set(numbers)) == 2
    assert set(numbers) <= restarted
