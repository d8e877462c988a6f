"""Make the controls of a template whole again, in place, from what is left of them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from templates_docx.accepted import text_of
from templates_docx.body import paragraphs_between
from templates_docx.build import parsed
from templates_docx.controls import (
    Numbers,
    bound_control,
    repeating_rows,
    rich_control,
    row_control,
)
from templates_docx.finding import Control, Slots, bookmarked, controls
from templates_docx.slots import NO_PARTY, Slot, is_signing, party_choices, tables
from templates_docx.wordml import W14, attribute, child, local, name, value
from workflows.forms.fields import Field, FieldType, Form

# Order of the schema, ISO/IEC 29500-1, 17.5.2.38; what is newer stands behind.
_ORDER = (
    "rPr",
    "alias",
    "tag",
    "id",
    "lock",
    "placeholder",
    "temporary",
    "showingPlcHdr",
    "dataBinding",
    "label",
    "tabIndex",
)
_KINDS = {
    "text",
    "date",
    "dropDownList",
    "comboBox",
    "checkbox",
    "richText",
    "picture",
}
_LOOKS = ("b", "i", "caps", "smallCaps", "color", "highlight", "u")
_PATTERN = "<w:tr/>"


@dataclass(frozen=True, kw_only=True)
class Restorer:
    """Restores the parts of one template; no two controls get the same number.

    `hint_style` is the character style of placeholders, empty when there is none.
    """

    form: Form
    language: str
    is_from_libreoffice: bool
    hint_style: str
    numbers: Numbers

    def restore(self, root: etree._Element) -> None:
        """Make the controls of a part whole, in place."""
        self._unwrap_doubles(root)
        self._restore_all_rich(root)
        for control in list(controls(root)):
            slot = self._slots.slot_of(control)
            if slot is not None:
                self._complete(control, slot)
        for table, rows in self._rows(root).items():
            self._restore_rows(rows, self._tables[table])
        if self.is_from_libreoffice:
            self._restore_captions(root)

    def _restore_all_rich(self, root: etree._Element) -> None:
        whole = {one.tag for one in controls(root) if _is_block(one)}
        for known in self.form.fields:
            if known.type is FieldType.RICH and known.key not in whole:
                self._restore_rich(root, known)

    def _unwrap_doubles(self, root: etree._Element) -> None:
        """LibreOffice writes a tick box as a control in a control of the same field."""
        for control in list(controls(root)):
            content, above = control.content, control.element.getparent()
            inner = [] if content is None else [n for n in content if local(n)]
            if above is None or len(inner) != 1 or local(inner[0]) != "sdt":
                continue
            only = next(controls(inner[0]), None)
            if only is None or only.element is not inner[0]:
                continue
            if control.binding is not None and control.binding == only.binding:
                above.replace(control.element, inner[0])

    def _complete(self, control: Control, slot: Slot) -> None:
        row = 1 if slot.in_table else None
        made = bound_control(
            slot, language=self.language, numbers=self.numbers, row=row
        )
        (whole,) = controls(parsed(made)[0])
        self._complete_properties(control, whole, slot)
        if self.is_from_libreoffice:
            self._mark_empty(control, whole)
        _in_order(control.properties)

    def _complete_properties(
        self, control: Control, whole: Control, slot: Slot
    ) -> None:
        # LibreOffice gives the first cell of a row the label of the whole table.
        is_named_wrong = self.is_from_libreoffice and slot.in_table
        if is_named_wrong or not control.alias:
            _take_over(control, whole, "alias")
        if child(control.properties, "id") is None:
            _take_over(control, whole, "id")
        if control.tag != slot.tag:
            _take_over(control, whole, "tag")
        if not _is_same(control, whole, "dataBinding"):
            _take_over(control, whole, "dataBinding")
        if self._is_kind_lost(control, whole):
            _take_kind(control, whole)

    def _is_kind_lost(self, control: Control, whole: Control) -> bool:
        kinds = [
            {local(n) for n in one.properties} & _KINDS for one in (control, whole)
        ]
        return kinds[0] != kinds[1] or self.is_from_libreoffice

    def _mark_empty(self, control: Control, whole: Control) -> None:
        """A template holds no values: what stands in a control is its placeholder."""
        content = control.content
        if content is None or child(whole.properties, "showingPlcHdr") is None:
            return
        if child(control.properties, "showingPlcHdr") is None:
            self._keep_look(control, content)
            _take_over(control, whole, "showingPlcHdr")
        if not text_of(content).strip() and whole.content is not None:
            content[:] = list(whole.content)
        self._style_hint(content)

    def _keep_look(self, control: Control, content: etree._Element) -> None:
        """The look that a person gave a field becomes that of what is written in it."""
        look = content.find(f".//{name('w:r')}/{name('w:rPr')}")
        if look is None or child(control.properties, "rPr") is not None:
            return
        kept = [node for node in look if local(node) in _LOOKS]
        if kept:
            own = etree.SubElement(control.properties, name("w:rPr"))
            own.extend(kept)

    def _style_hint(self, content: etree._Element) -> None:
        for run in content.iter(name("w:r")):
            look = child(run, "rPr")
            if look is None:
                look = etree.Element(name("w:rPr"))
                run.insert(0, look)
            if child(look, "rStyle") is None and self.hint_style:
                style = etree.Element(name("w:rStyle"))
                style.set(name("w:val"), self.hint_style)
                look.insert(0, style)

    def _restore_rich(self, root: etree._Element, rich: Field) -> None:
        marks = bookmarked(root).get(rich.key, [])
        paragraphs = (
            list(paragraphs_between(root, marks[0], marks[-1])) if marks else []
        )
        paragraphs = paragraphs or list(self._labelled(root, rich))
        above = paragraphs[0].getparent() if paragraphs else None
        if above is None or any(one.getparent() is not above for one in paragraphs):
            return
        for mark in marks:
            _remove(mark)
        for paragraph in paragraphs:
            _unwrap_all(paragraph)
        self._wrap_rich(above, paragraphs, rich)

    def _labelled(self, root: etree._Element, rich: Field) -> Iterator[etree._Element]:
        """The paragraph of the one control that has the label of the field alone."""
        label = rich.label.in_(self.language)
        named = [
            one
            for one in controls(root)
            if one.alias == label and not one.tag and one.binding is None
        ]
        if len(named) == 1:
            yield from named[0].element.iterancestors(name("w:p"))

    def _wrap_rich(
        self, above: etree._Element, paragraphs: Sequence[etree._Element], rich: Field
    ) -> None:
        made = rich_control(
            rich, language=self.language, numbers=self.numbers, style="Normal"
        )
        start, block, end = parsed(made)
        place = above.index(paragraphs[0])
        (control,) = controls(block)
        if control.content is not None:
            control.content[:] = list(paragraphs)
            self._style_hint(control.content)
        above[place:place] = [start, block, end]
        if above.getparent() is not None and above[-1] is end and _is_cell(above):
            above.append(etree.Element(name("w:p")))

    def _rows(self, root: etree._Element) -> dict[str, list[etree._Element]]:
        """Return the rows that hold cells of a table, by table, in order."""
        found: dict[str, list[etree._Element]] = {}
        for control in controls(root):
            slot = self._slots.slot_of(control)
            row = next(control.element.iterancestors(name("w:tr")), None)
            if slot is not None and slot.in_table and row is not None:
                rows = found.setdefault(slot.field, [])
                rows += [] if row in rows else [row]
        return found

    def _restore_rows(self, rows: Sequence[etree._Element], table: Field) -> None:
        if is_signing(table):
            loose = [row for row in rows if not _is_in_party(row, table)]
            for row, party in zip(loose, self._parties(rows, table), strict=False):
                tag = f"{table.key}.{party}"
                made = row_control(
                    tag, _PATTERN, numbers=self.numbers, is_repeated=False
                )
                _wrap_row(row, parsed(made)[0])
        elif rows and not any(_is_in_section(row, table) for row in rows):
            made = repeating_rows(
                table, _PATTERN, language=self.language, numbers=self.numbers
            )
            for row in rows[1:]:
                _remove(row)
            _wrap_row(rows[0], parsed(made)[0])

    def _parties(self, rows: Sequence[etree._Element], table: Field) -> Iterator[str]:
        """Rows stand under the heading of their party; without headings, in order."""
        keys = [NO_PARTY, *(party.key for party in party_choices(table))]
        for number, row in enumerate(rows):
            if not _is_in_party(row, table):
                in_order = keys[number] if number < len(keys) else NO_PARTY
                yield self._headed(row, table) or in_order

    def _headed(self, row: etree._Element, table: Field) -> str:
        labels = {
            choice.label.in_(self.language): choice.key
            for choice in party_choices(table)
        }
        for before in row.itersiblings(name("w:tr"), preceding=True):
            said = text_of(before).replace("\u200b", "").strip()
            if said in labels:
                return labels[said]
            if next(controls(before), None) is not None:
                break
        return ""

    def _restore_captions(self, root: etree._Element) -> None:
        """What a table is, for those who hear it: its field, or its first heading."""
        for element in root.iter(name("w:tbl")):
            properties = child(element, "tblPr")
            if properties is None or child(properties, "tblCaption") is not None:
                continue
            caption = etree.SubElement(properties, name("w:tblCaption"))
            caption.set(name("w:val"), self._caption(element))

    def _caption(self, element: etree._Element) -> str:
        for control in controls(element):
            key = control.binding.field if control.binding else ""
            if key in self._tables:
                return self._tables[key].label.in_(self.language)
        cell = next(element.iter(name("w:tc")), None)
        return "" if cell is None else text_of(cell).strip()

    @functools.cached_property
    def _slots(self) -> Slots:
        return Slots.of(self.form, language=self.language)

    @functools.cached_property
    def _tables(self) -> Mapping[str, Field]:
        return {table.key: table for table in tables(self.form)}


def _take_over(control: Control, whole: Control, key: str) -> None:
    old, new = child(control.properties, key), child(whole.properties, key)
    if old is not None:
        control.properties.remove(old)
    if new is not None:
        control.properties.append(new)


def _take_kind(control: Control, whole: Control) -> None:
    """The format that a person chose for dates stays."""
    old = child(control.properties, "date")
    pattern = None if old is None else value(child(old, "dateFormat"))
    for node in list(control.properties):
        if local(node) in _KINDS:
            control.properties.remove(node)
    for node in list(whole.properties):
        if local(node) in _KINDS:
            control.properties.append(node)
    shown = control.properties.find("{*}date/{*}dateFormat")
    if shown is not None and pattern:
        shown.set(name("w:val"), pattern)
    _tick_off(control)


def _tick_off(control: Control) -> None:
    for checked in control.properties.iter(f"{{{W14}}}checked"):
        checked.set(f"{{{W14}}}val", "0")


def _is_same(control: Control, whole: Control, key: str) -> bool:
    old, new = child(control.properties, key), child(whole.properties, key)
    wanted = ("prefixMappings", "xpath", "storeItemID")
    if old is None or new is None:
        return old is new
    return all(attribute(old, each) == attribute(new, each) for each in wanted)


def _in_order(properties: etree._Element) -> None:
    places = {key: place for place, key in enumerate(_ORDER)}
    nodes = list(properties)
    nodes.sort(key=lambda node: places.get(local(node), len(_ORDER)))
    properties[:] = nodes


def _is_block(control: Control) -> bool:
    content = control.content
    return content is not None and len(content) > 0 and local(content[0]) == "p"


def _unwrap_all(paragraph: etree._Element) -> None:
    """What LibreOffice leaves of a rich control stands inside its first paragraph."""
    for control in list(controls(paragraph)):
        above, content = control.element.getparent(), control.content
        if above is not None and content is not None and control.binding is None:
            place = above.index(control.element)
            above[place : place + 1] = list(content)


def _is_in_section(row: etree._Element, table: Field) -> bool:
    """Say whether a row stands in a repeating section that is still bound."""
    for above in row.iterancestors(name("w:sdt")):
        control = next(controls(above), None)
        binding = None if control is None else control.binding
        if binding and binding.is_rows and binding.field == table.key:
            return True
    return False


def _is_in_party(row: etree._Element, table: Field) -> bool:
    for above in row.iterancestors(name("w:sdt")):
        tag = value(above.find("{*}sdtPr/{*}tag")) or ""
        if tag.startswith(f"{table.key}.") and tag.endswith(".row"):
            return True
    return False


def _wrap_row(row: etree._Element, made: etree._Element) -> None:
    above = row.getparent()
    pattern = next(made.iter(name("w:tr")))
    holder = pattern.getparent()
    if above is not None and holder is not None:
        above.replace(row, made)
        holder.replace(pattern, row)


def _remove(element: etree._Element) -> None:
    above = element.getparent()
    if above is not None:
        above.remove(element)


def _is_cell(element: etree._Element) -> bool:
    return local(element) == "tc"
