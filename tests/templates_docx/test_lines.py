from __future__ import annotations

import io

import pytest
from docx import Document

from connector.library.quarantine import _asked_apart, lines_safely
from templates_docx.errors import RefusedFileError
from templates_docx.lines import lines_of


def document(*paragraphs: tuple[str, str]) -> bytes:
    """A Word document with these texts in these styles."""
    made = Document()
    for text, style in paragraphs:
        made.add_paragraph(text, style=style)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


MINUTES = document(
    ("Vedtak:", "Heading 1"),
    ("Retningslinjene vedtas.", "List Number"),
    ("De gjelder fra 1. mars.", "List Number"),
    ("Merknad", "List Bullet"),
    ("", "Normal"),
    ("Slutt", "Normal"),
)


def test_numbers_that_word_sets_by_itself_are_written_out() -> None:
    assert lines_of(MINUTES) == (
        "Vedtak:",
        "1. Retningslinjene vedtas.",
        "2. De gjelder fra 1. mars.",
        "- Merknad",
        "",
        "Slutt",
    )


def test_the_cells_of_a_table_are_lines_too() -> None:
    made = Document()
    made.add_table(rows=1, cols=2).rows[0].cells[1].text = "14/26"
    stream = io.BytesIO()
    made.save(stream)

    assert "14/26" in lines_of(stream.getvalue())


def test_a_file_from_outside_is_read_as_a_child_process_reads_it() -> None:
    apart = _asked_apart("lines", MINUTES, seconds=5, memory=1024**3)

    assert tuple(apart) == lines_safely(MINUTES) == lines_of(MINUTES)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", MINUTES[:900], b"Vedtak:"])
def test_what_is_no_word_document_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedFileError):
        lines_safely(data)
