"""What a net is drawn for: which instant, whose eyes, how much of the municipality.

What was held on the scope's texts, rounds and hearings, is found first: then all states
are told from the record with one query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import and_, literal, or_, select, union_all
from sqlalchemy.orm import Session

from workflows.base import MINE, among_given, points_at, rows
from workflows.development.documents import Document, Version
from workflows.development.hearings import Hearing
from workflows.development.rounds import Round
from workflows.people.kinds import Party
from workflows.record.entries import fold
from workflows.trace.links import Edge, Node
from workflows.trace.scope import Scope

Part = Node | Edge


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The session, the instant, the scope, and the party whose own is shown to it."""

    session: Session
    at: datetime
    party: Party | None
    scope: Scope

    @property
    def papers(self) -> dict[str, Any]:
        """What a query with `IS_IN_SCOPE` is given."""
        own = self.scope.outputs | self.scope.papers
        return {"own": own, "projects": self.scope.projects}

    @cached_property
    def states(self) -> dict[str, str]:
        """The states of the scope and of what was held on it, told by the record."""
        scope = self.scope
        heard = {row.ref for row in self._heard}
        refs = scope.projects | scope.outputs | scope.cases | heard
        return fold(self.session, at=self.at, refs=refs)

    @property
    def rounds(self) -> list[Any]:
        """The rounds that the parties ever got, by reference."""
        return [row for row in self._heard if row.held_as == "round"]

    @property
    def hearings(self) -> list[Any]:
        """The hearings that were ever opened, by reference."""
        return [row for row in self._heard if row.held_as == "hearing"]

    @cached_property
    def _heard(self) -> Sequence[Any]:
        return rows(self.session, _HEARD, **self.papers)


PAPER = (Document.ref.label("paper"), Document.kind, Document.project, Document.title)
# That a document stands for something in the scope; see `subject_of`.
IS_IN_SCOPE = and_(
    Document.municipality_id == MINE,
    or_(
        among_given(Document.ref, "own"),
        and_(among_given(Document.project, "projects"), Document.kind != "output"),
    ),
)


def _held(kind: type[Round | Hearing], held_as: str, since: Any) -> Any:
    return (
        select(literal(held_as).label("held_as"), kind.ref.label("ref"))
        .add_columns(since.label("since"), *PAPER)
        .join(Version, points_at(kind.version_id, Version))
        .join(Document, points_at(Version.document_id, Document))
        .where(IS_IN_SCOPE, since.is_not(None))
    )


_HEARD = union_all(
    _held(Round, "round", Round.made_available_at),
    _held(Hearing, "hearing", Hearing.opened_at),
).order_by("ref")
