"""What talks to other machines, and what reads tokens, stands in one place each."""

from __future__ import annotations

import re
from functools import cache

from tests.architecture.sources import modules, named

# Flask and Werkzeug are how others come in; these are how we get out.
TALKING = {"requests", "urllib3", "httpx", "aiohttp", "http.client", "urllib.request"}
IMPORT = re.compile(r"^\s*(?:from|import) ([\w.]+)", re.MULTILINE)
TELLING = "connector/standin/"
# These ask the stand-in on this machine, and nobody else.
NEAR = "connector/bench/", "connector/demo/document_library.py"


@cache
def imported() -> dict[str, set[str]]:
    """Return what each file imports; ruff keeps imports at the beginning of lines."""
    return {
        named(file): set(IMPORT.findall(file.read_text("utf-8"))) for file in modules()
    }


def those_that_import(*names: str) -> set[str]:
    return {
        file
        for file, modules_ in imported().items()
        if any(f"{each}.".startswith(f"{name}.") for each in modules_ for name in names)
    }


def test_one_module_has_the_wire_out() -> None:
    assert those_that_import(*TALKING) == {
        "connector/wire.py",
        "connector/standin/outside.py",
    }


def test_the_wire_is_taken_by_few_and_by_one_for_graph() -> None:
    takers = {
        each
        for each in those_that_import("connector.wire")
        if not each.startswith(NEAR)
    }

    assert takers == {
        "connector/graph/client.py",
        "connector/graph/entra.py",
        "connector/graph/opening.py",
        "connector/graph/tokens.py",
        "connector/identity/keys.py",
        "connector/identity/sign_in.py",
        "connector/imports/einnsyn.py",
        "connector/imports/json_source.py",
    }


def test_one_module_signs_the_app_in_and_one_the_people() -> None:
    own = {each for each in those_that_import("msal") if not each.startswith(TELLING)}

    assert own == {"connector/graph/tokens.py", "connector/identity/sign_in.py"}


def test_one_module_decodes_tokens() -> None:
    own = {each for each in those_that_import("jwt") if not each.startswith(TELLING)}

    assert own == {"connector/identity/signed_tokens.py"}
