"""Houses where a case that used O-102 is exempt, with words that nobody must find."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

from connector.installation import Installation
from tests.connector.web.conftest import open_installation_at
from tests.connector.web.story import NOW
from workflows.decision.cases import register_case
from workflows.decision.decisions import DecisionText
from workflows.decision.followups import (
    FollowUpState,
    assign_follow_up,
    report_follow_up,
)
from workflows.decision.meetings import CaseNumber, Result
from workflows.decision.points import ItemText
from workflows.decision.reviews import set_review_date
from workflows.decision.treatments import register_treatment
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.people.mandates import wear
from workflows.trace.outcomes import Code, record_outcome
from workflows.trace.uses import Where, use_output

LEVELS = {
    "open": None,
    "deferred": "exemption_deferred",
    "negotiation": "exemption_negotiation",
    "confidential": "exemption_confidentiality",
}
HIDDEN = [level for level, basis in LEVELS.items() if basis]
CANARIES = (
    *("Kanarisaken", "Kanaripunktet", "Kanarirapporten", "Kanarigrunnen"),
    *("Kanaribeviset", "C77", "F-77", "NV-77", "7777/26", "13.07.2026", "2026-07-13"),
    *("2026/7777", "Kanarivurderingen"),
)
LATE = date(2026, 7, 13)


class Secretariat:
    """The acts of the decision line on one house, all at its present instant."""

    def __init__(self, house: Installation) -> None:
        self.house = house

    def do(self, act: Any, person: str, role: Role, /, **values: Any) -> None:
        with self.house.transaction() as session:
            by: Hat = wear(session, person=person, role=role, at=NOW)
            act(session, by=by, at=NOW, **values)

    def office(self, act: Any, **values: Any) -> None:
        self.do(act, "P11", Role.CASE_OFFICER, **values)

    def secretary(self, act: Any, **values: Any) -> None:
        self.do(act, "P10", Role.COMMITTEE_SECRETARY, **values)

    def decide(
        self, case: str, basis: str | None, *, items: int = 1, output: str = "O-102"
    ) -> None:
        """Register a case that used an output, decided, each item late."""
        grounds = {
            "restricted": basis,
            "exemption_reason": "Kanarigrunnen",
            "wider_access": "Kanarigrunnen",
        }
        self.office(
            register_case,
            ref=case,
            title="Kanarisaken",
            archive_number=f"2026/{case[1:]}77",
            plan=["KST"],
            **(grounds if basis else {}),
            opens_on=date(2027, 7, 1) if basis == "exemption_deferred" else None,
        )
        self.office(
            use_output,
            case=case,
            output=output,
            where=Where.FACTS,
        )
        texts = [
            ItemText(number=n, text=f"Kanaripunktet {n}") for n in range(1, items + 1)
        ]
        self.secretary(
            register_treatment,
            case=case,
            body="KST",
            treated_on=date(2026, 6, 18),
            result=Result.FINAL,
            minutes="Kanarigrunnen",
            number=CaseNumber(seq=int(f"{case[1:]}77"), year=2026),
            decision=DecisionText(text="Kanaripunktet", items=tuple(texts)),
        )
        for number in range(1, items + 1):
            self._follow(case, number, output)

    def _follow(self, case: str, number: int, output: str) -> None:
        item, ref = f"{case}-T1/{number}", f"F-{case[1:]}{number}"
        self.secretary(
            record_outcome,
            output=output,
            treatment=f"{case}-T1",
            item=number,
            code=Code.ADOPTED_CHANGED if output == "O-102" else Code.RELIED_ON,
            reason="Kanarigrunnen",
            minutes="Kanarigrunnen",
        )
        self.office(assign_follow_up, ref=ref, item=item, unit="HR", deadline=LATE)
        self.office(
            report_follow_up,
            followup=ref,
            state=FollowUpState.IN_PROGRESS,
            text="Kanarirapporten",
            evidence="Kanaribeviset",
        )
        self.office(
            set_review_date,
            ref=f"NV-{case[1:]}{number}",
            item=item,
            review_on=date(2027, 1, 1),
            person="P11",
            reason="Kanarivurderingen",
        )


def house_with(
    played: Path, folder: Path, *cases: tuple[str, str | None, int]
) -> Installation:
    """Return a house of its own with these cases: reference, exemption and items."""
    folder.mkdir()
    shutil.copy(played / "samspor.db", folder / "samspor.db")
    house = open_installation_at(folder)
    for ref, basis, items in cases:
        Secretariat(house).decide(ref, basis, items=items)
    return house
