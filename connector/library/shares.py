"""What of a Word file is whose: the part that one person may take in (INV-22).

People send the whole document round, and each party writes in its own fields of it. Who
takes the file in takes only what that person may write; the rest stands as it was, is
told, and waits in the file for those whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from templates_docx.merge import Part, Plan
from templates_docx.row_merge import Row, TableMerge
from templates_docx.three_way import Triple
from workflows.development.authorship import (
    foreign_columns,
    is_side_by_side,
    may_write,
    own_rows,
    writes_row,
)
from workflows.forms.fields import Field, Form
from workflows.people.hats import Hat


@dataclass(frozen=True, kw_only=True)
class Share:
    """A plan with only what one person may write, and what is others' in the file."""

    plan: Plan
    not_taken: tuple[Triple, ...]


def share_of(plan: Plan, form: Form, *, by: Hat) -> Share:
    """Return the part of a plan that a hat may take in.

    In a table that the parties fill side by side it is the columns, or the rows, of
    one's own party; no row of it is taken out or moved by a file.
    """
    parts = tuple(_own(part, form.field(part.field), by=by) for part in plan.parts)
    pairs = zip(plan.parts, parts, strict=True)
    not_taken = [each for part, own in pairs for each in _left(part, own)]
    return Share(plan=replace(plan, parts=parts), not_taken=tuple(not_taken))


def written(
    form: Form, values: Mapping[str, Any], changed: tuple[str, ...], *, by: Hat
) -> dict[str, Any]:
    """Return what a hat writes of merged values, by field."""
    return {key: _written(form.field(key), values.get(key), by=by) for key in changed}


def _written(field: Field, value: Any, *, by: Hat) -> Any:
    return own_rows(field, value or [], by=by) if is_side_by_side(field) else value


def _own(part: Part, field: Field, *, by: Hat) -> Part:
    if not may_write(field, by):
        return _as_it_was(part)
    if isinstance(part, TableMerge) and is_side_by_side(field):
        return replace(part, word=_own_side(part, field, by=by))
    return part


def _as_it_was(part: Part) -> Part:
    if isinstance(part, TableMerge):
        return replace(part, word=part.base)
    return replace(part, triple=replace(part.triple, word=part.triple.base))


def _own_side(part: TableMerge, field: Field, *, by: Hat) -> dict[str, Row]:
    """The rows that the file was made from, with what is one's own of Word's."""
    new = {key: row for key, row in part.word.items() if key not in part.base}
    rows = {
        key: _own_row(row, part.word.get(key, row), field, by=by)
        for key, row in part.base.items()
    }
    return rows | {
        key: _own_row({}, row, field, by=by)
        for key, row in new.items()
        if writes_row(field, row, by)
    }


def _own_row(former: Row, row: Row, field: Field, *, by: Hat) -> Row:
    if former and not (writes_row(field, former, by) and writes_row(field, row, by)):
        return former
    foreign = foreign_columns(by)
    theirs = {key: cell for key, cell in former.items() if key in foreign}
    mine = {key: cell for key, cell in row.items() if key not in foreign}
    return mine | theirs


def _left(part: Part, own: Part) -> Iterator[Triple]:
    """What a part of the file brings and one's own part of it does not."""
    taken = {each.key: each for each in _brought(own)}
    for each in _brought(part):
        if each.key not in taken or taken[each.key].word != each.word:
            yield each


def _brought(part: Part) -> list[Triple]:
    return [each for each in part.triples if each.is_clean or each.is_conflict]
