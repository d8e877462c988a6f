"""A small story with one of everything that the pages show: Testvik kommune in 2026."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any

from tests.connector.web.story_of_the_case import tell_the_case
from tests.connector.web.story_of_the_parties import tell_of_the_parties
from tests.connector.web.telling import BEGINS, LEADER, A, F, T, Telling
from workflows.development.agreements import Level, SignatoryPlan
from workflows.development.forums import AgendaPoint
from workflows.development.hearing_answers import Channel, Reply
from workflows.development.minutes import MinutedView
from workflows.development.outputs import OutputKind
from workflows.development.positions import Position
from workflows.development.projects import Group
from workflows.development.remarks import Assessment, Verdict
from workflows.development.rounds import Visibility
from workflows.development.signatures import SignatureLevel
from workflows.people.kinds import FocusArea, Party, Role
from workflows.people.parties import Confederation
from workflows.stories import Actor, Story

NOW = datetime(2026, 9, 2, 8, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script> & \"sitat\""
DISSENT = "Vi mener at punkt 2 må prøves frivillig i ett år først."
DECIDED = "1. Det opprettes en fast vikargruppe.\n2. Nærværsmøte hver sjette uke."
SEALED_REMARK = "Den hemmelige merknaden"

PEOPLE = {
    "P01": ("Åsta Fjellbru", "ordfører"),
    "P06": ("Harald Brekkvoll", "kommunedirektør"),
    "P10": ("Bente Åsgarden", "utvalgssekretær"),
    "P11": ("Rune Myrstø", "saksbehandler"),
    "P13": ("Tone Ulvgjerde", "arkivleder"),
    "P15": ("Rita Solgløtt", "hovedtillitsvalgt"),
    "P16": ("Lars Petter Ekrehagen", "hovedtillitsvalgt"),
    "P21": ("Wenche Hollsund", "hovedverneombud"),
    "P22": ("Frida Langmoen", "prosjektleder"),
}
UNION = "Omsorg og Service"
NURSES = "Sykepleierlaget"
COUNCIL = "Kommunestyret"


def story() -> Story:
    telling = Telling()
    for chapter in (_people, _project, _agreement, _outputs, tell_the_case, _today):
        chapter(telling)
    return Story(
        name="Testvik kommune",
        number="9999",
        language="nb",
        begins_at=BEGINS,
        steps=tuple(telling.steps),
        until=NOW,
    )


def values_of(file: str, *parts: str) -> dict[str, Any]:
    """Return a part of the demo municipality's values, which are complete."""
    folder = resources.files("connector.demo") / "elvestrand" / "values"
    found = json.loads((folder / file).read_text("utf-8"))
    for part in parts:
        found = found[part]
    return dict(found)


def _people(telling: Telling) -> None:
    telling.do("register_union", ref="U1", name=UNION, confederation=Confederation.LO)
    telling.do(
        "record_logging_discussion",
        discussed_on=BEGINS.date(),
        unions=["U1"],
        minutes="Drøftingsprotokoll 1/25",
    )
    for ref, (name, title) in PEOPLE.items():
        telling.do("register_person", ref=ref, name=name, title=title)
    rows: tuple[tuple[str, str, Role, dict[str, Any]], ...] = (
        ("M-22", "P22", Role.PROJECT_MANAGER, {}),
        ("M-06", "P06", Role.CHIEF_EXECUTIVE, {}),
        (
            "M-06A",
            "P06",
            Role.PARTY_CONTACT,
            _party(Party.ADMINISTRATION, "Kommunedirektøren"),
        ),
        ("M-01", "P01", Role.PARTY_CONTACT, _party(Party.ELECTED, COUNCIL)),
        ("M-01L", "P01", Role.BODY_LEADER, {"organisation": COUNCIL}),
        ("M-15", "P15", Role.PARTY_CONTACT, _party(Party.UNION, UNION)),
        (
            "M-16",
            "P16",
            Role.PARTY_MEMBER,
            {**_party(Party.UNION, NURSES), "valid_to": date(2026, 9, 2)},
        ),
        ("M-10", "P10", Role.COMMITTEE_SECRETARY, {}),
        ("M-11", "P11", Role.CASE_OFFICER, {}),
        ("M-13", "P13", Role.RECORDS_MANAGER, {}),
        ("M-21", "P21", Role.SAFETY_REP, {}),
    )
    for ref, person, role, more in rows:
        telling.do(
            "give_mandate",
            ref=ref,
            person=person,
            role=role,
            **{"valid_from": date(2026, 1, 1), **more},
        )
    telling.do(
        "announce_reporting_day",
        due_on=date(2026, 6, 17),
        period_from=date(2026, 3, 1),
        period_to=date(2026, 5, 31),
    )
    telling.do(
        "announce_reporting_day",
        due_on=date(2026, 8, 26),
        period_from=date(2026, 6, 1),
        period_to=date(2026, 8, 20),
    )


def _party(party: Party, organisation: str) -> dict[str, Any]:
    return {"party": party, "organisation": organisation, "signs": True}


def _project(telling: Telling) -> None:
    telling.on(12, 1)
    telling.do(
        "propose_project",
        T,
        ref="PR1",
        number="1",
        name="Nærvær på Solsida",
        focus=FocusArea.SICK_LEAVE,
        language="nb",
        archive_case="2026/412",
    )
    telling.do(
        "propose_project",
        F,
        ref="PR2",
        number="2",
        name=HOSTILE,
        focus=FocusArea.REPUTATION,
        language="nn",
    )
    _forum(
        telling,
        "E-1",
        "1/2026",
        (13, 1),
        (21, 1),
        [AgendaPoint(number=1, title="Idé: Nærvær på Solsida", project="PR1")],
    )
    for by, part in ((LEADER, "project_manager"), (A, "A"), (F, "F"), (T, "T")):
        telling.do(
            "write_fields",
            by,
            document="PR1-M",
            values=values_of("mandate-PR1.json", part),
        )
    _round(telling, "R-01", "PR1-M", (22, 1), (6, 2))
    for by in (A, F, T):
        telling.do("answer_round", by, review="R-01", position=Position.AGREE)
    telling.on(9, 2)
    telling.do("summarise_round", LEADER, review="R-01")
    telling.do(
        "name_member",
        LEADER,
        project="PR1",
        person="P15",
        group=Group.PROJECT,
        party=Party.UNION,
        valid_from=date(2026, 2, 9),
    )


def _agreement(telling: Telling) -> None:
    telling.on(10, 2)
    telling.do(
        "draft_agreement",
        LEADER,
        ref="PR1-A",
        title="Partsavtale: Nærvær på Solsida",
        level=Level.PROJECT,
        language="nb",
        project="PR1",
        valid_from=date(2026, 2, 10),
        valid_to=date(2026, 12, 31),
        signatories=[
            SignatoryPlan(party=Party.ADMINISTRATION, organisation="Kommunedirektøren"),
            SignatoryPlan(party=Party.ELECTED, organisation=COUNCIL),
            SignatoryPlan(party=Party.UNION, organisation=UNION),
            SignatoryPlan(party=Party.UNION, organisation=NURSES),
        ],
    )
    telling.do("ready_to_sign", LEADER, agreement="PR1-A")
    nurse = Actor(person="P16", role=Role.PARTY_MEMBER)
    for by in (A, F, T, nurse):
        telling.do("sign", by, agreement="PR1-A", level=SignatureLevel.PAPER)


def _outputs(telling: Telling) -> None:
    telling.on(12, 2)
    _plan(telling, "O-101", "Kunnskapsgrunnlag nærvær", OutputKind.KNOWLEDGE_BASE)
    _plan(telling, "O-102", "Forslag til tiltakspakke for nærvær", OutputKind.PROPOSAL)
    _plan(telling, "O-103", "Kostnadsberegning vikarbruk", OutputKind.KNOWLEDGE_BASE)
    _forum(
        telling,
        "E-2",
        "2/2026",
        (13, 2),
        (25, 2),
        [
            AgendaPoint(number=1, title="Kunnskapsgrunnlag", version="O-101@0.1"),
            AgendaPoint(number=2, title="Kostnader", version="O-103@0.1"),
        ],
    )
    _round(telling, "R-02", "O-102", (26, 2), (13, 3))
    telling.do("read_round", T, review="R-02")
    telling.do("answer_round", A, review="R-02", position=Position.AGREE)
    telling.do("answer_round", F, review="R-02", position=Position.AGREE)
    telling.do(
        "answer_round",
        T,
        review="R-02",
        position=Position.AGREE_WITH_REMARK,
        dissent=DISSENT,
        point=2,
        remarks=["Punkt 3 bør nevne natt."],
    )
    telling.on(16, 3)
    telling.do(
        "summarise_round",
        LEADER,
        review="R-02",
        assessments=[
            Assessment(remark="R-02-1", verdict=Verdict.TAKEN_IN, reason="Natt er med.")
        ],
    )
    for output in ("O-101", "O-102", "O-103"):
        telling.do(
            "hand_over",
            LEADER,
            output=output,
            decision_needed="Vedtak om tiltak",
            suggested_body="KST",
            concluded_in="E-2",
        )


def _plan(telling: Telling, ref: str, title: str, kind: OutputKind) -> None:
    telling.do("plan_output", LEADER, ref=ref, project="PR1", title=title, kind=kind)
    telling.do(
        "start_output", LEADER, output=ref, values=values_of("outputs.json", ref)
    )


def _today(telling: Telling) -> None:
    telling.on(10, 6)
    _hearing(telling, "H-0", (30, 6))
    telling.do(
        "receive_answer",
        hearing="H-0",
        respondent="Innbygger 7",
        channel=Channel.WEB,
        replies=[Reply(question=1, position=Position.DISAGREE, remark="Vent et år.")],
    )
    for part in ("project_manager", "A", "F", "T"):
        values = values_of("report-PR1-2026-06-17.json", part)
        if part == "project_manager":
            telling.do(
                "begin_report",
                LEADER,
                project="PR1",
                due_on=date(2026, 6, 17),
                values=values,
            )
            continue
        by = {"A": A, "F": F, "T": T}[part]
        telling.do("write_fields", by, document="PR1-S1", values=values)
    telling.do("submit_report", LEADER, report="PR1-S1")
    telling.do("amend_agreement", LEADER, agreement="PR1-A")
    telling.do("ready_to_sign", LEADER, agreement="PR1-A")
    telling.do("sign", A, agreement="PR1-A", level=SignatureLevel.LOW)
    telling.on(24, 8)
    telling.do(
        "summarise_hearing",
        LEADER,
        hearing="H-0",
        assessments=[
            Assessment(
                remark="H-0/1.1",
                verdict=Verdict.NOT_TAKEN_IN,
                reason="Arbeidet er i gang.",
            )
        ],
    )
    _hearing(telling, "H-1", (25, 9))
    _hearing(telling, "H-2", (25, 9), is_public=False)
    _plan(
        telling,
        "O-104",
        "Kunnskapsgrunnlag bemanningssamtaler",
        OutputKind.KNOWLEDGE_BASE,
    )
    _plan(telling, "O-304", "Framlegg til plan (nynorsk)", OutputKind.PROPOSAL)
    _round(telling, "R-03", "O-104", (25, 8), (16, 9))
    telling.do(
        "answer_round",
        A,
        review="R-03",
        position=Position.AGREE,
        remarks=["Kort og godt."],
    )
    _round(telling, "R-04", "O-304", (25, 8), (16, 9), visibility=Visibility.SEALED)
    telling.do(
        "answer_round",
        A,
        review="R-04",
        position=Position.AGREE,
        remarks=[SEALED_REMARK],
    )
    _plan(
        telling, "O-105", "Nærværsindikatorer per avdeling", OutputKind.KNOWLEDGE_BASE
    )
    telling.on(25, 8, 11)
    telling.do(
        "call_forum",
        LEADER,
        ref="E-3",
        number="3/2026",
        starts_at=datetime(2026, 9, 2, 7, tzinfo=UTC),
        place="Kommunestyresalen",
        chair=Party.UNION,
        points=[AgendaPoint(number=1, title="Nærværsindikatorer", version="O-105@0.1")],
    )
    mandate = values_of("mandate-PR1.json", "project_manager")
    tell_of_the_parties(telling, mandate["m_purpose"])


def _hearing(
    telling: Telling, ref: str, deadline: tuple[int, int], **more: Any
) -> None:
    day, month = deadline
    plan = {
        "version": "PR1-M@1.0",
        "deadline_at": datetime(2026, month, day, 10, tzinfo=UTC),
        "questions": ["Er målet riktig?", "Hva mangler?"],
        "addressees": ["Eldrerådet", "Ungdomsrådet"],
        "is_public": True,
        "background": "Tre parter vil gjøre noe med nærværet.",
        **more,
    }
    telling.do("plan_hearing", LEADER, ref=ref, **plan)
    telling.do("open_hearing", LEADER, hearing=ref)


def _round(
    telling: Telling,
    ref: str,
    document: str,
    opens: tuple[int, int],
    deadline: tuple[int, int],
    visibility: Visibility = Visibility.OPEN_ANSWERS,
) -> None:
    day, month = deadline
    telling.on(*opens, 9 if ref != "R-04" else 10)
    telling.do(
        "plan_round",
        LEADER,
        ref=ref,
        document=document,
        deadline_at=datetime(2026, month, day, 10, tzinfo=UTC),
        visibility=visibility,
        questions=["Er grunnlaget godt nok?"],
    )
    telling.do("open_round", LEADER, review=ref)


def _forum(
    telling: Telling,
    ref: str,
    number: str,
    called: tuple[int, int],
    held: tuple[int, int],
    points: list[AgendaPoint],
) -> None:
    telling.on(*called)
    day, month = held
    telling.do(
        "call_forum",
        LEADER,
        ref=ref,
        number=number,
        starts_at=datetime(2026, month, day, 11, tzinfo=UTC),
        place="Kommunestyresalen",
        chair=Party.ADMINISTRATION,
        points=points,
    )
    telling.on(*held, 12)
    telling.do("hold_forum", LEADER, meeting=ref, present=["P06", "P01", "P15"])
    for point in points:
        telling.do(
            "minute_point",
            LEADER,
            meeting=ref,
            point=point.number,
            conclusion="Partene er enige.",
            positions=[
                MinutedView(party=party, position=Position.AGREE, spoken_by=person)
                for party, person in (
                    (Party.ADMINISTRATION, "P06"),
                    (Party.ELECTED, "P01"),
                    (Party.UNION, "P15"),
                )
            ],
        )
