"""What is sealed comes out nowhere before its deadline: report, trace, dump, Word."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from connector.database.dump import dumped
from connector.library.report_rows import SEALED, report_rows
from tests.workflows.development.towns import A, F, Town, U
from workflows.base import by_ref
from workflows.development.answers import answer_round, ask_to_close
from workflows.development.assessments import (
    AssessmentLevel,
    Occasion,
    answer_assessment,
    open_assessment,
)
from workflows.development.deviations import deviate
from workflows.development.guest_answers import answer_as_guest, open_as_guest
from workflows.development.positions import Position
from workflows.development.projects import Project
from workflows.development.reports import begin_report
from workflows.development.rounds import Visibility, cancel_round, read_round
from workflows.people.guests import invite_guest
from workflows.people.hats import SYSTEM
from workflows.people.kinds import PARTIES, Role
from workflows.people.municipalities import announce_reporting_day
from workflows.trace.graph import trace_of
from workflows.trace.questions import QUESTIONS, answer

SECRET = "Den hemmelige merknaden"
DISSENT = "Det hemmelige forbeholdet"
LINK = "s" * 43
DUE = date(2025, 6, 18)


@pytest.fixture
def sealed(town: Town) -> Town:
    """A town with a sealed round and a self-assessment, both open, none answered."""
    town.do(
        announce_reporting_day,
        by=SYSTEM,
        due_on=DUE,
        period_from=date(2025, 1, 1),
        period_to=DUE,
    )
    town.do(begin_report, by=town.manager, project="PR1", due_on=DUE, values={})
    town.begun_output("O-1")
    town.opened_round("R-1", document="O-1", visibility=Visibility.SEALED)
    town.do(
        open_assessment,
        by=town.manager,
        ref="S-1",
        occasion=Occasion.START,
        deadline_at=town.now + timedelta(days=21),
    )
    town.do(
        invite_guest,
        by=town.manager,
        mandate=f"M-P-{U}",
        about="R-1",
        secret=LINK,
        expires_at=town.now + timedelta(days=20),
    )
    return town


def everything_out(town: Town, *, at: Any = None) -> str:
    """All that a command gives to whoever has the keys of the machine."""
    moment = at or town.now
    session = town.session
    project = by_ref(session, Project, "PR1")
    found = [
        dumped(session),
        *(answer(session, name, at=moment).rows for name in QUESTIONS),
        *(trace_of(session, ref, at=moment) for ref in ("PR1", "O-1", "R-1")),
        report_rows(session, project, "PR1-S1", at=moment),
    ]
    return json.dumps(found, default=str, ensure_ascii=False)


def say_all(town: Town) -> None:
    """Each party reads, answers, remarks and deviates, and asks to close if it can."""
    for party in PARTIES:
        town.do(read_round, by=town.contact(party), review="R-1")
        town.do(
            answer_round,
            by=town.contact(party),
            review="R-1",
            position=Position.DISAGREE,
            dissent=DISSENT,
            remarks=[SECRET],
        )
        town.do(deviate, by=town.member(party), review="R-1", text=SECRET)
        scores = {AssessmentLevel.PROJECT: {"same_information": 1}}
        by = town.member(party)
        town.do(answer_assessment, by=by, assessment="S-1", scores=scores)
    open_as_guest(town.session, secret=LINK, holder="browser", at=town.now)
    answer_as_guest(
        town.session,
        secret=LINK,
        holder="browser",
        position=Position.DISAGREE,
        dissent=DISSENT,
        at=town.now,
    )
    safety = town.office(Role.SAFETY_REP)
    town.do(answer_round, by=safety, review="R-1", remarks=[SECRET])
    town.do(ask_to_close, by=town.contact(A), review="R-1")


def test_inv_04_nothing_tells_that_a_sealed_round_has_been_answered(
    sealed: Town,
) -> None:
    before = everything_out(sealed)

    say_all(sealed)
    sealed.session.expire_all()

    assert everything_out(sealed) == before


def test_inv_04_everything_comes_out_when_the_deadline_has_passed(
    sealed: Town,
) -> None:
    say_all(sealed)
    sealed.wait(days=22)
    sealed.session.expire_all()

    told = everything_out(sealed)

    assert told.count(SECRET) > 3
    assert DISSENT in told
    assert '"svar_innen_frist": "A, F, T"' in told
    assert "R-1-A1" in told


def test_inv_04_the_record_of_the_past_keeps_the_seal_of_the_past(
    sealed: Town,
) -> None:
    then = sealed.now
    say_all(sealed)
    sealed.wait(days=22)

    told = answer(sealed.session, "what-became-of-my-input", at=then)
    status = report_rows(
        sealed.session, by_ref(sealed.session, Project, "PR1"), "PR1-S1", at=then
    )

    assert told.rows == []
    (row,) = [row for row in status["s_access"] if row["_id"] == "R-1"]
    assert row["svar_innen_frist"] == SEALED["nb"]
    assert row["aapnet_a"] == "ukjent"


def test_inv_04_a_date_ahead_does_not_open_the_seal(sealed: Town) -> None:
    say_all(sealed)

    ahead = sealed.now + timedelta(days=400)

    assert answer(sealed.session, "what-became-of-my-input", at=ahead).rows == []
    assert SECRET not in str(trace_of(sealed.session, "O-1", at=ahead))


@pytest.mark.parametrize("party", PARTIES)
def test_inv_04_a_party_sees_its_own_remarks_and_cannot_count_the_others(
    sealed: Town, party: Any
) -> None:
    say_all(sealed)

    rows = answer(
        sealed.session, "what-became-of-my-input", at=sealed.now, party=party
    ).rows
    seen = trace_of(sealed.session, "O-1", at=sealed.now, party=party)

    assert [row["remark"] for row in rows] == [f"R-1-{party}1"]
    assert [node.ref for node in seen.nodes if node.kind == "remark"] == [
        f"R-1-{party}1"
    ]


def test_inv_04_a_sealed_round_that_is_cancelled_stays_sealed(
    session: Session, sealed: Town
) -> None:
    sealed.do(answer_round, by=sealed.contact(F), review="R-1", remarks=[SECRET])
    sealed.do(cancel_round, by=sealed.manager, review="R-1", reason="Feil tekst.")
    sealed.wait(days=30)
    session.expire_all()

    assert SECRET not in everything_out(sealed)


def test_inv_04_an_open_round_is_told_of_at_once(town: Town) -> None:
    """So that the tests above are about the seal, and not about something else."""
    town.begun_output("O-1")
    town.opened_round("R-1", document="O-1")
    town.do(answer_round, by=town.contact(U), review="R-1", remarks=[SECRET])

    assert SECRET in str(trace_of(town.session, "O-1", at=town.now))
    assert SECRET in json.dumps(dumped(town.session), ensure_ascii=False)
