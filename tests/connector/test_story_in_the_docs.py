"""The story in the documentation is a story that loads, and its table has every act."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connector.database.engine import Database
from connector.refusals import InputRefusedError
from connector.stories import read_story
from tests.architecture.sources import ROOT
from workflows.clock import end_of_day
from workflows.people.access import PERMITTED
from workflows.stories import ACTS, StoryError, play
from workflows.trace.questions import answer

PAGE = (ROOT / "docs" / "stories.md").read_text("utf-8")
FILE = re.compile(r"^`(\w+\.json)`:\n\n```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ACT_ROW = re.compile(r"^\| `(\w+)` \| ((?:`\w+` ?)+) \| (.+) \|$", re.MULTILINE)


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """The story of the page, as the files that it says to make."""
    for name, content in FILE.findall(PAGE):
        (tmp_path / name).write_text(content, "utf-8")
    return tmp_path / "story.json"


def changed(story: Path, change: Callable[[Any], object]) -> Path:
    content = json.loads(story.read_text("utf-8"))
    change(content)
    story.write_text(json.dumps(content), "utf-8")
    return story


def test_the_story_on_the_page_ends_as_the_page_says(
    story: Path, database: Database
) -> None:
    told = read_story(story)
    assert told.until is not None

    with database.transaction(None) as session:
        play(session, told)
        (project,) = answer(session, "projects", at=told.until).rows
        (late,) = answer(session, "follow-ups", at=told.until).rows
        before = end_of_day(date(2026, 3, 31))
        (then,) = answer(session, "follow-ups", at=before).rows

    said = f"{project['project']} {project['state']} since {project['since']}"
    assert said in PAGE
    assert f"{late['follow_up']} {late['status']}" in PAGE
    assert f"--at 2026-03-31    # {then['follow_up']} {then['status']}" in PAGE


def test_a_missing_key_is_refused_in_the_words_of_the_page(story: Path) -> None:
    changed(story, lambda content: content["steps"][3]["with"].pop("name"))

    with pytest.raises(InputRefusedError) as refused:
        read_story(story)

    assert f"\n    {refused.value}\n" in PAGE


def test_a_wrong_hat_is_refused_in_the_words_of_the_page(
    story: Path, database: Database
) -> None:
    wrong = {"role": "committee_secretary"}
    changed(story, lambda content: content["steps"][11]["by"].update(wrong))

    with pytest.raises(StoryError) as refused, database.transaction(None) as session:
        play(session, read_story(story))

    assert f"\n    {refused.value}\n" in PAGE


def test_the_page_has_every_act_in_its_order() -> None:
    assert [name for name, _, _ in ACT_ROW.findall(PAGE)] == list(ACTS)


@pytest.mark.parametrize("act", ACTS)
def test_the_page_says_who_may_do_an_act(act: str) -> None:
    (said,) = [roles for name, roles, _ in ACT_ROW.findall(PAGE) if name == act]

    source = inspect.getsource(ACTS[act])
    (asked,) = [entry for entry in PERMITTED if f'"{entry}"' in source]
    assert set(re.findall(r"\w+", said)) == {role.value for role in PERMITTED[asked]}
