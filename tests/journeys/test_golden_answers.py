"""The golden answers of the demo municipality, read from what the commands print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.journeys.conftest import Samspor


def test_g1_each_proposal_has_its_final_outcome(elvestrand: Samspor) -> None:
    rows = elvestrand.report("outcomes")["rows"]

    assert {row["output"]: row["final"] for row in rows} == {
        "O-102": "ADOPTED",
        "O-202": "ADOPTED_PARTLY",
        "O-203": "ADOPTED",
        "O-302": "SENT_BACK",
        "O-304": "ADOPTED",
        "O-402": "NOT_FOLLOWED",
        "O-403": "DELEGATED_ADOPTED",
        "O-404": "POSTPONED",
    }
    assert [row["output"] for row in rows if row["open"]] == ["O-404"]
    assert [row["output"] for row in rows if row["superseded"]] == ["O-302"]


def test_g1_the_guidelines_were_treated_point_by_point(elvestrand: Samspor) -> None:
    rows = elvestrand.report("outcomes")["rows"]
    guidelines = next(row for row in rows if row["output"] == "O-202")

    assert [each["outcome"] for each in guidelines["items"]] == [
        "ADOPTED",
        "ADOPTED",
        "ADOPTED_CHANGED",
        "NOT_FOLLOWED",
    ]


def test_g2_one_handed_over_output_was_never_used(elvestrand: Samspor) -> None:
    rows = elvestrand.report("unused-outputs")["rows"]

    assert [(row["output"], row["handed_over_on"]) for row in rows] == [
        ("O-104", "2026-03-11")
    ]


def test_g3_two_final_decisions_used_no_output(elvestrand: Samspor) -> None:
    rows = elvestrand.report("uncovered-decisions")["rows"]

    assert [row["case"] for row in rows] == ["C01", "C13"]


def test_g4_exactly_one_follow_up_is_delayed(elvestrand: Samspor) -> None:
    report = elvestrand.report("follow-ups")

    late = [row for row in report["rows"] if row["status"] == "DELAYED"]
    assert [(row["case"], row["item"]) for row in late] == [("C04", 3)]
    assert report["totals"] == {
        "rows": 14,
        "IMPLEMENTED": 6,
        "IN_PROGRESS": 5,
        "NOT_STARTED": 2,
        "DELAYED": 1,
    }


def test_g4_four_follow_ups_are_noted_by_the_council(elvestrand: Samspor) -> None:
    rows = elvestrand.report("follow-ups")["rows"]

    noted = sorted((row["case"], row["item"]) for row in rows if row["noted_in"])
    assert noted == [("C01", 2), ("C03", 1), ("C03", 2), ("C07", 1)]


def test_g5_one_status_report_is_missing(elvestrand: Samspor) -> None:
    rows = elvestrand.report("missing-reports")["rows"]

    assert [(row["project"], row["due"]) for row in rows] == [("PR4", "2025-12-17")]


def test_g6_lead_times_from_handover_to_final_decision(elvestrand: Samspor) -> None:
    report = elvestrand.report("lead-times")

    assert {row["output"]: row["days"] for row in report["rows"]} == {
        "O-102": 57,
        "O-202": 57,
        "O-203": 155,
        "O-304": 92,
        "O-402": 78,
        "O-403": 49,
    }
    assert report["totals"]["median"] == 67.5


@pytest.mark.parametrize(
    ("day", "running"),
    [
        pytest.param("2025-06-11", set(), id="no party agreement is in force"),
        pytest.param("2025-06-12", {"PR1", "PR3"}, id="two are signed by all"),
        pytest.param("2025-06-19", {"PR1", "PR2", "PR3"}, id="PR4 lacks the unions"),
        pytest.param("2025-06-20", {"PR1", "PR2", "PR3", "PR4"}, id="all are signed"),
    ],
)
def test_g7_a_project_runs_from_the_day_its_agreement_is_in_force(
    elvestrand: Samspor, day: str, running: set[str]
) -> None:
    rows = elvestrand.report("projects", at=day)["rows"]

    assert {row["project"] for row in rows if row["state"] == "RUNNING"} == running
    assert {row["state"] for row in rows if row["project"] not in running} <= {
        "AGREEMENT_SIGNING"
    }


def test_g7_a_day_means_its_end_in_norway(elvestrand: Samspor) -> None:
    noon = elvestrand.report("projects", at="2025-06-20T09:10")["rows"]
    night = elvestrand.report("projects", at="2025-06-20")["rows"]

    assert _state(noon, "PR4") == "AGREEMENT_SIGNING"
    assert _state(night, "PR4") == "RUNNING"


def test_g8_the_nurses_sign_through_whoever_holds_the_mandate_that_day(
    elvestrand: Samspor,
) -> None:
    rows = elvestrand.report("mandates")["rows"]

    def signs_on(day: str) -> set[str]:
        return {
            row["person"]
            for row in rows
            if row["organisation"] == "Sykepleierlaget i Elvestrand"
            and row["signs"]
            and row["from"] <= day <= (row["to"] or "9999-12-31")
        }

    assert signs_on("2025-06-18") == {"P16"}
    assert signs_on("2026-01-15") == {"P17"}


def test_g13_a_member_who_prepared_the_case_as_an_employee_is_pointed_out(
    elvestrand: Samspor,
) -> None:
    rows = elvestrand.report("impartiality")["rows"]

    assert [(row["person"], row["case"], row["body"]) for row in rows] == [
        ("P26", "C03", "KST")
    ]


def test_g14_the_parties_see_the_cooperation_more_alike_at_the_end(
    elvestrand: Samspor,
) -> None:
    rows = elvestrand.report("assessment")["rows"]
    second = [row for row in rows if row["statement"].startswith("2 ")]

    told = {row["when"]: (row["A"], row["F"], row["T"]) for row in second}
    largest = {
        when: max(row["gap"] for row in rows if row["when"] == when) for when in told
    }

    assert told == {"2025-06-18": (4.25, 4.5, 2.75), "2026-06-10": (4.25, 4.5, 4.0)}
    assert largest == {"2025-06-18": 1.75, "2026-06-10": 0.5}


def test_a_self_assessment_is_sealed_until_its_deadline(elvestrand: Samspor) -> None:
    assert elvestrand.report("assessment", at="2025-06-17")["rows"] == []


def _state(rows: list[dict[str, str]], project: str) -> str:
    return next(row["state"] for row in rows if row["project"] == project)


def test_r11_tells_who_did_not_answer_the_hearing(elvestrand: Samspor) -> None:
    (row,) = elvestrand.report("hearings")["rows"]

    assert (row["opened_on"], row["deadline_at"][:10]) == ("2026-04-23", "2026-05-12")
    assert (row["answers"], row["late"]) == (23, 4)
    assert row["answered"] == [
        "Eldrerådet",
        "Ungdomsrådet",
        "Elvestrand frivilligsentral",
    ]
    assert row["not_answered"] == ["Råd for personer med funksjonsnedsettelse"]


def test_an_answer_that_had_not_come_yet_is_not_told(elvestrand: Samspor) -> None:
    (row,) = elvestrand.report("hearings", at="2026-05-01")["rows"]

    assert (row["state"], row["late"]) == ("OPEN", 0)
    assert row["answered"] == ["Elvestrand frivilligsentral"]


def test_a_use_is_an_influence_with_its_reason_and_never_a_derivation(
    elvestrand: Samspor,
) -> None:
    told = elvestrand("trace", "O-304", "--format", "prov").json()

    influences = told["wasInfluencedBy"].items()
    uses = [row for name, row in influences if name.startswith("spor:bruk/")]
    assert {row["prov:influencer"] for row in uses} == {"spor:O-302", "spor:O-304"}
    assert all(row["samspor:used"] and row["samspor:where"] for row in uses)
    (revision,) = told["wasDerivedFrom"].values()
    assert revision["prov:usedEntity"] == "spor:O-302"
    made = {row["prov:entity"] for row in told["wasGeneratedBy"].values()}
    assert made.isdisjoint(row["prov:influencee"] for row in uses)


def test_a_municipality_shares_references_and_fingerprints_but_no_text(
    elvestrand: Samspor, tmp_path: Path
) -> None:
    file = tmp_path / "elvestrand.json"

    elvestrand("programme", "export", "SGT", "--out", str(file))
    again = elvestrand("programme", "import", str(file))

    told = json.loads(file.read_text("utf-8"))
    shared = {row["ref"]: row for row in told["outputs"]}
    assert len(shared) == 19
    assert "O-105" not in shared  # Not handed over yet.
    assert all(row["fingerprint"].startswith("fp:v1:") for row in shared.values())
    assert "vikargruppe på fire årsverk" not in file.read_text("utf-8")
    assert again.status == 3  # A copy would stand beside the original.
    assert "Traceback" not in again.err
