"""What a document carries of the record: a proof in its store, a line for people."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from templates_docx.build import LANGUAGES
from templates_docx.compile import template
from templates_docx.read import read
from templates_docx.store import Identity
from workflows.forms.catalogue import kinds

IDENTITY = Identity(
    document="PR1-M",
    version="1.0",
    record="QUJD+/8=" * 500,
    record_line="Loggen: innslag 7",
)
PLAIN = Identity(document="PR1-M", version="1.0")
VALUES = {"m_name": "Nærvær på Solsida", "m_version": "1.0"}


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "".join(
            package.read(each).decode()
            for each in package.namelist()
            if re.fullmatch(name, each)
        )


FOOTER, STORE = r"word/footer\d\.xml", r"customXml/item1\.xml"


def test_the_proof_stands_in_the_store_and_the_line_in_the_footer() -> None:
    data = template("mandate", "nb").fill(VALUES, identity=IDENTITY)

    assert "<m:record>QUJD+/8=" in part(data, STORE)
    assert "Loggen: innslag 7" in part(data, FOOTER)


def test_without_a_proof_the_file_says_nothing_of_the_record() -> None:
    data = template("mandate", "nb").fill(VALUES, identity=PLAIN)

    assert "record" not in part(data, STORE)
    assert "Loggen" not in part(data, FOOTER)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", kinds())
def test_every_standard_template_has_a_place_for_the_line(
    kind: str, language: str
) -> None:
    data = template(kind, language).fill({}, identity=IDENTITY)

    assert part(data, FOOTER).count("Loggen: innslag 7") == 1


def test_a_mould_says_the_same_as_the_careful_way() -> None:
    compiled = template("mandate", "nb")

    files = [compiled.fill(VALUES, identity=IDENTITY) for _ in range(3)]
    plain = [compiled.fill(VALUES, identity=PLAIN) for _ in range(2)]

    assert len(set(files)) == len(set(plain)) == 1
    assert files[0] == compiled.fill(VALUES, identity=IDENTITY)


def test_reading_pays_no_heed_to_the_line() -> None:
    reading = read(template("mandate", "nb").fill(VALUES, identity=IDENTITY))

    assert reading.values == VALUES
    assert reading.findings == ()
    assert (reading.document, reading.version) == ("PR1-M", "1.0")
