"""Calls over HTTP that end: at a deadline of the wall clock, and at a size.

`requests` measures the silence between two bytes, so a server that sends one byte now
and then is never given up. Here the connection itself is cut at the deadline, from the
first packet on. Looking up the name of the server is outside that: it is the
resolver's own time. Nothing is followed, unpacked, remembered or taken from the
environment: no redirect, no packed body, no cookie, no proxy, no `.netrc`.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError

CHUNK_BYTES = 65_536

Parameters = Mapping[str, str | Sequence[str]]


class BrokenOffError(Exception):
    """No whole answer came in time, or it came in a form that was not asked for.

    `is_sent` is false when nothing of the question had left this machine, so that it
    cannot have been acted on; `is_late` when the deadline cut it.
    """

    def __init__(self, *, is_sent: bool, is_late: bool) -> None:
        super().__init__(f"broken off (sent: {is_sent}, late: {is_late})")
        self.is_sent = is_sent
        self.is_late = is_late


class TooMuchError(Exception):
    """The answer is larger than what is read."""


class PackedError(ValueError):
    """The answer is packed, though that was not asked for."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One call: what is asked, and how long and how much of an answer is taken."""

    address: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    parameters: Parameters = field(default_factory=dict)
    content: bytes | None = field(default=None, repr=False)
    within_s: float
    max_bytes: int


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server answered. Names of headers are found in any case of letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Wire:
    """A session that carries nothing along from the environment; close it after use.

    Threads may share it. `ca` is a file of the authorities that are trusted instead of
    the usual ones. Unless `may_be_near`, a server at an address that is not public is
    refused after connecting and before anything is said, whatever its name resolves to.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        silence_s: float,
        ca: Path | None = None,
        may_be_near: bool = True,
    ) -> None:
        self._silence_s = silence_s
        self._calls = _Calls(may_be_near=may_be_near)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(ca) if ca else True
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.clear()
        self._session.headers.update(
            {
                "User-Agent": user_agent,
                "Accept": "application/json",
                # A packed answer may be a bomb; these answers are small unpacked.
                "Accept-Encoding": "identity",
            }
        )
        adapter = _WatchedAdapter(self._calls)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, adapter)

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def ask(self, question: Question) -> Answer:
        """Return the answer, redirects not followed.

        Raises:
            BrokenOffError: the connection failed, the whole body was not there in time,
                or it was packed.
            TooMuchError: it is larger than `max_bytes`.
        """
        with self._calls.cut_after(question.within_s) as call:
            try:
                answer = self._answer(question)
            except (OSError, ValueError, HTTPError) as trouble:
                raise call.broken_off() from trouble
            # Cut in the body, an answer without a length looks like a whole one.
            if call.is_late:
                raise call.broken_off()
            return answer

    def _answer(self, question: Question) -> Answer:
        with self._session.request(
            question.method,
            question.address,
            params=dict(question.parameters),
            headers=dict(question.headers),
            data=question.content,
            stream=True,
            timeout=min(self._silence_s, max(question.within_s, 0.001)),
            allow_redirects=False,
        ) as response:
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise PackedError
            return Answer(
                status=response.status_code,
                headers=response.headers,
                body=_body(response, max_bytes=question.max_bytes),
            )


class _Call:
    """One call under way: its line, and whether it was said and cut."""

    def __init__(self) -> None:
        self.is_sent = False
        self.is_late = False
        self._line: socket.socket | None = None

    def hold(self, line: socket.socket) -> None:
        """Keep a handle of its own: an answer without a length outlives its line."""
        self.let_go()
        self._line = line.dup()
        if self.is_late:
            self._end()

    def let_go(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def cut(self) -> None:
        self.is_late = True
        self._end()

    def broken_off(self) -> BrokenOffError:
        return BrokenOffError(is_sent=self.is_sent, is_late=self.is_late)

    def _end(self) -> None:
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


class _Calls(threading.local):
    """The call that this thread makes now."""

    def __init__(self, *, may_be_near: bool) -> None:
        self.may_be_near = may_be_near
        self.current = _Call()

    @contextmanager
    def cut_after(self, seconds: float) -> Iterator[_Call]:
        call = self.current = _Call()
        watch = threading.Timer(max(seconds, 0.0), call.cut)
        watch.daemon = True
        watch.start()
        try:
            yield call
        finally:
            watch.cancel()
            call.let_go()


class _WatchedAdapter(HTTPAdapter):
    """An adapter whose connections tell the call of their thread which line it has."""

    def __init__(self, calls: _Calls) -> None:
        self._calls = calls
        super().__init__(max_retries=0)

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,  # noqa: FBT001, FBT002 - the shape that requests has
        **pool_kwargs: Any,
    ) -> None:
        """Let both kinds of pools make connections that are watched."""
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._calls)


class _Watched(HTTPConnection):
    """A connection that hands its line to the call that it is used for."""

    calls: _Calls
    line: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        opened = super()._new_conn()
        if not self.calls.may_be_near and not _is_public(opened):
            opened.close()
            raise NewConnectionError(self, "the address is not a public one")
        # TLS takes the socket over; a second handle on it can still be shut.
        self.line = opened.dup()
        self.calls.current.hold(self.line)
        return opened

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is None:
            self.connect()
        if self.line is not None:
            self.calls.current.hold(self.line)
        self.calls.current.is_sent = True
        super().request(*args, **kwargs)

    def close(self) -> None:
        super().close()
        if self.line is not None:
            self.line.close()
            self.line = None


def _pools(watched: _Calls) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(_Watched):
        calls = watched

    class Secret(_Watched, HTTPSConnection):
        calls = watched

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecretPool(HTTPSConnectionPool):
        ConnectionCls = Secret

    return {"http": PlainPool, "https": SecretPool}


def _is_public(opened: socket.socket) -> bool:
    return ipaddress.ip_address(opened.getpeername()[0]).is_global


def _body(response: requests.Response, *, max_bytes: int) -> bytes:
    told = response.headers.get("Content-Length", "")
    if told.isdigit() and int(told[:20]) > max_bytes:
        raise TooMuchError
    parts, size = [], 0
    for part in response.iter_content(CHUNK_BYTES):
        size += len(part)
        if size > max_bytes:
            raise TooMuchError
        parts.append(part)
    return b"".join(parts)
