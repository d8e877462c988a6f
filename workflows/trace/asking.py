"""When one would expect a decision to rest on something from the development line.

Nobody is asked why a case on road salt has no basis. Only these are: a case that was
planned in a mandate, lies in the focus area of a project that runs, was treated in the
party-composed committee, or was marked by hand. The others are counted, not asked.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.base import all_of, points_at, tenant
from workflows.clock import norwegian_date
from workflows.decision.bodies import BodyKind
from workflows.decision.cases import Case
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


@dataclass(frozen=True, kw_only=True)
class Expectations:
    """What mandates, projects by focus area, and treatments let one expect."""

    projects: Mapping[FocusArea | None, Sequence[Project]]
    plans: Mapping[str, Sequence[tuple[date, str]]]
    treated_jointly: frozenset[str]

    def of(self, case: Case, *, on: date) -> list[Asked]:
        """Return why a case decided on a day was expected to have a basis."""
        return [reason for reason, holds in self._reasons(case, on) if holds]

    def _reasons(self, case: Case, on: date) -> Iterator[tuple[Asked, bool]]:
        planned = (_names(texts, case, on) for texts in self.plans.values() if texts)
        yield Asked.MANDATE, any(planned)
        near = self.projects.get(case.focus, ())
        yield Asked.FOCUS, any(_runs(each, on) for each in near)
        yield Asked.JOINT_COMMITTEE, case.ref in self.treated_jointly
        yield Asked.MARKED, case.asks_basis


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
        plans={row.ref: plans.get(row.mandate, []) for row in projects},
        treated_jointly=frozenset(
            row.case for row in treated if row.body_kind is BodyKind.JOINT_COMMITTEE_511
        ),
    )


def _names(texts: Sequence[tuple[date, str]], case: Case, on: date) -> bool:
    """Whether the mandate of that day names a case by title, archive number or code."""
    said = [text for day, text in texts if day <= on][-1:]
    names = [case.title, case.archive_number, case.ref]
    known = [f" {_plain(name)} " for name in names if name]
    return any(name in text for text in said for name in known)


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
