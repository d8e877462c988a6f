"""No token and no call outside: over two hundred hostile addresses, and real ones."""

from __future__ import annotations

import itertools
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.graph.addresses import Addresses, OutsideError, file_hosts
from connector.graph.client import USER_AGENT, Call
from connector.graph.delta import changes
from connector.graph.drives import content
from connector.graph.errors import ElsewhereError, MalformedError, ServiceAwayError
from connector.wire import BrokenOffError, Question, Wire
from tests.connector.graph.scripted import (
    Scripted,
    graph_at,
    said,
)

REAL = Addresses(files=file_hosts("elvestrand.sharepoint.com"))
PATHS = ("/v1.0/drives/1/root/delta?token=1", "/v1.0/", "/upload?tempauth=x")
HOSTS = (
    *("evil.example", "graph.microsoft.com.evil.example", "evilgraph.microsoft.com"),
    *("graph.microsoft.com.", "graph.microsoft.com:444", "graph.microsoft.com:80"),
    *("graph.microsoft.com@evil.example", "graph.microsoft.com:x@evil.example"),
    *("evil.example#graph.microsoft.com", "evil.example?graph.microsoft.com"),
    *("graph.microsoft.com%2eevil.example", "graph.microsoft.com%00.evil.example"),
    *("graph.mıcrosoft.com", "graph.micrоsoft.com", "grаph.microsoft.com"),
    *("xn--grph-5na.microsoft.com", "graph.microsoft.com\u3002evil.example"),
    *("169.254.169.254", "127.0.0.1", "localhost", "0.0.0.1", "2130706433"),
    *("0x7f.1", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1"),
    *("[fe80::1%25eth0]", "metadata.google.internal", "", "user:pw@evil.example"),
    *("evil.sharepoint.com", "elvestrand.sharepoint.com.evil.example"),
    *("elvestrand-my.sharepoint.com.evil", "elvestrand.sharepoint.com:8443"),
    *("elvestrand.sharepoint.com@evil.example", "elvestrandXsharepoint.com"),
    *("other-my.sharepoint.com", "x.y-mediap.svc.ms", "evil-mediap.svc.ms.example"),
    *("-mediap.svc.ms", "evil.example/norwayeast1-mediap.svc.ms"),
)
HOSTILE = [
    f"{scheme}{host}{path}"
    for scheme, host, path in itertools.product(("https://", "//"), HOSTS, PATHS)
] + [
    *("http://graph.microsoft.com/v1.0/x", "HTTPS:/graph.microsoft.com/v1.0/x"),
    *("ftp://graph.microsoft.com/v1.0/x", "file:///etc/passwd", "javascript:1"),
    *("https:graph.microsoft.com/v1.0/x", "https:///graph.microsoft.com/v1.0/x"),
    *("https://graph.microsoft.com/v1.0/../../evil", "/v1.0/me", "", " "),
    *("https://graph.microsoft.com\\@evil.example/v1.0/x", "\\\\evil.example\\x"),
    *("https://graph.microsoft.com/v1.0/x\r\nX: y", "https://graph.microsoft.com/\tx"),
    *("https://graph.microsoft.com/v1.0/%2e%2e/x", "https://graph.microsoft.com/beta/"),
    *("https://graph.microsoft.com/v1.0", "https://graph.microsoft.com/v1.0x/y"),
    *(" https://graph.microsoft.com/v1.0/x", "https://[graph.microsoft.com/v1.0/x"),
    *("https://elvestrand.sharepoint.com\\.evil.example/", "https://\u2100.example/"),
]


def test_there_are_more_than_two_hundred_of_them() -> None:
    assert len(set(HOSTILE)) > 200


def test_no_link_of_another_place_is_shown_the_token() -> None:
    for link in HOSTILE:
        with pytest.raises(OutsideError):
            REAL.link(link)


def test_no_signed_address_of_another_place_is_asked() -> None:
    graphs_own = "https://graph.microsoft.com/"
    for link in HOSTILE:
        if not link.startswith(graphs_own) or "\r" in link or "\t" in link:
            with pytest.raises(OutsideError):
                REAL.signed(link)


@pytest.mark.parametrize(
    "link",
    [
        "https://elvestrand.sharepoint.com/_layouts/15/download.aspx?tempauth=1",
        "https://elvestrand-my.sharepoint.com/personal/x/_api/v2.0/y?z=~1",
        "https://norwayeast1-mediap.svc.ms/transform/pdf?provider=spo",
    ],
)
def test_the_addresses_that_graph_signs_are_asked(link: str) -> None:
    assert REAL.signed(link) == link


@pytest.mark.parametrize(
    "link",
    [
        "https://graph.microsoft.com/v1.0/drives/b!1/root/delta?token=a%20b",
        "https://graph.microsoft.com/v1.0/sites('h,g,g')/drives?$skiptoken=x..y",
    ],
)
def test_the_links_that_graph_gives_are_followed_as_they_are(link: str) -> None:
    assert REAL.link(link) == link


@given(st.text(), st.text(), st.sampled_from(HOSTS))
def test_whatever_stands_before_or_after_the_token_stays(
    before: str, after: str, host: str
) -> None:
    link = f"{before}https://{host}{after}"
    try:
        taken = REAL.link(link)
    except OutsideError:
        return
    assert taken.startswith("https://graph.microsoft.com/v1.0/")


class Ear(socketserver.ThreadingTCPServer):
    """A server that only counts who connects."""

    connected = 0

    def verify_request(self, request: object, client_address: object) -> bool:
        self.connected += 1
        return False


@contextmanager
def a_listener() -> Iterator[tuple[str, Ear]]:
    """Another server on this machine, and how many have come to it."""
    server = Ear(("127.0.0.1", 0), socketserver.BaseRequestHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_address[1]}", server
    server.shutdown()
    server.server_close()
    thread.join()


def test_nothing_that_an_answer_says_leads_to_another_server(server: Scripted) -> None:
    with a_listener() as (elsewhere, ear), graph_at(server) as graph:
        page = {"value": [], "@odata.nextLink": f"{elsewhere}/v1.0/drives/d/root/delta"}
        server.say(said(page))
        with pytest.raises(ElsewhereError):
            list(changes(graph, "d"))
        with pytest.raises(ElsewhereError):
            list(changes(graph, "d", since=f"{elsewhere}/v1.0/x"))
        server.say(said(status=302, Location=f"{elsewhere}/download"))
        with pytest.raises(ElsewhereError):
            content(graph, "d", "i")

    assert ear.connected == 0


def test_a_signed_address_that_points_on_is_not_followed(server: Scripted) -> None:
    first = said(status=302, Location=f"{server.origin}/1")
    server.say(first, said(status=302, Location=f"{server.origin}/2"))

    with graph_at(server) as graph, pytest.raises(MalformedError):
        content(graph, "d", "i")

    assert [asked.path for asked in server.asked][1:] == ["/1"]
    assert "Authorization" not in server.asked[1].headers


def test_a_name_that_resolves_to_this_machine_is_hung_up_on(server: Scripted) -> None:
    """The name is looked up by the call itself, so a second answer cannot differ."""
    wire = Wire(user_agent=USER_AGENT, silence_s=1.0, ca=server.ca, may_be_near=False)

    with pytest.raises(BrokenOffError) as broken:
        wire.ask(Question(address=server.origin, within_s=2.0, max_bytes=10))

    wire.close()
    assert not broken.value.is_sent
    assert server.asked == []


def test_a_call_with_a_line_end_is_never_sent(server: Scripted) -> None:
    call = Call(route="/x", headers={"If-Match": "a\r\nX: y"})

    with graph_at(server) as graph, pytest.raises(ServiceAwayError):
        graph.ask(call)

    assert server.asked == []
