"""Each statement of the law page is tried by a test, or says why it does not hold."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.sources import ROOT

CODES = [f"L-{number:02}" for number in range(1, 47)]
ROW = re.compile(r"^\| (L-\d\d) ?([^|]*) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
PAGE = (ROOT / "docs" / "law.md").read_text("utf-8")
TOLD = {code: rest for code, _, _, rest in ROW.findall(PAGE)}
TRANSLATIONS = sorted((ROOT / "connector/web/translations").glob("*.toml"))


def test_every_statement_has_one_row_in_order() -> None:
    assert [code for code, *_ in ROW.findall(PAGE)] == CODES


@pytest.mark.parametrize("code", CODES)
def test_a_statement_is_tried_or_says_why_not(code: str) -> None:
    named = NAMED.findall(TOLD[code])

    assert named or TOLD[code].startswith("Not here: ")
    for file, name in named:
        source = (ROOT / "tests" / file).read_text("utf-8")
        assert f"def {name}(" in source, (file, name)


@pytest.mark.parametrize("file", TRANSLATIONS, ids=lambda file: file.stem)
def test_no_text_on_the_pages_names_a_section(file: Path) -> None:
    """An example of what a person may write is no statement of ours."""
    texts = _texts(tomllib.loads(file.read_text("utf-8")))

    assert [text for key, text in texts if "§" in text and "help" not in key] == []


def _texts(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _texts(value, f"{path}.{key}")
        else:
            yield path, value
