"""Large files: every part broken off in every way, and one right file in the end."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from connector.graph.drives import DriveItem
from connector.graph.errors import (
    ChangedError,
    NameTakenError,
    ServiceAwayError,
)
from connector.graph.upload_sessions import PART_BYTES, PART_UNIT_BYTES
from connector.graph.uploads import create, replace
from tests.connector.graph.scripted import (
    Asked,
    Said,
    Scripted,
    graph_at,
    refused,
    said,
)

CONTENT = b"".join(n.to_bytes(4, "big") for n in range((2 * PART_BYTES + 400) // 4))
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
ITEM = "/v1.0/drives/d/items/"

Trouble = Callable[["Library", Asked], Said | None]


@dataclass
class Library:
    """A library with room for one file, as SharePoint keeps it, and its troubles.

    Each trouble is asked before a part is taken; what it says is said instead.
    """

    server: Scripted
    kept: bytes | None = None
    etag: str = "1"
    sessions: dict[str, bytearray] = field(default_factory=dict)
    begun: int = 0
    troubles: list[Trouble] = field(default_factory=list)
    parts: list[tuple[int, int]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Said:
        if asked.path.startswith("/up/"):
            assert "Authorization" not in asked.headers
            return self.session(asked)
        assert asked.headers["Authorization"] == "Bearer token-0"
        if asked.path.endswith("createUploadSession"):
            return self.begin()
        if asked.path.partition("?")[0].endswith("/content"):
            return Said(body=self.kept or b"", headers={"Content-Type": "x/y"})
        return refused(404) if self.kept is None else said(self.item())

    def item(self) -> dict[str, object]:
        size = len(self.kept or b"")
        return {
            "id": "i",
            "name": "a.docx",
            "eTag": self.etag,
            "file": {},
            "size": size,
        }

    def begin(self) -> Said:
        self.begun += 1
        name = f"/up/{self.begun}"
        self.sessions[name] = bytearray()
        return said({"uploadUrl": f"{self.server.origin}{name}"})

    def session(self, asked: Asked) -> Said:
        taken = self.sessions.get(asked.path)
        if taken is None:
            return refused(404, "itemNotFound")
        if asked.method == "DELETE":
            del self.sessions[asked.path]
            return Said(status=204)
        if asked.method == "PUT":
            if self.troubles and (trouble := self.troubles.pop(0)(self, asked)):
                return trouble
            return self.take(asked)
        return said({"nextExpectedRanges": [f"{len(taken)}-"]})

    def take(self, asked: Asked) -> Said:
        found = RANGE.fullmatch(asked.headers["Content-Range"])
        assert found is not None
        first, last, whole = (int(each) for each in found.groups())
        assert len(asked.body) == last - first + 1
        taken = self.sessions[asked.path]
        if first != len(taken):
            return refused(416, "invalidRange")
        self.parts.append((first, last))
        taken += asked.body
        if len(taken) < whole:
            return said({"nextExpectedRanges": [f"{len(taken)}-"]}, status=202)
        self.kept, self.etag = bytes(taken), "2"
        del self.sessions[asked.path]
        return said(self.item(), status=201)


@pytest.fixture
def library(server: Scripted) -> Library:
    made = Library(server)
    server.script = made.answer
    return made


def put(library: Library) -> DriveItem:
    with graph_at(library.server, attempts=2) as graph:
        return create(graph, "d", "p", "a.docx", CONTENT)


def test_a_large_file_goes_in_parts_in_order_and_without_the_token(
    library: Library,
) -> None:
    made = put(library)

    sizes = [last - first + 1 for first, last in library.parts]
    begun = next(a for a in library.server.asked if a.method == "POST")
    assert made.size == len(CONTENT)
    assert library.kept == CONTENT
    assert sizes == [PART_BYTES, PART_BYTES, 400]
    assert PART_BYTES % PART_UNIT_BYTES == 0
    assert begun.value == {"item": {"@microsoft.graph.conflictBehavior": "fail"}}


def lost(library: Library, asked: Asked) -> Said:
    """The part is taken, and the answer does not come."""
    library.take(asked)
    return Said(is_cut=True)


TROUBLES: dict[str, Trouble] = {
    "the answer is lost": lost,
    "cut before": lambda _library, _asked: Said(is_cut=True),
    "fails": lambda _library, _asked: refused(500),
    "away": lambda _library, _asked: refused(503),
    "asked to wait": lambda _library, _asked: refused(429, Retry_After="1"),
    "said to be there": lambda _library, _asked: refused(416, "invalidRange"),
    "an empty body": lambda _library, _asked: Said(status=202),
    "half a body": lambda _library, _asked: Said(status=202, length=9),
    "the session is over": lambda library, _: over(library),
}


def over(library: Library) -> Said:
    library.sessions.clear()
    return refused(404, "itemNotFound")


@pytest.mark.parametrize("part", [0, 1, 2])
@pytest.mark.parametrize("name", TROUBLES)
def test_a_part_that_is_broken_off_ends_in_one_right_file(
    library: Library, part: int, name: str
) -> None:
    library.troubles = [lambda _library, _asked: None] * part + [TROUBLES[name]]

    made = put(library)

    assert library.kept == CONTENT
    assert made.size == len(CONTENT)
    assert library.etag == "2"


def test_a_session_that_takes_nothing_is_given_up_without_a_file(
    library: Library,
) -> None:
    library.troubles = [TROUBLES["fails"]] * 50

    with pytest.raises(ServiceAwayError):
        put(library)

    assert library.kept is None


def test_a_session_that_is_always_over_is_begun_three_times(library: Library) -> None:
    library.troubles = [TROUBLES["the session is over"]] * 50

    with pytest.raises(ServiceAwayError):
        put(library)

    assert library.begun == 3


def test_a_name_that_another_took_meanwhile_is_left_to_it(library: Library) -> None:
    def taken(library: Library, _: Asked) -> Said:
        library.kept = b"another"
        return refused(409, "nameAlreadyExists")

    library.troubles = [lambda _library, _asked: None, taken]

    with pytest.raises(NameTakenError):
        put(library)

    assert library.kept == b"another"
    assert library.sessions == {}, "the parts are given back"


def test_a_large_file_is_replaced_only_at_its_version(library: Library) -> None:
    library.kept = b"before"
    with graph_at(library.server) as graph:
        made = replace(graph, "d", "i", CONTENT, etag="1")
        again = replace(graph, "d", "i", CONTENT, etag="1")
        with pytest.raises(ChangedError):
            replace(graph, "d", "i", CONTENT + b"x", etag="1")

    begun = next(a for a in library.server.asked if a.method == "POST")
    assert begun.headers["If-Match"] == "1"
    assert made == again
    assert library.begun == 1


@pytest.mark.parametrize(
    "ranges", [{}, {"nextExpectedRanges": []}, {"nextExpectedRanges": ["x-"]}]
)
def test_a_session_that_says_nonsense_is_given_up(
    library: Library, ranges: dict[str, object]
) -> None:
    library.troubles = [
        lambda _library, _asked: Said(status=202, body=json.dumps(ranges).encode())
    ] * 9

    with pytest.raises(ServiceAwayError):
        put(library)

    assert library.kept is None
