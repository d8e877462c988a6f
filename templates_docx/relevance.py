"""What may stand empty in a document, and when it is better left out of it.

Nobody signs a page that says «Skriv her». While people still write, every field has its
place; once a document is agreed, the places that nobody needed are gone.
"""

from __future__ import annotations

from collections.abc import Mapping

from templates_docx.entries import Entry
from templates_docx.slots import tick_of
from workflows.forms.fields import Condition, Field, Form, Required

_SETTLED = (
    *("agreed", "signed", "superseded", "recorded"),
    *("approved", "shared_in_municipality", "shared_in_programme"),
)

Entries = Mapping[str, Entry]


def is_settled(form: Form, entries: Entries) -> bool:
    """Say whether nobody is to write in the document any more.

    That is told by its status; without one by the version, for a draft is 0-something;
    with neither it is so when all is there that must be.
    """
    status, version = f"{form.prefix}status", f"{form.prefix}version"
    if status in form.by_key:
        return _text(entries, status) in _SETTLED
    if version in form.by_key:
        said = _text(entries, version)
        return bool(said) and not said.startswith("0")
    needed = (field.key for field in form.fields if _is_needed(field))
    return not any(is_empty(entries.get(key, Entry())) for key in needed)


def may_be_absent(field: Field) -> bool:
    """Say whether a document can be agreed without a value for the field."""
    is_optional = field.required is Required.OPTIONAL
    return is_optional or field.needed_if is not None or field.unless is not None


def is_left_out(field: Field, entries: Entries) -> bool:
    """Say whether an agreed document is better without the place of the field."""
    entry = entries.get(field.key, Entry())
    return not entry.given and is_empty(entry) and _is_unneeded(field, entries)


def is_irrelevant(condition: Condition | None, entries: Entries) -> bool:
    """Say whether what a field waits for is answered, and otherwise than it needs."""
    if condition is None:
        return False
    leaves = entries.get(condition.field, Entry()).leaves
    ticks = {tick_of(key) for key in condition.any_of}
    answers = {leaf if text == "true" else text for leaf, text in leaves.items()}
    return any(answers) and not answers & {*condition.any_of, *ticks}


def is_empty(entry: Entry) -> bool:
    """Say whether there is nothing to read in an entry."""
    cells = [text for row in entry.rows for text in row.leaves.values()]
    return not entry.paragraphs and not any([*entry.leaves.values(), *cells])


def _is_unneeded(field: Field, entries: Entries) -> bool:
    if field.required is Required.OPTIONAL or is_irrelevant(field.needed_if, entries):
        return True
    other = entries.get(field.unless or "", Entry())
    return not is_empty(other)


def _is_needed(field: Field) -> bool:
    return field.required is Required.ROUND and not may_be_absent(field)


def _text(entries: Entries, key: str) -> str:
    return entries.get(key, Entry()).leaves.get("") or ""
