"""What may stand empty in a document, and when it is better left out of it.

Nobody signs a page that says «Skriv her». While people still write, every field has its
place; once a document is agreed, the places that nobody needed are gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from templates_docx.entries import Entry
from workflows.forms.fields import Condition, Field, Form, Required
from workflows.forms.shapes import is_empty as says_nothing

_SETTLED = (
    *("agreed", "to_sign", "signed", "superseded", "recorded"),
    *("approved", "shared_in_municipality", "shared_in_programme"),
)

Values = Mapping[str, Any]


def is_settled(form: Form, values: Values) -> bool:
    """Say whether nobody is to write in the document any more.

    That is told by its status; when none is given by the version, for a draft is
    0-something; a kind with neither is finished when all is there that must be.
    """
    status, version = f"{form.prefix}status", f"{form.prefix}version"
    if values.get(status):
        return values[status] in _SETTLED
    if {status, version} & {*form.by_key}:
        said = values.get(version) or ""
        return bool(said) and not said.startswith("0")
    needed = (field.key for field in form.fields if _is_needed(field))
    return not any(says_nothing(values.get(key)) for key in needed)


def may_be_absent(field: Field) -> bool:
    """Say whether a document can be agreed without a value for the field."""
    is_optional = field.required is Required.OPTIONAL
    return is_optional or field.needed_if is not None or field.unless is not None


def is_left_out(field: Field, values: Values) -> bool:
    """Say whether an agreed document is better without the place of the field."""
    return field.key not in values and _is_unneeded(field, values)


def is_irrelevant(condition: Condition | None, values: Values) -> bool:
    """Say whether what a field waits for is answered, and otherwise than it needs."""
    answer = None if condition is None else values.get(condition.field)
    if condition is None or not answer:
        return False
    chosen = [answer] if isinstance(answer, str) else answer
    return not any(key in condition.any_of for key in chosen)


def is_empty(entry: Entry) -> bool:
    """Say whether there is nothing to read in an entry."""
    cells = [text for row in entry.rows for text in row.leaves.values()]
    return not entry.paragraphs and not any([*entry.leaves.values(), *cells])


def _is_unneeded(field: Field, values: Values) -> bool:
    if field.required is Required.OPTIONAL or is_irrelevant(field.needed_if, values):
        return True
    return not says_nothing(values.get(field.unless or ""))


def _is_needed(field: Field) -> bool:
    return field.required is Required.ROUND and not may_be_absent(field)
