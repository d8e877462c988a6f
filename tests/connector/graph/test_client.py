from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from connector.graph.addresses import Addresses
from connector.graph.client import Call, Graph
from connector.graph.errors import (
    BadQuestionError,
    ChangedError,
    DeadlineError,
    ElsewhereError,
    ForbiddenError,
    FullError,
    GraphError,
    ItemNotFoundError,
    LockedError,
    MalformedError,
    NameTakenError,
    Resync,
    ResyncError,
    ServiceAwayError,
    SignInError,
    ThrottledError,
)
from connector.graph.pace import Clock
from connector.graph.shapes import Shape
from tests.connector.graph.scripted import (
    AT,
    Asked,
    Hourglass,
    Said,
    Scripted,
    graph_at,
    refused,
    said,
)

READ = Call(route="/drives/{}/root", parts=("b!1",))
WRITE = Call(method="POST", route="/subscriptions", value={"a": "å"})
SIGNED = "(signed address)"


def value_of(graph: Graph, call: Call = READ) -> Shape:
    return graph.ask(call).read(lambda shape: shape)


def asked_once(server: Scripted, call: Call) -> GraphError:
    """Return the error that a call ends with."""
    with graph_at(server) as graph, pytest.raises(GraphError) as told:
        value_of(graph, call)
    return told.value


def test_a_call_says_who_asks_and_carries_the_token_and_nothing_else(
    server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    server.say(said({"id": "x"}, Set_Cookie="a=b; Path=/"))

    with graph_at(server) as graph:
        value_of(graph)
        value_of(graph, WRITE)

    first, second = server.asked
    assert first.path == "/v1.0/drives/b!1/root"
    assert first.headers["Authorization"] == "Bearer token-0"
    assert first.headers["User-Agent"].startswith("NONISV|Samspor|")
    assert first.headers["client-request-id"] != second.headers["client-request-id"]
    assert not {"Cookie", "Proxy-Authorization"} & set(second.headers)
    assert second.value == {"a": "å"}


def test_a_part_of_a_route_cannot_lead_to_another_route(server: Scripted) -> None:
    with graph_at(server) as graph:
        value_of(
            graph, Call(route="/drives/{}/root:/{}", parts=("d", "a/../b ?#å.docx"))
        )
        for part in ("..", ".", ""):
            with pytest.raises(ElsewhereError):
                value_of(graph, Call(route="/drives/{}/root", parts=(part,)))

    (only,) = server.asked
    assert only.path == "/v1.0/drives/d/root:/a%2F..%2Fb%20%3F%23%C3%A5.docx"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalidRequest", BadQuestionError),
        (403, "accessDenied", ForbiddenError),
        (404, "itemNotFound", ItemNotFoundError),
        (405, "x", BadQuestionError),
        (409, "nameAlreadyExists", NameTakenError),
        (410, "itemNotFound", ItemNotFoundError),
        (412, "resourceModified", ChangedError),
        (413, "x", BadQuestionError),
        (422, "x", BadQuestionError),
        (423, "resourceLocked", LockedError),
        (500, "generalException", ServiceAwayError),
        (501, "notSupported", ServiceAwayError),
        (507, "quotaLimitReached", FullError),
    ],
)
def test_a_refusal_has_its_kind_the_ids_and_words_in_both_languages(
    server: Scripted, status: int, code: str, kind: type[GraphError]
) -> None:
    server.say(refused(status, code))

    error = asked_once(server, WRITE)

    sent = server.asked[-1].headers["client-request-id"]
    assert type(error) is kind
    assert (error.trail.status, error.trail.code) == (status, code)
    assert (error.trail.request_id, error.trail.client_request_id) == ("r-1", sent)
    assert sent in str(error)
    assert "r-1" in str(error)
    assert "Kari" not in str(error)
    assert error.text("nb") != error.text("nn")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("code", "resync"),
    [
        ("resyncChangesApplyDifferences", Resync.APPLY),
        ("resyncChangesUploadDifferences", Resync.UPLOAD),
        ("resyncRequired", Resync.FULL),
    ],
)
def test_changes_that_are_not_kept_say_where_to_begin_again(
    server: Scripted, code: str, resync: Resync
) -> None:
    server.say(refused(410, code, Location="https://x.example/new"))

    error = asked_once(server, READ)

    assert isinstance(error, ResyncError)
    assert (error.resync, error.link) == (resync, "https://x.example/new")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(said([1]), id="a list"),
        pytest.param(Said(body=b"<html>Log in</html>"), id="a page said to be JSON"),
        pytest.param(
            Said(body=b"<html>", headers={"Content-Type": "text/html"}), id="a page"
        ),
        pytest.param(Said(body=b'{"id": "x"'), id="cut off"),
        pytest.param(Said(body=b'{"id": NaN}'), id="no number"),
        pytest.param(Said(body=b"[" * 200_000), id="deep"),
        pytest.param(Said(body=b"\xff\xfe{"), id="no UTF-8"),
        pytest.param(Said(body=b""), id="nothing"),
        pytest.param(Said(body=b" " * 2_000), id="too much"),
        pytest.param(said(status=302, Location="/v1.0/other"), id="a redirect"),
        pytest.param(said({"id": "x"}, status=304), id="not changed"),
    ],
)
def test_an_answer_that_is_none_goes_no_further(server: Scripted, answer: Said) -> None:
    server.say(answer)

    with graph_at(server, max_bytes=1_000) as graph, pytest.raises(MalformedError):
        value_of(graph)

    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Said(body=b'{"id": "x"}', length=50), id="half a body"),
        pytest.param(Said(is_cut=True), id="cut before the answer"),
        pytest.param(
            Said(body=b"5\r\nabc", headers={"Transfer-Encoding": "chunked"}, length=-1),
            id="half a chunk",
        ),
        pytest.param(
            Said(body=b"{}", headers={"Content-Encoding": "gzip"}), id="packed"
        ),
    ],
)
def test_a_broken_answer_is_asked_again_only_when_that_does_no_harm(
    server: Scripted, answer: Said
) -> None:
    server.say(answer)

    read, written = asked_once(server, READ), asked_once(server, WRITE)

    assert [asked.method for asked in server.asked] == ["GET"] * 4 + ["POST"]
    assert isinstance(read, ServiceAwayError)
    assert isinstance(written, ServiceAwayError)
    assert (read.may_be_done, written.may_be_done) == (False, True)


def test_a_server_that_cannot_be_reached_was_told_nothing(server: Scripted) -> None:
    with graph_at(server) as graph:
        nowhere = replace(graph, addresses=Addresses(graph="https://localhost:1/v1.0"))
        with pytest.raises(ServiceAwayError) as told:
            nowhere.ask(WRITE)

    assert told.value.may_be_done is False


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Said(body=b" " * 100, drip_s=0.05), id="a drip of a body"),
        pytest.param(Said(body=b"", length=10, drip_s=9.0), id="silence in the body"),
    ],
)
def test_an_answer_that_drips_ends_at_the_deadline(
    server: Scripted, answer: Said
) -> None:
    def script(_: object) -> Said:
        if answer.drip_s > 1:
            time.sleep(0.8)
        return answer

    server.script = script
    began = time.monotonic()

    with graph_at(server, call_s=0.3) as graph, pytest.raises(DeadlineError):
        value_of(graph)

    assert time.monotonic() - began < 0.3 + 1.5, "the drip lasts five seconds"


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("Wed, 02 Sep 2026 13:00:09 GMT", 9.0),
        ("Wed, 02 Sep 2026 12:00:00 GMT", 0.0),
        ("Wednesday, 02-Sep-26 13:00:04 GMT", 4.0),
        ("soon", 1.0),
        ("-5", 1.0),
        ("1e3", 1.0),
    ],
)
def test_a_wait_that_is_asked_for_is_kept_in_both_its_forms(
    server: Scripted, asked: str, waited: float
) -> None:
    server.say(refused(429, Retry_After=asked), said({}))
    glass = Hourglass()

    with graph_at(server, glass) as graph:
        value_of(graph, WRITE)

    assert sum(glass.waits) == waited
    assert len(server.asked) == 2


def test_a_wait_beyond_the_deadline_is_given_back_at_once(server: Scripted) -> None:
    server.say(refused(429, Retry_After="400"))
    glass = Hourglass()

    with graph_at(server, glass) as graph:
        for _ in range(2):
            with pytest.raises(ThrottledError) as told:
                value_of(graph.within(60))

    assert told.value.until == AT + timedelta(seconds=400)
    assert glass.waits == []
    assert len(server.asked) == 1, "nobody asks before the time is over"


def test_refusals_without_a_time_are_waited_longer_for_each_time(
    server: Scripted,
) -> None:
    server.say(refused(429), refused(429), refused(429), said({}))
    glass = Hourglass()

    with graph_at(server, glass) as graph:
        value_of(graph)

    assert glass.waits == [1.0, 2.0, 4.0]


def test_a_failure_over_there_is_not_asked_twice_to_write(server: Scripted) -> None:
    server.say(refused(503, Retry_After="3"))

    error = asked_once(server, WRITE)

    assert isinstance(error, ServiceAwayError)
    assert error.may_be_done
    assert len(server.asked) == 1


def test_reading_is_tried_four_times_and_no_more(server: Scripted) -> None:
    server.say(refused(500))
    glass = Hourglass()

    with graph_at(server, glass) as graph, pytest.raises(ServiceAwayError):
        value_of(graph)

    assert len(server.asked) == 4
    assert glass.waits == [0.5, 1.0, 2.0]


def test_a_token_that_is_not_taken_is_asked_for_anew_once(server: Scripted) -> None:
    server.say(refused(401), said({}))

    with graph_at(server) as graph:
        value_of(graph, WRITE)
        server.say(refused(401))
        with pytest.raises(SignInError):
            value_of(graph, WRITE)

    bearers = [asked.headers["Authorization"][-1] for asked in server.asked]
    assert bearers == ["0", "1", "1", "2"]


def test_after_a_refusal_one_call_goes_first_while_the_others_wait(
    server: Scripted,
) -> None:
    """Eight at once: three refused probes one by one, then all."""
    under_way: list[int] = []
    most_while_shut: list[int] = []

    def script(asked: Asked) -> Said:
        under_way.append(1)
        is_shut = len(server.asked) <= 3
        if is_shut:
            most_while_shut.append(len(under_way))
        time.sleep(0.05)
        under_way.pop()
        return refused(429, Retry_After="0") if is_shut else said({})

    server.script = script
    with graph_at(server, Clock(), attempts=100) as graph:
        graph.pace.shut(0.0)
        together(8, lambda: value_of(graph))

    assert most_while_shut == [1, 1, 1]
    assert len(server.asked) == 3 + 8


def together(count: int, act: Callable[[], object]) -> None:
    threads = [threading.Thread(target=act) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_tenant_is_not_asked_for_more_than_its_budget(server: Scripted) -> None:
    glass = Hourglass()
    heavy = Call(route="/x", units=50)

    with graph_at(server, glass) as graph:
        for _ in range(40):
            value_of(graph.within(600), heavy)

    units = 40 * 50
    assert glass.passed >= (units - 200) / (1_000 / 60) - 1e-6


def test_an_address_that_is_signed_gets_no_token(server: Scripted) -> None:
    link = f"{server.origin}/download?tempauth=1"

    with graph_at(server) as graph:
        value_of(graph, Call(route=SIGNED, link=link, is_signed=True))
        server.say(refused(401))
        with pytest.raises(SignInError):
            value_of(graph, Call(route=SIGNED, link=link, is_signed=True))

    assert not any("Authorization" in asked.headers for asked in server.asked)
    assert len(server.asked) == 2
