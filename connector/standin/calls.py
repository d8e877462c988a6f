"""A call that came in, the answer that goes out, and a refusal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

JSON = "application/json"


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request as it stood on the wire. Names of `headers` are in lower case.

    `path` is decoded; `host` is what the caller wrote in Host, with the port.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    host: str = ""

    def header(self, name: str) -> str:
        """Return a header, empty when it is not there."""
        return self.headers.get(name.lower(), "")

    def json(self) -> Any:
        """Return the body as JSON. Raises `RefusedError` when it is none."""
        try:
            return json.loads(self.body or b"{}")
        except ValueError:
            refuse(400, "BadRequest", "Unable to read JSON request payload.")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """The call is answered with an error. `headers` go with the answer."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers


def refuse(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None
) -> NoReturn:
    """Raise the refusal with this status and this code."""
    raise RefusedError(status, code, message, headers or {})


def not_found() -> NoReturn:
    """Refuse as Graph does for an item, a site or a version that is not there."""
    refuse(404, "itemNotFound", "The resource could not be found.")


def json_answer(
    status: int, value: Any, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return an answer with a value as JSON."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(
        status=status, body=body, headers={"Content-Type": JSON, **(headers or {})}
    )


def page_answer(
    status: int, html: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return an answer with a page for a person."""
    kind = {"Content-Type": "text/html; charset=utf-8"}
    return Answer(
        status=status, body=html.encode(), headers={**kind, **(headers or {})}
    )
