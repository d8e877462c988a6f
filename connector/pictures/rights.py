"""The permission matrix as tables for the documentation, drawn from the data itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from workflows.people.access import PERMITTED
from workflows.people.kinds import Line, Role, line_of
from workflows.people.reading import NAMED, PUBLIC, READERS

TESTS = Path(__file__).parents[2] / "tests"
TRIAL = re.compile(r"^def (test_inv_(\d\d)_\w+)\(", re.MULTILINE)
COLUMNS = (*(role for role in Role if role is not Role.SYSTEM), PUBLIC)


def reading_table() -> str:
    """Return who reads what, one row a matter, as a Markdown table."""
    return "\n".join(_reading())


def acts_table() -> str:
    """Return who does what, one row an act, with the lines its roles belong to."""
    return "\n".join(_acts())


def trials_list() -> str:
    """Return which tests try each invariant, found by their names, as Markdown."""
    return "\n".join(_trials())


def _trials() -> Iterator[str]:
    tried: dict[str, dict[str, list[str]]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for name, number in TRIAL.findall(path.read_text("utf-8")):
            where = path.relative_to(TESTS.parent).as_posix()
            tried.setdefault(number, {}).setdefault(where, []).append(name)
    for number, files in sorted(tried.items()):
        yield f"- INV-{number}"
        for where, names in files.items():
            yield f"  - `{where}`: " + ", ".join(f"`{name}`" for name in names)


def _reading() -> Iterator[str]:
    yield "| Matter | " + " | ".join(_name(role) for role in COLUMNS) + " |"
    yield "|---|" + "---|" * len(COLUMNS)
    for matter, readers in READERS.items():
        cells = (_cell(role, readers, NAMED.get(matter, ())) for role in COLUMNS)
        yield f"| `{matter}` | " + " | ".join(cells) + " |"


def _cell(
    role: Role | None, readers: Collection[Role | None], named: Collection[Role | None]
) -> str:
    if PUBLIC in readers or role in readers:
        return "R"
    return "R*" if role in named else "–"


def _acts() -> Iterator[str]:
    yield "| Act | Line | Who may |"
    yield "|---|---|---|"
    for act, roles in PERMITTED.items():
        named = " ".join(f"`{role}`" for role in Role if role in roles)
        yield f"| `{act}` | {_lines_of(roles)} | {named} |"


def _lines_of(roles: Collection[Role]) -> str:
    found = {line_of(role) for role in roles} - {Line.NEITHER}
    return " and ".join(sorted(found)) or "set-up"


def _name(role: Role | None) -> str:
    return "public" if role is None else f"`{role}`"
