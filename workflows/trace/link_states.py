"""The one state that a link has today, named as precisely as can be.

A link is judged by what its two ends say, as fingerprints, and for ever: nothing is
marked or cleared. Where several things are wrong, the most specific is told.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from workflows.record.judgements import Judged, Pair, Validity, validity


class LinkState(enum.StrEnum):
    """How a link stands."""

    VALID = "valid"
    UNJUDGED = "unjudged"
    SUSPECT_SOURCE = "suspect_source"
    SUSPECT_TARGET = "suspect_target"
    SUSPECT_BOTH = "suspect_both"
    SOURCE_SUPERSEDED = "source_superseded"
    INVALID = "invalid"
    ORPHAN = "orphan"
    AMBIGUOUS = "ambiguous"
    UNWANTED = "unwanted"
    JUSTIFIED_MISSING = "justified_missing"


OPEN = frozenset(
    {
        LinkState.UNJUDGED,
        LinkState.SUSPECT_SOURCE,
        LinkState.SUSPECT_TARGET,
        LinkState.SUSPECT_BOTH,
        LinkState.SOURCE_SUPERSEDED,
    }
)
"""States in which somebody must look; the link holds until then."""

HOLDING = OPEN | {LinkState.VALID}
"""States in which there is something at both ends, of a kind that is asked for."""

_CHANGED_SOURCE = frozenset({Validity.SUSPECT_SOURCE, Validity.SUSPECT_BOTH})


@dataclass(frozen=True, kw_only=True)
class Ends:
    """What a link's references lead to today.

    `sources` and `targets` are the fingerprints of what bears the reference: none when
    it is gone, several when it is not the only one. `superseded` tells that the source
    has been replaced by another; its fingerprint is then that of the other.
    """

    sources: Sequence[str]
    targets: Sequence[str]
    wanted: bool = True
    superseded: bool = False


def link_state(judged: Sequence[Judged], ends: Ends) -> LinkState:
    """Return the state of a link; `judged` is oldest first.

    Orphan before ambiguous, before unwanted, before what the judgements say.
    """
    if not ends.sources or not ends.targets:
        return LinkState.ORPHAN
    if len(ends.sources) > 1 or len(ends.targets) > 1:
        return LinkState.AMBIGUOUS
    if not ends.wanted:
        return LinkState.UNWANTED
    found = validity(judged, Pair(ends.sources[0], ends.targets[0]))
    if ends.superseded and found in _CHANGED_SOURCE:
        return LinkState.SOURCE_SUPERSEDED
    return LinkState(found.value)
