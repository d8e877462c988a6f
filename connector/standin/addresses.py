"""Pre-signed addresses: whoever holds one may use it; no bearer token belongs there.

Source: learn.microsoft.com/graph/api/driveitem-get-content: the address lives for some
minutes and needs no Authorization header.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from connector.standin.calls import refuse
from connector.standin.clock import Clock

LIVES = timedelta(minutes=15)


class Addresses:
    """Makes and checks addresses on the storage host."""

    def __init__(self, storage: str, secret: bytes, clock: Clock) -> None:
        self._storage = storage
        self._secret = secret
        self._clock = clock

    def download(self, item: str, content: str) -> str:
        """Return where contents of an item are fetched for the next 15 minutes."""
        expires = int((self._clock.now() + LIVES).timestamp())
        seal = self._seal(f"{item}/{content}/{expires}")
        return (
            f"{self._storage}/_layouts/15/download.aspx"
            f"?item={item}&content={content}&expires={expires}&seal={seal}"
        )

    def upload(self, session: str) -> str:
        """Return where the parts of an upload are put."""
        return f"{self._storage}/_api/upload/{session}?seal={self._seal(session)}"

    def need_download(
        self, item: str, content: str, *, expires: str, seal: str
    ) -> None:
        """Refuse a download address that is not ours or too old."""
        right = hmac.compare_digest(seal, self._seal(f"{item}/{content}/{expires}"))
        if not right or int(expires) <= self._clock.now().timestamp():
            refuse(401, "unauthenticated", "The address has expired.")

    def need_upload(self, session: str, *, seal: str) -> None:
        """Refuse an upload address that is not ours."""
        if not hmac.compare_digest(seal, self._seal(session)):
            refuse(401, "unauthenticated", "The address is not valid.")

    def _seal(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()
