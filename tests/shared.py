"""What is slow to make is made once, however many processes share the tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

_PATIENCE_S = 600


def made_once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]
) -> Path:
    """Return a folder that one process of this run has filled with `make`.

    The others wait for it; if it fails there, they fail too.
    """
    base = factory.getbasetemp()
    above = base.parent if base.name.startswith("popen-") else base
    folder, done = above / name, above / f"{name}-is-done"
    try:
        folder.mkdir()
    except FileExistsError:
        _wait_for(done)
        return folder
    make(folder)
    done.touch()
    return folder


def _wait_for(done: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not done.exists():
        assert time.monotonic() < deadline, f"no {done.name}: see the other process"
        time.sleep(0.1)
