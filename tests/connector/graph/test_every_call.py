"""Every call in every trouble: a defined end, and no write twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from connector.graph import (
    access,
    columns,
    delta,
    drives,
    mail,
    people,
    sites,
    teams,
    uploads,
    versions,
)
from connector.graph import subscriptions as subs
from connector.graph.batch import ask_all
from connector.graph.client import Call, Graph
from connector.graph.errors import (
    GraphError,
    GraphRejectedError,
    MalformedError,
    ServiceAwayError,
    ThrottledError,
)
from connector.graph.pace import Pace
from connector.standin.calls import Call as Held
from connector.standin.contract import broken_by_call
from tests.connector.graph.scripted import (
    AT,
    Asked,
    Hourglass,
    Keyring,
    Said,
    Scripted,
    graph_at,
    refused,
    said,
)

FILE = {"id": "i", "name": "a.docx", "eTag": '"1"', "file": {"hashes": {}}, "size": 3}
SITE = {"id": "h,g,g", "displayName": "Samspor", "webUrl": "https://x.example"}
DRIVE = {"id": "d", "name": "Dokumenter"}
SUB = {"id": "s", "resource": "/drives/d/root", "expirationDateTime": AT.isoformat()}
PERMISSION = {"id": "p", "roles": ["read"], "link": {"webUrl": "https://x.example"}}
PERSON = {"id": "o", "displayName": "Kari", "mail": None}
ITEM = {"eTag": '"1"', "fields": {"Title": "å", "Number": 1.5, "@odata.etag": "x"}}
PLACE = columns.ListPlace(site="h,g,g", list_id="l", item="7")
IDS = {"siteId": "h,g,g", "listId": "l", "listItemId": "7"}
HOOK = subs.Hook(
    address="https://x.example/n",
    lifecycle_address="https://x.example/l",
    client_state="hush",
)
NOTICE = teams.Notice(
    kind="asked",
    topic="Høyring",
    web_url="https://teams.microsoft.com/l/x",
    preview="Ny frist",
    values={"who": "Kari"},
)
MESSAGE = mail.Message(to="kari@elvestrand.example", subject="å", text="ø")


@dataclass(frozen=True, kw_only=True)
class Act:
    """A function as it is used, and the answers that it gets when all goes well.

    `ends` is what it then gives. `may_repeat` when doing its write twice does no harm.
    """

    do: Callable[[Graph], Any]
    answers: Sequence[Any]
    ends: Callable[[Any], bool] = lambda found: found is None
    may_repeat: bool = False


def listed(*each: Any, next_path: str = "") -> dict[str, Any]:
    link = {"@odata.nextLink": f"ORIGIN/v1.0{next_path}"} if next_path else {}
    return {"value": list(each), **link}


ACTS: dict[str, Act] = {
    "site": Act(
        do=lambda g: sites.site_at(g, host="x.example", path="/sites/samspor"),
        answers=[SITE],
        ends=lambda found: found.id == "h,g,g",
    ),
    "first drive": Act(
        do=lambda g: sites.default_drive(g, "h,g,g"),
        answers=[DRIVE],
        ends=lambda found: found.name == "Dokumenter",
    ),
    "item": Act(
        do=lambda g: drives.item(g, "d", "i"),
        answers=[FILE],
        ends=lambda found: (found.etag, found.size) == ('"1"', 3),
    ),
    "children": Act(
        do=lambda g: list(drives.children(g, "d", "p")),
        answers=[
            listed(FILE, next_path="/drives/d/items/p/children?$skiptoken=1"),
            listed(FILE, next_path="/drives/d/items/p/children?$skiptoken=2"),
            listed(FILE),
        ],
        ends=lambda found: len(found) == 3,
    ),
    "folder": Act(
        do=lambda g: drives.make_folder(g, "d", "p", "Prosjekt"),
        answers=[{**FILE, "folder": {}, "file": None}],
        ends=lambda found: found.is_folder,
    ),
    "rename": Act(
        do=lambda g: drives.change(g, "d", "i", etag='"1"', name="b.docx"),
        answers=[FILE],
        ends=lambda found: found.id == "i",
    ),
    "delete": Act(do=lambda g: drives.delete(g, "d", "i", etag='"1"'), answers=[None]),
    "put": Act(
        do=lambda g: uploads.create(g, "d", "p", "a.docx", b"abc"),
        answers=[FILE],
        ends=lambda found: found.id == "i",
        may_repeat=True,
    ),
    "replace": Act(
        do=lambda g: uploads.replace(g, "d", "i", b"abc", etag='"1"'),
        answers=[FILE, FILE],
        ends=lambda found: found.id == "i",
    ),
    "changes": Act(
        do=lambda g: list(delta.changes(g, "d")),
        answers=[
            listed(FILE, next_path="/drives/d/root/delta?token=1"),
            {
                "value": [{"id": "x", "deleted": {}}],
                "@odata.deltaLink": "ORIGIN/v1.0/z",
            },
        ],
        ends=lambda found: (
            [c.is_deleted for page in found for c in page.changes] == [False, True]
        ),
    ),
    "place": Act(
        do=lambda g: columns.place_of(g, "d", "i", site="h,g,g"),
        answers=[{"id": "i", "sharepointIds": IDS}],
        ends=lambda found: found == PLACE,
    ),
    "columns": Act(
        do=lambda g: list(columns.columns_of(g, "h,g,g", "l")),
        answers=[listed({"name": "SamsporState", "readOnly": False})],
        ends=lambda found: found[0].shown == "SamsporState",
    ),
    "fields": Act(
        do=lambda g: columns.fields_of(g, PLACE),
        answers=[ITEM],
        ends=lambda found: found.values == {"Title": "å", "Number": 1.5},
    ),
    "set fields": Act(
        do=lambda g: columns.set_fields(g, PLACE, {"Owner": "6"}, etag='"1"'),
        answers=[{}],
    ),
    "let in": Act(
        do=lambda g: access.let_in(g, "d", "i", ["kari@x.example"], role="read"),
        answers=[listed(PERMISSION)],
        may_repeat=True,
    ),
    "versions": Act(
        do=lambda g: list(versions.versions(g, "d", "i")),
        answers=[listed({"id": "2.0", "lastModifiedDateTime": AT.isoformat()})],
        ends=lambda found: found[0].id == "2.0",
    ),
    "permissions": Act(
        do=lambda g: list(access.access_of(g, "d", "i")),
        answers=[listed(PERMISSION)],
        ends=lambda found: len(found) == 1,
    ),
    "revoke": Act(do=lambda g: access.take_away(g, "d", "i", "p"), answers=[None]),
    "subscribe": Act(
        do=lambda g: subs.subscribe(g, "d", HOOK),
        answers=[SUB],
        ends=lambda found: found.ends_at == AT,
    ),
    "renew": Act(
        do=lambda g: subs.renew(g, "s"),
        answers=[SUB],
        ends=lambda found: found.id == "s",
        may_repeat=True,
    ),
    "subscriptions": Act(
        do=lambda g: list(subs.subscriptions(g)),
        answers=[listed(SUB)],
        ends=lambda found: len(found) == 1,
    ),
    "unsubscribe": Act(do=lambda g: subs.unsubscribe(g, "s"), answers=[None]),
    "person": Act(
        do=lambda g: people.person(g, "o"),
        answers=[PERSON],
        ends=lambda found: (found.oid, found.mail) == ("o", None),
    ),
    "mail": Act(do=lambda g: mail.send(g, "post", MESSAGE), answers=[None]),
    "notice": Act(do=lambda g: teams.notify(g, "o", NOTICE), answers=[None]),
}

TROUBLES: dict[str, Said] = {
    "429 in seconds": refused(429, "activityLimitReached", Retry_After="2"),
    "429 at a time": refused(429, Retry_After="Wed, 02 Sep 2026 13:00:09 GMT"),
    "429 and no time": refused(429),
    "429 for an hour": refused(429, Retry_After="3600"),
    "503 in seconds": refused(503, Retry_After="2"),
    **{
        str(status): refused(status)
        for status in (
            *(400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 415, 416, 422, 423),
            *(500, 501, 502, 503, 504, 507, 509),
        )
    },
    "410 begin again": refused(410, "resyncRequired", Location="https://x.example"),
    "a page": Said(
        body=b"<html>Logg inn</html>", headers={"Content-Type": "text/html"}
    ),
    "a page as JSON": Said(body=b"<html>"),
    "a list": said([1]),
    "null": said(),
    "cut off": Said(body=b'{"id": "i", "value": [{"id"'),
    "half a body": Said(body=b'{"id": "i"', length=99),
    "no answer": Said(is_cut=True),
    "packed": Said(body=b"{}", headers={"Content-Encoding": "gzip"}),
    "moved": said(status=302, Location="https://evil.example/"),
    "wrong kinds": said({"id": 1, "value": {"x": []}, "eTag": [], "fields": 7}),
}


def script(server: Scripted, act: Act, trouble: Said | None, at: int) -> None:
    """Let all go well but for one call, which always gets the trouble."""
    done: list[str] = []

    def answer(asked: Asked) -> Said:
        if trouble is not None and len(done) == at:
            return trouble
        told = json.dumps(act.answers[min(len(done), len(act.answers) - 1)])
        done.append(asked.path)
        if told == "null":
            return Said(status=204)
        return Said(body=told.replace("ORIGIN", server.origin).encode())

    server.script = answer


@pytest.mark.parametrize("name", ACTS)
def test_what_is_asked_is_what_graph_understands(server: Scripted, name: str) -> None:
    act = ACTS[name]
    script(server, act, None, 0)

    with graph_at(server) as graph:
        assert act.ends(act.do(graph))

    assert [broken for asked in server.asked if (broken := held(asked))] == []
    assert len(server.asked) == len(act.answers)


def held(asked: Asked) -> str:
    place = urlsplit(asked.path)
    return broken_by_call(
        Held(
            method=asked.method,
            path=unquote(place.path).removeprefix("/v1.0"),
            query=dict(parse_qsl(place.query)),
            headers={name.lower(): value for name, value in asked.headers.items()},
            body=asked.body,
        )
    )


@pytest.mark.parametrize("name", ACTS)
def test_in_every_trouble_an_act_has_a_defined_end(server: Scripted, name: str) -> None:
    act = ACTS[name]
    with graph_at(server) as graph:
        for at in range(len(act.answers)):
            for trouble in TROUBLES:
                glass = Hourglass()
                end = troubled(server, act, at, trouble, anew(graph, glass))
                assert is_defined(act, end, trouble, server), (at, trouble, end)
                assert glass.passed <= 30.0


EFFECTS = (
    *("delete", "set fields", "let in", "revoke"),
    *("unsubscribe", "mail", "notice"),
)


@pytest.mark.parametrize("trouble", ["a page", "a page as JSON", "cut off"])
def test_what_takes_effect_is_answered_as_graph_answers_it(
    server: Scripted, trouble: str
) -> None:
    """A page with status 200, as of a proxy on the way, is no word that it was done."""
    with graph_at(server) as graph:
        for name in EFFECTS:
            end = troubled(server, ACTS[name], 0, trouble, anew(graph, Hourglass()))
            assert isinstance(end, MalformedError), (name, end)


def troubled(server: Scripted, act: Act, at: int, trouble: str, graph: Graph) -> object:
    """Return how an act ends whose call of that number always gets the trouble."""
    server.asked.clear()
    script(server, act, TROUBLES[trouble], at)
    return ended(act, graph)


def anew(graph: Graph, glass: Hourglass) -> Graph:
    """Return Graph with a pace and a bearer that nothing has happened to yet."""
    clock = glass.clock()
    return replace(graph, clock=clock, pace=Pace(clock), bearer=Keyring())


def ended(act: Act, graph: Graph) -> object:
    try:
        return act.do(graph)
    except GraphError as told:
        return told


def is_defined(act: Act, end: object, trouble: str, server: Scripted) -> bool:
    """Tell whether the end is an error of Graph, or what the act gives anyway."""
    if isinstance(end, GraphError):
        is_told = bool(end.trail.what) and end.text("nb") != ""
        return is_told and writes_once(act, trouble, server)
    return trouble in {"a page", "a page as JSON", "a list", "null", "cut off"} | {
        "wrong kinds"
    } and act.ends(end)


def writes_once(act: Act, trouble: str, server: Scripted) -> bool:
    """Tell whether no write went out twice, but for what Graph refused to do at all."""
    writes = [asked for asked in server.asked if asked.method != "GET"]
    is_refused = trouble.startswith("429") or trouble == "401"
    return act.may_repeat or is_refused or len(writes) <= 1


def test_there_are_nine_hundred_ways_for_it_to_go_wrong() -> None:
    cells = sum(len(act.answers) for act in ACTS.values()) * len(TROUBLES)

    assert cells > 900


READ = Call(route="/drives/{}/items/{}", parts=("d", "i"))
DELETE = Call(method="DELETE", route="/drives/{}/items/{}", parts=("d", "i"))


def batched(asked: Asked, outcomes: Callable[[int], dict[str, Any]]) -> Said:
    """Answer a batch in another order than it was asked in."""
    numbers = [int(each["id"]) for each in asked.value["requests"]]
    return said(
        {"responses": [{"id": str(n), **outcomes(n)} for n in reversed(numbers)]}
    )


def test_many_calls_go_twenty_at_a_time_and_come_back_in_order(
    server: Scripted,
) -> None:
    def outcome(n: int) -> dict[str, Any]:
        if n % 10 == 3:
            return {"status": 404, "body": {"error": {"code": "itemNotFound"}}}
        return {"status": 200, "body": {**FILE, "name": str(n)}}

    server.script = lambda asked: batched(asked, outcome)
    with graph_at(server) as graph:
        found = ask_all(graph, [READ] * 45)

    names = [
        each.read(drives.drive_item).name
        for each in found
        if not isinstance(each, GraphError)
    ]
    refusals = [each for each in found if isinstance(each, GraphRejectedError)]
    assert [len(asked.value["requests"]) for asked in server.asked] == [20, 20, 5]
    assert [held(asked) for asked in server.asked] == ["", "", ""]
    assert names == [str(n) for n in range(45) if n % 10 != 3]
    assert len(refusals) == 5
    assert refusals[0].trail.code == "itemNotFound"


def test_only_those_that_were_asked_to_wait_are_asked_again(server: Scripted) -> None:
    def outcome(n: int) -> dict[str, Any]:
        if n >= 20 and len(server.asked) < 3:
            return {"status": 429, "headers": {"Retry-After": "6"}, "body": {}}
        return {"status": 204}

    server.script = lambda asked: batched(asked, outcome)
    glass = Hourglass()
    with graph_at(server, glass) as graph:
        found = ask_all(graph, [DELETE] * 25)

    assert [len(asked.value["requests"]) for asked in server.asked] == [20, 5, 5]
    assert glass.waits == [6.0]
    assert not any(isinstance(each, GraphError) for each in found)


def test_a_wait_that_is_too_long_is_given_back_call_by_call(server: Scripted) -> None:
    wait = {"status": 429, "headers": {"retry-after": "600"}}
    server.script = lambda asked: batched(
        asked, lambda n: wait if n else {"status": 204}
    )
    with graph_at(server) as graph:
        done, waits = ask_all(graph, [DELETE] * 2)

    assert not isinstance(done, GraphError)
    assert isinstance(waits, ThrottledError)
    assert (waits.until - AT).total_seconds() == 600


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"responses": []},
        {"responses": [{"id": "0", "status": 200}]},
        {"responses": [{"id": "0", "status": 200}] * 2},
        {"responses": [{"id": "0", "status": 200}, {"id": "7", "status": 200}]},
        {"responses": [{"id": 0, "status": 200}, {"id": 1, "status": 200}]},
    ],
)
def test_a_batch_whose_answers_are_not_those_of_its_calls_is_none(
    server: Scripted, answers: dict[str, Any]
) -> None:
    server.say(said(answers))

    with graph_at(server) as graph, pytest.raises(MalformedError) as told:
        ask_all(graph, [DELETE] * 2)

    assert told.value.may_be_done


def test_a_batch_that_writes_is_not_sent_twice(server: Scripted) -> None:
    server.say(Said(is_cut=True))

    with graph_at(server) as graph, pytest.raises(ServiceAwayError) as told:
        ask_all(graph, [READ, DELETE])

    assert told.value.may_be_done
    assert len(server.asked) == 1
