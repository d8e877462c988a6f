"""A server over TLS with a thread for each connection, which can also break off.

The standard library's own is used, and no framework, because a fault must reach the
socket: an answer that stops half-way, and a connection that is reset.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from connector.standin.calls import Answer, Call

LOOPBACK = "127.0.0.1"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# With lingering switched on and no time to linger, closing sends a reset (RFC 9293).
NO_LINGER = struct.pack("ii", 1, 0)
IDLE_S = 60.0


class Wire:
    """The connection of one call, for answers that are none."""

    def __init__(self, connection: socket.socket, stopped: threading.Event) -> None:
        self._connection = connection
        self._stopped = stopped

    def send(self, data: bytes) -> None:
        """Send bytes as they stand."""
        self._connection.sendall(data)

    def reset(self) -> None:
        """Break the connection off."""
        option = (socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self._connection.setsockopt(*option)
        self._connection.close()

    def rest(self, seconds: float) -> bool:
        """Let time pass on this machine; return whether the server still runs."""
        return not self._stopped.wait(seconds)


Serve = Callable[[Call, Wire], Answer | None]


class Server(ThreadingHTTPServer):
    """Listens on loopback. Port 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.context = context
        self.stopped = threading.Event()
        self.open: set[socket.socket] = set()
        self.serve: Serve

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over clients that go away."""

    def stop(self) -> None:
        """Stop listening, wake the threads that rest, and end every connection."""
        self.stopped.set()
        self.shutdown()
        self.server_close()
        for connection in list(self.open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_S
    server: Server

    def setup(self) -> None:
        """Begin TLS in the thread of the connection, so that a slow one delays none."""
        self.request.settimeout(self.timeout)
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.server.open.add(self.request)
        super().setup()

    def finish(self) -> None:
        """End the connection, which the server itself only knows without its TLS."""
        super().finish()
        self.server.open.discard(self.request)
        self.request.close()

    def answer(self) -> None:
        """Read a call, let it be answered, and write the answer."""
        wire = Wire(self.connection, self.server.stopped)
        answer = self.server.serve(self._call(), wire)
        if answer is None:
            self.close_connection = True
            return
        if self.close_connection:
            # Said aloud, so that nobody sends another call into a closed door.
            answer = replace(answer, headers={**answer.headers, "Connection": "close"})
        self.wfile.write(head(answer) + answer.body)

    def log_message(self, *_: Any) -> None:
        """Say nothing on the terminal: what was called is kept by Graph."""

    def _call(self) -> Call:
        address = urlsplit(self.path)
        return Call(
            method=self.command,
            path=unquote(address.path),
            query=dict(parse_qsl(address.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self._body(),
            host=self.headers.get("Host", ""),
        )

    def _body(self) -> bytes:
        """Return the body: of a length that was told, or in chunks (RFC 9112, 7.1)."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        trailer = self.rfile.readline()
        while trailer.strip():
            trailer = self.rfile.readline()
        return b"".join(parts)


for _method in METHODS:
    setattr(_Handler, f"do_{_method}", _Handler.answer)


def head(answer: Answer) -> bytes:
    """Return the status line and the headers of an answer, and the empty line."""
    headers = dict(answer.headers)
    if answer.status not in {204, 304}:
        headers["Content-Length"] = str(len(answer.body))
    lines = [f"HTTP/1.1 {answer.status} {answer.status}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
