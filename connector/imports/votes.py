"""Votes by party group, counted; who voted what is never kept.

The ministry reads kommuneloven § 11-4 as asking for how the parties voted
(Prop. 46 L (2017–2018)); names of voters are not needed for that.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from connector.imports.errors import ValueRefusedError
from connector.imports.messages import Node
from connector.imports.records import GroupVotes
from connector.imports.values import one_line

_BALLOTS: Final = {
    "ja": "in_favour",
    "for": "in_favour",
    "nei": "against",
    "mot": "against",
    "imot": "against",
    "blankt": "blank",
    "blank": "blank",
}


def votes_by_group(voting: Node) -> tuple[GroupVotes, ...]:
    """Return the counts of a `votering`, groups in the order they first voted.

    A ballot that cannot be read counts as unknown: the schema of Fiks politisk
    behandling asks for Ja, Nei and Blankt all at once, which is no vote.
    """
    counts: dict[str | None, Counter[str]] = {}
    for vote in voting.items():
        counts.setdefault(_group(vote), Counter())[_ballot(vote.child("stemme"))] += 1
    return tuple(
        GroupVotes(
            group=group,
            in_favour=count["in_favour"],
            against=count["against"],
            blank=count["blank"],
            unknown=count["unknown"],
        )
        for group, count in counts.items()
    )


def _group(vote: Node) -> str | None:
    """Return the party group; a person who represents only themselves has none."""
    group = _name(vote.child("representerer"))
    return None if group == _name(vote.child("moetedeltaker")) else group


def _name(node: Node) -> str | None:
    try:
        return node.required(one_line)
    except ValueRefusedError:
        return None


def _ballot(node: Node) -> str:
    said = node.value
    if isinstance(said, dict):
        said = next(iter(said)) if len(said) == 1 else None
    return _BALLOTS.get(str(said).strip().casefold(), "unknown")
