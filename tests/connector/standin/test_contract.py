"""Calls and answers are held against the contract, and the contract is OpenAPI 3.1."""

from __future__ import annotations

import ast
from importlib.resources import as_file, files

from jsonschema_path import SchemaPath
from openapi_spec_validator import validate

from tests.architecture.sources import modules
from tests.connector.standin.callers import Caller, code


def test_the_contract_is_valid_openapi() -> None:
    with as_file(files("connector.standin") / "graph.yaml") as path:
        validate(SchemaPath.from_file_path(str(path)).read_value())


def test_a_property_that_graph_does_not_have_is_refused(
    app: Caller, drive: str
) -> None:
    wrong = {"name": "Mappe", "folder": {}, "colour": "blue"}

    answer = app.call("POST", f"{drive}/root/children", json=wrong)

    assert code(answer) == (400, "BadRequest")
    assert "colour" in answer.json()["error"]["message"]


def test_an_address_that_graph_does_not_have_is_refused(
    app: Caller, drive: str
) -> None:
    assert code(app.call("GET", f"{drive}/root/kids")) == (400, "BadRequest")


def test_a_parameter_that_a_call_does_not_have_is_refused(
    app: Caller, drive: str
) -> None:
    answer = app.call("GET", f"{drive}/root/children?$filter=name eq 'x'")

    assert code(answer) == (400, "BadRequest")
    assert "$filter" in answer.json()["error"]["message"]


def test_a_breach_of_the_contract_is_remembered(app: Caller, drive: str) -> None:
    before = len(app.standin.broken)

    app.call("GET", f"{drive}/root/children?$top=many")

    assert len(app.standin.broken) == before + 1


def test_the_stand_in_imports_nothing_of_the_rest_of_the_project() -> None:
    found = {
        name
        for file in modules("connector/standin")
        for name in imported(ast.parse(file.read_text("utf-8")))
        if name.split(".")[0] in {"connector", "workflows", "templates_docx"}
    }

    assert {name for name in found if not name.startswith("connector.standin")} == set()


def imported(tree: ast.Module) -> list[str]:
    return [
        each.module or "" for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)
    ]
