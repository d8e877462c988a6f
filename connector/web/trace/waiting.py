"""What waits: each number on the front page is the length of one of these lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from connector.web.days import short_day
from connector.web.development.rounds import has_answered
from connector.web.development.signing import unsigned
from connector.web.people.rights import hidden_from, is_available
from connector.web.trace.questions import answered, matter_of
from connector.web.visits import Visit
from workflows.base import all_of
from workflows.decision.followups import FollowUpState
from workflows.decision.implementation import follow_ups, items_without_follow_up
from workflows.decision.minutes import treatments_of
from workflows.decision.reviews import reviews
from workflows.development.agreements import Agreement
from workflows.development.rounds import IS_OPEN, Round, text_of
from workflows.people.kinds import Role
from workflows.people.reading import Matter
from workflows.trace.outcomes import outcomes
from workflows.trace.uses import uses


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number on the front page, and where its list stands."""

    key: str
    count: int
    where: str


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing that waits for the hat that is on: a text, and where it is done."""

    key: str
    values: dict[str, Any]
    where: str


def numbers(visit: Visit) -> list[Number]:
    """Return how much waits, as far as the visitor may know of it."""
    hidden = hidden_from(visit)
    late = [
        row
        for row in follow_ups(visit.session)
        if row.state is FollowUpState.DELAYED and row.ref not in hidden
    ]
    found = [_number("late_follow_ups", len(late), url_for("followups.listing"))]
    if visit.reads(Matter.ROUND):
        where = url_for("rounds.listing")
        found.insert(0, _number("open_rounds", len(open_rounds(visit)), where))
    if visit.reads(Matter.UNSIGNED_AGREEMENT):
        lacking = sum(len(unsigned(visit.session, row)) for row in _agreements(visit))
        where = url_for("agreements.listing")
        found.append(_number("missing_signatures", lacking, where))
    for name in ("unused-outputs", "missing-reports"):
        if visit.reads(matter_of(name)):
            where = url_for("questions.question", name=name)
            rows = answered(visit, name).rows
            found.append(_number(name.replace("-", "_"), len(rows), where))
    return found


def tasks(visit: Visit) -> list[Task]:
    """Return what waits for the hat that is on."""
    if not visit.holds:
        return []
    return [
        *_rounds(visit),
        *_signatures(visit),
        *_uses(visit),
        *_outcomes(visit),
        *_changes(visit),
        *_unassigned(visit),
        *_reviews(visit),
    ]


def open_rounds(visit: Visit) -> list[Round]:
    """Return the rounds that are open now, the nearest deadline first."""
    return [
        row
        for row in all_of(visit.session, Round, Round.deadline_at)
        if row.state in IS_OPEN and is_available(row)
    ]


def _agreements(visit: Visit) -> list[Agreement]:
    return list(all_of(visit.session, Agreement, Agreement.ref))


def _number(key: str, count: int, where: str) -> Number:
    return Number(key=key, count=count, where=where)


def _rounds(visit: Visit) -> list[Task]:
    if visit.hat is None or visit.hat.role is not Role.PARTY_CONTACT:
        return []
    return [
        Task(
            key="round",
            values={
                "ref": row.ref,
                "title": text_of(visit.session, row)[1].title,
                "deadline": row.deadline_at,
            },
            where=url_for("rounds.review", ref=row.ref),
        )
        for row in open_rounds(visit)
        if not has_answered(visit, row)
    ]


def _signatures(visit: Visit) -> list[Task]:
    hat = visit.hat
    if hat is None or not hat.signs:
        return []
    return [
        Task(
            key="signature",
            values={"ref": row.ref, "title": row.title},
            where=url_for("agreements.agreement", ref=row.ref),
        )
        for row in _agreements(visit)
        if (hat.party, hat.organisation)
        in {(each.party, each.organisation) for each in unsigned(visit.session, row)}
    ]


def _uses(visit: Visit) -> list[Task]:
    if not visit.may("output.used"):
        return []
    return [
        Task(
            key="use",
            values={"ref": row["output"], "title": row["title"], "days": row["days"]},
            where=url_for("outputs.output", ref=row["output"]),
        )
        for row in answered(visit, "unused-outputs").rows
    ]


def _changes(visit: Visit) -> list[Task]:
    """What was changed after a decision, and nobody of the office has looked at."""
    if not visit.may("link.judged"):
        return []
    return [
        Task(
            key="change",
            values={key: row[key] for key in ("output", "case", "days")},
            where=url_for("changes.change", ref=row["output"], case=row["case"]),
        )
        for row in answered(visit, "changed-since").rows
        if row["days"] is not None
    ]


def _outcomes(visit: Visit) -> list[Task]:
    """Final treatments of cases that use outputs, where no outcome is recorded."""
    if not visit.may("outcome.recorded"):
        return []
    used = {use.case for use in uses(visit.session)}
    said = {row.treatment for row in outcomes(visit.session)}
    return [
        Task(
            key="outcome",
            values={"case": row.case, "number": row.number or row.ref},
            where=url_for("outcomes.outcome_form", ref=row.ref),
        )
        for row in treatments_of(visit.session)
        if row.is_final and row.case in used and row.ref not in said
    ]


def _reviews(visit: Visit) -> list[Task]:
    """Review dates that have come, of decision items that are the visitor's own."""
    owner = visit.person.ref if visit.hat and visit.person else None
    hidden = hidden_from(visit)
    return [
        Task(
            key="review",
            values={
                "item": row.item.ref,
                "text": "" if row.ref in hidden else row.item.text,
                "day": short_day(row.review_on),
            },
            where=url_for("questions.question", name="reviews"),
        )
        for row in reviews(visit.session, at=visit.at)
        if row.is_expired and row.owner == owner
    ]


def _unassigned(visit: Visit) -> list[Task]:
    """Items of final decisions that lack the follow-up they need (L-02)."""
    if not visit.may("followup.assigned"):
        return []
    hidden = hidden_from(visit)
    return [
        Task(
            key="assign",
            values={"item": row.ref, "text": row.text},
            where=url_for("cases.case", ref=row.case),
        )
        for row in items_without_follow_up(visit.session, at=visit.at)
        if row.ref not in hidden
    ]
