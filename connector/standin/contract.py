"""Holds calls and answers against `graph.yaml`, with openapi-core.

What the document does not have, or has otherwise, is refused: so a client that is tried
here says what Graph understands, and the stand-in answers what Graph would.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import as_file, files
from typing import Any

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from connector.standin.calls import JSON, Answer, Call

HOST = "https://graph.microsoft.com"
KINDS = "sites|lists|drives|items|versions|permissions|users|groups|subscriptions"
IDENTIFIER = re.compile(rf"/({KINDS})/[^/:]+")
PATH_IN_DRIVE = re.compile(r"(/drives/[^:]+:/)[^:]+")
# The headers that the contract speaks of, and the tokens that it says nothing about.
HEADERS = ("if-match", "if-none-match", "prefer", "consistencylevel")
TOKENS = {"$skiptoken", "token"}
KEPT = 4096


@dataclass(frozen=True, kw_only=True)
class CalledAs:
    """A call as openapi-core wants to see it."""

    host_url: str
    path: str
    method: str
    body: bytes | None
    content_type: str
    parameters: RequestParameters


@dataclass(frozen=True, kw_only=True)
class AnsweredAs:
    """An answer as openapi-core wants to see it."""

    status_code: int
    data: bytes | None
    content_type: str
    headers: Headers


def broken_by_call(call: Call) -> str:
    """Return what is wrong with a call; empty when it keeps the contract."""
    return _broken(_shape(call))


def broken_by_answer(call: Call, answer: Answer) -> str:
    """Return what is wrong with an answer; empty when it keeps the contract."""
    try:
        document().validate_response(_called(_shape(call)), _answered(answer))
    except OpenAPIError as error:
        return _words(error)
    return ""


@cache
def document() -> OpenAPI:
    """Return the contract, read once. That it is valid OpenAPI 3.1, a test says."""
    with as_file(files("connector.standin") / "graph.yaml") as path:
        return OpenAPI.from_file_path(str(path), config=Config(spec_validator_cls=None))


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What of a call the contract speaks of. Calls of one shape are checked once."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    content_type: str
    body: bytes


def _shape(call: Call) -> Shape:
    """Return a call without identifiers, names and contents: any of them would do."""
    content_type = call.header("Content-Type").partition(";")[0] or JSON
    query = {**call.query, **dict.fromkeys(TOKENS & call.query.keys(), "x")}
    headers = {name: "x" for name in HEADERS[:2] if call.header(name)}
    headers |= {name: call.header(name) for name in HEADERS[2:] if call.header(name)}
    path = IDENTIFIER.sub(r"/\1/x", PATH_IN_DRIVE.sub(r"\1x", call.path))
    return Shape(
        method=call.method.lower(),
        path=f"/v1.0{path}",
        query=tuple(query.items()),
        headers=tuple(headers.items()),
        content_type=content_type,
        body=call.body if content_type == JSON else call.body[:1],
    )


@lru_cache(maxsize=KEPT)
def _broken(shape: Shape) -> str:
    try:
        document().validate_request(_called(shape))
    except OpenAPIError as error:
        return _words(error)
    return _unknown(shape) if shape.query else ""


def _unknown(shape: Shape) -> str:
    """Return which parameters an operation does not have; openapi-core passes them."""
    read = document().unmarshal_request(_called(shape)).parameters.query
    names = dict(shape.query).keys() - read.keys()
    return f"Unknown parameter: {', '.join(sorted(names))}" if names else ""


def _called(shape: Shape) -> Any:
    return CalledAs(
        host_url=HOST,
        path=shape.path,
        method=shape.method,
        body=shape.body or None,
        content_type=shape.content_type,
        parameters=RequestParameters(
            query=ImmutableMultiDict(shape.query),
            header=Headers([*shape.headers, ("authorization", "Bearer x")]),
            cookie=ImmutableMultiDict(),
        ),
    )


def _answered(answer: Answer) -> Any:
    return AnsweredAs(
        status_code=answer.status,
        data=answer.body or None,
        content_type=answer.headers.get("Content-Type", "").partition(";")[0],
        headers=Headers(list(answer.headers.items())),
    )


def _words(error: Exception) -> str:
    """Return the error and what caused it, down to the property."""
    causes = [str(each).splitlines()[0] for each in _chain(error) if str(each)]
    return ": ".join(dict.fromkeys(causes))


def _chain(error: BaseException | None) -> list[BaseException]:
    """Return an error, the errors of the schema in it, and what it came from."""
    if error is None:
        return []
    inside = list(getattr(error, "schema_errors", ()))
    return [error, *inside, *_chain(error.__cause__)]
