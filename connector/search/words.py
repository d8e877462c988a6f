"""Words as they are looked up: one form for bokmål, nynorsk and all endings.

First the parts that differ between the written standards are made one, by the table in
`words.toml`; then the ending is taken off. Source: the Snowball stemmer for Norwegian
(M. F. Porter), with the endings of nynorsk beside those of bokmål.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from importlib import resources

WORD = re.compile(r"\w+(?:[-/]\w+)*")
VOWELS = "aeiouyæøå"
SHORTEST = 3
"""A beginning shorter than this is no word part to look up by."""

MAIN = (
    *("hetenes", "hetene", "hetens", "heten", "heter", "endes", "andes"),
    *("ande", "ende", "edes", "enes", "anes", "aste", "ast", "ede", "ane", "ene"),
    *("ers", "ets", "ens", "arne", "erne", "het", "ar", "er", "as", "es", "en", "et"),
    *("or", "a", "e"),
)
LATER = (
    *("hetslov", "eleg", "elig", "elov", "slov", "lig", "leg", "eig", "els", "lov"),
    "ig",
)
S_ENDING = "bcdfghjlmnoprtvyz"


def words_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word of a text as it is looked up, with where it begins and ends."""
    for found in WORD.finditer(text):
        yield looked_up(found.group()), found.start(), found.end()


@functools.lru_cache(maxsize=65536)
def looked_up(word: str) -> str:
    """Return the form by which a word is looked up; a reference stays as it is."""
    plain = unicodedata.normalize("NFC", word).lower()
    if any(letter.isdigit() for letter in plain):
        return plain
    return _without_ending(_as_bokmal(plain))


def _as_bokmal(word: str) -> str:
    return _parts().sub(lambda found: _pairs()[found.group()], word)


@functools.cache
def _pairs() -> Mapping[str, str]:
    text = resources.files("connector.search").joinpath("words.toml").read_text("utf-8")
    found: Mapping[str, str] = tomllib.loads(text)["nynorsk"]
    return found


@functools.cache
def _parts() -> re.Pattern[str]:
    longest_first = sorted(_pairs(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def _without_ending(word: str) -> str:
    """An ending is taken off after the first vowel and consonant, as Snowball does.

    Twice, for «leder-en» and «led-er» are one word.
    """
    start = _first_region(word)
    word = _genitive(_cut(_cut(word, MAIN, start), MAIN, start), start)
    if word.endswith(("dt", "vt")) and len(word) - 2 >= start:
        word = word[:-1]
    return _cut(word, LATER, start)


def _first_region(word: str) -> int:
    for place in range(1, len(word)):
        if word[place] not in VOWELS and word[place - 1] in VOWELS:
            return max(place + 1, SHORTEST)
    return len(word)


def _cut(word: str, endings: tuple[str, ...], start: int) -> str:
    for ending in sorted(endings, key=len, reverse=True):
        if word.endswith(ending) and len(word) - len(ending) >= start:
            return word.removesuffix(ending)
    return word


def _genitive(word: str, start: int) -> str:
    has_s = word.endswith("s") and len(word) > start
    return word[:-1] if has_s and word[-2] in S_ENDING else word
