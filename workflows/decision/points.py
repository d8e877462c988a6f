"""The points (punkter) of a decision, found in its text; nothing is made up.

A decision is often carried with an addendum that was put forward by word of mouth
(verbalforslag) and written below the numbered points: it is a point like the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_ITEM: Final = re.compile(r"^([ \t]*)([0-9]{1,2})[.)][ \t]+(?=\S)", re.MULTILINE)
_ADDED: Final = (
    r"verbal(?:t|e)?[ -]?(?:tillegg|forslag|framlegg|vedtak|punkt)"
    r"|tilleggs?(?:punkt|forslag|framlegg|vedtak)?"
    r"|oversend(?:else|ing)s(?:forslag|framlegg|punkt|vedtak)"
)
_ADDENDUM: Final = re.compile(
    rf"^[ \t]*(?:{_ADDED})\b[^\n:.]{{0,80}}:[ \t]*", re.MULTILINE | re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class ItemText:
    """One numbered item of a decision, word for word.

    `needs_follow_up` is false where the item asks for nothing to be carried out.
    """

    number: int
    text: str
    needs_follow_up: bool = True


def points_in(text: str) -> tuple[ItemText, ...]:
    """Return the points «1. …», «2. …» at the start of lines; empty without any.

    Numbers count up from 1 at the same indentation, so that a year, a date or a list
    inside a point begins no new one. Below them, «Verbalforslag: …», «Tilleggspunkt: …»
    and the like are points with the numbers after, their headings kept. What stands
    before point 1 is in no point.
    """
    heads = _numbered(text)
    if not heads:
        return ()
    below = heads[-1].end()
    added = [head.start() for head in _ADDENDUM.finditer(text, below)]
    starts = [*(head.end() for head in heads), *added]
    ends = [*(head.start() for head in heads), *added, len(text)][1:]
    return tuple(
        ItemText(number=number, text=text[start:end].strip())
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
    )


def corrected_points(
    now: Mapping[int, str], *, before: str, after: str
) -> dict[int, str]:
    """Return the points that a correction touches, and what each says from then on.

    `now` is what the points say, `before` and `after` the text of the whole decision.
    A point that is new says its text, one that the corrected text lacks says nothing.
    Where the points were not read from the text, it cannot be told what one says now:
    those whose words are no longer in it are touched, and keep them.
    """
    wanted = {point.number: point.text for point in points_in(after)}
    read = {point.number: point.text for point in points_in(before)}
    if _worded(now) == [_folded(before)]:
        wanted = wanted or dict.fromkeys(now, after)
    elif _worded(now) != _worded(read) or not wanted:
        left = _folded(after)
        return {
            number: text for number, text in now.items() if _folded(text) not in left
        }
    return {
        number: wanted.get(number, "")
        for number in sorted({*now, *wanted})
        if number not in now or _folded(now[number]) != _folded(wanted.get(number, ""))
    }


def _worded(points: Mapping[int, str]) -> list[str]:
    return [_folded(points[number]) for number in sorted(points)]


def _folded(text: str) -> str:
    """Return the words of a text, however they are set."""
    return " ".join(text.split())


def _numbered(text: str) -> list[re.Match[str]]:
    heads: list[re.Match[str]] = []
    for head in _ITEM.finditer(text):
        is_next = int(head[2]) == len(heads) + 1
        if is_next and (not heads or head[1] == heads[0][1]):
            heads.append(head)
    return heads
