"""How the story is told: dated steps, and who does them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from workflows.people.kinds import Role
from workflows.stories import Actor, Step

BEGINS = datetime(2026, 1, 5, 8, tzinfo=UTC)

LEADER = Actor(person="P22", role=Role.PROJECT_MANAGER)
A = Actor(person="P06", role=Role.PARTY_CONTACT)
F = Actor(person="P01", role=Role.PARTY_CONTACT)
T = Actor(person="P15", role=Role.PARTY_CONTACT)
SAFETY = Actor(person="P21", role=Role.SAFETY_REP)
CHIEF = Actor(person="P06", role=Role.CHIEF_EXECUTIVE)
OFFICER = Actor(person="P11", role=Role.CASE_OFFICER)
SECRETARY = Actor(person="P10", role=Role.COMMITTEE_SECRETARY)


class Telling:
    """Collects dated steps, each an hour after the one before unless a day is named."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.at = BEGINS

    def on(self, day: int, month: int, hour: int = 8) -> None:
        self.at = datetime(2026, month, day, hour, tzinfo=UTC)

    def do(self, act: str, by: Actor | None = None, **values: Any) -> None:
        self.at += timedelta(minutes=5)
        self.steps.append(Step(at=self.at, act=act, by=by, values=values))
