"""What a clerk is told of a template, and that the compiler thinks the same."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from lxml import etree

from templates_docx.build import packaged
from templates_docx.compile import compiled
from templates_docx.errors import RefusedFileError, TemplateError, UnusableTemplateError
from templates_docx.finding import Control, controls
from templates_docx.lint import has_errors, language_of, lint
from templates_docx.lint_texts import TemplateFinding
from templates_docx.wordml import W, child, name
from tests.templates_docx.tampering import (
    DOCUMENT,
    STORE,
    edited,
    parts_of,
    rewritten,
    with_parts,
)
from workflows.forms.catalogue import form, kinds

STANDARD = packaged("mandate", "nb")
TWIN = packaged("mandate", "nn")
ANOTHER = '<w:p><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p>'


def found(data: bytes, twin: bytes | None = TWIN) -> list[TemplateFinding]:
    return list(lint(data, kind="mandate", twin=twin))


def codes(data: bytes) -> list[str]:
    return [each.code for each in found(data)]


def control(root: etree._Element, tag: str) -> Control:
    return next(each for each in controls(root) if each.tag == tag)


def xml(text: str) -> etree._Element:
    return etree.fromstring(f'<r xmlns:w="{W}">{text}</r>')[0]


def wrapped(root: etree._Element, tag: str, change: str) -> None:
    """Put a control into a tracked change, as Word does around one in a line."""
    element = control(root, tag).element
    above = element.getparent()
    assert above is not None
    mark = etree.Element(name(f"w:{change}"))
    mark.set(name("w:author"), "Kari Vik")
    above.replace(element, mark)
    mark.append(element)


def with_paragraph(text: str) -> bytes:
    def add(root: etree._Element) -> None:
        root[0].insert(3, xml(text))

    return rewritten(STANDARD, add)


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_standard_template_has_nothing_to_be_told(kind: str, language: str) -> None:
    data = packaged(kind, language)

    assert lint(data, kind=kind) == ()
    assert language_of(data) == language


def test_a_misspelt_field_a_field_in_an_insertion_and_no_twin_are_three_findings() -> (
    None
):
    def change(root: etree._Element) -> None:
        wrapped(root, "m_start", "ins")

    data = edited(rewritten(STANDARD, change), '"m_name"', '"m_nmae"')
    data = edited(data, "m:m_name[1]", "m:m_nmae[1]")

    told = found(data, twin=None)

    assert {each.code: (each.severity, each.where) for each in told} == {
        "misspelt-field": ("error", "m_name"),
        "field-in-insertion": ("warning", "m_start"),
        "missing-twin": ("warning", ""),
    }
    by_code = {each.code: each for each in told}
    assert "«m_nmae» finnes ikke" in by_code["misspelt-field"].message
    assert "«Prosjektnavn»" in by_code["misspelt-field"].message
    assert by_code["field-in-insertion"].place.startswith("Hoveddelen, under «")
    assert "ved «" in by_code["field-in-insertion"].place


def test_findings_are_told_in_the_language_of_the_template() -> None:
    data = edited(TWIN, '<w:tag w:val="m_name"/>', '<w:tag w:val="m_nmae"/>')

    (told,) = lint(data, kind="mandate", twin=STANDARD)

    assert "finst ikkje" in told.message
    assert told.place.startswith("Hovuddelen")


def test_what_says_a_wrong_tag_is_a_warning_while_the_binding_is_right() -> None:
    (told,) = found(edited(STANDARD, 'w:val="m_name"', 'w:val="m_nmae"'))

    assert (told.code, told.severity, told.where) == (
        "misspelt-field",
        "warning",
        "m_name",
    )


@pytest.mark.parametrize(
    ("change", "code", "severity"),
    [
        pytest.param("del", "field-in-deletion", "error", id="deleted"),
        pytest.param("moveFrom", "field-in-deletion", "error", id="moved away"),
        pytest.param("moveTo", "field-in-move", "warning", id="moved here"),
    ],
)
def test_a_field_in_a_tracked_change_is_told_once(
    change: str, code: str, severity: str
) -> None:
    data = rewritten(STANDARD, lambda root: wrapped(root, "m_start", change))

    (told,) = found(data)

    assert (told.code, told.severity, told.where) == (code, severity, "m_start")


def without(tag: str) -> Callable[[etree._Element], None]:
    def change(root: etree._Element) -> None:
        element = control(root, tag).element
        above = element.getparent()
        assert above is not None
        above.remove(element)

    return change


@pytest.mark.parametrize(
    ("tag", "code", "severity"),
    [
        pytest.param("m_summary", "missing-field", "error", id="must be filled"),
        pytest.param("m_experience", "left-out-field", "note", id="may be filled"),
        pytest.param(
            "m_focus_text", "missing-conditional-field", "warning", id="sometimes"
        ),
        pytest.param("m_pm.role", "missing-part", "warning", id="half a person"),
        pytest.param("m_effect.nr", "missing-part", "warning", id="a column"),
    ],
)
def test_a_field_that_has_lost_its_place_is_told(
    tag: str, code: str, severity: str
) -> None:
    (told,) = found(rewritten(STANDARD, without(tag)))

    assert (told.code, told.severity, told.where) == (code, severity, tag.split(".")[0])
    assert told.place


def test_a_party_without_rows_to_sign_on_is_told() -> None:
    data = rewritten(packaged("agreement", "nb"), without("a_sign.F.row"))

    (told,) = lint(data, kind="agreement", twin=packaged("agreement", "nn"))

    assert (told.code, told.where) == ("missing-part", "a_sign")
    assert "«Folkevalgte»" in told.message


def test_a_table_without_a_repeating_row_is_told_once() -> None:
    def unwrap(root: etree._Element) -> None:
        section = next(
            each
            for each in controls(root)
            if each.binding and each.binding.is_rows and each.tag == "m_effect"
        )
        row = next(section.element.iter(name("w:tr")))
        above = section.element.getparent()
        assert above is not None
        above.replace(section.element, row)

    (told,) = found(rewritten(STANDARD, unwrap))

    assert (told.code, told.severity) == ("no-repeating-row", "error")


def test_a_rich_control_inside_a_line_is_told() -> None:
    def flatten(root: etree._Element) -> None:
        content = control(root, "m_summary").content
        assert content is not None
        runs = content.findall(f".//{name('w:r')}")
        content[:] = runs

    (told,) = found(rewritten(STANDARD, flatten))

    assert (told.code, told.severity) == ("rich-not-block", "error")


def test_an_agreed_clause_that_was_altered_is_told() -> None:
    data = packaged("agreement", "nb")
    data = edited(data, "Avtalen endrer ikke hvem", "Avtalen endrer hvem")

    (told,) = lint(data, kind="agreement", twin=packaged("agreement", "nn"))

    assert (told.code, told.severity, told.where) == (
        "altered-clause",
        "error",
        "a_lines",
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param(
            "m:document[1]/m:m_no[1]", "m:other[1]", "broken-binding", id="nowhere"
        ),
        pytest.param(
            "xmlns:m='urn:samspor:document:1'\" w:xpath=\"/m:document[1]/m:m_no[1]",
            "xmlns:m='urn:other'\" w:xpath=\"/m:document[1]/m:m_no[1]",
            "broken-binding",
            id="namespace",
        ),
        pytest.param(
            "{5A3D1C52-7E0B-4C6E-9B7A-53414D53504F}",
            "{00000000-7E0B-4C6E-9B7A-53414D53504F}",
            "broken-binding",
            id="another part",
        ),
        pytest.param("<w:date>", "<w:text/><w:date>", "wrong-kind", id="kind"),
        pytest.param('<w:id w:val="1001"/>', '<w:id w:val="1002"/>', "duplicate-id"),
        pytest.param(
            "<w:tblCaption ", "<w:tblNothing ", "no-table-caption", id="caption"
        ),
        pytest.param("<w:tblHeader/>", "", "no-table-header", id="header row"),
        pytest.param('"Heading2"', '"Heading3"', "heading-skips", id="heading"),
    ],
)
def test_what_was_broken_is_told_by_a_code(old: str, new: str, code: str) -> None:
    told = codes(edited(STANDARD, old, new))

    assert set(told) == {code}


@pytest.mark.parametrize(
    "text", ["{{m_name}}", "[m_name]", "«m_name»", "{% if x %}", "${name}", "<<name>>"]
)
def test_what_looks_like_a_field_of_another_system_is_told(text: str) -> None:
    escaped = text.replace("<", "&lt;")

    (told,) = found(with_paragraph(ANOTHER.format(f"Navn: {escaped}")))

    assert told.code == "foreign-field"
    assert f"«{text}»" in told.message or text in told.message
    assert "ved «Navn" in told.place


def test_quotation_marks_alone_are_no_field() -> None:
    assert codes(with_paragraph(ANOTHER.format("Prosjektet «Nærvær» [sic]"))) == []


def test_a_field_of_a_mail_merge_is_told() -> None:
    field = '<w:p><w:fldSimple w:instr=" MERGEFIELD Navn "/></w:p>'

    (told,) = found(with_paragraph(field))

    assert "MERGEFIELD Navn" in told.message


def test_changes_and_pictures_left_in_the_template_are_told() -> None:
    inserted = '<w:p><w:ins w:id="1"><w:r><w:t>ny</w:t></w:r></w:ins></w:p>'
    picture = (
        '<w:p><w:r><w:drawing><docPr xmlns="urn:wp" id="1"/></w:drawing></w:r></w:p>'
    )

    assert codes(with_paragraph(inserted)) == ["tracked-changes"]
    assert codes(with_paragraph(picture)) == ["no-alt-text"]


def test_a_title_and_a_language_that_are_lost_are_told() -> None:
    core = parts_of(STANDARD)["docProps/core.xml"].decode()
    untitled = core.replace("Prosjektmandat", "")
    foreign = edited(STANDARD, "nb-NO", "en-US", part="word/styles.xml")

    assert codes(with_parts(STANDARD, {"docProps/core.xml": untitled.encode()})) == [
        "no-title"
    ]
    assert codes(foreign) == ["document-language"]


def test_a_template_of_another_kind_or_without_its_parts_is_one_error() -> None:
    other = lint(packaged("agreement", "nb"), kind="mandate", twin=TWIN)
    lost = found(with_parts(STANDARD, {STORE: b""}))

    assert [each.code for each in other] == ["other-kind"]
    assert [each.code for each in lost] == ["lost-parts"]
    assert has_errors(other)


def test_a_twin_must_be_usable_and_have_the_same_fields() -> None:
    lacking = rewritten(TWIN, without("m_experience"))

    assert [each.code for each in found(STANDARD, twin=b"nothing")] == ["useless-twin"]
    (told,) = found(STANDARD, twin=lacking)
    assert (told.code, told.where) == ("twin-lacks-field", "m_experience")


def test_an_unsafe_file_is_refused() -> None:
    with pytest.raises(RefusedFileError):
        lint(b"PK\3\4", kind="mandate")


def _damage(root: etree._Element, chance: random.Random) -> None:
    """One or two of the things that people and programs do to a template."""
    for _ in range(chance.randint(1, 2)):
        every = list(controls(root))
        if every:
            chance.choice(_ACTS)(chance.choice(every))


def _remove(one: Control) -> None:
    above = one.element.getparent()
    if above is not None:
        above.remove(one.element)


def _unwrap(one: Control) -> None:
    above, content = one.element.getparent(), one.content
    if above is not None and content is not None:
        place = above.index(one.element)
        above[place : place + 1] = list(content)


def _renamed(one: Control) -> None:
    for key in ("tag", "alias"):
        node = child(one.properties, key)
        if node is not None:
            node.set(name("w:val"), "m_nmae")


def _unbound(one: Control) -> None:
    node = child(one.properties, "dataBinding")
    if node is not None:
        node.set(name("w:xpath"), "/m:document[1]/m:gone[1]")


def _emptied(one: Control) -> None:
    if one.content is not None:
        one.content.clear()


def _without_properties(one: Control) -> None:
    one.element.remove(one.properties)


def _deleted(one: Control) -> None:
    above = one.element.getparent()
    if above is not None:
        mark = etree.Element(name("w:del"))
        above.replace(one.element, mark)
        mark.append(one.element)


def _kindless(one: Control) -> None:
    for key in ("text", "date", "dropDownList", "repeatingSection"):
        node = child(one.properties, key)
        if node is not None:
            one.properties.remove(node)


_ACTS = (
    _remove,
    _unwrap,
    _renamed,
    _unbound,
    _emptied,
    _without_properties,
    _deleted,
    _kindless,
)


@pytest.mark.parametrize("seed", range(60))
def test_an_error_is_told_if_and_only_if_the_compiler_refuses(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    kind = chance.choice(kinds())
    data = rewritten(packaged(kind, "nb"), lambda root: _damage(root, chance))

    try:
        compiled(form(kind), language="nb", data=data)
        is_refused = False
    except TemplateError as problem:
        is_refused = isinstance(problem, UnusableTemplateError)

    findings = lint(data, kind=kind, twin=packaged(kind, "nn"))
    assert has_errors(findings) == is_refused, findings
    assert DOCUMENT not in [each.place for each in findings]
