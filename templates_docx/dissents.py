"""Dissent that was set into a document of another origin, and whether it still stands.

Each stands in a control whose tag names output, version, party and the beginning of its
seal. What is to stand is also listed in the document's properties, which Word and
LibreOffice keep, so that it is missed when the control or the whole section is gone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from templates_docx.accepted import text_of
from templates_docx.citations import output_in
from templates_docx.finding import controls
from templates_docx.findings import Finding, finding
from templates_docx.slots import PARTY_COLUMN
from workflows.forms.catalogue import form
from workflows.forms.fields import Column, FieldType, Form
from workflows.forms.verbatim import seal

TAG = "samspor:dissent:"
PROPERTY = "SamsporSeals"
NAME = {"nb": "Særmerknad", "nn": "Særmerknad"}
_KIND, _SECTION = "basis", "parties"
_SEAL_SHOWN = 16
_LISTED = re.compile(r"(\S+)@(\S*):([AFT]?):([0-9a-f]{16})")


@dataclass(frozen=True, kw_only=True)
class Dissent:
    """Whose verbatim text, to which version, and the beginning of its seal in hex."""

    output: str
    version: str
    party: str
    seal: str

    @property
    def tag(self) -> str:
        """The tag of the control: `samspor:dissent:O-202@1.0:T:3f2a5c9e01b7d846`."""
        return f"{TAG}{self.listed}"

    @property
    def listed(self) -> str:
        """How it stands in the properties and in its tag."""
        return f"{self.output}@{self.version}:{self.party}:{self.seal}"


def dissent_in(
    column: Column, row: Mapping[str, Any], versions: Mapping[str, str]
) -> Dissent | None:
    """Return the dissent in a cell, `None` where the cell holds none."""
    text = row.get(column.key)
    if not column.verbatim or not text:
        return None
    output = output_in(row)
    return Dissent(
        output=output,
        version=versions.get(output, ""),
        party=str(row.get(PARTY_COLUMN) or ""),
        seal=_short_seal(str(text)),
    )


def dissents_in(
    known: Form, values: Mapping[str, Any], versions: Mapping[str, str]
) -> tuple[Dissent, ...]:
    """Return every dissent that the tables of a document hold, in order."""
    return tuple(
        found
        for field in known.fields
        if field.type is FieldType.TABLE
        for row in values.get(field.key) or ()
        for column in field.columns
        if (found := dissent_in(column, row, versions))
    )


def listing(dissents: Sequence[Dissent]) -> str:
    """Return the text of the properties: what is to stand in the document."""
    return " ".join(dissent.listed for dissent in dissents)


def broken_dissents(
    roots: Sequence[etree._Element], listed: str, *, language: str
) -> Iterator[Finding]:
    """Yield an error for each dissent that is altered or gone, in accepted parts.

    LibreOffice 7.4 drops the controls; then the words alone must stand somewhere.
    """
    standing = dict(_standing(roots))
    wanted = {found.listed: found for found in _expected(listed, standing)}
    if not wanted:
        return
    loose = frozenset(_loose(roots)) if wanted.keys() - standing.keys() else frozenset()
    for name, dissent in wanted.items():
        text = standing.get(name)
        stands = dissent.seal in loose if text is None else _is(text, dissent)
        if not stands:
            yield _told(dissent, is_gone=not (text or "").strip(), language=language)


def _expected(listed: str, standing: Mapping[str, str]) -> list[Dissent]:
    names = itertools.chain(listed.split(), standing)
    found = (_LISTED.fullmatch(name) for name in names)
    return [
        Dissent(output=one[1], version=one[2], party=one[3], seal=one[4])
        for one in found
        if one
    ]


def _standing(roots: Sequence[etree._Element]) -> Iterator[tuple[str, str]]:
    for root in roots:
        for control in controls(root):
            if control.tag.startswith(TAG) and control.content is not None:
                yield control.tag.removeprefix(TAG), text_of(control.content)


def _loose(roots: Sequence[etree._Element]) -> Iterator[str]:
    """The seals of all cells and paragraphs."""
    for root in roots:
        for element in root.iter("{*}tc", "{*}p"):
            yield _short_seal(text_of(element))


def _is(text: str, dissent: Dissent) -> bool:
    return _short_seal(text) == dissent.seal


def _short_seal(text: str) -> str:
    return seal(text).rpartition(":")[2][:_SEAL_SHOWN]


def _told(dissent: Dissent, *, is_gone: bool, language: str) -> Finding:
    section = form(_KIND).section(_SECTION)
    party = next(c for c in section.fields[0].columns if c.key == PARTY_COLUMN)
    who = [c.label.in_(language) for c in party.choices if c.key == dissent.party]
    words = [NAME[language], *who, f"{dissent.output} v{dissent.version}"]
    return finding(
        "verbatim-gone" if is_gone else "verbatim-altered",
        f"{TAG}{dissent.output}@{dissent.version}:{dissent.party}",
        language=language,
        told=", ".join(words),
        within=section.label.in_(language),
    )
