"""The custom XML part of a document to entries; `storing` writes it.

The store is what Word binds the controls to. The origin, which says what no body can
show, is read in the same shape: which document it is, the ids of rows, what was given.
Source: ISO/IEC 29500-1, 15.2.5 and 17.5.2.6.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml import etree

from templates_docx.entries import Entry, Leaves, Row
from templates_docx.slots import NAMESPACE, ORIGIN_NAMESPACE, ROW
from templates_docx.wordml import escape, in_attribute, local, run
from workflows.forms.fields import Field, FieldType, Form
from workflows.forms.values import faults

# The element of the store that holds the proof; no field is called so.
RECORD = "record"
_NESTED = FieldType.MULTI, FieldType.PERSON, FieldType.REF, FieldType.SIG


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Which document and version a file is, as the municipality's record calls them.

    `record` is the proof that the record has told of it; `record_line` says the same to
    people, at the foot of each page.
    """

    document: str = ""
    version: str = ""
    record: str = ""
    record_line: str = ""

    @property
    def head(self) -> bytes:
        """The end of the start tag of the store, and the proof as its first element.

        Nothing for what is not known. An attribute may not be as long as a proof.
        """
        parts = {"document": self.document, "version": self.version}
        told = "".join(
            f' {key}="{in_attribute(text)}"' for key, text in parts.items() if text
        )
        proof = f"<m:{RECORD}>{escape(self.record)}</m:{RECORD}>" if self.record else ""
        return f"{told}>{proof}".encode()

    @property
    def line(self) -> bytes:
        """The run with the line for people, on a line of its own; else an empty one."""
        return run(f"\n{self.record_line}" if self.record_line else "").encode()


@dataclass(frozen=True, kw_only=True)
class Stored:
    """All that one custom XML part says."""

    kind: str
    language: str
    identity: Identity
    entries: Mapping[str, Entry]


def is_store(root: etree._Element) -> bool:
    """Say whether this is the root of the part that controls are bound to."""
    return root.tag == f"{{{NAMESPACE}}}document"


def is_origin(root: etree._Element) -> bool:
    """Say whether this is the root of the part that says where a file comes from."""
    return root.tag == f"{{{ORIGIN_NAMESPACE}}}document"


def kind_of(root: etree._Element) -> str:
    """Return the kind of document that the part says it holds."""
    return root.get("kind", "")


def stored_from_xml(form: Form, root: etree._Element) -> Stored:
    """Return what the part says; nodes that the form does not know are left out."""
    nodes = {local(node): node for node in root}
    entries = {
        field.key: _sound(form, field, _entry(field, nodes[field.key]))
        for field in form.fields
        if field.key in nodes
    }
    identity = Identity(
        document=root.get("document", ""), version=root.get("version", "")
    )
    language = "nn" if root.get("language") == "nn" else "nb"
    return Stored(kind=form.kind, language=language, identity=identity, entries=entries)


def _entry(field: Field, node: etree._Element) -> Entry:
    given = node.get("unset") is None
    exact = node.get("exact")
    if field.type is FieldType.RICH:
        return Entry(given=given, exact=exact)
    if field.type is FieldType.TABLE:
        rows = tuple(_read_row(child) for child in node if local(child) == ROW)
        return Entry(given=given, rows=rows, exact=exact)
    leaves = _read_leaves(node) if field.type in _NESTED else {"": _text(node)}
    return Entry(given=given, leaves=leaves, exact=exact)


def _sound(form: Form, field: Field, entry: Entry) -> Entry:
    """Anybody can write in the part: an exact value of a wrong shape is passed over."""
    try:
        value = json.loads(entry.exact) if entry.exact else None
    except (json.JSONDecodeError, RecursionError):
        return replace(entry, exact=None)
    is_right = not faults(form, {field.key: value})
    return entry if is_right else replace(entry, exact=None)


def _read_row(node: etree._Element) -> Row:
    return Row(id=node.get("id", ""), leaves=_read_leaves(node))


def _read_leaves(node: etree._Element) -> Leaves:
    return {local(child): _text(child) for child in node if local(child)}


def _text(node: etree._Element) -> str | None:
    text = "".join(node.itertext())
    return None if not text and node.get("unset") else text
