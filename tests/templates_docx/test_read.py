from __future__ import annotations

import io

import docx
import pytest
from lxml import etree

from templates_docx.compile import template
from templates_docx.read import read
from templates_docx.wordml import name
from tests.templates_docx.samples import full_values
from tests.templates_docx.tampering import (
    STORE,
    edited,
    rewritten,
    said_by,
    with_parts,
)
from workflows.forms.catalogue import form

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MANDATE = {
    "m_name": "Nærvær på Solsida",
    "m_status": "draft",
    "m_start": "2026-03-14",
    "m_pm_percent": 50,
    "m_focus": ["sick_leave"],
    "m_summary": ["Kort sagt."],
    "m_result": [
        {"_id": "r1", "nr": "R1", "resultatmaal": "Første"},
        {"_id": "r2", "nr": "R2", "resultatmaal": "Andre"},
    ],
}


@pytest.fixture
def made() -> bytes:
    return template("mandate", "nb").fill(MANDATE)


def _run_of(root: etree._Element, text: str) -> etree._Element:
    return next(
        run for run in root.iter(name("w:r")) if text in "".join(run.itertext())
    )


def _xml(text: str) -> etree._Element:
    return etree.fromstring(text.replace(">", f' xmlns:w="{W}">', 1))


def test_a_text_changed_in_the_body_alone_is_told_and_taken(made: bytes) -> None:
    changed = edited(made, ">Nærvær på Solsida<", ">Nærvær i Vika<")

    reading = read(changed)

    assert reading.values["m_name"] == "Nærvær i Vika"
    (found,) = reading.findings
    assert (found.code, found.severity, found.where) == (
        "body-and-store-differ",
        "error",
        "m_name",
    )
    assert "Nærvær i Vika" in found.message


def test_findings_are_told_in_the_language_of_the_document() -> None:
    made = template("mandate", "nn").fill(MANDATE)

    (found,) = read(edited(made, ">Første<", ">Tredje<")).findings

    assert found.where == "m_result[r1].resultatmaal"
    assert "Opne fila i Word" in found.message


def test_an_edit_that_reaches_both_sides_is_a_new_value(made: bytes) -> None:
    both = edited(made, ">Andre<", ">Ny &amp; god<")
    both = edited(both, ">Andre<", ">Ny &amp; god<", part=STORE)

    reading = read(both)

    assert reading.findings == ()
    assert reading.values["m_result"][1]["resultatmaal"] == "Ny & god"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        pytest.param(">14. mars 2026<", ">i vår<", "not-a-date", id="date"),
        pytest.param(">Utkast<", ">Nesten ferdig<", "unknown-choice", id="choice"),
        pytest.param(">50<", ">halv stilling<", "not-a-number", id="number"),
    ],
)
def test_what_cannot_be_understood_is_told(
    made: bytes, old: str, new: str, code: str
) -> None:
    reading = read(edited(made, old, new))

    assert code in [found.code for found in reading.findings]


def test_rich_text_is_edited_freely(made: bytes) -> None:
    reading = read(edited(made, ">Kort sagt.<", ">Enda kortere.<"))

    assert reading.values["m_summary"] == ["Enda kortere."]
    assert reading.findings == ()


def test_a_deleted_row_is_gone_and_the_others_keep_their_ids(made: bytes) -> None:
    def delete(root: etree._Element) -> None:
        row = next(_run_of(root, "Første").iterancestors(name("w:tr")))
        row[0].append(
            _xml('<w:del w:id="1" w:author="Kari"/>'.replace("/>", "></w:del>"))
        )

    reading = read(rewritten(made, delete))

    assert [row["_id"] for row in reading.values["m_result"]] == ["r2"]
    assert reading.changes[0].kind == "deletion"


def test_a_copied_row_gets_an_id_of_its_own_and_the_same_one_next_time(
    made: bytes,
) -> None:
    def copy(root: etree._Element) -> None:
        row = next(_run_of(root, "Andre").iterancestors(name("w:tr")))
        _, whole, *_ = row.iterancestors()
        whole.addnext(etree.fromstring(etree.tostring(whole)))

    copied = rewritten(made, copy)

    first, second, third = read(copied).values["m_result"]
    assert (first["_id"], second["_id"]) == ("r1", "r2")
    assert third["_id"] not in ("r1", "r2")
    assert third["resultatmaal"] == "Andre"
    assert read(copied).values == read(copied).values


def test_pending_changes_are_listed_and_read_as_accepted(made: bytes) -> None:
    def track(root: etree._Element) -> None:
        run = _run_of(root, "Kort sagt.")
        parent = run.getparent()
        assert parent is not None
        removed = _xml(
            '<w:del w:id="901" w:author="Åsta" w:date="2026-03-01T10:00:00Z"></w:del>'
        )
        text = run.find(name("w:t"))
        assert text is not None
        text.tag = name("w:delText")
        added = _xml(
            '<w:ins w:id="902" w:author="Rita"><w:r><w:t>Nytt.</w:t></w:r></w:ins>'
        )
        parent.replace(run, removed)
        removed.append(run)
        removed.addnext(added)

    reading = read(rewritten(made, track))

    assert reading.values["m_summary"] == ["Nytt."]
    told = [(c.kind, c.author, c.where, c.text) for c in reading.changes]
    assert told == [
        ("deletion", "Åsta", "m_summary", "Kort sagt."),
        ("insertion", "Rita", "m_summary", "Nytt."),
    ]
    assert reading.changes[0].at == "2026-03-01T10:00:00Z"


def test_comments_are_told_with_author_place_and_quoted_words(made: bytes) -> None:
    document = docx.Document(io.BytesIO(made))
    document.add_heading("Tillegg", 1)
    runs = document.add_paragraph("Dette må vi snakke om.").runs
    document.add_comment(runs, text="Enig", author="Rita Solgløtt")
    buffer = io.BytesIO()
    document.save(buffer)

    (comment,) = read(buffer.getvalue()).comments

    assert (comment.author, comment.quoted, comment.text, comment.where) == (
        "Rita Solgløtt",
        "Dette må vi snakke om.",
        "Enig",
        "Tillegg",
    )
    assert comment.at


def test_a_removed_control_is_told_as_missing(made: bytes) -> None:
    def remove(root: etree._Element) -> None:
        control = next(_run_of(root, "14. mars 2026").iterancestors(name("w:sdt")))
        above = control.getparent()
        assert above is not None
        above.remove(control)

    reading = read(rewritten(made, remove))

    assert "m_start" not in reading.values
    assert [(f.code, f.where) for f in reading.findings] == [
        ("missing-control", "m_start")
    ]


@pytest.mark.parametrize("store", [b"", b"<half", b"<other/>"])
def test_a_lost_store_is_rebuilt_from_the_body(made: bytes, store: bytes) -> None:
    reading = read(with_parts(made, {STORE: store}))

    assert reading.values == MANDATE
    assert [found.code for found in reading.findings] == ["store-lost"]


def test_a_store_that_libreoffice_rewrote_is_not_believed(made: bytes) -> None:
    rewrote = edited(made, ">2026-03-14<", ">14. mars 2026<", part=STORE)

    reading = read(said_by(rewrote, "LibreOffice/25.2"))

    assert reading.values == MANDATE
    assert [f.severity for f in reading.findings] == ["note"]


def test_a_tampered_exact_value_is_passed_over(made: bytes) -> None:
    forged = edited(made, "<m:m_focus>", '<m:m_focus exact="[[]]">', part=STORE)

    assert read(forged).values["m_focus"] == ["sick_leave"]


def _foreign() -> bytes:
    document = docx.Document()
    document.add_heading("Grunnlag", 1)
    body = document.element.body
    for tag, text in (("saksnr", "2025/412"),):
        control = _xml(
            f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent><w:p>'
            f"<w:r><w:t>{text}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        )
        body.insert(len(body) - 1, control)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_a_file_of_another_origin_is_read_too() -> None:
    reading = read(_foreign(), name="sak.docx")

    assert (reading.kind, reading.file) == (None, "sak.docx")
    assert reading.values == {"saksnr": "2025/412"}


def test_what_points_out_of_the_file_is_told_and_not_followed(made: bytes) -> None:
    relations = "word/_rels/settings.xml.rels"
    link = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="rId1" Type="http://x/attachedTemplate" '
        'Target="http://ond.example/mal.dotm" TargetMode="External"/></Relationships>'
    )

    (found,) = read(with_parts(made, {relations: link.encode()})).findings

    assert (found.code, found.severity) == ("outside-link", "warning")
    assert "ond.example" in found.message


def test_a_field_that_fetches_is_told_though_its_code_is_cut_up(made: bytes) -> None:
    def add(root: etree._Element) -> None:
        paragraph = next(root.iter(name("w:p")))
        for code in (" DDE", "AUTO excel x"):
            paragraph.append(_xml(f"<w:r><w:instrText>{code}</w:instrText></w:r>"))

    (found,) = read(rewritten(made, add)).findings

    assert found.code == "live-field"


def test_every_form_survives_the_loss_of_its_store() -> None:
    values = full_values(form("status-report"), "nn")
    made = template("status-report", "nn").fill(values)

    assert read(with_parts(made, {STORE: b""})).values == values
