"""Who was asked in each hearing, who answered, and who did not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows.base import all_of
from workflows.clock import norwegian_date, oslo
from workflows.development.hearing_answers import (
    Answered,
    Asked,
    asked_in,
    hearing_answers,
)
from workflows.development.hearings import Hearing, hearing_text
from workflows.record.entries import fold, history


def hearings_held(session: Session, *, at: datetime) -> list[dict[str, Any]]:
    """Return each hearing as it stood then, by reference.

    {"hearing", "version", "opened_on", "deadline_at", "state", "answers", "late",
    "answered", "not_answered"}; `answers` are all that had come, `late` those of them
    that came after the deadline. The last two name those of the asked who answered in
    time, and those from whom nothing came.
    """
    states = fold(session, at=at)
    rows = [row for row in all_of(session, Hearing, Hearing.ref) if row.ref in states]
    return [_told(session, row, states[row.ref], at=at) for row in rows]


def _told(
    session: Session, hearing: Hearing, state: str, *, at: datetime
) -> dict[str, Any]:
    answers = hearing_answers(session, hearing, at=at)
    asked = asked_in(session, hearing, at=at)
    opened_at = hearing.opened_at
    is_open = opened_at is not None and opened_at <= at
    return {
        "hearing": hearing.ref,
        "version": hearing_text(session, hearing)[0].ref,
        "opened_on": str(norwegian_date(opened_at)) if is_open and opened_at else None,
        "deadline_at": oslo(_deadline(session, hearing, at=at)).isoformat(),
        "state": state.upper(),
        "answers": len(answers),
        "late": sum(answer.is_late for answer in answers),
        "answered": _names(asked, Answered.IN_TIME),
        "not_answered": _names(asked, Answered.NOT_ANSWERED),
    }


def _names(asked: list[Asked], answered: Answered) -> list[str]:
    return [each.name for each in asked if each.answered is answered]


def _deadline(session: Session, hearing: Hearing, *, at: datetime) -> datetime:
    """The deadline as the record told it then; it may have moved since."""
    told = [
        entry.payload["deadline_at"]
        for entry in history(session, hearing.ref)
        if entry.at <= at and "deadline_at" in entry.payload
    ]
    return datetime.fromisoformat(told[-1]) if told else hearing.deadline_at
