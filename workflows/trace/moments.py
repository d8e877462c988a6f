"""What a net is drawn for: which instant, whose eyes, how much of the municipality."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

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

    @cached_property
    def states(self) -> dict[str, str]:
        """The states of what is in the scope, as the record tells them."""
        refs = self.scope.projects | self.scope.outputs | self.scope.cases
        return fold(self.session, at=self.at, refs=refs)
