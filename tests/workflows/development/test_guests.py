"""Guests: a link that works once, for one mandate, one round and one session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connector.library.automatic import automatic_values
from tests.workflows.development.towns import A, F, Town, U
from workflows.base import all_of, by_ref
from workflows.development.answers import counted_answers, summarise_round
from workflows.development.documents import agreed_version
from workflows.development.guest_answers import (
    answer_as_guest,
    assurance_behind,
    assurance_by_party,
    by_link,
    invite_to_round,
    open_as_guest,
)
from workflows.development.parity import access_to
from workflows.development.positions import PartyPosition, Position
from workflows.development.rounds import Round
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
)
from workflows.people.guests import (
    Assurance,
    GuestLink,
    digest,
    invite_guest,
    open_link,
)
from workflows.people.hats import SYSTEM, Hat
from workflows.people.mandates import end_mandate
from workflows.record.entries import history

SECRET = "s" * 43
MINE, THEIRS = "one session", "another session"


@pytest.fixture
def review(opened: Town) -> Round:
    """A round that is open to all three parties."""
    return by_ref(opened.session, Round, "R-1")


def invite(town: Town, by: Hat | None = None, **more: Any) -> GuestLink:
    terms = {
        "mandate": f"M-P-{U}",
        "about": "R-1",
        "secret": SECRET,
        "expires_at": town.now + timedelta(days=14),
        **more,
    }
    return town.do(invite_guest, by=by or town.manager, **terms)


def enter(town: Town, *, holder: str = MINE, secret: str = SECRET) -> Hat:
    return open_link(town.session, secret=secret, holder=holder, at=town.now)


def answer(town: Town, *, holder: str = MINE) -> Round:
    return answer_as_guest(
        town.session,
        secret=SECRET,
        holder=holder,
        position=Position.AGREE,
        at=town.now,
    )


def test_a_guest_answers_under_the_mandate_that_the_link_is_for(
    town: Town, review: Round
) -> None:
    invite(town)
    hat = enter(town)
    answer(town)

    (said,) = counted_answers(town.session, review)
    assert (said.view.party, said.mandate_id) == (U, hat.mandate_id)


def test_how_sure_one_is_of_the_guest_stands_with_the_answer(
    town: Town, review: Round
) -> None:
    invite(town)
    enter(town)
    answer(town)

    (use,) = by_link(town.session, review)
    entry = history(town.session, "R-1")[-1]
    assert (use.assurance, use.entry) == ("email_link", entry.seq)
    assert entry.type == "round.answered"


def concluded(town: Town, review: Round) -> None:
    """All three agree, the union by a link, and the round is summarised."""
    invite(town)
    enter(town)
    answer(town)
    for party in (A, F):
        town.answer("R-1", party, Position.AGREE)
    town.wait(until=review.deadline_at)
    town.do(summarise_round, by=town.manager, review="R-1")


def test_a_word_document_says_how_sure_one_is_of_who_agreed(
    town: Town, review: Round
) -> None:
    concluded(town, review)
    version = agreed_version(town.session, "PR1-M")
    assert version is not None

    rows = automatic_values(town.session, version, at=town.now)["m_accept"]

    told = {row["part"]: "lavt tillitsnivå" in row.get("fullmakt", "") for row in rows}
    assert told == {A: False, F: False, U: True}


def test_how_sure_one_is_follows_the_answer_to_the_party_and_the_text(
    town: Town, review: Round
) -> None:
    concluded(town, review)

    (behind,) = [
        position
        for position in all_of(town.session, PartyPosition)
        if assurance_behind(town.session, position)
    ]
    assert assurance_by_party(town.session, review) == {U: Assurance.EMAIL_LINK}
    assert behind.party is U


def test_the_answer_that_counts_is_no_longer_by_a_link_when_it_is_given_anew(
    town: Town, review: Round
) -> None:
    invite(town)
    enter(town)
    answer(town)
    town.wait(days=1)
    town.answer("R-1", U, Position.AGREE)

    assert assurance_by_party(town.session, review) == {}


def test_a_link_is_for_a_round_that_is_open(town: Town, review: Round) -> None:
    town.wait(until=review.deadline_at)
    terms = {"mandate": f"M-P-{U}", "review": "R-1", "secret": SECRET}
    until = town.now + timedelta(days=2)

    with pytest.raises(RuleBrokenError, match="SM-3"):
        town.do(invite_to_round, by=town.manager, expires_at=until, **terms)


def test_a_guest_who_opens_the_text_has_opened_it_for_the_party(
    town: Town, review: Round
) -> None:
    invite(town)
    open_as_guest(town.session, secret=SECRET, holder=MINE, at=town.now)

    (access,) = [each for each in access_to(town.session, review.id) if each.party is U]
    assert access.first_opened_at == town.now


def test_a_link_is_used_once(town: Town, review: Round) -> None:
    invite(town)
    enter(town)
    answer(town)

    with pytest.raises(RuleBrokenError, match="a link is used once"):
        answer(town)
    with pytest.raises(RuleBrokenError, match="a link is used once"):
        enter(town)
    assert len(counted_answers(town.session, review)) == 1


def test_a_link_that_is_passed_on_is_refused(town: Town, review: Round) -> None:
    invite(town)
    enter(town)

    with pytest.raises(RuleBrokenError, match="passed on"):
        enter(town, holder=THEIRS)
    with pytest.raises(RuleBrokenError, match="passed on"):
        answer(town, holder=THEIRS)
    assert answer(town) == review


def test_a_link_is_opened_before_it_is_used(town: Town, review: Round) -> None:
    invite(town)

    with pytest.raises(RuleBrokenError, match="not opened"):
        answer(town)


def test_a_link_runs_out(town: Town, review: Round) -> None:
    invite(town, expires_at=town.now + timedelta(days=2))
    enter(town)
    town.wait(days=2)

    with pytest.raises(RuleBrokenError, match="a link runs out"):
        answer(town)


def test_inv_07_a_link_is_worth_nothing_when_the_mandate_has_ended(
    town: Town, review: Round
) -> None:
    invite(town)
    enter(town)
    town.do(end_mandate, by=SYSTEM, mandate=f"M-P-{U}", last_day=town.today)
    town.wait(days=1)

    with pytest.raises(RuleBrokenError, match="INV-07"):
        answer(town)


def test_the_secret_is_nowhere_but_in_the_link(town: Town, review: Round) -> None:
    link = invite(town)
    enter(town)

    entries = [
        each for ref in ("R-1", f"M-P-{U}") for each in history(town.session, ref)
    ]
    told = str([(each.payload, each.refs, each.by) for each in entries])
    assert link.secret_sha256 == digest(SECRET) != SECRET
    assert SECRET not in told
    assert digest(SECRET) not in told
    assert not any(SECRET in str(vars(row)) for row in all_of(town.session, GuestLink))


def test_a_secret_that_nobody_was_given_opens_nothing(
    town: Town, review: Round
) -> None:
    invite(town)

    with pytest.raises(NotFoundError):
        enter(town, secret="t" * 43)


def test_a_party_invites_its_own_and_nobody_elses(town: Town, review: Round) -> None:
    assert invite(town, by=town.contact(U)).about == "R-1"
    with pytest.raises(RuleBrokenError, match="INV-07"):
        invite(town, by=town.contact(A), secret="u" * 43)


def test_only_a_partys_mandate_gets_a_link(town: Town, review: Round) -> None:
    with pytest.raises(RuleBrokenError, match="INV-07"):
        invite(town, mandate="M-P-officer")


def test_a_member_invites_nobody(town: Town, review: Round) -> None:
    with pytest.raises(NotPermittedError):
        invite(town, by=town.member(F), mandate=f"M-P-{F}")


@pytest.mark.parametrize(
    "broken",
    [
        {"secret": "short"},
        {"expires_at": timedelta(days=31)},
        {"expires_at": timedelta()},
    ],
)
def test_a_link_is_hard_to_guess_and_lasts_no_longer_than_a_month(
    town: Town, review: Round, broken: dict[str, Any]
) -> None:
    lasts = broken.get("expires_at")
    more = {"expires_at": town.now + lasts} if lasts is not None else broken

    with pytest.raises(InvalidValueError):
        invite(town, **more)
