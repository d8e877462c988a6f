"""An ID token signs in one person, in one sign-in, in one tenant; all else is none."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from connector.identity.id_tokens import Expected, SignedIn, id_token
from connector.identity.signed_tokens import TokenRefusedError
from tests.connector.identity.entra import (
    AT,
    CLIENT,
    FOREIGN_TENANT,
    NOW,
    OID,
    OTHER_TENANT,
    TENANT,
    Entra,
    header,
    signed,
)

NONCE = "8f14e45fceea167a5a36dedd4bea2543"


def taken(entra: Entra, *, skew_s: int = 0, **changes: Any) -> SignedIn:
    plain = {"scp": ..., "azp": ..., "azpacr": ..., "nonce": NONCE}
    claims = entra.claims(**{**plain, **changes})
    expected = Expected(
        client=CLIENT, authority=entra.server.host, tenant=TENANT, nonce=NONCE
    )
    return id_token(
        signed(json.dumps(claims).encode(), header()),
        expected=expected,
        keys=entra.keys,
        at=AT + timedelta(seconds=skew_s),
    )


def test_a_good_token_tells_the_account_and_nothing_else(entra: Entra) -> None:
    assert taken(entra) == SignedIn(tid=TENANT, oid=OID)


@pytest.mark.parametrize("skew_s", [-119, 3659])
def test_clocks_may_differ_by_a_minute(entra: Entra, skew_s: int) -> None:
    assert taken(entra, skew_s=skew_s).oid == OID


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        pytest.param(17, {"nonce": ...}, id="no nonce"),
        pytest.param(17, {"nonce": ""}, id="an empty nonce"),
        pytest.param(17, {"nonce": NONCE[::-1]}, id="the nonce of another"),
        pytest.param(17, {"nonce": [NONCE]}, id="a list of nonces"),
        pytest.param(5, {"tid": OTHER_TENANT}, id="another tenant of ours"),
        pytest.param(5, {"tid": FOREIGN_TENANT}, id="a foreign tenant"),
        pytest.param(5, {"tid": ...}, id="no tenant"),
        pytest.param(9, {"iss": "https://sts.windows.net/x/"}, id="another issuer"),
        pytest.param(9, {"ver": "1.0"}, id="version 1"),
        pytest.param(10, {"aud": OID}, id="to another app"),
        pytest.param(10, {"aud": [CLIENT]}, id="to a list"),
        pytest.param(11, {"exp": NOW - 61}, id="ended"),
        pytest.param(11, {"nbf": NOW + 61}, id="not begun"),
        pytest.param(11, {"exp": str(NOW + 60)}, id="a time as text"),
        pytest.param(8, {"exp": ...}, id="without end"),
        pytest.param(12, {"oid": "kari@elvestrand.example"}, id="an address"),
        pytest.param(18, {"scp": "access_as_user"}, id="an access token"),
        pytest.param(18, {"idtyp": "app"}, id="an app's own"),
    ],
)
def test_every_other_token_is_refused(
    entra: Entra, rule: int, changes: dict[str, Any]
) -> None:
    with pytest.raises(TokenRefusedError) as refused:
        taken(entra, **changes)

    assert refused.value.rule == rule


@pytest.mark.parametrize("skew_s", [-121, 3661])
def test_clocks_that_differ_more_are_refused(entra: Entra, skew_s: int) -> None:
    with pytest.raises(TokenRefusedError) as refused:
        taken(entra, skew_s=skew_s)

    assert refused.value.rule == 11


def test_a_token_that_another_key_signed_is_refused(entra: Entra) -> None:
    forged = signed(json.dumps(entra.claims(nonce=NONCE)).encode(), header(), by="k9")
    expected = Expected(
        client=CLIENT, authority=entra.server.host, tenant=TENANT, nonce=NONCE
    )

    with pytest.raises(TokenRefusedError) as refused:
        id_token(forged, expected=expected, keys=entra.keys, at=AT)

    assert refused.value.rule == 8


def test_the_log_tells_the_rule_and_the_account_and_never_the_token(
    entra: Entra, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), pytest.raises(TokenRefusedError):
        taken(entra, nonce="x")

    (told,) = [each for each in caplog.records if each.msg == "ID token refused"]
    assert (told.rule, told.oid) == (17, OID)  # type: ignore[attr-defined]  # given as extra
    assert "eyJ" not in str(vars(told))
