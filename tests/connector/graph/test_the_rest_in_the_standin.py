"""What is not files, and what goes wrong, against the stand-in of Microsoft 365."""

from __future__ import annotations

from contextlib import suppress

import pytest

from connector.graph.access import access_of, let_in, take_away
from connector.graph.batch import ask_all
from connector.graph.client import Call, Graph
from connector.graph.columns import (
    Column,
    columns_of,
    fields_of,
    make_text_column,
    place_of,
    set_fields,
)
from connector.graph.delta import changes
from connector.graph.drives import (
    DriveItem,
    children,
    content,
    delete,
    drive_item,
)
from connector.graph.errors import (
    ChangedError,
    GraphError,
    ItemNotFoundError,
    LockedError,
    ResyncError,
)
from connector.graph.mail import Message, send
from connector.graph.sites import site_at
from connector.graph.teams import Notice, notify
from connector.graph.uploads import create, replace
from connector.graph.versions import version_content, versions
from connector.microsoft365 import Microsoft365
from connector.standin.faults import NAMES
from connector.standin.running import Standin

PERSON = "SELECT id, mail FROM person"


def test_an_earlier_version_is_read(
    graph: Graph, drive: str, folder: DriveItem
) -> None:
    first = create(graph, drive, folder.id, "a.txt", b"first")
    second = replace(graph, drive, first.id, b"second", etag=first.etag)

    oldest = list(versions(graph, drive, first.id))[-1]
    assert version_content(graph, drive, first.id, oldest.id) == b"first"
    assert content(graph, drive, first.id) == b"second"
    assert second.etag != first.etag


def test_a_large_file_goes_in_a_session(
    graph: Graph, drive: str, folder: DriveItem
) -> None:
    large = bytes(range(256)) * 24_000

    first = create(graph, drive, folder.id, "a.bin", large)
    again = create(graph, drive, folder.id, "a.bin", large)
    second = replace(graph, drive, first.id, large + b"!", etag=first.etag)

    assert again == first
    assert content(graph, drive, first.id) == large + b"!"
    with pytest.raises(ChangedError):
        replace(graph, drive, first.id, large, etag=first.etag)
    assert second.etag != first.etag


def test_changes_are_read_since_last_time_and_begun_again_when_forgotten(
    standin: Standin, graph: Graph, drive: str, folder: DriveItem
) -> None:
    since = list(changes(graph, drive))[-1].delta_link
    made = [create(graph, drive, folder.id, f"{n}.txt", b"x") for n in range(4)]
    delete(graph, drive, made[0].id, etag=made[0].etag)

    pages = list(changes(graph, drive, since=since))

    seen = {change.id: change for page in pages for change in page.changes}
    assert {each.id for each in made} <= set(seen)
    assert [seen[each.id].is_deleted for each in made] == [True, False, False, False]
    assert [page.delta_link is None for page in pages[:-1]] == [True] * (len(pages) - 1)
    standin.forget(drive)
    with pytest.raises(ResyncError) as told:
        list(changes(graph, drive, since=pages[-1].delta_link))
    anew = list(changes(graph, drive, since=told.value.link))
    all_there = {change.id for page in anew for change in page.changes}
    assert {each.id for each in made[1:]} <= all_there


def test_a_column_is_written_at_its_version(
    graph: Graph, settings: Microsoft365, drive: str, folder: DriveItem
) -> None:
    made = create(graph, drive, folder.id, "a.txt", b"x")
    site = site_at(graph, host=settings.site_host, path=settings.site_path)
    place = place_of(graph, drive, made.id, site=site.id)
    name = f"Samspor{folder.name}"
    make_text_column(
        graph,
        place.site,
        place.list_id,
        Column(name=name, shown="Tilstand", is_read_only=False),
    )

    before = fields_of(graph, place)
    set_fields(graph, place, {name: "i høring"}, etag=before.etag)
    with pytest.raises(ChangedError):
        set_fields(graph, place, {name: "vedtatt"}, etag=before.etag)

    names = {each.name for each in columns_of(graph, place.site, place.list_id)}
    assert name in names
    assert fields_of(graph, place).values[name] == "i høring"


def test_a_file_is_shared_and_the_access_is_taken_back(
    graph: Graph, drive: str, folder: DriveItem
) -> None:
    made = create(graph, drive, folder.id, "a.txt", b"x")
    who = "harald.brekkvoll@elvestrand.example"

    let_in(graph, drive, made.id, [who], role="read")
    (given,) = (each for each in access_of(graph, drive, made.id) if who in each.to)
    take_away(graph, drive, made.id, given.id)

    assert given.roles == ("read",)
    assert not any(who in each.to for each in access_of(graph, drive, made.id))


def test_a_file_that_somebody_has_open_is_left_alone(
    standin: Standin, graph: Graph, drive: str, folder: DriveItem
) -> None:
    made = create(graph, drive, folder.id, "a.txt", b"x")
    standin.hold_open(made.id)
    with pytest.raises(LockedError):
        replace(graph, drive, made.id, b"y", etag=made.etag)
    standin.let_go(made.id)

    second = replace(graph, drive, made.id, b"y", etag=made.etag)

    assert content(graph, drive, second.id) == b"y"


def test_mail_and_notices_go_out_once(standin: Standin, graph: Graph) -> None:
    row = standin.app.world.state.one(f"{PERSON} WHERE name = ?", "Harald Brekkvoll")
    assert row is not None
    standin.install(row["mail"])
    text = Message(to="siv.groenlid@elvestrand.example", subject="Høyring", text="Hei")
    notice = Notice(
        kind="systemDefault",
        topic="Høyring",
        web_url="https://teams.microsoft.com/l/entity/x",
        preview="Ny frist",
        values={"systemDefaultText": "Ny frist"},
    )

    send(graph, row["mail"], text)
    notify(graph, row["id"], notice)

    assert len(standin.sent("mail")) == 1
    assert len(standin.sent("activity")) == 1


def test_a_batch_brings_back_each_outcome(
    graph: Graph, drive: str, folder: DriveItem
) -> None:
    made = [create(graph, drive, folder.id, f"{n}.txt", b"x") for n in range(3)]
    ids = [*(each.id for each in made), "nowhere"]

    found = ask_all(
        graph, [Call(route="/drives/{}/items/{}", parts=(drive, each)) for each in ids]
    )

    read = [each.read(drive_item) for each in found if not isinstance(each, GraphError)]
    assert read == made
    assert isinstance(found[-1], ItemNotFoundError)


DISTURBED = sorted(NAMES - {"lost", "doubled", "late", "next-link", "timeout", "drip"})


WORKED = ("half-body", "html", "not-json", "reset-after-work", "503", "504", "timeout")


@pytest.mark.parametrize(
    ("fault", "work"),
    [*((each, False) for each in DISTURBED), *((each, True) for each in WORKED)],
)
def test_an_upload_that_is_disturbed_ends_in_one_right_file(
    standin: Standin,
    graph: Graph,
    drive: str,
    folder: DriveItem,
    fault: str,
    work: bool,
) -> None:
    match = {"method": "PUT", "path": "/content$"}
    line = {"match": match, "fault": fault, "seconds": 0.2, "work": work}
    standin.faults.add(line)

    with suppress(GraphError):
        create(graph.within(1), drive, folder.id, "a.txt", b"12345678")
    standin.faults.clear()
    made = create(graph, drive, folder.id, "a.txt", b"12345678")

    there = list(children(graph, drive, folder.id))
    assert [each.id for each in there] == [made.id]
    assert content(graph, drive, made.id) == b"12345678"
