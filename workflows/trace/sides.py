"""What the two sides of a link say, as fingerprints.

An output says its newest version that the parties agreed on; one that is superseded,
what has taken its place says. A decision item says its words and those of the decision
it stands in, as last corrected, and of one that a later decision has replaced, that it
no longer holds. A case says its title.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflows.base import AT, MINE, among_given, get, points_at, rows
from workflows.decision.cases import Case
from workflows.decision.decisions import (
    Decision,
    DecisionCorrection,
    DecisionItem,
    text_now,
)
from workflows.decision.meetings import Treatment
from workflows.decision.supersessions import supersessions
from workflows.development.documents import Content, Document, Version, content_of
from workflows.development.outputs import Output, OutputState
from workflows.forms.fingerprints import text_fingerprint
from workflows.record.entries import fold


@dataclass(frozen=True, kw_only=True)
class Text:
    """One agreed version of an output, what it says, and since when."""

    output: str
    version: str
    mark: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Sides:
    """What everything said at an instant; `corrected` when a target last changed."""

    texts: Mapping[str, Sequence[Text]]
    successors: Mapping[str, str]
    targets: Mapping[str, str]
    corrected: Mapping[str, datetime]

    def chain(self, output: str) -> list[Text]:
        """Return the versions of an output and of what superseded it, oldest first.

        Another output is something else, also when it says the same.
        """
        found: list[Text] = []
        here, seen = output, set[str]()
        while here and here not in seen:
            seen.add(here)
            texts = self.texts.get(here, [])
            found += texts if here == output else map(_of_another, texts)
            here = self.successors.get(here, "")
        return found


def sides(
    session: Session,
    *,
    outputs: Collection[str] | None = None,
    cases: Collection[str] | None = None,
    at: datetime,
) -> Sides:
    """Return what outputs, cases and decision items said then; six queries.

    Of some outputs, with what superseded them, and of some cases with what is in them;
    without either of all. Then a query more for each in a row of superseded ones.
    """
    items = _items(session, cases, at=at)
    successors = _successors(session, outputs, at=at)
    treated = rows(session, _treated(is_narrow=cases is not None), cases=cases)
    replaced = _replaced(session, treated, at=at)
    marks = {row.ref: _decided_mark(row) for row in treated}
    wanted = None if outputs is None else {*outputs, *successors.values()}
    return Sides(
        texts=_texts(session, wanted, at=at),
        successors=successors,
        targets=_case_marks(session, cases)
        | _holding(marks | {ref: mark for ref, (mark, _) in items.items()}, replaced),
        corrected=_last_changed(items, replaced),
    )


def _case_marks(session: Session, cases: Collection[str] | None) -> dict[str, str]:
    found = rows(session, _titles(is_narrow=cases is not None), cases=cases)
    return {row.ref: text_fingerprint(row.title) for row in found}


def _replaced(
    session: Session, treated: Sequence[Any], *, at: datetime
) -> dict[str, tuple[list[str], datetime]]:
    """What has replaced each treatment, by reference, and when the first of it came."""
    mine = {row.ref for row in treated}
    told = [pair for pair in supersessions(session, at=at) if pair.earlier in mine]
    later = {pair.later for pair in told}
    known = {row.ref: row.registered_at for row in rows(session, _LATER, refs=later)}
    found: dict[str, list[str]] = {}
    for pair in told:
        found.setdefault(pair.earlier, []).append(pair.later)
    return {
        ref: (others, min(known[one] for one in others))
        for ref, others in found.items()
    }


def _holding(
    marks: Mapping[str, str], replaced: Mapping[str, tuple[list[str], datetime]]
) -> dict[str, str]:
    """What has been replaced says something else from then on, and so do its items."""
    found = {}
    for ref, mark in marks.items():
        later = replaced.get(ref) or replaced.get(ref.partition("/")[0])
        found[ref] = text_fingerprint(mark, *later[0]) if later else mark
    return found


def _last_changed(
    items: Mapping[str, tuple[str, datetime | None]],
    replaced: Mapping[str, tuple[list[str], datetime]],
) -> dict[str, datetime]:
    found = {ref: when for ref, (_, when) in items.items() if when}
    for ref in items:
        later = replaced.get(ref.partition("/")[0])
        if later:
            found[ref] = max(later[1], found.get(ref, later[1]))
    return found | {ref: when for ref, (_, when) in replaced.items()}


def _of_another(text: Text) -> Text:
    return replace(text, mark=text_fingerprint(text.output, text.mark))


def version_mark(session: Session, version: Version) -> str:
    """Return what an agreed version says."""
    mark: str = content_of(session, version).fingerprints["document"]
    return mark


def case_mark(case: Case) -> str:
    """Return what a case says."""
    return text_fingerprint(case.title)


def decided_mark(
    session: Session, treatment_id: uuid.UUID, item_id: uuid.UUID | None
) -> tuple[str, str]:
    """Return the reference of an item, else of its treatment, and what it says now."""
    if item_id is None:
        treatment = get(session, Treatment, treatment_id)
        return treatment.ref, _treatment_mark(treatment)
    item = get(session, DecisionItem, item_id)
    decision = get(session, Decision, item.decision_id)
    return item.ref, _item_mark(item, text_now(session, decision))


def _texts(
    session: Session, outputs: Collection[str] | None, *, at: datetime
) -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = {}
    query = _agreed(is_narrow=outputs is not None)
    for row in rows(session, query, outputs=outputs, at=at):
        text = Text(
            output=row.ref,
            version=row.number,
            mark=row.fingerprints["document"],
            since=row.frozen_at,
        )
        found.setdefault(row.ref, []).append(text)
    return found


def _successors(
    session: Session, outputs: Collection[str] | None, *, at: datetime
) -> dict[str, str]:
    """What is superseded to what superseded it, as the record told it then."""
    told = dict(_superseding(session, outputs))
    states = fold(session, at=at, refs=told)
    return {
        former: ref
        for former, ref in told.items()
        if states.get(former) == OutputState.SUPERSEDED
    }


def _superseding(
    session: Session, outputs: Collection[str] | None
) -> Iterator[tuple[str, str]]:
    """Yield (former, later) of all outputs, or of some and on from them."""
    query = _later(is_narrow=outputs is not None)
    found = rows(session, query, outputs=outputs)
    seen: set[str] = set()
    while found:
        yield from ((row.former, row.ref) for row in found)
        seen |= {row.former for row in found}
        waiting = {row.ref for row in found} - seen
        found = rows(session, query, outputs=waiting) if outputs and waiting else ()


def _items(
    session: Session, cases: Collection[str] | None, *, at: datetime
) -> dict[str, tuple[str, datetime | None]]:
    """Each decision item: what it says, and when its decision was last corrected."""
    corrected = {row.decision_id: row for row in rows(session, _CORRECTED, at=at)}
    query = _decided(is_narrow=cases is not None)
    found: dict[str, tuple[str, datetime | None]] = {}
    for row in rows(session, query, cases=cases, at=at):
        last = corrected.get(row.decision_id)
        mark = text_fingerprint(row.text, last.text if last else row.decided)
        found[row.ref] = mark, last.corrected_at if last else None
    return found


def _decided_mark(treatment: Any) -> str:
    return text_fingerprint(treatment.ref, treatment.result.value)


def _treatment_mark(treatment: Treatment) -> str:
    return _decided_mark(treatment)


def _item_mark(item: DecisionItem, decided: str) -> str:
    return text_fingerprint(item.text, decided)


def _of_cases(
    query: Select[*tuple[Any, ...]], *, is_narrow: bool
) -> Select[*tuple[Any, ...]]:
    query = query.where(Case.municipality_id == MINE)
    return query.where(among_given(Case.ref, "cases")) if is_narrow else query


@functools.cache
def _titles(*, is_narrow: bool) -> Select[*tuple[Any, ...]]:
    return _of_cases(select(Case.ref, Case.title), is_narrow=is_narrow)


@functools.cache
def _treated(*, is_narrow: bool) -> Select[*tuple[Any, ...]]:
    query = select(Treatment.ref, Treatment.result)
    query = query.join(Case, points_at(Treatment.case_id, Case))
    return _of_cases(query, is_narrow=is_narrow)


@functools.cache
def _decided(*, is_narrow: bool) -> Select[*tuple[Any, ...]]:
    query = (
        select(DecisionItem.ref, DecisionItem.text, DecisionItem.decision_id)
        .add_columns(Decision.text.label("decided"))
        .join(Decision, points_at(DecisionItem.decision_id, Decision))
        .join(Treatment, points_at(Decision.treatment_id, Treatment))
        .join(Case, points_at(Treatment.case_id, Case))
        .where(Decision.registered_at <= AT)
    )
    return _of_cases(query, is_narrow=is_narrow)


@functools.cache
def _agreed(*, is_narrow: bool) -> Select[*tuple[Any, ...]]:
    of_output = (Document.municipality_id == Output.municipality_id) & (
        Document.ref == Output.ref
    )
    query = (
        select(Output.ref, Version.number, Content.fingerprints, Content.frozen_at)
        .join(Document, of_output)
        .join(Version, points_at(Version.document_id, Document))
        .join(Content, points_at(Content.version_id, Version))
        .where(Output.municipality_id == MINE, Content.frozen_at <= AT)
        .where(Version.number.endswith(".0"))
        .order_by(Output.ref, Content.frozen_at)
    )
    return query.where(among_given(Output.ref, "outputs")) if is_narrow else query


@functools.cache
def _later(*, is_narrow: bool) -> Select[*tuple[Any, ...]]:
    query = (
        select(Output.supersedes.label("former"), Output.ref)
        .where(Output.municipality_id == MINE, Output.supersedes.is_not(None))
        .order_by(Output.ref)
    )
    if is_narrow:
        query = query.where(among_given(Output.supersedes, "outputs"))
    return query


_CORRECTED = (
    select(
        *(DecisionCorrection.decision_id, DecisionCorrection.text),
        DecisionCorrection.corrected_at,
    )
    .where(DecisionCorrection.municipality_id == MINE)
    .where(DecisionCorrection.corrected_at <= AT)
    .order_by(DecisionCorrection.corrected_at)
)
_LATER = select(Treatment.ref, Treatment.registered_at).where(
    Treatment.municipality_id == MINE, among_given(Treatment.ref, "refs")
)
