"""Self-assessment: opened for all, answered in secret, then side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.forms import Submitted
from connector.web.guards import Done, acts, reads
from connector.web.visits import Visit
from workflows.base import all_of, by_ref, get
from workflows.decision.references import next_reference
from workflows.development.assessments import (
    HIGHEST,
    LOWEST,
    AssessmentLevel,
    AssessmentState,
    Occasion,
    Seen,
    SelfAssessment,
    answer_assessment,
    comments_on,
    open_assessment,
    side_by_side,
    statements,
)
from workflows.development.projects import Project, ProjectState
from workflows.people.kinds import PARTIES, Party
from workflows.people.reading import Matter

pages = APIBlueprint("assessments", __name__, enable_openapi=False)

UNDER_WAY = frozenset(ProjectState) - {
    ProjectState.IDEA,
    ProjectState.REJECTED_IDEA,
    ProjectState.CLOSED,
    ProjectState.STOPPED,
}
SCORES = tuple(str(score) for score in range(LOWEST, HIGHEST + 1))


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One party's average; `mean` is None where too few answered to be told."""

    party: Party
    mean: float | None
    answers: int


@dataclass(frozen=True, kw_only=True)
class Result:
    """One statement with the three parties, and the gap where all can be told."""

    number: int
    text: str
    bars: tuple[Bar, ...]
    gap: float | None


@pages.get("/egenvurdering")
@reads(Matter.PARITY)
def listing(visit: Visit) -> str:
    """Show the self-assessments, the newest first."""
    return listing_page(visit)


def listing_page(visit: Visit, *, form: Submitted | None = None) -> str:
    """Return the list, with the form for those who may open one."""
    order = SelfAssessment.opened_at.desc(), SelfAssessment.ref.desc()
    rows = all_of(visit.session, SelfAssessment, *order)
    may_open = visit.may("assessment.opened")
    return render_template(
        "development/assessments.html",
        rows=[(row, _project(visit, row)) for row in rows],
        may_open=may_open,
        occasions=Occasion,
        projects=_projects(visit) if may_open else {},
        form=form or Submitted(),
    )


@pages.post("/egenvurdering")
@acts("assessment.opened", again=listing_page)
def ask(visit: Visit, form: Submitted) -> Done:
    """Ask all three parties at once; the seal is opened at the deadline."""
    occasion = form.choice("occasion", Occasion)
    project = form.one_of("project", _projects(visit), needed=False)
    deadline_at = form.instant("deadline")
    if deadline_at and deadline_at <= visit.at:
        form.fault("deadline-day", "assessment.fault.past")
    form.require_sound()
    assert occasion is not None  # noqa: S101 - the form is sound
    assert deadline_at is not None  # noqa: S101 - the form is sound
    row = open_assessment(
        visit.session,
        ref=next_reference(visit.session, SelfAssessment, "SV-", digits=1),
        occasion=occasion,
        deadline_at=deadline_at,
        project=project or None,
        by=visit.by,
        at=visit.at,
    )
    where = url_for("assessments.assessment", ref=row.ref)
    return Done(where, visit.say("assessment.is_opened"))


@pages.get("/egenvurdering/<ref>")
@reads(Matter.PARITY)
def assessment(visit: Visit, ref: str) -> str:
    """Show the form before the deadline, and the result after it."""
    return show(visit, ref=ref)


def show(visit: Visit, *, ref: str, form: Submitted | None = None) -> str:
    """Return the page of a self-assessment; while sealed it tells nothing said."""
    row = by_ref(visit.session, SelfAssessment, ref)
    is_open = row.state is AssessmentState.OPEN
    return render_template(
        "development/assessment.html",
        assessment=row,
        project=_project(visit, row),
        is_open=is_open,
        may_answer=is_open
        and visit.at < row.deadline_at
        and visit.may("assessment.answered"),
        statements=_texts(visit),
        levels=AssessmentLevel,
        scores=SCORES,
        results={} if is_open else _results(visit, row),
        comments={} if is_open else _comments(visit, row),
        form=form or Submitted(),
    )


@pages.post("/egenvurdering/<ref>")
@acts("assessment.answered", again=show)
def answer(visit: Visit, form: Submitted, ref: str) -> Done:
    """Answer for oneself; the last answer before the deadline counts."""
    scores = {level: _scores(form, level) for level in AssessmentLevel}
    comments = {key: form.text(f"comment-{key}") for key in statements()}
    if not any(scores.values()) and not form.faults:
        form.fault(
            _field(AssessmentLevel.PROJECT, next(iter(comments))),
            "assessment.fault.nothing",
        )
    form.require_sound()
    answer_assessment(
        visit.session,
        assessment=ref,
        scores={level: given for level, given in scores.items() if given},
        comments={key: text for key, text in comments.items() if text},
        keeps_comments_back=form.ticked("back"),
        by=visit.by,
        at=visit.at,
    )
    where = url_for("assessments.assessment", ref=ref)
    return Done(where, visit.say("assessment.is_answered"))


def _field(level: AssessmentLevel, key: str) -> str:
    return f"{level}-{key}"


def _scores(form: Submitted, level: AssessmentLevel) -> dict[str, int]:
    """Return what was chosen at one level; a statement may be left out."""
    found = {
        key: form.one_of(_field(level, key), SCORES, needed=False)
        for key in statements()
    }
    return {key: int(score) for key, score in found.items() if score}


def _texts(visit: Visit) -> list[tuple[str, str]]:
    return [(key, label.in_(visit.language)) for key, label in statements().items()]


def _results(visit: Visit, row: SelfAssessment) -> dict[AssessmentLevel, list[Result]]:
    found: dict[AssessmentLevel, list[Result]] = {}
    numbers = {key: number for number, key in enumerate(statements(), start=1)}
    texts = dict(_texts(visit))
    for seen in side_by_side(visit.session, row):
        result = Result(
            number=numbers[seen.statement],
            text=texts[seen.statement],
            bars=_bars(seen),
            gap=seen.gap,
        )
        found.setdefault(seen.level, []).append(result)
    return found


def _bars(seen: Seen) -> tuple[Bar, ...]:
    return tuple(
        Bar(party=party, mean=seen.averages[party], answers=seen.answers[party])
        for party in PARTIES
    )


def _comments(visit: Visit, row: SelfAssessment) -> dict[str, list[str]]:
    told = {text: comments_on(visit.session, row, key) for key, text in _texts(visit)}
    return {text: found for text, found in told.items() if found}


def _project(visit: Visit, row: SelfAssessment) -> Any:
    return get(visit.session, Project, row.project_id) if row.project_id else None


def _projects(visit: Visit) -> dict[str, str]:
    """Return the projects under way that the visitor may ask about, by reference."""
    rows = all_of(visit.session, Project, Project.ref)
    return {
        row.ref: row.name
        for row in rows
        if row.state in UNDER_WAY and visit.may("assessment.opened", project=row.ref)
    }
