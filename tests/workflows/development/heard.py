"""Steps of a hearing in the test town: planned, opened, answered and summarised."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.workflows.development.towns import Town
from workflows.development.hearing_answers import (
    Channel,
    HearingAnswer,
)
from workflows.development.hearing_intake import receive_answer
from workflows.development.hearing_summaries import (
    summarise_hearing,
)
from workflows.development.hearings import (
    Hearing,
    open_hearing,
    plan_hearing,
)
from workflows.development.remarks import Assessment, Verdict
from workflows.people.hats import SYSTEM

COUNCILS = ["Eldrerådet", "Ungdomsrådet", "Rådet for funksjonsnedsettelse"]
QUESTIONS = ["Bør turnusen endres?", "Når bør den begynne?"]


def planned(town: Town, **more: Any) -> Hearing:
    plan = {
        "ref": "R-11",
        "version": "PR1-M@1.0",
        "deadline_at": town.now + timedelta(days=21),
        "questions": QUESTIONS,
        "addressees": COUNCILS,
        "is_public": True,
        **more,
    }
    return town.do(plan_hearing, by=town.manager, **plan)


def opened(town: Town, **more: Any) -> Hearing:
    planned(town, **more)
    return town.do(open_hearing, by=town.manager, hearing="R-11")


def on_web(town: Town, text: str = "Bra.", **more: Any) -> HearingAnswer:
    said = {"respondent": "Innbygger 7", "text": text, **more}
    return town.do(
        receive_answer, by=SYSTEM, hearing="R-11", channel=Channel.WEB, **said
    )


def by_letter(town: Town, text: str = "Bra.", **more: Any) -> HearingAnswer:
    said = {"respondent": "Eldrerådet", "text": text, **more}
    return town.do(
        receive_answer, by=town.manager, hearing="R-11", channel=Channel.LETTER, **said
    )


def assessed(first: str, *also: str, **more: Any) -> Assessment:
    terms = {"verdict": Verdict.NOT_TAKEN_IN, "reason": "Avtalen sier noe annet."}
    return Assessment(remark=first, also=list(also), **{**terms, **more})


def summarise(town: Town, *assessments: Assessment) -> Hearing:
    return town.do(
        summarise_hearing,
        by=town.manager,
        hearing="R-11",
        assessments=list(assessments),
    )
