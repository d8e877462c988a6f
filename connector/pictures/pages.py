"""Puts what is drawn from the tables into the pages of the documentation.

Run as `python -m connector.pictures.pages` after a table has changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from connector.pictures.coverage import links_svg
from connector.pictures.rights import acts_table, reading_table, trials_list
from connector.pictures.state_diagrams import PROCESSES, mermaid

DOCS = Path(__file__).parents[2] / "docs"
DRAWN: Mapping[str, Callable[[], str]] = {
    "reading": reading_table,
    "acts": acts_table,
    "trials": trials_list,
    **{name: partial(mermaid, name) for name in PROCESSES},
}
PICTURES: Mapping[str, Callable[[], str]] = {
    "links.svg": partial(links_svg, language="nb"),
}
BLOCK = re.compile(r"(<!-- drawn: (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def with_drawings(text: str) -> str:
    """Return a page with each of its marked blocks drawn anew."""
    return BLOCK.sub(lambda found: found[1] + DRAWN[found[2]]() + "\n" + found[4], text)


def main() -> None:
    """Draw every marked block and every picture of the documentation anew."""
    for name, drawn in PICTURES.items():
        (DOCS / "pictures" / name).write_text(drawn() + "\n", "utf-8")
    for page in sorted(DOCS.rglob("*.md")):
        page.write_text(with_drawings(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
