from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from templates_docx.build import packaged, standard_template
from templates_docx.codec import codec
from templates_docx.compile import compiled, template
from templates_docx.entries import has_value
from templates_docx.errors import (
    MissingCodecError,
    TemplateError,
    UnusableTemplateError,
    ValueRefusedError,
)
from templates_docx.fill import Template
from templates_docx.package import Package
from templates_docx.read import read
from templates_docx.store import stored_from_xml
from tests.templates_docx.generated import values_for
from tests.templates_docx.samples import full_values
from tests.templates_docx.tampering import DOCUMENT, STORE, edited, parts_of
from workflows.forms.catalogue import form
from workflows.forms.fields import Field, Form
from workflows.forms.values import faults

WRONG: list[Any] = [
    *(0, 1.5, True, False, {}, (), "a\x1fb", "a\x0bb", "\ufffe", "a\nb", "\ud800"),
    *("2026-02-30", [None], [""], ["x", 1], {"name": ""}, {"x": "y"}, [{"_id": "r"}]),
    *([{"_id": " "}], [{"_id": "r"}, {"_id": "r"}], [{"list": "star", "text": "x"}]),
    *([{"list": "bullet"}], [[{"text": "x", "bold": 1}]], [[{"bold": True}]], [["x"]]),
    *([{"_id": "r", "part": "X"}], [{"_id": "r", "dato": "i morgen"}], 10**400),
]


def _with_rows_of(key: str, column: str) -> Form:
    whole = form("mandate")

    def changed(field: Field) -> Field:
        return replace(field, rows_of=column) if field.key == key else field

    sections = (
        replace(section, fields=tuple(map(changed, section.fields)))
        for section in whole.sections
    )
    return replace(whole, sections=tuple(sections))


@pytest.fixture(scope="module")
def by_choice() -> Template:
    known = _with_rows_of("m_time", "part")
    data = standard_template(known, language="nb")
    return compiled(known, language="nb", data=data)


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_exactly_what_has_a_fault_is_refused_and_told_in_the_same_words(
    data: st.DataObject,
) -> None:
    known = form(data.draw(st.sampled_from(["mandate", "agreement", "status-report"])))
    values = data.draw(values_for(known))
    wrong = data.draw(st.sampled_from(known.fields)).key
    values[wrong] = copy.deepcopy(data.draw(st.sampled_from(WRONG)))
    found = faults(known, values)

    if not found:
        template(known.kind, "nb").fill(values)
        return
    with pytest.raises(ValueRefusedError) as refused:
        template(known.kind, "nb").fill(values)

    assert refused.value.key == found[0].where
    assert refused.value.text == found[0].message.nb


def test_the_order_of_the_keys_makes_no_difference() -> None:
    values = full_values(form("mandate"), "nb")
    backwards = dict(reversed(values.items()))

    assert template("mandate", "nb").fill(values) == template("mandate", "nb").fill(
        backwards
    )


def test_a_document_made_after_others_is_the_same_as_before_them() -> None:
    few = full_values(form("mandate"), "nb", rows=2)
    many = full_values(form("mandate"), "nb", rows=9)
    made = template("mandate", "nb").fill(few)

    template("mandate", "nb").fill(many)

    assert template("mandate", "nb").fill(few) == made


def test_rows_beyond_those_kept_are_made_too() -> None:
    rows = [{"_id": f"r{n}", "nr": str(n)} for n in range(620)]
    values = {"m_milestones": rows}

    assert read(template("mandate", "nb").fill(values)).values == values


def test_a_restyled_template_gives_the_same_content_by_the_same_way() -> None:
    data = edited(packaged("mandate", "nb"), "Kort fortalt</w:t>", "Kort sagt</w:t>")
    own = compiled(form("mandate"), language="nb", data=data)
    values = full_values(form("mandate"), "nb")

    ours = parts_of(template("mandate", "nb").fill(values))
    theirs = parts_of(own.fill(values))

    body = theirs.pop(DOCUMENT).decode().replace("Kort sagt", "Kort fortalt")
    assert body == ours.pop(DOCUMENT).decode()
    assert theirs == ours


def test_another_codec_packs_the_same_content() -> None:
    pytest.importorskip("isal")
    values = full_values(form("mandate"), "nb")

    by_zlib = template("mandate", "nb").fill(values)
    by_isal = template("mandate", "nb").fill(values, codec=codec("isal"))

    assert parts_of(by_isal) == parts_of(by_zlib)
    assert by_isal != by_zlib
    assert codec("zlib").name == "zlib"


def test_a_codec_nobody_has_heard_of_is_refused_by_name() -> None:
    with pytest.raises(MissingCodecError, match="brotli"):
        codec("brotli")


def test_only_parts_that_differ_come_after_the_frame() -> None:
    one = Package.open(template("mandate", "nb").fill({"m_name": "Ro"}))
    other = Package.open(template("mandate", "nb").fill({"m_name": "Uro"}))

    differ = [name for name in one.members if one.members[name] != other.members[name]]

    assert next(iter(one.members)) == "[Content_Types].xml"
    assert DOCUMENT in differ
    assert "word/styles.xml" not in differ


def test_a_control_of_another_field_inside_a_row_is_refused() -> None:
    data = packaged("mandate", "nb")
    cell = 'w:xpath="/m:document[1]/m:m_milestones[1]/m:row[1]/m:nr[1]"'
    moved = edited(data, cell, 'w:xpath="/m:document[1]/m:m_name[1]"')

    with pytest.raises(UnusableTemplateError, match="m_milestones"):
        compiled(form("mandate"), language="nb", data=moved)


def test_a_table_of_choices_stands_with_a_row_for_each(by_choice: Template) -> None:
    data = by_choice.fill({})

    field = by_choice.form.field("m_time")
    (column,) = (column for column in field.columns if column.key == "part")
    body = parts_of(data)[DOCUMENT].decode()
    assert all(choice.label.nb in body for choice in column.choices)
    assert body.count('"m_time#') == len(column.choices)


def test_rows_of_choices_that_nobody_touched_are_no_value(by_choice: Template) -> None:
    field = by_choice.form.field("m_time")
    store = etree.fromstring(parts_of(by_choice.fill({}))[STORE])

    entry = stored_from_xml(by_choice.form, store).entries["m_time"]

    assert len(entry.rows) > 1
    assert not has_value(field, entry, language="nb")


def test_what_is_given_stands_instead_of_the_rows_of_choices(
    by_choice: Template,
) -> None:
    values = {"m_time": [{"_id": "x", "part": "F", "timer": "30"}]}

    assert read(by_choice.fill(values)).values == values


def test_every_error_is_one_of_ours() -> None:
    with pytest.raises(TemplateError):
        template("mandate", "nb").fill({"m_pm": {"name": ["x"]}})
