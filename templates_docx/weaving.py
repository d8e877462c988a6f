"""Segments turned into a plan, once per template; run for every document.

Names of texts become places in a pool, so that a document is made in a few long steps:
run the plan, render the blocks, set all of it between the constants, join.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from templates_docx.chart_blocks import ChartBlock, ChartTextBlock
from templates_docx.errors import UnusableTemplateError
from templates_docx.filling import Filling, Places, Table, nested_fields, places_of
from templates_docx.rich_blocks import RichBlock, RichStateBlock
from templates_docx.row_blocks import Constant, Number, RowBlock
from templates_docx.segments import (
    ChartHole,
    ChartTextHole,
    HeadHole,
    Hole,
    IdentityHole,
    NumberHole,
    OptionalHole,
    PairHole,
    RecordHole,
    RichHole,
    RichStateHole,
    RowIdHole,
    RowNumberHole,
    RowsHole,
    RowTagHole,
    Segments,
    Source,
    StateHole,
    TextHole,
)
from templates_docx.slots import slots_of
from templates_docx.states import (
    Content,
    OptionalBlock,
    PairBlock,
    WaitingBlock,
    in_state,
)
from templates_docx.steps import Bare, Plan, Step, Switch, Wrap
from workflows.forms.fields import Form


class Part(Protocol):
    """A part of the package that differs from document to document."""

    @property
    def name(self) -> str:
        """The name of the part in the package."""

    def render(self, filling: Filling) -> bytes:
        """Return the whole content of the part for one document."""


@dataclass(frozen=True, kw_only=True)
class Woven:
    """A part made of constants and texts: `constants` has empty places at the holes.

    `places` are those holes, in the order in which plan and blocks give their texts.
    """

    name: str
    constants: Sequence[bytes]
    places: Sequence[int]
    plan: Plan
    blocks: Sequence[Content]

    def render(self, filling: Filling) -> bytes:
        """Return the content of the part."""
        pieces = list(self.constants)
        made = self.plan.run(filling.pool)
        made += [block.render(filling) for block in self.blocks]
        for place, text in zip(self.places, made, strict=True):
            pieces[place] = text
        return b"".join(pieces)


_Woven: TypeAlias = "Step | Content"


class Weaver:
    """Weaves the parts of one template; `numbers` counts its controls in rows.

    `blanks` are the tables of the form as they stand without a value. `is_settled`
    tells for which state of the document they are woven.
    """

    def __init__(
        self,
        form: Form,
        *,
        blanks: Mapping[str, Table],
        first_number: int,
        step: int,
        is_settled: bool = False,
    ) -> None:
        self._form = form
        self._places = places_of(form)
        self._heads = {field.key: n for n, field in enumerate(nested_fields(form))}
        self._blanks = blanks
        self._numbers = itertools.count(first_number)
        self._step = step
        self._is_settled = is_settled

    def weave(self, segments: Segments, *, name: str) -> Woven:
        """Return the plan for one part.

        Raises:
            UnusableTemplateError: a control stands where it cannot be filled.
        """
        segments = in_state(segments, is_settled=self._is_settled)
        woven = [part if isinstance(part, str) else self._at(part) for part in segments]
        steps = [
            (place, one)
            for place, one in enumerate(woven)
            if isinstance(one, Bare | Wrap | Switch)
        ]
        plan = Plan(step for _, step in steps)
        blocks = [
            (place, one)
            for place, one in enumerate(woven)
            if not isinstance(one, str | Bare | Wrap | Switch)
        ]
        return Woven(
            name=name,
            constants=[one.encode() if isinstance(one, str) else b"" for one in woven],
            places=[
                *(steps[number][0] for number in plan.order),
                *(place for place, _ in blocks),
            ],
            plan=plan,
            blocks=[block for _, block in blocks],
        )

    def _at(self, hole: Hole) -> str | _Woven:
        after = self._places.after
        match hole:
            case TextHole(irrelevant=irrelevant) if irrelevant:
                return self._waiting(hole) or hole.empty
            case TextHole() | StateHole():
                return _step(hole, self._places) or hole.empty
            case HeadHole(field):
                return Bare(after + self._heads[field])
            case IdentityHole():
                return Bare(after + len(self._heads))
            case RecordHole():
                return Bare(after + len(self._heads) + 1)
            case _:
                return self._block(hole)

    def _block(self, hole: Hole) -> Content:
        match hole:
            case RowsHole():
                return self._rows(hole)
            case OptionalHole():
                inner = self.weave(hole.pattern, name="")
                return OptionalBlock(fields=hole.fields, content=inner)
            case PairHole():
                return self._pair(hole)
            case ChartHole(charted=charted):
                inner = self.weave(hole.pattern, name="")
                return ChartBlock(charted=charted, content=inner)
            case _:
                return _whole(hole)

    def _pair(self, hole: PairHole) -> Content:
        inner = self.weave(hole.pattern, name="")
        place = self._places.of(hole.slot, Source.STORED)
        if place is None:
            return inner
        return PairBlock(
            place=place,
            is_settled=self._is_settled,
            is_repeated=hole.is_repeated,
            condition=hole.slot.needed_if,
            content=inner,
        )

    def _waiting(self, hole: TextHole) -> Content | None:
        step = _step(hole, self._places)
        if not isinstance(step, Wrap):
            return None
        return WaitingBlock(
            wrap=step,
            condition=hole.slot.needed_if,
            irrelevant=hole.irrelevant.encode(),
        )

    def _rows(self, hole: RowsHole) -> RowBlock:
        places = Places(slots_of(self._form.field(hole.field)))
        constants: list[Constant] = [()]
        steps: list[Step] = []
        for part in hole.pattern:
            found = self._in_row(part, places)
            if isinstance(found, str | Number):
                constants[-1] = (*constants[-1], found)
            else:
                steps.append(found)
                constants.append(())
        return RowBlock(
            table=hole.field,
            party=hole.party,
            constants=constants,
            steps=steps,
            blank=self._blanks[hole.field],
        )

    def _in_row(self, part: str | Hole, places: Places) -> str | Number | Step:
        match part:
            case str():
                return part
            case NumberHole():
                return Number(next(self._numbers), self._step)
            case RowNumberHole():
                return Number(1)
            case RowIdHole():
                return Bare(places.after)
            case RowTagHole():
                return Bare(places.after + 1)
            case _:
                return _cell(part, places)


def numbers_in(parts: Iterable[Hole]) -> int:
    """Return how many `w:id` one row of every table together takes."""
    return sum(isinstance(hole, NumberHole) for hole in parts)


def _whole(hole: Hole) -> Content:
    """What is made of a whole value: rich text, or what a chart says of all rows."""
    match hole:
        case RichHole():
            return RichBlock.of(hole)
        case RichStateHole():
            return RichStateBlock(hole.field)
        case ChartTextHole():
            return ChartTextBlock(hole)
        case _:
            raise UnusableTemplateError("stands outside rows", where="w:id")


def _cell(hole: Hole, places: Places) -> Step:
    step = _step(hole, places) if isinstance(hole, TextHole | StateHole) else None
    if step is None:
        raise UnusableTemplateError(
            "holds a control that is none of its columns: move it out of the row",
            where=places.slots[0].field,
        )
    return step


def _step(hole: TextHole | StateHole, places: Places) -> Step | None:
    if isinstance(hole, StateHole):
        place = places.of(hole.slot, Source.STORED)
        if place is None:
            return None
        return Switch(place, hole.filled.encode(), hole.empty.encode())
    place = places.of(hole.slot, hole.source)
    if place is None:
        return None
    around = hole.before.encode(), hole.after.encode(), hole.empty.encode()
    return Wrap(place, *around) if any(around) else Bare(place)
