"""The standing questions: each report is one function, whoever shows it.

Every number on a page, in a Word report, in a table and in the API comes from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.development.assessments import assessment_rows
from workflows.errors import NotFoundError
from workflows.people.kinds import Party
from workflows.trace.access_requests import access_requests
from workflows.trace.archive import archive_gaps
from workflows.trace.changes import changed_since, outputs_without_decision
from workflows.trace.coverage import (
    coverage,
    coverage_totals,
    uncovered_decisions,
)
from workflows.trace.federation import programme_roll_up
from workflows.trace.heard import hearings_held
from workflows.trace.impartiality import impartiality
from workflows.trace.inputs import what_became_of_input
from workflows.trace.lead_times import lead_times
from workflows.trace.proposal_outcomes import outcomes_of_proposals
from workflows.trace.standing import (
    Rows,
    by_status,
    dissent,
    follow_up_changes,
    follow_ups,
    mandates,
    missing,
    parity,
    projects,
    reviews,
)
from workflows.trace.status_only import NOTHING, Hidden
from workflows.trace.sums import (
    Totals,
    asked,
    by_final,
    by_state,
    counted,
    expired,
    median_of,
    outputs_in,
    overdue,
    waiting,
)
from workflows.trace.uses import unused_outputs


@dataclass(frozen=True, kw_only=True)
class Question:
    """A standing question: how its rows are found, and what they sum up to.

    `by_party` tells that a party gets sealed rows of its own, which nobody else gets;
    `joins` that a row may join several cases, also such as somebody may not read.
    """

    rows: Callable[..., Rows]
    by_party: bool = False
    joins: bool = False
    columns: tuple[str, ...]
    totals: Callable[[Rows], Totals]


@dataclass(frozen=True, kw_only=True)
class Report:
    """The answer to a standing question at an instant."""

    name: str
    at: datetime
    rows: Rows
    totals: Totals
    columns: tuple[str, ...]


QUESTIONS: Mapping[str, Question] = {
    "outcomes": Question(
        rows=outcomes_of_proposals,
        joins=True,
        columns=("output", "case", "items", "final", "open", "superseded", "reason"),
        totals=by_final,
    ),
    "unused-outputs": Question(
        rows=unused_outputs,
        columns=("output", "title", "handed_over_on", "days"),
        totals=counted,
    ),
    "uncovered-decisions": Question(
        rows=uncovered_decisions,
        columns=(
            "case",
            "title",
            "treatment",
            "decided_on",
            "asked",
            "because",
            "justification",
        ),
        totals=asked,
    ),
    "coverage": Question(
        rows=coverage,
        columns=(
            "case",
            "item",
            "treatment",
            "decided_on",
            "valid",
            "suspect",
            "justified",
            "missing",
            "basis",
            "deep",
            "inputs",
            "asked",
            "because",
            "justification",
        ),
        totals=coverage_totals,
    ),
    "changed-since": Question(
        rows=changed_since,
        columns=(
            "output",
            "case",
            "items",
            "decided_on",
            "version",
            "now",
            "link",
            "days",
            "kept_by",
            "kept_on",
            "reason",
        ),
        totals=waiting,
    ),
    "outputs-without-decision": Question(
        rows=outputs_without_decision,
        joins=True,
        columns=("output", "title", "kind", "delivered_on", "cases", "asked"),
        totals=counted,
    ),
    "follow-ups": Question(
        rows=follow_ups,
        columns=(
            "follow_up",
            "case",
            "item",
            "text",
            "status",
            "deadline",
            "responsible",
            "evidence",
            "noted_in",
            "noted_as",
        ),
        totals=lambda rows: counted(rows) | by_status(rows),
    ),
    "follow-up-changes": Question(
        rows=follow_up_changes,
        columns=(
            "follow_up",
            "case",
            "body",
            "item",
            "text",
            "status",
            "deadline",
            "responsible",
            "changes",
            "said",
            "evidence",
        ),
        totals=lambda rows: counted(rows) | by_status(rows),
    ),
    "reviews": Question(
        rows=reviews,
        columns=(
            "review",
            "case",
            "item",
            "text",
            "review_on",
            "owner",
            "expired",
            "said",
            "held_on",
        ),
        totals=expired,
    ),
    "missing-reports": Question(
        rows=missing, columns=("project", "name", "due"), totals=counted
    ),
    "lead-times": Question(
        rows=lead_times,
        joins=True,
        columns=("output", "case", "handed_over_on", "decided_on", "days"),
        totals=median_of,
    ),
    "parity": Question(
        rows=parity,
        columns=(
            "round",
            "document",
            "made_available_at",
            "first_opened",
            "gap_minutes",
        ),
        totals=counted,
    ),
    "dissent": Question(
        rows=dissent,
        joins=True,
        columns=(
            "output",
            "version",
            "party",
            "position",
            "point",
            "text",
            "printed_in",
        ),
        totals=counted,
    ),
    "projects": Question(
        rows=projects, columns=("project", "name", "state", "since"), totals=by_state
    ),
    "mandates": Question(
        rows=mandates,
        columns=(
            "mandate",
            "person",
            "name",
            "role",
            "party",
            "organisation",
            "signs",
            "from",
            "to",
            "holds",
        ),
        totals=counted,
    ),
    "assessment": Question(
        rows=assessment_rows,
        columns=(
            "assessment",
            "statement",
            "level",
            "when",
            "occasion",
            "A",
            "F",
            "T",
            "gap",
        ),
        totals=counted,
    ),
    "hearings": Question(
        rows=hearings_held,
        columns=(
            "hearing",
            "version",
            "opened_on",
            "deadline_at",
            "state",
            "answers",
            "late",
            "answered",
            "not_answered",
        ),
        totals=counted,
    ),
    "programme": Question(
        rows=programme_roll_up,
        columns=("municipality", "name", "kind", "state", "outputs"),
        totals=outputs_in,
    ),
    "archive-gaps": Question(
        rows=archive_gaps,
        columns=(
            "document",
            "version",
            "paper",
            "title",
            "project",
            "reached",
            "on",
        ),
        totals=counted,
    ),
    "impartiality": Question(
        rows=impartiality,
        columns=("person", "name", "case", "body", "why"),
        totals=counted,
    ),
    "access-requests": Question(
        rows=access_requests,
        columns=(
            "request",
            "received_on",
            "asked_for",
            "due_on",
            "answered_on",
            "result",
            "exemption",
            "overdue",
            "counts_as_refused",
        ),
        totals=overdue,
    ),
    "what-became-of-my-input": Question(
        rows=what_became_of_input,
        by_party=True,
        joins=True,
        columns=(
            "remark",
            "party",
            "text",
            "assessment",
            "output",
            "case",
            "outcome",
            "follow_up",
        ),
        totals=counted,
    ),
}


def answer(
    session: Session,
    name: str,
    *,
    at: datetime,
    party: Party | None = None,
    hidden: Hidden = NOTHING,
) -> Report:
    """Return the answer to a standing question as it was at an instant.

    What is sealed is left out, but for what `party` has said itself. Where a row joins
    several cases, those in `hidden` are left out of it, or told by their status alone.
    """
    question = QUESTIONS.get(name)
    if question is None:
        raise NotFoundError("report", name)
    own: dict[str, Any] = {"party": party} if question.by_party else {}
    own |= {"hidden": hidden} if question.joins else {}
    rows = question.rows(session, at=at, **own)
    return Report(
        name=name,
        at=at,
        rows=rows,
        totals=question.totals(rows),
        columns=question.columns,
    )
