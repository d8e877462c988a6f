"""Text made fit for a picture: cleaned, measured and wrapped.

A browser's fonts are not known here, so widths are estimated a little on the wide side
from the proportions of Arial and Helvetica.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

ELLIPSIS = "…"
HYPHEN = "-"

# No picture has room for more, so no more is measured.
LONGEST = 600

# Widths in parts of the font size, by the metrics of Helvetica, with a small margin.
_WIDTHS = {
    **dict.fromkeys("ijl'", 0.24),
    **dict.fromkeys("I.,:;!|/\\ ft", 0.3),
    **dict.fromkeys('r()[]{}-"`*°·', 0.36),
    **dict.fromkeys("kscvxyz", 0.52),
    **dict.fromkeys("mM%", 0.86),
    **dict.fromkeys("wE", 0.73),
    **dict.fromkeys("W@—…", 1.0),
    **dict.fromkeys("æœ", 0.92),
    **dict.fromkeys("ÆŒ", 1.03),
    **dict.fromkeys("OQGØ", 0.8),
}
_CAPITAL = 0.72
_WIDE = 1.05
_OTHER = 0.575
_BOLD = 1.06

_VOWELS = "aeiouyæøåäöéèêóòô"
_CLUSTERS = (
    *("skj", "str", "skr", "spr", "spl", "sj", "kj", "tj", "gj", "hj", "st", "sk"),
    *("sp", "sl", "sm", "sn", "sv", "tr", "pr", "kr", "br", "dr", "fr", "gr", "kl"),
    *("bl", "fl", "gl", "pl", "kn", "gn", "kv", "tv", "ng"),
)
# A compound is joined after these: administrasjons-utvalget, nærings-plan, helhets-syn.
_LINKED = re.compile(r"(?:sjons|ings|skaps|hets|tets|ments|dags)$")
_SYLLABLE = re.compile(rf"(?:{'|'.join(_CLUSTERS)}|[^\W\d_{_VOWELS}])[{_VOWELS}]")


def clean(text: str) -> str:
    """Return `text` on one line, without what XML cannot carry or a reader cannot see.

    Control and format characters (those that turn the direction of writing among them),
    lone surrogates and unassigned code points are dropped; white space becomes one
    space.
    """
    seen = "".join(" " if char.isspace() else char for char in text)
    return " ".join("".join(filter(_is_drawn, seen)).split())


def width(text: str, *, size: float, bold: bool = False) -> float:
    """Return the estimated width of `text` in user units at font size `size`."""
    return sum(map(_advance, text)) * size * (_BOLD if bold else 1)


def wrap(
    text: str, *, room: float, size: float, lines: int, bold: bool = False
) -> tuple[str, ...]:
    """Return `text` in at most `lines` lines that are each at most `room` wide.

    Words longer than a line are broken with a hyphen; what does not fit is dropped and
    the last line ends in «…». Every line has at least one character, so a `room`
    narrower than a single letter is overstepped.
    """
    limit = room / (size * (_BOLD if bold else 1))
    broken = list(_lines(clean(text[:LONGEST]), limit))
    if len(broken) <= lines:
        return tuple(broken)
    return (*broken[: lines - 1], _shortened(broken[lines - 1], limit))


def _is_drawn(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Cn"}


def _advance(char: str) -> float:
    if char in _WIDTHS:
        return _WIDTHS[char]
    if unicodedata.combining(char):
        return 0
    if unicodedata.east_asian_width(char) in "WF":
        return _WIDE
    return _CAPITAL if char.isupper() else _OTHER


def _ems(text: str) -> float:
    return sum(map(_advance, text))


def _lines(text: str, limit: float) -> Iterator[str]:
    line = ""
    for piece in (part for word in text.split() for part in _pieces(word, limit)):
        longer = f"{line} {piece}".strip()
        if line and _ems(longer) > limit:
            yield line
            longer = piece
        line = longer
    if line:
        yield line


def _pieces(word: str, limit: float) -> Iterator[str]:
    while _ems(word) > limit:
        cut = _cut(word, limit)
        yield word[:cut] + HYPHEN
        word = word[cut:]
    yield word


def _cut(word: str, limit: float) -> int:
    """Return where to break: after a linking s, else at a syllable, else where it fits.

    Looks back no more than eight letters, and leaves three for the next line.
    """
    fits = _fitting(word, limit - _advance(HYPHEN))
    latest = max(1, min(fits, len(word) - 3))
    nearby = range(latest, max(latest - 8, 2), -1)
    joints = (at for at in nearby if _LINKED.search(word, 0, at))
    syllables = (at for at in nearby if _starts(word.lower(), at))
    return next(chain(joints, syllables), latest)


def _starts(word: str, at: int) -> bool:
    """Say whether a syllable starts here, by the sounds that Norwegian begins with."""
    onset = _SYLLABLE.match(word, at)
    return onset is not None and not _SYLLABLE.fullmatch(word, at - 1, onset.end())


def _fitting(text: str, limit: float) -> int:
    used, count = 0.0, 0
    for char in text:
        used += _advance(char)
        if used > limit:
            break
        count += 1
    return count


def _shortened(line: str, limit: float) -> str:
    kept = line[: max(1, _fitting(line, limit - _advance(ELLIPSIS)))]
    return kept.rstrip(" -–,.;:") + ELLIPSIS
