"""The origin of a file as one line of text, and back.

It is JSON in ASCII without blanks and without signs that XML escapes, so that it can be
cut anywhere and stand in any XML:

    {"kind", "language", "document"?, "version"?, "given": [field],
     "rows"?: {field: [row id]}, "empty"?: {field: [part] or {row: [column]}},
     "exact"?: {field: value}, "seals"?: [[field, row, column, party, seal]]}

`empty` are texts that somebody gave though they look like nothing in the body; rows
count from 0. `exact` are values that the body would give back in another form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from templates_docx.filling import Filling
from templates_docx.sealing import seal_element
from templates_docx.slots import ORIGIN_NAMESPACE, ROW
from templates_docx.store import Identity
from workflows.forms.fields import Form
from workflows.forms.verbatim import sealed_texts

_ENCODE = json.JSONEncoder(separators=(",", ":")).encode
# These stand in strings only, where JSON may write any character by its number.
_SIGNS = tuple((sign, f"\\u{ord(sign):04x}") for sign in " &<>")
_NODE = f"{{{ORIGIN_NAMESPACE}}}"


def written_origin(form: Form, filling: Filling, *, language: str) -> str:
    """Return the origin of a document; the same content gives the same text."""
    said: dict[str, Any] = {key: filling.said.get(key) for key in filling.given}
    told = {
        "kind": form.kind,
        "language": language,
        "document": filling.identity.document,
        "version": filling.identity.version,
        "given": list(filling.given),
        "rows": {key: _ids(said[key]) for key in filling.tables if key in said},
        "empty": {key: found for key in said if (found := _empty(said[key]))},
        "exact": filling.exact,
        "seals": _seals(form, said),
    }
    return _written(told)


def plain_origin(
    form: Form,
    *,
    language: str,
    identity: Identity,
    given: Sequence[str],
    rows: Mapping[str, Sequence[str]],
    verbatim: Mapping[str, Any],
) -> str:
    """Return the origin of a document in which nothing is empty or exact."""
    told = {
        "kind": form.kind,
        "language": language,
        "document": identity.document,
        "version": identity.version,
        "given": given,
        "rows": rows,
        "seals": _seals(form, verbatim),
    }
    return _written(told)


def _written(told: Mapping[str, Any]) -> str:
    text = _ENCODE({key: one for key, one in told.items() if one or key == "given"})
    for sign, number in _SIGNS:
        text = text.replace(sign, number)
    return text


def origin_tree(text: str) -> etree._Element | None:
    """Return the origin as a tree, like that of the store; `None` when it is none."""
    try:
        return _tree(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _ids(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [row["_id"] for row in rows]


def _empty(value: Any) -> Any:
    """Only parts of records and cells of rows: a single text is told by `given`."""
    if isinstance(value, dict) and "" in value.values():
        return [part for part, text in value.items() if text == ""]
    if not isinstance(value, list):
        return None
    return {
        str(number): _empty(row)
        for number, row in enumerate(value)
        if isinstance(row, dict) and "" in row.values() and "_id" in row
    }


def _seals(form: Form, said: Mapping[str, Any]) -> list[list[str]]:
    verbatim = {key: said[key] for key in form.verbatim if said.get(key)}
    return [
        [one.field, one.row, one.column, one.party, one.seal]
        for one in (sealed_texts(form, verbatim) if verbatim else ())
    ]


def _tree(told: Mapping[str, Any]) -> etree._Element:
    head = {key: told.get(key, "") for key in ("kind", "language")}
    head |= {key: told[key] for key in ("document", "version") if told.get(key)}
    root = etree.Element(f"{_NODE}document", head, nsmap={"m": ORIGIN_NAMESPACE})
    for key in told["given"]:
        _add_field(root, key, told)
    for seal in told.get("seals", ()):
        root.append(seal_element(seal))
    return root


def _add_field(root: etree._Element, key: str, told: Mapping[str, Any]) -> None:
    field = etree.SubElement(root, _NODE + key)
    if key in told.get("exact", {}):
        field.set("exact", json.dumps(told["exact"][key]))
    empty = told.get("empty", {}).get(key, {})
    for number, row_id in enumerate(told.get("rows", {}).get(key, ())):
        row = etree.SubElement(field, _NODE + ROW, {"id": row_id})
        _add_empty(row, empty.get(str(number), ()))
    if isinstance(empty, list):
        _add_empty(field, empty)


def _add_empty(parent: etree._Element, leaves: Sequence[str]) -> None:
    for leaf in leaves:
        etree.SubElement(parent, _NODE + leaf).text = ""
