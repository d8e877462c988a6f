from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.workflows.decision.secretariat import (
    RECORD,
    TREATED_ON,
    TWO_POINTS,
    Office,
    another,
    imported,
    version,
)
from workflows.base import all_of
from workflows.decision.decisions import (
    corrections_of,
    decision_of,
    items_of,
    text_now,
)
from workflows.decision.import_log import (
    ImportedRecord,
    ImportLogRow,
    ImportRow,
    What,
    import_log,
    import_runs,
)
from workflows.decision.import_rules import (
    PlainRecord,
)
from workflows.decision.meetings import (
    Result,
)


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    office.reads(RECORD, another(16))
    before, entries = office.stored(), len(office.entries())

    rows = office.reads(RECORD, another(16))

    assert [row.what for row in rows] == [What.UNCHANGED] * 2
    assert [row.findings for row in rows] == [(), ()]
    assert office.stored() == before
    assert len(office.entries()) == entries


def test_a_run_is_one_entry_after_those_of_its_treatments(office: Office) -> None:
    first, second = office.reads(RECORD, another(16, archive_number=None))

    *_, treated, run = office.entries()
    assert (treated.type, run.type) == ("case.treated", "decisions.imported")
    assert run.refs == ["IMP-1", first.treatment, second.treatment]
    assert run.payload == {
        "added": 2,
        "linked": 0,
        "changed": 0,
        "new_version": 0,
        "unchanged": 0,
        "refused": 0,
    }


def test_the_log_keeps_each_row_that_was_not_unchanged(office: Office) -> None:
    office.reads(RECORD)
    unread = ImportRow(what=What.REFUSED, line=7, place="saksnr", problem="missing")

    rows = office.reads(RECORD, another(16), refused=[unread])

    first, second = import_runs(office.session)
    logged = import_log(office.session, second)
    assert [row.what for row in rows] == [What.UNCHANGED, What.ADDED, What.REFUSED]
    assert [(row.what, row.line, ref) for row, ref in logged] == [
        (What.ADDED, None, rows[1].treatment),
        (What.REFUSED, 7, None),
    ]
    assert (first.ref, second.ref, second.source) == ("IMP-1", "IMP-2", "vedtak.csv")


def test_a_row_of_the_log_stays(office: Office) -> None:
    office.reads(RECORD)
    (row,) = all_of(office.session, ImportLogRow)
    row.place = "et annet sted"

    with (
        pytest.raises(DBAPIError, match=r"append-only|permission denied"),
        office.session.begin_nested(),
    ):
        office.session.flush()


def test_a_new_version_is_logged_with_exactly_what_it_changed(office: Office) -> None:
    office.reads(RECORD)

    (row,) = office.reads(version(decision_text="1. Prøven går ut 2027.", link="x"))

    assert row.what is What.CHANGED
    assert list(row.changed) == [
        {"field": "decision_text", "from": TWO_POINTS, "to": "1. Prøven går ut 2027."},
        {"field": "link", "from": None, "to": "x"},
    ]
    assert row.findings == ()


def test_a_changed_text_corrects_the_decision_and_overwrites_nothing(
    office: Office,
) -> None:
    (row,) = office.reads(RECORD)

    office.reads(version(decision_text="Prøven går ut 2027."))

    decision = decision_of(office.session, imported(office, row))
    (correction,) = corrections_of(office.session, decision)
    assert decision.text == TWO_POINTS
    assert text_now(office.session, decision) == "Prøven går ut 2027."
    assert correction.source == ("Kommunestyret, 12.03.2026, sak PS 15/26 (vedtak.csv)")
    assert correction.corrected_at == office.at


def test_a_text_told_later_becomes_the_decision_as_known_from_then_on(
    office: Office,
) -> None:
    (row,) = office.reads(version(decision_text=""))
    before = office.at

    (later,) = office.reads(RECORD)

    ref = str(row.treatment)
    assert later.findings == ()
    assert items_of(office.session, ref, at=before) == []
    assert len(items_of(office.session, ref)) == 2


def test_silence_in_a_new_version_changes_nothing(office: Office) -> None:
    office.reads(RECORD)

    (row,) = office.reads(version(is_final=None, decision_text="", outcome=None))

    (record,) = all_of(office.session, ImportedRecord)
    assert (row.what, row.changed) == (What.NEW_VERSION, ())
    assert record.values["is_final"] is True
    assert record.values["decision_text"] == TWO_POINTS


def test_finality_told_by_a_later_message_of_the_same_file_counts(
    office: Office,
) -> None:
    silent = version(body_name="FSK", is_final=None)
    told = version(silent, is_final=True)

    first, second = office.reads(silent, told)

    assert imported(office, first).result is Result.FINAL
    assert second.what is What.NEW_VERSION


def test_a_result_told_otherwise_later_is_logged_and_left_to_a_person(
    office: Office,
) -> None:
    office.reads(version(body_name="FSK", is_final=None))

    (row,) = office.reads(version(body_name="FSK", is_final=True))

    assert [change["field"] for change in row.changed] == ["is_final"]
    assert row.findings == ("only_logged",)
    assert imported(office, row).result is Result.RECOMMENDS


def test_a_text_that_comes_with_another_result_does_not_correct_the_decision(
    office: Office,
) -> None:
    office.reads(RECORD)

    (row,) = office.reads(version(outcome="utsatt", decision_text="Saken utsettes."))

    decision = decision_of(office.session, imported(office, row))
    assert row.findings == ("only_logged",)
    assert text_now(office.session, decision) == TWO_POINTS


def test_an_older_version_that_comes_again_does_not_bring_back_the_old(
    office: Office,
) -> None:
    office.reads(RECORD)
    (row,) = office.reads(version(decision_text="Prøven går ut 2027."))
    before = office.stored()

    (again,) = office.reads(RECORD)

    decision = decision_of(office.session, imported(office, row))
    assert (again.what, again.findings) == (What.UNCHANGED, ("older_version",))
    assert text_now(office.session, decision) == "Prøven går ut 2027."
    assert office.stored() == before


def test_what_becomes_exempt_leaves_no_text_in_the_log_and_the_record(
    office: Office,
) -> None:
    office.reads(version(link="https://elvestrand.example/sak"))

    (row,) = office.reads(
        version(
            is_restricted=True,
            legal_basis="Offl. § 13",
            title="Unntatt offentlighet",
            decision_text="",
            outcome_raw=None,
        )
    )

    (record,) = all_of(office.session, ImportedRecord)
    assert [change["field"] for change in row.changed] == [
        "is_restricted",
        "legal_basis",
    ]
    assert row.findings == ("only_logged",)
    assert record.values["title"] == "Unntatt offentlighet"
    assert record.values["decision_text"] is None
    assert record.values["link"] is None


def test_a_version_of_another_body_is_refused(office: Office) -> None:
    office.reads(RECORD)
    before = office.stored()

    (row,) = office.reads(version(body_name="FSK"))

    assert (row.what, row.problem) == (What.REFUSED, "other_body")
    assert office.stored() == before


def test_a_version_with_a_number_of_several_cases_is_refused(office: Office) -> None:
    office.reads(RECORD)
    office.case("C02", archive_number="2024/7")
    office.case("C03", archive_number="2024/7")

    (row,) = office.reads(version(archive_number="2024/7"))

    assert (row.what, row.problem) == (What.REFUSED, "several_cases")


VERSIONS = st.builds(
    lambda seq, day, text, outcome, is_final, body, number, basis: another(
        seq,
        archive_number=number,
        legal_basis=basis,
        is_restricted=bool(basis),
        meeting_day=day,
        decision_text=text,
        outcome=outcome,
        is_final=is_final,
        body_name=body,
    ),
    seq=st.integers(1, 3),
    day=st.sampled_from([TREATED_ON, TREATED_ON + timedelta(days=7), None]),
    text=st.sampled_from(["", "Ja.", "1. Ja.\n2. Nei."]),
    outcome=st.sampled_from([None, "vedtatt", "utsatt", "tatt_til_orientering"]),
    is_final=st.sampled_from([None, True, False]),
    body=st.sampled_from(["KST", "FSK", "Ingen kjenner det"]),
    number=st.sampled_from([None, "2025/1", "2025/2", "2024/7", "ukjent"]),
    basis=st.sampled_from([None, None, "Offl. § 13", "Offl. § 99"]),
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(files=st.lists(st.lists(VERSIONS, max_size=4), min_size=1, max_size=3))
def test_any_files_in_any_order_read_again_change_nothing(
    office: Office, files: list[list[PlainRecord]]
) -> None:
    with office.session.begin_nested() as savepoint:
        office.case("C02", archive_number="2024/7")
        office.case("C03", archive_number="2024/7")
        for file in files:
            office.reads(*file)
        before, entries = office.stored(), len(office.entries())
        values = [row.values for row in all_of(office.session, ImportedRecord)]

        again = [row.what for file in files for row in office.reads(*file)]

        assert set(again) <= {What.UNCHANGED, What.REFUSED}
        assert office.stored() == before
        assert len(office.entries()) == entries
        assert [row.values for row in all_of(office.session, ImportedRecord)] == values
        savepoint.rollback()


def test_a_new_version_from_the_source_touches_the_points_that_it_changes(
    office: Office,
) -> None:
    office.reads(RECORD)
    told = TWO_POINTS.replace("Den evalueres.", "Den evalueres i 2027.")

    (row,) = office.reads(version(decision_text=told))

    first, second = items_of(office.session, str(row.treatment))
    assert (first.touched_at, second.touched_at) == (None, office.at)
    assert second.text == "Den evalueres i 2027."
