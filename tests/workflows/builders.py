"""The decision line of the test town: its bodies, and cases brought forward.

Everything is done by the real acts, under the hats that may do them.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town
from workflows.base import owned
from workflows.clock import at_oslo
from workflows.decision.bodies import Body, BodyKind, GroupSeats, register_body
from workflows.decision.cases import (
    Case,
    Checklist,
    confirm_ready,
    prepare_case,
    put_on_agenda,
    register_case,
)
from workflows.decision.decisions import DecisionText
from workflows.decision.followups import FollowUp, assign_follow_up
from workflows.decision.meetings import (
    CaseNumber,
    Result,
    Treatment,
    VoteCount,
    Voting,
    schedule_meeting,
)
from workflows.decision.points import ItemText
from workflows.decision.references import next_number
from workflows.decision.treatments import register_treatment
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import Role

PREPARED = Checklist(
    facts=True,
    law=True,
    alternatives=True,
    economy=True,
    consultation=True,
    councils_heard=True,
    development_basis=True,
)
LISTS = [
    GroupSeats(name="Bygdelista", seats=15),
    GroupSeats(name="Kystlista", seats=10),
]
BODIES: list[dict[str, Any]] = [
    {"ref": "KST", "kind": BodyKind.COUNCIL, "seats": 25, "groups": LISTS},
    {"ref": "FSK", "kind": BodyKind.EXECUTIVE_BOARD, "seats": 7},
    {"ref": "ADM", "kind": BodyKind.JOINT_COMMITTEE_511, "seats": 8},
    {"ref": "ELD", "kind": BodyKind.ADVISORY_COUNCIL, "seats": 5},
    {"ref": "KD", "kind": BodyKind.DELEGATED},
]
TWO_ITEMS = DecisionText(
    text="1. Retningslinjene vedtas.\n2. De evalueres etter ett år.",
    items=(
        ItemText(number=1, text="Retningslinjene vedtas."),
        ItemText(number=2, text="De evalueres etter ett år."),
    ),
)
UNANIMOUS = Voting(is_unanimous=True)


class TownHall(Town):
    """The test town with its bodies, which are registered when there are none."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        if session.scalars(owned(session, Body)).first() is None:
            self._open_all()

    def _open_all(self) -> None:
        for body in BODIES:
            names = {"name_nb": body["ref"], "name_nn": body["ref"]}
            self.do(register_body, by=SYSTEM, **names, **body)

    @property
    def chief(self) -> Hat:
        """The chief executive."""
        return self.office(Role.CHIEF_EXECUTIVE)

    def case(self, ref: str = "C1", **more: Any) -> Case:
        """A registered case."""
        values = {"ref": ref, "title": "Retningslinjer for heltid", **more}
        return self.do(register_case, by=self.officer, **values)

    def ready_case(self, ref: str = "C1", **more: Any) -> Case:
        """A case that the chief executive has confirmed as properly prepared."""
        case = self.case(ref, **more)
        self.make_ready(ref)
        return case

    def make_ready(self, case: str) -> None:
        """Prepare a case and confirm it."""
        self.do(prepare_case, by=self.officer, case=case)
        self.do(confirm_ready, by=self.chief, case=case, checklist=PREPARED)

    def meeting(self, body: str = "KST", *, on: date | None = None) -> str:
        """The reference of a new meeting, today when no day is given."""
        day = on or self.today
        ref = f"{body}-{day}"
        starts_at = at_oslo(day, time(17))
        self.do(
            schedule_meeting, by=self.secretary, ref=ref, body=body, starts_at=starts_at
        )
        return ref

    def put_up(self, case: str = "C1", *, body: str = "KST") -> str:
        """Put a ready case on the agenda of a new meeting today, and return that."""
        meeting = self.meeting(body)
        self.do(put_on_agenda, by=self.secretary, case=case, meeting=meeting)
        return meeting

    def treat(self, case: str = "C1", **more: Any) -> Treatment:
        """Treat a case today as the council's final, unanimous decision, or otherwise.

        Numbers are given in turn, so that each treatment has one of its own.
        """
        result = more.get("result", Result.FINAL)
        plain: dict[str, Any] = {
            "body": "KST",
            "treated_on": self.today,
            "result": result,
            "minutes": "Møtebok KST",
            "number": CaseNumber(seq=next_number(self.session, Treatment)),
            "voting": UNANIMOUS,
        }
        if result in {Result.FINAL, Result.DELEGATED}:
            plain["decision"] = TWO_ITEMS
        return self.do(
            register_treatment, by=self.secretary, case=case, **{**plain, **more}
        )

    def decided_case(self, ref: str = "C1", **more: Any) -> Treatment:
        """A ready case, decided today in a meeting where it stood on the agenda."""
        self.ready_case(ref)
        meeting = self.put_up(ref, body=more.get("body", "KST"))
        return self.treat(ref, meeting=meeting, **more)

    def followed_up(self, item: str = "C1-T1/1", **more: Any) -> FollowUp:
        """A follow-up of a decision item, due in four weeks."""
        values = {"deadline": self.today + timedelta(days=28), "unit": "HR", **more}
        return self.do(assign_follow_up, by=self.officer, item=item, **values)


def votes(subject: str, **groups: tuple[int, int]) -> tuple[VoteCount, ...]:
    """The votes on a subject: group → for and against."""
    return tuple(
        VoteCount(subject=subject, group=group, votes_for=yes, votes_against=no)
        for group, (yes, no) in groups.items()
    )
