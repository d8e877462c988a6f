"""What every answer says to the browser, and which hosts are answered at all.

Sources: OWASP ASVS 5.0 V3.4, https://www.w3.org/TR/CSP3/. No page needs a script.
"""

from __future__ import annotations

from flask import abort, current_app, request
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
SECURE = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
LOOPBACK = frozenset({"127.0.0.1", "localhost"})
HERE = frozenset({"127.0.0.1", "::1"})


def with_headers(answer: Response) -> Response:
    """Return the answer with the headers; pages with a hat are not kept by caches."""
    if {request.blueprint, request.endpoint} & SECRET_ADDRESSES:
        answer.headers.update(UNTOLD)
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    for name, value in (HEADERS | SECURE if is_secure else HEADERS).items():
        answer.headers.setdefault(name, value)
    if request.endpoint != "static":
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers.add("Vary", "Cookie, Accept-Language")
    return answer


def refuse_foreign_hosts() -> None:
    """Answer on the names of this machine and of the installation, and on no other.

    A page on the net may point its name at 127.0.0.1 (DNS rebinding); the Host header
    still has that name. Whoever only asks whether the service lives may use any.
    """
    hosts = current_app.config["HOSTS"]
    is_asked = request.endpoint == "health.healthz" and hosts
    if request.host.rsplit(":", maxsplit=1)[0] not in LOOPBACK | hosts and not is_asked:
        abort(400)


def refuse_in_clear() -> None:
    """Where the pages are on https, refuse what comes past the proxy in clear.

    The proxy on this machine need not say how it was asked; another one must.
    """
    is_near = request.remote_addr in HERE
    is_asked = request.endpoint == "health.healthz"
    if not (request.is_secure or is_near or is_asked):
        abort(400)
