from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.forms.catalogue import form, kinds
from workflows.forms.fields import Required
from workflows.forms.rich import rich_text
from workflows.forms.values import (
    Fault,
    faults,
    fixed_clauses,
    missing,
    normal,
)

MANDATE = form("mandate")


def of(**values: Any) -> tuple[Fault, ...]:
    return faults(MANDATE, values)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("m_name", "Nærvær på Solsida <&> \U0001f600\tx"),
        ("m_no", "P-2025-01"),
        ("m_summary", ["Ett avsnitt", [{"text": "fet", "bold": True}]]),
        (
            "m_summary",
            [{"list": "bullet", "text": "a"}, {"list": "number", "runs": []}],
        ),
        ("m_summary", ["to\nlinjer", "", [{"text": "x", "italic": False}]]),
        ("m_start", "2024-02-29"),
        ("m_chair", "rotating"),
        ("m_focus", ["sick_leave", "other"]),
        ("m_pm_percent", 50),
        ("m_pm_percent", 12.5),
        ("m_pm", {"name": "Ola Nordmann"}),
        ("m_pm", {"name": "Ola Nordmann", "role": None}),
        ("m_programme", {"ref": "PR1", "version": "1.0", "fingerprint": "fp:v1:0"}),
        ("m_risk", [{"_id": "r1", "risiko": "to\nlinjer", "sannsynlighet": 5}]),
        ("m_risk", [{"_id": "r1", "tiltak": None, "ansvarlig": ""}, {"_id": "r2"}]),
        ("m_risk", []),
        ("m_summary", None),
        ("m_start", ""),
    ],
)
def test_a_value_of_the_right_shape_has_no_faults(key: str, value: object) -> None:
    assert of(**{key: value}) == ()


@pytest.mark.parametrize(
    ("key", "value", "where", "said"),
    [
        ("m_nothing", "x", "m_nothing", "ikke dette feltet"),
        ("m_name", 7, "m_name", "tekst"),
        ("m_name", "to\nlinjer", "m_name", "én linje"),
        ("m_name", "a\x00b", "m_name", "U+0000"),
        ("m_name", "a\x0bb", "m_name", "U+000B"),
        ("m_name", "a\rb", "m_name", "U+000D"),
        ("m_name", "a\ud800b", "m_name", "U+D800"),
        ("m_name", "a\ufffeb", "m_name", "U+FFFE"),
        ("m_summary", "tekst", "m_summary", "liste av avsnitt"),
        ("m_summary", ["ok", 7], "m_summary[2]", "tekst"),
        ("m_summary", [["x"]], "m_summary[1][1]", "text"),
        ("m_summary", [[{"text": "\x01"}]], "m_summary[1][1].text", "U+0001"),
        ("m_summary", [[{"text": "x", "bold": 1}]], "m_summary[1][1].bold", "true"),
        ("m_summary", [[{"text": "x", "size": 1}]], "m_summary[1][1].size", "ukjent"),
        ("m_summary", [{"list": "square", "text": "x"}], "m_summary[1]", "listepunkt"),
        ("m_summary", [{"list": "bullet"}], "m_summary[1]", "listepunkt"),
        ("m_summary", [{"text": "x"}], "m_summary[1]", "listepunkt"),
        ("m_summary", [{"list": "bullet", "runs": "x"}], "m_summary[1].runs", "runs"),
        ("m_summary", [{"list": "bullet", "text": 1}], "m_summary[1].text", "tekst"),
        ("m_start", "14.03.2026", "m_start", "ÅÅÅÅ-MM-DD"),
        ("m_start", "20260314", "m_start", "ÅÅÅÅ-MM-DD"),
        ("m_start", "2025-02-29", "m_start", "kalenderen"),
        ("m_start", 20260314, "m_start", "ÅÅÅÅ-MM-DD"),
        ("m_chair", "Fast", "m_chair", "fixed, rotating"),
        ("m_chair", ["fixed"], "m_chair", "fixed, rotating"),
        ("m_focus", "sick_leave", "m_focus", "liste"),
        ("m_focus", ["sick_leave", "nei"], "m_focus", "Velg"),
        ("m_focus", ["other", "other"], "m_focus", "to ganger"),
        ("m_pm_percent", True, "m_pm_percent", "tall"),
        ("m_pm_percent", "50", "m_pm_percent", "tall"),
        ("m_pm_percent", float("nan"), "m_pm_percent", "endelig"),
        ("m_pm_percent", -1, "m_pm_percent", "Minst 0"),
        ("m_pm_percent", 101, "m_pm_percent", "Høyst 100"),
        ("m_pm", "Ola Nordmann", "m_pm", "name"),
        ("m_pm", {"role": "leder"}, "m_pm", "name må være fylt ut"),
        ("m_pm", {"name": "Ola", "born": "1970"}, "m_pm.born", "ukjent"),
        ("m_pm", {"name": "Ola\nNordmann"}, "m_pm.name", "én linje"),
        ("m_programme", {"version": "1.0"}, "m_programme", "ref"),
        ("m_risk", {"_id": "r1"}, "m_risk", "liste av rader"),
        ("m_risk", [{"risiko": "x"}], "m_risk[1]", "_id"),
        ("m_risk", ["x"], "m_risk[1]", "_id"),
        ("m_risk", [{"_id": "a"}, {"_id": "a"}], "m_risk", "a står to ganger"),
        ("m_risk", [{"_id": "a", "farge": "x"}], "m_risk[1].farge", "ukjent"),
        ("m_risk", [{"_id": "a", "sannsynlighet": 6}], "m_risk[1].sannsynlighet", "5"),
        ("m_risk", [{"_id": "a", "risiko": "\x08"}], "m_risk[1].risiko", "U+0008"),
        ("m_risk", [{"_id": 1}], "m_risk[1]._id", "tekst"),
    ],
)
def test_a_value_of_the_wrong_shape_is_told_with_its_place(
    key: str, value: object, where: str, said: str
) -> None:
    found = of(**{key: value})

    assert [fault.where for fault in found] == [where]
    assert found[0].key == key
    assert said in found[0].message.nb
    assert found[0].message.nn.strip()


@given(st.text())
def test_a_text_is_refused_exactly_when_xml_or_one_line_cannot_carry_it(
    text: str,
) -> None:
    def is_carried(sign: str) -> bool:
        point = ord(sign)
        printable = 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD
        return sign == "\t" or printable or point >= 0x10000

    assert (of(m_name=text) == ()) == all(map(is_carried, text))


def test_an_empty_mandate_lacks_what_a_round_needs_and_not_what_may_be_left_out() -> (
    None
):
    lacking = missing(MANDATE, {}, level=Required.ROUND)

    assert "m_name" in lacking
    assert "m_risk" in lacking
    assert "m_case" not in lacking
    assert "m_ethics" not in lacking


def test_what_must_be_there_for_a_round_must_be_there_for_agreement_too() -> None:
    on_round = set(missing(MANDATE, {}, level=Required.ROUND))
    agreed = set(missing(MANDATE, {}, level=Required.AGREED))

    assert agreed - on_round == {
        "m_case",
        "m_view_a",
        "m_view_f",
        "m_view_t",
        "m_benefit",
        "m_accept",
    }
    assert on_round < agreed


@pytest.mark.parametrize(
    ("values", "key", "is_missing"),
    [
        ({"m_name": "  "}, "m_name", True),
        ({"m_name": "x"}, "m_name", False),
        ({"m_summary": ["", [{"text": " ", "bold": True}]]}, "m_summary", True),
        ({"m_summary": [{"list": "bullet", "text": "x"}]}, "m_summary", False),
        ({"m_pm_percent": 0}, "m_pm_percent", False),
        ({"m_risk": [{"_id": "1", "risiko": "x"}] * 2}, "m_risk", True),
        ({"m_risk": [{"_id": "1", "risiko": "x"}] * 3}, "m_risk", False),
        ({"m_risk": [{"_id": "1", "risiko": ""}] * 3}, "m_risk", True),
        ({}, "m_inv_res", True),
        ({"m_inv_res_reason": ["Gjelder bare internt"]}, "m_inv_res", False),
        ({}, "m_hvo", False),
        ({"m_focus": ["sick_leave"]}, "m_hvo", True),
        ({"m_chair": "rotating"}, "m_chair_person", False),
        ({"m_chair": "fixed"}, "m_chair_person", True),
        ({"m_access": "public"}, "m_access_basis", False),
        ({"m_access": "exempt"}, "m_access_basis", True),
        ({}, "m_report_text", False),
        ({}, "m_changelog", False),
        ({}, "m_authors", True),
    ],
)
def test_a_field_is_missing_when_it_is_needed_and_says_nothing(
    values: dict[str, Any], key: str, is_missing: bool
) -> None:
    assert (key in missing(MANDATE, values, level=Required.ROUND)) is is_missing


def test_the_normal_form_says_the_same_in_one_way() -> None:
    values = {
        "m_summary": [
            [{"text": "Vi vil "}, {"text": "ha", "bold": False}, {"text": ""}],
            "",
            [{"text": "fet", "bold": True}, {"text": "ere", "bold": True}],
            {"list": "bullet", "runs": [{"text": "punkt"}]},
            {"list": "number", "runs": [{"text": "i", "italic": True}]},
            " ",
        ],
        "m_name": "Nærvær",
        "m_pm": {"name": "Ola Nordmann", "role": None},
        "m_risk": [{"_id": "1", "risiko": "x", "tiltak": ""}, {"_id": "2"}],
        "m_ethics": [],
    }

    found = normal(MANDATE, values)

    assert list(found) == ["m_name", "m_summary", "m_pm", "m_risk", "m_report_text"]
    assert found["m_summary"] == [
        "Vi vil ha",
        "",
        [{"text": "fetere", "bold": True}],
        {"list": "bullet", "text": "punkt"},
        {"list": "number", "runs": [{"text": "i", "italic": True}]},
    ]
    assert found["m_pm"] == {"name": "Ola Nordmann"}
    assert found["m_risk"] == [{"_id": "1", "risiko": "x"}]
    assert normal(MANDATE, found) == found


@pytest.mark.parametrize("kind", kinds())
def test_the_normal_form_of_nothing_is_the_fixed_clauses_of_the_form(kind: str) -> None:
    assert normal(form(kind), {}) == fixed_clauses(form(kind), language="nb")


def test_a_fixed_clause_follows_the_language_of_the_document() -> None:
    found = normal(form("agreement"), {"a_language": "nn"})

    assert rich_text(found["a_lines"]).startswith("Avtala endrar ikkje")
