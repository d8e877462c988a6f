"""Who was asked in each hearing, who answered, and who did not."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import MINE, points_at, rows
from workflows.clock import norwegian_date, oslo
from workflows.development.documents import Version
from workflows.development.hearing_answers import (
    Answered,
    Asked,
    HearingAnswer,
    answers_by_hearing,
    asked_by_hearing,
)
from workflows.development.hearings import Hearing
from workflows.record.entries import acts_told, fold


def hearings_held(session: Session, *, at: datetime) -> list[dict[str, Any]]:
    """Return each hearing as it stood then, by reference.

    {"hearing", "version", "opened_on", "deadline_at", "state", "answers", "late",
    "answered", "not_answered"}; `answers` are all that had come, `late` those of them
    that came after the deadline. The last two name those of the asked who answered in
    time, and those from whom nothing came.
    """
    heard = _Heard(session, at)
    return [
        _told(row, heard) for row in rows(session, _HEARINGS) if row.ref in heard.states
    ]


@dataclass(frozen=True)
class _Heard:
    """What belongs to the hearings, by hearing; each kind read once."""

    session: Session
    at: datetime

    @cached_property
    def states(self) -> Mapping[str, str]:
        """The state of each hearing that was planned by then."""
        refs = [row.ref for row in rows(self.session, _HEARINGS)]
        return fold(self.session, at=self.at, refs=refs)

    @cached_property
    def answers(self) -> Mapping[uuid.UUID, Sequence[HearingAnswer]]:
        """All answers that had come, late ones too."""
        return answers_by_hearing(self.session, at=self.at)

    @cached_property
    def asked(self) -> Mapping[uuid.UUID, Sequence[Asked]]:
        """Everybody who was asked, with what had come."""
        return asked_by_hearing(self.session, self.answers, at=self.at)

    @cached_property
    def deadlines(self) -> Mapping[str, datetime]:
        """The deadline as the record told it then; it may have moved since."""
        return {
            entry.subject: datetime.fromisoformat(entry.payload["deadline_at"])
            for entry in acts_told(self.session, SETTING_DEADLINES, at=self.at)
            if "deadline_at" in entry.payload
        }


def _told(hearing: Any, heard: _Heard) -> dict[str, Any]:
    answers = heard.answers.get(hearing.id, ())
    asked = heard.asked.get(hearing.id, ())
    opened_at = hearing.opened_at
    is_open = opened_at is not None and opened_at <= heard.at
    deadline_at = heard.deadlines.get(hearing.ref, hearing.deadline_at)
    return {
        "hearing": hearing.ref,
        "version": hearing.version,
        "opened_on": str(norwegian_date(opened_at)) if is_open else None,
        "deadline_at": oslo(deadline_at).isoformat(),
        "state": heard.states[hearing.ref].upper(),
        "answers": len(answers),
        "late": sum(answer.is_late for answer in answers),
        "answered": _names(asked, Answered.IN_TIME),
        "not_answered": _names(asked, Answered.NOT_ANSWERED),
    }


def _names(asked: Sequence[Asked], answered: Answered) -> list[str]:
    return [each.name for each in asked if each.answered is answered]


SETTING_DEADLINES = ("hearing.opened", "hearing.extended")
_HEARINGS = (
    select(
        *(Hearing.id, Hearing.ref, Hearing.opened_at, Hearing.deadline_at),
        Version.ref.label("version"),
    )
    .join(Version, points_at(Hearing.version_id, Version))
    .where(Hearing.municipality_id == MINE)
    .order_by(Hearing.ref)
)
