"""Serves the application on this machine only."""

from __future__ import annotations

import gc

from flask import Flask
from waitress.server import create_server

LOOPBACK = "127.0.0.1"


def server(app: Flask, *, port: int) -> object:
    """Return a waitress server that listens on loopback; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    return create_server(app, host=LOOPBACK, port=port, threads=8, ident="samspor")


def serve(listening: object) -> None:
    """Serve until interrupted.

    What was made so far stays as long as the service, so that nobody waits while it is
    looked through for garbage: some 200 ms each time.
    """
    gc.collect()
    gc.freeze()
    listening.run()  # type: ignore[attr-defined]  # waitress is untyped
