"""An installation with the small story in it, and the command in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from connector.cli.main import samspor
from tests.journeys.stories import small_story


def run(data: Path, *arguments: str) -> Result:
    """Run `samspor --data DATA …`; a refusal is the result's exception."""
    return CliRunner().invoke(samspor, ["--data", str(data), *arguments])


def answer(data: Path, *arguments: str) -> Any:
    """The JSON that a command prints."""
    result = run(data, *arguments, "--format", "json")
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


def story_file(folder: Path, **changed: Any) -> Path:
    """Write the small story, with some of its keys changed, and return its file."""
    path = folder / "story.json"
    path.write_text(json.dumps({**small_story(), **changed}), encoding="utf-8")
    return path


def loaded(folder: Path, **changed: Any) -> Path:
    """Load the small story into a data folder, and return that."""
    result = run(folder / "var", "load", str(story_file(folder, **changed)))
    assert result.exit_code == 0, (result.output, result.exception)
    return folder / "var"
