from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.record.canonical import LARGEST, canonical

texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=5,
)


def test_keys_stand_in_the_order_of_their_utf_16_units() -> None:
    # The keys of RFC 8785, section 3.2.3.
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]

    spelt = canonical(dict.fromkeys(keys, 0))

    assert list(json.loads(spelt)) == [
        *("\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33")
    ]


def test_texts_are_escaped_no_more_than_they_must_be() -> None:
    spelt = canonical({"numbers": [1], "string": '\u20ac$\u000f\nA\'B"\\\\"/\u007f'})

    assert spelt.decode() == (
        '{"numbers":[1],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f"}'
    )


@settings(max_examples=40)
@given(plain)
def test_a_value_has_one_spelling_and_comes_back(value: Any) -> None:
    spelt = canonical(value)

    assert json.loads(spelt) == value
    assert canonical(json.loads(spelt)) == spelt


@pytest.mark.parametrize(
    "value", [1.5, 1.0, LARGEST + 1, {1: "a"}, {"a": {2}}, "\ud800", b"a"]
)
def test_what_is_not_read_alike_everywhere_is_refused(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        canonical({"a": value})
