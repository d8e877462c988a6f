"""The links between what was developed and what was decided, each with its state today.

Two types: an output is used in a case, and an output had an outcome in a decision item
(or in a treatment, where none is meant). Both are written in the decision line. Whether
a link holds is computed from the judgements of it and from what its ends say: when the
council decided on version 1 and the parties have agreed on version 3, that is told
until somebody has looked at it, and told again when there is a version 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflows.clock import norwegian_date
from workflows.development.outputs import OutputKind
from workflows.record.judgements import Given, Pair, Verdict, verdicts_on
from workflows.trace.judging import LinkType, link_name
from workflows.trace.link_states import OPEN, Ends, LinkState, link_state
from workflows.trace.outcomes import Code, outcomes
from workflows.trace.policy import Policy, policy
from workflows.trace.sides import Sides, Text, sides
from workflows.trace.uses import real_uses

ITEM = "decision_item"
REFUSED = frozenset({Code.REJECTED_FORMAL, Code.WITHDRAWN})
"""Outcomes that say that the body had nothing to do with the output."""


@dataclass(frozen=True, kw_only=True)
class BasisLink:
    """One link of an output to a case, a decision item or a treatment.

    `version` is the one that was used; `now` the newest text that stands for it, which
    may be another output's; `changed_at` the first change that nobody has looked at,
    None while the link is in order. `kept` is the verdict that a change has no effect.
    """

    type: LinkType
    output: str
    kind: OutputKind
    version: str
    now: Text | None
    case: str
    target: str
    item: int | None
    state: LinkState
    pair: Pair
    changed_at: datetime | None = None
    kept: Given | None = None

    @property
    def name(self) -> str:
        """The name under which the link is judged."""
        return link_name(self.type, self.output, self.target)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Where a link stands, before it is looked at how."""

    type: LinkType
    output: str
    kind: OutputKind
    version: str
    case: str
    target: str
    item: int | None = None


def basis_links(
    session: Session, *, cases: Collection[str] | None = None, at: datetime
) -> list[BasisLink]:
    """Return every link as it stood at an instant, by output and target.

    Those into some cases, or all.

    An output that a case says it does not use is no link, and neither is an outcome
    that rejects it. An older output of which the same case uses the newer is left out.
    """
    every = [*_uses(session, cases, at), *_outcomes(session, cases, at)]
    outputs = None if cases is None else {each.output for each in every}
    told = sides(session, outputs=outputs, cases=cases, at=at)
    found = {
        link_name(each.type, each.output, each.target): each
        for each in _without_older(every, told)
    }
    judged = verdicts_on(session, found, at=at)
    rules = policy()
    links = [
        _looked_at(each, judged.get(name, []), told, rules)
        for name, each in found.items()
    ]
    return sorted(links, key=lambda each: (each.output, each.case, each.target))


def days_open(link: BasisLink, *, on: date) -> int | None:
    """Return for how many days a change has waited to be looked at, None if none."""
    return (on - norwegian_date(link.changed_at)).days if link.changed_at else None


def _uses(
    session: Session, cases: Collection[str] | None, at: datetime
) -> Iterator[Found]:
    for row in real_uses(session, cases=cases, at=at):
        yield Found(
            type=LinkType.USE,
            output=row.output,
            kind=row.kind,
            version=row.version,
            case=row.case,
            target=row.case,
        )


def _outcomes(
    session: Session, cases: Collection[str] | None, at: datetime
) -> Iterator[Found]:
    for row in outcomes(session, cases=cases, at=at):
        if row.code not in REFUSED:
            yield Found(
                type=LinkType.OUTCOME,
                output=row.output,
                kind=row.kind,
                version=row.version,
                case=row.case,
                target=row.item_ref or row.treatment,
                item=row.item,
            )


def _without_older(found: Sequence[Found], told: Sides) -> list[Found]:
    used = {(each.case, each.output) for each in found}
    return [each for each in found if not _has_newer(each, used, told)]


def _has_newer(each: Found, used: set[tuple[str, str]], told: Sides) -> bool:
    newer = {text.output for text in told.chain(each.output)} - {each.output}
    return any((each.case, other) in used for other in newer)


def _looked_at(
    found: Found, judged: Sequence[Given], told: Sides, rules: Policy
) -> BasisLink:
    chain = told.chain(found.output)
    now, target = chain[-1] if chain else None, told.targets.get(found.target)
    ends = Ends(
        sources=[now.mark] if now else [],
        targets=[target] if target else [],
        wanted=found.type is LinkType.USE or rules.wants(ITEM, source=found.kind),
        superseded=now is not None and now.output != found.output,
    )
    state = link_state(judged, ends)
    pair = Pair(now.mark if now else "", target or "")
    return BasisLink(
        type=found.type,
        output=found.output,
        kind=found.kind,
        version=found.version,
        now=now,
        case=found.case,
        target=found.target,
        item=found.item,
        state=state,
        pair=pair,
        changed_at=_changed_at(found, judged, chain, told) if state in OPEN else None,
        kept=_kept(judged, pair),
    )


def _changed_at(
    found: Found, judged: Sequence[Given], chain: Sequence[Text], told: Sides
) -> datetime | None:
    """When the first text after the one last looked at came, or a correction."""
    seen = judged[-1].pair.source if judged else None
    marks = [text.mark for text in chain]
    after = chain[marks.index(seen) + 1 :] if seen in marks else chain[-1:]
    changes = [text.since for text in after]
    if judged and judged[-1].pair.target != told.targets.get(found.target):
        changes += [when for when in [told.corrected.get(found.target)] if when]
    return min(changes, default=None)


def _kept(judged: Iterable[Given], pair: Pair) -> Given | None:
    same = [row for row in judged if row.pair == pair]
    return same[-1] if same and same[-1].verdict is Verdict.NO_EFFECT else None
