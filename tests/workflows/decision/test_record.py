"""What the decision line's entries tell is what its state columns say."""

from __future__ import annotations

from datetime import timedelta

from tests.workflows.builders import TownHall
from workflows.base import all_of
from workflows.decision.cases import Case, cases, close_case, prepare_case
from workflows.decision.followups import (
    FollowUp,
    FollowUpState,
    extend_follow_up,
    note_follow_ups,
    report_follow_up,
)
from workflows.decision.meetings import Result
from workflows.record.entries import Entry, fold

S = FollowUpState


def a_year_of_decisions(hall: TownHall) -> None:
    """Four cases, taken by different ways; one is done, one late, one never decided."""
    hall.decided_case("C1", result=Result.POSTPONED)
    hall.do(prepare_case, by=hall.officer, case="C1", for_consultation=True)
    hall.wait(days=7)
    hall.make_ready("C1")
    hall.treat("C1", meeting=hall.put_up("C1"))
    for item in ("C1-T2/1", "C1-T2/2"):
        hall.followed_up(item)
    hall.case("C2")
    hall.treat("C2", body="KD", result=Result.DELEGATED)
    hall.followed_up("C2-T1/1", deadline=hall.today + timedelta(90))
    hall.case("C3")
    hall.treat("C3", result=Result.SENT_BACK, asked="Administrasjonen: tall.")
    hall.wait(days=7)
    for ref in ("F-01", "F-03"):
        hall.do(
            report_follow_up,
            by=hall.officer,
            followup=ref,
            state=S.IMPLEMENTED,
            evidence="2025/1-3",
        )
    hall.wait(days=40)
    hall.do(
        extend_follow_up,
        by=hall.officer,
        followup="F-02",
        deadline=hall.today + timedelta(2),
        reason="Ferie.",
    )
    hall.do(close_case, by=hall.officer, case="C1")
    hall.case("C4")
    noted = hall.treat("C4", result=Result.NOTED)
    hall.do(
        note_follow_ups,
        by=hall.secretary,
        followups=["F-01", "F-03"],
        treatment=noted.ref,
    )
    hall.wait(days=10)


def test_folding_the_entries_gives_the_state_columns(hall: TownHall) -> None:
    a_year_of_decisions(hall)
    hall.session.expire_all()

    told = fold(hall.session)

    columns = {case.ref: case.state.value for case in all_of(hall.session, Case)}
    columns |= {row.ref: row.state.value for row in all_of(hall.session, FollowUp)}
    assert columns == {
        "C1": "closed",
        "C2": "implementation",
        "C3": "sent_back",
        "C4": "closed",
        "F-01": "noted_by_body",
        "F-02": "delayed",
        "F-03": "noted_by_body",
    }
    assert {ref: told[ref] for ref in columns} == columns


def test_the_past_is_folded_as_it_was(hall: TownHall) -> None:
    hall.decided_case("C1", result=Result.POSTPONED)
    then, states = hall.now, [row.state for row in cases(hall.session)]
    hall.wait(days=1)
    hall.make_ready("C1")

    assert [row.state for row in cases(hall.session, at=then)] == states
    assert [row.state for row in cases(hall.session)] != states


def test_every_act_appends_one_entry(hall: TownHall) -> None:
    before = hall.session.query(Entry).count()

    hall.decided_case()
    hall.followed_up()

    types = [
        entry.type
        for entry in hall.session.query(Entry).order_by(Entry.seq).offset(before)
    ]
    assert types == [
        "case.registered",
        "case.prepared",
        "case.ready",
        "meeting.scheduled",
        "case.on_agenda",
        "case.treated",
        "followup.assigned",
    ]
