import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.pictures.lettering import clean, width, wrap


@pytest.mark.parametrize(
    ("given_text", "cleaned"),
    [
        pytest.param("a\x00b\x1bc", "abc", id="control characters"),
        pytest.param("a\n\t b", "a b", id="white space"),
        pytest.param("penger \u202etxt.exe", "penger txt.exe", id="turned writing"),
        pytest.param("x\ud800y\uffffz", "xyz", id="no characters at all"),
    ],
)
def test_what_xml_or_a_reader_cannot_take_is_dropped(
    given_text: str, cleaned: str
) -> None:
    assert clean(given_text) == cleaned


@given(
    text=st.text(max_size=200),
    room=st.floats(30, 300),
    lines=st.integers(1, 4),
    bold=st.booleans(),
)
def test_wrapped_text_keeps_within_its_room(
    text: str, room: float, lines: int, bold: bool
) -> None:
    wrapped = wrap(text, room=room, size=12, lines=lines, bold=bold)

    assert len(wrapped) <= lines
    assert all(width(line, size=12, bold=bold) <= room + 13 for line in wrapped)
    assert all(wrapped)


@given(words=st.lists(st.text("abcdeflmnørst", min_size=1, max_size=7), max_size=8))
def test_text_that_fits_is_kept_whole(words: list[str]) -> None:
    wrapped = wrap(" ".join(words), room=100, size=12, lines=20)

    assert " ".join(wrapped) == " ".join(words)


@pytest.mark.parametrize(
    ("word", "lines"),
    [
        ("Administrasjonsutvalget", ("Administrasjons-", "utvalget")),
        ("Kommunedirektøren", ("Kommunedirek-", "tøren")),
        ("Kommunestyret", ("Kommunestyret",)),
    ],
)
def test_long_words_are_broken_where_a_norwegian_would(
    word: str, lines: tuple[str, ...]
) -> None:
    assert wrap(word, room=95, size=12, lines=3) == lines


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    wrapped = wrap("en to tre fire fem seks sju åtte", room=50, size=12, lines=2)

    assert wrapped == ("en to tre", "fire fe…")


def test_a_room_narrower_than_a_letter_still_ends() -> None:
    assert wrap("abc", room=1, size=12, lines=2) == ("a-", "b…")
