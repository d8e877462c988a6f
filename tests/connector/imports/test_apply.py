from __future__ import annotations

import re
import string
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.imports.apply import (
    ImportLog,
    apply_batch,
    in_parts,
    joined,
    row_text,
    try_batch,
)
from connector.imports.fiks import read_fiks
from connector.imports.log_words import FIELDS, FINDINGS, PROBLEMS, TEXTS, WHAT
from connector.imports.problems import Wording
from connector.imports.records import Remark
from connector.imports.table import read_table
from workflows.base import Base, by_ref
from workflows.decision import (
    import_matching,
    import_registered,
    import_registering,
    import_rules,
    imports,
)
from workflows.decision import import_versions as versions
from workflows.decision.bodies import BodyKind, register_body
from workflows.decision.cases import Case
from workflows.decision.import_log import ImportLogRow, ImportRow, What
from workflows.decision.import_rules import PlainRecord
from workflows.decision.meetings import Treatment
from workflows.decision.minutes import votes_of
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import Role
from workflows.people.mandates import give_mandate, wear
from workflows.people.persons import register_person

SAMPLES = Path(__file__).parent / "samples"
AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
HEADING = (
    "organ;moetedato;saksnr;arkivsaksnr;tittel;vedtak;utfall;endelig;lenke;"
    "unntatt_hjemmel"
)


@pytest.fixture
def secretary(session: Session) -> Hat:
    """The committee secretary of a town with a council and an executive board."""
    register_person(session, ref="US", name="Prøve Prøvesen", by=SYSTEM, at=AT)
    give_mandate(
        session,
        ref="M1",
        person="US",
        role=Role.COMMITTEE_SECRETARY,
        valid_from=date(2024, 1, 1),
        by=SYSTEM,
        at=AT,
    )
    for ref, name, kind in (
        ("KST", "Kommunestyret", BodyKind.COUNCIL),
        ("FSK", "Formannskapet", BodyKind.EXECUTIVE_BOARD),
    ):
        register_body(
            session, ref=ref, name_nb=name, name_nn=name, kind=kind, by=SYSTEM, at=AT
        )
    return wear(session, person="US", role=Role.COMMITTEE_SECRETARY, at=AT)


def table(folder: Path, *rows: str) -> Path:
    path = folder / "vedtak.csv"
    path.write_text("\n".join([HEADING, *rows]), encoding="utf-8")
    return path


def taken_in(session: Session, path: Path, by: Hat) -> ImportLog:
    read = read_fiks if path.suffix == ".json" else read_table
    return apply_batch(session, read(path), by=by, at=AT)


def test_a_table_is_taken_in_and_every_row_accounted_for(
    session: Session, secretary: Hat
) -> None:
    log = taken_in(session, SAMPLES / "vedtak.csv", secretary)

    board, council, exempt = log.rows
    assert (board.case, council.case, exempt.case) == ("C01", "C01", "C02")
    assert log.totals["added"] == len(log.rows) == 3
    assert not log.has_refusals
    assert by_ref(session, Case, "C02").title == "Unntatt offentlighet"


def test_messages_of_fiks_are_taken_in_with_counts_of_votes_and_no_names(
    session: Session, secretary: Hat
) -> None:
    log = taken_in(session, SAMPLES / "vedtakfrautvalg.json", secretary)

    (row,) = log.rows
    treatment = by_ref(session, Treatment, str(row.treatment))
    votes = {vote.group: vote.votes_for for vote in votes_of(session, treatment)}
    assert votes == {"Fellesliste": 2, "Bygdelista": 0, None: 0}
    assert "votes_unread" in row.findings


def test_the_two_messages_of_fiks_about_one_treatment_meet(
    session: Session, secretary: Hat
) -> None:
    taken_in(session, SAMPLES / "vedtak.csv", secretary)

    log = taken_in(session, SAMPLES / "einnsyn-vedtak.json", secretary)

    assert [row.what for row in log.rows[:2]] == [What.LINKED, What.LINKED]
    assert log.rows[0].treatment == "C01-T1"


def test_the_same_file_again_is_unchanged_row_by_row(
    session: Session, secretary: Hat
) -> None:
    taken_in(session, SAMPLES / "vedtak.csv", secretary)

    log = taken_in(session, SAMPLES / "vedtak.csv", secretary)

    assert log.totals["unchanged"] == 3
    assert log.messages() == ["", "", ""]


def test_a_trial_gives_the_same_log_and_keeps_nothing(
    session: Session, secretary: Hat
) -> None:
    batch = read_table(SAMPLES / "vedtak.csv")
    before = stored(session)

    trial = try_batch(session, batch, by=secretary, at=AT)

    assert trial.is_trial
    assert stored(session) == before
    done = apply_batch(session, batch, by=secretary, at=AT)
    assert [row.place for row in trial.rows] == [row.place for row in done.rows]
    assert trial.totals == done.totals


def many(folder: Path) -> Path:
    """A table of five cases; the first says what replaces it, one cannot be read."""
    rows = [
        f"Kommunestyret;2026-03-12;PS {n}/26;2025/{n};Sak {n};Ja.;vedtatt;ja;;"
        for n in range(1, 6)
    ]
    path = table(
        folder, *(f"{row};{'PS 2/26' * (not n)}" for n, row in enumerate(rows))
    )
    text = path.read_text("utf-8").replace("hjemmel\n", "hjemmel;erstattet_av\n")
    path.write_text(f"{text}\nKommunestyret;i går;PS 6/26;;Sak;;;;;;", encoding="utf-8")
    return path


def test_a_large_file_is_taken_in_part_by_part_and_what_asks_of_the_others_last(
    session: Session, secretary: Hat, tmp_path: Path
) -> None:
    parts = in_parts(read_table(many(tmp_path)), at_a_time=2)

    log = joined([apply_batch(session, part, by=secretary, at=AT) for part in parts])

    assert [[one.number.seq for one in part.records] for part in parts] == [
        [2, 3],
        [4, 5],
        [1],
    ]
    assert (log.totals["added"], log.totals["refused"]) == (5, 1)
    assert "replacement_one_sided" in log.rows[4].findings
    assert [row.line for row in log.rows if row.what is What.REFUSED] == [7]
    assert len(log.messages()) == 6


def test_what_was_taken_in_before_a_stop_is_unchanged_when_the_file_is_read_again(
    session: Session, secretary: Hat, tmp_path: Path
) -> None:
    first, *_ = parts = in_parts(read_table(many(tmp_path)), at_a_time=2)
    apply_batch(session, first, by=secretary, at=AT)

    log = joined([apply_batch(session, part, by=secretary, at=AT) for part in parts])

    assert (log.totals["unchanged"], log.totals["added"]) == (2, 3)


def stored(session: Session) -> dict[str, int]:
    return {
        name: session.scalars(select(func.count()).select_from(found)).one()
        for name, found in Base.metadata.tables.items()
    }


def test_a_row_that_could_not_be_read_is_told_in_full_and_kept_without_its_text(
    session: Session, secretary: Hat, tmp_path: Path
) -> None:
    file = table(
        tmp_path,
        "Kommunestyret;ein gong;PS 1/26;;Tittel;;;;;",
        "Kommunestyret;03.03.2026;PS 2/26;;Tittel;;;;;",
    )

    log = taken_in(session, file, secretary)

    assert [row.what for row in log.rows] == [What.ADDED, What.REFUSED]
    assert log.messages()[1].startswith(
        "vedtak.csv, linje 2, moetedato: «ein gong» er ikke en dato."
    )
    kept = session.scalars(
        select(ImportLogRow).where(ImportLogRow.what == What.REFUSED)
    ).one()
    assert (kept.line, kept.place) == (2, "vedtak.csv, moetedato")
    assert (kept.problem, kept.facts) == ("bad_date", ["…"])


def test_an_unknown_body_is_said_with_what_to_do(
    session: Session, secretary: Hat, tmp_path: Path
) -> None:
    file = table(tmp_path, "Plan og miljø;03.03.2026;PS 1/26;;Tittel;;;;;")

    log = taken_in(session, file, secretary)

    (message,) = log.messages("nb")
    assert message == (
        "Ukjent organ «Plan og miljø». Registrer organet først, "
        "og les inn fila på nytt."
    )
    assert log.has_refusals


def test_a_change_is_said_in_words(session: Session, secretary: Hat) -> None:
    row = ImportRow(
        what=What.CHANGED,
        place="Kommunestyret",
        changed=(
            {"field": "is_final", "from": None, "to": True},
            {"field": "decision_text", "from": "Ja.", "to": "Nei."},
            {"field": "votes", "from": [], "to": [vote("Bygdelista"), vote(None)]},
        ),
        findings=("only_logged",),
    )

    assert row_text(row, "nn") == (
        "Endeleg: ingenting → ja. Vedtakstekst: «Ja.» → «Nei.». "
        "Røyster: ingenting → Bygdelista 2–1–0, ? 2–1–0. "
        "Endringa står i loggen, men behandlinga er ikkje endra. Sjekk protokollen."
    )


def vote(group: str | None) -> dict[str, object]:
    return {"group": group, "in_favour": 2, "against": 1, "blank": 0, "unknown": 0}


def test_every_code_that_an_import_gives_has_words() -> None:
    written = "".join(
        Path(str(module.__file__)).read_text("utf-8")
        for module in (
            import_matching,
            import_registered,
            import_registering,
            import_rules,
            imports,
            versions,
        )
    )
    problems = set(re.findall(r'RecordRefusedError\(\s*"(\w+)"', written))
    fields = set(PlainRecord.__dataclass_fields__) - import_rules.NOT_KEPT
    told_here = set(FINDINGS) - set(Remark)

    assert problems | {"rule"} == set(PROBLEMS)
    assert set(Remark) <= set(FINDINGS)
    assert all(f'"{code}"' in written for code in told_here)
    assert fields | {"treated_on", "result", "is_published"} == set(FIELDS)
    assert set(WHAT) == set(What)


@pytest.mark.parametrize("words", [WHAT, FIELDS, FINDINGS, PROBLEMS, TEXTS])
def test_both_languages_mention_the_same_facts(words: dict[str, Wording]) -> None:
    for wording in words.values():
        assert facts_of(wording.nb) == facts_of(wording.nn)


def facts_of(text: str) -> list[str]:
    return sorted(part[1] for part in string.Formatter().parse(text) if part[1])
