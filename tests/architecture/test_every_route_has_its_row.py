"""Every route of the web stands in the table by which it is tried in every hat."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from flask import Flask

from connector.config import load_config
from connector.database.engine import open_database
from connector.installation import Installation
from tests.connector.web.applications import made_app
from tests.connector.web.routes import DONE, ELSEWHERE, SENT_TO, SHOWN, Shown
from tests.installations import MASTER_KEY
from workflows.people.reading import Matter

HOW = "give it a row in tests/connector/web/routes.py"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    config = load_config(tmp_path_factory.mktemp("routes"), {})
    database = open_database(config.database_url, master_key=MASTER_KEY)
    house = Installation(config, database, uuid.uuid4())
    yield made_app(house)
    database.close()


def routes_of(app: Flask, method: str) -> set[str]:
    rules = app.url_map.iter_rules()
    return {rule.endpoint for rule in rules if method in (rule.methods or set())}


def guard_of(app: Flask, endpoint: str) -> str:
    return str(getattr(app.view_functions[endpoint], "guard", "open to all"))


def how_of(row: Shown) -> str:
    return f"{'reads' if isinstance(row.to, Matter) else 'offers'} {row.to}"


def test_every_page_has_its_row(app: Flask) -> None:
    rows = {row.endpoint for row in SHOWN} | ELSEWHERE

    assert routes_of(app, "GET") - rows == set(), HOW
    assert rows - routes_of(app, "GET") == set()


def test_every_form_has_its_row(app: Flask) -> None:
    rows = {row.endpoint for row in DONE} | SENT_TO

    assert routes_of(app, "POST") - rows == set(), HOW
    assert rows - routes_of(app, "POST") == set()


def test_a_form_does_the_act_that_its_row_says(app: Flask) -> None:
    said = {row.endpoint: row.guard for row in DONE}

    assert {endpoint: guard_of(app, endpoint) for endpoint in said} == said


def test_a_page_that_names_a_right_at_its_door_has_it_in_its_row(app: Flask) -> None:
    said = {(row.endpoint, how_of(row)) for row in SHOWN}
    doors = {(row.endpoint, guard_of(app, row.endpoint)) for row in SHOWN}

    assert {door for door in doors - said if door[1] != "open to all"} == set()
