from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from templates_docx.compile import template
from templates_docx.errors import UnusableTemplateError, ValueRefusedError
from templates_docx.read import read
from templates_docx.store import Identity
from templates_docx.texts import MAX_TEXT
from tests.templates_docx.generated import values_for
from tests.templates_docx.samples import full_values
from tests.templates_docx.tampering import STORE, parts_of
from workflows.forms.catalogue import UnknownKindError, form, kinds

BOTH = pytest.mark.parametrize("language", ["nb", "nn"])
ALL = pytest.mark.parametrize("kind", kinds())


@ALL
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_made_is_read_back_whatever_it_holds(
    kind: str, data: st.DataObject
) -> None:
    language = data.draw(st.sampled_from(["nb", "nn"]))
    values = data.draw(values_for(form(kind)))

    reading = read(template(kind, language).fill(values))

    assert reading.values == values
    assert reading.findings == ()
    assert (reading.kind, reading.language) == (kind, language)


@ALL
@BOTH
def test_a_full_document_is_read_back(kind: str, language: str) -> None:
    values = full_values(form(kind), language)

    reading = read(template(kind, language).fill(values))

    assert reading.values == values
    assert reading.findings == ()


def test_the_same_values_give_the_same_bytes() -> None:
    values = full_values(form("mandate"), "nb")

    first = template("mandate", "nb").fill(values)

    assert template("mandate", "nb").fill(dict(values)) == first


def test_the_file_knows_which_document_and_version_it_is() -> None:
    identity = Identity(document="D-17", version="0.3")

    reading = read(template("mandate", "nn").fill({}, identity=identity))

    assert (reading.document, reading.version) == ("D-17", "0.3")
    assert reading.values == {}


def test_nothing_and_empty_are_told_apart() -> None:
    values = {"m_name": "", "m_summary": [], "m_focus": [], "m_effect": []}

    assert read(template("mandate", "nb").fill(values)).values == values


def test_a_fixed_clause_stands_without_being_a_value() -> None:
    data = template("agreement", "nn").fill({})

    assert "Avtala endrar ikkje kven som har mynde" in parts_of(data)[
        "word/document.xml"
    ].decode("utf-8")
    assert read(data).values == {}


@pytest.mark.parametrize(
    ("values", "key"),
    [
        pytest.param({"m_nmae": "x"}, "m_nmae", id="unknown key"),
        pytest.param({"m_name": "a\x01b"}, "m_name", id="character XML cannot carry"),
        pytest.param({"m_start": "14.03.2026"}, "m_start", id="date of another shape"),
        pytest.param({"m_status": "ferdig"}, "m_status", id="unknown choice"),
        pytest.param({"m_effect": [{"nr": "1"}]}, "m_effect", id="row without id"),
        pytest.param({"m_summary": "text"}, "m_summary", id="rich that is no list"),
        pytest.param(
            {"m_effect": [{"_id": "r", "nr": "x" * (MAX_TEXT + 1)}]},
            "m_effect",
            id="endless text",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_its_key(
    values: dict[str, object], key: str
) -> None:
    with pytest.raises(ValueRefusedError) as refused:
        template("mandate", "nb").fill(values)

    assert refused.value.key.startswith(key)


def test_the_refused_character_is_named() -> None:
    with pytest.raises(ValueRefusedError, match=r"U\+0001"):
        template("mandate", "nb").fill({"m_name": "a\x01b"})


def test_a_language_we_have_no_template_in_is_refused() -> None:
    with pytest.raises(UnusableTemplateError, match="nb or nn"):
        template("mandate", "en")


def test_a_kind_nobody_has_heard_of_is_refused() -> None:
    with pytest.raises(UnknownKindError):
        template("poem", "nb")


def test_dates_are_shown_as_people_write_them_and_stored_as_machines_do() -> None:
    values = {
        "m_start": "2026-03-14",
        "m_result": [{"_id": "r1", "frist": "2026-03-14"}],
    }

    parts = parts_of(template("mandate", "nb").fill(values))

    body = parts["word/document.xml"].decode()
    assert ">14. mars 2026<" in body
    assert ">14.03.2026<" in body
    assert parts[STORE].decode().count("2026-03-14") == 2


def test_the_title_property_names_kind_and_document() -> None:
    data = template("mandate", "nb").fill({"m_name": "Nærvær & trivsel"})

    core = etree.fromstring(parts_of(data)["docProps/core.xml"])
    assert core.findtext("{*}title") == "Prosjektmandat – Nærvær & trivsel"
    assert core.findtext("{*}language") == "nb-NO"


def test_a_party_without_a_row_still_has_a_line_to_sign_on() -> None:
    values = {"a_sign": [{"_id": "t1", "part": "T", "navn": "Rita Solgløtt"}]}

    data = template("agreement", "nb").fill(values)

    body = parts_of(data)["word/document.xml"].decode()
    assert body.count('w:xpath="/m:document[1]/m:a_sign[1]/m:row[') == 3 * 8
    assert read(data).values == values
