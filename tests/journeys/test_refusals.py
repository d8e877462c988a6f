"""What the command refuses, as a user meets it: a status, one line, no traceback."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Outcome, Samspor
from tests.journeys.stories import (
    LEADER,
    NURSE,
    SECRETARY,
    small_story,
    step,
    treatment,
)

Write = Callable[[dict[str, Any]], str]


def refused(outcome: Outcome, *, status: int = 3) -> str:
    """The one line that told why, when the command ended as it should."""
    assert outcome.status == status, outcome
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    (line,) = outcome.err.splitlines()
    return line


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        pytest.param(
            step("2025-07-01", "sign", NURSE, agreement="PA-1"),
            "INV-07",
            id="signing with an expired mandate",
        ),
        pytest.param(
            step("2025-02-03", "register_treatment", LEADER, **treatment()),
            "INV-01",
            id="a decision changed by a development role",
        ),
        pytest.param(
            step(
                "2025-02-03",
                "plan_round",
                LEADER,
                ref="R-1",
                document="PA-1",
                deadline_at="2025-03-03T12:00:00+01:00",
                parties=["A", "F"],
            ),
            "INV-03",
            id="a round with two parties",
        ),
    ],
)
def test_a_step_against_a_rule_is_refused_with_the_rule_named(
    empty: Samspor, story: Write, wrong: dict[str, Any], rule: str
) -> None:
    line = refused(empty("load", story(small_story(wrong))))

    assert line.startswith(f"step 25 ({wrong['act']}): ")
    assert f"({rule}" in line
    assert "no municipality here yet" in refused(empty("report", "projects"))


def test_a_step_of_the_right_role_is_taken(empty: Samspor, story: Write) -> None:
    """The three above are refused for their rule, not for something else."""
    again = treatment(number={"type": "PS", "seq": 2, "year": 2025})
    right = [
        step("2025-02-03", "register_treatment", SECRETARY, **again),
        step("2025-06-30", "sign", NURSE, agreement="PA-1"),
    ]

    loaded = empty("load", story(small_story(*right)))

    assert (loaded.status, loaded.out) == (0, "")


def test_a_story_that_is_no_json_is_refused_with_its_line(
    empty: Samspor, tmp_path: Path
) -> None:
    path = tmp_path / "story.json"
    path.write_bytes(b'{\n  "format": samspor\n}')

    line = refused(empty("load", str(path)))

    assert line.startswith("story.json: line 2, column 13: ")


def test_a_value_from_a_story_cannot_steer_the_terminal(
    empty: Samspor, story: Write
) -> None:
    wrong = step(
        "2025-02-03", "sign", LEADER, agreement="\u009b31m\u202eX" + "x" * 5000
    )

    line = refused(empty("load", story(small_story(wrong))))

    assert line.isprintable()
    assert len(line) < 1000


def test_wrong_usage_has_a_status_of_its_own(empty: Samspor) -> None:
    for arguments in (("load",), ("report", "weather"), ("dance",), ("--wrong",)):
        outcome = empty(*arguments)
        assert (outcome.status, outcome.out) == (2, "")
        assert "Traceback" not in outcome.err


def test_an_unknown_reference_is_refused_by_name(elvestrand: Samspor) -> None:
    assert "O-999" in refused(elvestrand("trace", "O-999"))


def test_a_port_that_is_taken_is_told(elvestrand: Samspor) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = elvestrand("serve", "--port", str(port))

    assert outcome.status == 4
    assert "Traceback" not in outcome.err
    assert str(port) in outcome.err.splitlines()[-1]


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    refused(Samspor(tmp_path / "file/var")("report", "projects"), status=4)


def test_the_demo_is_not_played_into_somebody_elses_folder(
    empty: Samspor, story: Write
) -> None:
    assert empty("load", story(small_story())).status == 0

    for arguments in (("demo", "--no-serve"), ("demo", "--no-serve", "--fresh")):
        assert "holds Testvik kommune" in refused(empty(*arguments))
    assert len(empty.report("mandates")["rows"]) == 7
