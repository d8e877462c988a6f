"""What a template itself says below a heading, from the plain text of a form.

A line that begins with `- ` is an item of a bulleted list, one that begins with a
number and a full stop of a numbered list; every other line is a paragraph. Each
numbered list begins at 1, because the first of its items says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from templates_docx.wordml import run

_ITEM = re.compile(r"(?:(?P<bullet>-)|(?P<number>\d+)\.)\s+(?P<text>.*)")


def prose_paragraphs(text: str, *, first_list: int) -> str:
    """Return the paragraphs; the first numbered list is the `w:num` `first_list`."""
    return "".join(_paragraphs(text, first_list))


def numbered_lists(text: str) -> int:
    """Return how many numbered lists a text begins."""
    return sum(1 for line in _lines(text) if _begins_list(line))


def _paragraphs(text: str, number: int) -> Iterator[str]:
    number -= 1
    for line in _lines(text):
        number += _begins_list(line)
        found = _ITEM.fullmatch(line)
        if found is None:
            yield _paragraph(line, "")
        elif found["bullet"]:
            yield _paragraph(found["text"], '<w:pStyle w:val="ListBullet"/>')
        else:
            yield _paragraph(found["text"], _numbered(number))


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _begins_list(line: str) -> bool:
    found = _ITEM.fullmatch(line)
    return found is not None and found["number"] == "1"


def _numbered(number: int) -> str:
    return (
        '<w:pStyle w:val="ListNumber"/><w:numPr><w:ilvl w:val="0"/>'
        f'<w:numId w:val="{number}"/></w:numPr>'
    )


def _paragraph(text: str, properties: str) -> str:
    held = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{held}{run(text)}</w:p>"
