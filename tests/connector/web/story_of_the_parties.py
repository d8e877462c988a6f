"""What the parties have between them: consents, drøfting and self-assessment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.connector.web.telling import LEADER, A, F, T, Telling
from workflows.consultations import ConsultationResult
from workflows.development.assessments import AssessmentLevel, Occasion, statements
from workflows.development.round_changes import Matter
from workflows.people.kinds import Party, Role
from workflows.stories import Actor

NURSE = Actor(person="P16", role=Role.PARTY_MEMBER)

STAFF = ("P31", "P32")
SEALED_COMMENT = "Den forseglede kommentaren"
TALK_IN_SECRET = "Turnus ved natteseksjonen"
OUR_VIEW = "Vi mener at helga må deles likt."


def tell_of_the_parties(telling: Telling, purpose: list[Any]) -> None:
    """A word of the mandate is changed, talks are held and called, all are asked."""
    telling.on(25, 8, 13)
    telling.do("draft_version", LEADER, document="PR1-M")
    telling.do(
        "write_fields", LEADER, document="PR1-M", values={"m_purpose": changed(purpose)}
    )
    _talks(telling)
    _assessments(telling)
    telling.do(
        "agree_to_change",
        A,
        review="R-03",
        matter=Matter.DEADLINE,
        deadline_at=datetime(2026, 9, 23, 10, tzinfo=UTC),
    )
    telling.do(
        "deviate", NURSE, review="R-03", text="Vi står ikke bak tallene for natt."
    )


def changed(purpose: list[Any]) -> list[Any]:
    """The same paragraphs with one word more at the end."""
    return [*purpose, "Tillegg om natt."]


def _talks(telling: Telling) -> None:
    for ref, subject in (("D-1", "Langturnus i helgene"), ("D-2", TALK_IN_SECRET)):
        telling.do(
            "need_consultation",
            T,
            ref=ref,
            subject=subject,
            basis="HA del B § 1-4-1",
            about=["O-102"],
        )
    _call(telling, "D-1", datetime(2026, 8, 26, 8, tzinfo=UTC))
    telling.on(26, 8, 9)
    telling.do(
        "hold_consultation",
        A,
        consultation="D-1",
        result=ConsultationResult.PARTLY,
        conclusion="Enige om prøveordning.",
        next_step="Evalueres i desember.",
    )
    telling.do("give_view", A, consultation="D-1", text="Driften må sikres.")
    telling.do("give_view", T, consultation="D-1", text=OUR_VIEW)
    telling.do("sign_consultation", A, consultation="D-1")
    telling.do("sign_consultation", T, consultation="D-1")
    _call(telling, "D-2", datetime(2026, 9, 2, 7, tzinfo=UTC))


def _call(telling: Telling, ref: str, meets_at: datetime) -> None:
    telling.do(
        "call_consultation",
        A,
        consultation=ref,
        documents_sent_on=date(2026, 8, 24),
        meets_at=meets_at,
        place="Rådhuset",
    )


def _assessments(telling: Telling) -> None:
    for person in STAFF:
        telling.do("register_person", ref=person, name=f"Ansatt {person}")
        telling.do(
            "give_mandate",
            ref=f"M-{person}",
            person=person,
            role=Role.PARTY_MEMBER,
            party=Party.ADMINISTRATION,
            organisation="Kommunedirektøren",
            valid_from=date(2026, 8, 26),
        )
    for ref, day in (("SE-1", 27), ("SE-2", 30)):
        telling.do(
            "open_assessment",
            LEADER,
            ref=ref,
            occasion=Occasion.START,
            project="PR1",
            deadline_at=datetime(2026, 8 if ref == "SE-1" else 9, day, 10, tzinfo=UTC),
        )
    staff = [Actor(person=person, role=Role.PARTY_MEMBER) for person in STAFF]
    answers = ((A, 5), (F, 4), (T, 2), (NURSE, 3), *zip(staff, (4, 4), strict=True))
    for by, score in answers:
        telling.do(
            "answer_assessment",
            by,
            assessment="SE-1",
            scores={AssessmentLevel.PROJECT: dict.fromkeys(statement_keys(), score)},
        )
    telling.do(
        "answer_assessment",
        A,
        assessment="SE-2",
        scores={AssessmentLevel.PROJECT: {statement_keys()[0]: 5}},
        comments={statement_keys()[0]: SEALED_COMMENT},
    )


def statement_keys() -> list[str]:
    """The keys of the statements, in order."""
    return list(statements())
