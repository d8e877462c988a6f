"""A municipality's things are not there for the people of another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask

from connector.config import Config
from connector.database.engine import open_database
from connector.installation import Installation
from tests.conftest import a_copy
from tests.connector.web.applications import made_app
from tests.connector.web.visitors import TOKEN, Visitor, mandate_id
from tests.installations import MASTER_KEY
from tests.workflows.development.towns import NINE, Town
from workflows.people.municipalities import found_municipality

THEIRS = (
    *("/prosjekter/PR1", "/dokumenter/PR1-M@1.0", "/dokumenter/PR1-M/samtykke"),
    *("/runder/R-PR1", "/min-part/rom/R-PR1", "/spor/PR1", "/spor/PR1.csv"),
    *("/historikk/PR1", "/historikk/R-PR1", "/forum/FM-PR1", "/avtaler/PA-PR1"),
)
LISTS = ("/", "/prosjekter", "/runder", "/avtaler", "/forum", "/min-part", "/hvem")


class Pair(NamedTuple):
    """Two municipalities on one database; only the first has done anything."""

    app: Flask
    own: Installation
    other: Installation


@pytest.fixture(scope="module")
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    folder: Path = tmp_path_factory.mktemp("pair")
    with a_copy("postgresql", request, folder) as copied:
        database = open_database(copied.url, master_key=MASTER_KEY)
        numbers = []
        for name, number in (("Testvik", "9999"), ("Naboby", "9998")):
            with database.transaction(None) as session:
                founded = found_municipality(session, name=name, number=number, at=NINE)
                numbers.append(founded.id)
                town = Town(session)
                if name == "Testvik":
                    town.running_project()
                    now = town.now
        config = Config(data=folder, database_url="", clock_stands_at=now)
        own = Installation(config, database, numbers[0])
        other = replace(own, municipality=numbers[1])
        yield Pair(made_app(other), own, other)
        database.close()


def asked(visitor: Visitor, path: str) -> tuple[int, str]:
    told = visitor.get(path)
    return told.status_code, TOKEN.sub("", told.text)


def elsewhere(path: str) -> str:
    """The same address with a reference of the same length that nobody has."""
    return re.sub(r"PR1", "XX7", path)


@pytest.mark.parametrize("hat", ["M-P-T", "M-P-pm", None])
def test_what_another_municipality_has_is_told_as_what_is_not_there(
    pair: Pair, hat: str | None
) -> None:
    visitor = Visitor(pair.app, pair.other, mandate=hat, language="nb")

    for path in THEIRS:
        status, text = asked(visitor, path)
        nothing = asked(visitor, elsewhere(path))
        assert status in {403, 404}, path
        assert (status, text.replace("PR1", "XX7")) == nothing, path


def test_no_list_of_one_municipality_holds_a_thing_of_another(pair: Pair) -> None:
    visitor = Visitor(pair.app, pair.other, mandate="M-P-T", language="nb")

    found = {path: visitor.page(path) for path in LISTS}

    assert [path for path, text in found.items() if "PR1" in text] == []


def test_a_hat_of_another_municipality_is_no_hat(pair: Pair) -> None:
    visitor = Visitor(pair.app, pair.other, mandate=None, language="nb")
    with visitor.client.session_transaction(base_url="http://127.0.0.1") as cookie:
        cookie["mandate"] = mandate_id(pair.own, "M-P-T")

    assert "Uten hatt" in visitor.page("/")
    assert visitor.get("/runder").status_code == 403
    assert visitor.send("/runder/R-PR1/svar", position="agree").status_code == 403


def test_their_own_people_find_all_of_it(pair: Pair) -> None:
    """So that the tests above are about municipalities and nothing else."""
    app = made_app(pair.own)
    manager = Visitor(app, pair.own, mandate="M-P-pm", language="nb")
    told = {path: manager.get(path).status_code for path in THEIRS}

    assert {path for path, status in told.items() if status != 200} == {
        "/min-part/rom/R-PR1"
    }
