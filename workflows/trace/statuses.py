"""Whether a thing has the basis that the policy requires, shallow and deep.

Shallow looks at what leads straight to a thing; deep also at what that rests on in its
turn, and takes the worst. A justified absence is never a basis. What has been set aside
is no fault, whatever its links are. A circle is named and never followed round.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from workflows.trace.link_states import HOLDING, OPEN, LinkState
from workflows.trace.policy import Policy


class Status(enum.StrEnum):
    """How a thing stands, the best first."""

    SET_ASIDE = "set_aside"
    COVERED = "covered"
    JUSTIFIED = "justified"
    SUSPECT = "suspect"
    MISSING = "missing"
    CYCLE = "cycle"


FAULTS = frozenset({Status.SUSPECT, Status.MISSING, Status.CYCLE})
_RANK = {status: rank for rank, status in enumerate(Status)}


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something that may need a basis, or be one."""

    ref: str
    kind: str
    justified: bool = False
    set_aside: bool = False


@dataclass(frozen=True, kw_only=True)
class Link:
    """That `source` is a basis of `target`, and how that stands today."""

    source: str
    target: str
    state: LinkState


@dataclass(frozen=True, kw_only=True)
class Deep:
    """The worst status on the way down; `cycle` are the references of a circle."""

    status: Status
    cycle: tuple[str, ...] = ()


@dataclass(frozen=True)
class Net:
    """Things, what leads to what, and the policy that says what is enough."""

    policy: Policy
    things: Sequence[Thing]
    links: Sequence[Link]

    @cached_property
    def _by_ref(self) -> Mapping[str, Thing]:
        return {thing.ref: thing for thing in self.things}

    @cached_property
    def _known(self) -> dict[str, Deep]:
        return {}

    @cached_property
    def _into(self) -> Mapping[str, list[Link]]:
        found: dict[str, list[Link]] = {}
        for link in self.links:
            found.setdefault(link.target, []).append(link)
        return found

    def basis_of(self, ref: str) -> list[Link]:
        """Return the links into a thing that hold, in the order they were given."""
        return [link for link in self._into.get(ref, []) if link.state in HOLDING]

    def shallow(self, ref: str) -> Status:
        """Return how a thing stands by what leads straight to it."""
        thing, basis = self._by_ref[ref], self.basis_of(ref)
        if thing.set_aside:
            return Status.SET_ASIDE
        if not self._is_enough(thing, basis):
            return Status.JUSTIFIED if thing.justified else Status.MISSING
        is_open = any(link.state in OPEN for link in basis)
        return Status.SUSPECT if is_open else Status.COVERED

    def deep(self, ref: str) -> Deep:
        """Return the worst of a thing and of all that it rests on."""
        return self._deep(ref, ())

    def is_fault(self, ref: str) -> bool:
        """Return whether something is wrong with a thing or with a link into it."""
        if self._by_ref[ref].set_aside:
            return False
        links = self._into.get(ref, [])
        has_bad = any(link.state is not LinkState.VALID for link in links)
        return has_bad or self.deep(ref).status in FAULTS

    def _is_enough(self, thing: Thing, basis: Sequence[Link]) -> bool:
        kinds = {self._by_ref[link.source].kind for link in basis}
        return all(kinds & demand for demand in self.policy.of(thing.kind))

    def _deep(self, ref: str, path: tuple[str, ...]) -> Deep:
        if ref in path:
            return Deep(status=Status.CYCLE, cycle=path[path.index(ref) :])
        found = self._known.get(ref)
        if found is None:
            found = self._worst(ref, path)
            if found.status is not Status.CYCLE:
                # A circle is told from where one came; all else is so for everybody.
                self._known[ref] = found
        return found

    def _worst(self, ref: str, path: tuple[str, ...]) -> Deep:
        own = Deep(status=self.shallow(ref))
        if own.status is Status.SET_ASIDE:
            return own
        below = (self._deep(link.source, (*path, ref)) for link in self.basis_of(ref))
        return max([own, *below], key=lambda each: _RANK[each.status])
