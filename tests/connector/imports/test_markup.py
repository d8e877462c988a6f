from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.imports.errors import ValueRefusedError
from connector.imports.markup import plain_text
from connector.imports.values import MAX_TEXT


@pytest.mark.parametrize(
    ("raw", "text_format", "text"),
    [
        pytest.param("a < b > c", "", "a < b > c", id="signs are no tags"),
        pytest.param(
            "a < b &amp; c", "tekst", "a < b &amp; c", id="text is left alone"
        ),
        pytest.param("a &amp; b", "markup", "a & b", id="the format says markup"),
        pytest.param("<p>a</p><p>b</p>", "tekst", "a\nb", id="markup called text"),
        pytest.param("<p>a<b>b</b>\n c</p>", "", "ab c", id="space within a paragraph"),
        pytest.param("a<br>b<BR/>c", "", "a\nb\nc", id="line breaks"),
        pytest.param("<ul><li>a<li>b</ul>", "", "- a\n- b", id="list, ends left out"),
        pytest.param(
            "<ol><li>a<ul><li>x</li></ul></li><li>b</li></ol>",
            "",
            "1. a\n- x\n2. b",
            id="numbers go on after a list within",
        ),
        pytest.param("<style>p{}</style><p>a</p>", "", "a", id="style"),
        pytest.param("<p onclick='x()'>a</p><script>x(", "", "a", id="open script"),
        pytest.param("<p>&lt;script&gt;</p>", "", "<script>", id="shown, not markup"),
        pytest.param("<!--[if mso]>x<![endif]--><p>a</p>", "", "a", id="from Word"),
        pytest.param("<p><![if !x]>a<![endif]></p>", "", "a", id="conditional"),
        pytest.param("<table><tr><td>a<td>b</table>", "", "a b", id="a table"),
        pytest.param("<a href='javascript:x'>a</a>", "", "a", id="a link"),
    ],
)
def test_markup_becomes_the_text_that_people_see(
    raw: str, text_format: str, text: str
) -> None:
    assert plain_text(raw, text_format=text_format) == text


@given(st.text("<>!-[]/&;#x1pbli \n\"'=?olscript", max_size=200))
def test_broken_markup_gives_lines_with_words(raw: str) -> None:
    text = plain_text(raw, text_format="html")

    assert all(line.strip() == line != "" for line in text.split("\n") if text)


@given(st.text(st.characters(exclude_characters="<>&"), max_size=200))
def test_the_words_of_a_paragraph_are_never_lost(words: str) -> None:
    assert plain_text(f"<p>{words}</p>").split() == words.split()


@pytest.mark.parametrize(
    "piece",
    ["<p", "<!", "<![", "</", "<!--", "<a b='", "&#", "<?", "<ol><li>", "<script>"],
)
def test_damaged_markup_of_the_greatest_length_is_read_at_once(piece: str) -> None:
    started = time.monotonic()

    plain_text(piece * (MAX_TEXT // len(piece)), text_format="html")

    assert time.monotonic() - started < 5


def test_a_text_beyond_the_greatest_length_is_refused() -> None:
    with pytest.raises(ValueRefusedError):
        plain_text("<p>" + "a" * MAX_TEXT)
