from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.imports.errors import (
    ImportRefusedError,
    UnusableFileError,
    WrongJsonError,
)
from connector.imports.fiks import read_fiks
from connector.imports.records import (
    RESTRICTED_TITLE,
    Batch,
    BodyName,
    CaseNumber,
    ExternalKey,
    GroupVotes,
    MeetingDay,
    Outcome,
    OutcomeSource,
    ProposalRecord,
    Restriction,
    TreatmentRecord,
)

SAMPLES = Path(__file__).parent / "samples"
MANY = settings(max_examples=60, deadline=None)


def committee_message() -> Any:
    return json.loads((SAMPLES / "vedtakfrautvalg.json").read_text("utf-8"))


def einnsyn_message() -> Any:
    return json.loads((SAMPLES / "einnsyn-vedtak.json").read_text("utf-8"))


def written(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    return path


def read(folder: Path, value: object) -> Batch:
    return read_fiks(written(folder / "m.json", value))


def record(folder: Path, value: object) -> TreatmentRecord:
    batch = read(folder, value)
    assert batch.refused == ()
    return batch.records[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the property tests, which write the same file many times."""
    return tmp_path_factory.mktemp("messages")


def test_a_decision_from_a_committee_becomes_a_record_with_every_field() -> None:
    batch = read_fiks(SAMPLES / "vedtakfrautvalg.json")

    (one,) = batch.records
    assert one.body == BodyName(name="Kommunestyret", id="KST")
    assert one.meeting == MeetingDay(day=date(2026, 4, 30), id="2026-04-30-KST")
    assert one.number == CaseNumber(type="PS", seq=24, year=2026)
    assert one.title == "Prøveordning med langturnus"
    assert one.archive_number == "2026/118"
    assert one.is_final is True
    assert one.decided_on == date(2026, 4, 30)
    assert (one.outcome, one.outcome_raw) == (Outcome.ADOPTED, "Vedtatt")
    assert one.outcome_source is OutcomeSource.DERIVED
    assert one.external_key == ExternalKey(system="Samspor", key="C05")
    assert one.source.source_id == "KST|2026-04-30-KST|PS 24/2026"


def test_markup_becomes_text_and_scripts_leave_nothing() -> None:
    (one,) = read_fiks(SAMPLES / "vedtakfrautvalg.json").records

    assert one.decision_text == (
        "Kommunestyret vedtar:\n"
        "1. Prøveordningen innføres ved Øvre sone.\n"
        "2. Areal < 50 m² regnes ikke med."
    )


def test_votes_are_counted_by_group_and_no_name_is_kept() -> None:
    (one,) = read_fiks(SAMPLES / "vedtakfrautvalg.json").records

    assert one.votes == (
        GroupVotes(group="Fellesliste", in_favour=2),
        GroupVotes(group="Bygdelista", against=1, unknown=1),
        GroupVotes(group=None, blank=1),
    )
    for name in ("Påfunn", "Løsriver", "Oppdiktet"):
        assert name not in repr(one)


def test_the_spelling_of_2021_and_a_plain_date_are_read() -> None:
    (one,) = read_fiks(SAMPLES / "vedtakfrautvalg-2021.json").records

    assert one.meeting == MeetingDay(day=date(2021, 5, 20), id="77")
    assert one.number == CaseNumber(type="PS", seq=9, year=2021)
    assert one.external_key == ExternalKey(system="Samspor", key="C01")
    assert one.is_final is False
    assert one.decision_text == "Saken sendes tilbake.\nAreal < 50 m² holdes utenfor."


def test_a_status_that_is_no_outcome_stays_unknown_with_its_words() -> None:
    (one,) = read_fiks(SAMPLES / "vedtakfrautvalg-2021.json").records

    assert (one.outcome, one.outcome_raw) == (Outcome.UNKNOWN, "Godkjent")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_gives_the_same_records(tmp_path: Path, encoding: str) -> None:
    path = SAMPLES / "vedtakfrautvalg-2021.json"
    other = tmp_path / path.name
    other.write_bytes(path.read_text("utf-8").encode(encoding))

    assert read_fiks(other) == read_fiks(path)


def test_a_message_to_einnsyn_gives_each_decision_and_refuses_one() -> None:
    batch = read_fiks(SAMPLES / "einnsyn-vedtak.json")

    assert [str(one.number) for one in batch.records] == ["PS 12/2026", "PS 13/2026"]
    assert batch.records[0].archive_number == "2025/1190"
    assert batch.records[0].outcome is Outcome.RECOMMENDED
    assert batch.records[0].is_final is None
    (refused,) = batch.refused
    assert refused.where == "$.vedtak[2].utvalgetsSaksnummer.sakssekvensnummer"
    assert refused.message.startswith("einnsyn-vedtak.json, melding 1, $.vedtak[2]")


def test_the_day_of_a_meeting_is_found_in_the_bodys_own_list_in_norwegian_time() -> (
    None
):
    first = read_fiks(SAMPLES / "einnsyn-vedtak.json").records[0]

    assert first.meeting == MeetingDay(day=date(2026, 3, 3), id="FSK-2026-03")


def test_a_message_to_einnsyn_without_a_day_gives_a_record_without_one(
    tmp_path: Path,
) -> None:
    message = einnsyn_message()
    del message["utvalg"]["moete"]

    batch = read(tmp_path, message)

    assert batch.records[0].meeting.day is None


def test_of_a_shielded_decision_only_its_existence_and_basis_are_kept() -> None:
    restricted = read_fiks(SAMPLES / "einnsyn-vedtak.json").records[1]

    assert restricted.title == RESTRICTED_TITLE
    assert restricted.restriction == Restriction(legal_basis="Offl. § 13 jf. fvl. § 13")
    assert restricted.outcome is Outcome.UNKNOWN
    assert "Påfunn" not in repr(restricted)
    assert "Fellesliste" not in repr(restricted)


@pytest.mark.parametrize(
    ("shield", "basis"),
    [
        pytest.param({"tilgangsrestriksjon": {"kodeverdi": "P"}}, None, id="code only"),
        pytest.param({"skjermingshjemmel": " Offl. § 13 "}, "Offl. § 13", id="basis"),
        pytest.param({"skjermingshjemmel": ["x"]}, None, id="unreadable basis"),
        pytest.param("Offl. § 13", "Offl. § 13", id="plain text"),
        pytest.param(True, None, id="only yes"),
    ],
)
@pytest.mark.parametrize("place", ["message", "sak"])
def test_any_word_of_shielding_shields(
    tmp_path: Path, place: str, shield: object, basis: str | None
) -> None:
    message = committee_message()
    (message if place == "message" else message["sak"])["skjerming"] = shield

    one = record(tmp_path, message)

    assert one.restriction == Restriction(legal_basis=basis)
    assert one.title == RESTRICTED_TITLE


@pytest.mark.parametrize("shield", [None, {}, {"skjermingshjemmel": " "}, [], False])
def test_an_empty_place_for_shielding_does_not_shield(
    tmp_path: Path, shield: object
) -> None:
    message = committee_message()
    message["sak"]["skjerming"] = shield

    assert record(tmp_path, message).restriction is None


def test_a_refusal_of_a_shielded_message_quotes_nothing(tmp_path: Path) -> None:
    message = committee_message()
    message["sak"] |= {"skjerming": True, "vedtaksdato": "Hemmelig"}

    batch = read(tmp_path, message)

    assert batch.refused[0].where == "$.sak.vedtaksdato"
    assert "Hemmelig" not in repr(batch.refused)


def test_the_public_title_wins_over_the_other(tmp_path: Path) -> None:
    message = committee_message()
    message["sak"]["offentligTittel"] = "Sak om *****"

    assert record(tmp_path, message).title == "Sak om *****"


@pytest.mark.parametrize(
    ("written_as", "day"),
    [
        pytest.param("2026-05-20", date(2026, 5, 20), id="a day"),
        pytest.param(
            "2026-05-19T22:00:00Z", date(2026, 5, 20), id="midnight in summer"
        ),
        pytest.param("2026-01-19T22:59:59Z", date(2026, 1, 19), id="before, in winter"),
        pytest.param(
            "2026-01-19T23:00:00Z", date(2026, 1, 20), id="midnight in winter"
        ),
        pytest.param("2026-05-20T00:30:00+02:00", date(2026, 5, 20), id="an offset"),
        pytest.param(
            "2026-05-20T23:30:00", date(2026, 5, 20), id="no offset: as it is"
        ),
        pytest.param("2026-05-19T22:00:00.1234567Z", date(2026, 5, 20), id=".NET"),
    ],
)
def test_the_day_of_a_meeting_is_the_norwegian_one(
    tmp_path: Path, written_as: str, day: date
) -> None:
    message = committee_message() | {"moetedato": written_as}

    assert record(tmp_path, message).meeting.day == day


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        pytest.param(["utvalgId"], None, "$.utvalgId", id="no body id"),
        pytest.param(["utvalgNavn"], " ", "$.utvalgNavn", id="no body name"),
        pytest.param(["moeteId"], {}, "$.moeteId", id="an object for an id"),
        pytest.param(["moetedato"], "i dag", "$.moetedato", id="no day"),
        pytest.param(["moetedato"], "0001-01-01T00:00:00Z", "$.moetedato", id=".NET"),
        pytest.param(["moetedato"], "9999-12-31T23:59:59Z", "$.moetedato", id="far"),
        pytest.param(["erEndeligVedtak"], "ja", "$.erEndeligVedtak", id="no flag"),
        pytest.param(["sak"], [], "$.sak.utvalgetsSaksnummer.saksaar", id="no case"),
        pytest.param(["sak", "tittel"], "", "$.sak.tittel", id="no title"),
        pytest.param(["sak", "tittel"], "\ud800", "$.sak.tittel", id="half a letter"),
        pytest.param(
            ["sak", "utvalgetsSaksnummer", "saksaar"],
            "MMXXVI",
            "$.sak.utvalgetsSaksnummer.saksaar",
            id="year in letters",
        ),
        pytest.param(
            ["sak", "utvalgetsSaksnummer", "sakssekvensnummer"],
            -1,
            "$.sak.utvalgetsSaksnummer.sakssekvensnummer",
            id="number below one",
        ),
        pytest.param(
            ["sak", "utvalgetsSaksnummer", "sakssekvensnummer"],
            True,
            "$.sak.utvalgetsSaksnummer.sakssekvensnummer",
            id="yes for a number",
        ),
    ],
)
def test_what_a_record_needs_is_refused_with_its_path_and_others_go_on(
    tmp_path: Path, path: list[str], value: object, where: str
) -> None:
    good, bad = committee_message(), committee_message()
    place: Any = bad
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    file = tmp_path / "m.json"
    file.write_text(json.dumps([bad, good]), "utf-8")

    batch = read_fiks(file)

    assert len(batch.records) == 1
    (refused,) = batch.refused
    assert (refused.row, refused.where) == (1, where.replace("$", "$[0]"))
    assert "\n" not in refused.text("nn")


def test_what_a_record_does_not_need_may_be_missing(tmp_path: Path) -> None:
    message = committee_message()
    message["sak"] = {
        key: message["sak"][key] for key in ("utvalgetsSaksnummer", "tittel")
    }
    del message["erEndeligVedtak"]

    one = record(tmp_path, message)

    assert (one.is_final, one.decided_on, one.outcome) == (None, None, None)
    assert (one.decision_text, one.votes, one.archive_number) == ("", (), None)


def test_the_number_type_of_the_body_is_given(tmp_path: Path) -> None:
    path = written(tmp_path / "m.json", committee_message())

    assert read_fiks(path, number_type="UV").records[0].number.type == "UV"


@pytest.mark.parametrize("key", ["arkivSaksnummer", "arkivetsSaksnummer"])
@pytest.mark.parametrize("value", ["2026/7", {"saksår": 2026, "sakssekvensnummer": 7}])
def test_the_archives_number_is_read_under_both_names(
    tmp_path: Path, key: str, value: object
) -> None:
    message = committee_message()
    del message["sak"]["arkivSaksnummer"]
    message["sak"][key] = value

    assert record(tmp_path, message).archive_number == "2026/7"


def test_a_message_of_another_kind_is_refused(tmp_path: Path) -> None:
    plan = {"utvalgId": "FSK", "utvalgNavn": "Formannskapet", "moete": []}

    batch = read(tmp_path, [plan, 17, None])

    assert {one.problem.code for one in batch.refused} == {"unknown_message"}
    assert [one.row for one in batch.refused] == [1, 2, 3]


def test_json_lines_are_read_and_a_bad_line_is_refused(tmp_path: Path) -> None:
    good = json.dumps(committee_message())
    path = tmp_path / "m.jsonl"
    path.write_text(f"{good}\n\n{{ødelagt\n{good}\n", "utf-8")

    batch = read_fiks(path)

    assert len(batch.records) == 1
    assert [(one.row, one.problem.code) for one in batch.refused] == [(3, "bad_json")]


def test_a_folder_is_read_by_name_and_a_bad_file_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "b.json", einnsyn_message())
    written(tmp_path / "a.JSON", committee_message())
    (tmp_path / "c.json").write_text("{", "utf-8")
    (tmp_path / "notat.txt").write_text("ikke les", "utf-8")

    batch = read_fiks(tmp_path)

    assert [one.body.id for one in batch.records] == ["KST", "FSK", "FSK"]
    assert [one.file for one in batch.refused] == ["b.json", "c.json"]


def test_a_message_delivered_twice_is_kept_once_and_a_newer_one_beside_it(
    tmp_path: Path,
) -> None:
    newer = committee_message()
    newer["sak"]["tittel"] = "Rettet tittel"

    batch = read(tmp_path, [committee_message(), committee_message(), newer])

    one, other = batch.records
    assert one.source.source_id == other.source.source_id
    assert one.source.payload_sha256 != other.source.payload_sha256


def test_the_name_of_a_voter_does_not_change_the_hash(tmp_path: Path) -> None:
    message = committee_message()
    message["sak"]["votering"][0]["moetedeltaker"] = "Nina Påfunn"

    assert record(tmp_path, message) == record(tmp_path, committee_message())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param('{"a": 1,\n "b" 2}', "linje 2, tegn 6", id="a missing colon"),
        pytest.param("[" * 100_000, "linje 1", id="too deep"),
        pytest.param("9" * 5_000, "linje 1", id="a number too long"),
        pytest.param("hei", "linje 1, tegn 1", id="no JSON at all"),
    ],
)
def test_what_is_not_json_is_refused_with_line_and_column(
    tmp_path: Path, text: str, place: str
) -> None:
    path = tmp_path / "m.json"
    path.write_text(text, "utf-8")

    with pytest.raises(WrongJsonError, match="ikke gyldig JSON") as refusal:
        read_fiks(path)

    assert str(refusal.value).startswith(f"m.json, {place}: ")


def test_an_empty_folder_file_or_binary_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "m.bin"
    binary.write_bytes(b"\x00\x01")

    with pytest.raises(UnusableFileError, match=r"slutter på \.json"):
        read_fiks(tmp_path)
    with pytest.raises(UnusableFileError, match="ikke tekst"):
        read_fiks(binary)
    with pytest.raises(UnusableFileError, match="finnes ikke"):
        read_fiks(tmp_path / "borte.json")


@MANY
@given(data=st.binary(min_size=0, max_size=300))
def test_random_bytes_raise_nothing_but_a_refusal(folder: Path, data: bytes) -> None:
    path = folder / "m.json"
    path.write_bytes(data)

    try:
        batch = read_fiks(path)
    except ImportRefusedError as refusal:
        assert "\n" not in str(refusal)  # noqa: PT017 - either is right
    else:
        assert batch.records == ()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["saksaar", "kodeverdi", "tekstInnhold", "moeteid", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value in a message."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = [*value.items()]
    if isinstance(value, list):
        inner = [*enumerate(value)]
    return [path, *(p for key, item in inner for p in places(item, (*path, key)))]


@settings(max_examples=300, deadline=None)
@given(data=st.data(), kind=st.sampled_from([committee_message, einnsyn_message]))
def test_anything_in_any_place_is_read_or_refused(
    folder: Path, data: st.DataObject, kind: Any
) -> None:
    message = {"root": kind()}
    *way, last = data.draw(st.sampled_from(places(message)[1:]))
    place: Any = message
    for key in way:
        place = place[key]
    place[last] = data.draw(ANYTHING)
    path = folder / "m.json"
    path.write_text(json.dumps(copy.deepcopy(message["root"])), "utf-8")

    batch = read_fiks(path)

    assert all("\n" not in one.message for one in batch.refused)
    assert len({*batch.records}) == len(batch.records)


def test_the_recommendation_and_the_keys_elsewhere_are_kept(tmp_path: Path) -> None:
    message = committee_message()
    message["sak"]["forslagTilVedtak"] = {"tekstInnhold": "<p>Prøves i ett år.</p>"}
    message["sak"]["arkivJournalnummer"] = {
        "journalaar": 2026,
        "journalsekvensnummer": 74387,
    }

    one = record(tmp_path, message)

    assert one.proposals == (
        ProposalRecord(from_whom="Innstilling", text="Prøves i ett år."),
    )
    assert one.source_keys == (
        "referanseEksternNoekkel Møtebordet/sak-24-26",
        "fagsystemetsSaksnummer 2026/118",
        "arkivJournalnummer 2026/74387",
    )


@pytest.mark.parametrize("key", [7, "x", [], {"noekkel": {}}, {"noekkel": "a\u0000b"}])
def test_a_key_elsewhere_that_cannot_be_read_stops_nothing(
    tmp_path: Path, key: object
) -> None:
    message = committee_message()
    message["sak"]["referanseEksternNoekkel"] = key

    one = record(tmp_path, message)

    assert "\0" not in "".join(one.source_keys)


def test_an_exempt_case_keeps_neither_recommendation_nor_keys(tmp_path: Path) -> None:
    message = committee_message()
    message["sak"]["forslagTilVedtak"] = "Hemmelig."
    message["sak"]["skjerming"] = {"skjermingshjemmel": "Offl. § 13"}

    one = record(tmp_path, message)

    assert (one.proposals, one.source_keys) == ((), ())
