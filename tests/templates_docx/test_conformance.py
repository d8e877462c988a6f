"""Every document stands up to two validators, and to what they do not look for.

The validator of the Open XML SDK does not see a number used twice or a cell without a
paragraph; openxml-audit, which copies it and asks whether Word would load the file, not
an emptied part. So both are asked, and the rest is asked in `test_validity.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from templates_docx.wordml import name
from tests.templates_docx.every import EVERY, made
from tests.templates_docx.tampering import DOCUMENT, STORE, edited, parts_of, with_parts
from tests.validator.open_xml_sdk import errors_in
from workflows.forms.catalogue import form

DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
UNCLOSED = '<w:sdtPr><w:lock w:val="hard"/>'


def _on_disk(folder: Path, data: bytes) -> Path:
    file = folder / "document.docx"
    file.write_bytes(data)
    return file


def _audited(file: Path) -> list[str]:
    return [str(error) for error in OpenXmlValidator().validate(file).errors]


@pytest.mark.parametrize(("kind", "language", "filled"), EVERY)
def test_the_open_xml_sdk_finds_nothing(
    kind: str, language: str, filled: str, tmp_path: Path
) -> None:
    assert errors_in(_on_disk(tmp_path, made(kind, language, filled))) == []


@pytest.mark.parametrize(("kind", "language", "filled"), EVERY)
def test_openxml_audit_finds_nothing(
    kind: str, language: str, filled: str, tmp_path: Path
) -> None:
    assert _audited(_on_disk(tmp_path, made(kind, language, filled))) == []


def test_the_validators_find_what_is_wrong(tmp_path: Path) -> None:
    whole = made("output", "nb", "empty")
    wrong = {
        "a lock that is none": edited(whole, "<w:sdtPr>", UNCLOSED),
        "an empty store": with_parts(whole, {STORE: b""}),
        "no settings": with_parts(whole, {"word/settings.xml": b"<w/>"}),
    }

    found = {
        about: errors_in(_on_disk(tmp_path, data)) for about, data in wrong.items()
    }
    assert all(found.values())
    bare = parts_of(whole)[DOCUMENT].replace(b"<w:tc>", b"<w:tc/><w:tc>", 1)
    assert _audited(_on_disk(tmp_path, with_parts(whole, {DOCUMENT: bare})))


@pytest.mark.parametrize(("kind", "language", "filled"), EVERY)
def test_the_properties_tell_title_and_language(
    kind: str, language: str, filled: str
) -> None:
    core = etree.fromstring(parts_of(made(kind, language, filled))["docProps/core.xml"])

    title = core.findtext(f"{DUBLIN_CORE}title") or ""
    assert title.startswith(form(kind).name.in_(language))
    assert core.findtext(f"{DUBLIN_CORE}language") == f"{language}-NO"


@pytest.mark.parametrize(("kind", "language", "filled"), EVERY)
def test_every_drawing_has_a_text_for_those_who_do_not_see_it(
    kind: str, language: str, filled: str
) -> None:
    for part, content in parts_of(made(kind, language, filled)).items():
        if part.startswith("word/") and part.endswith(".xml"):
            root = etree.fromstring(content)
            drawn = list(root.iter(DRAWN))
            assert len(drawn) == len(list(root.iter(name("w:drawing"))))
            assert all(len(node.get("descr", "")) > 10 for node in drawn)
