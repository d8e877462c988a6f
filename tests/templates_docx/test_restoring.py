"""Templates that went through LibreOffice and Word are as good as new."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from connector.exports.pdf import WORD, converted
from templates_docx.build import LANGUAGES, file_name, packaged
from templates_docx.bundle import Bundle
from templates_docx.cleaning import cleaned
from templates_docx.compile import compiled, template
from templates_docx.errors import RefusedFileError
from templates_docx.lint import lint, other
from templates_docx.read import read
from templates_docx.restoring import new_fields, restored
from tests.templates_docx.restyled import COLOUR, HEADING, as_word_saves, restyled
from tests.templates_docx.samples import full_values
from tests.templates_docx.tampering import DOCUMENT, STORE, edited, parts_of, with_parts
from workflows.forms.catalogue import form, kinds

EVERY = list(itertools.product(kinds(), LANGUAGES))
BOTH = pytest.mark.parametrize(("kind", "language"), EVERY)


@pytest.fixture(scope="module")
def from_libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every standard template, restyled, opened and saved by LibreOffice in one run."""
    before, after = (tmp_path_factory.mktemp(name) for name in ("before", "after"))
    files = [before / file_name(kind, language) for kind, language in EVERY]
    for file, (kind, language) in zip(files, EVERY, strict=True):
        file.write_bytes(restyled(packaged(kind, language)))
    converted(files, to=WORD, into=after)
    return after


def put_back(data: bytes, kind: str, language: str) -> bytes:
    return cleaned(restored(data, kind=kind, language=language))


def check(data: bytes, kind: str, language: str) -> None:
    """The template is clean, gives every value back, and is as the person made it."""
    known, values = form(kind), full_values(form(kind), language)
    twin = packaged(kind, other(language))

    made = compiled(known, language=language, data=data).fill(values)

    reading = read(made)
    assert reading.values == values
    assert reading.findings == ()
    assert reading.saved_by == "Samspor"
    assert lint(data, kind=kind, language=language, twin=twin) == ()
    parts = parts_of(made)
    body = next(p for p in ("word/document.xml", "word/document2.xml") if p in parts)
    assert HEADING in "".join(parts[body].decode().split("</w:t>"))
    assert COLOUR in parts["word/styles.xml"].decode().upper()


@BOTH
def test_a_template_that_libreoffice_saved_is_filled_and_read_the_same(
    from_libreoffice: Path, kind: str, language: str
) -> None:
    data = (from_libreoffice / file_name(kind, language)).read_bytes()

    back = put_back(data, kind, language)

    assert next(each.code for each in lint(data, kind=kind)) == "lost-parts"
    check(back, kind, language)
    assert put_back(back, kind, language) == back


@BOTH
def test_a_template_that_word_saved_is_filled_and_read_the_same(
    kind: str, language: str
) -> None:
    data = as_word_saves(packaged(kind, language))
    values = full_values(form(kind), language)

    back = put_back(data, kind, language)

    made = compiled(form(kind), language=language, data=back).fill(values)
    assert read(made).values == values
    assert lint(back, kind=kind, twin=packaged(kind, other(language))) == ()
    assert put_back(back, kind, language) == back


@BOTH
def test_a_template_that_nothing_is_lost_from_stays_as_it_is(
    kind: str, language: str
) -> None:
    data = packaged(kind, language)

    back = put_back(data, kind, language)

    assert parts_of(back)[DOCUMENT] == parts_of(data)[DOCUMENT]
    assert set(parts_of(back)) == set(parts_of(data))


def test_a_chart_that_libreoffice_wrote_anew_is_drawn_from_its_table(
    from_libreoffice: Path,
) -> None:
    data = (from_libreoffice / file_name("status-report", "nb")).read_bytes()
    known, values = form("status-report"), full_values(form("status-report"), "nb")

    back = put_back(data, "status-report", "nb")

    ours = compiled(known, language="nb", data=back).fill(values)
    standard = template("status-report", "nb").fill(values)
    assert charts(ours) == charts(standard) != []


def charts(data: bytes) -> list[bytes]:
    """What is drawn in a document, whatever the parts are called."""
    parts = parts_of(data)
    return sorted(
        parts[name] for name in parts if "/charts/chart" in name or ".xlsx" in name
    )


def test_a_file_of_another_kind_or_no_template_is_left_alone() -> None:
    agreement = packaged("agreement", "nb")
    strange = with_parts(agreement, {STORE: b""})

    assert restored(agreement, kind="mandate", language="nb") == agreement
    assert restored(strange, kind="mandate", language="nb") == strange


def test_a_file_that_is_no_word_document_is_refused() -> None:
    with pytest.raises(RefusedFileError):
        restored(b"PK\3\4", kind="mandate", language="nb")


def test_who_made_a_template_and_where_is_taken_out() -> None:
    data = packaged("mandate", "nb")
    core = parts_of(data)["docProps/core.xml"].decode()
    named = core.replace("<dc:title>", "<dc:creator>Kari Vik</dc:creator><dc:title>")
    settings = parts_of(data)["word/settings.xml"].decode()
    attached = settings.replace(
        "<w:defaultTabStop",
        '<w:attachedTemplate xmlns:r="http://schemas.openxmlformats.org/officeDocument'
        '/2006/relationships" r:id="rId1"/><w:defaultTabStop',
    )
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="rId1" TargetMode="External" Type="http://'
        "schemas.openxmlformats.org/officeDocument/2006/relationships/"
        'attachedTemplate" Target="file:///C:/Users/kari/mal.dotx"/></Relationships>'
    )
    owned = with_parts(
        data,
        {
            "docProps/core.xml": named.encode(),
            "word/settings.xml": attached.encode(),
            "word/_rels/settings.xml.rels": relation.encode(),
        },
    )
    (told,) = lint(owned, kind="mandate", twin=data)[:1]

    left = parts_of(cleaned(owned))

    assert told.code in ("attached-template", "useless-twin")
    assert b"Kari" not in b"".join(left.values())
    assert b"attachedTemplate" not in b"".join(left.values())
    assert b"<dc:title>Prosjektmandat</dc:title>" in left["docProps/core.xml"]


def test_fields_that_a_form_has_got_since_are_told() -> None:
    older = edited(
        packaged("mandate", "nb"), '<m:m_ethics unset="1"></m:m_ethics>', "", part=STORE
    )

    assert new_fields(older, form("mandate")) == ("m_ethics",)
    assert new_fields(packaged("mandate", "nb"), form("mandate")) == ()


def test_a_part_that_is_forgotten_leaves_no_trace() -> None:
    bundle = Bundle.of(packaged("mandate", "nb"))

    bundle.forget("word/document.xml", STORE)

    left = parts_of(bundle.data())
    assert STORE not in left
    assert b"item1.xml" not in left["word/_rels/document.xml.rels"]
