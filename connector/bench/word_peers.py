"""Peers that fill the mandate of `word_samples` from templates of their own kind.

Each template has the styles, logo, header and footer of the same restyled file. Its
body is laid out with python-docx in the idiom that its makers document: loops and rich
text for docxtpl, merge fields and rows for docx-mailmerge2, which has no rich text and
is given the bare words.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docxtpl import DocxTemplate, RichText
from mailmerge import MailMerge

from connector.bench.word_samples import LANGUAGE, Sample, long_tables, restyled
from templates_docx.wordml import W
from workflows.forms.fields import Field

Maker = Callable[[Sample], bytes]


def docxtpl_maker(sample: Sample) -> Maker:
    """Return how docxtpl makes the document; `sample` tells what fields there are."""
    template = _laid_out(sample, place=_variable, fill_table=_loop, rich=_rich_variable)

    def make(sample: Sample) -> bytes:
        made = DocxTemplate(io.BytesIO(template))
        rich = {key: _rich_text(runs) for key, runs in sample.rich.items()}
        single = {_name(tag): text for tag, text in sample.single.items()}
        made.render(single | dict(sample.rows) | rich, autoescape=True)
        buffer = io.BytesIO()
        made.save(buffer)
        return buffer.getvalue()

    return make


def mailmerge_maker(sample: Sample) -> Maker:
    """Return how docx-mailmerge2 makes the document, without rich text."""
    template = _laid_out(
        sample, place=_merge_field, fill_table=_merge_row, rich=_merge_field
    )

    def make(sample: Sample) -> bytes:
        with MailMerge(io.BytesIO(template)) as made:
            single = {_name(tag): text for tag, text in sample.single.items()}
            rich = {
                key: "".join(run["text"] for run in runs)
                for key, runs in sample.rich.items()
            }
            made.merge(**single, **rich)
            for key, rows in sample.rows.items():
                first = next(iter(rows[0]))
                named = [{f"{key}_{cell}": row[cell] for cell in row} for row in rows]
                made.merge_rows(f"{key}_{first}", named)
            buffer = io.BytesIO()
            made.write(buffer)
        return buffer.getvalue()

    return make


def _laid_out(
    sample: Sample,
    *,
    place: Callable[[Any, str], None],
    fill_table: Callable[[Any, Field], None],
    rich: Callable[[Any, str], None],
) -> bytes:
    document = docx.Document(io.BytesIO(restyled()))
    for block in list(document.element.body)[:-1]:
        document.element.body.remove(block)
    _facts(document, sample.single, place)
    for key in sample.rich:
        document.add_paragraph(key, style="Heading 2")
        rich(document.add_paragraph(), key)
    for field in long_tables():
        table = document.add_table(rows=1, cols=len(field.columns))
        for cell, column in zip(table.rows[0].cells, field.columns, strict=True):
            cell.text = column.label.in_(LANGUAGE)
        fill_table(table, field)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _facts(
    document: Document, tags: Iterable[str], place: Callable[[Any, str], None]
) -> None:
    table = document.add_table(rows=0, cols=2)
    for tag in tags:
        label, value = table.add_row().cells
        label.text = tag
        place(value.paragraphs[0], _name(tag))


def _name(tag: str) -> str:
    return tag.replace(".", "_")


def _variable(paragraph: Any, name: str) -> None:
    paragraph.add_run(f"{{{{ {name} }}}}")


def _rich_variable(paragraph: Any, name: str) -> None:
    paragraph.add_run(f"{{{{r {name} }}}}")


def _loop(table: Any, field: Field) -> None:
    table.add_row().cells[0].text = f"{{%tr for row in {field.key} %}}"
    for cell, column in zip(table.add_row().cells, field.columns, strict=True):
        cell.text = f"{{{{ row.{column.key} }}}}"
    table.add_row().cells[0].text = "{%tr endfor %}"


def _rich_text(runs: Iterable[Any]) -> RichText:
    rich = RichText()
    for run in runs:
        bold, italic = bool(run.get("bold")), bool(run.get("italic"))
        rich.add(run["text"], bold=bold, italic=italic)
    return rich


def _merge_field(paragraph: Any, name: str) -> None:
    field = (
        f'<w:fldSimple xmlns:w="{W}" w:instr=" MERGEFIELD {name} "><w:r><w:t>«{name}»'
        "</w:t></w:r></w:fldSimple>"
    )
    paragraph._p.append(parse_xml(field))  # noqa: SLF001 - no public way to add fields


def _merge_row(table: Any, field: Field) -> None:
    for cell, column in zip(table.add_row().cells, field.columns, strict=True):
        _merge_field(cell.paragraphs[0], f"{field.key}_{column.key}")
