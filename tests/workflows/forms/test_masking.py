"""What is masked stands nowhere in what is left, whatever the values are."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.forms.catalogue import form
from workflows.forms.masking import Mask, masked, passages

OUTPUT = form("output")
WORDS = "[sladdet]"
SECRET = "Kari Hemmelig Nordmann"
VALUES: dict[str, Any] = {
    "o_title": f"Turnus for {SECRET}",
    "o_access": "exempt",
}
SPACINGS = st.sampled_from([" ", "  ", "\n", "\N{NO-BREAK SPACE}"])


def rich_field() -> str:
    return next(field.key for field in OUTPUT.fields if field.type.value == "rich")


@settings(max_examples=12)
@given(before=st.text(max_size=5), space=SPACINGS, shout=st.booleans())
def test_a_passage_is_gone_in_every_field_spacing_and_case(
    before: str, space: str, *, shout: bool
) -> None:
    said = SECRET.replace(" ", space)
    said = said.upper() if shout else said
    runs = [{"text": f"{before} {said[:7]}", "bold": True}, {"text": said[7:]}]
    values = {**VALUES, rich_field(): [f"{before} {said}", runs]}

    told = masked(OUTPUT, values, [Mask("", SECRET, WORDS)])

    left = " ".join(json.dumps(told, ensure_ascii=False).split()).casefold()
    assert "hemmelig" not in left
    assert left.count(WORDS) == 3
    assert told["o_access"] == "exempt"


def test_a_whole_field_is_gone_and_so_is_what_repeats_it() -> None:
    values = {**VALUES, rich_field(): [SECRET, {"list": "bullet", "text": "Annet"}]}

    told = masked(OUTPUT, values, [Mask(rich_field(), "", WORDS)])

    assert told[rich_field()] == [WORDS]
    assert told["o_title"] == f"Turnus for {WORDS}"


def test_what_is_not_masked_stands_as_it_was() -> None:
    bold = [{"text": "Fet", "bold": True}, {"text": " tekst"}]
    values = {**VALUES, rich_field(): [bold, SECRET]}

    told = masked(OUTPUT, values, [Mask("", SECRET, WORDS)])

    assert told[rich_field()] == [bold, WORDS]


def test_a_passage_inside_another_leaves_nothing_of_the_longer() -> None:
    masks = [Mask("", "Kari", "[a]"), Mask("", SECRET, "[b]")]

    told = masked(OUTPUT, VALUES, masks)

    assert told["o_title"] == "Turnus for [b]"


def test_a_field_that_is_no_text_says_nothing_when_it_is_masked() -> None:
    told = masked(OUTPUT, VALUES, [Mask("o_access", "", WORDS)])

    assert told == {"o_title": VALUES["o_title"]}
    assert list(passages(OUTPUT, VALUES, [Mask("o_access", "", WORDS)])) == []
