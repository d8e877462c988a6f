"""JSON Schemas (2020-12) of what the commands take and give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connector.stories import story_schema
from templates_docx.anchors import Anchor
from workflows.development.remarks import Verdict
from workflows.trace.questions import QUESTIONS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT: dict[str, Any] = {"type": "string"}
LABEL = {
    "type": "object",
    "properties": {"nb": TEXT, "nn": TEXT},
    "required": ["nb", "nn"],
}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _maybe(kind: str) -> dict[str, Any]:
    return {"type": [kind, "null"]}


def _forms() -> dict[str, Any]:
    choice = _object(key=TEXT, label=LABEL)
    column = _object(key=TEXT, label=LABEL, type=TEXT)
    field = _object(
        key=TEXT,
        label=LABEL,
        type=TEXT,
        required={"enum": ["round", "agreed", "optional"]},
        content={"type": "boolean"},
        writer=TEXT,
        columns=_list(column),
        choices=_list(choice),
    )
    section = _object(key=TEXT, label=LABEL, fields=_list(field))
    one = _object(kind=TEXT, name=LABEL, sections=_list(section))
    return {"anyOf": [_object(forms=_list(_object(kind=TEXT, name=LABEL))), one]}


def _finding() -> dict[str, Any]:
    severity = {"enum": ["error", "warning", "note"]}
    return _object(code=TEXT, severity=severity, where=TEXT, message=TEXT)


def _comment() -> dict[str, Any]:
    at = _maybe("string")
    thread = {"id": TEXT, "reply_to": TEXT, "resolved": {"type": "boolean"}}
    return _object(author=TEXT, at=at, where=TEXT, quoted=TEXT, text=TEXT, **thread)


def _change() -> dict[str, Any]:
    kind = {"enum": ["insertion", "deletion", "move", "format"]}
    return _object(kind=kind, author=TEXT, at=_maybe("string"), where=TEXT, text=TEXT)


def _read() -> dict[str, Any]:
    citation = _object(output=TEXT, version=TEXT, where=TEXT)
    return _object(
        file=TEXT,
        kind=_maybe("string"),
        language=_maybe("string"),
        document=_maybe("string"),
        version=_maybe("string"),
        saved_by=_maybe("string"),
        values={"type": "object"},
        findings=_list(_finding()),
        comments=_list(_comment()),
        changes=_list(_change()),
        citations=_list(citation),
    )


def _merge() -> dict[str, Any]:
    return _object(
        clean=_list(_object(key=TEXT, value={})),
        conflicts=_list(_object(key=TEXT, base={}, record={}, word={})),
        missing=_list(TEXT),
        pending=_list(_change()),
        comments=_list(_comment()),
        unchanged={"type": "integer"},
        findings=_list(_finding()),
    )


def _comments() -> dict[str, Any]:
    row = _object(
        id=TEXT,
        number={"type": "integer"},
        party=TEXT,
        place=TEXT,
        quoted=TEXT,
        remark=TEXT,
        verdict={"enum": ["", *Verdict]},
        reason=TEXT,
        anchor={"enum": ["", *Anchor]},
        now=TEXT,
    )
    return _object(rows=_list(row))


def _incoming() -> dict[str, Any]:
    file = _object(name=TEXT, document=TEXT, version=TEXT, plan=_merge())
    return _object(files=_list(file), refused=_list(_object(name=TEXT, why=TEXT)))


def _report() -> dict[str, Any]:
    return _object(
        report={"enum": list(QUESTIONS)},
        at={"type": "string", "format": "date-time"},
        rows=_list({"type": "object"}),
        totals={"type": "object"},
    )


def _trace() -> dict[str, Any]:
    node = _object(
        ref=TEXT,
        kind=TEXT,
        title=TEXT,
        line={"enum": ["development", "decision"]},
        on=_maybe("string"),
        state=_maybe("string"),
        note=_maybe("string"),
    )
    edge = _object(source=TEXT, target=TEXT, kind=TEXT)
    return _object(
        root=TEXT,
        at={"type": "string", "format": "date-time"},
        nodes=_list(node),
        edges=_list(edge),
        upstream=_list(TEXT),
        downstream=_list(TEXT),
    )


SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "story": story_schema,
    "forms": _forms,
    "read": _read,
    "merge": _merge,
    "comments": _comments,
    "incoming": _incoming,
    "report": _report,
    "trace": _trace,
}


def schema_names() -> tuple[str, ...]:
    """Return the names that `samspor schema` knows."""
    return tuple(SCHEMAS)


def schema(name: str) -> dict[str, Any]:
    """Return the schema with that name."""
    return {"$schema": DIALECT, **SCHEMAS[name]()}
