"""A section as it stands in a document of another origin, in that document's styles.

What the register gives is plain text; what a person fills in stands in controls with
the tags of the form. A verbatim text stands in a locked control that names whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from templates_docx.accepted import text_of
from templates_docx.citations import OUTPUTS, ref_in, versions_in
from templates_docx.cited import citation_control
from templates_docx.controls import (
    Numbers,
    loose_control,
    marking_control,
    rich_hint,
)
from templates_docx.display import shown
from templates_docx.dissents import NAME, Dissent, dissent_in
from templates_docx.entries import Leaves, entry_of
from templates_docx.fitting import fitted_widths
from templates_docx.house import House
from templates_docx.kept import Kept
from templates_docx.slots import Slot, slots_of
from templates_docx.wordml import PREFIXES, child, escape, run, value
from workflows.forms.fields import Column, Field, FieldType, Form, Section, Writer

_BY_PEOPLE = Writer.CASE_OFFICER, Writer.CHIEF_EXECUTIVE
_LOCALE = {"nb": "nb-NO", "nn": "nn-NO"}
_QUIET = '<w:color w:val="595959"/>'
_BOLD = "<w:b/>"
_SIDES = "top", "left", "bottom", "right", "insideH", "insideV"
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for side in _SIDES
)
_NOTHING = {"nb": "Ingenting er registrert.", "nn": "Ingenting er registrert."}
_TIGHT = '<w:spacing w:before="40" w:after="40"/>'
_ROOM_TO_WRITE = "– " * 30
_GAP = '<w:spacing w:before="0" w:after="0"/>'


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Writes the sections of a form after its head for one place of a document.

    `level` is that of the first headings; a table style that is empty has no borders.
    """

    form: Form
    values: Mapping[str, Any]
    language: str
    house: House
    table_style: str
    level: int
    width: int
    numbers: Numbers
    kept: Kept

    def blocks(self, title: str) -> list[etree._Element]:
        """Return the blocks of the section; an empty title is left out."""
        head = [self._heading(title, level=self.level)] if title else []
        below = self.level + bool(title)
        texts = [self._section(s, level=below) for s in self.form.sections[1:]]
        names = " ".join(f'xmlns:{key}="{uri}"' for key, uri in PREFIXES.items())
        root = etree.fromstring(f"<root {names}>{''.join([*head, *texts])}</root>")
        self._put_back(root)
        return list(root)

    def _section(self, section: Section, *, level: int) -> str:
        label = section.label.in_(self.language)
        prose = section.prose.in_(self.language) if section.prose else ""
        text = self._heading(label, level=level)
        text += self._paragraph(prose) if prose else ""
        is_alone = len(section.fields) == 1
        for field in section.fields:
            own = "" if is_alone else field.label.in_(self.language)
            text += self._heading(own, level=level + 1) if own else ""
            text += self._field(field)
        return text

    def _field(self, field: Field) -> str:
        if field.type is FieldType.RICH:
            return self._rich(field)
        rows = list(self._rows(field))
        if not rows and not self.kept.rows.get(field.key):
            return self._paragraph(_NOTHING[self.language])
        return self._table(field, rows) + _line("", _GAP)

    def _rows(self, field: Field) -> Iterator[Mapping[str, Any]]:
        """A person's table has a line to write on, also when nothing is known yet."""
        given = self.values.get(field.key) or []
        yield from given
        known = {ref_in(str(row.get(field.columns[0].key) or "")) for row in given}
        is_kept = self.kept.rows.get(field.key, {}).keys() - known
        if field.writer in _BY_PEOPLE and not given and not is_kept:
            yield {}

    def _table(self, field: Field, rows: Sequence[Mapping[str, Any]]) -> str:
        labels = [column.label.in_(self.language) for column in field.columns]
        widths = self._widths(field, rows, labels)
        head = "".join(
            _cell(_line(self._run(label, _BOLD), _TIGHT), width)
            for label, width in zip(labels, widths, strict=True)
        )
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        lines = "".join(self._row(field, row, widths) for row in rows)
        return (
            f"<w:tbl>{self._table_properties(field)}<w:tblGrid>{grid}</w:tblGrid>"
            f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"
            f"{lines}</w:tbl>"
        )

    def _widths(
        self, field: Field, rows: Sequence[Mapping[str, Any]], labels: Sequence[str]
    ) -> tuple[int, ...]:
        """A person may choose any of the choices later; all of them must fit."""
        filled = [entry_of(field, [{"_id": "", **row}]).rows[0].leaves for row in rows]
        columns = []
        for slot, label in zip(slots_of(field), labels, strict=True):
            stored = [leaves.get(slot.leaf) or "" for leaves in filled]
            texts = [shown(slot, text, language=self.language) for text in stored]
            if field.writer in _BY_PEOPLE:
                texts += [choice.label.in_(self.language) for choice in slot.choices]
                texts += [] if slot.choices else [_ROOM_TO_WRITE]
            columns.append([label, *texts])
        return fitted_widths(columns, total=self.width)

    def _table_properties(self, field: Field) -> str:
        style = f'<w:tblStyle w:val="{escape(self.table_style)}"/>'
        borders = f"<w:tblBorders>{_BORDERS}</w:tblBorders>"
        caption = escape(field.label.in_(self.language))
        return (
            f"<w:tblPr>{style if self.table_style else ''}"
            f'<w:tblW w:w="{self.width}" w:type="dxa"/>'
            f"{'' if self.table_style else borders}"
            '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0420" w:firstRow="1" '
            'w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" '
            f'w:noVBand="1"/><w:tblCaption w:val="{caption}"/></w:tblPr>'
        )

    def _row(self, field: Field, row: Mapping[str, Any], widths: Sequence[int]) -> str:
        entry = entry_of(field, [{"_id": "", **row}])
        leaves = entry.rows[0].leaves
        cells = "".join(
            _cell(self._cell_text(field, column, slot, row, leaves), width)
            for column, slot, width in zip(
                field.columns, slots_of(field), widths, strict=True
            )
        )
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"

    def _cell_text(
        self,
        field: Field,
        column: Column,
        slot: Slot,
        row: Mapping[str, Any],
        leaves: Leaves,
    ) -> str:
        stored = leaves.get(slot.leaf) or ""
        ref = ref_in(stored) if column.key in OUTPUTS else ""
        if ref and ref in self._versions:
            content = self._cited(stored, ref)
        elif found := dissent_in(column, row, self._versions):
            content = self._sealed(stored, found)
        elif field.writer in _BY_PEOPLE:
            content = self._control(slot, stored)
        else:
            content = self._run(shown(slot, stored, language=self.language))
        return _line(content, _TIGHT)

    def _cited(self, text: str, ref: str) -> str:
        version = self._versions[ref]
        return citation_control(ref, version, text, number=self.numbers.take())

    def _sealed(self, text: str, found: Dissent) -> str:
        return marking_control(
            alias=NAME[self.language],
            tag=found.tag,
            content=self._run(text),
            numbers=self.numbers,
            is_locked=True,
        )

    def _control(self, slot: Slot, stored: str) -> str:
        return loose_control(
            slot,
            language=self.language,
            numbers=self.numbers,
            stored=stored,
            look=self._look("" if stored else _QUIET),
        )

    def _rich(self, field: Field) -> str:
        number = self.numbers.take()
        said = self.values.get(field.key) or []
        lines = entry_of(field, said).paragraphs if said else ()
        hint = self._paragraph(rich_hint(field, language=self.language), look=_QUIET)
        content = "".join(
            self._paragraph("".join(part.text for part in line.runs)) for line in lines
        )
        label = escape(field.label.in_(self.language))
        mark = "" if lines else "<w:showingPlcHdr/>"
        return (
            f'<w:bookmarkStart w:id="{number}" w:name="s_{field.key}"/><w:sdt><w:sdtPr>'
            f'<w:alias w:val="{label}"/><w:tag w:val="{field.key}"/>'
            f'<w:id w:val="{number}"/>{mark}</w:sdtPr><w:sdtContent>'
            f'{content or hint}</w:sdtContent></w:sdt><w:bookmarkEnd w:id="{number}"/>'
        )

    def _heading(self, text: str, *, level: int) -> str:
        style = self.house.headings.get(level, "")
        if style:
            properties = f'<w:pStyle w:val="{escape(style)}"/>'
            return _line(self._run(text), properties)
        outline = f'<w:keepNext/><w:outlineLvl w:val="{min(level, 9) - 1}"/>'
        return _line(self._run(text, _BOLD), outline)

    def _paragraph(self, text: str, *, look: str = "") -> str:
        return _line(self._run(text, look))

    def _run(self, text: str, look: str = "") -> str:
        return run(text, properties=self._look(look))

    def _look(self, look: str) -> str:
        """A text in another written standard than the document says which."""
        is_other = self.house.language != self.language
        told = f'<w:lang w:val="{_LOCALE[self.language]}"/>' if is_other else ""
        return f"<w:rPr>{look}{told}</w:rPr>" if look or told else ""

    @property
    def _versions(self) -> Mapping[str, str]:
        return versions_in(self.form, self.values)

    def _put_back(self, root: etree._Element) -> None:
        """What a person wrote the last time takes the place of what is empty now."""
        for field in self.form.fields:
            if field.type is FieldType.TABLE and self.kept.rows.get(field.key):
                self._put_rows(root, field)
            elif paragraphs := self.kept.rich.get(field.key):
                _put_paragraphs(root, field, paragraphs)

    def _put_rows(self, root: etree._Element, field: Field) -> None:
        table = _table_named(root, field.label.in_(self.language))
        if table is None:
            return
        mine = {ref_in(_first_text(row)): row for row in table.iterfind("{*}tr")}
        for name, row in self.kept.rows[field.key].items():
            if name in mine:
                table.replace(mine[name], row)
            else:
                table.append(row)


def _put_paragraphs(
    root: etree._Element, field: Field, paragraphs: Sequence[etree._Element]
) -> None:
    for control in root.iter("{*}sdt"):
        properties, content = child(control, "sdtPr"), child(control, "sdtContent")
        if properties is None or content is None:
            continue
        if value(child(properties, "tag")) == field.key:
            content[:] = list(paragraphs)
            for mark in properties.findall("{*}showingPlcHdr"):
                properties.remove(mark)


def _table_named(root: etree._Element, caption: str) -> etree._Element | None:
    for table in root.iter("{*}tbl"):
        if value(table.find("{*}tblPr/{*}tblCaption")) == caption:
            return table
    return None


def _first_text(row: etree._Element) -> str:
    cell = child(row, "tc")
    return "" if cell is None else text_of(cell)


def _line(content: str, properties: str = "") -> str:
    told = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{told}{content}</w:p>"


def _cell(content: str, width: int) -> str:
    width_told = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
    return f"<w:tc>{width_told}{content}</w:tc>"
