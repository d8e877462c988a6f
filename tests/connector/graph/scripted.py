"""A server over TLS that says what a test tells it to, and keeps what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme

from connector.graph.addresses import Addresses
from connector.graph.client import USER_AGENT, Graph, Limits
from connector.graph.pace import Clock, Pace
from connector.wire import Wire

AT = datetime(2026, 9, 2, 13, tzinfo=UTC)
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def value(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Said:
    """An answer; `length` may lie, `drip_s` is waited before each byte of `body`."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)
    body: bytes = b""
    length: int | None = None
    drip_s: float = 0.0
    is_cut: bool = False


def said(value: Any = None, *, status: int = 200, **headers: str) -> Said:
    body = b"" if value is None else json.dumps(value).encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Said(status=status, body=body, headers={**JSON, **named})


def refused(status: int, code: str = "code", **headers: str) -> Said:
    inner = {"request-id": "r-1", "date": "2026-09-02T13:00:00"}
    error = {"error": {"code": code, "message": "Kari Nordmann", "innerError": inner}}
    return said(error, status=status, request_id="r-1", **headers)


Script = Callable[[Asked], Said]


@dataclass
class Scripted:
    """The server at `origin`; its script answers, `asked` is what it was asked."""

    origin: str
    ca: Path
    script: Script
    asked: list[Asked] = field(default_factory=list)

    def say(self, *answers: Said) -> None:
        """Give these answers in turn, the last of them from then on."""
        left = list(answers)
        lock = threading.Lock()

        def script(_: Asked) -> Said:
            with lock:
                return left.pop(0) if len(left) > 1 else left[0]

        self.script = script

    @property
    def host(self) -> str:
        return self.origin.removeprefix("https://")


@contextmanager
def scripted(folder: Path) -> Iterator[Scripted]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    ca = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    server.daemon_threads = True
    origin = f"https://localhost:{server.server_port}"
    made = Scripted(origin=origin, ca=ca, script=lambda _: said({}))
    server.made = made  # type: ignore[attr-defined]  # read by the handler
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self) -> None:
        made: Scripted = self.server.made  # type: ignore[attr-defined]  # set above
        length = int(self.headers.get("Content-Length", 0))
        asked = Asked(
            method=self.command,
            path=self.path,
            headers=dict(self.headers),
            body=self.rfile.read(length),
        )
        made.asked.append(asked)
        self.tell(made.script(asked))

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - as called

    def tell(self, answer: Said) -> None:
        self.close_connection = answer.is_cut or answer.length is not None
        if answer.is_cut:
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        length = len(answer.body) if answer.length is None else answer.length
        if length >= 0 and "Transfer-Encoding" not in answer.headers:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        try:
            self.send(answer)
        except OSError:
            self.close_connection = True

    def send(self, answer: Said) -> None:
        if not answer.drip_s:
            self.wfile.write(answer.body)
            return
        for n in range(len(answer.body)):
            time.sleep(answer.drip_s)
            self.wfile.write(answer.body[n : n + 1])
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        pass


class Hourglass:
    """A clock that passes only while somebody waits, and remembers how long."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.waits: list[float] = []
        self._lock = threading.Lock()

    def clock(self) -> Clock:
        return Clock(
            now=lambda: self.passed,
            instant=lambda: AT + timedelta(seconds=self.passed),
            sleep=self._sleep,
            chance=lambda: 1.0,
        )

    def _sleep(self, seconds: float) -> None:
        with self._lock:
            self.waits.append(seconds)
            self.passed += seconds


class Keyring:
    """A bearer whose tokens are `token-0`, then `token-1` when that is forgotten."""

    def __init__(self) -> None:
        self.forgotten = 0

    def token(self) -> str:
        return f"token-{self.forgotten}"

    def forget(self, token: str) -> None:
        assert token == self.token()
        self.forgotten += 1


@contextmanager
def graph_at(
    server: Scripted, glass: Hourglass | Clock | None = None, **limits: float
) -> Iterator[Graph]:
    """Graph that is asked at a scripted server, with time in an hourglass."""
    clock = glass if isinstance(glass, Clock) else (glass or Hourglass()).clock()
    wire = Wire(user_agent=USER_AGENT, silence_s=5.0, ca=server.ca)
    other = server.host.replace("localhost", "127.0.0.1")
    yield Graph(
        wire=wire,
        bearer=Keyring(),
        pace=Pace(clock),
        addresses=Addresses(
            graph=f"{server.origin}/v1.0", files=frozenset({server.host, other})
        ),
        clock=clock,
        limits=Limits(**{"call_s": 30.0, **limits}),  # type: ignore[arg-type]  # mixed
    )
    wire.close()
