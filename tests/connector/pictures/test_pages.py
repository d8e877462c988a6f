"""The pages of the documentation that are drawn from tables tell what the tables do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connector.pictures.pages import BLOCK, DOCS, DRAWN, PICTURES, with_drawings
from connector.pictures.state_diagrams import PROCESSES, mermaid, word_of

PAGES = sorted(page for page in DOCS.rglob("*.md") if BLOCK.search(page.read_text()))
STEP = re.compile(r"^    (\w+) --> (\w+)$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_holds_what_its_tables_say(page: Path) -> None:
    text = page.read_text("utf-8")

    assert text == with_drawings(text), "run python -m connector.pictures.pages"


def test_every_drawing_stands_on_a_page() -> None:
    shown = {found[2] for page in PAGES for found in BLOCK.finditer(page.read_text())}

    assert shown == set(DRAWN)


@pytest.mark.parametrize("process", PROCESSES)
def test_a_diagram_has_each_step_of_its_table_and_no_other(process: str) -> None:
    table = PROCESSES[process]

    drawn = set(STEP.findall(mermaid(process)))

    assert drawn == {(str(a), str(b)) for a, after in table.items() for b in after}


@pytest.mark.parametrize("process", PROCESSES)
def test_every_state_has_a_word_and_stands_on_the_page(process: str) -> None:
    page = (DOCS / "workflows" / f"{process}.md").read_text("utf-8")
    explained = BLOCK.sub("", page)

    for state in PROCESSES[process]:
        assert f"`{state.upper()}`" in explained, state
        assert word_of(process, state) in explained, state


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_the_documentation_is_drawn_by_the_product(name: str) -> None:
    drawn = (DOCS / "pictures" / name).read_text("utf-8")

    assert drawn == PICTURES[name]() + "\n", "run python -m connector.pictures.pages"
    assert f"pictures/{name}" in "".join(
        page.read_text("utf-8") for page in DOCS.rglob("*.md")
    )
