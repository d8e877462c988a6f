"""A file that Samspor makes is never one that it refuses to read."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from templates_docx.build import packaged
from templates_docx.compile import compiled, template
from templates_docx.errors import ValueRefusedError
from templates_docx.read import read
from tests.templates_docx.samples import full_values
from tests.templates_docx.tampering import edited, parts_of
from workflows.forms.catalogue import form

HEADER = "word/header1.xml"
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def _milestones(count: int) -> dict[str, Any]:
    return {"m_milestones": [{"_id": f"r{n}", "nr": str(n)} for n in range(count)]}


def test_more_rows_than_can_be_read_again_are_refused_by_their_table() -> None:
    values = full_values(form("mandate"), "nb") | _milestones(4_000)

    with pytest.raises(ValueRefusedError, match="20 000") as refused:
        template("mandate", "nb").fill(values)

    assert refused.value.key == "m_milestones"


def test_many_rows_in_every_table_are_refused() -> None:
    values = full_values(form("mandate"), "nn", rows=150)

    with pytest.raises(ValueRefusedError, match="kan ikkje lesast inn att"):
        template("mandate", "nn").fill(values)


def test_the_most_rows_that_are_made_are_read_back() -> None:
    made = template("mandate", "nb")
    fewest, most = 2_000, 4_000
    while most - fewest > 1:
        middle = (fewest + most) // 2
        rows = {"m_milestones": middle}
        try:
            for one in made.bounds:
                one.check(rows, language="nb")
            fewest = middle
        except ValueRefusedError:
            most = middle

    body = parts_of(made.fill(_milestones(fewest)))["word/document.xml"]

    assert 19_980 < body.count(b"<w:sdt>") <= 20_000
    with pytest.raises(ValueRefusedError):
        made.fill(_milestones(most))


def test_a_part_that_is_too_large_is_refused_by_its_field() -> None:
    values = {"m_name": "Ro", "m_background": ["ro " * 33_000 for _ in range(345)]}

    with pytest.raises(ValueRefusedError, match="32 MB") as refused:
        template("mandate", "nb").fill(values)

    assert refused.value.key == "m_background"


def test_a_header_declares_no_names_that_nothing_uses() -> None:
    values = full_values(form("mandate"), "nb")

    header = parts_of(template("mandate", "nb").fill(values))[HEADER]

    assert set(etree.fromstring(header).nsmap) == {"w"}


def test_names_that_a_part_says_to_ignore_are_still_declared() -> None:
    data = packaged("mandate", "nb")
    plain = parts_of(data)[HEADER].decode()
    begin = plain[plain.index("<w:hdr ") : plain.index("<w:p>")]
    main = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    other = f'<w:hdr {main} {MC} {W14} mc:Ignorable="w14">'
    restyled = edited(data, begin, other, part=HEADER)
    own = compiled(form("mandate"), language="nb", data=restyled)
    values = full_values(form("mandate"), "nb")

    made = own.fill(values)

    assert W14 in parts_of(made)[HEADER].decode()
    assert read(made).values == values
