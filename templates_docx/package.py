"""Zip in and out with raw members, so that unchanged parts are never inflated.

`Package.open` runs every check of `guard` on the directory before a single byte is
inflated. `write` gives the same bytes for the same members: fixed times, fixed order.
Source: APPNOTE.TXT 6.3 (PKWARE), ISO/IEC 29500-2 (Open Packaging Conventions).
"""

from __future__ import annotations

import operator
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from templates_docx import guard
from templates_docx.codec import ZLIB, Codec
from templates_docx.errors import RefusedFileError
from templates_docx.inflating import FASTEST, Inflater

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
# 1 January 1980, the first day a zip directory can name.
_DOS_DATE = 0x21
_END_OF = operator.attrgetter("end")
_UTF8_NAME = 0x800
# Version 2.0 of the format can deflate.
_VERSION = 20
_IN_64_BITS = 0xFFFFFFFF


class Member(NamedTuple):
    """One file of a package, still compressed. `size` is the declared inflated size."""

    name: str
    method: int
    crc: int
    size: int
    raw: bytes

    def inflate(self, inflater: Inflater = FASTEST) -> bytes:
        """Return the content; never inflates more than the declared size + 1 byte.

        Raises:
            RefusedFileError: the content is not of declared size, or damaged.
        """
        content = self.raw if self.method == 0 else _inflated(self, inflater)
        if len(content) != self.size:
            text = "is not of its declared size"
            raise RefusedFileError("wrong-size", text, told=self.name)
        if inflater.checksum(content) != self.crc:
            raise RefusedFileError("damaged", "has a wrong checksum", told=self.name)
        return content


@dataclass(frozen=True)
class Package:
    """The members of one Word file by name, in directory order."""

    members: Mapping[str, Member]

    @classmethod
    def open(cls, data: bytes) -> Package:
        """Return the members of `data`; nothing is inflated yet.

        Raises:
            RefusedFileError: the file is no zip, or breaks a limit of `guard`.
        """
        entries = Directory.open(data).entries
        members = {name: _member(data, entry) for name, entry in entries.items()}
        return cls(MappingProxyType(members))

    def __contains__(self, name: object) -> bool:
        """Say whether the package has this part."""
        return name in self.members

    def read(self, name: str) -> bytes:
        """Return the content of the part; refuses a part that is not there."""
        if name not in self.members:
            raise _not_there(name)
        return self.members[name].inflate()


@dataclass(frozen=True)
class Directory:
    """A package of which only a few parts are wanted: nothing is cut out beforehand."""

    data: bytes
    entries: Mapping[str, guard.Entry]
    inflater: Inflater = FASTEST

    @classmethod
    def open(cls, data: bytes, *, inflater: Inflater = FASTEST) -> Directory:
        """Return the directory of `data`, checked as that of a package.

        Raises:
            RefusedFileError: the file is no zip, or breaks a limit of `guard`.
        """
        guard.check_size(data)
        entries = _entries(data)
        guard.check_entries(entries)
        last = max(entries, key=_END_OF, default=None)
        if last is not None and last.end > len(data):
            raise RefusedFileError("damaged", "is cut off", told=last.name)
        return cls(data, {entry.name: entry for entry in entries}, inflater)

    def __contains__(self, name: object) -> bool:
        """Say whether the package has this part."""
        return name in self.entries

    def read(self, name: str) -> bytes:
        """Return the content of the part; refuses a part that is not there."""
        if name not in self.entries:
            raise _not_there(name)
        return _member(self.data, self.entries[name]).inflate(self.inflater)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The members that all files of a template share, with headers and directory."""

    content: bytes = b""
    directory: bytes = b""
    count: int = 0

    @classmethod
    def of(cls, members: Iterable[Member]) -> Frame:
        """Return the frame of these members, in the order given."""
        bodies, directory, _ = _laid_out(members, offset=0)
        return cls(
            content=b"".join(bodies),
            directory=b"".join(directory),
            count=len(directory) // 2,
        )

    def file(self, members: Iterable[Member]) -> bytes:
        """Return a zip of the frame and these members after it."""
        bodies, directory, offset = _laid_out(members, offset=len(self.content))
        count = self.count + len(directory) // 2
        central = b"".join((self.directory, *directory))
        end = _END.pack(b"PK\5\6", 0, 0, count, count, len(central), offset, 0)
        return b"".join((self.content, *bodies, central, end))


def packed(name: str, content: bytes, *, codec: Codec = ZLIB) -> Member:
    """Return a member that holds `content`, deflated."""
    return Member(
        name=name,
        method=8,
        crc=codec.checksum(content),
        size=len(content),
        raw=codec.deflate(content),
    )


def write(members: Iterable[Member]) -> bytes:
    """Return a zip of the members in the order given; same members, same bytes."""
    return Frame().file(members)


def _laid_out(
    members: Iterable[Member], *, offset: int
) -> tuple[list[bytes], list[bytes], int]:
    """Headers and contents, the directory, and where what comes after begins."""
    bodies: list[bytes] = []
    directory: list[bytes] = []
    for name, method, crc, size, raw in members:
        encoded, packed_size = name.encode(), len(raw)
        header = _VERSION, _UTF8_NAME, method, 0, _DOS_DATE
        sizes = crc, packed_size, size, len(encoded)
        bodies += _LOCAL.pack(b"PK\3\4", *header, *sizes, 0), encoded, raw
        places = 0, 0, 0, 0, 0, offset
        directory += (
            _CENTRAL.pack(b"PK\1\2", _VERSION, *header, *sizes, *places),
            encoded,
        )
        offset += _LOCAL.size + len(encoded) + packed_size
    return bodies, directory, offset


def _inflated(member: Member, inflater: Inflater) -> bytes:
    try:
        return inflater.inflate(member.raw, member.size + 1)
    except inflater.errors as problem:
        text = "cannot be unpacked"
        raise RefusedFileError("damaged", text, told=member.name) from problem


def _entries(data: bytes) -> list[guard.Entry]:
    count, start = _directory(data)
    entries = []
    offset = start
    for _ in range(count):
        entry, offset = _entry(data, offset)
        entries.append(entry)
    if data[offset : offset + 4] == b"PK\1\2":
        raise RefusedFileError("damaged", "the zip holds more parts than it says")
    if any(start < entry.end <= len(data) for entry in entries):
        raise RefusedFileError("overlap", "a part overlaps the directory of the zip")
    return entries


def _directory(data: bytes) -> tuple[int, int]:
    at = data.rfind(b"PK\5\6", max(0, len(data) - 65_557))
    if at < 0 or at + _END.size > len(data):
        raise RefusedFileError("not-zip", "the file is no Word document (.docx)")
    _, disk, start_disk, here, count, _, offset, _ = _END.unpack_from(data, at)
    if disk or start_disk or here != count or offset == _IN_64_BITS:
        raise _odd_kind()
    guard.check_count(count)
    return count, offset


def _entry(data: bytes, offset: int) -> tuple[guard.Entry, int]:
    if offset + _CENTRAL.size > len(data) or data[offset : offset + 4] != b"PK\1\2":
        raise RefusedFileError("damaged", "the directory of the zip is damaged")
    fields = _CENTRAL.unpack_from(data, offset)
    flags, method, crc, packed_size, size = fields[3], fields[4], *fields[7:10]
    name_size, extra, comment, local = fields[10], fields[11], fields[12], fields[16]
    if _IN_64_BITS in (packed_size, size, local):
        raise _odd_kind()
    start = offset + _CENTRAL.size
    raw_name = data[start : start + name_size]
    entry = guard.Entry(
        name=_name(raw_name, flags=flags),
        flags=flags,
        method=method,
        crc=crc,
        packed_size=packed_size,
        size=size,
        start=local,
        end=_content_start(data, local, name=raw_name, method=method) + packed_size,
    )
    return entry, start + name_size + extra + comment


def _name(raw: bytes, *, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & _UTF8_NAME else "cp437")
    except UnicodeDecodeError as problem:
        raise RefusedFileError("bad-name", "a file name is not UTF-8") from problem


def _odd_kind() -> RefusedFileError:
    return RefusedFileError("zip-kind", "the zip is split or of the 64-bit kind")


def _content_start(data: bytes, local: int, *, name: bytes, method: int) -> int:
    """Where the content begins; both headers must tell the same of it."""
    if local + _LOCAL.size > len(data) or data[local : local + 4] != b"PK\3\4":
        raise RefusedFileError("damaged", "a file in the zip has no header")
    fields = _LOCAL.unpack_from(data, local)
    start = local + _LOCAL.size
    if data[start : start + fields[9]] != name or fields[3] != method:
        raise RefusedFileError("two-names", "a part is described in two ways")
    return start + int(fields[9]) + int(fields[10])


def _not_there(name: str) -> RefusedFileError:
    return RefusedFileError("missing-part", "is not in the file", told=name)


def _member(data: bytes, entry: guard.Entry) -> Member:
    raw = data[entry.end - entry.packed_size : entry.end]
    return Member(
        name=entry.name, method=entry.method, crc=entry.crc, size=entry.size, raw=raw
    )
