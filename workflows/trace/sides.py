"""What the two sides of a link say, as fingerprints.

An output says its newest version that the parties agreed on; one that is superseded,
what has taken its place says. A decision item says its words and those of the decision
it stands in, as last corrected, and of one that a later decision has replaced, that it
no longer holds. A case says its title.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import all_of, get, owned, tenant
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


def sides(session: Session, *, at: datetime) -> Sides:
    """Return what outputs, cases and decision items said then; seven queries."""
    items = _items(session, at=at)
    replaced = _replaced(session, at=at)
    cases = {row.ref: case_mark(row) for row in all_of(session, Case)}
    treated = {row.ref: _treatment_mark(row) for row in all_of(session, Treatment)}
    return Sides(
        texts=_texts(session, at=at),
        successors=_successors(session, at=at),
        targets=cases
        | _holding(treated | {ref: mark for ref, (mark, _) in items.items()}, replaced),
        corrected=_last_changed(items, replaced),
    )


def _replaced(
    session: Session, *, at: datetime
) -> dict[str, tuple[list[str], datetime]]:
    """What has replaced each treatment, by reference, and when the first of it came."""
    known = {row.ref: row.registered_at for row in all_of(session, Treatment)}
    found: dict[str, list[str]] = {}
    for pair in supersessions(session, at=at):
        found.setdefault(pair.earlier, []).append(pair.later)
    return {
        ref: (later, min(known[one] for one in later)) for ref, later in found.items()
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


def _texts(session: Session, *, at: datetime) -> dict[str, list[Text]]:
    query = (
        select(Output.ref, Version.number, Content.fingerprints, Content.frozen_at)
        .join(Document, Document.ref == Output.ref)
        .join(Version, Version.document_id == Document.id)
        .join(Content, Content.version_id == Version.id)
        .where(
            Output.municipality_id == tenant(session),
            Document.municipality_id == tenant(session),
            Version.municipality_id == tenant(session),
            Content.municipality_id == tenant(session),
            Version.number.endswith(".0"),
            Content.frozen_at <= at,
        )
        .order_by(Output.ref, Content.frozen_at)
    )
    found: dict[str, list[Text]] = {}
    for ref, number, marks, since in session.execute(query):
        text = Text(output=ref, version=number, mark=marks["document"], since=since)
        found.setdefault(ref, []).append(text)
    return found


def _successors(session: Session, *, at: datetime) -> dict[str, str]:
    """What is superseded to what superseded it, as the record told it then."""
    states = fold(session, at=at)
    return {
        row.supersedes: row.ref
        for row in all_of(session, Output, Output.ref)
        if row.supersedes and states.get(row.supersedes) == OutputState.SUPERSEDED
    }


def _items(session: Session, *, at: datetime) -> dict[str, tuple[str, datetime | None]]:
    """Each decision item: what it says, and when its decision was last corrected."""
    corrected = {row.decision_id: row for row in _corrections(session, at=at)}
    query = (
        select(DecisionItem, Decision)
        .join(Decision, Decision.id == DecisionItem.decision_id)
        .where(
            DecisionItem.municipality_id == tenant(session),
            Decision.municipality_id == tenant(session),
            Decision.registered_at <= at,
        )
    )
    found: dict[str, tuple[str, datetime | None]] = {}
    for item, decision in session.execute(query):
        last = corrected.get(decision.id)
        text = last.text if last else decision.text
        mark = _item_mark(item, text)
        found[item.ref] = mark, last.corrected_at if last else None
    return found


def _corrections(session: Session, *, at: datetime) -> Sequence[DecisionCorrection]:
    query = owned(session, DecisionCorrection).where(
        DecisionCorrection.corrected_at <= at
    )
    return session.scalars(query.order_by(DecisionCorrection.corrected_at)).all()


def _treatment_mark(treatment: Treatment) -> str:
    return text_fingerprint(treatment.ref, treatment.result.value)


def _item_mark(item: DecisionItem, decided: str) -> str:
    return text_fingerprint(item.text, decided)
