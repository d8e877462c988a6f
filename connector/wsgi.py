"""Serves the application: on this machine only, unless it is told another address."""

from __future__ import annotations

import gc
from typing import Any

from flask import Flask
from waitress.server import create_server

LOOPBACK = "127.0.0.1"
PROXY_SAYS = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}


def server(
    app: Flask, *, port: int, host: str = LOOPBACK, trusted_proxy: str | None = None
) -> object:
    """Return a waitress server that listens; port 0 takes a free one.

    Of what a proxy says, only `trusted_proxy` is believed; from all others it is
    taken away before the application sees it.

    Raises:
        OSError: the port is taken, or the address is not this machine's.
    """
    more: dict[str, Any] = {"clear_untrusted_proxy_headers": True}
    if trusted_proxy is not None:
        more |= {
            "trusted_proxy": trusted_proxy,
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": PROXY_SAYS,
        }
    return create_server(app, host=host, port=port, threads=8, ident="samspor", **more)


def serve(listening: object) -> None:
    """Serve until interrupted.

    What was made so far stays as long as the service, so that nobody waits while it is
    looked through for garbage: some 200 ms each time.
    """
    gc.collect()
    gc.freeze()
    listening.run()  # type: ignore[attr-defined]  # waitress is untyped
