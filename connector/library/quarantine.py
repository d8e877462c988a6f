"""Reading a file from outside in a process of its own, with little time and memory.

A file that is large inside is read by a child process that may use 5 seconds of
processor time and 1 GB of memory, so that a hostile file ends the child and never the
service. A file that is small inside is read at once: it cannot cost more than that.
The answer comes back as JSON, for nothing that a child says is to be run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, is_dataclass, replace
from typing import Any, get_args, get_origin, get_type_hints

from templates_docx.errors import RefusedFileError
from templates_docx.lines import lines_of
from templates_docx.package import Package
from templates_docx.read import Reading, read

if sys.platform != "win32":
    import resource

# Of 1,257 real files one in a hundred has more XML than this; it takes under a second.
LARGE_INSIDE = 2 * 1024 * 1024
MAX_SECONDS = 5
MAX_MEMORY = 1024**3
# Processor time is what is limited; a busy machine may need longer for it.
_PATIENCE_S = 30


def read_safely(data: bytes, *, name: str = "") -> Reading:
    """Return what a Word file from outside holds, the same as `read` returns.

    Raises:
        RefusedFileError: the file is unsafe, broken, no Word document, or too costly.
    """
    if size_inside(data) <= LARGE_INSIDE:
        return read(data, name=name)
    return read_apart(data, name=name)


def size_inside(data: bytes) -> int:
    """Return the bytes of XML in a file when unpacked, as its directory says.

    Raises:
        RefusedFileError: the file breaks a limit that its directory shows.
    """
    members = Package.open(data).members.values()
    return sum(part.size for part in members if part.name.endswith((".xml", ".rels")))


def read_apart(
    data: bytes,
    *,
    name: str = "",
    seconds: int = MAX_SECONDS,
    memory: int = MAX_MEMORY,
) -> Reading:
    """Return what `read` returns, from a child process with limits on what it uses.

    Raises:
        RefusedFileError: `read` refused the file, or the child was ended.
    """
    told = _asked_apart("reading", data, seconds=seconds, memory=memory)
    reading: Reading = _revived(Reading, told)
    return replace(reading, file=name)


def lines_safely(data: bytes) -> tuple[str, ...]:
    """Return the lines of any Word document from outside, the same as `lines_of`.

    Raises:
        RefusedFileError: the file is unsafe, broken, no Word document, or too costly.
    """
    if size_inside(data) <= LARGE_INSIDE:
        return lines_of(data)
    told = _asked_apart("lines", data, seconds=MAX_SECONDS, memory=MAX_MEMORY)
    return tuple(map(str, told))


def answer() -> None:
    """Read standard input within the limits in the arguments; print the answer."""
    wanted, seconds, memory = sys.argv[1:]
    _limit(seconds=int(seconds), memory=int(memory))
    sys.stdout.write(json.dumps(_answer_to(wanted, sys.stdin.buffer.read())))


def _asked_apart(wanted: str, data: bytes, *, seconds: int, memory: int) -> Any:
    command = [sys.executable, "-m", __name__, wanted, str(seconds), str(memory)]
    try:
        child = subprocess.run(  # noqa: S603 - this very program, no shell
            command,
            input=data,
            env=_surroundings(),
            capture_output=True,
            timeout=_PATIENCE_S,
            check=True,
        )
    except subprocess.SubprocessError as problem:
        raise _too_costly() from problem
    told = json.loads(child.stdout)
    if "refused" in told:
        code, text, place = told["refused"]
        raise RefusedFileError(code, text, told=place)
    return told[wanted]


def _answer_to(wanted: str, data: bytes) -> dict[str, Any]:
    try:
        found = lines_of(data) if wanted == "lines" else asdict(read(data))
    except RefusedFileError as refusal:
        return {"refused": [refusal.code, refusal.text, refusal.told]}
    return {wanted: found}


def _revived(kind: Any, told: Any) -> Any:
    """What `asdict` took apart, put together as the types of the fields say."""
    if is_dataclass(kind):
        types = get_type_hints(kind)
        return kind(  # type: ignore[operator]  # a class, never an instance
            **{key: _revived(types[key], value) for key, value in told.items()}
        )
    if get_origin(kind) is tuple:
        return tuple(_revived(get_args(kind)[0], value) for value in told)
    return told


def _surroundings() -> dict[str, str]:
    """No secret of the service goes along; Windows needs to know where it is."""
    kept = {key: os.environ[key] for key in ("SYSTEMROOT",) if key in os.environ}
    return {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **kept}


def _limit(*, seconds: int, memory: int) -> None:
    """Windows has no such limits; there only the patience of the parent counts."""
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _too_costly() -> RefusedFileError:
    return RefusedFileError("too-costly", "takes too much time or memory to read")


if __name__ == "__main__":
    answer()
