"""Somebody with a browser who signs in: real HTTP, and the stand-in over TLS."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from apiflask import APIFlask

from connector.app import create_app
from connector.config import SignInSettings
from connector.identity.sign_in import SignIn
from connector.installation import Installation
from connector.microsoft365 import load_sign_in_app
from connector.standin.running import Standin
from connector.wsgi import server
from tests.connector.graph.standins import environment
from tests.connector.web.applications import COMPILED
from tests.connector.web.conftest import open_installation_at
from tests.connector.web.visitors import TOKEN
from workflows.people.accounts import Account, link_account
from workflows.people.hats import SYSTEM

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
LASTS = {"idle": timedelta(minutes=60), "longest": timedelta(hours=10)}
WITHIN_S = 20
RITA, RUNE, MAYOR = "Rita Solgløtt", "Rune Myrstø", "Åsta Fjellbru"


def oid_of(standin: Standin, name: str) -> str:
    row = standin.app.world.state.one("SELECT id FROM person WHERE name = ?", name)
    assert row is not None
    return str(row["id"])


def account_of(standin: Standin, name: str) -> Account:
    return Account(tid=standin.tenant, oid=oid_of(standin, name))


def link(house: Installation, standin: Standin, person: str, name: str) -> None:
    """Let a person sign in with somebody's account."""
    account = account_of(standin, name)
    with house.transaction() as session:
        link_account(session, person=person, account=account, by=SYSTEM, at=house.now())


def with_sign_in(folder: Path, standin: Standin) -> Installation:
    """Open the installation in a folder, where people sign in by the stand-in."""
    house = open_installation_at(folder)
    app = load_sign_in_app({**environment(standin), "SAMSPOR_SIGN_IN": "entra"})
    assert app is not None
    settings = SignInSettings(app=app, **LASTS)
    return replace(house, config=replace(house.config, sign_in=settings))


def application(
    house: Installation, *, origin: str, demo: bool = False
) -> tuple[APIFlask, SignIn]:
    """Return an application where people sign in, and how they do."""
    assert house.config.sign_in
    signing = SignIn(house.config.sign_in.app, origin=origin, secret="for tests")
    app = create_app(house, secret_key="for tests", demo=demo, signing=signing)
    app.jinja_env.bytecode_cache = COMPILED
    return app, signing


@contextmanager
def served(house: Installation) -> Iterator[str]:
    """Serve the pages on this machine; yield their address."""
    app, signing = application(house, origin="")
    serving = server(app, port=0)
    signing.origin = f"http://127.0.0.1:{serving.effective_port}"  # type: ignore[attr-defined]  # waitress is untyped
    with listening(serving):
        yield signing.origin


@contextmanager
def listening(serving: Any) -> Iterator[None]:
    """Let a server run; that its sockets are closed under it at the end is no fault."""

    def run() -> None:
        with suppress(OSError):
            serving.run()

    threading.Thread(target=run, daemon=True).start()
    try:
        yield
    finally:
        serving.close()


class Person:
    """Somebody in front of a browser; nothing is followed unless they do it."""

    def __init__(self, origin: str, standin: Standin) -> None:
        self.origin = origin
        self.standin = standin
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(standin.ca)
        self.session.headers["Accept-Language"] = "nb"
        self.session.headers["Connection"] = "close"

    def get(self, path: str) -> requests.Response:
        address = path if path.startswith("http") else self.origin + path
        return self.session.get(address, allow_redirects=False, timeout=WITHIN_S)

    def post(self, path: str, **fields: str) -> requests.Response:
        address = path if path.startswith("http") else self.origin + path
        return self.session.post(
            address, data=fields, allow_redirects=False, timeout=WITHIN_S
        )

    def send(self, path: str, **fields: str) -> requests.Response:
        """Send a form with the token of the person's own pages."""
        found = TOKEN.search(self.get("/").text)
        assert found
        return self.post(path, csrf_token=found.group(1), **fields)

    def begin(self, path: str = "/logg-inn") -> str:
        """Begin to sign in; return the address at Entra."""
        return str(self.get(path).headers["Location"])

    def choose(self, address: str, name: str) -> str:
        """Say at Entra who one is; return the address that it leads back to."""
        page = self.get(address).text
        asked = {key: unescape(value) for key, value in HIDDEN.findall(page)}
        person = oid_of(self.standin, name)
        place = address.partition("?")[0]
        return str(self.post(place, **asked, person=person).headers["Location"])

    def sign_in(self, name: str, path: str = "/logg-inn") -> str:
        """Sign in; return where one is led."""
        return self.come_back(self.choose(self.begin(path), name))

    def come_back(self, address: str) -> str:
        """Bring an answer of Entra's; return where one is led."""
        return str(self.get(address).headers["Location"])

    def put_on(self, number: int = 0) -> requests.Response:
        """Put on one of the hats that are shown."""
        page = self.get("/hvem").text
        mandates = re.findall(r'name="mandate" value="([^"]+)"', page)
        (person,) = set(re.findall(r'name="person" value="([^"]+)"', page))
        return self.send("/hatt", mandate=mandates[number], person=person)


def asked_in(address: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return {key: each[0] for key, each in parse_qs(urlsplit(address).query).items()}
