"""The story's case: prepared, treated in two bodies, decided and followed up."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.connector.web.telling import CHIEF, OFFICER, SECRETARY, Telling
from workflows.decision.bodies import BodyKind, GroupSeats
from workflows.decision.cases import Checklist
from workflows.decision.decisions import DecisionText
from workflows.decision.followups import FollowUpState
from workflows.decision.meetings import (
    CaseNumber,
    DissentText,
    ProposalText,
    Result,
    VoteCount,
    Voting,
)
from workflows.decision.points import ItemText
from workflows.people.kinds import FocusArea
from workflows.trace.outcomes import Code
from workflows.trace.uses import Used, Where

DECIDED = "1. Det opprettes en fast vikargruppe.\n2. Nærværsmøte hver sjette uke."


def tell_the_case(telling: Telling) -> None:
    telling.on(20, 3)
    groups = [
        GroupSeats(name="Fellesliste", seats=8),
        GroupSeats(name="Bygdelista", seats=5),
    ]
    telling.do(
        "register_body",
        ref="KST",
        name_nb="Kommunestyret",
        name_nn="Kommunestyret",
        kind=BodyKind.COUNCIL,
        seats=13,
        groups=groups,
    )
    telling.do(
        "register_body",
        ref="FSK",
        name_nb="Formannskapet",
        name_nn="Formannskapet",
        kind=BodyKind.EXECUTIVE_BOARD,
        seats=5,
    )
    telling.do(
        "register_case",
        OFFICER,
        ref="C01",
        title="Tiltakspakke for nærvær ved Solsida helsehus",
        archive_number="2026/980",
        focus=FocusArea.SICK_LEAVE,
        plan=["FSK", "KST"],
        asks_basis=True,
    )
    telling.do(
        "register_case",
        OFFICER,
        ref="C02",
        title="Nytt saksbehandlingssystem",
        plan=["KST"],
    )
    telling.do("use_output", OFFICER, case="C01", output="O-101", where=Where.FACTS)
    telling.do(
        "use_output",
        OFFICER,
        case="C01",
        output="O-102",
        where=Where.RECOMMENDATION,
        used=Used.PARTLY,
        reason="Punkt 3 er utsatt til budsjettet.",
    )
    telling.do("prepare_case", OFFICER, case="C01")
    points = dict.fromkeys(Checklist.__dataclass_fields__, True)
    telling.do("confirm_ready", CHIEF, case="C01", checklist=Checklist(**points))
    for ref, body, day in (("MFSK", "FSK", 14), ("MKST", "KST", 30)):
        telling.do(
            "schedule_meeting",
            SECRETARY,
            ref=ref,
            body=body,
            starts_at=datetime(2026, 4, day, 8, tzinfo=UTC),
            place="Rådhuset",
        )
    telling.do("put_on_agenda", SECRETARY, case="C01", meeting="MFSK")
    _treatments(telling)


def _treatments(telling: Telling) -> None:
    telling.on(14, 4, 12)
    telling.do(
        "register_treatment",
        SECRETARY,
        case="C01",
        body="FSK",
        meeting="MFSK",
        treated_on=date(2026, 4, 14),
        result=Result.RECOMMENDS,
        number=CaseNumber(seq=12),
        minutes="Møtebok FSK 14.04.2026",
        recommendation="Punkt 1 og 2 vedtas.",
        voting=Voting(is_unanimous=True),
    )
    telling.on(30, 4, 12)
    votes = tuple(
        VoteCount(subject=subject, group=group, votes_for=yes, votes_against=no)
        for subject in ("Punkt 1", "Punkt 2")
        for group, yes, no in (("Fellesliste", 8, 0), ("Bygdelista", 2, 3))
    )
    telling.do(
        "register_treatment",
        SECRETARY,
        case="C01",
        body="KST",
        meeting="MKST",
        treated_on=date(2026, 4, 30),
        result=Result.FINAL,
        number=CaseNumber(seq=24),
        minutes="Møtebok KST 30.04.2026",
        recommendation_from="formannskapet",
        voting=Voting(present=13, votes=votes),
        proposals=[
            ProposalText(number=1, from_whom="Bygdelista", text="Saken utsettes.")
        ],
        dissent=[
            DissentText(
                on_behalf_of="Bygdelista", text="Belastningen er for lite utredet."
            )
        ],
        decision=DecisionText(
            text=DECIDED,
            items=(
                ItemText(number=1, text="Det opprettes en fast vikargruppe."),
                ItemText(number=2, text="Nærværsmøte hver sjette uke."),
            ),
        ),
    )
    telling.do(
        "record_outcome",
        SECRETARY,
        output="O-101",
        treatment="C01-T2",
        item=1,
        code=Code.RELIED_ON,
        minutes="Møtebok KST 30.04.2026",
    )
    for point, code, item, reason in (
        (1, Code.ADOPTED, 1, ""),
        (2, Code.ADOPTED_CHANGED, 2, "Prøves i ett år."),
        (3, Code.NOT_FOLLOWED, None, "Ikke begrunnet i protokollen"),
    ):
        telling.do(
            "record_outcome",
            SECRETARY,
            output="O-102",
            treatment="C01-T2",
            point=point,
            code=code,
            item=item,
            reason=reason,
            minutes="Møtebok KST 30.04.2026",
        )
    telling.do(
        "assign_follow_up",
        SECRETARY,
        item="C01-T2/1",
        person="P06",
        deadline=date(2026, 8, 1),
    )
    telling.do(
        "assign_follow_up",
        SECRETARY,
        item="C01-T2/2",
        unit="Solsida helsehus",
        deadline=date(2026, 12, 1),
    )
    telling.do(
        "report_follow_up",
        OFFICER,
        followup="F-02",
        state=FollowUpState.IN_PROGRESS,
        text="Første møte er holdt.",
    )
