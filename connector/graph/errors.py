"""Every way in which Microsoft 365 can say no, or nothing.

GraphError
├── GraphAwayError              try later, unchanged
│   ├── ThrottledError          not before `until`
│   ├── DeadlineError           no whole answer in the time given
│   ├── ServiceAwayError        not reached, or it failed on its own side
│   ├── MalformedError          wrong JSON, a web page, half a body
│   └── LockedError             somebody has the file open
└── GraphRejectedError          the same again would be refused again
    ├── SignInError             the app or the person gets no token, or it is not taken
    ├── ForbiddenError          a permission is missing
    ├── ItemNotFoundError       no such thing, or the app may not know of it
    ├── NameTakenError          something of that name, or another change, came first
    ├── ChangedError            it is no longer the version that was to be changed
    ├── ResyncError             the changes since then are not kept; begin again
    ├── FullError               no room
    ├── ElsewhereError          an address outside Microsoft 365; it was not asked
    └── BadQuestionError        Graph does not take the question

An error tells which call, its status and code, and both ids that Microsoft finds it by;
never a name, a text or a token. After `may_be_done` look before doing it again.
Source: https://learn.microsoft.com/graph/errors
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import ClassVar, Literal

from connector.refusals import UnavailableError

Language = Literal["nb", "nn"]


@dataclass(frozen=True, kw_only=True)
class Trail:
    """Where an error comes from: `what` is the method and the route."""

    what: str
    status: int | None = None
    code: str = ""
    request_id: str = ""
    client_request_id: str = ""

    def __str__(self) -> str:
        """Return one line for the log."""
        told = {
            "": self.what,
            "status ": self.status,
            "code ": self.code,
            "request-id ": self.request_id,
            "client-request-id ": self.client_request_id,
        }
        return ", ".join(f"{name}{value}" for name, value in told.items() if value)


class GraphError(UnavailableError):
    """Base of all errors of Microsoft 365; `trail` tells which call it was."""

    key: ClassVar[str]

    def __init__(self, trail: Trail, *, may_be_done: bool = False) -> None:
        super().__init__(f"Microsoft 365, {self.key}: {trail}")
        self.trail = trail
        self.may_be_done = may_be_done

    def text(self, language: Language) -> str:
        """Return one sentence for people: what is wrong and what to do."""
        return _words()[self.key][language]


class GraphAwayError(GraphError):
    """It did not come through now; the same may go well later."""


class ThrottledError(GraphAwayError):
    """Too much was asked; nothing was done, and nothing may be asked before `until`."""

    key = "throttled"

    def __init__(self, trail: Trail, *, until: datetime) -> None:
        super().__init__(trail)
        self.until = until


class DeadlineError(GraphAwayError):
    """No whole answer came in the time that was given."""

    key = "deadline"


class ServiceAwayError(GraphAwayError):
    """Graph was not reached, or failed on its own side."""

    key = "away"


class MalformedError(GraphAwayError):
    """The answer is none: `where` tells which part has the wrong shape."""

    key = "malformed"

    def __init__(
        self, trail: Trail, *, where: str = "body", may_be_done: bool = False
    ) -> None:
        super().__init__(trail, may_be_done=may_be_done)
        self.where = where
        self.args = (f"{self.args[0]} ({where})",)


class LockedError(GraphAwayError):
    """Somebody has the file open or checked out (423)."""

    key = "locked"


class GraphRejectedError(GraphError):
    """The same question again would be refused again."""


class SignInError(GraphRejectedError):
    """No token was given, or Graph does not take it (401)."""

    key = "sign_in"


class ForbiddenError(GraphRejectedError):
    """The app lacks a permission, or a role on this site (403)."""

    key = "forbidden"


class ItemNotFoundError(GraphRejectedError):
    """There is no such thing (404, 410 outside of changes)."""

    key = "not_found"


class NameTakenError(GraphRejectedError):
    """Something of that name is there already, or another change came first (409)."""

    key = "name_taken"


class ChangedError(GraphRejectedError):
    """It has been changed since it was read (412)."""

    key = "changed"


class Resync(StrEnum):
    """What a new enumeration means for what is there already.

    Source: https://learn.microsoft.com/graph/api/driveitem-delta
    """

    APPLY = "apply"
    """Replace what is here by what comes; what does not come is gone."""
    UPLOAD = "upload"
    """As APPLY, but what is here and does not come may be newer: keep it."""
    FULL = "full"
    """Nothing was said of it; treat as UPLOAD."""


class ResyncError(GraphRejectedError):
    """The changes since the link was made are not kept (410); begin again at `link`.

    Without a link, begin with none.
    """

    key = "resync"

    def __init__(self, trail: Trail, *, resync: Resync, link: str | None) -> None:
        super().__init__(trail)
        self.resync = resync
        self.link = link


class FullError(GraphRejectedError):
    """There is no room in the library (507)."""

    key = "full"


class ElsewhereError(GraphRejectedError):
    """An answer pointed outside Microsoft 365; nothing was asked there."""

    key = "elsewhere"


class BadQuestionError(GraphRejectedError):
    """Graph does not take the question (other 4xx)."""

    key = "bad_question"


def away_in(problem: BaseException) -> GraphAwayError | None:
    """Return the error behind a problem that says: the service answers nobody now.

    None for any other problem; a file that somebody has open concerns that file only.
    """
    seen: BaseException | None = problem
    while seen is not None:
        if isinstance(seen, GraphAwayError):
            return None if isinstance(seen, LockedError) else seen
        seen = seen.__cause__
    return None


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    content = resources.files("connector.graph").joinpath("words.toml")
    return tomllib.loads(content.read_text("utf-8"))
