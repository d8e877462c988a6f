"""What an ordinary file may hold is told of, and never followed."""

from __future__ import annotations

import pytest

from templates_docx.compile import template
from templates_docx.package import Package
from templates_docx.read import Reading, read
from tests.templates_docx.hostile import Change, added, both, in_document
from tests.templates_docx.tampering import with_parts

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def related(
    kind: str, target: str, *, part: str = "settings", mode: str = "External"
) -> Change:
    """Let a part of the file point to something."""
    relations = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{OFFICE}{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )
    return lambda data: with_parts(
        data, {f"word/_rels/{part}.xml.rels": relations.encode()}
    )


def field(code: str) -> Change:
    """Put a field into the document, its code cut up after every third sign."""
    pieces = (code[at : at + 3] for at in range(0, len(code), 3))
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    begin, end = (
        f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end")
    )
    return in_document(f"<w:p>{begin}{runs}{end}</w:p>".encode())


def told(change: Change) -> Reading:
    made = template("mandate", "nb").fill({"m_name": "Nærvær"})
    return read(change(made))


@pytest.mark.parametrize(
    "kind",
    [
        "attachedTemplate",
        "oleObject",
        "image",
        "frame",
        "subDocument",
        "aFChunk",
        "mailMergeSource",
        "mailMergeHeaderSource",
        "video",
        "recipientData",
    ],
)
@pytest.mark.parametrize(
    "target",
    ["http://ond.example/x", "file:///C:/x", r"\\ond\x", "ftp://ond.example/x"],
)
def test_what_points_out_is_told(kind: str, target: str) -> None:
    reading = told(related(kind, target, part="fontTable"))

    (found,) = reading.findings
    assert (found.code, found.severity, found.where) == (
        "outside-link",
        "warning",
        kind,
    )
    assert target in found.message
    assert reading.values == {"m_name": "Nærvær"}


@pytest.mark.parametrize("target", ["http://ond.example/x", r"\\ond\x", "//ond/x"])
def test_what_points_out_is_told_though_it_says_that_it_does_not(target: str) -> None:
    (found,) = told(related("image", target, mode="Internal")).findings

    assert found.code == "outside-link"


@pytest.mark.parametrize(
    ("target", "count"),
    [
        ("https://elvestrand.example/plan", 0),
        ("mailto:post@elvestrand.example", 0),
        ("file:///C:/hemmelig.docx", 1),
        ("javascript:alert(1)", 1),
    ],
)
def test_only_links_to_web_and_mail_are_not_told(target: str, count: int) -> None:
    assert len(told(related("hyperlink", target)).findings) == count


@pytest.mark.parametrize(
    "name", ["word/embeddings/oleObject1.bin", "word/activeX/activeX1.bin"]
)
def test_files_of_other_programs_are_told(name: str) -> None:
    (found,) = told(added(name)).findings

    assert (found.code, found.where) == ("embedded", name)


@pytest.mark.parametrize("kind", ["oleObject", "package", "control"])
def test_a_file_of_another_program_is_told_whatever_its_name(kind: str) -> None:
    (found,) = told(
        both(related(kind, "x.dat", mode="Internal"), added("word/x.dat"))
    ).findings

    assert (found.code, found.where) == ("embedded", "word/x.dat")


def test_text_that_word_takes_in_is_told() -> None:
    inside = related("aFChunk", "other.htm", mode="Internal")

    (found,) = told(both(inside, added("word/other.htm"))).findings

    assert (found.code, found.where) == ("taken-in", "word/other.htm")


@pytest.mark.parametrize(
    "code",
    [
        " DDE excel x",
        " DDEAUTO c:\\\\x",
        "INCLUDETEXT \\\\\\\\ond\\\\x",
        "includepicture &quot;http://ond.example/x&quot;",
        " LINK Excel.Sheet.8 x",
        " IMPORT x",
        " DATABASE \\d x",
    ],
)
def test_a_field_that_fetches_is_told(code: str) -> None:
    cut_up = told(field(code)) if "&" not in code else None
    simple = told(in_document(f'<w:p><w:fldSimple w:instr="{code}"/></w:p>'.encode()))

    for reading in filter(None, (cut_up, simple)):
        assert [found.code for found in reading.findings] == ["live-field"]


@pytest.mark.parametrize("code", [" PAGE ", " HYPERLINK x", "LINKED", " REF DDE"])
def test_a_field_that_fetches_nothing_is_not_told(code: str) -> None:
    assert told(field(code)).findings == ()


def test_our_own_documents_hold_no_danger() -> None:
    made = template("mandate", "nb").fill({})

    assert read(made).findings == ()
    assert not any("embeddings" in name for name in Package.open(made).members)
