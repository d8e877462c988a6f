"""What a person filled in where a section was set in before, kept as it stands.

The elements themselves are kept, so that formatting, comments and tracked changes in
them survive when the section is set in anew.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from templates_docx.accepted import accept, text_of
from templates_docx.body import paragraphs_between
from templates_docx.citations import OUTPUTS, ref_in
from templates_docx.controls import rich_hint
from templates_docx.display import placeholder
from templates_docx.finding import bookmarked
from templates_docx.slots import slots_of
from templates_docx.wordml import child, value
from workflows.forms.fields import Field, FieldType, Form

_LANGUAGES = "nb", "nn"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The paragraphs of each rich field, and the filled rows of each table.

    A row is known by the word that its first cell begins with, else by its number.
    """

    rows: Mapping[str, Mapping[str, etree._Element]] = field(default_factory=dict)
    rich: Mapping[str, tuple[etree._Element, ...]] = field(default_factory=dict)


def kept_from(blocks: Sequence[etree._Element], form: Form) -> Kept:
    """Return what stands filled in the blocks of an earlier section of this form.

    A table is known by its headings, a rich field by its bookmark, because programs
    drop tags.
    """
    fields = form.fields
    return Kept(
        rows={f.key: _rows(blocks, f) for f in fields if f.type is FieldType.TABLE},
        rich={
            f.key: _paragraphs(blocks, f) for f in fields if f.type is FieldType.RICH
        },
    )


def _rows(blocks: Sequence[etree._Element], table: Field) -> dict[str, etree._Element]:
    for block in blocks:
        for found in block.iter("{*}tbl"):
            head, *rows = found.iter("{*}tr")
            if _texts(head) in [_headings(table, each) for each in _LANGUAGES]:
                named = (
                    (_name_of(row, number), row) for number, row in enumerate(rows)
                )
                return {name: row for name, row in named if _is_filled(row, table)}
    return {}


def _headings(table: Field, language: str) -> list[str]:
    return [column.label.in_(language) for column in table.columns]


def _texts(row: etree._Element) -> list[str]:
    """The texts of the cells as they are once every change is accepted."""
    row = copy.deepcopy(row)
    accept(row)
    for control in list(row.iter("{*}sdt")):
        content = child(control, "sdtContent")
        if content is not None and _shows_placeholder(control):
            content.clear()
    return [text_of(cell).replace("\u200b", "").strip() for cell in row.iter("{*}tc")]


def _name_of(row: etree._Element, number: int) -> str:
    said = _texts(row)
    return ref_in(said[0]) if said and said[0] else f"{number}"


def _is_filled(row: etree._Element, table: Field) -> bool:
    """The name of an output is filled by us; a hint is nothing that a person wrote."""
    hints = {
        placeholder(slot, language=language)
        for slot in slots_of(table)
        for language in _LANGUAGES
    }
    ours = table.columns[0].key in OUTPUTS
    return any(text and text not in hints for text in _texts(row)[ours:])


def _paragraphs(
    blocks: Sequence[etree._Element], rich: Field
) -> tuple[etree._Element, ...]:
    for block in blocks:
        for control in block.iter("{*}sdt"):
            content = child(control, "sdtContent")
            if (
                value(control.find("{*}sdtPr/{*}tag")) == rich.key
                and content is not None
            ):
                return () if _shows_placeholder(control) else tuple(content)
    hints = {rich_hint(rich, language=language) for language in _LANGUAGES}
    found = _bookmarked(blocks, rich)
    return tuple(each for each in found if text_of(each) not in hints)


def _bookmarked(
    blocks: Sequence[etree._Element], rich: Field
) -> Iterator[etree._Element]:
    """Another program has dropped the control and kept the bookmark."""
    around = blocks[0].getparent()
    if around is not None and (marks := bookmarked(around).get(rich.key)):
        yield from paragraphs_between(around, marks[0], marks[-1])


def _shows_placeholder(control: etree._Element) -> bool:
    mark = control.find("{*}sdtPr/{*}showingPlcHdr")
    return mark is not None and value(mark) not in ("0", "false")
