"""Values to the filling of one document, checked on the way, in one tight pass.

What is known of a form is worked out once. The pass itself only tells that something is
odd; what and where is told by `workflows.forms.values.faults`, which takes its time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from templates_docx.cells import (
    OddValueError,
    converter,
    has_silent,
    number_text,
    record_texts,
    ticks,
)
from templates_docx.entries import standing_value
from templates_docx.filling import (
    GIVEN,
    RECORD,
    UNSET,
    Filling,
    Table,
    nested_fields,
    nodes_of,
    places_of,
    pool_of,
    single_fields,
)
from templates_docx.moulds import IDENTITY_MARKS, marked
from templates_docx.relevance import is_settled
from templates_docx.rich_gathering import RichDraft, drafted
from templates_docx.slots import slots_of
from templates_docx.store import Identity
from templates_docx.table_gathering import TableDraft, TablePlan
from templates_docx.texts import MAX_TEXT, Texts, escaped
from templates_docx.wordml import in_attribute
from workflows.forms.fields import Field, FieldType, Form

_SILENT: tuple[Any, ...] = None, "", []


@dataclass(frozen=True, kw_only=True)
class _Draft:
    """What has been gathered so far; `texts` are those of the single controls."""

    said: dict[str, Any]
    exact: dict[str, Any] = field(default_factory=dict)
    texts: list[str | None] = field(default_factory=list)
    tables: dict[str, TableDraft] = field(default_factory=dict)
    rich: dict[str, RichDraft] = field(default_factory=dict)

    @property
    def sizes(self) -> list[int]:
        """How many texts the single controls, each table and each rich field have."""
        tables = [len(one.columns) * len(one.parties) for one in self.tables.values()]
        rich = [len(one.texts) for one in self.rich.values()]
        return [len(self.texts), *tables, *rich]


class Gatherer:
    """Gathers the values of one form in one language; worked out once a template."""

    def __init__(self, form: Form, *, language: str) -> None:
        singles = single_fields(form)
        of_type = _by_type(form)
        self._form = form
        self._keys = tuple(form.by_key)
        self._standing = {
            one.key: value
            for one in form.fields
            if (value := standing_value(one, language=language)) is not None
        }
        self._singles = {one.key: place for place, one in enumerate(singles)}
        self._numbers = [
            (place, one)
            for place, one in enumerate(singles)
            if one.type is FieldType.NUMBER
        ]
        records = [one for one in form.fields if one.type in RECORD]
        self._records = [
            (one.key, tuple(slot.leaf for slot in slots_of(one))) for one in records
        ]
        self._multis = [
            (one.key, tuple(choice.key for choice in one.choices))
            for one in of_type[FieldType.MULTI]
        ]
        self._tables = {
            one.key: TablePlan.of(one, language=language)
            for one in of_type[FieldType.TABLE]
        }
        self._rich = [one.key for one in of_type[FieldType.RICH]]
        self._nested = [one.key for one in nested_fields(form)]
        self._converters = [
            (place, convert)
            for place, slot in enumerate(places_of(form).slots)
            if (convert := converter(slot, language=language))
        ]

    def gather(self, values: Mapping[str, Any], *, identity: Identity) -> Filling:
        """Return the filling of a document.

        Raises:
            ValueError, TypeError, KeyError, AttributeError: a value is not of the shape
                of its field. `faults` of the form says which.
        """
        draft = self._draft(values)
        return self._laid_out(values, draft, self._stretches(draft), identity=identity)

    def marked(self, values: Mapping[str, Any]) -> Filling:
        """Return the filling with a mark in place of each text; see `moulds`."""
        draft = self._draft(values)
        ticks = sum(len(choices) for _, choices in self._multis)
        stretches = marked(self._stretches(draft), unmarked=ticks)
        filling = self._laid_out(values, draft, stretches, identity=Identity())
        filling.pool[-len(IDENTITY_MARKS) :] = IDENTITY_MARKS
        return filling

    def _stretches(self, draft: _Draft) -> list[Texts]:
        """The texts of the single controls, of each table and of each rich field."""
        single, *rest = _fit(draft).cut(draft.sizes)
        if single.have_breaks and b"\n" in b"".join(single.stored):
            raise OddValueError("a line break outside a table")
        for place, convert in self._converters:
            text = draft.texts[place]
            single.shown[place] = convert(text) if text else b""
        for (key, table), texts in zip(draft.tables.items(), rest, strict=False):
            self._tables[key].convert(table, texts)
        return [single, *rest]

    def _laid_out(
        self,
        values: Mapping[str, Any],
        draft: _Draft,
        stretches: Sequence[Texts],
        *,
        identity: Identity,
    ) -> Filling:
        single, *rest = stretches
        tables = zip(draft.tables.items(), rest, strict=False)
        rich = zip(draft.rich.items(), rest[len(draft.tables) :], strict=True)
        return Filling(
            given=dict.fromkeys(key for key in self._keys if key in values),
            is_settled=is_settled(self._form, draft.said),
            said=draft.said,
            exact=draft.exact,
            identity=identity,
            pool=self._pool(values, draft, single, identity),
            tables={
                key: self._tables[key].table(one, texts) for (key, one), texts in tables
            },
            rich={key: one.paragraphs(texts) for (key, one), texts in rich},
        )

    @property
    def blanks(self) -> Mapping[str, Table]:
        """Every table as it stands without a value: with lines to write on."""
        return {key: _alone(plan) for key, plan in self._tables.items()}

    def _draft(self, values: Mapping[str, Any]) -> _Draft:
        draft = _Draft(said={**self._standing, **values})
        for key, value in values.items():
            if not value and value != 0:
                self._leave_out(draft, key, value)
        draft.texts.extend(map(draft.said.get, self._singles))
        for place, number in self._numbers:
            draft.texts[place] = number_text(number, draft.texts[place])
        self._add_records(draft)
        self._add_ticks(draft)
        self._add_tables(draft)
        self._add_rich(draft)
        return draft

    def _leave_out(self, draft: _Draft, key: str, value: Any) -> None:
        """A field may be given though empty; how exactly is kept beside the texts."""
        if value not in _SILENT:
            raise OddValueError("an empty value of another kind")
        is_single = key in self._singles
        if value != ("" if is_single else []):
            draft.exact[key] = value
        if value != "" or not is_single:
            del draft.said[key]

    def _add_records(self, draft: _Draft) -> None:
        for key, leaves in self._records:
            value = draft.said.get(key)
            if value is None:
                draft.texts.extend([None] * len(leaves))
                continue
            draft.texts.extend(record_texts(value, leaves))
            if has_silent(value):
                draft.exact[key] = value

    def _add_ticks(self, draft: _Draft) -> None:
        for key, choices in self._multis:
            value = draft.said.get(key)
            if value is None:
                draft.texts.extend([None] * len(choices))
                continue
            draft.texts.extend(ticks(value, choices))
            if value != [choice for choice in choices if choice in value]:
                draft.exact[key] = value

    def _add_tables(self, draft: _Draft) -> None:
        for key, plan in self._tables.items():
            rows = draft.said.get(key)
            if rows is not None:
                table = draft.tables[key] = plan.draft(rows)
                if table.is_exact:
                    draft.exact[key] = rows

    def _add_rich(self, draft: _Draft) -> None:
        for key in self._rich:
            value = draft.said.get(key)
            if value is not None:
                rich = draft.rich[key] = drafted(value)
                if rich.is_exact:
                    draft.exact[key] = value

    def _pool(
        self, values: Mapping[str, Any], draft: _Draft, texts: Texts, identity: Identity
    ) -> list[bytes]:
        return pool_of(
            texts.stored,
            texts.shown,
            self._nodes(values, draft, texts.stored),
            *self._heads(values, draft),
            identity.head,
            identity.line,
        )

    def _nodes(
        self, values: Mapping[str, Any], draft: _Draft, stored: list[bytes]
    ) -> list[bytes]:
        nodes = nodes_of(draft.texts, stored)
        for key in self._singles.keys() & (self._standing.keys() - values.keys()):
            nodes[self._singles[key]] = UNSET + stored[self._singles[key]]
        for key in self._singles.keys() & draft.exact.keys():
            place = self._singles[key]
            nodes[place] = _exactly(draft.exact[key]) + stored[place]
        return nodes

    def _heads(self, values: Mapping[str, Any], draft: _Draft) -> list[bytes]:
        heads = [GIVEN if key in values else UNSET for key in self._nested]
        for place, key in enumerate(self._nested if draft.exact else ()):
            if key in draft.exact:
                heads[place] = _exactly(draft.exact[key])
        return heads


def _by_type(form: Form) -> Mapping[FieldType, list[Field]]:
    return {
        kind: [one for one in form.fields if one.type is kind] for kind in FieldType
    }


def _fit(draft: _Draft) -> Texts:
    raw = list(draft.texts)
    for table in draft.tables.values():
        for column in table.columns:
            raw += column
    for rich in draft.rich.values():
        raw += rich.texts
    plain = ["" if text is None else text for text in raw]
    texts = escaped(plain)
    if sum(map(len, texts.stored)) > MAX_TEXT and max(map(len, plain)) > MAX_TEXT:
        raise OddValueError("a text is too long")
    return texts


def _alone(plan: TablePlan) -> Table:
    draft = plan.draft([])
    texts = escaped([text or "" for text in draft.texts])
    (texts,) = texts.cut([len(draft.texts)])
    plan.convert(draft, texts)
    return plan.table(draft, texts)


def _exactly(value: Any) -> bytes:
    return f' exact="{in_attribute(json.dumps(value))}">'.encode()
