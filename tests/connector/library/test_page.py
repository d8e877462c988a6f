"""The page of the document library tells how it stands, and lets people mend it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from connector.cli.main import samspor
from connector.library.items import ItemState
from connector.library.tending import tend
from connector.record.keys import MASTER_KEY_FILE
from tests.connector.library.libraries import ADDRESSES, VERSION, House
from tests.connector.web.applications import APPLICATIONS
from tests.connector.web.visitors import Visitor
from tests.installations import MASTER_KEY
from tests.templates_docx.in_word import typed

PAGE = "/dokumentbibliotek"


@pytest.fixture
def manager(house: House) -> Iterator[Visitor]:
    """The project manager, with a browser."""
    with APPLICATIONS.for_a_while():
        app = APPLICATIONS.lend(house.installation)
        yield Visitor(app, house.installation, mandate="H-P22", language="nb")


def round_of(house: House) -> None:
    tend(house.installation, house.desk.library)


def test_all_in_order_but_a_member_without_an_address(
    house: House, manager: Visitor
) -> None:
    round_of(house)

    page = manager.page(PAGE)

    assert "Noe venter" in page
    assert "på plass" in page
    assert "Person P16 har ingen e-postadresse i Samspor" in page


def test_work_in_a_file_is_pointed_to(house: House, manager: Visitor) -> None:
    round_of(house)
    data = typed(house.working.get(house.row.name), "Lokal avtale", "Ny avtale")
    house.desk.save(house.row.name, data)
    round_of(house)

    page = manager.page(PAGE)

    assert "noen har skrevet i den" in page
    assert "må bekreftes" in page
    assert house.row.name in manager.page("/fra-word")


def test_a_deleted_file_is_told_and_put_out_again_on_request(
    house: House, manager: Visitor
) -> None:
    house.desk.delete(house.row.name)
    round_of(house)
    assert "slettet" in manager.page(PAGE)

    page = manager.done(f"{PAGE}/igjen", version=VERSION)

    assert "Filen legges ut på nytt i neste runde." in page
    round_of(house)
    assert house.row.state is ItemState.IN_PLACE
    assert manager.send(f"{PAGE}/igjen", version=VERSION).status_code == 422


def test_access_that_differs_is_told_and_mended_on_request(
    house: House, manager: Visitor
) -> None:
    round_of(house)
    house.desk.give(house.row.lies_as, "ute@annen.example")
    with house.installation.unrecorded() as session:
        session.merge(house.row).drift = [{"kind": "extra", "who": "ute@annen.example"}]
    told = "ute@annen.example har tilgang og taler ikke for noen part"
    assert told in manager.page(PAGE)

    manager.done(f"{PAGE}/del", version=VERSION)
    round_of(house)

    assert told not in manager.page(PAGE)


def test_a_file_that_nobody_named_is_refused_at_the_field(manager: Visitor) -> None:
    assert manager.send(f"{PAGE}/del", version="X-1@1.0").status_code == 422
    assert manager.send(f"{PAGE}/del").status_code == 422


def test_a_library_that_was_not_read_for_long_is_red(
    house: House, manager: Visitor
) -> None:
    later = house.later(hours=1).installation
    app = APPLICATIONS.lend(later)

    page = Visitor(app, later, mandate="H-P22", language="nn").page(PAGE)

    assert "Biblioteket kan ikkje lesast" in page
    assert "meir enn ein halv time" in page


def test_without_a_library_the_page_says_so(house: House, manager: Visitor) -> None:
    config = replace(house.installation.config, shared_folder=None)
    bare = replace(house.installation, config=config)
    app = APPLICATIONS.lend(bare)

    page = Visitor(app, bare, mandate="H-P22", language="nb").page(PAGE)

    assert "Det er ikke satt opp noe dokumentbibliotek." in page


def run(house: House, *words: str) -> Result:
    """Run the command beside the installation, as another process would."""
    config = house.installation.config
    environ = {
        "SAMSPOR_DATABASE_URL": config.database_url,
        "SAMSPOR_SHARED_FOLDER": str(config.shared_folder),
    }
    (config.data / MASTER_KEY_FILE).write_bytes(base64.b64encode(MASTER_KEY))
    (config.data / "settings.toml").write_text("clock = 2025-02-01T12:00:00+01:00\n")
    arguments = ["--data", str(config.data), "library", *words]
    return CliRunner().invoke(samspor, arguments, env=environ)


def test_the_command_does_a_round_and_tells_what_it_did(house: House) -> None:
    house.desk.delete(house.row.name)

    done = run(house, "sync", "--format", "json")
    stands = run(house, "status", "--format", "json")

    assert json.loads(done.stdout)["changed"] == [{"version": VERSION, "state": "gone"}]
    assert (done.exit_code, stands.exit_code) == (0, 1)
    told = json.loads(stands.stdout)
    assert (told["light"], told["troubles"]) == ("yellow", ["gone"])
    assert run(house, "again", VERSION).exit_code == 0
    assert VERSION in run(house, "sync").stdout
    assert house.row.state is ItemState.IN_PLACE


def test_the_command_shares_and_looks(house: House) -> None:
    shared = run(house, "share", VERSION)
    house.desk.give(house.row.lies_as, ADDRESSES["P15"])
    looked = run(house, "share", VERSION, "--check", "--format", "json")

    assert shared.stdout == f"{VERSION}: no_address P16\n"
    assert (shared.exit_code, looked.exit_code) == (1, 1)
    kinds = [each["kind"] for each in json.loads(looked.stdout)["drift"]]
    assert sorted(kinds) == ["no_address", "unequal"]


def test_the_command_tells_which_copy_holds(house: House) -> None:
    alike = run(house, "copies")
    house.desk.delete(house.row.name)
    run(house, "sync")
    lacking = run(house, "copies", "--format", "json")

    assert (alike.exit_code, lacking.exit_code) == (0, 1)
    assert alike.stdout.startswith(f"{VERSION}  ")
    (row,) = json.loads(lacking.stdout)["copies"]
    told = (row["comparison"], row["keeper"], row["library_sha256"])
    assert told == ("missing", "delivery", None)
    assert len(row["kept_sha256"]) == len("00" * 32)


def test_the_command_without_a_library_says_what_to_set(house: House) -> None:
    config = house.installation.config
    environ = {
        "SAMSPOR_DATABASE_URL": config.database_url,
        "SAMSPOR_SHARED_FOLDER": "",
    }
    done = CliRunner().invoke(
        samspor, ["--data", str(config.data), "library", "status"], env=environ
    )

    assert "SAMSPOR_SHARED_FOLDER" in str(done.exception)
