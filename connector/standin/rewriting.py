"""What SharePoint does to an Office file that is put in a library.

It writes the properties of the library into the package, so that size and hash are
other than those of the bytes that were sent, while the text stays. Source:
github.com/OneDrive/onedrive-api-docs/issues/935.
"""

from __future__ import annotations

import io
import re
import zipfile

OFFICE = (".docx", ".xlsx", ".pptx", ".dotx", ".docm")
PART = "docProps/custom.xml"
TYPES = "[Content_Types].xml"
RELATIONS = "_rels/.rels"
CONTENT_TYPE_ID = "0x0101009A5F3C1B7E2D4F4C8B6E0A1D2C3B4F5E"
FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
PROPERTY = (
    f'<property fmtid="{FORMAT}" pid="%d" name="ContentTypeId">'
    '<vt:lpwstr xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/'
    f'docPropsVTypes">{CONTENT_TYPE_ID}</vt:lpwstr></property>'
)
EMPTY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    'custom-properties"></Properties>'
)
EMPTY_ROOT = re.compile(rb"<(Properties|Types|Relationships)([^<>]*)/>")
OVERRIDE = (
    f'<Override PartName="/{PART}" ContentType="application/vnd.openxmlformats-'
    'officedocument.custom-properties+xml"/></Types>'
)
RELATION = (
    '<Relationship Id="rIdSharePoint" Type="http://schemas.openxmlformats.org/'
    f'officeDocument/2006/relationships/custom-properties" Target="{PART}"/>'
    "</Relationships>"
)


def rewritten(data: bytes, name: str) -> bytes:
    """Return the file as the library keeps it; what is no Office file stays."""
    if not name.lower().endswith(OFFICE):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {each: package.read(each) for each in package.namelist()}
    except (zipfile.BadZipFile, RuntimeError):  # Damaged, locked, packed otherwise.
        return data
    if TYPES not in parts or RELATIONS not in parts:
        return data
    return _packed(_with_content_type(parts))


def _with_content_type(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Add the property; a package that has it is only packed anew."""
    if PART not in parts:
        parts[TYPES] = _before_end(parts[TYPES], "</Types>", OVERRIDE)
        parts[RELATIONS] = _before_end(parts[RELATIONS], "</Relationships>", RELATION)
        parts[PART] = EMPTY.encode()
    if b'name="ContentTypeId"' not in parts[PART]:
        taken = [int(pid) for pid in re.findall(rb'pid="(\d+)"', parts[PART])]
        added = PROPERTY % (max(taken, default=1) + 1) + "</Properties>"
        parts[PART] = _before_end(parts[PART], "</Properties>", added)
    return parts


def _before_end(part: bytes, end: str, added: str) -> bytes:
    """Return XML with something before its end tag; in UTF-8, as Office writes it."""
    opened = EMPTY_ROOT.sub(rb"<\1\2></\1>", part)
    head, found, tail = opened.rpartition(end.encode())
    return head + added.encode() + tail if found else part


def _packed(parts: dict[str, bytes]) -> bytes:
    """Pack with the date that Office gives parts, so that bytes are repeatable."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, data)
    return out.getvalue()
