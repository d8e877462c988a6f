"""What may stand in the files of the project."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, modules, named, texts

LONGEST_MODULE = 400

# The clock, the environment, the network and the disk belong to the connector.
OUTSIDE = re.compile(
    r"\bos\.(environ|getenv)|\b(datetime|date)\.(now|today|utcnow)\(|\btime\.time\("
)

# Written apart, so that this file does not hold what it looks for.
MACHINE_PATHS = re.compile(
    # A document library has a root of its own, after the library's id.
    "|".join(["/work/" + "main", "/work/" + "shared", r"(?<![\w}])/root" + "/"])
)
REGISTRIES = re.compile(
    "|".join(["pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\."])
)


def test_only_the_connector_reads_the_clock_and_the_environment() -> None:
    found = [
        named(file)
        for file in modules("workflows", "templates_docx")
        if OUTSIDE.search(file.read_text("utf-8"))
    ]

    assert found == []


def test_no_module_is_too_long_to_hold_in_mind() -> None:
    # A migration is written once by a tool and not read as a room of the house.
    long = {
        named(file): lines
        for file in modules("connector", "workflows", "templates_docx")
        if file.parent.name != "versions"
        and (lines := len(file.read_text("utf-8").splitlines())) > LONGEST_MODULE
    }

    assert long == {}


def test_every_module_says_what_it_is() -> None:
    silent = [
        named(file)
        for file in modules()
        if file.read_text("utf-8").strip() and not docstring(file)
    ]

    assert silent == []


def docstring(file: Path) -> str | None:
    return ast.get_docstring(ast.parse(file.read_text("utf-8")))


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [named(file) for file, content in texts() if MACHINE_PATHS.search(content)]

    assert found == []


def test_no_file_names_a_package_registry() -> None:
    found = [named(file) for file, content in texts() if REGISTRIES.search(content)]

    assert found == []


@pytest.mark.parametrize("lock", ["requirements.lock", "package-lock.json"])
def test_a_lock_pins_by_hash_and_names_no_host(lock: str) -> None:
    content = (ROOT / lock).read_text("utf-8")

    assert "://" not in content
    assert re.search(r"sha(256|512)[:-]", content)


def test_every_pinned_package_has_a_hash() -> None:
    content = (ROOT / "requirements.lock").read_text("utf-8")
    packages = re.split(r"\n(?=\S)", content)

    bare = [package.split()[0] for package in packages if "--hash=" not in package]

    assert bare == []


def test_the_build_tools_are_the_same_for_start_py_and_for_others() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

    needed = set(project["build-system"]["requires"])

    assert needed <= set(project["project"]["optional-dependencies"]["build"])
