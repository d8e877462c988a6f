from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from connector.graph.client import USER_AGENT
from connector.graph.errors import (
    ElsewhereError,
    MalformedError,
    ServiceAwayError,
    SignInError,
)
from connector.graph.pace import Clock
from connector.graph.tokens import Assertion, Tokens, certificate_ends_at
from connector.microsoft365 import Microsoft365
from connector.refusals import InputRefusedError
from connector.wire import Wire
from tests.connector.graph.scripted import Asked, Hourglass, Said, Scripted, said

TENANT = "4c1a5f0e-0000-4000-8000-00000000000a"
OTHER = "4c1a5f0e-0000-4000-8000-0000000000ff"
CLIENT = "4c1a5f0e-0000-4000-8000-00000000000b"


def settings_for(server: Scripted, tenant: str = TENANT) -> Microsoft365:
    return Microsoft365(
        tenant=tenant,
        client=CLIENT,
        certificate=None,
        secret="hush",
        authority=server.host,
        graph_url=f"{server.origin}/v1.0",
        ca=server.ca,
        site="elvestrand.example:/sites/samspor",
    )


class Entra:
    """Entra at a scripted server: each token says for whom it is, and its number."""

    def __init__(self, server: Scripted) -> None:
        self.server = server
        self.given = 0
        self.lasts_s = 3600
        self.refusal: Said | None = None
        self.down_for = ""
        self.elsewhere = ""
        self._lock = threading.Lock()
        server.script = self.answer

    def answer(self, asked: Asked) -> Said:
        tenant = asked.path.split("/")[1]
        if asked.method == "GET":
            return said(self.discovery(tenant))
        form = {name: value[0] for name, value in parse_qs(asked.body.decode()).items()}
        if self.down_for and form.get("assertion") == self.down_for:
            return said({}, status=503)
        return self.refusal or said(self.token(tenant, form))

    def discovery(self, tenant: str) -> dict[str, str]:
        login = f"{self.server.origin}/{tenant}"
        return {
            "issuer": f"{login}/v2.0",
            "authorization_endpoint": f"{login}/authorize",
            "token_endpoint": self.elsewhere or f"{login}/token",
        }

    def token(self, tenant: str, form: dict[str, str]) -> dict[str, object]:
        with self._lock:
            self.given += 1
        who = form.get("assertion", "app")
        return {
            "token_type": "Bearer",
            "access_token": f"{tenant}/{who}/{self.given}",
            "expires_in": self.lasts_s,
        }


@pytest.fixture
def entra(server: Scripted) -> Entra:
    return Entra(server)


@contextmanager
def tokens_at(settings: Microsoft365, clock: Clock | None = None) -> Iterator[Tokens]:
    wire = Wire(user_agent=USER_AGENT, silence_s=5.0, ca=settings.ca)
    yield Tokens(settings, wire, clock or Hourglass().clock())
    wire.close()


def somebody(number: int, tenant: str = TENANT) -> Assertion:
    return Assertion(tid=tenant, oid=f"oid-{number}", token=f"person-{number}")


def test_the_app_asks_for_a_token_when_it_is_needed_and_keeps_it(entra: Entra) -> None:
    glass = Hourglass()
    with tokens_at(settings_for(entra.server), glass.clock()) as tokens:
        assert entra.server.asked == [], "nothing is asked before the first need"
        first = [tokens.app_only().token() for _ in range(3)]
        glass.passed += 3600 - 301
        second = tokens.app_only().token()

    assert set(first) == {f"{TENANT}/app/1"}
    assert second == first[0]


def test_a_token_is_not_used_in_its_last_minutes(entra: Entra) -> None:
    glass = Hourglass()
    entra.lasts_s = 200
    with tokens_at(settings_for(entra.server), glass.clock()) as tokens:
        tokens.app_only().token()
        tokens.app_only().token()

    assert entra.given == 2


def test_a_token_that_graph_did_not_take_is_asked_for_anew(entra: Entra) -> None:
    with tokens_at(settings_for(entra.server)) as tokens:
        app, person = tokens.app_only(), tokens.on_behalf_of(somebody(1))
        for bearer in (app, person):
            first = bearer.token()
            bearer.forget(first)
            assert bearer.token() != first
            bearer.forget("another")

    assert entra.given == 4


def test_a_person_is_asked_for_once_by_each_token_that_they_came_with(
    entra: Entra,
) -> None:
    glass = Hourglass()
    with tokens_at(settings_for(entra.server), glass.clock()) as tokens:
        mine = {tokens.on_behalf_of(somebody(1)).token() for _ in range(5)}
        again = tokens.on_behalf_of(replace(somebody(1), token="person-1-later"))
        theirs = tokens.on_behalf_of(somebody(2)).token()
        later = again.token()
        glass.passed += 3400
        renewed = tokens.on_behalf_of(somebody(1)).token()

    assert mine == {f"{TENANT}/person-1/1"}
    assert theirs == f"{TENANT}/person-2/2"
    assert later == f"{TENANT}/person-1-later/3"
    assert renewed == f"{TENANT}/person-1/4"
    discoveries = [asked for asked in entra.server.asked if asked.method == "GET"]
    assert len(discoveries) == 1, "what Entra tells of its addresses is kept"


def test_two_tenants_and_forty_persons_at_once_never_get_each_others_tokens(
    entra: Entra,
) -> None:
    persons = [somebody(n, tenant) for n in range(20) for tenant in (TENANT, OTHER)]
    with (
        tokens_at(settings_for(entra.server, TENANT)) as ours,
        tokens_at(settings_for(entra.server, OTHER)) as theirs,
        ThreadPoolExecutor(16) as pool,
    ):
        kept = {TENANT: ours, OTHER: theirs}

        def mix_ups(start: int) -> int:
            wrong = 0
            for n in range(1_250):
                who = persons[(start * 7 + n) % len(persons)]
                got = kept[who.tid].on_behalf_of(who).token()
                wrong += not got.startswith(f"{who.tid}/{who.token}/")
            return wrong

        found = sum(pool.map(mix_ups, range(16)))

    assert found == 0
    assert entra.given == 40


def test_one_persons_trouble_does_not_hold_up_the_next(entra: Entra) -> None:
    entra.down_for = "person-1"
    with tokens_at(settings_for(entra.server)) as tokens:
        with pytest.raises(ServiceAwayError):
            tokens.on_behalf_of(somebody(1)).token()

        assert tokens.on_behalf_of(somebody(2)).token() == f"{TENANT}/person-2/1"
        assert tokens.app_only().token() == f"{TENANT}/app/2"


def test_a_refusal_tells_the_codes_and_neither_token_nor_secret(entra: Entra) -> None:
    entra.refusal = said(
        {
            "error": "invalid_client",
            "error_codes": [7000222],
            "error_description": "AADSTS7000222: hush person-1",
            "correlation_id": "c-1",
        },
        status=401,
    )
    with tokens_at(settings_for(entra.server)) as tokens:
        for bearer in (tokens.app_only(), tokens.on_behalf_of(somebody(1))):
            with pytest.raises(SignInError, match=r"AADSTS7000222.*c-1") as told:
                bearer.token()
            assert "hush" not in str(told.value)
            assert "person-1" not in str(told.value)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Said(body=b"<html>"), id="a page"),
        pytest.param(said([1]), id="a list"),
        pytest.param(said({"access_token": 7, "expires_in": 60}), id="no token"),
        pytest.param(said({"access_token": "x"}), id="no end"),
        pytest.param(Said(is_cut=True), id="cut"),
        pytest.param(said(status=302, Location="/other"), id="moved"),
    ],
)
def test_an_answer_that_is_no_token_is_none(entra: Entra, answer: Said) -> None:
    entra.refusal = answer

    with (
        tokens_at(settings_for(entra.server)) as tokens,
        pytest.raises((SignInError, ServiceAwayError, MalformedError)),
    ):
        tokens.app_only().token()


def test_the_apps_proof_goes_to_no_other_host(entra: Entra) -> None:
    entra.elsewhere = entra.server.origin.replace("localhost", "127.0.0.1") + "/token"

    with (
        tokens_at(settings_for(entra.server)) as tokens,
        pytest.raises(ElsewhereError),
    ):
        tokens.app_only().token()

    assert entra.given == 0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PEM file with key and certificate, as an administrator makes it."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "samspor")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = tmp_path_factory.mktemp("key") / "app.pem"
    public = made.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(b"Bag Attributes\n" + private + public)
    return file


def test_a_certificate_signs_a_proof_for_this_very_address(
    entra: Entra, certificate: Path
) -> None:
    plain = settings_for(entra.server)
    settings = replace(plain, certificate=certificate, secret=None)

    with tokens_at(settings) as tokens:
        tokens.app_only().token()

    form = parse_qs(entra.server.asked[-1].body.decode())
    header, claims, _ = form["client_assertion"][0].split(".")
    told = [
        json.loads(base64.urlsafe_b64decode(f"{each}==")) for each in (header, claims)
    ]
    der = x509.load_pem_x509_certificates(certificate.read_bytes())[0].public_bytes(
        serialization.Encoding.DER
    )
    thumb = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).decode()
    assert told[0]["x5t#S256"].rstrip("=") == thumb.rstrip("=")
    assert told[1]["aud"] == f"{entra.server.origin}/{TENANT}/token"
    assert told[1]["exp"] - time.time() <= 600
    assert "client_secret" not in form
    assert certificate_ends_at(settings) == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_file_without_key_or_certificate_is_refused(
    entra: Entra, certificate: Path, tmp_path: Path
) -> None:
    whole = certificate.read_text()
    half = tmp_path / "half.pem"
    for content in (whole.partition("-----BEGIN CERT")[0], "nonsense", ""):
        half.write_text(content)
        settings = replace(settings_for(entra.server), certificate=half, secret=None)

        with (
            pytest.raises(InputRefusedError, match="SAMSPOR_M365_CERTIFICATE"),
            tokens_at(settings),
        ):
            pass
