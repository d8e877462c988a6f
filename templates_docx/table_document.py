"""A Word document with one table: rows of the register for people to read or print.

The same content gives the same bytes: no clock, fixed zip times.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.shared import Twips

from templates_docx import look
from templates_docx.fitting import fitted_widths
from templates_docx.package import Package, packed, write
from templates_docx.tables import cell, head_cell, paragraph, row, table
from templates_docx.wordml import PREFIXES, run

# More columns than an upright page has room for.
_UPRIGHT = 5
_LOCALE = {"nb": "nb-NO", "nn": "nn-NO"}
_MADE = datetime(1980, 1, 1)  # noqa: DTZ001 - python-docx takes no zone


def table_document(
    *,
    title: str,
    lines: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    language: str,
) -> bytes:
    """Return a .docx with a title, lines of text and a table under its headings.

    A table of many columns lies on a landscape page. Its heading row is repeated on
    each page; title and language are in the properties.
    """
    document = docx.Document()
    look.dress(document, language=language)
    width = _set_page(document, is_wide=len(columns) > _UPRIGHT)
    texts = [paragraph(run(title), style="Title")]
    texts += [paragraph(run(line), style="Normal") for line in lines]
    texts += [_table(columns, rows, caption=title, width=width)] if rows else []
    last = document.element.body[-1]
    names = " ".join(f'xmlns:{key}="{uri}"' for key, uri in PREFIXES.items())
    for block in list(parse_xml(f"<root {names}>{''.join(texts)}</root>")):
        last.addprevious(block)
    _describe(document, title, language)
    return _same_each_time(document)


def _table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str, width: int
) -> str:
    texts = [[heading, *cells] for heading, *cells in zip(columns, *rows, strict=True)]
    widths = fitted_widths(texts, total=width)
    head = row([head_cell(*pair) for pair in zip(columns, widths, strict=True)])
    lines = [
        row([_cell(*pair) for pair in zip(cells, widths, strict=True)], may_split=True)
        for cells in rows
    ]
    return table(head, "".join(lines), widths=widths, caption=caption)


def _cell(text: str, width: int) -> str:
    return cell(paragraph(run(text), style="TableText"), width)


def _set_page(document: Document, *, is_wide: bool) -> int:
    """Return the width of the text in twentieths of a point."""
    section, sides = document.sections[0], (look.PAGE_WIDTH, look.PAGE_HEIGHT)
    width, height = reversed(sides) if is_wide else sides
    section.page_width, section.page_height = Twips(width), Twips(height)
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Twips(look.MARGIN))
    return width - 2 * look.MARGIN


def _describe(document: Document, title: str, language: str) -> None:
    properties = document.core_properties
    properties.title, properties.language = title, _LOCALE[language]
    properties.created = properties.modified = _MADE
    for key in ("author", "comments", "last_modified_by"):
        setattr(properties, key, "")


def _same_each_time(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    package = Package.open(buffer.getvalue())
    return write(packed(name, package.read(name)) for name in package.members)
