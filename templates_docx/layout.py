"""Where the fields of a form stand on the page, as WordprocessingML text.

The whole document is upright. It begins with a two-column table about the document;
short fields of other sections are lines with a label, rich fields and tables stand
under a heading each. What the three parties write separately stands in three equal
columns, signatures under three equal headings (domain rule H5). How a document came
about comes last, so that what it says comes first (H9).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from templates_docx.charts import drawing
from templates_docx.controls import (
    Numbers,
    bound_control,
    repeating_rows,
    rich_control,
    row_control,
)
from templates_docx.look import FIRST_PROSE_LIST, WIDTH
from templates_docx.prose import numbered_lists, prose_paragraphs
from templates_docx.slots import (
    NO_PARTY,
    Slot,
    is_signing,
    party_choices,
    slots_of,
    title_of,
)
from templates_docx.tables import (
    SPACE,
    SPACE_BEFORE,
    cell,
    head_cell,
    heading,
    labelled,
    paragraph,
    row,
    table,
)
from templates_docx.widths import Stack, has_signature, stacks_of
from templates_docx.wordml import run
from workflows.forms.fields import Field, FieldType, Form, Section

_PARTIES = ("a", "f", "t")
_HISTORY = ("authors", "changelog")
_SIGNING_HEIGHT = 1_304
_VIEW_HEIGHT = 1_134
# Room to write by hand: five centimetres in a box, three in a row.
_BOX_HEIGHT, _ROW_HEIGHT = 2_835, 1_361
_FACT_WIDTH = 2_900
# Ticks of more letters than this stand below each other.
_LINE_OF_TICKS = 160
_WORDS = {
    "nb": ("Om dokumentet", "Partene", "Slik er dokumentet blitt til"),
    "nn": ("Om dokumentet", "Partane", "Slik er dokumentet vorte til"),
}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Makes the body of one form in one language, with ids that never collide.

    `charts` has the relation to its chart for each table that is drawn.
    """

    form: Form
    language: str
    numbers: Numbers
    charts: Mapping[str, str]

    def blocks(self) -> list[str]:
        """Return what stands on its own on the page, in order."""
        return list(self._all())

    def control(self, key: str) -> str:
        """Return a control for one field on its own, as in the footer."""
        (slot,) = slots_of(self.form.field(key))
        hint = f"[{slot.label.in_(self.language)}]"
        return bound_control(
            slot, language=self.language, numbers=self.numbers, hint=hint
        )

    @property
    def numbered_prose_lists(self) -> int:
        """How many numbered lists the template itself holds."""
        return self._lists_before(len(self.form.sections))

    def _all(self) -> Iterator[str]:
        head, *rest = self.form.sections
        yield from self._head(head)
        for place, section in enumerate(rest, start=1):
            label = section.label.in_(self.language)
            yield heading(label, level=1, breaks_page=section.new_page)
            yield self._prose(section, place)
            yield from self._fields(
                section.fields, under=label, is_roomy=section.new_page
            )
        yield from self._history(head)

    def _prose(self, section: Section, place: int) -> str:
        first_list = FIRST_PROSE_LIST + self._lists_before(place)
        said = section.prose.in_(self.language) if section.prose else ""
        return prose_paragraphs(said, first_list=first_list)

    def _lists_before(self, place: int) -> int:
        said = [s.prose for s in self.form.sections[1:place] if s.prose]
        return sum(numbered_lists(prose.in_(self.language)) for prose in said)

    def _head(self, section: Section) -> Iterator[str]:
        municipality, title = f"{self.form.prefix}municipality", title_of(self.form)
        shown = {municipality, title}
        name = run(self.form.name.in_(self.language))
        if municipality in self.form.by_key:
            yield paragraph(self.control(municipality), style="Municipality")
        if title:
            yield paragraph(name, style="Subtitle")
        yield paragraph(self.control(title) if title else name, style="Title")
        rest = [f for f in section.fields if f.key not in shown and not _is_history(f)]
        yield self._facts([field for field in rest if not _is_long(field)])
        yield self._prose(section, 0)
        yield from self._fields([field for field in rest if _is_long(field)])

    def _history(self, section: Section) -> Iterator[str]:
        fields = [field for field in section.fields if _is_history(field)]
        if fields:
            yield heading(_WORDS[self.language][2], level=1)
        yield from self._fields(fields)

    def _fields(
        self, fields: Sequence[Field], *, under: str = "", is_roomy: bool = False
    ) -> Iterator[str]:
        """A heading is not said twice: `under` is the one that stands already.

        A section with a page of its own has room to write on it by hand.
        """
        for place, group in enumerate(_groups(fields)):
            if len(group) > 1:
                caption = _WORDS[self.language][1]
                yield self._boxes(group, caption=caption, height=_VIEW_HEIGHT)
            elif is_roomy and group[0].type is FieldType.RICH:
                caption = group[0].label.in_(self.language)
                yield self._boxes(group, caption=caption, height=_BOX_HEIGHT)
            elif group[0].type is FieldType.TABLE:
                yield self._heading(group[0], place, under) + self._table(
                    group[0], height=_room(group[0]) if is_roomy else 0
                )
            elif group[0].type is FieldType.RICH:
                yield self._heading(group[0], place, under) + self._rich(group[0])
            else:
                yield self._fact(group[0])

    def _control(self, slot: Slot, number: int | None = None) -> str:
        return bound_control(
            slot, language=self.language, numbers=self.numbers, row=number
        )

    def _heading(self, field: Field, place: int, under: str) -> str:
        label = field.label.in_(self.language)
        is_said = place == 0 and label == under
        return "" if is_said else heading(label, level=2)

    def _rich(self, field: Field) -> str:
        return rich_control(
            field, language=self.language, numbers=self.numbers, style="Normal"
        )

    def _facts(self, fields: Sequence[Field]) -> str:
        """What waits for an answer stands in the cell of the field that answers."""
        about = _WORDS[self.language][0]
        widths = (_FACT_WIDTH, WIDTH - _FACT_WIDTH)
        head = row([head_cell(about, WIDTH, span=2)])
        rows = "".join(self._fact_row(group, widths) for group in _led(fields))
        return table(head, rows, widths=widths, caption=about) + SPACE if rows else ""

    def _fact_row(self, fields: Sequence[Field], widths: Sequence[int]) -> str:
        first, *later = fields
        content = self._value(first) + "".join(
            self._fact(field, style="TableText") for field in later
        )
        label = head_cell(first.label.in_(self.language), widths[0])
        return row([label, cell(content, widths[1])])

    def _fact(self, field: Field, *, style: str = "Fact") -> str:
        label = field.label.in_(self.language)
        if field.type is FieldType.MULTI:
            return labelled(label, "", style=style) + self._value(field)
        return labelled(label, self._inline(field), style=style)

    def _value(self, field: Field) -> str:
        if field.type is not FieldType.MULTI:
            return paragraph(self._inline(field), style="TableText")
        ticks = self._ticks(field)
        labels = "".join(choice.label.in_(self.language) for choice in field.choices)
        if len(labels) <= _LINE_OF_TICKS:
            ticks = [run("   ").join(ticks)]
        return "".join(paragraph(tick, style="TableText") for tick in ticks)

    def _inline(self, field: Field) -> str:
        return run(", ").join(self._control(slot) for slot in slots_of(field))

    def _ticks(self, field: Field) -> list[str]:
        """A box is never parted from its label, nor a label in two."""
        labels = [choice.label.in_(self.language) for choice in field.choices]
        return [
            self._control(slot) + run(f" {label}".replace(" ", "\u00a0"))
            for slot, label in zip(slots_of(field), labels, strict=True)
        ]

    def _boxes(self, fields: Sequence[Field], *, caption: str, height: int) -> str:
        """Columns of one row are equally high whatever the parties write."""
        width = WIDTH // len(fields)
        labels = [field.label.in_(self.language) for field in fields]
        head = row([head_cell(label, width) for label in labels])
        cells = [cell(self._rich(field) + _TAIL, width) for field in fields]
        body = row(cells, height=height, may_split=True)
        widths = [width] * len(fields)
        return SPACE_BEFORE + table(head, body, widths=widths, caption=caption) + SPACE

    def _table(self, field: Field, *, height: int) -> str:
        stacks = stacks_of(field, language=self.language, total=WIDTH)
        widths = [stack.width for stack in stacks]
        head = row([self._head_cell(stack) for stack in stacks])
        caption = field.label.in_(self.language)
        height = _SIGNING_HEIGHT if has_signature(field) else height
        rows = self._rows(field, stacks, height)
        said = table(head, rows, widths=widths, caption=caption)
        return said + self._chart(field) + SPACE

    def _chart(self, field: Field) -> str:
        if field.key not in self.charts:
            return ""
        return drawing(
            field.key,
            relation=self.charts[field.key],
            number=self.numbers.take(),
            told=field.label.in_(self.language),
        )

    def _head_cell(self, stack: Stack) -> str:
        label = stack.columns[0].label.in_(self.language)
        if stack.of_parties:
            label = _WORDS[self.language][1]
        style = "TableHeadNumber" if _is_amount(stack) else "TableHead"
        return head_cell(label, stack.width, style=style)

    def _rows(self, field: Field, stacks: Sequence[Stack], height: int) -> str:
        if is_signing(field):
            return self._signing_rows(field, stacks, height)
        return repeating_rows(
            field,
            self._pattern(field, stacks, height),
            language=self.language,
            numbers=self.numbers,
        )

    def _signing_rows(self, field: Field, stacks: Sequence[Stack], height: int) -> str:
        """A heading a party, all alike, and under each the rows of that party."""
        pattern = functools.partial(self._pattern, field, stacks, height)
        rows = self._party_rows(field, pattern(), party=NO_PARTY)
        for party in party_choices(field):
            label = party.label.in_(self.language)
            rows += row([head_cell(label, WIDTH, span=len(stacks))])
            rows += self._party_rows(field, pattern(), party=party.key)
        return rows

    def _party_rows(self, field: Field, pattern: str, *, party: str) -> str:
        tag = f"{field.key}.{party}"
        return row_control(tag, pattern, numbers=self.numbers, is_repeated=False)

    def _pattern(self, field: Field, stacks: Sequence[Stack], height: int) -> str:
        slots = iter(slots_of(field))
        return row([self._stack(stack, slots) for stack in stacks], height=height)

    def _stack(self, stack: Stack, slots: Iterator[Slot]) -> str:
        """The heading of the column names the first line, a label the others.

        Of the parties, none stands under the heading: each has its label.
        """
        style = "TableNumber" if _is_amount(stack) else "TableText"
        content = ""
        for place, column in enumerate(stack.columns):
            control = self._control(next(slots), 1)
            label = column.label.in_(self.language)
            is_named = place == 0 and not stack.of_parties
            content += (
                paragraph(control, style=style)
                if is_named
                else labelled(label, control, style=style)
            )
        return cell(content, stack.width)


def _room(field: Field) -> int:
    """Marks and dates need no room by hand."""
    is_told = any(column.type is FieldType.TEXT for column in field.columns)
    return _ROW_HEIGHT if is_told else 0


def _is_history(field: Field) -> bool:
    return field.key.rpartition("_")[2] in _HISTORY


def _is_amount(stack: Stack) -> bool:
    return len(stack.columns) == 1 and stack.columns[0].type is FieldType.NUMBER


def _led(fields: Sequence[Field]) -> Iterator[list[Field]]:
    """Fields with those right behind them that wait for their answer."""
    group: list[Field] = []
    for field in fields:
        waits_for = field.needed_if.field if field.needed_if else ""
        if group and waits_for != group[0].key:
            yield group
            group = []
        group.append(field)
    if group:
        yield group


def _groups(fields: Sequence[Field]) -> Iterator[list[Field]]:
    """What the parties each write stands together, all else by itself."""
    group: list[Field] = []
    for field in fields:
        if group and not _is_party_group([*group, field]):
            yield group
            group = []
        group.append(field)
    if group:
        yield group


def _is_long(field: Field) -> bool:
    return field.type in (FieldType.RICH, FieldType.TABLE)


def _is_party_group(fields: Sequence[Field]) -> bool:
    stems = {field.key.rpartition("_")[0] for field in fields}
    ends = tuple(field.key.rpartition("_")[2] for field in fields)
    is_rich = all(field.type is FieldType.RICH for field in fields)
    return is_rich and len(stems) == 1 and ends == _PARTIES[: len(ends)]


# A cell must end in a paragraph, and a bookmark end is none.
_TAIL = paragraph("", style="Spacer")
