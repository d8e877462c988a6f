"""When one would expect a decision to rest on something from the development line.

Nobody is asked why a case on road salt has no basis. Only these are: a case that was
planned in a mandate, lies in the focus area of a project that runs, was treated in the
party-composed committee, or was marked by hand. The others are counted, not asked.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import all_of, points_at, tenant
from workflows.clock import norwegian_date
from workflows.decision.bodies import BodyKind
from workflows.decision.minutes import TreatmentRow
from workflows.development.documents import Document, Version
from workflows.development.projects import Project
from workflows.forms.fingerprints import words
from workflows.people.kinds import FocusArea

PLANNED_IN = {"m_outputs": ("sak",), "m_interface": ("spoersmaal", "behandling")}


class Asked(enum.StrEnum):
    """Why one would expect a basis."""

    MANDATE = "mandate"
    FOCUS = "focus"
    JOINT_COMMITTEE = "joint_committee"
    MARKED = "marked"


class CaseFacts(Protocol):
    """What of a case tells whether a basis is expected: a case, or these columns."""

    @property
    def ref(self) -> Any:
        """Its reference."""

    @property
    def title(self) -> Any:
        """Its title."""

    @property
    def archive_number(self) -> Any:
        """Its number in the archive, None without one."""

    @property
    def focus(self) -> Any:
        """The focus area it is in, None where none is said."""

    @property
    def asks_basis(self) -> Any:
        """Whether it is marked by hand."""


class Plans:
    """What the mandates plan, found by the words in it.

    `texts` are those of each mandate, the oldest first, with the day of each.
    """

    def __init__(self, texts: Mapping[str, Sequence[tuple[date, str]]]) -> None:
        self._texts = texts
        self._with: dict[str, set[str]] = {}
        for mandate, told in texts.items():
            for word in {word for _, text in told for word in text.split()}:
                self._with.setdefault(word, set()).add(mandate)

    def name(self, name: str, *, on: date) -> bool:
        """Return whether a mandate of that day names something, in plain words."""
        wanted = f" {name} "
        return any(
            wanted in text
            for mandate in self._with_all(name.split())
            for text in [text for day, text in self._texts[mandate] if day <= on][-1:]
        )

    def _with_all(self, words_: Sequence[str]) -> Iterable[str]:
        """The mandates that have each of the words somewhere, in whatever order."""
        if not words_:
            return self._texts
        found = [self._with.get(word, set()) for word in words_]
        return set.intersection(*sorted(found, key=len))


@dataclass(frozen=True, kw_only=True)
class Expectations:
    """What mandates, projects by focus area, and treatments let one expect."""

    projects: Mapping[FocusArea | None, Sequence[Project]]
    plans: Plans
    treated_jointly: frozenset[str]
    _running: dict[tuple[FocusArea | None, date], bool] = field(
        default_factory=dict, repr=False
    )

    def of(self, case: CaseFacts, *, on: date) -> list[Asked]:
        """Return why a case decided on a day was expected to have a basis."""
        return [reason for reason, holds in self._reasons(case, on) if holds]

    def _reasons(self, case: CaseFacts, on: date) -> Iterator[tuple[Asked, bool]]:
        names = [case.title, case.archive_number, case.ref]
        known = [_plain(name) for name in names if name]
        planned = any(self.plans.name(name, on=on) for name in known)
        yield Asked.MANDATE, planned
        yield Asked.FOCUS, self._runs(case.focus, on)
        yield Asked.JOINT_COMMITTEE, case.ref in self.treated_jointly
        yield Asked.MARKED, case.asks_basis

    def _runs(self, focus: FocusArea | None, on: date) -> bool:
        """Whether any project of a focus area ran that day; asked once for each day."""
        if (focus, on) not in self._running:
            near = self.projects.get(focus, ())
            self._running[focus, on] = any(_runs(each, on) for each in near)
        return self._running[focus, on]


def expectations(session: Session, treated: Iterable[TreatmentRow]) -> Expectations:
    """Return what is needed to say when a basis is expected; `treated` is all there is.

    Two queries: the projects, and the texts of all mandates, from the day they were
    agreed on.
    """
    projects = all_of(session, Project, Project.ref)
    plans = _planned(session)
    near: dict[FocusArea | None, list[Project]] = {}
    for project in projects:
        near.setdefault(project.focus, []).append(project)
    return Expectations(
        projects=near,
        plans=Plans({row.ref: plans.get(row.mandate, []) for row in projects}),
        treated_jointly=frozenset(
            row.case for row in treated if row.body_kind is BodyKind.JOINT_COMMITTEE_511
        ),
    )


def _runs(project: Project, on: date) -> bool:
    """A project asks from the day it runs to the day it is closed."""
    return (
        project.running_from is not None
        and project.running_from <= on
        and (project.closed_on is None or on <= project.closed_on)
    )


def _planned(session: Session) -> dict[str, list[tuple[date, str]]]:
    """Return what each mandate that was agreed on plans, by the document."""
    query = (
        select(Document.ref, Version.created_at, Version.values)
        .join(Document, points_at(Version.document_id, Document))
        .where(Document.municipality_id == tenant(session))
        .where(Document.kind == "mandate", Version.number.endswith(".0"))
        .order_by(Version.created_at)
    )
    found: dict[str, list[tuple[date, str]]] = {}
    for ref, created_at, values in session.execute(query):
        text = norwegian_date(created_at), _plan_text(values)
        found.setdefault(ref, []).append(text)
    return found


def _plan_text(values: Mapping[str, Any]) -> str:
    said = [
        str(row.get(column, ""))
        for key, columns in PLANNED_IN.items()
        for row in values.get(key) or []
        for column in columns
    ]
    return f" {' | '.join(map(_plain, said))} "


def _plain(text: str) -> str:
    """Words without case or the signs between them."""
    signs = (sign if sign.isalnum() or sign in "/-" else " " for sign in words(text))
    return " ".join("".join(signs).casefold().split())
