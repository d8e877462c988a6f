r"""Rich text: a list of paragraphs, the one shape that Word, pages and record share.

A paragraph is exactly one of

- a string: an ordinary paragraph without formatting;
- a list of runs: an ordinary paragraph; a run is `{"text": str}` with `"bold": bool`
  and `"italic": bool` where wanted;
- `{"list": "bullet" | "number", "text": str}`: a list item without formatting;
- `{"list": "bullet" | "number", "runs": [run, …]}`: a list item with runs.

A line break inside a paragraph is `\n`. The number of a numbered item is never
stored: it follows from its place. The normal form uses the string and `text` where
nothing is bold or italic, joins neighbouring runs of the same look, leaves out
`false`, and has no run without text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

LIST_KINDS = ("bullet", "number")
_LOOKS = ("bold", "italic")


def list_kind(paragraph: Any) -> str | None:
    """Return `bullet` or `number` for a list item, `None` for other paragraphs."""
    return paragraph["list"] if isinstance(paragraph, Mapping) else None


def runs(paragraph: Any) -> list[dict[str, Any]]:
    """Return the runs of a paragraph; a paragraph without formatting is one run."""
    if isinstance(paragraph, Mapping):
        return runs(paragraph["runs"] if "runs" in paragraph else paragraph["text"])
    if isinstance(paragraph, str):
        return [{"text": paragraph}]
    return [dict(run) for run in paragraph]


def paragraph_text(paragraph: Any) -> str:
    """Return the words of a paragraph, without formatting and list mark."""
    return "".join(run["text"] for run in runs(paragraph))


def rich_text(paragraphs: Sequence[Any]) -> str:
    """Return the words of all paragraphs, one paragraph a line."""
    return "\n".join(paragraph_text(paragraph) for paragraph in paragraphs)


def normal_paragraph(paragraph: Any) -> Any:
    """Return the paragraph in the normal form that the module docstring tells."""
    joined = list(_joined(runs(paragraph)))
    plain = all(len(run) == 1 for run in joined)
    content = paragraph_text(joined) if plain else joined
    kind = list_kind(paragraph)
    if kind is None:
        return content
    return {"list": kind, "text" if plain else "runs": content}


def _joined(all_runs: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Blank looks are left out, so that two ways to say «not bold» are one."""
    visible = (run for run in all_runs if run["text"])
    for look, same in groupby(visible, key=_look):
        text = "".join(run["text"] for run in same)
        yield {"text": text} | dict.fromkeys(look, True)


def _look(run: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in _LOOKS if run.get(name))
