"""A party that is given version 5 never learns anything of versions 1 to 4.

Nor of a sixth that is begun meanwhile.
"""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from connector.database.dump import dumped
from connector.library.delivery import deliverable
from tests.connector.web.visitors import TOKEN, Visitor
from tests.journeys.villages import Village
from workflows.development.drafting import draft_version, write_fields
from workflows.people.kinds import PARTIES
from workflows.people.notices import notices_about
from workflows.trace.graph import trace_of
from workflows.trace.questions import QUESTIONS, answer

SECRET = "Hemmelig ordlyd"
SHARED = "Det alle tre har fått."
DRAFTS = tuple(f"O-9@0.{number}" for number in range(1, 5))
LATER = "O-9@0.6"
TRIED = (DRAFTS[0], DRAFTS[-1], LATER)
NEVER_WRITTEN = "O-9@0.9"
EVERYBODY_ELSE = ("M-P-T", "M-P-F2", "M-P-officer", None)
DOORS = (
    "/dokumenter/{}",
    "/dokumenter/{}/samtykke",
    "/historikk/{}",
    "/spor/{}",
    "/spor/{}.csv",
    "/leveranser/{}",
    "/min-part/rom/{}",
)
PAGES = (
    *("/", "/min-part", "/prosjekter/PR1", "/leveranser", "/leveranser/O-9"),
    *("/runder", "/runder/R-9", "/historikk/PR1", "/historikk/O-9", "/spor/O-9"),
    *("/spor/PR1.csv", "/dokumenter/O-9/samtykke", "/avtaler", "/fra-word"),
    *(f"/sporsmal/{name}.json" for name in QUESTIONS),
    *("/sporsmal/parity", "/sporsmal/parity.csv"),
)


@pytest.fixture
def shared(village: Village) -> Village:
    """An output whose fifth version is on a round; all the others are only drafts."""
    with village.acts() as town:
        town.begun_output("O-9")
        for number in range(1, 6):
            said = SHARED if number == 5 else f"{SECRET} {number}"
            values = {"o_summary": [said]}
            town.do(write_fields, by=town.manager, document="O-9", values=values)
            if number < 5:
                town.do(draft_version, by=town.manager, document="O-9")
        town.opened_round("R-9", document="O-9")
        town.do(draft_version, by=town.manager, document="O-9")
        values = {"o_summary": [f"{SECRET} 6"]}
        town.do(write_fields, by=town.manager, document="O-9", values=values)
    return village


def told(visitor: Visitor, door: str, ref: str) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers, without the reference that was asked for."""
    answered = visitor.get(door.format(ref))
    headers = {key: each for key, each in answered.headers if key != "Set-Cookie"}
    text = TOKEN.sub("", answered.text).replace(ref, "…").replace(quote(ref), "…")
    return answered.status_code, text, headers


@pytest.mark.parametrize("hat", EVERYBODY_ELSE)
def test_an_earlier_version_is_told_of_as_one_that_was_never_written(
    shared: Village, hat: str | None
) -> None:
    visitor = shared.visitor(hat)

    for door in DOORS:
        nothing = told(visitor, door, NEVER_WRITTEN)
        assert [told(visitor, door, ref) for ref in TRIED] == [nothing] * 3, door


@pytest.mark.parametrize("hat", ["M-P-T", None])
def test_no_page_file_or_data_holds_an_earlier_version(
    shared: Village, hat: str | None
) -> None:
    visitor = shared.visitor(hat)

    found = {page: visitor.get(page).text for page in PAGES}

    assert [page for page, text in found.items() if SECRET in text] == []
    assert [page for page, text in found.items() if "O-9@0.1" in text] == []
    assert [page for page, text in found.items() if LATER in text] == []


@pytest.mark.parametrize("hat", ["M-P-A", "M-P-F", "M-P-T"])
def test_each_party_reads_the_version_that_was_shared(
    shared: Village, hat: str
) -> None:
    assert SHARED in shared.visitor(hat).page("/runder/R-9")


def test_those_who_write_the_text_find_every_version(shared: Village) -> None:
    """So that the tests above are about rights, and not about something else."""
    manager = shared.visitor("M-P-pm")

    texts = [manager.page(f"/dokumenter/{ref}") for ref in DRAFTS]

    assert manager.page(f"/historikk/{LATER}")
    assert [f"{SECRET} {number + 1}" in text for number, text in enumerate(texts)] == [
        True
    ] * 4


def test_no_notice_report_or_trace_holds_an_earlier_version(shared: Village) -> None:
    with shared.acts() as town:
        notices = [row.facts for row in notices_about(town.session, "R-9")]
        traces = [trace_of(town.session, ref, at=town.now) for ref in ("PR1", "O-9")]
        rows = [
            answer(town.session, name, at=town.now, party=party).rows
            for name in QUESTIONS
            for party in PARTIES
        ]
        out = json.dumps([notices, rows], default=str) + str(traces)

        assert SECRET in json.dumps(dumped(town.session), ensure_ascii=False)

    assert SECRET not in out
    assert "O-9@0.1" not in out


def test_no_word_file_is_made_of_an_earlier_version(shared: Village) -> None:
    with shared.acts() as town:
        made = {version.ref for version in deliverable(town.session)}

    assert made.isdisjoint({*DRAFTS, LATER})
