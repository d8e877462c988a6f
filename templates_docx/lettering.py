"""How wide a text is on paper, so that no word is broken for want of a little room.

Widths are those of Arial, and of Liberation Sans and Helvetica, which are as wide, in
thousandths of the size (Adobe Font Metrics of Helvetica, 2002).
"""

from __future__ import annotations

# 11 points, in twentieths of a point.
_SIZE = 220
_USUAL, _BOLD = 556, 56
_BY_WIDTH = {
    222: "ijl",
    278: "ft/,.:;I! ",
    333: "r-()",
    500: "cksvxyzJ",
    611: "øFTZ",
    667: "ABEKPSVXYÅ",
    722: "wCDHNRU",
    778: "GOQØ",
    833: "mM",
    889: "æ",
    944: "W",
    1000: "Æ",
}
_WIDTHS = {letter: width for width, letters in _BY_WIDTH.items() for letter in letters}


def width_of(text: str, *, bold: bool = False) -> int:
    """Return the width of a line of 11 points, in twentieths of a point, rounded up.

    Bold letters count as a little wider each, which is seldom less than they are.
    """
    more = _BOLD if bold else 0
    thousandths = sum(_WIDTHS.get(letter, _USUAL) + more for letter in text)
    return -(-thousandths * _SIZE // 1_000)
