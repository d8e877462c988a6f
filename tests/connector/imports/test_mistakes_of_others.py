"""Mistakes that other systems made with decisions from outside, tried here.

Each test is a mistake that was made in an open system for minutes, participation or
records, and that an import must not repeat.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from connector.imports.apply import apply_batch
from connector.imports.outcomes import outcome_of
from connector.imports.records import Outcome
from connector.imports.table import COLUMNS, read_table
from tests.workflows.decision.secretariat import RECORD, Office, version
from workflows.decision.decisions import find_decision, items_of
from workflows.decision.import_log import (
    ImportedRecord,
    ImportLogRow,
    What,
    import_log,
    import_runs,
)
from workflows.decision.meetings import Result
from workflows.decision.minutes import treatments_of
from workflows.record.entries import history

AT = datetime(2026, 6, 2, 9, tzinfo=UTC)


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def test_an_import_keeps_where_everything_came_from(office: Office) -> None:
    """The export or import strips provenance (OpenSlides, meeting.import)."""
    office.reads(RECORD)

    known = office.session.query(ImportedRecord).one()
    (run,) = import_runs(office.session)
    ((row, treatment),) = import_log(office.session, run)
    assert (known.system, known.source_id) == (RECORD.system, RECORD.source_id)
    assert known.payload_sha256 == RECORD.payload_sha256
    assert (run.source, treatment) == ("vedtak.csv", "C01-T1")
    assert (row.system, row.source_id) == (RECORD.system, RECORD.source_id)


def test_the_history_holds_what_came_by_import_like_everything_else(
    office: Office,
) -> None:
    """The history misses relations and settings (Decidim 2206, 17587; Loomio 4696)."""
    office.reads(RECORD)
    office.reads(version(decision_text="Endret."))

    (of_case, *_) = history(office.session, "C01")
    assert of_case.type == "case.registered"
    assert [entry.type for entry in history(office.session, "C01-T1")] == [
        "case.treated",
        "decisions.imported",
        "decisions.imported",
    ]
    assert history(office.session, "C01-T1/V")[-1].type == "decision.corrected"


def test_the_import_log_cannot_be_wiped(office: Office) -> None:
    """An action of an administrator wipes the history (OpenSlides)."""
    office.reads(RECORD)

    with pytest.raises(DBAPIError), office.session.begin_nested():
        office.session.execute(delete(ImportLogRow))


def test_nothing_is_called_decided_before_the_text_is_there(office: Office) -> None:
    """«Decided» is shown before the proof exists (GEVER 4331)."""
    (row,) = office.reads(version(decision_text="", is_final=None, outcome=None))

    (treated,) = treatments_of(office.session, "C01")
    assert "outcome_unknown" in row.findings
    assert "no_minutes_text" in treated.findings
    assert items_of(office.session) == []


@pytest.mark.parametrize("words", ["Godkjent", "Behandlet", "???", "Draft", "accepted"])
def test_an_unknown_status_is_unknown_and_never_a_draft(words: str) -> None:
    """An unknown status is read as a draft (log4brains)."""
    assert outcome_of(words) is Outcome.UNKNOWN


def test_a_file_read_in_is_never_a_second_copy_to_edit(office: Office) -> None:
    """Two copies can be edited (GEVER 1803): what a person registered stands."""
    office.case()
    treatment = office.treatment()

    (row,) = office.reads(version(decision_text="Fila sier noe annet."))

    decision = find_decision(office.session, treatment)
    assert decision is not None
    assert decision.text == "Slik vi skrev det."
    assert (row.what, "differs_from_registered" in row.findings) == (What.LINKED, True)


def test_the_same_file_twice_is_nothing_and_a_changed_one_its_changes_alone(
    office: Office, tmp_path: Path
) -> None:
    """Each reading makes everything anew, or nobody can tell what it changed."""
    rows = [
        "Kommunestyret;12.03.2026;PS 15/26;;Prøven;A.;vedtatt;ja;;",
        "Kommunestyret;12.03.2026;PS 16/26;;Huset;B.;vedtatt;ja;;",
        "Kommunestyret;12.03.2026;feil;;Broen;C.;vedtatt;ja;;",
    ]
    first = taken_in(office, tmp_path, rows, AT)
    before = office.stored()
    again = taken_in(office, tmp_path, rows, AT + timedelta(hours=1))
    unchanged = office.stored()
    rows[1] = rows[1].replace("B.", "D.")

    taken_in(office, tmp_path, rows, AT + timedelta(hours=2))

    assert first == {"added": 2, "refused": 1}
    assert again == {"unchanged": 2, "refused": 1}
    assert unchanged == before
    run = import_runs(office.session)[-1]
    told = [(row.what, row.changed) for row, _ in import_log(office.session, run)]
    changed = [{"field": "decision_text", "from": "B.", "to": "D."}]
    assert told == [(What.CHANGED, changed), (What.REFUSED, [])]
    assert (run.source, run.at) == ("vedtak.csv", AT + timedelta(hours=2))


def taken_in(
    office: Office, folder: Path, rows: list[str], at: datetime
) -> dict[str, int]:
    """Read a table in; gives how many rows each thing happened to."""
    path = folder / "vedtak.csv"
    path.write_text("\n".join([";".join(COLUMNS), *rows]), encoding="utf-8")
    log = apply_batch(office.session, read_table(path), by=office.hat(), at=at)
    return {what: count for what, count in log.totals.items() if count}


def test_a_winner_of_a_vote_on_procedure_is_no_decision_on_the_matter(
    office: Office,
) -> None:
    """A status is set by the vote that was won, whatever it was about (Legistar)."""
    (row,) = office.reads(
        version(
            outcome=outcome_of("sendt tilbake").value,
            is_final=True,
            decision_text="Forslaget om å sende saken tilbake ble vedtatt.",
        )
    )

    (treated,) = treatments_of(office.session, "C01")
    assert treated.result is Result.SENT_BACK
    assert "final_flag_ignored" in row.findings
