"""Every way the domain can say no.

WorkflowError
├── NotFoundError               no such record, or the person may not know of it
├── NotPermittedError           this role may not do this act
├── TransitionNotAllowedError   the table of steps forbids this step
├── RuleBrokenError             an invariant, a statute or an agreed rule forbids it
├── InvalidValueError           a value that the domain cannot store
└── StaleVersionError           someone else changed the record first

Each carries its facts as attributes. The text is for developers and the command line;
pages have their own words in bokmål and nynorsk.
"""

from __future__ import annotations


class WorkflowError(Exception):
    """Base of all errors raised by `workflows`."""


class NotFoundError(WorkflowError):
    """There is no record with this reference."""

    def __init__(self, kind: str, reference: object) -> None:
        super().__init__(f"no {kind} {reference}")
        self.kind = kind
        self.reference = reference


class NotPermittedError(WorkflowError):
    """The role that the person acts in may not do this act."""

    def __init__(self, role: str, act: str, *, rule: str) -> None:
        super().__init__(f"the role {role} may not do {act} ({rule})")
        self.role = role
        self.act = act
        self.rule = rule


class TransitionNotAllowedError(WorkflowError):
    """A record in state `current` cannot move to state `wanted`."""

    def __init__(self, reference: str, current: str, wanted: str) -> None:
        super().__init__(f"{reference} cannot go from {current} to {wanted}")
        self.reference = reference
        self.current = current
        self.wanted = wanted


class RuleBrokenError(WorkflowError):
    """A rule forbids the act; `rule` names it, for example `INV-07` or `SM-3`."""

    def __init__(self, message: str, *, rule: str) -> None:
        super().__init__(f"{message} ({rule})")
        self.rule = rule


class InvalidValueError(WorkflowError):
    """A value cannot be stored; `where` is the key that holds it."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where


class StaleVersionError(WorkflowError):
    """Someone else changed the record since it was read."""
