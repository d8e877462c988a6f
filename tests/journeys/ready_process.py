"""A process that has imported the program, and becomes a new process a command.

Nine tenths of the time of a small command is import. Here that is done once: every
order is a fork that runs `main` as the shell would, with its own output and status.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from importlib import import_module

from connector.cli import main as program


def serve() -> None:
    """Take orders from standard input, a JSON line each, and answer with the status."""
    for place in program.COMMANDS.values():
        import_module(place.split(":")[0])
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _be(order["arguments"], out=order["out"], err=order["err"])
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(status, flush=True)  # noqa: T201 - the answer to the order


def _be(arguments: list[str], *, out: str, err: str) -> None:
    """Be the command, and end."""
    for number, file in ((1, out), (2, err)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["samspor", *arguments]
    os._exit(_status())


def _status() -> int:
    try:
        program.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    return 0


if __name__ == "__main__":
    serve()
