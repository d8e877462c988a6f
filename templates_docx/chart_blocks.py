"""What a chart in a template becomes: a drawing of the rows, or nothing without any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from templates_docx.charts import (
    Plot,
    category_cache,
    height_of,
    value_cache,
    workbook,
)
from templates_docx.filling import Filling
from templates_docx.plotting import Charted
from templates_docx.segments import ChartText, ChartTextHole
from templates_docx.states import Content
from templates_docx.wordml import escape


@dataclass(frozen=True, kw_only=True)
class ChartBlock:
    """The paragraph with a chart, which goes when there is nothing to draw."""

    charted: Charted
    content: Content

    def render(self, filling: Filling) -> bytes:
        """Return the paragraph, or nothing."""
        is_drawn = _plot(self.charted, filling).categories
        return self.content.render(filling) if is_drawn else b""


@dataclass(frozen=True)
class ChartTextBlock:
    """A text of a drawing or of a chart part."""

    hole: ChartTextHole

    def render(self, filling: Filling) -> bytes:
        """Return the text, as XML."""
        plot = _plot(self.hole.charted, filling)
        return _TEXTS[self.hole.text](self.hole, plot).encode()


@dataclass(frozen=True)
class WorkbookPart:
    """The numbers behind a chart, as Word opens them."""

    name: str
    charted: Charted

    def render(self, filling: Filling) -> bytes:
        """Return the workbook."""
        return workbook(_plot(self.charted, filling))


def _plot(charted: Charted, filling: Filling) -> Plot:
    return charted.plot(filling.said.get(charted.field.key) or ())


def _told(hole: ChartTextHole, plot: Plot) -> str:
    return escape(hole.charted.told(plot))


def _height(hole: ChartTextHole, plot: Plot) -> str:
    return str(height_of(plot, is_lying=hole.charted.is_lying))


def _number_format(_hole: ChartTextHole, plot: Plot) -> str:
    return escape(plot.number_format)


def _names(_hole: ChartTextHole, plot: Plot) -> str:
    return category_cache(plot)


def _numbers(hole: ChartTextHole, plot: Plot) -> str:
    return value_cache(plot, hole.series)


_TEXTS: Mapping[ChartText, Callable[[ChartTextHole, Plot], str]] = {
    ChartText.TOLD: _told,
    ChartText.HEIGHT: _height,
    ChartText.NUMBER_FORMAT: _number_format,
    ChartText.NAMES: _names,
    ChartText.NUMBERS: _numbers,
}
