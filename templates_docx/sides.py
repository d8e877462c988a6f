"""The three sides of a merge, made comparable.

All are in normal form. What the Word file cannot tell stands as in the base: a field
whose control is gone, a value that cannot be understood, what the system writes, and
clauses that the parties have agreed as fixed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from templates_docx.findings import Finding, finding
from templates_docx.read import Reading
from workflows.forms.fields import Field, FieldType, Form, Writer
from workflows.forms.shapes import is_empty
from workflows.forms.values import Values, faults, normal

_MISSING = "missing-control"


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The values of the three sides by field, and what the file cannot tell.

    `given` are the fields that hold something on any side.
    """

    base: Values
    record: Values
    word: Values
    given: frozenset[str]
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]


def sides_of(
    form: Form,
    *,
    base: Values,
    record: Values,
    word: Reading,
    filled: Collection[str] = (),
) -> Sides:
    """Return the three sides; `base` and `record` have no faults.

    `filled` are fields that the system fills, beside those the form tells of.
    """
    language = word.language or "nb"
    before = _normal(form, base, language=language)
    now = _normal(form, record, language=language)
    said = _without(
        word.before.values, {each for each in _gone(word) if "[" not in each}
    )
    faulty = tuple(_faulty(form, said, language=language))
    unreadable = {field_of(found.where) for found in faulty}
    file = _File(
        base=before,
        said=_normal(form, _without(said, unreadable), language=language),
        faulty=frozenset(unreadable),
        gone=frozenset(_gone(word)),
        closed=frozenset(filled) | {f.key for f in form.fields if _is_closed(f)},
    )
    unwanted = [field for field in form.fields if file.is_altered_though_closed(field)]
    return Sides(
        base=before,
        record=now,
        word={field.key: file.value(field) for field in form.fields},
        given=frozenset(_given((base, record, word.before.values))),
        missing=tuple(
            place for place in _gone(word) if field_of(place) in before.keys() | now
        ),
        findings=(
            *_told(word),
            *faulty,
            *(_closed(field, language=language) for field in unwanted),
        ),
    )


def field_of(place: str) -> str:
    """Return the field of a place such as `m_effect[r1].maal`."""
    return place.partition("[")[0].partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class _File:
    """What the Word file says, and where it cannot be trusted to say anything."""

    base: Values
    said: Values
    faulty: frozenset[str]
    gone: frozenset[str]
    closed: frozenset[str]

    def value(self, field: Field) -> Any:
        """Return what counts as the file's value of a field."""
        unsure = self.closed | self.faulty
        if field.key in unsure or self._is_gone(field):
            return self.base.get(field.key)
        if field.type is FieldType.TABLE:
            return [self._row(field, row) for row in self.said.get(field.key) or ()]
        return self.said.get(field.key)

    def is_altered_though_closed(self, field: Field) -> bool:
        """Say whether somebody wrote in Word what is not written there."""
        is_same = self.said.get(field.key) == self.base.get(field.key)
        is_closed = field.key in self.closed
        return is_closed and not is_same and field.key not in self.gone

    def _is_gone(self, field: Field) -> bool:
        """Of a person, a part that is gone makes the whole untrustworthy."""
        if field.type is FieldType.TABLE:
            return field.key in self.gone
        return field.key in {field_of(place) for place in self.gone}

    def _row(self, field: Field, row: Mapping[str, Any]) -> dict[str, Any]:
        former = {each["_id"]: each for each in self.base.get(field.key) or ()}
        known = former.get(row["_id"], {})
        kept = {
            column.key: known[column.key]
            for column in field.columns
            if column.key in known
            and f"{field.key}[{row['_id']}].{column.key}" in self.gone
        }
        return dict(row) | kept


def _normal(form: Form, values: Values, *, language: str) -> dict[str, Any]:
    """The normal form with the fixed clauses of the document's own language."""
    key = f"{form.prefix}language"
    shaped = normal(form, {key: language} | dict(values))
    if key not in values:
        shaped.pop(key, None)
    return {key: _ordered(form.field(key), shaped[key]) for key in shaped}


def _ordered(field: Field, value: Any) -> Any:
    """The order of ticks says nothing: that of the form is taken."""
    if field.type is not FieldType.MULTI:
        return value
    return [choice.key for choice in field.choices if choice.key in value]


def _without(values: Values, places: set[str]) -> dict[str, Any]:
    keys = {field_of(place) for place in places}
    return {key: value for key, value in values.items() if key not in keys}


def _faulty(form: Form, values: Values, *, language: str) -> Iterator[Finding]:
    for fault in faults(form, values):
        yield Finding(
            code="does-not-fit",
            severity="error",
            where=fault.where,
            message=fault.message.in_(language),
        )


def _gone(word: Reading) -> tuple[str, ...]:
    found = word.before.findings
    return tuple(each.where for each in found if each.code == _MISSING)


def _given(sides: Iterable[Values]) -> Iterator[str]:
    return (key for side in sides for key in side if not is_empty(side[key]))


def _told(word: Reading) -> tuple[Finding, ...]:
    """What reading found; an error that only waits to be accepted is none yet."""
    pending = {field_of(change.where) for change in word.changes}
    later = (
        found
        for found in word.findings
        if found.severity != "error" or field_of(found.where) not in pending
    )
    told = dict.fromkeys((*word.before.findings, *later))
    return tuple(found for found in told if found.code != _MISSING)


def _is_closed(field: Field) -> bool:
    by_the_system = field.writer is Writer.SYSTEM or field.type is FieldType.AUTO
    return by_the_system or field.fixed is not None


def _closed(field: Field, *, language: str) -> Finding:
    code = "written-by-system" if field.fixed is None else "fixed-clause-altered"
    return finding(code, field.key, language=language)
