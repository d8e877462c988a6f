"""Rich values to texts and looks, checked on the way; see `workflows.forms.rich`."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

from templates_docx.cells import OddValueError
from templates_docx.filling import Paragraph
from templates_docx.rich_blocks import BOLD, ITALIC
from templates_docx.texts import Texts
from workflows.forms.rich import LIST_KINDS

_PLAIN = {"text"}
_RUN = frozenset({"text", "bold", "italic"})
# The looks of runs by their keys, where all that is said of a look is true.
_PLAIN_LOOKS = {
    keys: BOLD * ("bold" in keys) + ITALIC * ("italic" in keys)
    for count in (1, 2, 3)
    for keys in itertools.permutations(("text", "bold", "italic"), count)
    if "text" in keys
}
_ITEMS = frozenset({"list", "text"}), frozenset({"list", "runs"})


class RichDraft(NamedTuple):
    """The raw texts of a rich value; `lists` and `looks` are paragraph by paragraph.

    `is_exact` says that the value is in another form than Word would give it back.
    """

    texts: list[str]
    lists: list[str]
    looks: list[list[int]]
    is_exact: bool

    def paragraphs(self, texts: Texts) -> list[Paragraph]:
        """Return the paragraphs from their own texts, escaped."""
        made, at = [], 0
        for kind, looks in zip(self.lists, self.looks, strict=True):
            end = at + len(looks)
            made.append(
                Paragraph(
                    list=kind,
                    looks=looks,
                    shown=texts.shown[at:end],
                )
            )
            at = end
        return made


def drafted(value: Any) -> RichDraft:
    """Return the texts of a rich value.

    Raises:
        OddValueError: this is no rich value, or an error of Python's own.
    """
    if not isinstance(value, list):
        raise OddValueError("no list of paragraphs")
    draft = RichDraft(texts=[], lists=[], looks=[], is_exact=False)
    regular = [_add(draft, paragraph) for paragraph in value]
    return draft if all(regular) else draft._replace(is_exact=True)


def plain_runs(runs: list[Any]) -> tuple[list[str], tuple[int, ...]]:
    """Return the texts and looks of runs in the form that comes back from Word.

    Raises:
        OddValueError, TypeError, KeyError: they are in another form, or no runs.
    """
    texts = [run["text"] for run in runs]
    looks = tuple([_PLAIN_LOOKS[(*run,)] for run in runs])
    said = [one for run in runs for one in run.values() if one is not True]
    if said != texts or not _are_apart(looks):
        raise OddValueError("runs in another form")
    return texts, looks


@functools.lru_cache(maxsize=512)
def _are_apart(looks: tuple[int, ...]) -> bool:
    return any(looks) and all(map(int.__sub__, looks, looks[1:]))


def _add(draft: RichDraft, paragraph: Any) -> bool:
    """Add a paragraph; say whether it is in the form that comes back from Word."""
    kind, content = "", paragraph
    if isinstance(paragraph, dict):
        kind = paragraph["list"]
        if kind not in LIST_KINDS or paragraph.keys() not in _ITEMS:
            raise OddValueError("no list item")
        content = paragraph["text"] if "text" in paragraph else paragraph["runs"]
        if isinstance(content, str) is not ("text" in paragraph):
            raise OddValueError("text and runs are taken for one another")
    draft.lists.append(kind)
    if isinstance(content, str):
        draft.texts.append(content)
        draft.looks.append([0])
        return True
    return _add_runs(draft, content)


def _add_runs(draft: RichDraft, runs: Any) -> bool:
    if not isinstance(runs, list):
        raise OddValueError("no list of runs")
    looks = [_look(run) for run in runs]
    texts = [run["text"] for run in runs]
    draft.texts.extend(texts)
    draft.looks.append(looks)
    return _is_regular(runs, texts, looks)


def _look(run: Any) -> int:
    if run.keys() == _PLAIN:
        return 0
    if not isinstance(run, dict) or not run.keys() <= _RUN:
        raise OddValueError("no run")
    bold, italic = run.get("bold", False), run.get("italic", False)
    if not (isinstance(bold, bool) and isinstance(italic, bool)):
        raise OddValueError("bold and italic are true or false")
    return BOLD * bold + ITALIC * italic


def _is_regular(runs: Any, texts: Sequence[str], looks: Sequence[int]) -> bool:
    """The normal form joins runs of one look and leaves out what is false or empty."""
    if not all(texts):
        return False
    said = [1 + look.bit_count() for look in looks]
    return said == list(map(len, runs)) and _are_apart((*looks,))
