"""Versions, columns, check-out and locks of files."""

from __future__ import annotations

import pytest

from connector.standin.running import Standin
from tests.connector.standin.callers import BINARY, Caller, code, told


@pytest.fixture
def item(app: Caller, drive: str, request: pytest.FixtureRequest) -> str:
    """The path of a file with the name of the test."""
    made = app.put(f"{drive}/root", f"{request.node.name[:60]}.txt", b"first")
    return f"{drive}/items/{made['id']}"


def replaced(app: Caller, item: str, data: bytes) -> None:
    told(app.call("PUT", f"{item}/content", data=data, headers=BINARY))


def test_what_was_replaced_is_an_earlier_version(app: Caller, item: str) -> None:
    replaced(app, item, b"second")

    numbers = [each["id"] for each in app.get(f"{item}/versions")["value"]]

    assert numbers == ["2.0", "1.0"]
    assert app.content(f"{item}/versions/1.0") == b"first"


def test_the_contents_of_the_current_version_are_not_given_there(
    app: Caller, item: str
) -> None:
    answer = app.call("GET", f"{item}/versions/1.0/content")

    assert code(answer) == (400, "invalidRequest")


def test_a_version_is_restored_as_the_newest(app: Caller, item: str) -> None:
    replaced(app, item, b"second")

    answer = app.call("POST", f"{item}/versions/1.0/restoreVersion")

    assert answer.status_code == 204
    assert app.content(item) == b"first"
    assert app.get(f"{item}/versions")["value"][0]["id"] == "3.0"


def test_columns_are_written_flat_by_internal_name(
    app: Caller, standin: Standin, drive: str, item: str
) -> None:
    ids = app.get(f"{item}?$select=sharepointIds")["sharepointIds"]
    site = app.get(f"/sites/{standin.site}")["id"]
    library = f"/sites/{site}/lists/{ids['listId']}"
    app.post(f"{library}/columns", {"name": "Saksnr", "text": {}})
    app.post(f"{library}/columns", {"name": "Leder", "personOrGroup": {}})
    row = f"{library}/items/{ids['listItemId']}"

    written = {"Saksnr": "2026/17", "LederLookupId": "6"}
    told(app.call("PATCH", f"{row}/fields", json=written))

    assert app.get(f"{item}/listItem?$expand=fields")["fields"].items() >= (
        written.items()
    )
    number = app.call("PATCH", f"{row}/fields", json={"LederLookupId": 6})
    unknown = app.call("PATCH", f"{row}/fields", json={"Saksnummer": "1"})
    assert code(number) == (500, "generalException")
    assert code(unknown) == (400, "invalidRequest")


def test_a_listing_can_hold_the_columns_of_its_files(
    app: Caller, drive: str, item: str
) -> None:
    told(app.call("PATCH", f"{item}/listItem/fields", json={"Title": "Med"}))

    found = app.get(f"{item}?$select=name&$expand=listItem($expand=fields)")
    other = app.call("GET", f"{item}?$expand=permissions")

    assert found["listItem"]["fields"]["Title"] == "Med"
    assert found.keys() == {"id", "name", "listItem"}
    assert code(other) == (400, "notSupported")


def test_columns_are_not_written_over_another_change(app: Caller, item: str) -> None:
    before = app.get(item)["eTag"]
    fields = f"{item}/listItem/fields"
    told(app.call("PATCH", fields, json={"Title": "en"}))

    late = app.call("PATCH", fields, json={"Title": "to"}, headers={"If-Match": before})

    assert code(late) == (412, "preconditionFailed")


def test_a_change_of_columns_is_no_change_of_contents(app: Caller, item: str) -> None:
    before = app.get(item)

    told(app.call("PATCH", f"{item}/listItem/fields", json={"Title": "en"}))

    after = app.get(item)
    assert after["cTag"] == before["cTag"]
    assert after["eTag"] != before["eTag"]


def test_a_file_that_is_checked_out_is_told_so_until_it_is_in_again(
    app: Caller, item: str
) -> None:
    out = app.call("POST", f"{item}/checkout")
    while_out = app.get(f"{item}?$select=publication")["publication"]
    inside = app.call("POST", f"{item}/checkin", json={"comment": "Ferdig"})
    after = app.get(f"{item}?$select=publication")["publication"]

    assert (out.status_code, inside.status_code) == (204, 204)
    assert (while_out["level"], after["level"]) == ("checkout", "published")


def test_a_file_that_somebody_has_open_is_locked(app: Caller, item: str) -> None:
    app.standin.hold_open(item.rpartition("/")[2])

    refused = [
        app.call("PUT", f"{item}/content", data=b"x", headers=BINARY),
        app.call("PATCH", item, json={"name": "annet.txt"}),
        app.call("PATCH", f"{item}/listItem/fields", json={"Title": "x"}),
        app.call("POST", f"{item}/createUploadSession", json={}),
        app.call("DELETE", item),
    ]

    assert {code(each) for each in refused} == {(423, "resourceLocked")}
    assert app.content(item) == b"first"
    app.standin.let_go(item.rpartition("/")[2])
    replaced(app, item, b"second")
