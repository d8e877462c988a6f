"""Column widths by what stands in the columns, in twentieths of a point.

For tables whose rows are known when they are written. No word is cut as long as the
table has room for the longest word of each column; what is left goes to long texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# A bold character of 12-point serif type is at most about 135 wide; a cell has margins.
_CHARACTER, _MARGINS = 135, 230
# A longer text makes its column no wider: it has lines.
_LONG = 120


def fitted_widths(columns: Sequence[Sequence[str]], *, total: int) -> tuple[int, ...]:
    """Return the width of each column, given its texts; the widths sum to `total`."""
    least = [_longest_word(texts) * _CHARACTER + _MARGINS for texts in columns]
    spare = total - sum(least)
    if spare <= 0:
        return _summing([width * total // sum(least) for width in least], total)
    wishes = [min(_LONG, max(map(len, texts), default=0)) + 1 for texts in columns]
    shares = [spare * wish // sum(wishes) for wish in wishes]
    widths = [width + share for width, share in zip(least, shares, strict=True)]
    return _summing(widths, total)


def _longest_word(texts: Sequence[str]) -> int:
    words = (word for text in texts for word in re.split(r"(?<=[/-])|\s", text))
    return max(map(len, words), default=0)


def _summing(widths: list[int], total: int) -> tuple[int, ...]:
    return (*widths[:-1], widths[-1] + total - sum(widths))
