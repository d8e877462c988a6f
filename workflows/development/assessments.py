"""«Status i egen kommune»: how each party sees the cooperation, sealed and then shared.

Members of each party answer twelve statements from 1 to 5 at the start and at the end.
Nobody sees anything of it before the deadline, not even who has answered; then only the
averages of the parties stand side by side, with the gap between them. Where few of a
party answered, its average is not told, for it would tell who said what.
"""

from __future__ import annotations

import enum
import functools
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import Any

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import (
    IMMUTABLE,
    MINE,
    TENANT,
    Base,
    Owned,
    all_of,
    by_ref,
    codes,
    owned,
    refers_to,
    rows,
)
from workflows.clock import norwegian_date
from workflows.development.projects import Project
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.forms.catalogue import form
from workflows.forms.fields import Label
from workflows.people.access import permit
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import PARTIES, Party
from workflows.record.entries import append, new_reference, next_seq
from workflows.record.states import move, steps

LOWEST, HIGHEST = 1, 5
LEAST_ANSWERS = 3


class Occasion(enum.StrEnum):
    """When in a project the parties are asked."""

    START = "start"
    END = "end"


class AssessmentLevel(enum.StrEnum):
    """What a statement is about: our project, or our municipality."""

    PROJECT = "project"
    MUNICIPALITY = "municipality"


class AssessmentState(enum.StrEnum):
    """Where a self-assessment is."""

    OPEN = "open"
    CLOSED = "closed"


ALLOWED = steps({AssessmentState.OPEN: {AssessmentState.CLOSED}}, AssessmentState)
Scores = Mapping[AssessmentLevel, Mapping[str, int]]


class SelfAssessment(Owned, Base, kw_only=True):
    """A self-assessment (egenvurdering) of a project or of the whole municipality."""

    __tablename__ = "self_assessment"
    __table_args__ = (
        refers_to("project", "project_id"),
        UniqueConstraint(TENANT, "ref"),
    )

    ref: Mapped[str]
    project_id: Mapped[uuid.UUID | None] = mapped_column(default=None)
    occasion: Mapped[Occasion] = mapped_column(codes(Occasion))
    deadline_at: Mapped[datetime]
    state: Mapped[AssessmentState] = mapped_column(codes(AssessmentState))
    opened_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column(default=1, init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's shape


class AssessmentAnswer(Owned, Base, kw_only=True):
    """One member's answer (svar på egenvurdering). Immutable; the last one counts.

    `scores` is {level: {statement: 1 to 5}}, `comments` {statement: text}.
    `keeps_comments_back` asks that comments are not shown where no other of the party
    answered.
    """

    __tablename__ = "assessment_answer"
    __table_args__ = (
        refers_to("self_assessment", "assessment_id"),
        refers_to("mandate", "mandate_id"),
        IMMUTABLE,
    )

    assessment_id: Mapped[uuid.UUID]
    mandate_id: Mapped[uuid.UUID]
    party: Mapped[Party] = mapped_column(codes(Party))
    scores: Mapped[dict[str, Any]]
    comments: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    keeps_comments_back: Mapped[bool] = mapped_column(default=False)
    entry: Mapped[int]
    at: Mapped[datetime]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One statement as the parties see it; None where too few answered.

    `gap` is between the highest and the lowest of the three averages.
    """

    statement: str
    level: AssessmentLevel
    averages: Mapping[Party, float | None]
    answers: Mapping[Party, int]

    @property
    def gap(self) -> float | None:
        """The gap, None unless all three averages can be told."""
        told = [value for value in self.averages.values() if value is not None]
        return max(told) - min(told) if len(told) == len(PARTIES) else None


def open_assessment(
    session: Session,
    *,
    ref: str,
    occasion: Occasion,
    deadline_at: datetime,
    project: str | None = None,
    by: Hat,
    at: datetime,
) -> SelfAssessment:
    """Ask all three parties at once, with one deadline."""
    permit(by, "assessment.opened", at=at, project=project)
    if deadline_at <= at:
        raise RuleBrokenError(f"{ref}: the deadline lies ahead", rule="SM-3")
    row = SelfAssessment(
        ref=new_reference(session, ref),
        project_id=by_ref(session, Project, project).id if project else None,
        occasion=occasion,
        deadline_at=deadline_at,
        state=AssessmentState.OPEN,
        opened_at=at,
    )
    session.add(row)
    refs = [project] if project else []
    append(session, "assessment.opened", row, moved=[row], by=by, at=at, refs=refs)
    return row


def answer_assessment(
    session: Session,
    *,
    assessment: str,
    scores: Scores,
    comments: Mapping[str, str] | None = None,
    keeps_comments_back: bool = False,
    by: Hat,
    at: datetime,
) -> AssessmentAnswer:
    """Answer for oneself, as a member of a party.

    Raises:
        InvalidValueError: an unknown statement, or a number that is not 1 to 5.
        RuleBrokenError: the deadline has passed.
    """
    permit(by, "assessment.answered", at=at)
    row = by_ref(session, SelfAssessment, assessment)
    if row.state is not AssessmentState.OPEN or at >= row.deadline_at:
        raise RuleBrokenError(f"{assessment} takes no answers", rule="SM-3")
    if by.mandate_id is None:
        raise RuleBrokenError(f"{by.person_ref} holds no mandate", rule="INV-07")
    _require_sound(scores, comments or {})
    answer = AssessmentAnswer(
        assessment_id=row.id,
        mandate_id=by.mandate_id,
        party=by.require_party(),
        scores={level.value: dict(given) for level, given in scores.items()},
        comments=dict(comments or {}),
        keeps_comments_back=keeps_comments_back,
        entry=next_seq(session),
        at=at,
    )
    session.add(answer)
    append(session, "assessment.answered", row, by=by, at=at)
    return answer


@functools.cache
def statements() -> dict[str, Label]:
    """Return the twelve statements by key, in order, as the form says them."""
    columns = [
        column
        for field in form("self-assessment").fields
        for column in field.columns
        if field.rows_of == column.key
    ]
    return {choice.key: choice.label for choice in columns[0].choices}


def past_assessments(
    session: Session, *, at: datetime
) -> list[tuple[datetime, SelfAssessment]]:
    """Return open self-assessments whose deadline has passed, with the deadline."""
    query = owned(session, SelfAssessment).where(
        SelfAssessment.state == AssessmentState.OPEN, SelfAssessment.deadline_at <= at
    )
    return [(row.deadline_at, row) for row in session.scalars(query)]


def close_assessment(session: Session, row: SelfAssessment, *, at: datetime) -> None:
    """Open the seal at the deadline."""
    move(row, AssessmentState.CLOSED, ALLOWED)
    append(session, "assessment.closed", row, moved=[row], by=SYSTEM, at=at)


def assessments(session: Session, *, at: datetime) -> list[SelfAssessment]:
    """Return the self-assessments whose seal was open at `at`, oldest first."""
    found = all_of(
        session, SelfAssessment, SelfAssessment.opened_at, SelfAssessment.ref
    )
    is_closed = AssessmentState.CLOSED
    return [row for row in found if row.deadline_at <= at and row.state is is_closed]


def side_by_side(session: Session, row: SelfAssessment) -> list[Seen]:
    """Return each statement with the averages of the parties, by level, in order.

    Only what somebody answered is there.

    Raises:
        RuleBrokenError: the seal is not open yet (INV-04).
    """
    if row.state is not AssessmentState.CLOSED:
        raise RuleBrokenError(f"{row.ref} is sealed", rule="INV-04")
    return _all_seen(_counted(session, row))


def _all_seen(answers: Sequence[Any]) -> list[Seen]:
    said = {
        (level, statement)
        for answer in answers
        for level, scores in answer.scores.items()
        for statement in scores
    }
    seen = [
        _seen(answers, statement, level)
        for level in AssessmentLevel
        for statement in statements()
        if (level.value, statement) in said
    ]
    return [one for one in seen if any(one.answers.values())]


def comments_on(session: Session, row: SelfAssessment, statement: str) -> list[str]:
    """Return the comments on a statement, without who wrote them.

    A comment is kept back when its writer asked for it and is the only one of the
    party. Raises as `side_by_side`.
    """
    if row.state is not AssessmentState.CLOSED:
        raise RuleBrokenError(f"{row.ref} is sealed", rule="INV-04")
    answers = _counted(session, row)
    parties = [answer.party for answer in answers]
    return sorted(
        answer.comments[statement]
        for answer in answers
        if answer.comments.get(statement)
        and not (answer.keeps_comments_back and parties.count(answer.party) == 1)
    )


def _counted(session: Session, row: SelfAssessment) -> Sequence[AssessmentAnswer]:
    query = owned(session, AssessmentAnswer).where(
        AssessmentAnswer.assessment_id == row.id
    )
    found = session.scalars(query.order_by(AssessmentAnswer.entry))
    return list({answer.mandate_id: answer for answer in found}.values())


def _seen(answers: Sequence[Any], statement: str, level: AssessmentLevel) -> Seen:
    given = {party: _given(answers, party, statement, level) for party in PARTIES}
    return Seen(
        statement=statement,
        level=level,
        averages={
            party: fmean(scores) if len(scores) >= LEAST_ANSWERS else None
            for party, scores in given.items()
        },
        answers={party: len(scores) for party, scores in given.items()},
    )


def _given(
    answers: Sequence[Any],
    party: Party,
    statement: str,
    level: AssessmentLevel,
) -> list[int]:
    said = [
        answer.scores.get(level.value, {}).get(statement)
        for answer in answers
        if answer.party is party
    ]
    return [score for score in said if score is not None]


def _require_sound(scores: Scores, comments: Mapping[str, str]) -> None:
    given = [item for answered in scores.values() for item in answered.items()]
    if not given:
        raise InvalidValueError("scores", "says nothing")
    known = statements()
    for statement in [*comments, *(statement for statement, _ in given)]:
        if statement not in known:
            raise InvalidValueError(statement, f"is none of {', '.join(known)}")
    for statement, score in given:
        if type(score) is not int or not LOWEST <= score <= HIGHEST:
            raise InvalidValueError(statement, f"{score!r} is not 1 to 5")


def assessment_rows(session: Session, *, at: datetime) -> list[dict[str, Any]]:
    """Return each statement of each open self-assessment, side by side.

    {"assessment", "statement", "level", "when", "occasion", "A", "F", "T", "gap"};
    `when` is the day of the deadline, averages have two decimals, None where too few
    answered.
    """
    given = _all_counted(session)
    texts = statements()
    return [
        _side_by_side(row, one, texts)
        for row in assessments(session, at=at)
        for one in _all_seen(given.get(row.id, []))
    ]


def _all_counted(session: Session) -> dict[uuid.UUID, list[Any]]:
    """Return the answers that count, by self-assessment: each member's last one."""
    last = {
        (answer.assessment_id, answer.mandate_id): answer
        for answer in rows(session, _ANSWERS)
    }
    found: dict[uuid.UUID, list[Any]] = {}
    for answer in last.values():
        found.setdefault(answer.assessment_id, []).append(answer)
    return found


_ANSWERS = (
    select(
        *(AssessmentAnswer.assessment_id, AssessmentAnswer.mandate_id),
        *(AssessmentAnswer.party, AssessmentAnswer.scores),
    )
    .where(AssessmentAnswer.municipality_id == MINE)
    .order_by(AssessmentAnswer.entry)
)


def _side_by_side(
    row: SelfAssessment, seen: Seen, texts: Mapping[str, Label]
) -> dict[str, Any]:
    number = list(texts).index(seen.statement) + 1
    averages = {party.value: _told(mean) for party, mean in seen.averages.items()}
    return {
        "assessment": row.ref,
        "statement": f"{number} {texts[seen.statement].nb}",
        "level": seen.level.value,
        "when": norwegian_date(row.deadline_at).isoformat(),
        "occasion": row.occasion.value,
        **averages,
        "gap": _told(seen.gap),
    }


def _told(number: float | None) -> float | None:
    return None if number is None else round(number, 2)
