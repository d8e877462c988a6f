"""Cut a part of a template into constant text and holes.

Tokens of private-use characters are set where values go; the part is written out once
and split at the tokens. So constant text is exactly what the template had.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from lxml import etree

from templates_docx.chart_cutting import caches, drawn_charts, number_formats
from templates_docx.controls import PLACEHOLDER_LOOK
from templates_docx.display import FIRST_PARTS, NOT_FILLED, NOT_RELEVANT, placeholder
from templates_docx.errors import UnusableTemplateError
from templates_docx.finding import Control, Slots, controls, is_for_record
from templates_docx.numbering import Lists
from templates_docx.omitting import joined_controls, optional_places
from templates_docx.plotting import Charted
from templates_docx.segments import (
    ChartHole,
    ChartText,
    ChartTextHole,
    Hole,
    NumberHole,
    OptionalHole,
    PairHole,
    RecordHole,
    RichHole,
    RichStateHole,
    RowNumberHole,
    RowsHole,
    RowTagHole,
    Segments,
    Source,
    StateHole,
    TextHole,
)
from templates_docx.slots import Slot, is_signing
from templates_docx.texts import around_text
from templates_docx.usable import is_clause_kept, is_gone
from templates_docx.wordml import W14, W, child, local, name, run, value
from workflows.forms.fields import Field, FieldType, Form

_OPEN, _CLOSE = "\ue000", "\ue001"
_TOKEN = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_DATED = re.compile(f'\\s\\w+:fullDate="({_OPEN}\\d+{_CLOSE})"')
_DECLARED = re.compile(r'\sxmlns:\w+="[^"]*"')
_WHOLE = re.compile(r"-?\d{1,10}", re.ASCII)
_ROW_INDEX = re.compile(r"(:row\[)1(\])")
_AFTER_STATE = ("dataBinding", "text", "date", "dropDownList", "comboBox", "richText")
_BESIDE_RUNS = ("pPr", "tcPr", "trPr")


_Around: TypeAlias = RowsHole | OptionalHole | PairHole | ChartHole


@dataclass(frozen=True)
class _Edge:
    """Where the pattern of a hole begins (with the hole) or ends (without)."""

    hole: _Around | None


@dataclass(kw_only=True)
class Cutter:
    """Cuts the parts of one template; keeps the numbers that controls have taken."""

    form: Form
    language: str
    lists: Lists
    list_numbers: Mapping[str, int]
    _tokens: list[Hole | _Edge] = field(default_factory=list)
    _taken: set[int] = field(default_factory=set)

    @property
    def first_free(self) -> int:
        """The first number above those of all controls cut so far."""
        return max(self._taken, default=0) + 1

    def cut(self, root: etree._Element, *, where: str) -> Segments:
        """Return the part as segments; the tree is used up.

        Raises:
            UnusableTemplateError: the part cannot be filled.
        """
        _check_names(root, where=where)
        slots = Slots.of(self.form, language=self.language)
        self._cut_drawings(root)
        self._cut_optional(root, slots)
        self._cut_rows(root)
        for control in list(controls(root)):
            self._number(control)
            # A value in deleted text would never be read.
            if not is_gone(control.element):
                self._cut_control(control, slots)
        return self._segments(root)

    def _segments(self, root: etree._Element) -> Segments:
        content = etree.tostring(root, encoding="unicode")
        pieces = _TOKEN.split(_DATED.sub(r"\1", content))
        declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        return _folded(iter([declaration, *self._with_holes(pieces)]))

    def _with_holes(self, pieces: list[str]) -> Iterator[str | Hole | _Edge]:
        for place, piece in enumerate(pieces):
            if place % 2:
                yield self._tokens[int(piece)]
            elif piece:
                yield piece

    def _token(self, hole: Hole | _Edge) -> str:
        self._tokens.append(hole)
        return f"{_OPEN}{len(self._tokens) - 1}{_CLOSE}"

    def cut_chart(self, root: etree._Element, charted: Charted) -> Segments:
        """Return a chart part as segments; the tree is used up."""
        for element, text, series in caches(root):
            hole = ChartTextHole(charted=charted, text=text, series=series)
            for inner in list(element):
                element.remove(inner)
            element.text = self._token(hole)
        for numbers in number_formats(root):
            hole = ChartTextHole(charted=charted, text=ChartText.NUMBER_FORMAT)
            numbers.set("formatCode", self._token(hole))
        return self._segments(root)

    def _cut_drawings(self, root: etree._Element) -> None:
        for drawn in drawn_charts(root, self.form, language=self.language):
            charted = drawn.charted
            told = ChartTextHole(charted=charted, text=ChartText.TOLD)
            drawn.properties.set("descr", self._token(told))
            if drawn.extent is not None:
                height = ChartTextHole(charted=charted, text=ChartText.HEIGHT)
                drawn.extent.set("cy", self._token(height))
            self._enclose((drawn.paragraph,), ChartHole(charted=charted))

    def _cut_optional(self, root: etree._Element, slots: Slots) -> None:
        for place in optional_places(root, slots):
            self._enclose(place.elements, OptionalHole(fields=place.fields))
        for words, control, slot in joined_controls(root, slots):
            hole = PairHole(slot=slot, is_repeated=child(root, "body") is None)
            self._enclose((words, control), hole)

    def _enclose(
        self,
        elements: Sequence[etree._Element],
        hole: _Around,
    ) -> None:
        _put_before(elements[0], self._token(_Edge(hole)))
        last = elements[-1]
        last.tail = self._token(_Edge(None)) + (last.tail or "")

    def _cut_rows(self, root: etree._Element) -> None:
        tables = {f.key: f for f in self.form.fields if f.type is FieldType.TABLE}
        for control in list(controls(root)):
            table, _, rest = control.tag.partition(".")
            if is_gone(control.element):
                continue
            found = tables.get(table)
            if control.binding is not None and control.binding.is_rows:
                self._cut_section(control, tables.get(control.binding.field))
            elif found and is_signing(found) and rest.endswith(".row"):
                self._cut_pattern(control, found, party=rest.removesuffix(".row"))

    def _cut_section(self, section: Control, table: Field | None) -> None:
        """Only the first row of a repeating section is the pattern."""
        if table is None:
            return
        content = section.content
        first = None if content is None else next(controls(content), None)
        if content is None or first is None or first.element is not content[0]:
            raise UnusableTemplateError("has no row to repeat", where=table.key)
        for item in content[1:]:
            content.remove(item)
        self._cut_pattern(first, table, party="")

    def _cut_pattern(self, control: Control, table: Field, *, party: str) -> None:
        hole = RowsHole(field=table.key, party=party, pattern=())
        for inner in controls(control.element):
            number = child(inner.properties, "id")
            if number is not None:
                number.set(name("w:val"), self._token(NumberHole()))
            _point_at_row(inner, self._token(RowNumberHole()))
        tag = child(control.properties, "tag")
        if tag is not None:
            tag.set(name("w:val"), self._token(RowTagHole()))
        self._enclose((control.element,), hole)

    def _number(self, control: Control) -> None:
        """Word wants every `w:id` once; a template put together by hand may not."""
        element = child(control.properties, "id")
        text = value(element) or ""
        if element is None or text.startswith(_OPEN):
            return
        number = int(text) if _WHOLE.fullmatch(text) else 0
        if number in self._taken or not number:
            number = self.first_free
            element.set(name("w:val"), str(number))
        self._taken.add(number)

    def _cut_control(self, control: Control, slots: Slots) -> None:
        slot, rich = slots.slot_of(control), slots.rich_of(control)
        content = control.content
        if content is not None and is_for_record(control):
            self._cut_record(content)
        elif slot is not None and content is not None:
            self._cut_slot(control, slot, content)
        elif rich is not None and content is not None:
            self._cut_rich(control, rich, content)

    def _cut_record(self, content: etree._Element) -> None:
        holder = _run_holder(content)
        for node in list(holder):
            if local(node) not in _BESIDE_RUNS:
                holder.remove(node)
        _append_text(holder, self._token(RecordHole()))

    def _cut_slot(self, control: Control, slot: Slot, content: etree._Element) -> None:
        holder = _run_holder(content)
        runs = [node for node in holder if local(node) not in _BESIDE_RUNS]
        look = _look(control, runs)
        empty = "".join(map(_text_of, runs)) if control.shows_placeholder else ""
        hint = placeholder(slot, language=self.language)
        empty = empty or _hint(hint)
        for node in runs:
            holder.remove(node)
        before, after = around_text(look)
        hole = TextHole(slot=slot, before=before, after=after, empty=empty)
        _append_text(holder, self._token(self._quiet(hole)))
        self._cut_state(control, slot)

    def _quiet(self, hole: TextHole) -> TextHole:
        """What an empty control says when nobody is to write in it."""
        slot = hole.slot
        is_tick = slot.type is FieldType.MULTI
        if is_tick or slot.in_table or slot.leaf not in FIRST_PARTS:
            return hole
        irrelevant = NOT_RELEVANT[self.language] if slot.needed_if else ""
        return replace(
            hole,
            settled=_hint(NOT_FILLED[self.language]),
            irrelevant=_hint(irrelevant) if irrelevant else "",
        )

    def _cut_state(self, control: Control, slot: Slot) -> None:
        if slot.type is FieldType.MULTI:
            for checked in control.properties.iter(f"{{{W14}}}checked"):
                checked.set(f"{{{W14}}}val", self._token(_tick(slot)))
            return
        dated = child(control.properties, "date")
        if dated is not None:
            dated.set(name("w:fullDate"), self._token(_day(slot)))
        mark = StateHole(slot=slot, filled="", empty="<w:showingPlcHdr/>")
        _mark_state(control, self._token(mark))

    def _cut_rich(self, control: Control, rich: Field, content: etree._Element) -> None:
        paragraphs = list(content)
        if not paragraphs or local(paragraphs[0]) != "p":
            raise UnusableTemplateError("must hold whole paragraphs", where=rich.key)
        if not is_clause_kept(rich, content, language=self.language):
            text = "says something else than the agreed clause"
            raise UnusableTemplateError(text, where=rich.key)
        properties = child(paragraphs[0], "pPr")
        style = "" if properties is None else _text_of(properties)
        hole = RichHole(
            field=rich.key,
            style=style,
            empty="".join(map(_text_of, paragraphs)),
            settled=f"<w:p>{style}{_hint(NOT_FILLED[self.language])}</w:p>",
            list_number=self.list_numbers.get(rich.key, 0),
            list_styles={kind: self.lists.style_for(kind) for kind in _LIST_KINDS},
        )
        for paragraph in paragraphs:
            content.remove(paragraph)
        _append_text(content, self._token(hole))
        _mark_state(control, self._token(RichStateHole(rich.key)))


_LIST_KINDS = "bullet", "number"


def _hint(said: str) -> str:
    return run(said, properties=PLACEHOLDER_LOOK)


def _tick(slot: Slot) -> StateHole:
    return StateHole(slot=slot, filled="1", empty="0")


def _day(slot: Slot) -> TextHole:
    """The machine-readable date of a date control, as an attribute."""
    return TextHole(
        slot=slot,
        source=Source.STORED,
        before=' w:fullDate="',
        after='T00:00:00Z"',
    )


def _folded(pieces: Iterator[str | Hole | _Edge]) -> Segments:
    """Move what stands between two edges into the pattern of its hole."""
    folded: list[str | Hole] = []
    for piece in pieces:
        if not isinstance(piece, _Edge):
            folded.append(piece)
        elif piece.hole is None:
            break
        else:
            folded.append(replace(piece.hole, pattern=_folded(pieces)))
    return tuple(folded)


def _check_names(root: etree._Element, *, where: str) -> None:
    if root.nsmap.get("w") != W:
        text = "is not of the transitional kind: save it anew as .docx in Word"
        raise UnusableTemplateError(text, where=where)
    if _OPEN in etree.tostring(root, encoding="unicode"):
        raise UnusableTemplateError("holds the private character U+E000", where=where)


def _point_at_row(control: Control, token: str) -> None:
    found = child(control.properties, "dataBinding")
    if found is not None:
        key = name("w:xpath")
        found.set(key, _ROW_INDEX.sub(rf"\g<1>{token}\g<2>", found.get(key, "")))


def _run_holder(content: etree._Element) -> etree._Element:
    """The element whose children are the control's runs, whatever its level."""
    paragraph = next(content.iter(name("w:p")), None)
    if paragraph is None:
        return content
    above = paragraph.getparent()
    for later in list(paragraph.itersiblings(name("w:p"))):
        # A plain value is one paragraph; others would stand beside it.
        if above is not None:
            above.remove(later)
    return paragraph


def _look(control: Control, runs: list[etree._Element]) -> str:
    """The look of entered text: the control's own, else that of its sample text."""
    own = child(control.properties, "rPr")
    if own is None and runs and not control.shows_placeholder:
        own = child(runs[0], "rPr")
    return "" if own is None else _text_of(own)


def _mark_state(control: Control, token: str) -> None:
    mark = child(control.properties, "showingPlcHdr")
    if mark is not None:
        control.properties.remove(mark)
    later = [node for node in control.properties if local(node) in _AFTER_STATE]
    if later:
        _put_before(later[0], token)
    else:
        _append_text(control.properties, token)


def _put_before(element: etree._Element, token: str) -> None:
    before, parent = element.getprevious(), element.getparent()
    if before is not None:
        before.tail = (before.tail or "") + token
    elif parent is not None:
        parent.text = (parent.text or "") + token


def _append_text(element: etree._Element, token: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + token
    else:
        element.text = (element.text or "") + token


def _text_of(element: etree._Element) -> str:
    """The element as text; its names are declared on the root of the part."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return _DECLARED.sub("", text)
