"""The decision line beside the town: a council with cases, decisions and follow-ups."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.workflows.development.towns import Town
from workflows.decision.bodies import BodyKind, register_body
from workflows.decision.cases import register_case
from workflows.decision.decisions import DecisionText
from workflows.decision.followups import assign_follow_up
from workflows.decision.meetings import CaseNumber, Result, Treatment
from workflows.decision.points import ItemText
from workflows.decision.treatments import register_treatment
from workflows.people.hats import SYSTEM
from workflows.trace.outcomes import Code, Outcome, record_outcome
from workflows.trace.uses import OutputUse, Where, use_output

PLACE = "Møteprotokoll PS 1/25"


def open_hall(town: Town) -> None:
    """Register the council and the party-composed committee."""
    for ref, kind in (
        ("KST", BodyKind.COUNCIL),
        ("ADM", BodyKind.JOINT_COMMITTEE_511),
    ):
        town.do(register_body, by=SYSTEM, ref=ref, name_nb=ref, name_nn=ref, kind=kind)


def open_case(town: Town, ref: str = "C01", **more: Any) -> None:
    """Register a case for the council."""
    values = {"title": "Ny turnus", "plan": ["KST"], **more}
    town.do(register_case, by=town.officer, ref=ref, **values)


def treat(
    town: Town,
    case: str = "C01",
    *,
    result: Result = Result.FINAL,
    items: int = 2,
    body: str = "KST",
    number: int | None = None,
    **more: Any,
) -> Treatment:
    """Register how a body treated a case today; final ones decide `items` points."""
    decides = result in {Result.FINAL, Result.DELEGATED}
    texts = [ItemText(number=n, text=f"Punkt {n}") for n in range(1, items + 1)]
    return town.do(
        register_treatment,
        by=town.secretary,
        case=case,
        body=body,
        treated_on=town.today,
        result=result,
        minutes=PLACE,
        number=CaseNumber(seq=number) if number else None,
        decision=DecisionText(text="Vedtatt.", items=tuple(texts)) if decides else None,
        **more,
    )


def use(town: Town, output: str = "O-1", case: str = "C01", **more: Any) -> OutputUse:
    """Say that a case rests on an output."""
    where = more.pop("where", Where.RECOMMENDATION)
    return town.do(
        use_output, by=town.officer, case=case, output=output, where=where, **more
    )


def record(
    town: Town, treatment: str, code: Code, *, output: str = "O-1", **more: Any
) -> Outcome:
    """Record what a treatment did with an output."""
    values = {"minutes": PLACE, "reason": "Økonomi", **more}
    return town.do(
        record_outcome,
        by=town.secretary,
        output=output,
        treatment=treatment,
        code=code,
        **values,
    )


def assign(town: Town, item: str, *, days: int = 30, ref: str = "F-01") -> date:
    """Make the officer responsible for an item, and return the deadline."""
    deadline = town.today + timedelta(days)
    town.do(
        assign_follow_up,
        by=town.officer,
        ref=ref,
        item=item,
        deadline=deadline,
        person="P-officer",
    )
    return deadline
