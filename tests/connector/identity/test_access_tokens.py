from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.identity.signed_tokens import PRIVATE_ACCOUNTS, TokenRefusedError
from tests.connector.graph.scripted import Said, said
from tests.connector.identity.entra import (
    AT,
    CLIENT,
    FOREIGN_TENANT,
    NOW,
    OID,
    OTHER_TENANT,
    TENANT,
    Entra,
    b64,
    header,
    jwk,
    signed,
    with_public_key,
)

DAY_S = 86_400
GRAPH = "00000003-0000-0000-c000-000000000000"


def test_a_good_token_tells_who_came_and_nothing_that_could_be_somebody_else(
    entra: Entra,
) -> None:
    token = entra.take_good(acct=0)

    assert (token.tid, token.oid, token.caller) == (TENANT, OID, CLIENT)
    assert token.scopes == {"access_as_user"}
    assert token.ends_at == AT + timedelta(hours=1)
    assert (token.shown_name, token.is_guest) == ("Kari Nordmann", False)
    assert token.token not in repr(token)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="plain"),
        pytest.param({"scp": "User.Read access_as_user"}, id="more scopes"),
        pytest.param({"roles": ["x"]}, id="roles beside a scope"),
        pytest.param({"idtyp": "user"}, id="said to be a person"),
        pytest.param({"exp": NOW - 59}, id="ended a moment ago"),
        pytest.param({"nbf": NOW + 60, "iat": NOW + 60}, id="a clock that is ahead"),
        pytest.param({"exp": NOW - 60 + DAY_S}, id="a day long"),
        pytest.param({"tid": OTHER_TENANT}, id="another tenant of ours"),
        pytest.param({"azp": "1fec8e78-bce4-4aaf-ab1b-5451cc387264"}, id="from Teams"),
        pytest.param({"name": ..., "preferred_username": ...}, id="no name"),
        pytest.param({"name": "a\nb"}, id="a name that is not shown"),
        pytest.param({"sub": "x" * 128}, id="a long sub"),
        pytest.param({"aio": "x", "uti": "y", "xms_ftd": "z"}, id="claims of Entra's"),
    ],
)
def test_a_token_that_keeps_every_rule_is_taken(
    entra: Entra, changes: dict[str, Any]
) -> None:
    assert entra.take_good(**changes).oid == OID


@pytest.mark.parametrize(
    "top", [header(typ="at+jwt"), header(typ=...), header(x5t="a")]
)
def test_a_header_that_keeps_every_rule_is_taken(
    entra: Entra, top: dict[str, Any]
) -> None:
    token = signed(json.dumps(entra.claims()).encode(), top)

    assert entra.take(f"bearer {token}").oid == OID


def test_a_key_of_the_shared_list_is_taken_when_it_names_this_issuer(
    entra: Entra,
) -> None:
    host = entra.server.host
    entra.keys_listed = [jwk(issuer=f"https://{host}/{{tenantid}}/v2.0")]

    assert entra.take_good().oid == OID


@pytest.mark.parametrize(
    ("changes", "is_guest"),
    [
        ({"acct": 1}, True),
        ({"acct": 0}, False),
        ({}, None),
        ({"acct": 0, "idp": f"https://sts.windows.net/{FOREIGN_TENANT}/"}, True),
        ({"acct": 0, "idp": f"https://sts.windows.net/{TENANT}/"}, False),
        ({"acct": 0, "idp": "live.com"}, True),
        ({"idp": "mail"}, True),
        ({"acct": "0"}, None),
    ],
)
def test_who_signs_in_elsewhere_is_a_guest_and_nobody_is_none_by_default(
    entra: Entra, changes: dict[str, Any], is_guest: bool | None
) -> None:
    assert entra.take_good(**changes).is_guest is is_guest


HOSTILE_CLAIMS: list[tuple[int, str, dict[str, Any]]] = [
    (5, "a tenant that is not ours", {"tid": FOREIGN_TENANT}),
    (5, "private accounts", {"tid": PRIVATE_ACCOUNTS}),
    (5, "no tenant", {"tid": ..., "iss": "https://x/v2.0"}),
    (5, "a tenant in capitals", {"tid": TENANT.upper()}),
    (5, "a tenant with a line end", {"tid": f"{TENANT}\n"}),
    (5, "a list of tenants", {"tid": [TENANT]}),
    (9, "issuer of one tenant, id of another", {"iss": "https://x.example/v2.0"}),
    (9, "issuer with a stroke more", {"iss": f"https://localhost/{TENANT}/v2.0/"}),
    (9, "issuer of version 1", {"iss": f"https://sts.windows.net/{TENANT}/"}),
    (9, "issuer in a list", {"iss": ["https://localhost"]}),
    (9, "version 1", {"ver": "1.0"}),
    (9, "version as a number", {"ver": 2.0}),
    (10, "to another app", {"aud": GRAPH}),
    (10, "to the app's address", {"aud": f"api://{CLIENT}"}),
    (10, "to a list with us in it", {"aud": [CLIENT]}),
    (10, "to us and others", {"aud": [CLIENT, GRAPH]}),
    (11, "ended", {"exp": NOW - 60}),
    (11, "ends in ten years", {"exp": NOW + 3650 * DAY_S}),
    (11, "longer than a day", {"exp": NOW - 60 + DAY_S + 1}),
    (11, "ends as text", {"exp": str(NOW + 3600)}),
    (11, "ends as fraction", {"exp": NOW + 3600.5}),
    (11, "ends as truth", {"exp": True}),
    (11, "ends beyond all time", {"exp": 10**400}),
    (11, "ends before it was made", {"exp": NOW - 30, "iat": NOW, "nbf": NOW}),
    (11, "begins later", {"nbf": NOW + 61}),
    (11, "begins as text", {"nbf": str(NOW)}),
    (11, "made later", {"iat": NOW + 61}),
    (8, "made as null", {"iat": None}),
    (12, "oid is no id", {"oid": "kari@elvestrand.example"}),
    (12, "oid in capitals", {"oid": OID.upper()}),
    (12, "oid is a list", {"oid": [OID]}),
    (12, "sub with a line end", {"sub": "a\nb"}),
    (12, "sub with half a character", {"sub": "\ud800"}),
    (12, "sub too long", {"sub": "x" * 129}),
    (12, "sub is empty", {"sub": ""}),
    (12, "sub is a number", {"sub": 7}),
    (14, "no scope", {"scp": ...}),
    (14, "another scope", {"scp": "User.Read"}),
    (14, "a scope that begins like ours", {"scp": "access_as_user2"}),
    (14, "scopes as a list", {"scp": ["access_as_user"]}),
    (14, "an app", {"idtyp": "app"}),
    (14, "an app with roles", {"scp": ..., "roles": ["access_as_user"]}),
    (15, "an ID token", {"nonce": "n"}),
    (15, "without the app that asked", {"azp": ...}),
    (16, "asked for by another app", {"azp": GRAPH}),
    (16, "asked for by a list", {"azp": [CLIENT]}),
    *((8, f"without {name}", {name: ...}) for name in ("exp", "iat", "nbf", "aud")),
    *((8, f"without {name}", {name: ...}) for name in ("iss", "sub", "oid", "ver")),
]


@pytest.mark.parametrize(
    ("rule", "changes"),
    [pytest.param(rule, changes, id=name) for rule, name, changes in HOSTILE_CLAIMS],
)
def test_claims_that_break_a_rule_are_refused_by_its_number(
    entra: Entra, rule: int, changes: dict[str, Any]
) -> None:
    assert refused_by(entra, f"Bearer {entra.good(**changes)}") == rule


def refused_by(entra: Entra, *authorization: str, **more: Any) -> int:
    with pytest.raises(TokenRefusedError) as refused:
        entra.take(*authorization, **more)
    return refused.value.rule


HOSTILE_HEADERS: list[tuple[int, dict[str, Any]]] = [
    (3, {"alg": "none"}),
    (3, {"alg": "None"}),
    (3, {"alg": "HS256"}),
    (3, {"alg": "RS512"}),
    (3, {"alg": "PS256"}),
    (3, {"alg": ...}),
    (3, {"alg": ["RS256"]}),
    (4, {"crit": ["exp"], "exp": 1}),
    (4, {"jwk": jwk("own")}),
    (4, {"jku": "https://evil.example/keys"}),
    (4, {"x5u": "https://evil.example/cert"}),
    (4, {"x5c": ["MIIB"]}),
    (4, {"b64": False}),
    (4, {"zip": "DEF"}),
    (4, {"cty": "JWT"}),
    (4, {"typ": "JWE"}),
    (4, {"typ": None}),
    (4, {"kid": ...}),
    (4, {"kid": "../../etc/passwd"}),
    (4, {"kid": "x' or '1'='1"}),
    (4, {"kid": "k1\n"}),
    (4, {"kid": "x" * 129}),
    (4, {"kid": 1}),
    (6, {"kid": "unknown"}),
]


@pytest.mark.parametrize(("rule", "changes"), HOSTILE_HEADERS)
def test_a_header_that_breaks_a_rule_is_refused_by_its_number(
    entra: Entra, rule: int, changes: dict[str, Any]
) -> None:
    token = signed(json.dumps(entra.claims()).encode(), header(**changes))

    assert refused_by(entra, f"Bearer {token}") == rule


def other_claims(entra: Entra) -> bytes:
    return json.dumps(entra.claims(oid=FOREIGN_TENANT)).encode()


def twice(entra: Entra) -> bytes:
    claims = json.dumps(entra.claims())
    return f'{claims[:-1]}, "oid": "{FOREIGN_TENANT}"}}'.encode()


HOSTILE_TOKENS: list[tuple[int, str, Callable[[Entra], str]]] = [
    (8, "signed by another", lambda e: signed(other_claims(e), header(), by="own")),
    (8, "no signature", lambda e: e.good().rpartition(".")[0] + ".AA"),
    (2, "an empty signature", lambda e: e.good().rpartition(".")[0] + "."),
    (8, "claims of another", lambda e: swapped(e, b64(other_claims(e)))),
    (
        8,
        "another hash",
        lambda e: signed(other_claims(e), header(), digest=hashes.SHA512()),
    ),
    (
        3,
        "HMAC by public key",
        lambda e: with_public_key(other_claims(e), "HS256"),
    ),
    (8, "HMAC said RSA", lambda e: with_public_key(other_claims(e), "RS256")),
    (5, "a claim twice", lambda e: signed(twice(e), header())),
    (5, "claims that are a list", lambda _: signed(b"[]", header())),
    (5, "claims that are deep", lambda _: signed(b"[" * 9_000, header())),
    (5, "claims with no number", lambda _: signed(b'{"exp": NaN}', header())),
    (5, "claims not UTF-8", lambda _: signed(b'{"tid": "\xff"}', header())),
    (2, "a header twice", lambda e: signed(twice(e), b'{"alg":"RS256","alg":"none"}')),
    (2, "a header that is no JSON", lambda e: signed(twice(e), b"{")),
    (2, "two parts", lambda e: e.good().rpartition(".")[0]),
    (2, "four parts", lambda e: e.good() + ".x"),
    (2, "five parts", lambda e: e.good() + ".x.y"),
    (2, "padded", lambda e: e.good() + "="),
    (2, "a line end", lambda e: e.good() + "\n"),
    (2, "letters of another script", lambda e: e.good() + "а"),
    (2, "too long", lambda e: e.good(x="x" * 16_384)),
    (2, "nothing", lambda _: ""),
]


def swapped(entra: Entra, claims: str) -> str:
    top, _, signature = entra.good().split(".")
    return f"{top}.{claims}.{signature}"


@pytest.mark.parametrize(
    ("rule", "make"),
    [pytest.param(rule, make, id=name) for rule, name, make in HOSTILE_TOKENS],
)
def test_a_token_that_is_forged_or_malformed_is_refused(
    entra: Entra, rule: int, make: Callable[[Entra], str]
) -> None:
    assert refused_by(entra, f"Bearer {make(entra)}") == rule


def test_a_token_is_taken_from_one_header_and_no_other_place(entra: Entra) -> None:
    good = f"Bearer {entra.good()}"

    assert refused_by(entra) == 2
    assert refused_by(entra, good, good) == 2
    assert refused_by(entra, good, fields={"access_token", "q"}) == 2
    assert refused_by(entra, f"Basic {entra.good()}") == 2
    assert refused_by(entra, entra.good()) == 2
    assert refused_by(entra, f"Bearer  {entra.good()}") == 2


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"bits": 1024}, id="too small"),
        pytest.param({"use": "enc"}, id="for encryption"),
        pytest.param({"use": None}, id="for nothing"),
        pytest.param({"kty": "EC"}, id="not of RSA"),
        pytest.param({"alg": "RS512"}, id="for another algorithm"),
        pytest.param({"issuer": "https://evil.example/v2.0"}, id="another issuer's"),
        pytest.param({"d": "AQAB"}, id="a private key"),
        pytest.param({"n": "!"}, id="no number"),
        pytest.param({"e": "Ag"}, id="an even exponent"),
    ],
)
def test_a_key_that_may_not_sign_is_not_used(
    entra: Entra, changes: dict[str, Any]
) -> None:
    entra.keys_listed = [jwk(**changes), jwk("k2")]

    assert refused_by(entra, f"Bearer {entra.good()}") == 6


def test_the_same_address_or_name_elsewhere_is_another_person(entra: Entra) -> None:
    mine = entra.take_good()
    theirs = entra.take_good(tid=OTHER_TENANT, oid=FOREIGN_TENANT)

    assert mine.shown_name == theirs.shown_name
    assert (mine.tid, mine.oid) != (theirs.tid, theirs.oid)


def test_the_log_tells_the_rule_and_never_the_token(
    entra: Entra, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = entra.good(), entra.good(aud=GRAPH, azp="Kari Nordmann")

    with caplog.at_level(logging.DEBUG):
        entra.take(f"Bearer {good}")
        refused_by(entra, f"Bearer {bad}")

    taken, refused = (vars(record) for record in caplog.records[-2:])
    assert (taken["tid"], taken["oid"], taken["kid"]) == (TENANT, OID, "k1")
    assert refused["rule"] == 10
    assert "azp" not in refused
    told = " ".join(str(vars(record)) for record in caplog.records)
    assert good.split(".")[2] not in told
    assert bad.split(".")[1] not in told


@st.composite
def mutated(draw: st.DrawFn, token: str) -> str:
    """A token with some characters taken out, put in or changed for others."""
    letters = "".join(draw(st.lists(st.sampled_from("AZaz09_-.= \n"), max_size=8)))
    at = draw(st.integers(0, len(token)))
    end = draw(st.integers(at, min(len(token), at + 8)))
    return f"{token[:at]}{letters}{token[end:]}"


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_token_that_was_touched_is_refused_and_never_an_accident(
    entra: Entra, data: st.DataObject
) -> None:
    good = entra.good()
    touched = data.draw(mutated(good))

    if touched == good:
        assert entra.take(f"Bearer {touched}").oid == OID
    else:
        assert refused_by(entra, f"Bearer {touched}") in {2, 3, 4, 5, 6, 8}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(
        ["aud", "iss", "exp", "iat", "azp", "oid", "sub", "scp", "tid", "ver"]
    ),
    value=JSON_VALUES,
)
def test_a_claim_that_is_anything_else_is_refused_and_never_an_accident(
    entra: Entra, name: str, value: Any
) -> None:
    is_as_good = name == "sub" and isinstance(value, str) and value.isprintable()
    token = entra.good(**{name: value})

    if is_as_good and value:
        assert entra.take(f"Bearer {token}").oid == OID
    else:
        assert refused_by(entra, f"Bearer {token}") >= 5


def test_unknown_key_names_cost_one_call_a_minute(entra: Entra) -> None:
    claims = json.dumps(entra.claims()).encode()
    body, sig = b64(claims), b64(b"x" * 256)

    for n in range(10_000):
        top = b64(json.dumps(header(kid=f"kid-{n}")).encode())
        at = AT + timedelta(seconds=n * 0.06)
        assert refused_by(entra, f"Bearer {top}.{body}.{sig}", at=at) == 6

    assert len(entra.server.asked) <= 10_000 * 0.06 / 60 + 1


def test_a_new_key_is_taken_within_a_minute(entra: Entra) -> None:
    entra.take_good()
    entra.keys_listed = [jwk("k2")]
    token = signed(json.dumps(entra.claims()).encode(), header(kid="k2"), by="k2")

    assert refused_by(entra, f"Bearer {token}", at=AT + timedelta(seconds=30)) == 6
    assert entra.take(f"Bearer {token}", at=AT + timedelta(seconds=91)).oid == OID


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(said(status=500), id="fails"),
        pytest.param(said({}), id="empty"),
        pytest.param(said({"keys": []}), id="no keys"),
        pytest.param(said({"keys": [jwk(kty="EC")]}), id="no usable key"),
        pytest.param(Said(body=b"<html>"), id="a page"),
        pytest.param(Said(is_cut=True), id="cut"),
        pytest.param(said(status=302, Location="https://localhost:1/"), id="moved"),
        pytest.param(Said(body=b" " * 300_000), id="too much"),
    ],
)
def test_the_last_keys_go_on_for_a_day_when_entra_is_away(
    entra: Entra, answer: Said
) -> None:
    entra.take_good()
    entra.server.say(answer)

    for hours in range(0, 25, 4):
        later = AT + timedelta(hours=hours)
        moved = dict.fromkeys(("iat", "nbf"), NOW + hours * 3600)
        taken = entra.take_good(at=later, exp=NOW + hours * 3600 + 600, **moved)
        assert taken.oid == OID

    hours = 26
    moved = dict.fromkeys(("iat", "nbf"), NOW + hours * 3600)
    token = entra.good(exp=NOW + hours * 3600 + 600, **moved)
    assert refused_by(entra, f"Bearer {token}", at=AT + timedelta(hours=hours)) == 6
