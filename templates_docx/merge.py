"""Three-way merge: the values delivered, those of the record, and the Word file.

The file is read with its tracked changes rejected: what somebody has only proposed is
listed, and changes nothing before it is accepted in Word. A field whose control is gone
keeps its value. What the system writes, and what the parties have agreed as fixed, is
not taken from Word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, TypeAlias

from templates_docx.comments import Change, Comment
from templates_docx.errors import UndecidedError
from templates_docx.findings import Finding
from templates_docx.read import Reading
from templates_docx.row_merge import TableMerge
from templates_docx.sealing import broken_seals
from templates_docx.sides import Sides, field_of, sides_of
from templates_docx.three_way import Choices, Triple, ValueMerge
from workflows.forms.fields import Field, FieldType, Form
from workflows.forms.shapes import is_empty
from workflows.forms.values import Values
from workflows.forms.verbatim import sealed_texts

Part: TypeAlias = ValueMerge | TableMerge


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a Word file brings to the record; making it changes nothing.

    `missing` are fields, and parts of fields, whose control is gone. `unchanged` counts
    the fields with a value that the file asks nothing about.
    """

    record: Values
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    pending: tuple[Change, ...]
    comments: tuple[Comment, ...]
    findings: tuple[Finding, ...]
    unchanged: int

    @cached_property
    def clean(self) -> tuple[Triple, ...]:
        """What Word changed and the record did not, in the order of the form."""
        return tuple(each for each in _triples(self.parts) if each.is_clean)

    @cached_property
    def conflicts(self) -> tuple[Triple, ...]:
        """What Word and the record changed differently, in the order of the form."""
        return tuple(each for each in _triples(self.parts) if each.is_conflict)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that must be put right in Word before anything is taken in."""
        return tuple(found for found in self.findings if found.severity == "error")

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that taking the file in may change, in the order of the form."""
        return tuple(part.field for part in self.parts if _is_touched(part))

    @property
    def brings_nothing(self) -> bool:
        """Say whether there is nothing to take in, to decide on or to put right."""
        return not self.changed and not self.blocking

    def merged(self, choices: Choices) -> dict[str, Any]:
        """Return the record's values with what Word brings, each conflict decided.

        A field that ends up empty is left out.

        Raises:
            UndecidedError: a conflict has no choice, or a finding blocks the file.
        """
        self._require_decided(choices)
        results = {
            part.field: part.result(choices) for part in self.parts if _is_touched(part)
        }
        values = dict(self.record) | results
        emptied = {key for key, value in results.items() if is_empty(value)}
        return {key: value for key, value in values.items() if key not in emptied}

    def _require_decided(self, choices: Choices) -> None:
        if self.blocking:
            places = tuple(found.where for found in self.blocking)
            raise UndecidedError(places, "put this right in Word first")
        undecided = tuple(
            each.key for each in self.conflicts if each.key not in choices
        )
        if undecided:
            raise UndecidedError(undecided, "say which value holds")


def merge(
    form: Form,
    *,
    base: Values,
    record: Values,
    word: Reading,
    filled: Collection[str] = (),
) -> Plan:
    """Return what a Word file brings, held against what it was delivered with.

    `base` are the values that the file was made from, `record` those that hold now;
    neither has faults. `filled` are further fields that the system fills in this
    document: as little taken from Word as those the form tells of.
    """
    sides = sides_of(form, base=base, record=record, word=word, filled=filled)
    parts = tuple(_part(field, sides) for field in form.fields)
    return Plan(
        record=record,
        parts=parts,
        missing=sides.missing,
        pending=word.changes,
        comments=word.comments,
        findings=tuple(dict.fromkeys((*sides.findings, *_altered(form, base, word)))),
        unchanged=len(sides.given - set(_asked_about(parts, sides, word))),
    )


def _altered(form: Form, base: Values, word: Reading) -> Iterator[Finding]:
    """Verbatim texts held against the base, should the file have lost its seals."""
    sealed = sealed_texts(form, base)
    language = word.language or "nb"
    yield from broken_seals(form, sealed, word.before.values, language=language)


def as_json(plan: Plan) -> dict[str, Any]:
    """Return what `samspor merge --format json` prints."""
    return {
        "clean": [{"key": each.key, "value": each.word} for each in plan.clean],
        "conflicts": [asdict(each) for each in plan.conflicts],
        "missing": list(plan.missing),
        "pending": [asdict(change) for change in plan.pending],
        "comments": [asdict(comment) for comment in plan.comments],
        "unchanged": plan.unchanged,
        "findings": [asdict(found) for found in plan.findings],
    }


def _part(field: Field, sides: Sides) -> Part:
    base, record, word = (
        side.get(field.key) for side in (sides.base, sides.record, sides.word)
    )
    if field.type is FieldType.TABLE:
        rows = {"base": base or (), "record": record or (), "word": word or ()}
        return TableMerge.of(field.key, **rows)
    triple = Triple(key=field.key, base=base, record=record, word=word)
    return ValueMerge(field=field.key, triple=triple)


def _asked_about(parts: tuple[Part, ...], sides: Sides, word: Reading) -> Iterator[str]:
    """The fields that a person has something to see to in."""
    yield from (part.field for part in parts if _is_touched(part))
    yield from map(field_of, sides.missing)
    yield from (field_of(change.where) for change in word.changes)
    yield from (field_of(found.where) for found in sides.findings)


def _is_touched(part: Part) -> bool:
    return any(each.is_clean or each.is_conflict for each in part.triples)


def _triples(parts: tuple[Part, ...]) -> Iterator[Triple]:
    return (each for part in parts for each in part.triples)
