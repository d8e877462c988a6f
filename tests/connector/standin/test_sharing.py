"""Invitations, links, groups, mail and the activity feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.standin.running import Standin, running
from tests.connector.standin.callers import Caller, Json, as_app, code, told

SIV = "siv.groenlid@elvestrand.example"
OUTSIDE = "ekstern@fylke.example"


@pytest.fixture
def item(app: Caller, drive: str, request: pytest.FixtureRequest) -> str:
    """The path of a file with the name of the test."""
    made = app.put(f"{drive}/root", f"{request.node.name[:60]}.txt", b"x")
    return f"{drive}/items/{made['id']}"


def test_somebody_is_given_a_role_and_it_is_taken_back(app: Caller, item: str) -> None:
    form = {"recipients": [{"email": SIV}], "roles": ["write"], "requireSignIn": True}
    (given,) = app.post(f"{item}/invite", form)["value"]

    before = app.get(f"{item}/permissions")["value"]
    gone = app.call("DELETE", f"{item}/permissions/{given['id']}")
    after = app.get(f"{item}/permissions")["value"]

    assert given["grantedToV2"]["user"]["displayName"] == "Siv Grønlid"
    assert gone.status_code == 204
    assert len(before) - len(after) == 1


def test_somebody_outside_must_be_sent_the_invitation(
    app: Caller, standin: Standin, item: str
) -> None:
    form = {"recipients": [{"email": OUTSIDE}], "roles": ["read"]}

    silent = app.call("POST", f"{item}/invite", json=form)
    told(app.call("POST", f"{item}/invite", json={**form, "sendInvitation": True}))

    assert code(silent) == (400, "invalidRequest")
    assert [each["to"] for each in standin.sent("invitation")] == [OUTSIDE]


def test_a_misspelt_word_in_an_invitation_is_refused(app: Caller, item: str) -> None:
    form = {"recipients": [{"email": SIV}], "roles": ["read"], "requiresSignIn": True}

    assert code(app.call("POST", f"{item}/invite", json=form)) == (400, "BadRequest")


def test_a_link_of_a_kind_is_made_once(app: Caller, item: str) -> None:
    form = {"type": "view", "scope": "organization"}

    first = app.call("POST", f"{item}/createLink", json=form)
    second = app.call("POST", f"{item}/createLink", json=form)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


def test_only_an_administrator_grants_a_site(app: Caller, standin: Standin) -> None:
    site = app.get(f"/sites/{standin.site}")["id"]
    identity = {"application": {"id": standin.client, "displayName": "Samspor"}}
    form = {"roles": ["write"], "grantedToIdentities": [identity]}

    answer = app.call("POST", f"/sites/{site}/permissions", json=form)

    assert code(answer) == (403, "accessDenied")


@pytest.fixture(scope="module")
def administrator(furnished: Callable[[], Path]) -> Iterator[Caller]:
    """An app with every site, in a tenant of its own."""
    with running(furnished(), roles=("Sites.FullControl.All",)) as standin:
        caller = as_app(standin)
        yield caller
        caller.session.close()


def test_an_administrator_grants_a_site(administrator: Caller) -> None:
    (site,) = administrator.get("/sites?search=personal")["value"]
    app = {"application": {"id": "11111111-1111-1111-1111-111111111111"}}
    form: Json = {"roles": ["write"], "grantedToIdentities": [app]}

    given = administrator.post(f"/sites/{site['id']}/permissions", form)

    every = administrator.get(f"/sites/{site['id']}/permissions")["value"]
    assert every == [given]


def group(app: Caller, name: str) -> str:
    sql = "SELECT id FROM team WHERE name = ?"
    row = app.standin.app.world.state.one(sql, name)
    assert row is not None
    return str(row["id"])


def test_a_group_has_members_and_members_of_members(app: Caller) -> None:
    address = f"/groups/{group(app, 'Partene i Samspor')}"

    direct = app.get(f"{address}/members?$select=displayName")["value"]
    every = app.get(f"{address}/transitiveMembers?$top=50")["value"]

    assert {each["displayName"] for each in direct} == {"Siv Grønlid", "Styringsgruppa"}
    assert "Åsta Fjellbru" in {each["displayName"] for each in every}


def test_which_groups_somebody_is_in_is_told(app: Caller) -> None:
    around = [group(app, name) for name in ("Partene i Samspor", "Styringsgruppa")]

    found = app.post(f"/users/{SIV}/checkMemberGroups", {"groupIds": around})

    assert found["value"] == around[:1]


def test_mail_is_kept_and_answered_with_nothing(app: Caller, standin: Standin) -> None:
    to = [{"emailAddress": {"address": OUTSIDE}}]
    message = {"subject": "Frist", "toRecipients": to}

    answer = app.call("POST", f"/users/{SIV}/sendMail", json={"message": message})

    assert (answer.status_code, answer.content) == (202, b"")
    assert standin.sent("mail")[-1]["subject"] == "Frist"


ACTIVITY = {
    "topic": {"source": "text", "value": "R-01", "webUrl": "https://teams.example/l"},
    "activityType": "systemDefault",
    "previewText": {"content": "Runden er åpen"},
}


def test_the_feed_needs_the_app_to_be_installed(app: Caller, standin: Standin) -> None:
    address = f"/users/{SIV}/teamwork/sendActivityNotification"

    without = app.call("POST", address, json=ACTIVITY)
    standin.install(SIV)
    with_one = app.call("POST", address, json=ACTIVITY)
    standin.install(SIV, "another")
    with_two = app.call("POST", address, json=ACTIVITY)
    named = app.call("POST", address, json={**ACTIVITY, "teamsAppId": "another"})

    assert code(without) == (403, "Forbidden")
    assert with_one.status_code == 204
    assert code(with_two) == (409, "Conflict")
    assert named.status_code == 204


def test_a_topic_of_text_needs_an_address(app: Caller) -> None:
    topic = {"source": "text", "value": "R-01"}
    address = f"/users/{SIV}/teamwork/sendActivityNotification"

    answer = app.call("POST", address, json={**ACTIVITY, "topic": topic})

    assert code(answer) == (400, "BadRequest")


def test_telling_many_needs_a_token_that_lives_long(
    app: Caller, standin: Standin
) -> None:
    one = {
        "@odata.type": "microsoft.graph.aadUserNotificationRecipient",
        "userId": app.get(f"/users/{SIV}")["id"],
    }
    address = "/teamwork/sendActivityNotificationToRecipients"
    form = {**ACTIVITY, "recipients": [one]}

    early = app.call("POST", address, json=form)
    standin.advance(20 * 60)
    late = app.call("POST", address, json=form)

    assert early.status_code == 202
    assert code(late) == (412, "PreconditionFailed")
