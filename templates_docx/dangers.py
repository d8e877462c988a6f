"""What an ordinary file may hold and must be told of, and is never followed.

Of 1,257 real files 29 name a remote template; a refusal would hit people who did
nothing wrong. Fields are judged by their joined code, because Word splits it over runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from templates_docx.errors import RefusedFileError
from templates_docx.package import Package
from templates_docx.parts import Relation, relations_in
from templates_docx.wordml import attribute, local

_LINK = re.compile(r"(https?|mailto):", re.IGNORECASE)
_FIELD = re.compile(
    r"\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|LINK|IMPORT|DATABASE|RD)\b",
    re.IGNORECASE,
)
_CHART_RELATIONS = re.compile(r"(^|/)charts/_rels/[^/]+\.rels$")
_PLAIN_PART = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/\w+\.xml"
    r"|xl/(_rels/workbook\.xml\.rels|(workbook|styles|sharedStrings)\.xml)"
    r"|xl/theme/theme\d+\.xml|xl/(worksheets|tables)/(sheet|table)\d+\.xml"
    r"|xl/worksheets/_rels/sheet\d+\.xml\.rels"
)
# A relation to the outside, a macro, or a formula: it may call another program.
_FETCHES = re.compile(rb"TargetMode\s*=\s*.External|macroEnabled|<(\w+:)?f[\s>]")
_EMBEDDED = re.compile(r"(^|/)(embeddings|activeX)/", re.IGNORECASE)
_EMBEDDING = frozenset(("oleObject", "package", "control", "activeXControlBinary"))
# Parts whose text Word takes into the document when it opens it.
_TAKEN_IN = frozenset(("aFChunk", "subDocument"))


def outside_links(package: Package) -> Iterator[Relation]:
    """Yield what the file points to outside itself, web and mail links left out.

    Templates, pictures, frames, sub-documents, mail merge sources and whatever else.
    """
    for relation in _relations(package):
        if relation.is_external and not _is_plain_link(relation):
            yield relation


def embedded(package: Package) -> Iterator[str]:
    """Yield the parts that hold other programs' files, each once, in order of name.

    The numbers behind a chart are none, as long as the workbook holds nothing else.
    """
    named = {name for name in package.members if _EMBEDDED.search(name)}
    found = named | set(_targets(package, _EMBEDDING))
    charted = set(_chart_workbooks(package)) if found else set()
    for name in sorted(found):
        if name not in charted or not _is_plain_workbook(package.read(name)):
            yield name


def taken_in(package: Package) -> Iterator[str]:
    """Yield the parts of other formats whose text Word shows as the document's own."""
    yield from sorted(set(_targets(package, _TAKEN_IN)))


def live_fields(root: etree._Element) -> Iterator[str]:
    """Yield the codes of fields that fetch from elsewhere."""
    for code in _codes(root):
        if _FIELD.match(code):
            yield code.strip()


def _relations(package: Package) -> Iterator[Relation]:
    """Those of every part, also of one that no other part leads to."""
    for name in package.members:
        if name.casefold().endswith(".rels"):
            yield from relations_in(package, name)


def _targets(package: Package, kinds: frozenset[str]) -> Iterator[str]:
    for relation in _relations(package):
        if relation.kind in kinds and not relation.is_external:
            yield relation.target


def _chart_workbooks(package: Package) -> Iterator[str]:
    for name in package.members:
        if _CHART_RELATIONS.search(name):
            for relation in relations_in(package, name):
                if relation.kind == "package" and relation.target in package:
                    yield relation.target


def _is_plain_workbook(data: bytes) -> bool:
    """Say whether a workbook has sheets of plain cells, and nothing that fetches."""
    try:
        book = Package.open(data)
        names = list(book.members)
        return all(map(_PLAIN_PART.fullmatch, names)) and not any(
            _FETCHES.search(book.read(name)) for name in names
        )
    except RefusedFileError:
        return False


def _is_plain_link(relation: Relation) -> bool:
    return relation.kind == "hyperlink" and bool(_LINK.match(relation.target))


def _codes(root: etree._Element) -> Iterator[str]:
    joined: list[str] = []
    for node in root.iter("{*}instrText", "{*}fldChar", "{*}fldSimple"):
        if local(node) == "fldSimple":
            yield attribute(node, "instr") or ""
        elif local(node) == "instrText":
            joined.append(node.text or "")
        else:
            yield "".join(joined)
            joined = []
    yield "".join(joined)
