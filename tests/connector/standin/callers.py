"""Somebody who calls the stand-in, as a program outside would: over TLS, with MSAL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msal
import requests

from connector.standin.running import Standin

SCOPE = "https://graph.microsoft.com/.default"
BINARY = {"Content-Type": "application/octet-stream"}
FAIL = "?@microsoft.graph.conflictBehavior=fail"
Json = dict[str, Any]


def line(standin: Standin) -> requests.Session:
    """Return a session that trusts the stand-in, and reads no environment."""
    session = requests.Session()
    session.verify = str(standin.ca)
    session.trust_env = False
    session.headers["Connection"] = "close"
    return session


def confidential(standin: Standin) -> msal.ConfidentialClientApplication:
    """Return MSAL with the certificate that is registered for the app."""
    key, _, certificate = standin.certificate.read_text().partition("-----BEGIN C")
    return msal.ConfidentialClientApplication(
        standin.client,
        client_credential={
            "private_key": key,
            "public_certificate": f"-----BEGIN C{certificate}",
        },
        authority=standin.login,
        instance_discovery=False,
        http_client=line(standin),
    )


@dataclass(frozen=True)
class Caller:
    """Calls Graph, and gives the answers as they came; redirects are not followed."""

    standin: Standin
    session: requests.Session

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        address = path if path.startswith("https:") else self.standin.base + path
        return self.session.request(
            method, address, allow_redirects=False, timeout=20, **more
        )

    def get(self, path: str, **more: Any) -> Json:
        return told(self.call("GET", path, **more))

    def post(self, path: str, body: Json) -> Json:
        return told(self.call("POST", path, json=body))

    def drive(self, number: int = 0) -> str:
        """Return the path of a library of the site that the app reaches."""
        site = self.get(f"/sites/{self.standin.site}")["id"]
        drives = self.get(f"/sites/{site}/drives")["value"]
        return f"/drives/{drives[number]['id']}"

    def put(self, folder: str, name: str, data: bytes) -> Json:
        """Put a file in a folder that is given by its path, and return the item."""
        address = f"{folder}:/{name}:/content"
        return told(self.call("PUT", address, data=data, headers=BINARY))

    def folder(self, drive: str, name: str) -> str:
        """Make a folder in the root of a library, and return its path."""
        made = self.post(f"{drive}/root/children", {"name": name, "folder": {}})
        return f"{drive}/items/{made['id']}"

    def content(self, item: str) -> bytes:
        """Fetch contents the way they are given: by another address, without token."""
        found = self.call("GET", f"{item}/content")
        assert found.status_code == 302
        return self.plain(found.headers["Location"]).content

    def plain(
        self, address: str, method: str = "GET", **more: Any
    ) -> requests.Response:
        """Call an address without a token."""
        return line(self.standin).request(method, address, timeout=20, **more)


def told(answer: requests.Response) -> Json:
    """Return what an answer says; an error is none."""
    assert answer.ok, answer.text
    found: Json = answer.json() if answer.content else {}
    return found


def code(answer: requests.Response) -> tuple[int, str]:
    """Return the status of a refusal and its code."""
    return answer.status_code, answer.json()["error"]["code"]


def as_app(standin: Standin) -> Caller:
    """Return the app that calls for itself."""
    token = confidential(standin).acquire_token_for_client([SCOPE])
    caller = with_token(standin, token["access_token"])
    del caller.session.headers["Connection"]
    return caller


def with_token(standin: Standin, token: str) -> Caller:
    """Return somebody who shows a token."""
    session = line(standin)
    session.headers["Authorization"] = f"Bearer {token}"
    return Caller(standin, session)
