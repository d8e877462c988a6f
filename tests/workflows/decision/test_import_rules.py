from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.workflows.decision.secretariat import (
    RECORD,
    TWO_POINTS,
    Office,
    another,
    imported,
    version,
)
from workflows.base import by_ref
from workflows.decision.cases import Case
from workflows.decision.decisions import (
    find_decision,
)
from workflows.decision.import_log import (
    What,
)
from workflows.decision.meetings import (
    Result,
)
from workflows.decision.points import points_in


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


@pytest.mark.parametrize(
    ("outcome", "is_final", "body", "result", "findings"),
    [
        ("vedtatt", True, "FSK", Result.FINAL, ()),
        ("vedtatt_med_endring", True, "FSK", Result.FINAL, ()),
        ("ikke_vedtatt", True, "FSK", Result.FINAL, ()),
        ("vedtatt", False, "FSK", Result.RECOMMENDS, ()),
        ("vedtatt", False, "KST", Result.RECOMMENDS, ()),
        ("vedtatt", None, "FSK", Result.RECOMMENDS, ("finality_unknown",)),
        ("vedtatt", None, "KST", Result.FINAL, ("finality_of_body",)),
        ("vedtatt", True, "KD", Result.DELEGATED, ()),
        ("utsatt", None, "FSK", Result.POSTPONED, ()),
        ("utsatt", True, "FSK", Result.POSTPONED, ("final_flag_ignored",)),
        ("sendt_tilbake", False, "FSK", Result.SENT_BACK, ()),
        ("tatt_til_orientering", None, "FSK", Result.NOTED, ()),
        ("tatt_til_orientering", False, "FSK", Result.NOTED, ()),
        ("innstilling_avgitt", False, "FSK", Result.RECOMMENDS, ()),
        ("trukket", None, "FSK", Result.WITHDRAWN, ()),
        ("ukjent", True, "FSK", Result.FINAL, ("outcome_unknown",)),
        (None, False, "FSK", Result.RECOMMENDS, ("outcome_unknown",)),
        (None, None, "FSK", Result.RECOMMENDS, ("outcome_unknown", "finality_unknown")),
    ],
)
def test_an_outcome_and_what_is_told_of_finality_become_a_result(
    office: Office,
    outcome: str | None,
    is_final: bool | None,
    body: str,
    result: Result,
    findings: tuple[str, ...],
) -> None:
    told = version(outcome=outcome, is_final=is_final, body_name=body)

    (row,) = office.reads(told)

    assert imported(office, row).result is result
    assert row.findings == (*findings, "new_case")


def test_the_last_body_of_the_plan_decides_where_the_file_is_silent(
    office: Office,
) -> None:
    office.case("C04", archive_number="2025/1190", plan=["ADM", "FSK"])

    rows = office.reads(
        version(body_name="ADM", is_final=None),
        another(16, body_name="FSK", is_final=None),
    )

    assert [imported(office, row).result for row in rows] == [
        Result.RECOMMENDS,
        Result.FINAL,
    ]


@pytest.mark.parametrize(
    ("outcome", "column"),
    [
        ("innstilling_avgitt", "recommendation"),
        ("utsatt", "asked"),
        ("sendt_tilbake", "asked"),
    ],
)
def test_text_that_decides_nothing_is_kept_as_what_it_is(
    office: Office, outcome: str, column: str
) -> None:
    (row,) = office.reads(version(outcome=outcome, is_final=False))

    treatment = imported(office, row)
    assert getattr(treatment, column) == TWO_POINTS
    assert find_decision(office.session, treatment) is None


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"body_name": "Plan og miljø"}, "unknown_body"),
        ({"body_id": "FSK"}, "ambiguous_body"),
        ({"number_type": "OS"}, "unknown_number_type"),
        ({"meeting_day": None, "decided_on": None}, "no_day"),
        ({"meeting_day": date(2026, 6, 2)}, "day_to_come"),
        ({"archive_number": "K1-220"}, "bad_archive_number"),
        ({"archive_number": "2025/12345678"}, "bad_archive_number"),
        ({"archive_number": "2024/7"}, "several_cases"),
        ({"is_restricted": True, "legal_basis": None}, "unknown_exemption"),
        ({"is_restricted": True, "legal_basis": "Offl. § 99"}, "unknown_exemption"),
        ({"is_restricted": True, "legal_basis": "fvl. § 13"}, "unknown_exemption"),
        ({"is_restricted": True, "legal_basis": "offl § 14"}, "internal_document"),
    ],
)
def test_a_record_that_cannot_be_used_is_listed_and_the_others_are_taken_in(
    office: Office, changed: dict[str, Any], problem: str
) -> None:
    office.case("C02", archive_number="2024/7")
    office.case("C03", archive_number="2024/7")
    before = office.stored()

    bad, good = office.reads(another(14, **changed), RECORD)

    assert (bad.what, bad.problem, bad.treatment) == (What.REFUSED, problem, None)
    assert good.what is What.ADDED
    assert office.stored()["treatment"] == before["treatment"] + 1
    assert office.stored()["case_folder"] == before["case_folder"] + 1


def test_a_file_where_nothing_can_be_used_stores_nothing(office: Office) -> None:
    before = office.stored()

    (row,) = office.reads(version(body_name="Plan og miljø"))

    assert row.what is What.REFUSED
    assert office.stored() == before


@pytest.mark.parametrize(
    ("basis", "code"),
    [
        ("Offl. § 13 jf. fvl. § 13", "exemption_confidentiality"),
        ("Unntatt etter offentleglova § 23 første ledd", "exemption_negotiation"),
        ("§ 25", "exemption_appointment"),
    ],
)
def test_a_case_that_is_exempt_says_by_what(
    office: Office, basis: str, code: str
) -> None:
    told = version(
        is_restricted=True,
        legal_basis=basis,
        title="Unntatt offentlighet",
        decision_text="",
    )

    (row,) = office.reads(told)

    assert by_ref(office.session, Case, str(row.case)).restricted == code


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("1. Ja.\n2. Nei.", ["Ja.", "Nei."]),
        ("Vedtak:\n1) Ja\n   og mer\n2) Nei", ["Ja\n   og mer", "Nei"]),
        (
            "1. Ja.\n  1. under\n  2. under\n2. Nei.",
            ["Ja.\n  1. under\n  2. under", "Nei."],
        ),
        ("1. Fra\n2026. står det\n3. feil", ["Fra\n2026. står det\n3. feil"]),
        ("Ja til 1. og 2. trinn", []),
        ("2. Begynner på to", []),
        ("3.5 millioner", []),
        ("", []),
    ],
)
def test_numbered_points_at_the_start_of_lines_are_items(
    text: str, items: list[str]
) -> None:
    found = points_in(text)

    assert [item.text for item in found] == items
    assert [item.number for item in found] == list(range(1, len(items) + 1))
