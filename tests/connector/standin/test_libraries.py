"""Sites, libraries, folders and files, as SharePoint has them."""

from __future__ import annotations

import base64
import io
import zipfile
from importlib.resources import files

import pytest

from connector.standin.quickxor import quick_xor_hash
from connector.standin.running import Standin
from tests.connector.standin.callers import BINARY, FAIL, Caller, code

BLANK = (files("templates_docx") / "files" / "mandate.nb.docx").read_bytes()


def test_a_site_is_found_by_its_path(app: Caller, standin: Standin) -> None:
    site = app.get(f"/sites/{standin.site}")

    assert site["displayName"] == "Samspor i Elvestrand"
    assert app.get(f"/sites/{site['id']}") == site


def test_a_search_among_sites_is_refused_with_sites_selected(app: Caller) -> None:
    assert code(app.call("GET", "/sites?search=samspor")) == (403, "accessDenied")


def test_a_site_that_was_not_granted_is_refused(app: Caller) -> None:
    site = app.call("GET", "/sites/elvestrand.example:/sites/personal")

    assert code(site) == (403, "accessDenied")


def test_contents_lie_at_another_host_that_takes_no_token(
    app: Caller, drive: str
) -> None:
    app.put(f"{drive}/root", "brev.txt", b"Hei")

    found = app.call("GET", f"{drive}/root:/brev.txt:/content")
    elsewhere = found.headers["Location"]

    assert found.status_code == 302
    assert elsewhere.split("/")[2] != app.standin.base.split("/")[2]
    assert app.plain(elsewhere).content == b"Hei"
    assert app.call("GET", elsewhere).status_code == 401


def test_an_address_of_contents_is_good_for_minutes(app: Caller, drive: str) -> None:
    app.put(f"{drive}/root", "frist.txt", b"Hei")
    found = app.call("GET", f"{drive}/root:/frist.txt:/content").headers["Location"]

    app.standin.advance(16 * 60)

    assert app.plain(found).status_code == 401


def test_a_range_is_given_of_the_contents(app: Caller, drive: str) -> None:
    item = app.put(f"{drive}/root", "rekke.txt", b"0123456789")

    part = app.plain(
        item["@microsoft.graph.downloadUrl"], headers={"Range": "bytes=2-4"}
    )

    assert (part.status_code, part.content) == (206, b"234")


def test_what_has_not_changed_is_not_given_again(app: Caller, drive: str) -> None:
    item = app.put(f"{drive}/root", "samme.txt", b"Hei")
    known = {"If-None-Match": item["eTag"]}

    again = app.call("GET", f"{drive}/items/{item['id']}/content", headers=known)

    assert (again.status_code, again.content) == (304, b"")


def test_a_put_replaces_unless_the_address_says_otherwise(
    app: Caller, drive: str
) -> None:
    first = app.put(f"{drive}/root", "notat.txt", b"en")
    address = f"{drive}/root:/notat.txt:/content"

    second = app.call("PUT", address, data=b"to", headers=BINARY)
    third = app.call("PUT", address + FAIL, data=b"tre", headers=BINARY)

    assert (second.status_code, second.json()["id"]) == (200, first["id"])
    assert code(third) == (409, "nameAlreadyExists")
    assert app.content(f"{drive}/items/{first['id']}") == b"to"


def test_if_match_is_passed_over_on_a_put_of_contents(app: Caller, drive: str) -> None:
    item = app.put(f"{drive}/root", "uvisst.txt", b"en")
    headers = {**BINARY, "If-Match": '"another"'}

    answer = app.call(
        "PUT", f"{drive}/items/{item['id']}/content", data=b"to", headers=headers
    )

    assert answer.status_code == 200


def test_the_e_tag_tells_of_every_change_and_the_c_tag_of_contents(
    app: Caller, drive: str
) -> None:
    item = app.put(f"{drive}/root", "merke.txt", b"en")
    address = f"{drive}/items/{item['id']}"

    renamed = app.call("PATCH", address, json={"name": "merket.txt"}).json()
    replaced = app.call("PUT", f"{address}/content", data=b"to", headers=BINARY).json()

    assert renamed["eTag"] != item["eTag"]
    assert renamed["cTag"] == item["cTag"]
    assert replaced["cTag"] != item["cTag"]


def test_a_folder_has_no_c_tag(app: Caller, drive: str) -> None:
    folder = app.get(app.folder(drive, "Uten merke"))

    assert "cTag" not in folder
    assert folder["folder"] == {"childCount": 0}


def test_a_change_is_refused_when_somebody_was_first(app: Caller, drive: str) -> None:
    item = app.put(f"{drive}/root", "vekk.txt", b"en")
    address = f"{drive}/items/{item['id']}"
    app.call("PATCH", address, json={"name": "vekke.txt"})
    late = {"If-Match": item["eTag"]}

    for answer in (
        app.call("PATCH", address, json={"name": "vokt.txt"}, headers=late),
        app.call("DELETE", address, headers=late),
    ):
        assert code(answer) == (412, "preconditionFailed")


def test_a_folder_whose_name_is_taken_is_refused(app: Caller, drive: str) -> None:
    app.folder(drive, "Prosjekt")

    again = app.call(
        "POST", f"{drive}/root/children", json={"name": "PROSJEKT", "folder": {}}
    )

    assert code(again) == (409, "nameAlreadyExists")


def test_what_lies_in_a_folder_comes_in_pages(app: Caller, drive: str) -> None:
    folder = app.folder(drive, "Mange")
    for number in range(7):
        app.put(folder, f"{number}.txt", b"x")

    names, address = [], f"{folder}/children?$select=name"
    while address:
        page = app.get(address)
        names += [item["name"] for item in page["value"]]
        address = page.get("@odata.nextLink", "")

    assert names == [f"{number}.txt" for number in range(7)]


def test_a_folder_is_deleted_with_what_lies_in_it(app: Caller, drive: str) -> None:
    folder = app.folder(drive, "Bort")
    item = app.put(folder, "a.txt", b"x")

    gone = app.call("DELETE", folder)

    assert gone.status_code == 204
    assert app.call("GET", f"{drive}/items/{item['id']}").status_code == 404


@pytest.mark.parametrize("name", ["a*b.txt", "~$a.docx", "slutt."])
def test_names_that_sharepoint_does_not_take_are_refused(
    app: Caller, drive: str, name: str
) -> None:
    folder = {"name": name, "folder": {}}

    answer = app.call("POST", f"{drive}/root/children", json=folder)

    assert code(answer) == (400, "invalidRequest")


def test_an_office_file_is_rewritten_and_its_text_stays(
    app: Caller, drive: str
) -> None:
    item = app.put(f"{drive}/root", "mandat.docx", BLANK)

    kept = app.content(f"{drive}/items/{item['id']}")

    assert kept != BLANK
    assert item["size"] == len(kept)
    assert item["file"]["hashes"]["quickXorHash"] == quick_xor_hash(kept)
    assert part(kept, "word/document.xml") == part(BLANK, "word/document.xml")
    assert b"ContentTypeId" in part(kept, "docProps/custom.xml")


def part(package: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return opened.read(name)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        pytest.param(b"", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", id="nothing"),
        pytest.param(b"\x4a", "SgAAAAAAAAAAAAAAAQAAAAAAAAA=", id="one byte"),
        pytest.param(b"\xb5\xb4", "taAFAAAAAAAAAAAAAgAAAAAAAAA=", id="two bytes"),
    ],
)
def test_the_hash_is_that_of_the_published_examples(data: bytes, value: str) -> None:
    assert quick_xor_hash(data) == value


def test_the_hash_is_that_of_the_definition_for_long_contents() -> None:
    data = bytes(range(256)) * 5 + b"end"
    value = 0
    for index, byte in enumerate(data):
        place = index * 11 % 160
        turned = byte << place
        value ^= (turned | turned >> 160) & ((1 << 160) - 1)
    value ^= len(data) << 96

    assert quick_xor_hash(data) == encoded(value)


def encoded(value: int) -> str:
    return base64.b64encode(value.to_bytes(20, "little")).decode()
