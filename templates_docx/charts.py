"""Charts that Word can edit: the drawing, the chart part and its workbook.

Series differ by pattern or by marker and dash, not by colour alone, and each point says
its number (WCAG 2.1, 1.4.1). Source: ISO/IEC 29500-1, 20.4 (drawing), 21.2 (charts) and
18 (workbook).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from templates_docx.look import ACCENT, FONT, INK, QUIET, WIDTH
from templates_docx.package import packed, write
from templates_docx.wordml import R, escape
from workflows.forms.fields import Chart, ChartKind

NAME = "samspor:chart:"
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_SHEET = "Ark1"
# English Metric Units: 635 to a twentieth of a point, 360,000 to a centimetre.
_WIDTH = WIDTH * 635
_STANDING_HEIGHT, _BAR_HEIGHT, _GAP_HEIGHT, _LEGEND_HEIGHT = (
    2_340_000,
    162_000,
    126_000,
    432_000,
)
_SPACE = '"\u00a0"'
_THOUSANDS_APART = f"[>=1000000]#{_SPACE}###{_SPACE}##0;[>=10000]#{_SPACE}##0;General"
_LOOKS = (
    (INK, "", "circle", "solid"),
    (ACCENT, "wdUpDiag", "square", "dash"),
    ("8A5A00", "pct25", "triangle", "sysDot"),
    ("7A2E4D", "horzBrick", "diamond", "dashDot"),
)


@dataclass(frozen=True, kw_only=True)
class Plot:
    """What is drawn: a name on the axis for each row, a number or none in each series.

    `points` has one list for each series, as long as `categories`. `highest` is the end
    of the scale, where that is known.
    """

    categories: tuple[str, ...]
    series: tuple[str, ...]
    points: tuple[tuple[float | None, ...], ...]
    highest: float | None = None

    @property
    def number_format(self) -> str:
        """Return the format of the numbers: thousands apart from five digits on.

        The space is written out, for a comma in a format is shown as the machine of
        the reader wants it.
        """
        numbers = [n for row in self.points for n in row if n is not None]
        is_large = any(abs(number) >= 10_000 for number in numbers)
        return _THOUSANDS_APART if is_large else "General"


def drawing(key: str, *, relation: str, number: int, told: str) -> str:
    """Return the paragraph with the chart ; `told` is its alternative text."""
    return (
        '<w:p><w:pPr><w:pStyle w:val="Chart"/></w:pPr><w:r><w:drawing>'
        f'<wp:inline xmlns:wp="{_WP}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{_WIDTH}" cy="{_STANDING_HEIGHT}"/>'
        f'<wp:docPr id="{number}" name="{NAME}{key}" descr="{escape(told)}"/>'
        f'<wp:cNvGraphicFramePr/><a:graphic xmlns:a="{_A}"><a:graphicData uri="{C}">'
        f'<c:chart xmlns:c="{C}" r:id="{relation}"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )


def chart_part(chart: Chart, plot: Plot, *, is_lying: bool, locale: str) -> bytes:
    """Return the chart part; its workbook is relation `rId1`.

    `is_lying` lets bars lie, so that long numbers have room beside them.
    """
    is_line = chart.kind is ChartKind.LINE
    kind, before, own = _LINE if is_line else (_LYING if is_lying else _STANDING)
    series = "".join(
        _series(number, label, plot, is_line=is_line)
        for number, label in enumerate(plot.series)
    )
    text = (
        f'<c:chartSpace xmlns:c="{C}" xmlns:a="{_A}" xmlns:r="{R}">'
        f'<c:date1904 val="0"/><c:lang val="{locale}"/><c:roundedCorners val="0"/>'
        '<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        f'<c:{kind}>{before}<c:varyColors val="0"/>{series}{own}'
        '<c:axId val="1"/><c:axId val="2"/>'
        f"</c:{kind}>{_axes(highest=plot.highest, is_lying=is_lying)}</c:plotArea>"
        '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"{_text_look(locale)}"
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'
        "</c:chartSpace>"
    )
    return _DECLARATION + text.encode()


def height_of(plot: Plot, *, is_lying: bool) -> int:
    """Return how high the drawing is, in English Metric Units."""
    if not is_lying:
        return _STANDING_HEIGHT
    names, bars = len(plot.categories), len(plot.categories) * len(plot.series)
    return _LEGEND_HEIGHT + names * _GAP_HEIGHT + bars * _BAR_HEIGHT


def category_cache(plot: Plot) -> str:
    """Return what stands in `c:cat`: the names on the axis."""
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{escape(said)}</c:v></c:pt>'
        for place, said in enumerate(plot.categories)
    )
    return (
        f"<c:strRef><c:f>{_cells('A', plot)}</c:f><c:strCache>"
        f"{_count(plot)}{points}</c:strCache></c:strRef>"
    )


def value_cache(plot: Plot, series: int) -> str:
    """Return what stands in `c:val` of one series; a row without a number is a gap."""
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{number}</c:v></c:pt>'
        for place, number in enumerate(plot.points[series])
        if number is not None
    )
    return (
        f"<c:numRef><c:f>{_cells(_letter(series), plot)}</c:f><c:numCache>"
        f"<c:formatCode>{escape(plot.number_format)}</c:formatCode>"
        f"{_count(plot)}{points}</c:numCache></c:numRef>"
    )


def workbook(plot: Plot) -> bytes:
    """Return the workbook in which Word edits the numbers; the same bytes."""
    names: list[str | float | None] = ["", *plot.series]
    rows = [names, *_rows(plot)]
    cells = "".join(_row(number, row) for number, row in enumerate(rows, start=1))
    sheet = f'<worksheet xmlns="{_S}"><sheetData>{cells}</sheetData></worksheet>'
    contents = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": _WORKBOOK,
        "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet,
    }
    return write(
        packed(name, _DECLARATION + text.encode()) for name, text in contents.items()
    )


def _series(number: int, label: str, plot: Plot, *, is_line: bool) -> str:
    look = _line_look(number) if is_line else _bar_look(number)
    smooth = '<c:smooth val="0"/>' if is_line else ""
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/><c:tx><c:strRef>'
        f"<c:f>{_SHEET}!${_letter(number)}$1</c:f><c:strCache>"
        f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(label)}</c:v></c:pt>'
        f"</c:strCache></c:strRef></c:tx>{look}{_labels(is_line=is_line)}"
        f"<c:cat>{category_cache(plot)}</c:cat>"
        f"<c:val>{value_cache(plot, number)}</c:val>{smooth}</c:ser>"
    )


def _bar_look(number: int) -> str:
    colour, pattern, _, _ = _LOOKS[number % len(_LOOKS)]
    fill = _solid(colour)
    if pattern:
        fill = (
            f'<a:pattFill prst="{pattern}">'
            f'<a:fgClr><a:srgbClr val="{colour}"/></a:fgClr>'
            '<a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill>'
        )
    edge = f'<a:ln w="9525">{_solid(colour)}</a:ln>'
    return f'<c:spPr>{fill}{edge}</c:spPr><c:invertIfNegative val="0"/>'


def _line_look(number: int) -> str:
    colour, _, marker, dash = _LOOKS[number % len(_LOOKS)]
    line = f'<a:ln w="28575">{_solid(colour)}<a:prstDash val="{dash}"/></a:ln>'
    mark = f"<c:spPr>{_solid(colour)}</c:spPr>"
    return (
        f'<c:spPr>{line}</c:spPr><c:marker><c:symbol val="{marker}"/>'
        f'<c:size val="8"/>{mark}</c:marker>'
    )


def _labels(*, is_line: bool) -> str:
    place = "t" if is_line else "outEnd"
    shown = "".join(
        f'<c:{what} val="{int(what == "showVal")}"/>'
        for what in (
            *("showLegendKey", "showVal", "showCatName"),
            *("showSerName", "showPercent", "showBubbleSize"),
        )
    )
    return (
        '<c:dLbls><c:numFmt formatCode="General" sourceLinked="0"/>'
        f'<c:spPr><a:noFill/></c:spPr><c:dLblPos val="{place}"/>{shown}</c:dLbls>'
    )


def _rows(plot: Plot) -> list[list[str | float | None]]:
    numbers = zip(*plot.points, strict=True)
    return [[name, *row] for name, row in zip(plot.categories, numbers, strict=True)]


def _row(number: int, cells: Sequence[str | float | None]) -> str:
    held = "".join(
        _cell(f"{_letter(place - 1)}{number}", cell)
        for place, cell in enumerate(cells)
        if cell not in ("", None)
    )
    return f'<row r="{number}">{held}</row>'


def _cell(where: str, content: str | float | None) -> str:
    if isinstance(content, str):
        text = f'<is><t xml:space="preserve">{escape(content)}</t></is>'
        return f'<c r="{where}" t="inlineStr">{text}</c>'
    return f'<c r="{where}"><v>{content}</v></c>'


def _letter(series: int) -> str:
    """The column of a series; the names on the axis are in A."""
    return chr(ord("B") + series)


def _cells(letter: str, plot: Plot) -> str:
    return f"{_SHEET}!${letter}$2:${letter}${len(plot.categories) + 1}"


def _count(plot: Plot) -> str:
    return f'<c:ptCount val="{len(plot.categories)}"/>'


def _solid(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'


def _text_look(locale: str) -> str:
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="1100">'
        f'{_solid("262626")}<a:latin typeface="{FONT}"/></a:defRPr></a:pPr>'
        f'<a:endParaRPr lang="{locale}"/></a:p></c:txPr>'
    )


def _axes(*, highest: float | None, is_lying: bool) -> str:
    """Bars that lie have their numbers beside them and need no other scale.

    A scale whose end is known is shown whole, by whole numbers: 4 of 5 is not the top.
    """
    is_known = highest is not None
    names = _AXIS.format(
        kind="catAx",
        own=1,
        other=2,
        direction="maxMin" if is_lying else "minMax",
        least="",
        gone=0,
        side="l" if is_lying else "b",
        grid="",
        line=_solid(QUIET),
        last='<c:auto val="1"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
        '<c:noMultiLvlLbl val="0"/>',
    )
    numbers = _AXIS.format(
        kind="valAx",
        own=2,
        other=1,
        direction="minMax",
        least=f'<c:max val="{highest}"/><c:min val="0"/>'
        if is_known
        else '<c:min val="0"/>',
        gone=int(is_lying),
        side="b" if is_lying else "l",
        grid="" if is_lying else _GRID,
        line="<a:noFill/>",
        last='<c:crossBetween val="between"/>'
        + ('<c:majorUnit val="1"/>' if is_known else ""),
    )
    return names + numbers


def _relations(kind: str, target: str) -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="rId1" Type="{R}/{kind}" '
        f'Target="{target}"/></Relationships>'
    )


_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# The element, what stands before its series, and after.
_STANDING, _LYING = (
    (
        "barChart",
        f'<c:barDir val="{direction}"/><c:grouping val="clustered"/>',
        '<c:gapWidth val="60"/>',
    )
    for direction in ("col", "bar")
)
_LINE = "lineChart", '<c:grouping val="standard"/>', '<c:marker val="1"/>'
_AXIS = (
    '<c:{kind}><c:axId val="{own}"/><c:scaling><c:orientation val="{direction}"/>'
    '{least}</c:scaling><c:delete val="{gone}"/><c:axPos val="{side}"/>{grid}'
    '<c:numFmt formatCode="General" sourceLinked="0"/>'
    '<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
    '<c:tickLblPos val="low"/><c:spPr><a:ln w="9525">{line}</a:ln></c:spPr>'
    '<c:crossAx val="{other}"/><c:crosses val="autoZero"/>{last}</c:{kind}>'
)
_GRID = (
    '<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D9D9D9"/>'
    "</a:solidFill></a:ln></c:spPr></c:majorGridlines>"
)
_WORKBOOK = (
    f'<workbook xmlns="{_S}" xmlns:r="{R}"><sheets>'
    f'<sheet name="{_SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
