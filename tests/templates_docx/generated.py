"""Values that hypothesis makes up for any form: every type, every awkward character."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from workflows.forms.fields import Column, Field, FieldType, Form

_AWKWARD = "æøåÆØÅ&<>\"'\t\u00a0\u2011\u00ad\u202e\u05d0\u0645\U0001f600\u2028 ab{}["
_line = st.text(
    st.one_of(
        st.sampled_from(_AWKWARD),
        st.characters(
            exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"
        ),
    ),
    max_size=12,
)
_lines = st.lists(_line, max_size=3).map("\n".join)
_days = st.dates(date(1900, 1, 1), date(2100, 12, 31)).map(date.isoformat)
_looks = st.fixed_dictionaries(
    {"text": _lines}, optional={"bold": st.booleans(), "italic": st.booleans()}
)
_runs = st.lists(_looks, max_size=3)
_kind = st.sampled_from(["bullet", "number"])
_paragraph = st.one_of(
    _lines,
    _runs,
    st.fixed_dictionaries({"list": _kind, "text": _lines}),
    st.fixed_dictionaries({"list": _kind, "runs": _runs}),
)
_name = _line.filter(str.strip)


@st.composite
def values_for(draw: st.DrawFn, form: Form) -> dict[str, Any]:
    """Return values for some of the fields of a form."""
    fields = draw(st.lists(st.sampled_from(form.fields), unique=True, max_size=12))
    return {field.key: draw(_field(field)) for field in fields}


def _field(field: Field) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), _filled(field))


def _filled(field: Field) -> st.SearchStrategy[Any]:
    if field.type is FieldType.RICH:
        return st.lists(_paragraph, max_size=4)
    if field.type is FieldType.TABLE:
        return _rows(field)
    if field.type is FieldType.MULTI:
        keys = [choice.key for choice in field.choices]
        return st.lists(st.sampled_from(keys), unique=True)
    if field.type is FieldType.PERSON:
        return _record("name", "role")
    if field.type is FieldType.REF:
        return _record("ref", "version", "fingerprint")
    return _single(field, _line)


def _record(first: str, *others: str) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({first: _name}, optional=dict.fromkeys(others, _line))


def _rows(field: Field) -> st.SearchStrategy[Any]:
    cells = {column.key: _single(column, _lines) for column in field.columns}
    row = st.fixed_dictionaries({"_id": _name}, optional=cells)
    return st.lists(row, max_size=3, unique_by=lambda made: made["_id"])


def _single(
    part: Field | Column, text: st.SearchStrategy[str]
) -> st.SearchStrategy[Any]:
    if part.type is FieldType.DATE:
        return _days
    if part.type is FieldType.CHOICE:
        return st.sampled_from([choice.key for choice in part.choices])
    if part.type is FieldType.NUMBER:
        return _numbers(part)
    return text


def _numbers(part: Field | Column) -> st.SearchStrategy[Any]:
    whole = st.integers(
        part.least if part.least is not None else -(10**9),
        part.most if part.most is not None else 10**9,
    )
    if part.most is not None:
        return whole
    return st.one_of(whole, st.floats(part.least or 0, 1e12, allow_subnormal=False))
