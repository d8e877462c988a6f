"""The standing questions of the demo, asked each quarter and on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from sqlalchemy.orm import Session

from connector.config import load_config
from connector.database.engine import open_database
from connector.installation import Installation, open_installation
from connector.stories import read_story
from tests.conftest import a_copy
from tests.installations import MASTER_KEY
from tests.journeys.conftest import Samspor
from workflows.clock import end_of_day
from workflows.stories import Story, play
from workflows.trace.questions import QUESTIONS, answer

STORY = Path(__file__).parents[2] / "connector/demo/elvestrand/story.json"
QUARTERS = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(2, 21, 3)]
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def installation(elvestrand: Samspor) -> Iterator[Installation]:
    opened = open_installation(load_config(elvestrand.data, {}))
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def on_postgres(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Session]:
    """A session on PostgreSQL where the demo's story has been played."""
    folder = tmp_path_factory.mktemp("unused")
    with a_copy("postgresql", request, folder) as copied:
        database = open_database(copied.url, master_key=MASTER_KEY)
        with database.transaction(None) as session:
            play(session, told())
            yield session
        database.close()


def told() -> Story:
    return read_story(STORY)


def tally(rows: Rows, column: str) -> dict[str, int]:
    return dict(Counter(str(row[column]) for row in rows))


def no_more(_rows: Rows) -> dict[str, Any]:
    return {}


SUMS: dict[str, Callable[[Rows], dict[str, Any]]] = {
    "outcomes": lambda rows: {
        "by_final": tally(rows, "final"),
        "open": len([row for row in rows if row["open"]]),
    },
    "uncovered-decisions": lambda rows: {
        "asked": len([row for row in rows if row["asked"]]),
        "justified": len([row for row in rows if row["justification"]]),
        "unanswered": len(
            [row for row in rows if row["asked"] and not row["justification"]]
        ),
    },
    "coverage": lambda rows: {
        **{
            key: sum(row[key] for row in rows)
            for key in ("valid", "suspect", "justified", "missing")
        },
        "by_basis": tally(rows, "basis"),
        "unanswered": len([row for row in rows if row["missing"] and row["asked"]]),
    },
    "changed-since": lambda rows: {
        "waiting": len([row for row in rows if row["days"] is not None])
    },
    "programme": lambda rows: {"outputs": sum(row["outputs"] for row in rows)},
    "follow-ups": lambda rows: tally(rows, "status"),
    "follow-up-changes": lambda rows: tally(rows, "status"),
    "access-requests": lambda rows: {"overdue": sum(row["overdue"] for row in rows)},
    "reviews": lambda rows: {"expired": len([row for row in rows if row["expired"]])},
    "lead-times": lambda rows: {
        "median": median(row["days"] for row in rows) if rows else None
    },
    "projects": lambda rows: {"by_state": tally(rows, "state")},
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_report_at_any_time_agrees_with_its_totals(
    installation: Installation, name: str
) -> None:
    with installation.reading() as session:
        reports = [
            answer(session, name, at=at)
            for at in [*map(end_of_day, QUARTERS), installation.now()]
        ]

    for report in reports:
        known = SUMS.get(name, no_more)(report.rows)
        assert report.totals == {"rows": len(report.rows), **known}


@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_is_known_before_it_begins(
    installation: Installation, name: str
) -> None:
    with installation.reading() as session:
        assert answer(session, name, at=end_of_day(date(2025, 1, 1))).rows == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_both_kinds_of_database_give_the_same_answer(
    installation: Installation, on_postgres: Session, name: str
) -> None:
    at: list[datetime] = [end_of_day(date(2025, 12, 31)), installation.now()]
    with installation.reading() as session:
        ours = [answer(session, name, at=moment).rows for moment in at]

    theirs = [answer(on_postgres, name, at=moment).rows for moment in at]

    assert theirs == ours
