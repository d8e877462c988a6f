"""The rounds of Elvestrand, as the parties would tell of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.conftest import Samspor


def node(samspor: Samspor, root: str, ref: str, *, at: str | None = None) -> Any:
    """What the trace of `root` tells of one reference; None when it tells nothing."""
    moment = ["--at", at] if at else []
    told = samspor("trace", root, "--format", "json", *moment).json()
    return next((each for each in told["nodes"] if each["ref"] == ref), None)


def said(samspor: Samspor, review: str, *, at: str | None = None) -> list[str]:
    """The remarks of a round as everybody may see them."""
    rows = samspor.report("what-became-of-my-input", at=at)["rows"]
    return [row["remark"] for row in rows if row["remark"].startswith(f"{review}-")]


MANDATES = ("R-01", "R-02", "R-03", "R-04")
EARLY = ("R-08", "R-10")


def test_r_01_to_r_04_r_08_and_r_10_reached_all_three_parties_in_one_instant(
    elvestrand: Samspor,
) -> None:
    """Each party opened them when it liked; the text lay there for all."""
    rows = {row["round"]: row for row in elvestrand.report("parity")["rows"]}
    told = [rows[review] for review in (*MANDATES, *EARLY)]

    assert {row["made_available_at"] for row in told[:4]} == {
        "2025-04-24T09:00:00+02:00"
    }
    assert [row["gap_minutes"] for row in told] == [0] * 6
    for row in told:
        assert min(row["first_opened"].values()) >= row["made_available_at"]
        assert list(row["first_opened"]) == ["A", "F", "T"]


def test_r_01_to_r_04_ended_with_four_agreed_mandates(elvestrand: Samspor) -> None:
    rows = elvestrand.report("projects", at="2025-05-14T15:20")["rows"]

    assert {(row["state"], row["since"]) for row in rows} == {
        ("MANDATE_AGREED", "2025-05-14")
    }


def test_each_remark_of_r_01_to_r_04_r_08_and_r_10_has_its_verdict(
    elvestrand: Samspor,
) -> None:
    rows = elvestrand.report("what-became-of-my-input")["rows"]

    assert {
        row["remark"]: (row["party"], row["assessment"])
        for row in rows
        if row["remark"][:4] in (*MANDATES, *EARLY)
    } == {
        "R-01-1": ("T", "taken_in"),
        "R-01-2": (None, "taken_in"),
        "R-02-1": ("T", "taken_in"),
        "R-03-1": ("T", "partly"),
        "R-04-1": ("T", "not_taken_in"),
        "R-08-1": ("T", "partly"),
    }


@pytest.mark.parametrize(
    ("output", "at"), [("O-302", "2025-11-26T15:20"), ("O-304", "2026-03-11T15:10")]
)
def test_r_08_and_r_10_each_made_its_plan_a_joint_proposal(
    elvestrand: Samspor, output: str, at: str
) -> None:
    delivered = node(elvestrand, output, output, at=at)

    assert (delivered["state"], delivered["note"]) == ("delivered", "joint")


def test_r_05_was_sealed_until_its_deadline_and_then_open_to_all(
    elvestrand: Samspor,
) -> None:
    assert said(elvestrand, "R-05", at="2025-10-01T11:59") == []
    assert said(elvestrand, "R-05", at="2025-10-01T12:00") == [
        "R-05-A1",
        "R-05-T1",
        "R-05-T2",
    ]


def test_r_05_made_the_proposal_a_joint_one(elvestrand: Samspor) -> None:
    delivered = node(elvestrand, "O-102", "O-102", at="2025-10-15T15:30")

    assert (delivered["state"], delivered["note"]) == ("delivered", "joint")


def test_r_06_was_extended_for_all_and_kept_the_dissent(elvestrand: Samspor) -> None:
    rows = elvestrand.report("dissent")["rows"]
    mine = [row for row in rows if row["output"] == "O-202"]

    state = node(elvestrand, "O-202", "R-06", at="2025-10-07")["state"]

    assert state == "extended"
    assert [(row["party"], row["point"]) for row in mine] == [("T", 3)]
    assert mine[0]["text"].startswith("Tillitsvalgte støtter målet om flere hele")


def test_r_07_opened_early_since_all_three_contacts_had_consented(
    elvestrand: Samspor,
) -> None:
    rows = elvestrand.report("parity")["rows"]

    (short,) = [row for row in rows if row["round"] == "R-07"]

    assert short["made_available_at"] == "2025-11-20T08:30:00+01:00"


def test_r_09_silence_delivered_nothing_before_the_forum(elvestrand: Samspor) -> None:
    before = node(elvestrand, "O-403", "O-403", at="2026-01-27")
    after = node(elvestrand, "O-403", "O-403", at="2026-01-28")

    assert before["state"] == "round"
    assert (after["state"], after["note"]) == ("handed_over", "joint")


def test_r_12_is_open_and_one_of_three_has_answered(elvestrand: Samspor) -> None:
    assert node(elvestrand, "O-106", "R-12")["state"] == "open"
    assert node(elvestrand, "O-106", "O-106")["state"] == "round"
