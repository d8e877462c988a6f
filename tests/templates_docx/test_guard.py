from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from templates_docx.compile import template
from templates_docx.errors import RefusedFileError
from templates_docx.package import Package, packed, write
from templates_docx.read import citations, read
from tests.templates_docx.tampering import DOCUMENT, parts_of, with_parts


@pytest.fixture(scope="module")
def good() -> bytes:
    return template("mandate", "nb").fill({"m_name": "Nærvær"})


def _encrypted(data: bytes) -> bytes:
    at = data.index(b"PK\1\2")
    return data[: at + 8] + b"\1" + data[at + 9 :]


def _oddly_packed(data: bytes) -> bytes:
    at = data.index(b"PK\1\2")
    return data[: at + 10] + struct.pack("<H", 12) + data[at + 12 :]


def _added(name: str, content: bytes = b"x") -> Callable[[bytes], bytes]:
    def add(data: bytes) -> bytes:
        members = list(Package.open(data).members.values())
        return write([*members, packed(name, content)])

    return add


def _changed(name: str, old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        content = parts_of(data)[name]
        assert old in content
        return with_parts(data, {name: content.replace(old, new, 1)})

    return change


def _lying(data: bytes) -> bytes:
    """Both headers of the first member say one byte less than it holds."""
    size = struct.pack("<L", struct.unpack_from("<L", data, 22)[0] - 1)
    at = data.index(b"PK\1\2")
    return data[:22] + size + data[26 : at + 24] + size + data[at + 28 :]


def _damaged(data: bytes) -> bytes:
    at = data.index(b"PK\1\2")
    return data[: at + 16] + b"\0\0\0\0" + data[at + 20 :]


def _overlapping(data: bytes) -> bytes:
    first = data.index(b"PK\1\2")
    second = data.index(b"PK\1\2", first + 4)
    names = data[first + 46 : first + 66]
    entry = data[first : first + 46 + struct.unpack_from("<H", data, first + 28)[0]]
    assert names
    twin = bytearray(entry)
    twin[46:50] = b"twin"
    end = data.rindex(b"PK\5\6")
    count = struct.unpack_from("<H", data, end + 10)[0] + 1
    tail = bytearray(data[end:])
    struct.pack_into("<HH", tail, 8, count, count)
    return data[:second] + entry + data[second:end] + bytes(tail)


def _bomb(data: bytes) -> bytes:
    return with_parts(data, {"word/bomb.xml": b"<a>" + b" " * 2_000_000 + b"</a>"})


TYPES = "[Content_Types].xml"
HOSTILE = [
    pytest.param(lambda data: b"hello", "not-zip", id="no zip"),
    pytest.param(lambda data: b"", "not-zip", id="nothing"),
    pytest.param(lambda data: data[: len(data) // 2], "not-zip", id="half a file"),
    pytest.param(
        lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data, "cfb", id="password"
    ),
    pytest.param(lambda data: data + b" " * (26 * 2**20), "too-large", id="over 25 MB"),
    pytest.param(_encrypted, "encrypted", id="encrypted member"),
    pytest.param(_oddly_packed, "zip-method", id="bzip2 member"),
    pytest.param(_added("WORD/document.xml"), "duplicate-name", id="case-equal name"),
    pytest.param(_added("../evil.xml"), "bad-name", id="traversal"),
    pytest.param(_added("/etc/passwd"), "bad-name", id="absolute name"),
    pytest.param(_added("word\\x.xml"), "bad-name", id="backslash"),
    pytest.param(_added("C:/x.xml"), "bad-name", id="drive letter"),
    pytest.param(_overlapping, "duplicate-name", id="same entry twice"),
    pytest.param(_bomb, "zip-bomb", id="zip bomb"),
    pytest.param(_lying, "wrong-size", id="lying size"),
    pytest.param(_damaged, "damaged", id="wrong checksum"),
    pytest.param(
        _changed(DOCUMENT, b"<w:document", b"<!DOCTYPE d><w:document"),
        "doctype",
        id="document type",
    ),
    pytest.param(_changed(DOCUMENT, b"</w:body>", b""), "ill-formed", id="ill-formed"),
    pytest.param(
        _changed(TYPES, b".document.main+xml", b".document.macroEnabled.main+xml"),
        "macros",
        id="macros",
    ),
    pytest.param(
        _changed(TYPES, b"wordprocessingml.document.main", b"spreadsheetml.sheet.main"),
        "not-word",
        id="a spreadsheet",
    ),
    pytest.param(
        _changed(DOCUMENT, b"</w:body>", b"<w:sdt/>" * 20_001 + b"</w:body>"),
        "too-many-controls",
        id="too many controls",
    ),
]


@pytest.mark.parametrize(("change", "code"), HOSTILE)
def test_a_hostile_file_is_refused_by_its_reason(
    good: bytes, change: Callable[[bytes], bytes], code: str
) -> None:
    hostile = change(good)

    with pytest.raises(RefusedFileError) as refused:
        read(hostile)

    assert refused.value.code == code


@pytest.mark.parametrize(("change", "code"), HOSTILE)
def test_citations_refuse_what_reading_refuses(
    good: bytes, change: Callable[[bytes], bytes], code: str
) -> None:
    with pytest.raises(RefusedFileError) as refused:
        citations(change(good))

    assert refused.value.code == code


def test_members_that_lie_upon_each_other_are_refused(good: bytes) -> None:
    members = list(Package.open(good).members.values())
    first, second = members[0], members[1]
    inner = write([first])
    nested = packed("outer.bin", b"")
    data = bytearray(write([nested, second]))
    assert inner
    struct.pack_into("<L", data, data.index(b"PK\1\2") + 20, 400)

    with pytest.raises(RefusedFileError) as refused:
        Package.open(bytes(data))

    assert refused.value.code == "overlap"


def test_a_zip_with_too_many_members_is_refused() -> None:
    data = write(packed(f"{number}.xml", b"") for number in range(1_001))

    with pytest.raises(RefusedFileError) as refused:
        Package.open(data)

    assert refused.value.code == "too-many-members"


def test_what_we_write_other_programs_can_unpack(good: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == list(parts_of(good))


def test_a_file_that_python_wrote_can_be_opened() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("æ.xml", "Nærvær")

    assert Package.open(buffer.getvalue()).read("æ.xml") == "Nærvær".encode()
