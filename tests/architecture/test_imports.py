"""Imports go down, and the two lines never meet but in the trace."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.sources import ROOT, modules

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"


def test_the_import_contracts_are_kept() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_migrations_never_import_models() -> None:
    versions = [file for file in modules("connector") if file.parent.name == "versions"]

    importing = [file for file in versions if "workflows" in file.read_text("utf-8")]

    assert importing == []
