"""Entra ID as MSAL asks it: in time, on its own host, no redirect and no proxy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from connector.graph.errors import (
    ElsewhereError,
    MalformedError,
    ServiceAwayError,
    Trail,
)
from connector.graph.pace import Clock
from connector.graph.shapes import WrongShapeError, json_object
from connector.wire import BrokenOffError, Question, TooMuchError, Wire

ENTRA: Final = Trail(what="POST token")
FORM: Final = "application/x-www-form-urlencoded"
ANSWER_S: Final = 20.0
MAX_BYTES: Final = 1_000_000
DISCOVERY_KEPT_S: Final = 3_600.0
OK: Final = 200
FAILED: Final = 400


@dataclass(frozen=True)
class EntraAnswer:
    """An answer in the shape that MSAL reads."""

    status_code: int
    text: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    def raise_for_status(self) -> None:
        """Refuse what is no answer of Entra's."""
        if self.status_code >= FAILED:
            raise ServiceAwayError(ENTRA)


class EntraLine:
    """The way to one authority, in the shape of a session that MSAL takes.

    What Entra tells of its addresses is kept for an hour: all persons share it. An
    address that it tells on another host is not asked: the app's proof of who it is
    would go there.
    """

    def __init__(self, wire: Wire, clock: Clock, *, authority: str) -> None:
        self._wire = wire
        self._clock = clock
        self._begins = f"https://{authority}/"
        self._discovered: dict[str, tuple[float, EntraAnswer]] = {}

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> EntraAnswer:
        """Return what lies at an address."""
        kept = self._discovered.get(url)
        if kept is not None and kept[0] > self._clock.now():
            return kept[1]
        answer = self._ask("GET", url, params, headers, None)
        if answer.status_code == OK:
            self._discovered[url] = (self._clock.now() + DISCOVERY_KEPT_S, answer)
        return answer

    def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> EntraAnswer:
        """Return the answer to a form."""
        form = {**(headers or {}), "Content-Type": FORM}
        return self._ask("POST", url, params, form, urlencode(data or {}).encode())

    def close(self) -> None:
        """Let go of nothing: the wire is another's."""

    def _ask(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        content: bytes | None,
    ) -> EntraAnswer:
        if not url.startswith(self._begins):
            raise ElsewhereError(ENTRA)
        question = Question(
            method=method,
            address=url,
            parameters=params or {},
            headers=headers or {},
            content=content,
            within_s=ANSWER_S,
            max_bytes=MAX_BYTES,
        )
        try:
            answer = self._wire.ask(question)
        except (BrokenOffError, TooMuchError) as trouble:
            raise ServiceAwayError(ENTRA) from trouble
        # MSAL takes for granted that what it gets is an object.
        try:
            json_object(answer.body)
        except WrongShapeError as wrong:
            raise MalformedError(ENTRA, where=wrong.where) from None
        text = answer.body.decode("utf-8", "replace")
        return EntraAnswer(answer.status, text, dict(answer.headers))
