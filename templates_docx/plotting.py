"""From the rows of a table to what its chart draws and says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from templates_docx.charts import Plot
from templates_docx.display import (
    UnreadableError,
    read_number,
    shown,
    written_number,
)
from templates_docx.slots import slots_of
from workflows.forms.fields import Chart, ChartKind, Field

# A row of totals would make all other bars small.
_TOTALS = "sum", "total", "totalt", "i alt"
_MOST_TOLD = 1_000
_WORDS = {
    "nb": ("søylediagram", "linjediagram", "Tallene står i tabellen over.", "Eksempel"),
    "nn": ("søylediagram", "linjediagram", "Tala står i tabellen over.", "Døme"),
}


@dataclass(frozen=True, kw_only=True)
class Charted:
    """A table field with its chart, in one language."""

    field: Field
    chart: Chart
    language: str

    @property
    def is_lying(self) -> bool:
        """Say whether the bars lie: amounts are long, marks from 1 to 5 are not."""
        drawn = (c for c in self.field.columns if c.key in self.chart.series)
        is_bars = self.chart.kind is ChartKind.BAR
        return is_bars and any(column.most is None for column in drawn)

    def plot(self, rows: Sequence[Mapping[str, Any]]) -> Plot:
        """Return what the rows draw; those without a number are left out."""
        points = [(self._name(row), self._numbers(row)) for row in rows]
        drawn = [(name, numbers) for name, numbers in points if _counts(name, numbers)]
        return Plot(
            categories=tuple(name for name, _ in drawn),
            series=self._labels,
            points=tuple(
                tuple(numbers[place] for _, numbers in drawn)
                for place, _ in enumerate(self.chart.series)
            ),
            highest=self._highest,
        )

    @property
    def sample(self) -> Plot:
        """Something to see in the template itself; no document has it."""
        name = _WORDS[self.language][3]
        return Plot(
            categories=(f"{name} 1", f"{name} 2"),
            series=self._labels,
            points=tuple((n + 2, n + 3) for n, _ in enumerate(self.chart.series)),
            highest=self._highest,
        )

    def told(self, plot: Plot) -> str:
        """Return the alternative text: what is drawn, and the numbers in short."""
        bars, lines, elsewhere, _ = _WORDS[self.language]
        kind = lines if self.chart.kind is ChartKind.LINE else bars
        said = f"{self.field.label.in_(self.language)}, {kind}."
        for place, name in enumerate(plot.categories):
            more = f" {name}: {_told_row(plot, place)}."
            if len(said) + len(more) > _MOST_TOLD:
                return f"{said} … {elsewhere}"
            said += more
        return said

    @property
    def _highest(self) -> float | None:
        """Marks end where the form says; amounts do not."""
        ends = [c.most for c in self.field.columns if c.key in self.chart.series]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    @property
    def _labels(self) -> tuple[str, ...]:
        labels = {c.key: c.label.in_(self.language) for c in self.field.columns}
        return tuple(labels[leaf] for leaf in self.chart.series)

    def _name(self, row: Mapping[str, Any]) -> str:
        slots = {slot.leaf: slot for slot in slots_of(self.field)}
        said = row.get(self.chart.categories)
        slot = slots[self.chart.categories]
        text = said if isinstance(said, str) else _written(said)
        return shown(slot, text, language=self.language).strip() if text else ""

    def _numbers(self, row: Mapping[str, Any]) -> tuple[float | None, ...]:
        return tuple(_number(row.get(leaf)) for leaf in self.chart.series)


def _counts(name: str, numbers: Sequence[float | None]) -> bool:
    is_row = bool(name) and name.casefold() not in _TOTALS
    return is_row and any(number is not None for number in numbers)


def _told_row(plot: Plot, place: int) -> str:
    pairs = zip(plot.series, plot.points, strict=True)
    numbers = ((label, points[place]) for label, points in pairs)
    return ", ".join(
        f"{label} {written_number(number)}"
        for label, number in numbers
        if number is not None
    )


def _written(said: Any) -> str:
    return "" if said is None else written_number(said)


def _number(said: Any) -> float | None:
    if isinstance(said, int | float):
        return said
    try:
        return read_number(said) if said else None
    except UnreadableError:
        return None
