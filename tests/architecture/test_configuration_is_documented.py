"""The page on configuration and the settings that the program reads are the same."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

from connector.config import Config, load_config
from tests.architecture.sources import ROOT, modules

PAGE = (ROOT / "docs" / "configuration.md").read_text("utf-8")


def section(heading: str) -> str:
    """Return a section of the page, up to the next heading of its level."""
    (content,) = re.findall(
        rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
    return str(content)


def first_column(content: str) -> set[str]:
    """Return the names in backticks that begin the rows of a table."""
    return set(re.findall(r"^\| `(\w+)` \|", content, re.MULTILINE))


def test_every_variable_that_the_program_reads_has_a_row_and_no_other() -> None:
    read = {
        name
        for file in modules()
        for name in re.findall(r'"(SAMSPOR_[A-Z0-9_]+)"', file.read_text("utf-8"))
    }

    assert first_column(section("Environment")) == read


def test_every_setting_in_the_code_has_a_row_and_no_other() -> None:
    assert first_column(section("In code")) == {each.name for each in fields(Config)}


def test_every_key_of_the_settings_file_has_a_row_and_no_other() -> None:
    source = (ROOT / "connector" / "config.py").read_text("utf-8")
    read = set(re.findall(r'tomllib\.loads\([^\n]*\)\.get\("(\w+)"', source))

    assert first_column(section("`settings.toml`")) == read


def test_the_settings_file_on_the_page_is_one(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "settings.toml").write_text(example, "utf-8")

    config = load_config(tmp_path, {})

    assert config.clock_stands_at == datetime(2026, 9, 2, 13, tzinfo=UTC)


def test_the_database_without_a_variable_is_the_file_that_the_page_names() -> None:
    config = load_config(Path("folder"), {})

    assert config.database_url == "sqlite:///folder/samspor.db"
    assert "`samspor.db` in the data folder" in section("Environment")
