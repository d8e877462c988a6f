"""Files made to harm whoever opens them, each built in code from a good one.

Every entry of `HOSTILE` has the change that makes the file hostile and the code by
which it is refused. `hostile` makes each of them once.
"""

from __future__ import annotations

import base64
import functools
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from templates_docx.compile import template
from templates_docx.package import Member, Package, packed, write
from tests.templates_docx.tampering import DOCUMENT, STORE, parts_of, with_parts

Change = Callable[[bytes], bytes]

CENTRAL, LOCAL, END = b"PK\1\2", b"PK\3\4", b"PK\5\6"
TYPES, RELATIONS = "[Content_Types].xml", "word/_rels/document.xml.rels"
_FLAGS_IN_CENTRAL, _METHOD_IN_CENTRAL, _CRC_IN_CENTRAL = 8, 10, 16
_PACKED_IN_CENTRAL, _SIZE_IN_CENTRAL, _START_IN_CENTRAL = 20, 24, 42
_METHOD_IN_LOCAL, _SIZE_IN_LOCAL = 8, 22


def added(name: str, content: bytes = b"x") -> Change:
    """Add a part under any name, one that is taken too."""

    def add(data: bytes) -> bytes:
        members = list(Package.open(data).members.values())
        return write([*members, packed(name, content)])

    return add


def changed(name: str, old: bytes, new: bytes) -> Change:
    """Replace the first of some bytes in a part."""

    def change(data: bytes) -> bytes:
        content = parts_of(data)[name]
        assert old in content
        return with_parts(data, {name: content.replace(old, new, 1)})

    return change


def in_document(inside: bytes) -> Change:
    """Put something at the end of the body."""
    return changed(DOCUMENT, b"</w:body>", inside + b"</w:body>")


def encoded(part: str, *, codec: str, declared: str, before: str = "") -> Change:
    """Write a part in another encoding, with something before its root."""

    def encode(data: bytes) -> bytes:
        text = parts_of(data)[part].decode().partition("?>")[2]
        head = f'<?xml version="1.0" encoding="{declared}"?>{before}'
        return with_parts(
            data, {part: (head + text).encode(codec, "xmlcharrefreplace")}
        )

    return encode


def patched(at: int, value: bytes, *, header: bytes = CENTRAL) -> Change:
    """Change bytes of the first header of a kind."""

    def patch(data: bytes) -> bytes:
        start = data.index(header) + at
        return data[:start] + value + data[start + len(value) :]

    return patch


def both(first: Change, second: Change) -> Change:
    """Make one change and then another."""
    return lambda data: second(first(data))


def _sized(size: bytes) -> Change:
    return both(
        patched(_SIZE_IN_CENTRAL, size), patched(_SIZE_IN_LOCAL, size, header=LOCAL)
    )


def _one_byte_less(data: bytes) -> bytes:
    (size,) = struct.unpack_from("<L", data, _SIZE_IN_LOCAL)
    return _sized(struct.pack("<L", size - 1))(data)


def _method(number: int) -> Change:
    method = struct.pack("<H", number)
    return both(
        patched(_METHOD_IN_CENTRAL, method),
        patched(_METHOD_IN_LOCAL, method, header=LOCAL),
    )


def _same_entry_twice(data: bytes) -> bytes:
    first = data.index(CENTRAL)
    second = data.index(CENTRAL, first + 4)
    end = data.rindex(END)
    return _counted(data[:end] + data[first:second] + data[end:], more=1)


def _hidden_entry(data: bytes) -> bytes:
    return _counted(data, more=-1)


def _counted(data: bytes, *, more: int) -> bytes:
    end = data.rindex(END)
    count = struct.unpack_from("<H", data, end + 10)[0] + more
    return data[: end + 8] + struct.pack("<HH", count, count) + data[end + 12 :]


def _longer_than_it_is(data: bytes) -> bytes:
    """The first member reaches into the second."""
    (size,) = struct.unpack_from("<L", data, data.index(CENTRAL) + _PACKED_IN_CENTRAL)
    return patched(_PACKED_IN_CENTRAL, struct.pack("<L", size + 40))(data)


def _into_the_directory(data: bytes) -> bytes:
    last = data.rindex(CENTRAL)
    (size,) = struct.unpack_from("<L", data, last + _PACKED_IN_CENTRAL)
    at = last + _PACKED_IN_CENTRAL
    return data[:at] + struct.pack("<L", size + 10) + data[at + 4 :]


def _two_names(data: bytes) -> bytes:
    """The header at the content has another name than the directory."""
    return data[:30] + b"_" + data[31:]


def _lying_about(size: int, packed_as: int) -> Change:
    """The directory says that the document is small; inside it is not."""

    def lie(data: bytes) -> bytes:
        deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
        content = b"<a>" + b" " * packed_as + b"</a>"
        raw = deflater.compress(content) + deflater.flush()
        members = dict(Package.open(data).members)
        members[DOCUMENT] = Member(
            name=DOCUMENT, method=8, crc=zlib.crc32(content), size=size, raw=raw
        )
        return write(members.values())

    return lie


def _zip64(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of(data).items():
            archive.writestr(name, content)
    return patched(_SIZE_IN_CENTRAL, b"\xff" * 4)(buffer.getvalue())


def _many_members(count: int) -> Change:
    return lambda data: write(packed(f"{number}.xml", b"") for number in range(count))


def _without(name: str) -> Change:
    def drop(data: bytes) -> bytes:
        members = Package.open(data).members
        return write(member for part, member in members.items() if part != name)

    return drop


def _huge_document(data: bytes) -> bytes:
    """A valid document of 200 MB in a file of some hundred kB."""
    before, _, after = parts_of(data)[DOCUMENT].partition(b"</w:body>")
    paragraph = b"<w:p><w:r><w:t>" + b"Elvestrand " * 90 + b"</w:t></w:r></w:p>"
    megabyte = paragraph * (1_000_000 // len(paragraph))
    deflater, crc, size, raw = zlib.compressobj(1, zlib.DEFLATED, -15), 0, 0, b""
    for piece in (before, *[megabyte] * 200, b"</w:body>", after):
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        raw += deflater.compress(piece)
    members = dict(Package.open(data).members)
    members[DOCUMENT] = Member(
        name=DOCUMENT, method=8, crc=crc, size=size, raw=raw + deflater.flush()
    )
    return write(members.values())


def _noise(size: int) -> bytes:
    """Letters that do not pack well, the same each time."""
    chance = random.Random(7)  # noqa: S311 - no secret
    return base64.b64encode(chance.randbytes(size), altchars=b"ab")[:size]


_ENTITIES = (
    '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    + "]>"
).replace("&a0;", "&a;")
_XXE = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_CONTROL = b"<w:sdt><w:sdtContent><w:p/></w:sdtContent></w:sdt>"
# Small enough to be unpacked: it is the depth that must be refused.
_NESTED = b"<w:ins>" * 40_000 + b"</w:ins>" * 40_000
_QUOTES = b"<w:p w:x='" + b'"' * 5_000 + b"'/>"
_VBA = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
_MAIN_TYPE = b"wordprocessingml.document.main"


def _tag(length: int) -> bytes:
    return b'<w:p><w:pPr><w:pStyle w:val="' + b"x" * length + b'"/></w:pPr></w:p>'


def _before_root(text: str) -> Change:
    return changed(DOCUMENT, b"<w:document", text.encode() + b"<w:document")


# In parts that only a full reading opens.
HOSTILE_ASIDE = [
    pytest.param(
        changed(STORE, b"?>", b"?>" + _XXE.encode()), "doctype", id="entity in store"
    ),
    pytest.param(
        changed("word/styles.xml", b"?>", b"?>" + _XXE.encode()),
        "doctype",
        id="entity in styles",
    ),
]
HOSTILE = [
    pytest.param(lambda data: b"hello", "not-zip", id="no zip"),
    pytest.param(lambda data: b"", "not-zip", id="nothing"),
    pytest.param(lambda data: b"PK", "not-zip", id="two letters"),
    pytest.param(lambda data: END + b"\0" * 18, "not-word", id="an empty zip"),
    pytest.param(lambda data: data[: len(data) // 2], "not-zip", id="half a file"),
    pytest.param(lambda data: data[:-1], "not-zip", id="all but a byte"),
    pytest.param(
        lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data, "cfb", id="password"
    ),
    pytest.param(lambda data: data + b" " * (26 * 2**20), "too-large", id="over 25 MB"),
    pytest.param(patched(_FLAGS_IN_CENTRAL, b"\1"), "encrypted", id="encrypted"),
    pytest.param(
        patched(_FLAGS_IN_CENTRAL, b"\x40"), "encrypted", id="strongly encrypted"
    ),
    pytest.param(
        patched(_FLAGS_IN_CENTRAL, b"\0\x20"), "encrypted", id="masked headers"
    ),
    pytest.param(_method(12), "zip-method", id="bzip2"),
    pytest.param(_method(14), "zip-method", id="LZMA"),
    pytest.param(_method(93), "zip-method", id="zstd"),
    pytest.param(
        patched(_METHOD_IN_LOCAL, b"\0", header=LOCAL), "two-names", id="two methods"
    ),
    pytest.param(_two_names, "two-names", id="two names"),
    pytest.param(added(DOCUMENT), "duplicate-name", id="two main documents"),
    pytest.param(added("WORD/document.xml"), "duplicate-name", id="case-equal name"),
    pytest.param(
        both(added("a\u030a.xml"), added("\u00e5.xml")),
        "duplicate-name",
        id="å in two ways",
    ),
    pytest.param(added("../evil.xml"), "bad-name", id="traversal"),
    pytest.param(added("word/../../evil.xml"), "bad-name", id="traversal inside"),
    pytest.param(added("/etc/passwd"), "bad-name", id="absolute name"),
    pytest.param(added("word\\x.xml"), "bad-name", id="backslash"),
    pytest.param(added("..\\..\\x.xml"), "bad-name", id="backslash traversal"),
    pytest.param(added("C:/x.xml"), "bad-name", id="drive letter"),
    pytest.param(added("word/x\0.xml"), "bad-name", id="zero in a name"),
    pytest.param(added(""), "bad-name", id="no name"),
    pytest.param(_same_entry_twice, "duplicate-name", id="same entry twice"),
    pytest.param(_hidden_entry, "damaged", id="an entry too many"),
    pytest.param(_longer_than_it_is, "overlap", id="overlap"),
    pytest.param(_into_the_directory, "overlap", id="overlap of the directory"),
    pytest.param(
        patched(_START_IN_CENTRAL, struct.pack("<L", 10**9)), "damaged", id="far start"
    ),
    pytest.param(
        patched(_PACKED_IN_CENTRAL, struct.pack("<L", 10**9)), "overlap", id="cut off"
    ),
    pytest.param(_many_members(1_001), "too-many-members", id="1,001 members"),
    pytest.param(_many_members(65_000), "too-many-members", id="65,000 members"),
    pytest.param(_zip64, "zip-kind", id="zip64"),
    pytest.param(patched(4, b"\1\0", header=END), "zip-kind", id="split zip"),
    pytest.param(_without(TYPES), "missing-part", id="no content types"),
    pytest.param(_without("_rels/.rels"), "not-word", id="no relationships"),
    pytest.param(_without(DOCUMENT), "not-word", id="no document"),
    pytest.param(
        added("word/bomb.xml", b"<a>" + b" " * 2_000_000 + b"</a>"),
        "zip-bomb",
        id="zip bomb",
    ),
    pytest.param(_huge_document, "too-large-part", id="200 MB document"),
    pytest.param(
        _sized(struct.pack("<L", 33 * 2**20)), "too-large-part", id="33 MB part"
    ),
    pytest.param(
        _lying_about(1_000, 42_000_000), "wrong-size", id="42 MB said to be 1 kB"
    ),
    pytest.param(_one_byte_less, "wrong-size", id="a byte more than it says"),
    pytest.param(_lying_about(10**6, 10), "wrong-size", id="less than it says"),
    pytest.param(patched(_CRC_IN_CENTRAL, b"\0\0\0\0"), "damaged", id="wrong checksum"),
    pytest.param(_before_root("<!DOCTYPE d>"), "doctype", id="document type"),
    pytest.param(_before_root(_ENTITIES), "doctype", id="entity bomb"),
    pytest.param(_before_root(_XXE), "doctype", id="entity from a file"),
    pytest.param(
        _before_root('<!DOCTYPE d SYSTEM "http://127.0.0.1/d.dtd">'),
        "doctype",
        id="document type from the web",
    ),
    *(
        pytest.param(
            encoded(DOCUMENT, codec=codec, declared=declared, before=_XXE),
            "doctype",
            id=f"document type in {codec}",
        )
        for codec, declared in (
            ("utf-16", "UTF-16"),
            ("utf-16-le", "UTF-16LE"),
            ("utf-16-be", "UTF-16BE"),
            ("utf-32", "UTF-32"),
            ("utf-32-le", "UTF-32LE"),
            ("utf-8-sig", "UTF-8"),
        )
    ),
    pytest.param(
        encoded(DOCUMENT, codec="utf-7", declared="UTF-7", before=_XXE),
        "encoding",
        id="UTF-7",
    ),
    pytest.param(
        encoded(DOCUMENT, codec="cp500", declared="IBM500"), "encoding", id="EBCDIC"
    ),
    pytest.param(
        changed(DOCUMENT, b'encoding="UTF-8"', b'encoding="UTF-16"'),
        "encoding",
        id="UTF-8 said to be UTF-16",
    ),
    pytest.param(
        changed(DOCUMENT, b"<?xml ", b"<?xml " + b" " * 5_000),
        "encoding",
        id="endless declaration",
    ),
    pytest.param(
        changed(RELATIONS, b"?>", b"?>" + _XXE.encode()),
        "doctype",
        id="entity in relationships",
    ),
    pytest.param(changed(DOCUMENT, b"</w:body>", b""), "ill-formed", id="ill-formed"),
    pytest.param(in_document(_NESTED), "too-complex", id="40,000 deep"),
    pytest.param(in_document(b"<" + _noise(60_000) + b"/>"), "too-complex", id="name"),
    pytest.param(
        in_document(_tag(1_001)), "too-long-attribute", id="attribute of 1,001"
    ),
    pytest.param(in_document(_QUOTES), "too-long-attribute", id="attribute of quotes"),
    pytest.param(in_document(_tag(20_000_000)), "zip-bomb", id="attribute of 20 MB"),
    pytest.param(
        in_document(b'<w:p w:x="' + _noise(10_100_000) + b'"/>'),
        "too-complex",
        id="attribute of 10 MB",
    ),
    pytest.param(
        in_document(b"<w:p><w:r><w:t>" + b"x" * 100_001 + b"</w:t></w:r></w:p>"),
        "too-long-text",
        id="text of 100,001",
    ),
    pytest.param(
        in_document(b"<w:p><![CDATA[" + b"<x" * 60_000 + b"]]></w:p>"),
        "too-long-text",
        id="text of 120,000 as CDATA",
    ),
    pytest.param(
        in_document(b"<w:sdt/>" * 20_001), "too-many-controls", id="20,001 controls"
    ),
    pytest.param(in_document(_CONTROL * 300_000), "zip-bomb", id="300,000 controls"),
    pytest.param(
        in_document((_CONTROL + b"<!--" + _noise(40) + b"-->") * 100_000),
        "zip-bomb",
        id="100,000 controls with noise",
    ),
    pytest.param(
        changed(TYPES, b".document.main+xml", b".document.macroEnabled.main+xml"),
        "macros",
        id="macros",
    ),
    pytest.param(
        changed(TYPES, b".document.main+xml", b".document.macro&#69;nabled.main+xml"),
        "macros",
        id="macros spelled by number",
    ),
    pytest.param(changed(TYPES, b"<Override", _VBA + b"<Override"), "macros", id="vba"),
    pytest.param(
        changed(TYPES, _MAIN_TYPE, b"spreadsheetml.sheet.main"),
        "not-word",
        id="a spreadsheet",
    ),
    pytest.param(
        changed(TYPES, b'PartName="/word/document.xml"', b'PartName="/word/other.xml"'),
        "not-word",
        id="another part is the document",
    ),
]

NAMES = [str(case.id) for case in HOSTILE]
NAMES_ASIDE = [str(case.id) for case in HOSTILE_ASIDE]
_BY_NAME: dict[str, Any] = {
    str(case.id): case.values for case in HOSTILE + HOSTILE_ASIDE
}


@functools.cache
def hostile(name: str) -> tuple[bytes, str]:
    """Return the hostile file of this name and the code by which it is refused."""
    change, code = _BY_NAME[name]
    return change(template("mandate", "nb").fill({"m_name": "Nærvær"})), code
