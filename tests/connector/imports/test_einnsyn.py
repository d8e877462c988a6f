from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.imports.einnsyn import Page, Window, checked_orgnumber, read_pages
from connector.imports.errors import SourceAwayError, SourceRefusedError
from connector.imports.json_source import JsonSource, Limits
from connector.imports.records import (
    BodyName,
    GroupVotes,
    ProposalRecord,
    Remark,
    TreatmentRecord,
)
from connector.imports.shielding import public_part
from tests.connector.imports.published import (
    ORGNUMBER,
    TOWN,
    Hourglass,
    Published,
    Raw,
    ballot,
    case,
    decision,
    description,
    document,
    identifier,
    meeting,
    published,
    report,
    unit,
)

WINDOW = Window(orgnumber=ORGNUMBER, first=date(2026, 1, 1), last=date(2026, 3, 31))
TODAY = date(2026, 6, 1)


@pytest.fixture
def town() -> Iterator[Published]:
    """Prøvevik has published one meeting of the executive board, with one case."""
    held = meeting(1, "2026-03-03T09:00:00Z")
    made = Published(meetings=[held], cases=[case(12, held)])
    with published(made):
        yield made


def read(town: Published, **more: Any) -> list[Page]:
    source = JsonSource(town.origin, Limits(), Hourglass().clock())
    try:
        return list(read_pages(source, WINDOW, **{"today": TODAY, **more}))
    finally:
        source.close()


def only(town: Published) -> TreatmentRecord:
    (page,) = read(town)
    assert page.batch.refused == ()
    (record,) = page.batch.records
    return record


def test_a_case_with_a_decision_becomes_a_record(town: Published) -> None:
    record = only(town)

    assert record.body == BodyName(name="Formannskapet", code="FSK")
    assert str(record.number) == "PS 12/2026"
    assert record.title == "Retningslinjer for heltidskultur"
    assert record.decision_text == "Retningslinjene vedtas."
    assert (record.meeting.day, record.decided_on) == (date(2026, 3, 3),) * 2
    assert record.source.source_id == identifier("ms", 12)
    assert record.source_keys == (
        "0b0f6f0e-0000-4000-8000-000000000012",
        "http://data.example/moetesak-12",
    )


def test_the_api_tells_neither_outcome_nor_finality_and_none_is_guessed(
    town: Published,
) -> None:
    text = "<p>Retningslinjene vedtas. Enstemmig vedtatt.</p>"
    town.cases[0]["vedtak"] = decision(12, text)

    record = only(town)

    assert (record.outcome, record.outcome_raw, record.is_final) == (None, None, None)


def test_a_meeting_at_midnight_is_on_the_norwegian_day(town: Published) -> None:
    town.meetings[0]["moetedato"] = "2026-03-02T23:00:00Z"

    assert only(town).meeting.day == date(2026, 3, 3)


def test_all_pages_are_read_in_the_order_of_the_meetings(town: Published) -> None:
    town.meetings = [meeting(n, f"2026-02-{n:02d}T09:00:00Z") for n in range(12, 0, -1)]
    town.cases = [case(n, held) for n, held in enumerate(reversed(town.meetings), 1)]

    pages = read(town)

    numbers = [r.number.seq for page in pages for r in page.batch.records]
    assert [len(page.batch.records) for page in pages] == [5, 5, 2]
    assert numbers == list(range(1, 13))
    assert [page.after is None for page in pages] == [False, False, True]


def test_a_long_meeting_is_read_to_its_last_case(town: Published) -> None:
    town.cases = [case(n, town.meetings[0]) for n in range(1, 250)]

    (page,) = read(town)

    assert len(page.batch.records) == 249


def test_a_reading_that_was_broken_off_goes_on_from_its_cursor(town: Published) -> None:
    town.meetings = [meeting(n, f"2026-02-{n:02d}T09:00:00Z") for n in range(1, 13)]
    town.cases = [case(n, held) for n, held in enumerate(town.meetings, 1)]
    first, *_ = read(town)

    rest = read(town, after=first.after)

    assert [r.number.seq for page in rest for r in page.batch.records] == [
        *range(6, 13)
    ]


def test_the_next_page_on_another_host_is_refused(town: Published) -> None:
    town.next_origin = "https://einnsyn.example"
    town.meetings = [meeting(n, f"2026-02-{n:02d}T09:00:00Z") for n in range(1, 13)]

    with pytest.raises(SourceRefusedError, match="et annet nettsted"):
        read(town)


def test_an_absolute_address_of_the_next_page_is_as_good(town: Published) -> None:
    town.next_origin = town.origin
    town.meetings = [meeting(n, f"2026-02-{n:02d}T09:00:00Z") for n in range(1, 7)]

    assert len(read(town)) == 2


def test_a_source_that_ignores_the_days_asked_for_is_not_believed(
    town: Published,
) -> None:
    town.ignores_days = True
    town.meetings.insert(0, meeting(9, "2019-03-03T09:00:00Z"))

    with pytest.raises(SourceRefusedError, match=r"03\.03\.2019"):
        read(town)


def test_the_day_before_and_after_are_asked_for_and_left_out(town: Published) -> None:
    town.meetings += [
        meeting(2, "2026-03-31T23:30:00Z"),
        meeting(3, "2025-12-31T22:00:00Z"),
    ]
    town.cases += [case(n, held) for n, held in enumerate(town.meetings[1:], 20)]

    assert only(town).number.seq == 12


def test_what_a_list_only_names_is_asked_for(town: Published) -> None:
    town.cases[0]["vedtak"] = identifier("ved", 12)
    town.cases[0]["whole"] = {
        **decision(12),
        "vedtakstekst": identifier("msb", 12),
        "votering": [identifier("vot", 1), identifier("vot", 2)],
    }

    record = only(town)

    assert record.decision_text == "Hentet for seg."
    assert record.votes == (
        GroupVotes(group="Bygdelista", in_favour=1),
        GroupVotes(group="Rødgrønn", against=1),
    )


def test_votes_are_counted_by_party_and_nobody_is_named(town: Published) -> None:
    votes = [
        ballot(n, said, "Bygdelista") for n, said in enumerate(["Ja", "Ja", "Nei"])
    ]
    town.cases[0]["vedtak"] = decision(12) | {"votering": votes}

    record = only(town)

    assert record.votes == (GroupVotes(group="Bygdelista", in_favour=2, against=1),)
    assert "md_" not in repr(record)


def test_a_decision_that_is_only_a_document_is_told_with_its_address(
    town: Published,
) -> None:
    del town.cases[0]["vedtak"]
    town.cases[0]["dokumentbeskrivelse"] = [document(1, "Saksframlegg"), document(2)]

    record = only(town)

    assert (record.decision_text, record.outcome) == ("", None)
    assert record.link is not None
    assert record.link.endswith(f"{identifier('do', 2)}/download")
    assert Remark.DECISION_IN_DOCUMENT in record.remarks


def test_a_case_without_a_decision_is_counted_and_not_imported(town: Published) -> None:
    del town.cases[0]["vedtak"]

    (page,) = read(town)

    assert (page.batch.records, page.undecided) == ((), 1)


def test_a_meeting_to_come_has_no_decisions(town: Published) -> None:
    (page,) = read(town, today=date(2026, 3, 2))

    assert (page.batch.records, page.undecided) == ((), 0)


def test_the_case_in_the_archive_is_found_through_the_report(town: Published) -> None:
    town.cases[0]["legacyReferanseTilMoetesak"] = "http://data.example/journalpost-7"
    town.reports = [report(7, saksnummer="2025/4711")]

    record = only(town)

    assert (record.archive_number, record.remarks) == ("2025/4711", ())


@pytest.mark.parametrize("key", ["", "http://data.example/journalpost-8", "a,b"])
def test_a_missing_link_to_the_case_is_told_and_tolerated(
    town: Published, key: str
) -> None:
    town.cases[0]["legacyReferanseTilMoetesak"] = key
    town.reports = [report(7, saksnummer="2025/4711")]

    record = only(town)

    assert (record.archive_number, record.remarks) == (None, (Remark.NO_CASE_LINK,))


def test_the_recommendation_that_lay_before_the_body_is_kept(town: Published) -> None:
    town.cases[0]["innstilling"] = description(5, "<ol><li>A.</li><li>B.</li></ol>")

    assert only(town).proposals == (
        ProposalRecord(from_whom="Innstilling", text="1. A.\n2. B."),
    )


@pytest.mark.parametrize(
    ("fallback", "name"),
    [
        (unit(TOWN, "Prøvevik", "KOMMUNE"), "FSK"),
        (unit(identifier("enh", 8), "Prøvevik", "VIRKSOMHET"), "FSK"),
        (TOWN, "FSK"),
    ],
)
def test_the_municipality_itself_is_never_taken_for_the_body(
    town: Published, fallback: Any, name: str
) -> None:
    town.meetings[0]["utvalgObjekt"] = fallback

    assert only(town).body == BodyName(name=name)


def test_an_exempt_report_closes_the_case_but_for_the_legal_basis(
    town: Published,
) -> None:
    town.cases[0]["legacyReferanseTilMoetesak"] = "http://data.example/journalpost-7"
    town.cases[0]["innstilling"] = description(5, "Hemmelig innstilling")
    shield = {"tilgangsrestriksjon": "UO", "skjermingshjemmel": "Offl. § 13"}
    town.reports = [report(7, saksnummer="2025/4711", skjerming=shield)]

    record = only(town)

    assert record.restriction is not None
    assert record.restriction.legal_basis == "Offl. § 13"
    assert (record.title, record.decision_text) == ("Unntatt offentlighet", "")
    assert "emmelig" not in repr(record)


def test_a_case_that_cannot_be_read_does_not_stop_the_others(town: Published) -> None:
    held = town.meetings[0]
    town.cases += [case(13, held, moetesakssekvensnummer=0), case(14, held)]

    (page,) = read(town)

    assert [r.number.seq for r in page.batch.records] == [12, 14]
    (refused,) = page.batch.refused
    assert identifier("ms", 13) in refused.where
    assert "sak 2" in refused.message


def test_what_is_published_no_longer_is_told_on_the_last_page(town: Published) -> None:
    held = town.meetings[0]
    town.cases.append(case(13, held, deleted=True))
    known = [identifier("ms", n) for n in (11, 12, 13)]

    (page,) = read(town, known=known)

    assert page.gone == (identifier("ms", 11), identifier("ms", 13))
    assert [r.number.seq for r in page.batch.records] == [12]


def test_a_municipality_that_does_not_publish_there_is_told_what_to_do() -> None:
    with published(Published()) as origin:
        source = JsonSource(origin, Limits(), Hourglass().clock())
        other = Window(orgnumber="974760673", first=WINDOW.first, last=WINDOW.last)

        with pytest.raises(SourceRefusedError, match="publiserer ikke i eInnsyn"):
            list(read_pages(source, other, today=TODAY))
        source.close()


def test_a_source_that_goes_away_underway_has_given_whole_pages_before(
    town: Published,
) -> None:
    town.meetings = [meeting(n, f"2026-02-{n:02d}T09:00:00Z") for n in range(1, 13)]
    source = JsonSource(town.origin, Limits(), Hourglass().clock())
    pages = read_pages(source, WINDOW, today=TODAY)
    first = next(pages)

    town.first = [Raw(status=500)] * 4
    with pytest.raises(SourceAwayError):
        next(pages)

    assert first.after is not None
    source.close()


@pytest.mark.parametrize(
    "raw", ["98765432", "9876543255", "987654324", "abc", "９８７６５４３２５"]
)
def test_a_number_that_does_not_add_up_is_no_organisation(raw: str) -> None:
    with pytest.raises(SourceRefusedError, match="organisasjonsnummer"):
        checked_orgnumber(raw)


def test_an_organisation_number_may_have_spaces() -> None:
    assert checked_orgnumber(" 987 654 325 ") == ORGNUMBER


def test_no_shielded_title_and_no_hidden_word_is_left(town: Published) -> None:
    town.cases[0] |= {
        "offentligTittel": "Permisjon for *****",
        "offentligTittelSensitiv": "Permisjon for Ola Prøvesen",
        "vedtak": decision(
            12, "<p>Prøvesen får permisjon. OLA tilsettes. Olav nei.</p>"
        ),
    }

    record = only(town)

    assert record.title == "Permisjon for *****"
    assert record.decision_text == "***** får permisjon. ***** tilsettes. Olav nei."


_WORDS = st.text("abcæøå", min_size=1, max_size=6)


@settings(max_examples=25)
@given(shown=st.lists(_WORDS, max_size=4), hidden=_WORDS, text=st.lists(_WORDS))
def test_a_word_that_only_the_shielded_title_has_stands_nowhere(
    shown: list[str], hidden: str, text: list[str]
) -> None:
    thing = {
        "offentligTittel": " ".join(shown),
        "offentligTittelSensitiv": " ".join([*shown, hidden]),
        "liste": [{"tekst": " ".join([*text, hidden.upper()])}],
    }

    left = public_part(thing)

    assert isinstance(left, dict)
    assert "offentligTittelSensitiv" not in left
    words = left["liste"][0]["tekst"].casefold().split()
    assert hidden in shown or hidden not in words
