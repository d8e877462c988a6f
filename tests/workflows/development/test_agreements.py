from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.workflows.development.towns import (
    ALL_AGREE,
    ORGANISATIONS,
    A,
    F,
    Town,
    U,
)
from workflows.base import by_ref
from workflows.clock import end_of_day
from workflows.development.agreements import (
    Agreement,
    AgreementState,
    SignatoryPlan,
    amend_agreement,
    give_notice,
    notice_ends,
    ready_to_sign,
    signatories_of,
)
from workflows.development.answers import summarise_round
from workflows.development.documents import agreed_version, latest, versions_of
from workflows.development.drafting import draft_version
from workflows.development.positions import Position
from workflows.development.projects import ProjectState
from workflows.development.signatures import in_force_version, sign
from workflows.errors import RuleBrokenError, TransitionNotAllowedError
from workflows.people.kinds import PARTIES, Party
from workflows.record.entries import fold, history

S = AgreementState


def agreement(session: Session, ref: str = "PA-1") -> Agreement:
    return by_ref(session, Agreement, ref)


def amend(town: Town) -> None:
    town.do(amend_agreement, by=town.manager, agreement="PA-1")
    town.do(ready_to_sign, by=town.manager, agreement="PA-1")


@pytest.mark.parametrize("lacking", PARTIES)
def test_an_agreement_has_a_signatory_from_each_party(
    town: Town, lacking: Party
) -> None:
    plans = [
        SignatoryPlan(party=party, organisation="X")
        for party in PARTIES
        if party is not lacking
    ]

    with pytest.raises(RuleBrokenError, match=f"no signatory from {lacking}"):
        town.drafted_agreement("PA-1", signatories=plans)


def test_a_signatory_is_named_once(town: Town) -> None:
    plans = [SignatoryPlan(party=each, organisation="X") for each in (*PARTIES, U)]

    with pytest.raises(RuleBrokenError, match="twice"):
        town.drafted_agreement("PA-1", signatories=plans)


def test_a_project_agreement_rests_on_the_agreed_mandate(
    session: Session, town: Town
) -> None:
    project = town.agreed_project()

    town.drafted_agreement("PA-1", project="PR1")

    mandate = latest(session, "PA-1").values["a_mandate"]
    assert (mandate["ref"], mandate["version"]) == ("PR1-M", "1.0")
    assert project.state is ProjectState.AGREEMENT_SIGNING


def test_there_is_no_project_agreement_without_an_agreed_mandate(town: Town) -> None:
    town.drafted_project()

    with pytest.raises(TransitionNotAllowedError):
        town.drafted_agreement("PA-1", project="PR1")


def test_an_agreement_may_go_on_a_round_before_it_is_signed(
    session: Session, town: Town
) -> None:
    town.drafted_agreement()
    town.fill("PA-1")
    town.opened_round("R-1", document="PA-1")
    assert agreement(session).state is S.ROUND
    for party, position in ALL_AGREE.items():
        town.answer("R-1", party, position)
    town.wait(days=30)

    town.do(summarise_round, by=town.manager, review="R-1")

    assert agreement(session).state is S.READY_TO_SIGN


def test_a_disagreement_sends_it_back_to_the_draft(
    session: Session, town: Town
) -> None:
    town.drafted_agreement()
    town.fill("PA-1")

    town.concluded_round(
        "R-1", document="PA-1", positions={**ALL_AGREE, F: Position.DISAGREE}
    )

    assert agreement(session).state is S.DRAFT
    assert agreed_version(session, "PA-1") is None


def test_a_disagreement_in_a_forum_leaves_the_draft_a_draft(
    session: Session, town: Town
) -> None:
    town.drafted_agreement()
    town.forum("FM-1", version="PA-1@0.1")

    town.minute("FM-1", {**ALL_AGREE, A: Position.DISAGREE})

    assert agreement(session).state is S.DRAFT
    assert latest(session, "PA-1").state == "superseded"


def test_three_consents_in_a_forum_make_it_ready_to_sign(
    session: Session, town: Town
) -> None:
    town.drafted_agreement()
    town.forum("FM-1", version="PA-1@0.1")

    town.minute("FM-1")

    assert agreement(session).state is S.READY_TO_SIGN


def test_every_organisation_of_a_party_is_a_signatory(
    session: Session, town: Town
) -> None:
    plans = [SignatoryPlan(party=p, organisation=ORGANISATIONS[p]) for p in PARTIES]
    more = SignatoryPlan(party=U, organisation="Lærarlaget")

    town.drafted_agreement("PA-1", signatories=[more, *plans])

    listed = signatories_of(session, agreement(session))
    assert [row.organisation for row in listed] == [
        "Testvik kommune",
        "Kommunestyret",
        "Arbeiderforeninga",
        "Lærarlaget",
    ]


def test_while_it_is_amended_the_old_text_stays_in_force(
    session: Session, town: Town
) -> None:
    town.agreement_in_force()
    begun = agreement(session).in_force_from
    town.wait(days=10)
    amend(town)
    for party in (A, F):
        town.do(sign, by=town.contact(party), agreement="PA-1")

    row = agreement(session)
    holds = in_force_version(session, row)
    assert (row.state, row.in_force_from) == (S.AMENDING, begun)
    assert holds is not None
    assert holds.number == "1.0"


def test_the_last_signature_puts_the_new_text_in_the_old_ones_place(
    session: Session, town: Town
) -> None:
    town.agreement_in_force()
    former = in_force_version(session, agreement(session))
    town.wait(days=10)
    amend(town)

    town.sign_all("PA-1")

    row = agreement(session)
    holds = in_force_version(session, row)
    assert (row.state, row.in_force_from) == (S.IN_FORCE, town.today)
    assert holds is not None
    assert former is not None
    assert (holds.number, holds.state) == ("2.0", "signed")
    assert (former.number, former.state) == ("1.0", "superseded")


def test_an_amendment_may_go_to_the_forum_while_the_old_text_holds(
    session: Session, town: Town
) -> None:
    town.agreement_in_force()
    town.do(amend_agreement, by=town.manager, agreement="PA-1")
    town.forum("FM-1", version="PA-1@1.1")

    town.minute("FM-1")
    assert agreement(session).state is S.AMENDING

    town.sign_all("PA-1")
    assert agreement(session).state is S.IN_FORCE


@pytest.mark.parametrize("position", [Position.AGREE, Position.DISAGREE])
def test_an_amendment_may_go_on_a_round_while_the_old_text_holds(
    session: Session, town: Town, position: Position
) -> None:
    town.agreement_in_force()
    town.do(amend_agreement, by=town.manager, agreement="PA-1")
    town.fill("PA-1")

    town.concluded_round("R-1", document="PA-1", positions={**ALL_AGREE, U: position})

    row = agreement(session)
    holds = in_force_version(session, row)
    assert row.state is S.AMENDING
    assert holds is not None
    assert holds.number == "1.0"


def test_a_new_draft_does_not_stop_the_signing_of_what_was_agreed(
    session: Session, town: Town
) -> None:
    town.drafted_agreement()
    town.do(ready_to_sign, by=town.manager, agreement="PA-1")
    town.do(draft_version, by=town.manager, document="PA-1")

    town.sign_all("PA-1")

    assert agreement(session).state is S.IN_FORCE


@pytest.mark.parametrize("party", PARTIES)
def test_any_party_may_give_notice_and_the_project_pauses(
    session: Session, town: Town, party: Party
) -> None:
    project = town.running_project()

    town.do(
        give_notice,
        by=town.contact(party),
        agreement="PA-PR1",
        reason="Vi får ikke frikjøp.",
    )

    row = agreement(session, "PA-PR1")
    ends = notice_ends(town.today, months=3)
    assert (row.state, row.valid_to, project.state) == (S.IN_NOTICE, ends, "paused")
    told = history(session, "PA-PR1")[-1]
    assert told.payload == {"effective_on": str(ends)}
    assert told.by["party"] == party.value


def test_notice_needs_its_reason(session: Session, town: Town) -> None:
    town.agreement_in_force()

    with pytest.raises(RuleBrokenError, match="a reason in writing"):
        town.do(give_notice, by=town.contact(U), agreement="PA-1", reason=" ")

    assert agreement(session).state is S.IN_FORCE


def test_what_is_not_in_force_is_neither_amended_nor_terminated(town: Town) -> None:
    town.drafted_agreement()

    with pytest.raises(TransitionNotAllowedError):
        town.do(amend_agreement, by=town.manager, agreement="PA-1")
    with pytest.raises(TransitionNotAllowedError):
        town.do(give_notice, by=town.contact(U), agreement="PA-1", reason="Nok")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param("2025-01-15", 3, "2025-04-15", id="the same day of the month"),
        pytest.param("2025-11-30", 3, "2026-02-28", id="a shorter month"),
        pytest.param("2027-11-30", 3, "2028-02-29", id="a leap year"),
        pytest.param("2025-10-31", 14, "2026-12-31", id="over two years"),
        pytest.param("2025-12-31", 0, "2025-12-31", id="without notice"),
    ],
)
def test_when_a_notice_ends(day: str, months: int, expected: str) -> None:
    ends = notice_ends(date.fromisoformat(day), months=months)

    assert ends.isoformat() == expected


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_a_notice_ends_on_the_same_day_or_the_last_of_its_month(
    day: date, months: int
) -> None:
    ends = notice_ends(day, months=months)

    assert (ends.year * 12 + ends.month) - (day.year * 12 + day.month) == months
    assert ends.day == day.day or (ends + timedelta(1)).day == 1


def test_an_agreement_runs_out_when_its_last_day_is_over(
    session: Session, town: Town
) -> None:
    last = town.today + timedelta(60)
    town.agreement_in_force(valid_to=last)

    town.wait(until=end_of_day(last))
    assert agreement(session).state is S.IN_FORCE

    town.wait(days=5)
    assert agreement(session).state is S.EXPIRED
    told = history(session, "PA-1")[-1]
    assert told.at == end_of_day(last) + timedelta(microseconds=1)


def test_an_agreement_without_a_last_day_goes_on(session: Session, town: Town) -> None:
    town.agreement_in_force()

    town.wait(days=4000)

    assert agreement(session).state is S.IN_FORCE


def test_an_agreement_in_notice_binds_until_the_notice_has_run(
    session: Session, town: Town
) -> None:
    town.agreement_in_force(valid_to=None)
    notice = {"agreement": "PA-1", "reason": "Brudd."}
    row = town.do(give_notice, by=town.contact(U), **notice)
    last = row.valid_to
    assert last is not None

    town.wait(until=end_of_day(last))
    still = row.state
    town.wait(days=1)

    assert (still, row.state) == (S.IN_NOTICE, S.TERMINATED)
    assert history(session, "PA-1")[-1].type == "agreement.terminated"
    with pytest.raises(TransitionNotAllowedError):
        town.do(give_notice, by=town.contact(A), **notice)


def test_notice_does_not_prolong_an_agreement(session: Session, town: Town) -> None:
    last = town.today + timedelta(days=30)
    town.agreement_in_force(valid_to=last)

    town.do(give_notice, by=town.contact(A), agreement="PA-1", reason="Brudd.")

    assert agreement(session).valid_to == last


def test_an_amendment_is_not_signed_after_notice(session: Session, town: Town) -> None:
    town.agreement_in_force()
    amend(town)
    town.do(give_notice, by=town.contact(U), agreement="PA-1", reason="Brudd.")

    with pytest.raises(RuleBrokenError, match="is in_notice"):
        town.sign_all("PA-1")

    found = {row.number: row.state for row in versions_of(session, "PA-1")}
    assert (found["1.0"], found["2.0"]) == ("signed", "to_sign")


def test_an_unsigned_agreement_and_a_signed_one_have_each_their_state(
    session: Session, town: Town
) -> None:
    town.drafted_agreement()
    version = town.do(ready_to_sign, by=town.manager, agreement="PA-1")
    unsigned = version.state

    town.sign_all("PA-1")

    assert (unsigned, version.state) == ("to_sign", "signed")


def test_a_later_amendment_takes_the_place_of_one_that_was_not_signed(
    session: Session, town: Town
) -> None:
    town.agreement_in_force()
    amend(town)
    town.do(draft_version, by=town.manager, document="PA-1")

    town.do(ready_to_sign, by=town.manager, agreement="PA-1")

    found = {row.number: row.state for row in versions_of(session, "PA-1")}
    assert (found["1.0"], found["2.0"], found["3.0"]) == (
        "signed",
        "superseded",
        "to_sign",
    )
    told = fold(session)
    assert {f"PA-1@{number}": told[f"PA-1@{number}"] for number in found} == {
        f"PA-1@{number}": state.value for number, state in found.items()
    }
