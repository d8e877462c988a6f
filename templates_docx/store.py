"""The custom XML parts of a document, to and from entries.

The store is what Word binds the controls to: every control has exactly one node, in the
order of the form, so that each xpath finds it whether the field is filled or not. The
origin says what no body can show: which document it is, the ids of rows, what was
given. Source: ISO/IEC 29500-1, 15.2.5 and 17.5.2.6.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from templates_docx.entries import Entry, Leaves, Row
from templates_docx.rich import Paragraph, Run
from templates_docx.sealing import seal_nodes
from templates_docx.slots import NAMESPACE, ORIGIN_NAMESPACE, ROW, slots_of
from templates_docx.wordml import escape, in_attribute, local
from workflows.forms.fields import Field, FieldType, Form
from workflows.forms.values import faults

_UNSET = ' unset="1"'
_NESTED = FieldType.MULTI, FieldType.PERSON, FieldType.REF, FieldType.SIG


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Which document and version a file is, as the municipality's record calls them."""

    document: str = ""
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """All that one custom XML part says."""

    kind: str
    language: str
    identity: Identity
    entries: Mapping[str, Entry]


def store_bytes(form: Form, stored: Stored) -> bytes:
    """Return item1.xml; the same content gives the same bytes."""
    nodes = (_field(field, _entry_for(stored, field)) for field in form.fields)
    return _document(stored, nodes, namespace=NAMESPACE)


def origin_bytes(form: Form, stored: Stored) -> bytes:
    """Return the store without the texts that the body shows, with their seals."""
    nodes = (
        _field(field, _without_texts(_entry_for(stored, field)))
        for field in form.fields
        if _entry_for(stored, field).given
    )
    every = itertools.chain(nodes, seal_nodes(form, stored.entries))
    return _document(stored, every, namespace=ORIGIN_NAMESPACE)


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


def _entry_for(stored: Stored, field: Field) -> Entry:
    return stored.entries.get(field.key, Entry())


def _without_texts(entry: Entry) -> Entry:
    """An empty text that somebody gave looks like nothing in the body: it is kept."""
    rows = tuple(Row(id=row.id, leaves=_empties(row.leaves)) for row in entry.rows)
    leaves = _empties(entry.leaves)
    return Entry(given=entry.given, leaves=leaves, rows=rows, exact=entry.exact)


def _empties(leaves: Leaves) -> Leaves:
    return {leaf: text for leaf, text in leaves.items() if text == ""}


def _document(stored: Stored, nodes: Iterable[str], *, namespace: str) -> bytes:
    head = {
        "kind": stored.kind,
        "language": stored.language,
        "document": stored.identity.document,
        "version": stored.identity.version,
    }
    start = f'<m:document xmlns:m="{namespace}"{_attributes(head)}>'
    text = f"{start}{''.join(nodes)}</m:document>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def _field(field: Field, entry: Entry) -> str:
    attributes = "" if entry.given else _UNSET
    attributes += _attributes({"exact": entry.exact or ""})
    inner = _inner(field, entry)
    return f"<m:{field.key}{attributes}>{inner}</m:{field.key}>"


def _inner(field: Field, entry: Entry) -> str:
    if field.type is FieldType.RICH:
        return "".join(_paragraph(paragraph) for paragraph in entry.paragraphs)
    if field.type is FieldType.TABLE:
        return "".join(_row(field, row) for row in entry.rows)
    if field.type in _NESTED:
        return _children(field, entry.leaves)
    return escape(entry.leaves.get("") or "")


def _row(field: Field, row: Row) -> str:
    attributes = _attributes({"id": row.id}) if row.id else ""
    return f"<m:{ROW}{attributes}>{_children(field, row.leaves)}</m:{ROW}>"


def _children(field: Field, leaves: Leaves) -> str:
    return "".join(_leaf(slot.leaf, leaves.get(slot.leaf)) for slot in slots_of(field))


def _leaf(name: str, text: str | None) -> str:
    unset = _UNSET if text is None else ""
    return f"<m:{name}{unset}>{escape(text or '')}</m:{name}>"


def _paragraph(paragraph: Paragraph) -> str:
    kind = _attributes({"list": paragraph.list}) if paragraph.list else ""
    return f"<m:p{kind}>{''.join(_run(run) for run in paragraph.runs)}</m:p>"


def _run(run: Run) -> str:
    looks = {"bold": run.bold, "italic": run.italic}
    marks = {look: "1" for look, is_so in looks.items() if is_so}
    return f"<m:r{_attributes(marks)}>{escape(run.text)}</m:r>"


def _attributes(values: Mapping[str, str]) -> str:
    return "".join(
        f' {key}="{in_attribute(value)}"' for key, value in values.items() if value
    )


def _entry(field: Field, node: etree._Element) -> Entry:
    given = node.get("unset") is None
    exact = node.get("exact")
    if field.type is FieldType.RICH:
        paragraphs = tuple(_read_paragraph(child) for child in node)
        return Entry(given=given, paragraphs=paragraphs, exact=exact)
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


def _read_paragraph(node: etree._Element) -> Paragraph:
    return Paragraph(tuple(_read_run(run) for run in node), node.get("list", ""))


def _read_run(node: etree._Element) -> Run:
    bold, italic = node.get("bold") is not None, node.get("italic") is not None
    return Run("".join(node.itertext()), bold, italic)
