"""The project's files, for tests that read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("connector", "workflows", "templates_docx")

# Made by running the project, never committed.
MADE = {
    ".git",
    ".venv",
    ".hypothesis",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    "__pycache__",
    "dist",
    "node_modules",
    "var",
    "vendor",
}


def modules(*packages: str) -> Iterator[Path]:
    """Give the Python files of `packages`, by default of all three."""
    for package in packages or PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def texts() -> Iterator[tuple[Path, str]]:
    """Give each text file of the project with its content."""
    for file in sorted(ROOT.rglob("*")):
        if file.is_file() and not MADE & set(file.relative_to(ROOT).parts):
            try:
                yield file, file.read_text("utf-8")
            except UnicodeDecodeError:
                continue  # a Word file or a picture


def named(file: Path) -> str:
    """Return the file's path as seen from the project."""
    return file.relative_to(ROOT).as_posix()
