"""Find the places of a template that an agreed document may do without.

A place is the smallest whole thing that holds the controls of fields which may stand
empty, and of no others: a table, a row, a paragraph, a rich control with its heading.
It is found by what the template holds, so a restyled template works as ours do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from templates_docx.finding import Control, Slots, controls
from templates_docx.relevance import may_be_absent
from templates_docx.slots import Slot
from templates_docx.wordml import child, local, value
from workflows.forms.fields import Field, FieldType

_HEADING = "Heading"


@dataclass(frozen=True, kw_only=True)
class OptionalPlace:
    """Neighbouring elements, first to last, and the fields that stand in them."""

    elements: tuple[etree._Element, ...]
    fields: tuple[Field, ...]


def optional_places(root: etree._Element, slots: Slots) -> Iterator[OptionalPlace]:
    """Yield the places, none inside another; a heading alone is one of them."""
    body = child(root, "body")
    if body is None:
        return
    blocks = _blocks(body)
    for number, block in enumerate(blocks):
        if _level(block[0]) == 1:
            fields = _optional(_section(blocks[number + 1 :]), slots)
            if fields:
                yield OptionalPlace(elements=block, fields=fields)
        else:
            yield from _places(block, slots)


def joined_controls(
    root: etree._Element, slots: Slots
) -> Iterator[tuple[etree._Element, etree._Element, Slot]]:
    """Yield words, control and slot where a control is joined to one before it.

    In a heading or footer that is every control but the first; elsewhere the later
    parts of a person or a reference.
    """
    is_beside = child(root, "body") is None
    for control in controls(root):
        slot, words = slots.slot_of(control), control.element.getprevious()
        if slot is None or words is None or local(words) != "r":
            continue
        if is_beside or (slot.leaf and _is_later_part(slot, control)):
            yield words, control.element, slot


def _is_later_part(slot: Slot, control: Control) -> bool:
    """The first part of a field has its label before it, which must stand."""
    earlier = control.element.itersiblings("{*}sdt", preceding=True)
    is_part = not slot.in_table and slot.type is not FieldType.MULTI
    return is_part and next(earlier, None) is not None


def _blocks(body: etree._Element) -> list[tuple[etree._Element, ...]]:
    """Elements of the body, each with the heading before and the space after it.

    A section's heading is a block of its own, with the prose below it.
    """
    blocks: list[list[etree._Element]] = []
    for element in body:
        is_new = not blocks or not _joins(blocks[-1], element)
        if is_new:
            blocks.append([element])
        else:
            blocks[-1].append(element)
    return [tuple(block) for block in blocks]


def _joins(block: list[etree._Element], element: etree._Element) -> bool:
    if _level(element) or local(element) == "sectPr":
        return False
    if _level(block[0]) == 1:
        return local(element) == "p" and not _holds_control(element)
    has_control = any(map(_holds_control, block))
    is_mark = local(element) == "bookmarkEnd"
    return not has_control or is_mark or _is_space(element)


def _places(block: tuple[etree._Element, ...], slots: Slots) -> Iterator[OptionalPlace]:
    fields = _optional([block], slots)
    if fields:
        yield OptionalPlace(elements=block, fields=fields)
        return
    rows = (row for element in block for row in element.iterfind("{*}tr"))
    for row in rows:
        fields = _optional([(row,)], slots)
        if fields:
            yield OptionalPlace(elements=(row,), fields=fields)
        else:
            yield from _later_lines(row, slots)


def _later_lines(row: etree._Element, slots: Slots) -> Iterator[OptionalPlace]:
    """A cell keeps its first paragraph, for it must have one."""
    for cell in row.iterfind("{*}tc"):
        for line in list(cell.iterfind("{*}p"))[1:]:
            fields = _optional([(line,)], slots)
            if fields:
                yield OptionalPlace(elements=(line,), fields=fields)


def _section(
    blocks: list[tuple[etree._Element, ...]],
) -> list[tuple[etree._Element, ...]]:
    """The blocks up to the next heading of a section."""
    end = next((n for n, block in enumerate(blocks) if _level(block[0]) == 1), None)
    return blocks[:end]


def _optional(
    blocks: list[tuple[etree._Element, ...]], slots: Slots
) -> tuple[Field, ...]:
    """The fields of all controls there, if each of them may stand empty."""
    found: dict[str, Field] = {}
    held = (c for block in blocks for element in block for c in controls(element))
    for control in held:
        key = _field_of(control, slots)
        field = slots.fields.get(key)
        if field is None or field.fixed or not may_be_absent(field):
            return ()
        found[key] = field
    return tuple(found.values())


def _field_of(control: Control, slots: Slots) -> str:
    """The field of any control that belongs to one, also of those around rows."""
    if control.binding is not None:
        return control.binding.field
    rich = slots.rich_of(control)
    return rich.key if rich else control.tag.partition(".")[0]


def _holds_control(element: etree._Element) -> bool:
    return next(element.iter("{*}sdt"), None) is not None


def _is_space(element: etree._Element) -> bool:
    return local(element) == "p" and not "".join(element.itertext()).strip()


def _level(element: etree._Element) -> int:
    style = value(element.find("{*}pPr/{*}pStyle")) or ""
    is_heading = style.startswith(_HEADING) and style[len(_HEADING) :].isdecimal()
    return int(style[len(_HEADING) :]) if is_heading else 0
