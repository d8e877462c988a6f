"""Correcting what was registered, and the log of what was read in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from connector.imports.apply import apply_batch
from connector.imports.table import read_table
from connector.installation import Installation
from tests.connector.web.visitors import Visitor
from workflows.decision.decisions import correct_decision
from workflows.people.kinds import Role
from workflows.people.mandates import wear

Enter = Callable[..., Visitor]

HEADING = (
    "organ;moetedato;saksnr;arkivsaksnr;tittel;vedtak;utfall;endelig;lenke;"
    "unntatt_hjemmel"
)
ROW = "KST;11.06.2026;PS 77/26;2026/77;Prøvesak;{text};vedtatt;ja;;"


def read_in(house: Installation, folder: Path, *rows: str) -> None:
    """Read a table in, as the secretary would."""
    path = folder / "vedtak.csv"
    path.write_text("\n".join([HEADING, *rows]), encoding="utf-8")
    at = house.now()
    with house.transaction() as session:
        by = wear(session, person="P10", role=Role.COMMITTEE_SECRETARY, at=at)
        apply_batch(session, read_table(path), by=by, at=at)


def test_the_log_tells_exactly_what_changed_and_lists_what_was_refused(
    visitor: Enter, tmp_path: Path
) -> None:
    secretary = visitor("M-10")
    read_in(secretary.house, tmp_path, ROW.format(text="A."), "KST;x;PS 1/26;;T;;;;;")
    first = secretary.page("/innlesinger")
    read_in(secretary.house, tmp_path, ROW.format(text="B."))

    newest = secretary.page("/innlesinger")
    older = secretary.page("/innlesinger?innlesing=IMP-1")

    assert "✓ lagt til KST, 11.06.2026, sak PS 77/26" in first
    assert "✕ avvist" in first
    assert "«…» er ikke en dato" in first
    assert "Vedtakstekst: «A.» → «B.»" in newest
    assert "IMP-2" in newest
    assert "✓ lagt til KST, 11.06.2026, sak PS 77/26" in older
    assert secretary.get("/innlesinger?innlesing=IMP-9").status_code == 404


def test_a_log_with_nothing_in_it_says_so(visitor: Enter) -> None:
    assert "Ingenting er lese inn enno." in visitor("M-10", language="nn").page(
        "/innlesinger"
    )


def test_a_result_is_corrected_and_the_first_is_shown_beside_it(visitor: Enter) -> None:
    secretary = visitor("M-10")

    after = secretary.done(
        "/behandlinger/C01-T2/retting",
        result="sent_back",
        reason="Forslaget om å sende saken tilbake ble vedtatt.",
        source="Møtebok side 4",
    )

    assert "Resultatet av C01-T2 er rettet." in after
    assert "Forslaget om å sende saken tilbake ble vedtatt. (Møtebok side 4)" in after


def test_a_correction_without_reason_or_source_is_refused_at_the_fields(
    visitor: Enter,
) -> None:
    answer = visitor("M-10").send("/behandlinger/C01-T2/retting", result="noted")

    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 2


def test_a_follow_up_of_a_point_that_was_corrected_says_so(visitor: Enter) -> None:
    secretary = visitor("M-10")
    at = secretary.house.now() + timedelta(seconds=1)
    with secretary.house.transaction() as session:
        correct_decision(
            session,
            treatment="C01-T2",
            reason="Skrivefeil.",
            text="1. Det opprettes to vikargrupper.\n2. Nærværsmøte hver sjette uke.",
            source="Møtebok, rettet",
            by=wear(session, person="P10", role=Role.COMMITTEE_SECRETARY, at=at),
            at=at,
        )

    case = secretary.page("/saker/C01")
    follow_up = secretary.page("/oppfolging/F-01")

    assert "Punkt 1 ble berørt av rettingen" in case
    assert "Det opprettes to vikargrupper." in follow_up
    assert "Se om oppfølgingen fortsatt passer." in follow_up
