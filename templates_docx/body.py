"""What the body of a document says for each field, before the store is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from templates_docx.accepted import rich_paragraphs, text_of
from templates_docx.controls import rich_hint
from templates_docx.display import (
    NOT_FILLED,
    NOT_RELEVANT,
    TICKED,
    UNTICKED,
    placeholder,
)
from templates_docx.finding import Control, Place, Slots, bookmarked, controls
from templates_docx.numbering import Lists
from templates_docx.rich import Paragraph
from templates_docx.slots import Slot
from templates_docx.wordml import W14, attribute, local
from workflows.forms.fields import Field, FieldType, Form

_ALWAYS_OPEN = "0", "false"


@dataclass(kw_only=True)
class BodyRow:
    """One table row: its number in the store, 0 for a row that came later."""

    number: int
    id: str = ""
    leaves: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Body:
    """Shown texts by field; a field that has no control is in none of them."""

    leaves: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: dict[str, list[BodyRow]] = field(default_factory=dict)
    rich: dict[str, tuple[Paragraph, ...]] = field(default_factory=dict)

    @property
    def fields(self) -> set[str]:
        """The keys of all fields that have a place in the body."""
        return {*self.leaves, *self.rows, *self.rich}


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads the body of one document of a known form.

    `trusts_flags` is false for LibreOffice, which loses the mark of an empty control
    and leaves the placeholder as if somebody had written it.
    """

    form: Form
    language: str
    lists: Lists
    trusts_flags: bool

    def read(self, roots: list[etree._Element]) -> Body:
        """Return what accepted parts say; the document first, then the others."""
        body, slots = Body(), Slots.of(self.form, language=self.language)
        for place, root in enumerate(roots):
            numbers = _RowNumbers()
            for control in controls(root):
                self._take(control, body, slots, numbers)
            if place == 0:
                self._take_bookmarked(root, body)
        return body

    def _take(
        self, control: Control, body: Body, slots: Slots, numbers: _RowNumbers
    ) -> None:
        if control.binding is not None and control.binding.is_rows:
            body.rows.setdefault(control.binding.field, [])
            return
        slot, rich = slots.slot_of(control), slots.rich_of(control)
        if slot is not None and slot.in_table:
            row = numbers.row_of(control, slot, body)
            row.leaves.setdefault(slot.leaf, self._shown(control, slot))
        elif slot is not None:
            leaves = body.leaves.setdefault(slot.field, {})
            leaves.setdefault(slot.leaf, self._shown(control, slot))
        elif rich is not None and rich.key not in body.rich:
            body.rich[rich.key] = self._rich(rich, control)

    def _shown(self, control: Control, slot: Slot) -> str:
        if slot.type is FieldType.MULTI:
            return self._tick(control)
        if control.shows_placeholder or control.content is None:
            return ""
        text = text_of(control.content)
        return "" if self._is_placeholder(text, slot) else text

    def _is_placeholder(self, text: str, slot: Slot) -> bool:
        label = f"[{slot.label.in_(self.language)}]"
        hints = placeholder(slot, language=self.language), label, *self._quiet
        return not self.trusts_flags and text in hints

    @property
    def _quiet(self) -> tuple[str, str]:
        return NOT_FILLED[self.language], NOT_RELEVANT[self.language]

    def _tick(self, control: Control) -> str:
        checked = next(control.properties.iter(f"{{{W14}}}checked"), None)
        text = "" if control.content is None else text_of(control.content)
        if checked is None or not self.trusts_flags:
            return TICKED if TICKED in text else UNTICKED
        is_off = checked.get(f"{{{W14}}}val") in _ALWAYS_OPEN
        return UNTICKED if is_off else TICKED

    def _rich(self, rich: Field, control: Control) -> tuple[Paragraph, ...]:
        if control.shows_placeholder or control.content is None:
            return ()
        return self._paragraphs(rich, list(control.content.iter("{*}p")))

    def _paragraphs(
        self, rich: Field, elements: list[etree._Element]
    ) -> tuple[Paragraph, ...]:
        paragraphs = rich_paragraphs(elements, lists=self.lists)
        text = "\n".join("".join(r.text for r in part.runs) for part in paragraphs)
        is_hint = text in (rich_hint(rich, language=self.language), *self._quiet)
        return () if is_hint and not self.trusts_flags else paragraphs

    def _take_bookmarked(self, root: etree._Element, body: Body) -> None:
        """LibreOffice keeps only the first paragraph inside a control.

        Word lets a person take the control away and keep its text; where both are gone,
        the field has no place any more.
        """
        for key, marks in bookmarked(root).items():
            rich = self.form.by_key.get(key)
            is_rich = rich is not None and rich.type is FieldType.RICH
            wanted = key not in body.rich or not self.trusts_flags
            if rich is not None and is_rich and wanted:
                elements = list(paragraphs_between(root, marks[0], marks[-1]))
                paragraphs = self._paragraphs(rich, elements)
                if any(part.runs for part in paragraphs) or not self.trusts_flags:
                    body.rich[key] = paragraphs


class _RowNumbers:
    """Which table row each control stands in; a copied row is a row of its own."""

    def __init__(self) -> None:
        self._rows: dict[etree._Element, BodyRow] = {}
        self._taken: set[tuple[str, int]] = set()

    def row_of(self, control: Control, slot: Slot, body: Body) -> BodyRow:
        line = _line_of(control.element)
        if line not in self._rows:
            self._rows[line] = self._new(control, slot)
            body.rows.setdefault(slot.field, []).append(self._rows[line])
        return self._rows[line]

    def _new(self, control: Control, slot: Slot) -> BodyRow:
        place = control.binding or Place(field=slot.field)
        number = 0 if (slot.field, place.row) in self._taken else place.row
        self._taken.add((slot.field, number))
        return BodyRow(number=number, id=_row_id(control.element, slot.field))


def _line_of(element: etree._Element) -> etree._Element:
    return next(element.iterancestors("{*}tr"), element)


def _row_id(element: etree._Element, field: str) -> str:
    for above in element.iterancestors("{*}sdt"):
        tag = above.find("{*}sdtPr/{*}tag")
        name, _, row_id = ((tag is not None and attribute(tag, "val")) or "").partition(
            "#"
        )
        if name == field and row_id:
            return row_id
    return ""


def paragraphs_between(
    root: etree._Element, start: etree._Element, end: etree._Element
) -> Iterator[etree._Element]:
    """Yield the paragraphs from one bookmark mark to another, in document order."""
    waiting = next(start.iterancestors("{*}p"), None)
    inside = False
    for node in root.iter("{*}p", "{*}bookmarkStart", "{*}bookmarkEnd"):
        inside = inside or node is start
        if inside and local(node) == "p":
            if waiting is not None:
                yield waiting
            waiting = node
        if node is end:
            break
    if waiting is not None and not _ends_before(waiting, end):
        yield waiting


def _ends_before(paragraph: etree._Element, end: etree._Element) -> bool:
    """An end at the very start of a paragraph closes the paragraph before."""
    before = {local(node) for node in end.itersiblings(preceding=True)}
    is_lone_end = local(end) == "bookmarkEnd" and "bookmarkStart" not in before
    return is_lone_end and end.getparent() is paragraph and before <= {"pPr"}
