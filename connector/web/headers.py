"""What every answer says to the browser, and which hosts are answered at all.

Sources: OWASP ASVS 5.0 V3.4, https://www.w3.org/TR/CSP3/. No page needs a script.
"""

from __future__ import annotations

from flask import abort, request
from werkzeug.wrappers import Response

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# Pages whose address is a secret: no other site and no index hears of it.
SECRET_ADDRESSES = frozenset({"guests", "hearings.receipt"})
UNTOLD = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
LOOPBACK = frozenset({"127.0.0.1", "localhost"})


def with_headers(answer: Response) -> Response:
    """Return the answer with the headers; pages with a hat are not kept by caches."""
    if {request.blueprint, request.endpoint} & SECRET_ADDRESSES:
        answer.headers.update(UNTOLD)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.endpoint != "static":
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers.add("Vary", "Cookie, Accept-Language")
    return answer


def refuse_foreign_hosts() -> None:
    """Answer on this machine's own names only, so that no other site can reach in.

    A page on the net may point its name at 127.0.0.1 (DNS rebinding); the Host header
    still has that name.
    """
    if request.host.rsplit(":", maxsplit=1)[0] not in LOOPBACK:
        abort(400)
