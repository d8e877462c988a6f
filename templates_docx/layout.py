"""Where the fields of a form stand on the page, as WordprocessingML text.

Header fields come in a two-column table; short fields of other sections likewise; rich
fields and tables under a heading each. What the three parties write separately stands
in three equal columns, signatures under three equal headings (domain rule H5).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from templates_docx.controls import (
    Numbers,
    bound_control,
    repeating_rows,
    rich_control,
    row_control,
)
from templates_docx.look import SHADE, WIDTH
from templates_docx.slots import (
    NO_PARTY,
    Slot,
    is_signing,
    party_choices,
    slots_of,
    title_of,
)
from templates_docx.widths import column_widths, needs_landscape
from templates_docx.wordml import escape, run
from workflows.forms.fields import Field, FieldType, Form, Section

_PARTIES = ("a", "f", "t")
_SIGNING_HEIGHT = 794
_VIEW_HEIGHT = 1_701
_WORDS = {
    "nb": ("Opplysning", "Innhold", "Partene"),
    "nn": ("Opplysning", "Innhald", "Partane"),
}


@dataclass(frozen=True)
class Block:
    """Something that stands on its own on the page; `is_wide` asks for landscape.

    A short block between two wide ones would get a page of its own: it turns with them.
    """

    xml: str
    is_wide: bool = False
    is_short: bool = False


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Makes the blocks of one form in one language, with ids that never collide."""

    form: Form
    language: str
    numbers: Numbers

    def blocks(self) -> list[Block]:
        """Return the blocks of the whole document, in order."""
        blocks = list(self._all())
        nothing = Block("")
        around = zip([nothing, *blocks], blocks, [*blocks[1:], nothing], strict=False)
        return [
            replace(block, is_wide=True)
            if block.is_short and before.is_wide and after.is_wide
            else block
            for before, block, after in around
        ]

    def _all(self) -> Iterator[Block]:
        head, *rest = self.form.sections
        yield from self._head(head)
        for section in rest:
            first, *others = self._fields(section.fields)
            heading = _heading(section.label.in_(self.language), level=1)
            yield replace(first, xml=heading + first.xml)
            yield from others

    def control(self, key: str) -> str:
        """Return a control for one field on its own, as in the footer."""
        (slot,) = slots_of(self.form.field(key))
        hint = f"[{slot.label.in_(self.language)}]"
        return bound_control(
            slot, language=self.language, numbers=self.numbers, hint=hint
        )

    def _head(self, section: Section) -> Iterator[Block]:
        municipality, title = f"{self.form.prefix}municipality", title_of(self.form)
        shown = {municipality, title}
        name = run(self.form.name.in_(self.language))
        if municipality in self.form.by_key:
            yield self._line("Municipality", self.control(municipality))
        if title:
            yield self._line("Subtitle", name)
        yield self._line("Title", self.control(title) if title else name)
        rest = [field for field in section.fields if field.key not in shown]
        yield from self._fields(sorted(rest, key=_is_long))

    def _fields(self, fields: Sequence[Field]) -> Iterator[Block]:
        for stretch in _runs(fields):
            is_wide = any(map(self._is_wide, stretch))
            for group in _groups(stretch):
                yield from self._group(group, is_wide=is_wide)

    def _group(self, group: Sequence[Field], *, is_wide: bool) -> Iterator[Block]:
        first = group[0]
        if first.type is FieldType.TABLE:
            yield from (self._table(field, is_wide=is_wide) for field in group)
        elif first.type is not FieldType.RICH:
            yield self._facts(group) if len(group) > 1 else self._fact(first)
        elif len(group) > 1:
            yield self._party_columns(group)
        else:
            yield self._rich(first)

    def _is_wide(self, field: Field) -> bool:
        is_table = field.type is FieldType.TABLE
        return is_table and needs_landscape(field, language=self.language)

    def _line(self, style: str, content: str) -> Block:
        return Block(_paragraph(content, style=style))

    def _control(self, slot: Slot, row: int | None = None) -> str:
        return bound_control(
            slot, language=self.language, numbers=self.numbers, row=row
        )

    def _rich(self, field: Field) -> Block:
        heading = _heading(field.label.in_(self.language), level=2)
        return Block(heading + self._rich_control(field, style="Normal"))

    def _rich_control(self, field: Field, *, style: str) -> str:
        return rich_control(
            field, language=self.language, numbers=self.numbers, style=style
        )

    def _facts(self, fields: Sequence[Field]) -> Block:
        fact, content, _ = _WORDS[self.language]
        widths = (3_000, WIDTH[False] - 3_000)
        head = _row([_text_cell(fact, widths[0]), _text_cell(content, widths[1])])
        rows = "".join(
            _row(
                [
                    _text_cell(field.label.in_(self.language), widths[0]),
                    _cell(self._short(field), widths[1]),
                ]
            )
            for field in fields
        )
        table = _table(head, rows, widths=widths, caption=fact)
        return Block(_SPACE_BEFORE + table + _SPACE, is_short=True)

    def _fact(self, field: Field) -> Block:
        heading = _heading(field.label.in_(self.language), level=2)
        return Block(heading + self._short(field), is_short=True)

    def _short(self, field: Field) -> str:
        controls = [self._control(slot) for slot in slots_of(field)]
        if field.type is FieldType.MULTI:
            return "".join(self._tick(field, n, c) for n, c in enumerate(controls))
        return _paragraph(run(", ").join(controls), style="TableText")

    def _tick(self, field: Field, number: int, control: str) -> str:
        label = field.choices[number].label.in_(self.language)
        return _paragraph(control + run(f"\u00a0 {label}"), style="TableText")

    def _party_columns(self, fields: Sequence[Field]) -> Block:
        """Three columns of one row are equally high whatever the parties write."""
        width = WIDTH[False] // 3
        labels = [field.label.in_(self.language) for field in fields]
        head = _row([_text_cell(label, width) for label in labels])
        cells = [
            _cell(self._rich_control(field, style="Normal") + _TAIL, width)
            for field in fields
        ]
        row = _row(cells, height=_VIEW_HEIGHT, may_split=True)
        caption = _WORDS[self.language][2]
        table = _table(head, row, widths=[width] * 3, caption=caption)
        return Block(_SPACE_BEFORE + table + _SPACE)

    def _table(self, field: Field, *, is_wide: bool) -> Block:
        widths = column_widths(field, language=self.language, total=WIDTH[is_wide])
        labels = [column.label.in_(self.language) for column in field.columns]
        head = _row([_text_cell(*pair) for pair in zip(labels, widths, strict=True)])
        rows = self._rows(field, widths)
        caption = field.label.in_(self.language)
        table = _table(head, rows, widths=widths, caption=caption)
        return Block(_heading(caption, level=2) + table + _SPACE, is_wide)

    def _rows(self, field: Field, widths: Sequence[int]) -> str:
        if is_signing(field):
            return self._signing_rows(field, widths)
        row = self._pattern(field, widths)
        return repeating_rows(field, row, language=self.language, numbers=self.numbers)

    def _signing_rows(self, field: Field, widths: Sequence[int]) -> str:
        """A heading a party, all alike, and under each the rows of that party."""
        rows = self._party_rows(field, widths, party=NO_PARTY)
        for party in party_choices(field):
            heading = party.label.in_(self.language)
            rows += _row([_text_cell(heading, sum(widths), span=len(widths))])
            rows += self._party_rows(field, widths, party=party.key)
        return rows

    def _party_rows(self, field: Field, widths: Sequence[int], *, party: str) -> str:
        pattern = self._pattern(field, widths, height=_SIGNING_HEIGHT)
        tag = f"{field.key}.{party}"
        return row_control(tag, pattern, numbers=self.numbers, is_repeated=False)

    def _pattern(self, field: Field, widths: Sequence[int], *, height: int = 0) -> str:
        cells = [
            _cell(_paragraph(self._control(slot, 1), style="TableText"), width)
            for slot, width in zip(slots_of(field), widths, strict=True)
        ]
        return _row(cells, height=height)


def _runs(fields: Sequence[Field]) -> Iterator[list[Field]]:
    """Neighbouring tables share a page; one that is wide turns the page for all."""
    by_kind = itertools.groupby(fields, key=lambda field: field.type is FieldType.TABLE)
    for _, stretch in by_kind:
        yield list(stretch)


def _groups(fields: Sequence[Field]) -> Iterator[list[Field]]:
    """Neighbours that stand together: short fields, and what the parties each write."""
    group: list[Field] = []
    for field in fields:
        if group and not _belongs(field, group):
            yield group
            group = []
        group.append(field)
    if group:
        yield group


def _belongs(field: Field, group: Sequence[Field]) -> bool:
    if not _is_long(field) and not _is_long(group[0]):
        return True
    return field.type is group[0].type and _is_party_group([*group, field])


def _is_long(field: Field) -> bool:
    return field.type in (FieldType.RICH, FieldType.TABLE)


def _is_party_group(fields: Sequence[Field]) -> bool:
    stems = {field.key.rpartition("_")[0] for field in fields}
    ends = tuple(field.key.rpartition("_")[2] for field in fields)
    return len(stems) == 1 and ends == _PARTIES[: len(ends)] and len(ends) > 1


def _heading(text: str, *, level: int) -> str:
    return _paragraph(run(text), style=f"Heading{level}")


def _paragraph(content: str, *, style: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{content}</w:p>'


def _text_cell(text: str, width: int, *, span: int = 1) -> str:
    # Word breaks a long word after a slash only where it is told that it may.
    content = _paragraph(run(text.replace("/", "/\u200b")), style="TableHead")
    return _cell(content, width, span=span, is_shaded=True)


def _cell(content: str, width: int, *, span: int = 1, is_shaded: bool = False) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>'
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>{spanned}'
    properties += shade if is_shaded else ""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def _row(
    cells: Sequence[str],
    *,
    height: int = 0,
    may_split: bool = False,
) -> str:
    properties = "" if may_split else "<w:cantSplit/>"
    if height:
        properties += f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>'
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def _table(head: str, rows: str, *, widths: Sequence[int], caption: str) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = head.replace("</w:trPr>", "<w:tblHeader/></w:trPr>", 1)
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="SamsporTable"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" '
        'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{escape(caption)}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"
    )


_SPACE = _paragraph("", style="Spacer")
# A heading above the space must not be parted from the table below it.
_SPACE_BEFORE = _SPACE.replace("</w:pPr>", "<w:keepNext/></w:pPr>")
# A cell must end in a paragraph, and a bookmark end is none.
_TAIL = _paragraph("", style="Spacer")
