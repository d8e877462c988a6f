"""What an answer of Graph is: the value that was asked for, or one of the errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from connector.graph.errors import (
    BadQuestionError,
    ChangedError,
    ForbiddenError,
    FullError,
    GraphError,
    ItemNotFoundError,
    LockedError,
    MalformedError,
    NameTakenError,
    Resync,
    ResyncError,
    ServiceAwayError,
    SignInError,
    Trail,
)
from connector.graph.shapes import Shape, WrongShapeError, json_object

T = TypeVar("T")

GONE: Final = 410
# Accepted, and no content.
TAKEN: Final = frozenset({202, 204})
FAILED_THERE: Final = 500
CODE: Final = re.compile(r"[A-Za-z0-9_.:-]{1,100}", re.ASCII)
JSON: Final = re.compile(r"application/([a-z.]+\+)?json\b", re.ASCII | re.IGNORECASE)

ERRORS: Final[Mapping[int, type[GraphError]]] = {
    401: SignInError,
    403: ForbiddenError,
    404: ItemNotFoundError,
    409: NameTakenError,
    412: ChangedError,
    423: LockedError,
    507: FullError,
}
RESYNCS: Final = {
    "resyncChangesApplyDifferences": Resync.APPLY,
    "resyncChangesUploadDifferences": Resync.UPLOAD,
}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer of Graph to one call, with where it comes from."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    trail: Trail
    may_be_done: bool = False

    def read(self, reader: Callable[[Shape], T]) -> T:
        """Return what `reader` makes of the JSON object of the answer.

        Raises:
            MalformedError: it is no JSON object, or of another shape.
        """
        if not JSON.match(self.headers.get("Content-Type", "")):
            raise self.malformed("Content-Type")
        try:
            return reader(json_object(self.body))
        except WrongShapeError as wrong:
            raise self.malformed(wrong.where) from None

    def need_nothing(self) -> None:
        """Make sure that Graph took the call, where it answers so without a body.

        Raises:
            MalformedError: something is answered, as by a proxy on the way.
        """
        if self.status not in TAKEN or self.body:
            raise self.malformed("status")

    def malformed(self, where: str) -> MalformedError:
        """Return the error of an answer whose part `where` is not as it must be."""
        return MalformedError(self.trail, where=where, may_be_done=self.may_be_done)

    def error(self) -> GraphError:
        """Return the error that an answer of status 400 or more is."""
        if self.status == GONE:
            return self._gone()
        if self.status in ERRORS:
            return ERRORS[self.status](self.trail)
        if self.status >= FAILED_THERE:
            return ServiceAwayError(self.trail, may_be_done=self.may_be_done)
        return BadQuestionError(self.trail)

    def _gone(self) -> GraphError:
        """Changes that are not kept say where to begin; anything else is just gone."""
        link = self.headers.get("Location")
        if link is None and not self.trail.code.startswith("resync"):
            return ItemNotFoundError(self.trail)
        kind = RESYNCS.get(self.trail.code, Resync.FULL)
        return ResyncError(self.trail, resync=kind, link=link)


def traced(trail: Trail, headers: Mapping[str, str], body: bytes) -> Trail:
    """Return the trail with the code and the ids that Graph's answer tells."""
    return Trail(
        what=trail.what,
        status=trail.status,
        code=_code(body),
        request_id=_printed(headers.get("request-id", "")),
        client_request_id=trail.client_request_id,
    )


def _code(body: bytes) -> str:
    """Return the innermost code of an error body; what it says besides is not kept."""
    try:
        error = json_object(body).part("error")
    except WrongShapeError:
        return ""
    inner = error.values.get("innerError", error.values.get("innererror"))
    deeper = inner.get("code") if isinstance(inner, dict) else None
    return _printed(deeper or error.values.get("code"))


def _printed(given: object) -> str:
    return given if isinstance(given, str) and CODE.fullmatch(given) else ""
