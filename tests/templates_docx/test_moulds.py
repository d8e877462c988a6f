"""Documents that are cast are the same as those that are made with care."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from templates_docx.build import packaged
from templates_docx.compile import compiled, template
from templates_docx.errors import ValueRefusedError
from templates_docx.fill import Template
from templates_docx.read import read
from templates_docx.store import Identity
from tests.templates_docx.generated import values_for
from tests.templates_docx.samples import full_values
from tests.templates_docx.tampering import parts_of
from workflows.forms.catalogue import form, kinds
from workflows.forms.fields import Column, Field, FieldType
from workflows.forms.values import normal

ALL = pytest.mark.parametrize("kind", kinds())
TIMES = 3


def _fresh(kind: str) -> Template:
    return compiled(form(kind), language="nb", data=packaged(kind, "nb"))


def _retold(kind: str, values: dict[str, Any], words: str) -> dict[str, Any]:
    """The same values in other words, as long as they are words."""
    known = form(kind)
    return {key: _other(known.field(key), one, words) for key, one in values.items()}


def _other(field: Field, value: Any, words: str) -> Any:
    if field.type is FieldType.TEXT:
        return f"{value} {words}"
    if field.type is FieldType.PERSON:
        return {part: f"{text} {words}" for part, text in value.items()}
    if field.type is FieldType.RICH:
        return [_paragraph(one, words) for one in value]
    return _rows(field, value, words) if field.type is FieldType.TABLE else value


def _paragraph(paragraph: Any, words: str) -> Any:
    if isinstance(paragraph, str):
        return f"{paragraph} {words}"
    if isinstance(paragraph, list):
        return [run | {"text": f"{run['text']}{words}"} for run in paragraph]
    if "runs" in paragraph:
        return paragraph | {"runs": _paragraph(paragraph["runs"], words)}
    return paragraph | {"text": f"{paragraph['text']} {words}"}


def _rows(field: Field, rows: Any, words: str) -> Any:
    texts = {one.key for one in field.columns if _is_free(one)}
    return [
        {
            key: f"{cell}\n{words}\tx" if key in texts else cell
            for key, cell in row.items()
        }
        for row in rows
    ]


def _is_free(column: Column) -> bool:
    return column.type is FieldType.TEXT


@ALL
def test_a_cast_document_is_the_one_that_is_made_with_care(kind: str) -> None:
    first = full_values(form(kind), "nb")
    other = _retold(kind, first, 'på «Å» & <øl> "nå"')
    careful, casting = _fresh(kind), _fresh(kind)
    identity = Identity(document="D-1 & 2", version="0.3")

    for _ in range(TIMES):
        casting.fill(first)

    assert casting.fill(other, identity=identity) == careful.fill(
        other, identity=identity
    )
    assert casting.fill(first) == careful.fill(first)


@ALL
@given(data=st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_document_made_again_is_the_same_and_is_read_back(
    kind: str, data: st.DataObject
) -> None:
    known = form(kind)
    values = normal(known, data.draw(values_for(known)))

    made = [template(kind, "nb").fill(values) for _ in range(TIMES)]

    assert made[0] == made[1] == made[2]
    assert read(made[2]).values == values


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"m_name": "to\nlinjer"}, id="line break"),
        pytest.param({"m_name": "a\x1fb"}, id="character XML cannot carry"),
        pytest.param({"m_start": "i morgen"}, id="no day"),
        pytest.param({"m_pm": {"name": " ", "role": "leder"}}, id="blank name"),
        pytest.param({"m_pm": {"name": "Siv", "rolle": "leder"}}, id="unknown part"),
        pytest.param({"m_effect": [{"_id": " ", "nr": "1"}]}, id="blank id"),
        pytest.param({"m_effect": [{"_id": "r", "nummer": "1"}]}, id="unknown column"),
        pytest.param({"m_summary": [[{"text": "x", "bold": 1}]]}, id="bold is 1"),
        pytest.param({"m_summary": [[{"text": True, "bold": "x"}]]}, id="text is true"),
    ],
)
@pytest.mark.parametrize("times", [1, TIMES])
def test_what_is_refused_with_care_is_refused_in_a_mould(
    wrong: dict[str, Any], times: int
) -> None:
    values = {
        "m_name": "Ro",
        "m_start": "2026-02-03",
        "m_pm": {"name": "Siv", "role": "leder"},
        "m_effect": [{"_id": "r", "nr": "1"}],
        "m_summary": [[{"text": "x", "bold": True}]],
    }
    casting = _fresh("mandate")
    for _ in range(times):
        casting.fill(values)

    with pytest.raises(ValueRefusedError):
        casting.fill(values | wrong)


@ALL
def test_a_full_document_without_a_chart_is_cast(kind: str) -> None:
    known, outliner = form(kind), template(kind, "nb").outliner

    has_chart = any(one.chart is not None for one in known.fields)

    assert (outliner is None) is has_chart
    assert outliner is None or outliner.outline(full_values(known, "nb")) is not None


def test_more_shapes_than_are_kept_are_all_made() -> None:
    counts = [*range(1, 12)] * 2
    casting = _fresh("mandate")

    made = [casting.fill(_with_rows(count)) for count in counts]

    assert made[:11] == made[11:]
    assert read(made[-1]).values == _with_rows(11)


def test_nothing_of_one_document_is_left_in_the_next() -> None:
    casting = _fresh("mandate")
    for _ in range(TIMES):
        casting.fill({"m_name": "Hemmelig", "m_case": "2026/1"})

    parts = parts_of(casting.fill({"m_name": "Åpen", "m_case": "2026/2"}))

    assert not any(b"Hemmelig" in content for content in parts.values())


def _with_rows(count: int) -> dict[str, Any]:
    return {"m_milestones": [{"_id": f"r{n}", "nr": str(n)} for n in range(count)]}
