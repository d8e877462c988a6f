"""Consent to a text that goes round in Word: what makes it fall, and what does not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from connector.library.delivery import delivery_of
from connector.library.folder import FolderLibrary
from tests.connector.web.visitors import Visitor, plain
from tests.journeys.villages import Village
from tests.templates_docx.in_word import typed_rich
from tests.templates_docx.tampering import parts_of, said_by, with_parts
from workflows.base import by_ref
from workflows.development.documents import Version
from workflows.development.drafting import write_fields
from workflows.people.kinds import PARTIES
from workflows.record.entries import history

WORDING = "Vi prøver faste vakter i helga."
OTHER = "Vi prøver faste vakter i uka."
PAGE = "/dokumenter/O-9/samtykke"
CONTACTS = ("M-P-A", "M-P-F", "M-P-T")
CORE = "docProps/core.xml"
HOLDS, FALLEN = "gjelder fortsatt", "teksten er endret etter at"


@pytest.fixture
def file(village: Village) -> bytes:
    """The Word file of a text with three sections, to which all three consented."""
    with village.acts() as town:
        town.begun_output("O-9")
        values = {"o_summary": [WORDING], "o_sources": ["Turnusene for 2024."]}
        town.do(write_fields, by=town.manager, document="O-9", values=values)
        town.concluded_round("R-9", document="O-9")
        version = by_ref(town.session, Version, "O-9@1.0")
        made = delivery_of(town.session, version, at=town.now)
    FolderLibrary(village.house.config.library).deliver(made.name, made.data)
    return made.data


def by_another_author(data: bytes) -> bytes:
    core = parts_of(data)[CORE].decode()
    named = "<dc:creator>En annen</dc:creator></cp:coreProperties>"
    assert "dc:creator" not in core
    changed = core.replace("</cp:coreProperties>", named)
    return with_parts(data, {CORE: changed.encode()})


def saved_again(data: bytes) -> bytes:
    return said_by(with_parts(data, {}), "Microsoft Office Word")


def flowed_anew(data: bytes) -> bytes:
    return typed_rich(data, WORDING, f" {WORDING.replace(' ', '  ')} ")


def taken_in(village: Village, data: bytes) -> str:
    """Hand in a file called «min fil.docx», and take in what it brings, if it does."""
    manager = village.visitor("M-P-pm")
    path = manager.send_file("/fra-word", data).headers["Location"]
    answer = manager.get(path)
    if answer.status_code == 200 and "Ta inn endringene" in answer.text:
        shown = re.findall(r'name="(shown|record)" value="([^"]+)"', answer.text)
        return manager.done(path, **dict(shown))
    return plain(answer)


def cells(visitor: Visitor, word: str) -> int:
    """How many of the nine consents, three parties to three sections, say this."""
    return visitor.page(PAGE).count(word)


def moves(village: Village) -> list[tuple[str, str, str]]:
    """Each consent that moved in the record: whose, from what, to what."""
    with village.acts() as town:
        told = [e for e in history(town.session, "O-9") if e.type == "consent.changed"]
    return [(e.payload["party"], e.payload["from"], e.payload["to"]) for e in told]


def test_a_file_that_says_the_same_leaves_all_nine_consents(
    village: Village, file: bytes
) -> None:
    """Saved anew, under another name, by another author, and flowed anew."""
    changed = flowed_anew(by_another_author(saved_again(file)))

    taken_in(village, changed)

    assert changed != file
    assert cells(village.visitor("M-P-T"), HOLDS) == 9
    assert moves(village) == []


def written_back(edited: bytes, _: bytes) -> bytes:
    return by_another_author(typed_rich(edited, OTHER, WORDING))


def restored(_: bytes, file: bytes) -> bytes:
    return file


@pytest.mark.parametrize("back", [written_back, restored])
def test_one_word_opens_its_section_for_all_three_until_it_is_back(
    village: Village, file: bytes, back: Callable[[bytes, bytes], bytes]
) -> None:
    """Whether the word is written anew, or the earlier copy is fetched out again."""
    edited = saved_again(typed_rich(file, WORDING, OTHER))
    taken_in(village, edited)

    for mandate in CONTACTS:
        contact = village.visitor(mandate)
        assert (cells(contact, HOLDS), cells(contact, FALLEN)) == (6, 3)
        page = contact.page(PAGE)
        assert page.count("slutt på endringen") == 2
        assert "− helga. slutt på endringen" in page
        assert "+ uka. slutt på endringen" in page

    taken_in(village, back(edited, file))

    fell = [(party.value, "valid", "suspect_target") for party in PARTIES]
    rose = [(party.value, "suspect_target", "valid") for party in PARTIES]
    assert [cells(village.visitor(mandate), HOLDS) for mandate in CONTACTS] == [9] * 3
    assert moves(village) == [*fell, *rose]
