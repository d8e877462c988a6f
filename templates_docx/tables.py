"""Paragraphs, cells, rows and tables as WordprocessingML text.

Source: ISO/IEC 29500-1, 17.4.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from templates_docx.look import SHADE
from templates_docx.wordml import escape, run


def paragraph(content: str, *, style: str) -> str:
    """Return a paragraph of one style."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{content}</w:p>'


def heading(text: str, *, level: int, breaks_page: bool = False) -> str:
    """Return a heading of level 1 to 3, at the top of a page when so told."""
    page = "<w:pageBreakBefore/>" if breaks_page else ""
    properties = f'<w:pStyle w:val="Heading{level}"/>{page}'
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def labelled(label: str, content: str, *, style: str) -> str:
    """Return a paragraph with its label in front; a question keeps its mark."""
    stop = "" if label.endswith(("?", ":")) else ":"
    said = run(f"{label}{stop}", properties=_LABEL_LOOK) + run(" ")
    return paragraph(said + content, style=style)


def head_cell(text: str, width: int, *, span: int = 1, style: str = "TableHead") -> str:
    """Return a shaded cell with a heading."""
    # Word breaks a long word after a slash only where it is told that it may, and a
    # range such as 1–5 unless it is told that it may not.
    said = _RANGE.sub("\u2060–\u2060", text.replace("/", "/\u200b"))
    content = paragraph(run(said), style=style)
    return cell(content, width, span=span, is_shaded=True)


def cell(content: str, width: int, *, span: int = 1, is_shaded: bool = False) -> str:
    """Return a cell; its content must end in a paragraph."""
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>'
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>{spanned}'
    properties += shade if is_shaded else ""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def row(cells: Sequence[str], *, height: int = 0, may_split: bool = False) -> str:
    """Return a row at least `height` high, on one page unless it may be split."""
    properties = "" if may_split else "<w:cantSplit/>"
    if height:
        properties += f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>'
    held = f"<w:trPr>{properties}</w:trPr>" if properties else ""
    return f"<w:tr>{held}{''.join(cells)}</w:tr>"


def table(head: str, rows: str, *, widths: Sequence[int], caption: str) -> str:
    """Return a table whose head is repeated on every page and flagged as such."""
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


_RANGE = re.compile(r"(?<=\d)–(?=\d)")
_LABEL_LOOK = '<w:rPr><w:rStyle w:val="Label"/></w:rPr>'

SPACE = paragraph("", style="Spacer")
# A heading above the space must not be parted from the table below it.
SPACE_BEFORE = SPACE.replace("</w:pPr>", "<w:keepNext/></w:pPr>")
