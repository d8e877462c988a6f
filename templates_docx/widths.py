"""Column widths of tables, in twentieths of a point.

A column is at least as wide as the longest word that always stands in it; what is left
is shared by how much text a column is likely to get. A table that cannot stand upright
goes on a landscape page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from templates_docx.look import WIDTH
from workflows.forms.fields import Column, Field, FieldType

# A bold character of 11-point Arial is about 120 wide; a cell has margins.
_CHARACTER, _PLAIN_CHARACTER, _MARGINS = 120, 108, 230
_DATE, _TEXT, _AMOUNT, _NARROW = 1_480, 1_250, 1_350, 760
# What a column of text wants to be pleasant to read.
_PLEASANT = 1_500
_SHARE_OF_TEXT = 3.0
_SHARE = {
    FieldType.TEXT: _SHARE_OF_TEXT,
    FieldType.CHOICE: 0.1,
    FieldType.DATE: 0.2,
    FieldType.NUMBER: 0.2,
}


def needs_landscape(field: Field, *, language: str) -> bool:
    """Say whether the columns are too wide for an upright page."""
    texts = [column for column in field.columns if _share(column) == _SHARE_OF_TEXT]
    wanted = len(texts) * (_PLEASANT - _TEXT)
    return sum(_least(field.columns, language)) + wanted > WIDTH[False]


def column_widths(field: Field, *, language: str, total: int) -> tuple[int, ...]:
    """Return the widths of the columns of a table; they sum to `total`."""
    least = _least(field.columns, language)
    shares = [_share(column) for column in field.columns]
    spare = total - sum(least)
    widths = [
        round(width + spare * share / sum(shares))
        for width, share in zip(least, shares, strict=True)
    ]
    widths[-1] += total - sum(widths)
    return tuple(widths)


def _least(columns: Sequence[Column], language: str) -> list[int]:
    return [_least_one(column, language) for column in columns]


def _least_one(column: Column, language: str) -> int:
    texts = [column.label, *(choice.label for choice in column.choices)]
    words = [
        word for text in texts for word in re.split(r"(?<=/)|[\s-]", text.in_(language))
    ]
    longest = _CHARACTER * max(map(len, words)) + _MARGINS
    return max(longest, _least_by_type(column))


def _least_by_type(column: Column) -> int:
    if column.key == "nr":
        return _NARROW
    if column.type is FieldType.NUMBER:
        return _AMOUNT if column.most is None and column.least is None else _NARROW
    return _DATE if column.type is FieldType.DATE else _TEXT


def _share(column: Column) -> float:
    return 0.1 if column.key == "nr" else _SHARE[column.type]
