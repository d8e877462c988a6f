"""The custom XML part that controls are bound to, as segments like any other part.

Every bound control has exactly one node, in the order of the form, so that each xpath
finds it whether the field is filled or not. Rich text is bound to nothing: its node
only tells whether it was given. Source: ISO/IEC 29500-1, 15.2.5 and 17.5.2.6.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from templates_docx.gathering import Gatherer
from templates_docx.segments import (
    HeadHole,
    Hole,
    IdentityHole,
    RowIdHole,
    RowsHole,
    Segments,
    Source,
    TextHole,
)
from templates_docx.slots import NAMESPACE, ROW, Slot, slots_of
from templates_docx.store import Identity
from templates_docx.weaving import Weaver
from workflows.forms.fields import Field, FieldType, Form

_START = '<?xml version="1.0" encoding="UTF-8"?>\n<m:document xmlns:m="'
_NESTED = (
    *(FieldType.MULTI, FieldType.PERSON, FieldType.REF, FieldType.SIG),
    *(FieldType.TABLE, FieldType.RICH),
)


def store_segments(
    form: Form, *, language: str, placed: Container[str] | None = None
) -> Segments:
    """Return the store of a form, with a hole wherever a document has its own text.

    With `placed`, only of the fields that a template has a place for.
    """
    head = f'{_START}{NAMESPACE}" kind="{form.kind}" language="{language}"'
    fields = [one for one in form.fields if placed is None or one.key in placed]
    nodes = (part for field in fields for part in _field(field))
    return _joined([head, IdentityHole(), *nodes, "</m:document>"])


def empty_store(form: Form, *, language: str) -> bytes:
    """Return the store of a document without a value."""
    gatherer = Gatherer(form, language=language)
    weaver = Weaver(form, blanks=gatherer.blanks, first_number=1, step=0)
    woven = weaver.weave(store_segments(form, language=language), name="")
    return woven.render(gatherer.gather({}, identity=Identity()))


def _field(field: Field) -> Iterator[str | Hole]:
    if field.type in _NESTED:
        yield f"<m:{field.key}"
        yield HeadHole(field.key)
        yield from _inner(field)
        yield f"</m:{field.key}>"
    else:
        yield from _nodes(slots_of(field), name=field.key)


def _inner(field: Field) -> Iterator[str | Hole]:
    if field.type is FieldType.TABLE:
        cells = _nodes(slots_of(field))
        row = [f"<m:{ROW}", RowIdHole(), ">", *cells, f"</m:{ROW}>"]
        yield RowsHole(field=field.key, pattern=_joined(row))
    elif field.type is not FieldType.RICH:
        yield from _nodes(slots_of(field))


def _nodes(slots: tuple[Slot, ...], *, name: str = "") -> Iterator[str | Hole]:
    for slot in slots:
        element = f"m:{name or slot.leaf}"
        yield f"<{element}"
        yield TextHole(slot=slot, source=Source.NODE)
        yield f"</{element}>"


def _joined(parts: list[str | Hole]) -> Segments:
    """Neighbouring constants become one, so that documents have fewer to join."""
    joined: list[str | Hole] = []
    for part in parts:
        last = joined[-1] if joined else None
        if isinstance(part, str) and isinstance(last, str):
            joined[-1] = last + part
        else:
            joined.append(part)
    return tuple(joined)
