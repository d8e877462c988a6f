from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.workflows.development.towns import ALL_AGREE, A, F, Town, U
from workflows.base import all_of, by_ref
from workflows.clock import at_oslo, oslo
from workflows.development.documents import content_of, latest
from workflows.development.drafting import draft_version
from workflows.development.rounds import (
    Extension,
    Round,
    RoundState,
    Visibility,
    cancel_round,
    consent_to_short_round,
    extend_round,
    open_round,
    plan_round,
    read_round,
    rounds_on,
    text_of,
)
from workflows.errors import (
    NotPermittedError,
    RuleBrokenError,
    TransitionNotAllowedError,
)
from workflows.people.kinds import PARTIES, Party, Role
from workflows.record.entries import history

S = RoundState


def due(day: str) -> datetime:
    return at_oslo(date.fromisoformat(day), time(12))


def extend(
    town: Town, party: Party, days: int = 3, reason: str = "Vi trenger tid."
) -> Round:
    return town.do(
        extend_round,
        by=town.contact(party),
        review="R-1",
        working_days=days,
        reason=reason,
    )


@pytest.mark.parametrize("parties", [[A, F], [U], [A, A, F], [A, F, U, F]], ids="".join)
def test_inv_03_a_round_goes_to_all_three_or_to_none(
    drafted: Town, parties: list[Party]
) -> None:
    if set(parties) == set(PARTIES):
        review = drafted.planned_round("R-1", document="PR1-M", parties=parties)
        assert review.state is S.PLANNED
        return
    with pytest.raises(RuleBrokenError, match="INV-03"):
        drafted.planned_round("R-1", document="PR1-M", parties=parties)


def test_inv_03_all_get_the_same_text_at_the_same_instant_with_the_same_deadline(
    session: Session, drafted: Town
) -> None:
    review = drafted.opened_round("R-1", document="PR1-M", questions=["Hva mangler?"])

    version, paper = text_of(session, review)
    assert review.made_available_at == drafted.now
    assert (version, paper.ref) == (latest(session, "PR1-M"), "PR1-M")
    assert review.questions == ["Hva mangler?"]
    assert rounds_on(session, "PR1-M") == [review]


def test_a_later_draft_does_not_change_what_is_answered(
    session: Session, drafted: Town
) -> None:
    review = drafted.opened_round("R-1", document="PR1-M")
    answered = content_of(session, text_of(session, review)[0]).sha256

    drafted.do(draft_version, by=drafted.manager, document="PR1-M")

    assert text_of(session, review)[0].number == "0.1"
    assert content_of(session, text_of(session, review)[0]).sha256 == answered


def test_a_round_lasts_ten_working_days_at_least(drafted: Town) -> None:
    begun = date(2025, 1, 20)  # a Monday; no holidays in January or February
    assert drafted.today == begun

    drafted.planned_round("R-9", document="PR1-M", deadline_at=due("2025-01-31"))
    drafted.planned_round("R-10", document="PR1-M", deadline_at=due("2025-02-03"))

    with pytest.raises(RuleBrokenError, match="9 working days"):
        drafted.do(open_round, by=drafted.manager, review="R-9")
    assert drafted.do(open_round, by=drafted.manager, review="R-10").state is S.OPEN


@pytest.mark.parametrize("lacking", PARTIES)
def test_a_short_round_needs_the_consent_of_all_three_contacts(
    drafted: Town, lacking: Party
) -> None:
    drafted.planned_round("R-1", document="PR1-M", deadline_at=due("2025-01-23"))
    for party in PARTIES:
        if party is not lacking:
            drafted.do(consent_to_short_round, by=drafted.contact(party), review="R-1")

    with pytest.raises(RuleBrokenError, match="SM-3"):
        drafted.do(open_round, by=drafted.manager, review="R-1")

    drafted.do(consent_to_short_round, by=drafted.contact(lacking), review="R-1")
    assert drafted.do(open_round, by=drafted.manager, review="R-1").state is S.OPEN


def test_three_working_days_are_the_least_whatever_the_parties_consent_to(
    drafted: Town,
) -> None:
    drafted.planned_round("R-1", document="PR1-M", deadline_at=due("2025-01-22"))
    for party in PARTIES:
        drafted.do(consent_to_short_round, by=drafted.contact(party), review="R-1")

    with pytest.raises(RuleBrokenError, match="2 working days"):
        drafted.do(open_round, by=drafted.manager, review="R-1")


def test_only_a_contact_consents_to_a_short_round(drafted: Town) -> None:
    drafted.planned_round("R-1", document="PR1-M")

    with pytest.raises(NotPermittedError):
        drafted.do(consent_to_short_round, by=drafted.member(U), review="R-1")


def test_nobody_reads_a_round_before_it_opens(drafted: Town) -> None:
    drafted.planned_round("R-1", document="PR1-M")

    with pytest.raises(RuleBrokenError, match="INV-02"):
        drafted.do(read_round, by=drafted.contact(A), review="R-1")


def test_the_first_opening_of_a_party_is_kept_once_and_without_the_person(
    session: Session, drafted: Town
) -> None:
    drafted.opened_round("R-1", document="PR1-M")
    for hat in (drafted.member(U), drafted.contact(U), drafted.contact(A)):
        drafted.do(read_round, by=hat, review="R-1")

    read = [entry for entry in history(session, "R-1") if entry.type == "round.read"]

    assert [entry.by["party"] for entry in read] == ["T", "A"]


def test_a_safety_representative_reads_and_opens_for_no_party(
    session: Session, drafted: Town
) -> None:
    drafted.opened_round("R-1", document="PR1-M")

    drafted.do(read_round, by=drafted.office(Role.SAFETY_REP), review="R-1")

    assert "round.read" not in [entry.type for entry in history(session, "R-1")]


def test_inv_23_an_extension_is_the_same_for_all(
    session: Session, drafted: Town
) -> None:
    review = drafted.opened_round(
        "R-1", document="PR1-M", deadline_at=due("2025-02-06")
    )

    extend(drafted, U, days=3)

    assert review.state is S.EXTENDED
    assert review.deadline_at == due("2025-02-11")  # over a weekend
    (kept,) = all_of(session, Extension)
    assert (kept.party, kept.former_deadline_at) == (U, due("2025-02-06"))
    assert (kept.deadline_at, kept.reason) == (review.deadline_at, "Vi trenger tid.")


def test_each_party_may_extend_once(drafted: Town) -> None:
    review = drafted.opened_round("R-1", document="PR1-M")
    for party in PARTIES:
        extend(drafted, party, days=1)

    assert review.extended_by == ["A", "F", "T"]
    with pytest.raises(RuleBrokenError, match="once"):
        extend(drafted, U)


@pytest.mark.parametrize(
    ("days", "reason"), [(0, "Grunn"), (-3, "Grunn"), (3, ""), (3, " ")]
)
def test_an_extension_needs_a_reason_and_a_day(
    drafted: Town, days: int, reason: str
) -> None:
    drafted.opened_round("R-1", document="PR1-M")

    with pytest.raises(RuleBrokenError, match="SM-3"):
        extend(drafted, U, days=days, reason=reason)


def test_a_deadline_that_has_come_is_not_moved(drafted: Town) -> None:
    review = drafted.opened_round("R-1", document="PR1-M")
    drafted.now = review.deadline_at

    with pytest.raises(RuleBrokenError, match="deadline has passed"):
        extend(drafted, U)


def test_a_planned_round_is_not_extended(drafted: Town) -> None:
    drafted.planned_round("R-1", document="PR1-M")

    with pytest.raises(RuleBrokenError, match="SM-3"):
        extend(drafted, U)


def test_only_a_contact_of_a_party_extends(drafted: Town) -> None:
    drafted.opened_round("R-1", document="PR1-M")

    for hat in (drafted.manager, drafted.member(U)):
        with pytest.raises(NotPermittedError):
            drafted.do(
                extend_round, by=hat, review="R-1", working_days=3, reason="Tid."
            )


def test_the_clock_time_stays_when_summer_time_ends(town: Town) -> None:
    town.wait(until=due("2025-09-15"))
    town.drafted_project()
    last_summer_friday = at_oslo(date(2025, 10, 24), time(15))
    review = town.opened_round("R-1", document="PR1-M", deadline_at=last_summer_friday)

    extend(town, U, days=1)

    assert oslo(review.deadline_at).isoformat() == "2025-10-27T15:00:00+01:00"
    assert review.deadline_at - last_summer_friday == timedelta(days=3, hours=1)


def test_a_round_that_is_not_ready_does_not_open(session: Session, town: Town) -> None:
    town.propose()
    town.forum("FM-1", project="PR1")
    town.minute("FM-1")
    review = town.planned_round("R-1", document="PR1-M")

    with pytest.raises(RuleBrokenError, match="m_purpose"):
        town.do(open_round, by=town.manager, review="R-1")

    assert (review.state, review.made_available_at) == (S.PLANNED, None)


def test_a_round_opens_once(drafted: Town) -> None:
    drafted.opened_round("R-1", document="PR1-M")

    with pytest.raises(TransitionNotAllowedError):
        drafted.do(open_round, by=drafted.manager, review="R-1")


def test_a_planned_round_can_be_cancelled_with_a_reason(drafted: Town) -> None:
    review = drafted.planned_round("R-1", document="PR1-M")
    with pytest.raises(RuleBrokenError, match="SM-3"):
        drafted.do(cancel_round, by=drafted.manager, review="R-1", reason=" ")

    drafted.do(cancel_round, by=drafted.manager, review="R-1", reason="Feil tekst.")

    assert review.state is S.CANCELLED
    with pytest.raises(TransitionNotAllowedError):
        drafted.do(open_round, by=drafted.manager, review="R-1")


def test_a_round_that_a_party_has_read_is_not_cancelled(drafted: Town) -> None:
    drafted.opened_round("R-1", document="PR1-M")
    drafted.do(read_round, by=drafted.contact(U), review="R-1")

    with pytest.raises(RuleBrokenError, match="SM-3"):
        drafted.do(cancel_round, by=drafted.manager, review="R-1", reason="Angrer.")


def test_the_manager_alone_cannot_close_a_round(drafted: Town) -> None:
    with pytest.raises(NotPermittedError):
        drafted.do(
            plan_round,
            by=drafted.contact(A),
            ref="R-1",
            document="PR1-M",
            deadline_at=due("2025-02-06"),
        )
    drafted.opened_round("R-1", document="PR1-M")
    for party, position in ALL_AGREE.items():
        drafted.answer("R-1", party, position)

    assert by_ref(drafted.session, Round, "R-1").state is S.OPEN


def test_the_open_round_is_sealed_when_it_was_planned_so(drafted: Town) -> None:
    review = drafted.opened_round("R-1", document="PR1-M", visibility=Visibility.SEALED)

    assert review.visibility is Visibility.SEALED


def test_a_reference_of_a_round_is_used_once(drafted: Town) -> None:
    drafted.planned_round("R-1", document="PR1-M")

    with pytest.raises(RuleBrokenError, match="R-1"):
        drafted.planned_round("R-1", document="PR1-M")


@pytest.mark.parametrize(
    "change", [update(Extension).values(reason="x"), delete(Extension)]
)
def test_inv_23_the_database_keeps_who_extended(
    session: Session, drafted: Town, change: object
) -> None:
    drafted.opened_round("R-1", document="PR1-M")
    extend(drafted, U)

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]  # one of two statements

    assert [row.party for row in all_of(session, Extension)] == [U]
