"""What a document says that the parties agreed on, they did agree on (INV-05)."""

from __future__ import annotations

from typing import Any

from templates_docx.read import read
from tests.journeys.conftest import Samspor


def reports(samspor: Samspor) -> list[dict[str, Any]]:
    files = sorted((samspor.data / "library").glob("[!.]*/*statusrapport*.docx"))
    return [read(file.read_bytes()).values for file in files]


def test_a_submitted_report_says_that_it_was_given_to_all_three(
    elvestrand: Samspor,
) -> None:
    last = {values["s_changelog"][-1]["endring"] for values in reports(elvestrand)}

    assert last == {"Levert til alle tre parter", "Levert til alle tre partar"}


def test_a_submitted_report_claims_the_agreement_of_nobody(
    elvestrand: Samspor,
) -> None:
    found = reports(elvestrand)

    assert len(found) == 15
    assert not any("s_status" in values for values in found)
    assert not any(
        key.startswith("tilsluttet")
        for values in found
        for row in values["s_changelog"]
        for key in row
    )


def test_an_agreement_is_ready_to_sign_and_not_yet_agreed(elvestrand: Samspor) -> None:
    files = (elvestrand.data / "library").glob("[!.]*/*partsavtale*.docx")

    last = [read(file.read_bytes()).values["a_changelog"][-1] for file in files]

    assert len(last) == 6
    assert {row["endring"] for row in last} == {"Klar til underskrift"}
