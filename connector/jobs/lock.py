"""A lock on a file, held by one process and let go by the system when it ends."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from connector.refusals import UnavailableError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class LockedElsewhereError(UnavailableError):
    """Another process holds the lock."""


class FileLock:
    """Held from `take` to `give`, or until the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Take the lock, and write in the file who has it.

        Raises:
            LockedElsewhereError: another process has it; the text names the process.
        """
        file = self.path.open("a+", encoding="ascii")
        try:
            _lock(file)
        except OSError:
            holder = _holder(file)
            file.close()
            raise LockedElsewhereError(holder) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file

    def give(self) -> None:
        """Let go of the lock; the file stays, for it may be taken already."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        # A byte far behind the text, which others may read meanwhile.
        file.seek(1 << 20)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _holder(file: IO[str]) -> str:
    with suppress(OSError):
        file.seek(0)
        number = file.read(20).strip()
        if number.isdigit():
            return f"process {number}"
    return "another process"
