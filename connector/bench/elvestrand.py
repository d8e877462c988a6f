"""So much of Elvestrand's story as a benchmark needs, in a folder of its own."""

from __future__ import annotations

import io
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path

from connector.config import load_config, stop_clock
from connector.installation import prepared_database
from connector.stories import read_story
from workflows.stories import play


def play_until(folder: Path, *, steps: int) -> datetime:
    """Play the first steps of the story on SQLite; return when time stands still."""
    with as_file(files("connector.demo") / "elvestrand") as source:
        story = read_story(source / "story.json")
    story = replace(story, steps=story.steps[:steps], until=None)
    at = story.steps[-1].at
    stop_clock(folder, at)
    database = prepared_database(load_config(folder, {}))
    with closing(database), database.transaction(None) as session:
        play(session, story)
    return at


def typed(data: bytes, before: str, after: str) -> bytes:
    """Return a file where somebody wrote over a text in Word, which keeps it twice."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(into, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            is_text = name.endswith(".xml")
            changed = part.replace(before.encode(), after.encode())
            new.writestr(name, changed if is_text else part)
    return into.getvalue()
