"""A call ends at its deadline wherever the other side gets slow."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from connector.wire import BrokenOffError, Question, TooMuchError, Wire

WITHIN_S = 0.4


@contextmanager
def saying(said: bytes, *, at_once: bytes = b"") -> Iterator[str]:
    """Serve one caller: some bytes at once, then one byte each twentieth second."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        with suppress(OSError):
            caller, _ = listener.accept()
            with caller:
                caller.sendall(at_once)
                for byte in said:
                    if over.wait(0.05):
                        return
                    caller.sendall(bytes([byte]))
                over.wait(5)

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    over.set()
    listener.close()
    thread.join()


@pytest.mark.parametrize(
    ("scheme", "at_once", "slowly"),
    [
        pytest.param("http", b"", b"", id="silence"),
        pytest.param("http", b"", b"HTTP/1.1 200 OK\r\n" * 9, id="the first line"),
        pytest.param("http", b"HTTP/1.1 200 OK\r\n", b"X: " + b"x" * 99, id="a header"),
        pytest.param("http", b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 99, id="no length"),
        pytest.param(
            "http",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1\r\nx\r\n" * 9,
            id="chunks",
        ),
        pytest.param("https", b"", b"\x16\x03\x03\x40\x00" + b"x" * 99, id="TLS"),
    ],
)
def test_an_answer_that_never_ends_is_cut_at_the_deadline(
    scheme: str, at_once: bytes, slowly: bytes
) -> None:
    wire = Wire(user_agent="test", silence_s=5.0)
    with saying(slowly, at_once=at_once) as host:
        began = time.monotonic()
        asked = Question(
            address=f"{scheme}://{host}/", within_s=WITHIN_S, max_bytes=1_000
        )
        with pytest.raises(BrokenOffError) as broken:
            wire.ask(asked)
        took = time.monotonic() - began
    wire.close()

    assert WITHIN_S * 0.9 <= took <= WITHIN_S + 1.5, "it would last five seconds"
    assert broken.value.is_sent == (scheme == "http")


def test_an_answer_that_is_too_large_is_not_read_to_its_end() -> None:
    wire = Wire(user_agent="test", silence_s=5.0)
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 2_000
    with saying(b"", at_once=whole) as host, pytest.raises(TooMuchError):
        wire.ask(Question(address=f"http://{host}/", within_s=5.0, max_bytes=1_000))
    wire.close()
