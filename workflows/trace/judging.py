"""Judging a link: that an output and what it was used for belong together.

A verdict holds for what the two said when it was given. Whoever makes a link and has
read the text gives the first verdict by it. When a side has changed, the chief
executive's office says whether it makes a difference.
"""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy.orm import Session

from workflows.people.hats import Hat
from workflows.record.entries import next_seq
from workflows.record.judgements import Pair, Verdict, judge


class LinkType(enum.StrEnum):
    """What a link says of an output: it is used in a case, or was treated."""

    USE = "use"
    OUTCOME = "outcome"


def link_name(kind: LinkType, output: str, target: str) -> str:
    """Return the name under which a link is judged."""
    return f"{kind}:{output}:{target}"


def judge_link(
    session: Session,
    *,
    link: str,
    pair: Pair,
    verdict: Verdict = Verdict.VALID,
    reason: str | None = None,
    by: Hat,
    at: datetime,
) -> None:
    """Store a verdict on a link, none of the system's; the caller appends the entry."""
    if by.mandate_id is None:
        return
    judge(
        session,
        link=link,
        pair=pair,
        verdict=verdict,
        reason=reason,
        mandate_id=by.mandate_id,
        entry=next_seq(session),
        at=at,
    )
