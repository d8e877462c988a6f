"""Calls over HTTP that end: at a deadline of the wall clock, and at a size.

`requests` measures the silence between two bytes, so a server that sends one byte now
and then is never given up. Here the connection itself is cut at the deadline.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CHUNK_BYTES = 65_536


class BrokenOffError(Exception):
    """No whole answer came in time, or it came in a form that was not asked for."""


class TooMuchError(Exception):
    """The answer is larger than what is read."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a server answered: its status, where it points, how long it asks to wait."""

    status: int
    location: str
    wait_s: float
    body: bytes


class Wire:
    """A session that carries nothing along from the environment; close it after use."""

    def __init__(self, *, user_agent: str, silence_s: float) -> None:
        self._silence_s = silence_s
        self._sockets: set[socket.socket] = set()
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.headers.update(
            {
                "User-Agent": user_agent,
                "Accept": "application/json",
                # A packed answer may be a bomb; these answers are small unpacked.
                "Accept-Encoding": "identity",
            }
        )
        adapter = _WatchedAdapter(self._sockets)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, adapter)

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def get(
        self,
        address: str,
        parameters: Mapping[str, str | Sequence[str]],
        *,
        within_s: float,
        max_bytes: int,
    ) -> Answer:
        """Return the answer, redirects not followed.

        Raises:
            BrokenOffError: the connection failed, the whole body was not there within
                `within_s` seconds, or it was packed.
            TooMuchError: it is larger than `max_bytes`.
        """
        with self._cut_after(within_s) as is_cut:
            try:
                answer = self._answer(address, parameters, max_bytes=max_bytes)
            except (OSError, ValueError) as trouble:
                raise BrokenOffError from trouble
            # Cut in the body, an answer without a length looks like a whole one.
            if is_cut.is_set():
                raise BrokenOffError
            return answer

    def _answer(
        self,
        address: str,
        parameters: Mapping[str, str | Sequence[str]],
        *,
        max_bytes: int,
    ) -> Answer:
        with self._session.get(
            address,
            params=dict(parameters),
            stream=True,
            timeout=self._silence_s,
            allow_redirects=False,
        ) as response:
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise BrokenOffError
            return Answer(
                status=response.status_code,
                location=response.headers.get("Location", ""),
                wait_s=_seconds(response.headers.get("Retry-After", "")),
                body=_body(response, max_bytes=max_bytes),
            )

    @contextmanager
    def _cut_after(self, seconds: float) -> Iterator[threading.Event]:
        is_cut = threading.Event()
        watch = threading.Timer(max(seconds, 0.0), self._cut, [is_cut])
        watch.daemon = True
        watch.start()
        try:
            yield is_cut
        finally:
            watch.cancel()

    def _cut(self, is_cut: threading.Event) -> None:
        is_cut.set()
        for line in tuple(self._sockets):
            with suppress(OSError):
                # The socket's own method: that of TLS would first say goodbye.
                socket.socket.shutdown(line, socket.SHUT_RDWR)


class _WatchedAdapter(HTTPAdapter):
    """An adapter whose connections put their sockets in a set while they are open."""

    def __init__(self, sockets: set[socket.socket]) -> None:
        self._sockets = sockets
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
        self.poolmanager.pool_classes_by_scheme = _pools(self._sockets)


def _pools(sockets: set[socket.socket]) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

        def close(self) -> None:
            sockets.discard(self.sock)
            super().close()

    class Secret(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            sockets.add(self.sock)

        def close(self) -> None:
            sockets.discard(self.sock)
            super().close()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecretPool(HTTPSConnectionPool):
        ConnectionCls = Secret

    return {"http": PlainPool, "https": SecretPool}


def _body(response: requests.Response, *, max_bytes: int) -> bytes:
    parts, size = [], 0
    for part in response.iter_content(CHUNK_BYTES):
        size += len(part)
        if size > max_bytes:
            raise TooMuchError
        parts.append(part)
    return b"".join(parts)


def _seconds(asked: str) -> float:
    """Return the seconds of a Retry-After; one that is a date counts as none."""
    return float(asked) if asked.strip().isdigit() else 0.0
