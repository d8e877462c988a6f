"""Notifications are stored before they are answered, and forged ones change nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, text
from werkzeug.test import TestResponse

from connector.library.items import (
    LibraryNotification,
    WebhookSubscription,
    notifications,
)
from connector.library.notifications import (
    MOST_ITEMS,
    REMEMBERED_S,
    KnownSubscriptions,
    Told,
    secret_sha256,
    store,
)
from connector.library.syncing import sync
from tests.connector.library.libraries import House
from tests.connector.web.applications import APPLICATIONS
from workflows.base import all_of

PATH, CARE = "/m365/notifications", "/m365/lifecycle"
NAMED, SECRET = "11111111-2222-3333-4444-555555555555", "s3cret"
TOKENS = (
    "Validation: Testing client application reachability for subscription: 4f1c",
    "Zm9yIGFsbA==",
    "Ærlig talt + 100 % sikker",
)


def client(house: House) -> FlaskClient:
    return APPLICATIONS.lend(house.installation).test_client()


def subscribed(house: House) -> FlaskClient:
    """A client, when the house subscribes to its library."""
    at = house.installation.now()
    with house.installation.unrecorded() as session:
        session.add(
            WebhookSubscription(
                subscription=NAMED,
                library=house.desk.library.key,
                secret_sha256=secret_sha256(SECRET),
                begun_at=at,
                expires_at=at,
            )
        )
    return client(house)


def told(subscription: str = NAMED, secret: Any = SECRET) -> dict[str, Any]:
    return {"subscriptionId": subscription, "clientState": secret, "resource": "x"}


def post(browser: FlaskClient, *items: Any, path: str = PATH) -> TestResponse:
    return browser.post(path, base_url="http://127.0.0.1", json={"value": list(items)})


def stored(house: House) -> int:
    with house.installation.reading() as session:
        return len(all_of(session, LibraryNotification))


@pytest.mark.parametrize("path", [PATH, CARE])
def test_a_notification_is_stored_and_answered(each_house: House, path: str) -> None:
    answer = post(subscribed(each_house), told(), path=path)

    assert answer.status_code == 202
    with each_house.installation.reading() as session:
        (row,) = notifications(session, each_house.desk.library.key)
    assert row.received_at == each_house.installation.now()


def test_the_same_told_many_times_in_one_go_is_stored_once(house: House) -> None:
    answer = post(subscribed(house), *[told()] * MOST_ITEMS)

    assert (answer.status_code, stored(house)) == (202, 1)


@pytest.mark.parametrize(
    "forged",
    [
        told(secret="s3cre"),
        told(secret=""),
        told(secret=None),
        told(secret=secret_sha256(SECRET)),
        told(subscription="11111111-2222-3333-4444-555555555556"),
        told(subscription="' OR 1=1 --"),
        {"clientState": SECRET},
        [NAMED, SECRET],
        "tekst",
        None,
    ],
)
def test_a_forged_notification_is_answered_like_others_and_dropped(
    house: House, forged: Any
) -> None:
    answer = post(subscribed(house), forged)

    assert (answer.status_code, answer.data) == (202, b"")
    assert stored(house) == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"value": 1}', b"\xff", b"[" * 100_000],
)
def test_what_is_no_list_of_notifications_is_refused(house: House, body: bytes) -> None:
    answer = subscribed(house).post(PATH, base_url="http://127.0.0.1", data=body)

    assert (answer.status_code, stored(house)) == (400, 0)


def test_more_than_a_thousand_at_once_are_refused(house: House) -> None:
    answer = post(subscribed(house), *[told()] * (MOST_ITEMS + 1))

    assert (answer.status_code, stored(house)) == (400, 0)


def test_a_body_of_more_than_a_megabyte_is_not_read(house: House) -> None:
    body = json.dumps({"value": [told()], "filling": "x" * 1024 * 1024})

    answer = subscribed(house).post(PATH, base_url="http://127.0.0.1", data=body)

    assert (answer.status_code, stored(house)) == (413, 0)


@pytest.mark.parametrize("token", TOKENS)
def test_a_validation_token_is_echoed_as_text_and_nothing_else(
    house: House, token: str
) -> None:
    answer = client(house).post(
        PATH, base_url="http://127.0.0.1", query_string={"validationToken": token}
    )

    assert (answer.status_code, answer.text) == (200, token)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "<script>alert(1)</script>",
        "a > b",
        "a\nb",
        "a\x00b",
        "a" * 2049,
        "a\u202eb",
    ],
)
def test_a_token_that_could_do_harm_is_refused(house: House, token: str) -> None:
    answer = client(house).post(
        PATH, base_url="http://127.0.0.1", query_string={"validationToken": token}
    )

    assert answer.status_code == 400
    assert token not in answer.text or not token


def test_a_notification_that_cannot_be_stored_is_asked_for_again(
    house: House,
) -> None:
    browser = subscribed(house)
    with house.installation.unrecorded() as session:
        session.execute(text("DROP TABLE library_notification"))

    answer = post(browser, told())

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"


def test_reading_the_changes_puts_away_what_had_been_told_before(house: House) -> None:
    browser = subscribed(house)
    post(browser, told())
    post(browser, told())
    assert stored(house) == 2

    sync(house.installation, house.desk.library)

    assert stored(house) == 0


def test_whose_a_subscription_is_is_found_before_the_municipality_is_known(
    each_house: House,
) -> None:
    subscribed(each_house)

    with each_house.installation.database.reading(None) as session:
        found = session.scalar(select(func.count()).select_from(WebhookSubscription))

    assert found == 1


def test_a_subscription_is_looked_up_once_a_minute(each_house: House) -> None:
    subscribed(each_house)
    clock = [0.0]
    known = KnownSubscriptions(lambda: clock[0])
    store_again(each_house, known)
    with each_house.installation.unrecorded() as session:
        session.execute(delete(WebhookSubscription))

    clock[0] = REMEMBERED_S - 1
    assert (store_again(each_house, known), stored(each_house)) == (1, 2)
    assert store_again(each_house, known, secret="another") == 0
    clock[0] = REMEMBERED_S
    assert (store_again(each_house, known), stored(each_house)) == (0, 2)


def test_a_subscription_that_is_told_of_too_early_is_known_when_it_begins(
    house: House,
) -> None:
    known = KnownSubscriptions()
    assert store_again(house, known) == 0

    subscribed(house)

    assert store_again(house, known) == 1


def test_a_forged_notification_beside_a_real_one_stands_in_no_way(house: House) -> None:
    browser = subscribed(house)

    post(browser, told(), told(secret="another"))

    assert stored(house) == 1


def store_again(
    house: House, known: KnownSubscriptions, *, secret: str = SECRET
) -> int:
    which = [Told(subscription=NAMED, secret=secret)]
    at = house.installation.now()
    return store(house.installation.database, which, at=at, known=known)
