"""What changed since last time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.connector.standin.callers import Caller, Json, as_app, code, told


def read(app: Caller, address: str) -> tuple[list[Json], str]:
    """Return all changes from an address on, and the address for the next time."""
    found: list[Json] = []
    while True:
        page = app.get(address)
        found += page["value"]
        if "@odata.deltaLink" in page:
            return found, page["@odata.deltaLink"]
        address = page["@odata.nextLink"]


@pytest.fixture
def latest(app: Caller, drive: str) -> str:
    """The address for what changes from now on."""
    return str(app.get(f"{drive}/root/delta?token=latest")["@odata.deltaLink"])


def test_from_the_start_everything_is_told_in_pages(app: Caller, drive: str) -> None:
    made = [app.put(f"{drive}/root", f"side {n}.txt", b"x")["id"] for n in range(5)]

    found, _ = read(app, f"{drive}/root/delta")

    assert "root" in found[0]
    assert [item["id"] for item in found if item["id"] in made] == made


def test_only_what_changed_since_is_told(app: Caller, drive: str, latest: str) -> None:
    item = app.put(f"{drive}/root", "ny.txt", b"x")

    found, again = read(app, latest)
    nothing, _ = read(app, again)

    assert [each["id"] for each in found] == [item["id"]]
    assert nothing == []


def test_an_item_of_delta_has_no_c_tag_and_no_path(
    app: Caller, drive: str, latest: str
) -> None:
    item = app.put(f"{drive}/root", "uten.txt", b"x")

    (found,), _ = read(app, latest)

    assert "cTag" in item
    assert "path" in item["parentReference"]
    assert "cTag" not in found
    assert "path" not in found["parentReference"]
    assert found["eTag"] == item["eTag"]


def test_what_was_deleted_has_no_name(app: Caller, drive: str, latest: str) -> None:
    item = app.put(f"{drive}/root", "slettet.txt", b"x")
    app.call("DELETE", f"{drive}/items/{item['id']}")

    (found,), _ = read(app, latest)

    assert found["id"] == item["id"]
    assert "deleted" in found
    assert "name" not in found


def test_what_was_deleted_before_is_not_told_to_who_begins(
    app: Caller, drive: str
) -> None:
    item = app.put(f"{drive}/root", "aldri.txt", b"x")
    app.call("DELETE", f"{drive}/items/{item['id']}")

    found, _ = read(app, f"{drive}/root/delta")

    assert item["id"] not in {each["id"] for each in found}


def test_an_item_that_changes_meanwhile_comes_twice(app: Caller, drive: str) -> None:
    address = app.drive(1)
    items = [app.put(f"{address}/root", f"{n}.txt", b"x") for n in range(4)]
    page = app.get(f"{address}/root/delta")
    moved = page["value"][1]["id"]

    app.call("PATCH", f"{address}/items/{moved}", json={"name": "igjen.txt"})
    rest, _ = read(app, page["@odata.nextLink"])

    assert moved == items[0]["id"]
    assert [each["name"] for each in rest if each["id"] == moved] == ["igjen.txt"]


@pytest.mark.parametrize("way", ["forgotten", "a month"])
def test_a_token_that_is_too_old_is_answered_with_a_new_beginning(
    app: Caller, drive: str, latest: str, way: str
) -> None:
    item = app.put(f"{drive}/root", f"etter {way}.txt", b"x")
    _, link = read(app, latest)
    if way == "forgotten":
        app.standin.forget(drive.rpartition("/")[2])
    else:
        app.standin.advance(31 * 24 * 3600)
    later = as_app(app.standin)

    gone = later.call("GET", link)
    found, _ = read(later, gone.headers["Location"])
    later.session.close()

    assert code(gone) == (410, "resyncChangesApplyDifferences")
    assert item["id"] in {each["id"] for each in found}


def test_the_token_may_be_an_instant(app: Caller, drive: str) -> None:
    app.standin.advance(60)
    before = app.standin.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    app.standin.advance(60)
    item = app.put(f"{drive}/root", "siden.txt", b"x")

    found, _ = read(app, f"{drive}/root/delta?token={before}")

    assert [each["id"] for each in found] == [item["id"]]


def test_a_token_that_is_none_is_refused(app: Caller, drive: str) -> None:
    answer: Any = app.call("GET", f"{drive}/root/delta?token=nonsense")

    assert code(answer) == (400, "invalidRequest")


def test_a_change_of_columns_is_told_too(app: Caller, drive: str, latest: str) -> None:
    item = app.put(f"{drive}/root", "kolonne.txt", b"x")
    _, link = read(app, latest)

    fields = f"{drive}/items/{item['id']}/listItem/fields"
    told(app.call("PATCH", fields, json={"Title": "Ny tittel"}))
    found, _ = read(app, link)

    assert [each["id"] for each in found] == [item["id"]]
