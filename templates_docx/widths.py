"""How the columns of a table share an upright page, in twentieths of a point.

A column is at least as wide as the widest word that always stands in it, one of text
takes «Kommunedirektøren», and one of bodies «Administrasjonsutvalget». Columns that do
not fit beside each other are stacked: neighbours share a cell, each on a line of its
own, the later ones with their label in front. Of all ways to stack, the one that makes
the lowest rows is taken; a plain table wins when it is about as low. What the parties
answer side by side stands in equal columns, or together in one (domain rule H5).
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from templates_docx.lettering import width_of
from templates_docx.slots import SIGNATURE_COLUMN, is_signing
from workflows.forms.fields import Column, Field, FieldType

# A character of 11-point Arial is about 108 wide; a cell has margins.
_PLAIN_CHARACTER, _MARGINS = 108, 260
_DATE, _TEXT, _AMOUNT, _NARROW, _SIGNATURE = 1_480, 2_260, 1_350, 900, 2_500
_BODY = 2_600
_ALONE = "nr", SIGNATURE_COLUMN
# Texts that are never more than a word.
_BRIEF = "nr", "versjon", "ref"
_USUAL_BRIEF = 5
# Texts that are seldom more than a few words.
_SHORT = (
    *("verdi", "periode", "nullpunkt", "maalverdi", "forrige", "naa", "frist"),
    *("sendt", "status", "stillingsandel", "naar", "hvor_ofte", "kommentar"),
)
_USUAL_SHORT = 16
# People and bodies.
_NAMES = (
    *("navn", "verv", "organ", "organisasjon", "ansvarlig", "vara", "oppnevnt_av"),
    *("gevinsteier", "eier", "rolle", "talsperson_a", "talsperson_f", "talsperson_t"),
)
_USUAL_NAME = 24
# The longest names of bodies are one word.
_BODIES = "organ", "organisasjon", "arena"
# Whole sentences.
_LONG = (
    *("sagt", "endret", "kvalitetskrav", "budskap", "tiltak", "begrunnelse", "syn"),
    *("anbefaling", "aarsak_virkning", "erfaring", "maalemaate", "saermerknad"),
    *("tekst", "vurdering", "konklusjon", "effektmaal", "resultatmaal", "vedtak"),
)
_USUAL_LONG = 60
_USUAL_BY_KEY = {
    **dict.fromkeys(_BRIEF, _USUAL_BRIEF),
    **dict.fromkeys(_SHORT, _USUAL_SHORT),
    **dict.fromkeys(_NAMES, _USUAL_NAME),
    **dict.fromkeys(_LONG, _USUAL_LONG),
}
# What is shared out at a time: about a character.
_STEP = 120
_FOLLOWING = ("merknad",)
_PARTIES = "A", "F", "T"
# Who, with what authority, where and when, and the signature: a cell for each.
_SIGNING = "navn", "sted", SIGNATURE_COLUMN
# How many characters a value is likely to have.
_USUAL = {FieldType.TEXT: 34, FieldType.DATE: 10, FieldType.NUMBER: 6}
_USUAL_FIRST = 48
# A stacked line is a little harder to find than a column, as if it took half a line.
_STACKING = 0.7


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The columns that share one cell of a row, and how wide the cell is.

    `of_parties` tells that it begins with what the parties answer side by side.
    """

    columns: tuple[Column, ...]
    width: int
    of_parties: bool = False


def stacks_of(field: Field, *, language: str, total: int) -> tuple[Stack, ...]:
    """Return the cells of a row, from left to right; their widths sum to `total`."""
    columns = field.columns
    measure = _Measure(columns=columns, language=language, total=total)
    keys = [column.key for column in columns]
    if is_signing(field) and set(_SIGNING) <= {*keys}:
        return measure.sized([keys.index(key) for key in _SIGNING])
    return min(measure.ways(), key=measure.cost)


def has_signature(field: Field) -> bool:
    """Say whether people are to sign in a table."""
    return any(column.key == SIGNATURE_COLUMN for column in field.columns)


@dataclass(frozen=True, kw_only=True)
class _Measure:
    columns: tuple[Column, ...]
    language: str
    total: int

    def ways(self) -> Iterator[tuple[Stack, ...]]:
        """Every way to stack neighbours that fits; all in one cell always does."""
        breaks = range(1, len(self.columns))
        for count in range(len(self.columns)):
            for at in itertools.combinations(breaks, count):
                groups = self._parted(at)
                is_narrow = sum(self._least_widths(groups)) <= self.total
                if not at or (is_narrow and all(map(self._may_share, groups))):
                    yield self.sized(at)

    def sized(self, breaks: Sequence[int]) -> tuple[Stack, ...]:
        """Return the cells when a new one begins at each of these columns."""
        groups = self._parted(breaks)
        widths = self._least_widths(groups)
        while sum(widths) < self.total:
            step = min(_STEP, self.total - sum(widths))
            widths = self._widened(groups, widths, step)
        return tuple(
            Stack(
                columns=group,
                width=width,
                of_parties=len(group) > 1 and group[0] in self._of_parties,
            )
            for group, width in zip(groups, widths, strict=True)
        )

    def _widened(
        self, groups: Sequence[tuple[Column, ...]], widths: list[int], step: int
    ) -> list[int]:
        """A little more width for the highest cell; the parties' columns share it."""
        heights = [
            (self._height(group, width), self._usual_text(group))
            for group, width in zip(groups, widths, strict=True)
        ]
        most = heights.index(max(heights))
        chosen = [most]
        if self._is_party(groups[most]):
            chosen = [n for n, group in enumerate(groups) if self._is_party(group)]
        share, rest = divmod(step, len(chosen))
        widths[most] += rest
        return [w + share if n in chosen else w for n, w in enumerate(widths)]

    def _usual_text(self, group: Sequence[Column]) -> int:
        texts = (column for column in group if column.type is FieldType.TEXT)
        return sum(map(self._usual, texts))

    def _is_party(self, group: Sequence[Column]) -> bool:
        return len(group) == 1 and group[0] in self._of_parties

    def _height(self, group: Sequence[Column], width: int) -> float:
        """About how many lines, with parts of a line, so that a little width counts."""
        letters = (width - _MARGINS) / _PLAIN_CHARACTER
        lines = (self._letters(c, place) / letters for place, c in enumerate(group))
        return sum(max(1, line) for line in lines)

    def _parted(self, breaks: Sequence[int]) -> list[tuple[Column, ...]]:
        edges = (0, *breaks, len(self.columns))
        return [self.columns[a:b] for a, b in itertools.pairwise(edges)]

    def _least_widths(self, groups: Sequence[tuple[Column, ...]]) -> list[int]:
        """Columns of the parties are as wide as the widest of them."""
        least = [max(map(self._least, group, itertools.count())) for group in groups]
        equal = list(map(self._is_party, groups))
        widest = max(itertools.compress(least, equal), default=0)
        return [
            widest if is_equal else width
            for width, is_equal in zip(least, equal, strict=True)
        ]

    def _may_share(self, group: Sequence[Column]) -> bool:
        """Say whether these columns may stand in one cell.

        Numbers of rows are looked for, a signature needs room of its own, a remark
        belongs to what stands before it, and what the parties answer is not parted.
        """
        if len(group) == 1:
            return True
        parties = [column for column in group if column in self._of_parties]
        is_whole = not parties or len(parties) == len(self._of_parties)
        is_led = group[0].key not in _FOLLOWING
        return is_whole and is_led and all(c.key not in _ALONE for c in group)

    @functools.cached_property
    def _of_parties(self) -> tuple[Column, ...]:
        """The columns that differ only in which party they are for."""
        ends = [c for c in self.columns if c.key.rpartition("_")[2].upper() in _PARTIES]
        stems = {column.key.rpartition("_")[0] for column in ends}
        is_trio = len(ends) == len(_PARTIES) and len(stems) == 1
        return tuple(ends) if is_trio else ()

    def cost(self, stacks: tuple[Stack, ...]) -> float:
        """The lines of a row, and a little for each that is not a column."""
        stacked = len(self.columns) - len(stacks)
        return max(map(self._lines, stacks)) + _STACKING * stacked

    def _lines(self, stack: Stack) -> int:
        letters = (stack.width - _MARGINS) / _PLAIN_CHARACTER
        return sum(
            math.ceil(self._letters(column, place) / letters)
            for place, column in enumerate(stack.columns)
        )

    def _letters(self, column: Column, place: int) -> int:
        label = len(column.label.in_(self.language)) + 2 if place else 0
        return label + self._usual(column)

    def _usual(self, column: Column) -> int:
        if column.type is FieldType.CHOICE:
            return max(len(one.label.in_(self.language)) for one in column.choices)
        if column.type is FieldType.TEXT and column.key in _USUAL_BY_KEY:
            return _USUAL_BY_KEY[column.key]
        if column is self._first_text:
            return _USUAL_FIRST
        return _USUAL[column.type]

    @property
    def _first_text(self) -> Column | None:
        return next((column for column in self.columns if _is_prose(column)), None)

    def _least(self, column: Column, place: int) -> int:
        label = column.label.in_(self.language)
        choices = [one.label.in_(self.language) for one in column.choices]
        return max(
            _widest([label], bold=not place) + _MARGINS,
            _widest(choices) + _MARGINS,
            _least_by_type(column),
        )


def _is_prose(column: Column) -> bool:
    return column.type is FieldType.TEXT and column.key not in (*_BRIEF, *_SHORT)


def _widest(texts: Sequence[str], *, bold: bool = False) -> int:
    words = (word for text in texts for word in re.split(r"(?<=[/-])|\s", text))
    return max((width_of(word, bold=bold) for word in words), default=0)


def _least_by_type(column: Column) -> int:
    if column.key in _BRIEF:
        return _NARROW
    if column.key in _ALONE:
        return _SIGNATURE
    if column.key in _BODIES:
        return _BODY
    if column.type is FieldType.NUMBER:
        return _AMOUNT if column.most is None and column.least is None else _NARROW
    if column.type is FieldType.TEXT:
        return _TEXT if _is_prose(column) else _DATE
    return _DATE if column.type is FieldType.DATE else _NARROW
