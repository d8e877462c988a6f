"""What a section says in plain words, and word by word what changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workflows.forms.catalogue import form
from workflows.forms.wording import Change, section_words, word_diff

_text = st.text(alphabet="ab \n\u00e6", max_size=30)


@given(before=_text, after=_text)
def test_both_texts_can_be_put_together_from_the_difference(
    before: str, after: str
) -> None:
    stretches = word_diff(before, after)

    kept = [one.text for one in stretches if one.change is not Change.INSERTED]
    new = [one.text for one in stretches if one.change is not Change.DELETED]

    assert "".join(kept) == before
    assert "".join(new) == after


def test_one_changed_word_is_one_word_gone_and_one_new() -> None:
    stretches = word_diff("Vi vil ha faste team", "Vi vil ha hele team")

    changed = [(s.change, s.text) for s in stretches if s.change is not Change.SAME]

    assert changed == [(Change.DELETED, "faste"), (Change.INSERTED, "hele")]


def test_a_section_is_told_in_words_with_labels_of_choices() -> None:
    mandate = form("mandate")
    section = next(
        each
        for each in mandate.sections
        if any(f.key == "m_purpose" for f in each.fields)
    )

    told = section_words(
        mandate, section.key, {"m_purpose": ["Flere hele stillinger."]}, "nb"
    )

    assert "Flere hele stillinger." in told.splitlines()
