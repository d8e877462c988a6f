"""An open round is changed by all three contacts, or with a reason that all get."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from sqlalchemy.orm import Session

from tests.workflows.development.towns import A, F, Town, U
from workflows.base import by_ref
from workflows.clock import at_oslo
from workflows.development.documents import latest
from workflows.development.drafting import draft_version
from workflows.development.projects import Project, ProjectState
from workflows.development.round_changes import (
    Matter,
    agree_to_change,
    override_round,
)
from workflows.development.rounds import (
    Round,
    RoundState,
    cancel_round,
    read_round,
)
from workflows.errors import (
    InvalidValueError,
    NotPermittedError,
    RuleBrokenError,
)
from workflows.people.kinds import PARTIES, Party
from workflows.people.notices import NoticeKind, notices_about
from workflows.record.reasons import reasons_for

REVIEW = "R-1"


@pytest.fixture
def open_town(opened: Town) -> Town:
    """A town with an open round on its mandate; the deadline is 10 February."""
    return opened


def noon(day: str) -> datetime:
    return at_oslo(date.fromisoformat(day), time(12))


def agree(town: Town, party: Party, matter: Matter, day: str | None = None) -> Round:
    return town.do(
        agree_to_change,
        by=town.contact(party),
        review=REVIEW,
        matter=matter,
        deadline_at=noon(day) if day else None,
    )


def told(town: Town, kind: NoticeKind) -> list[Party | None]:
    rows = notices_about(town.session, REVIEW)
    return [row.party for row in rows if row.kind is kind]


def test_two_contacts_cannot_move_the_deadline(open_town: Town) -> None:
    agree(open_town, A, Matter.DEADLINE, "2025-02-14")
    review = agree(open_town, F, Matter.DEADLINE, "2025-02-14")

    assert review.deadline_at == noon("2025-02-10")
    assert told(open_town, NoticeKind.ROUND_EXTENDED) == []


@pytest.mark.parametrize("day", ["2025-02-14", "2025-02-05"])
def test_three_contacts_move_the_deadline_for_all(open_town: Town, day: str) -> None:
    for party in PARTIES:
        review = agree(open_town, party, Matter.DEADLINE, day)

    assert review.deadline_at == noon(day)
    assert told(open_town, NoticeKind.ROUND_EXTENDED) == list(PARTIES)


def test_they_must_agree_to_the_same_deadline(open_town: Town) -> None:
    agree(open_town, A, Matter.DEADLINE, "2025-02-14")
    agree(open_town, F, Matter.DEADLINE, "2025-02-17")
    review = agree(open_town, U, Matter.DEADLINE, "2025-02-17")

    assert review.deadline_at == noon("2025-02-10")

    agree(open_town, A, Matter.DEADLINE, "2025-02-17")

    assert review.deadline_at == noon("2025-02-17")


def test_the_last_word_of_a_contact_counts(open_town: Town) -> None:
    agree(open_town, A, Matter.DEADLINE, "2025-02-17")
    agree(open_town, A, Matter.DEADLINE, "2025-02-14")
    agree(open_town, F, Matter.DEADLINE, "2025-02-17")
    review = agree(open_town, U, Matter.DEADLINE, "2025-02-17")

    assert review.deadline_at == noon("2025-02-10")


def test_a_round_that_a_party_has_opened_is_cancelled_by_all_three_only(
    session: Session, open_town: Town
) -> None:
    open_town.do(read_round, by=open_town.contact(U), review=REVIEW)
    with pytest.raises(RuleBrokenError, match="all three contacts"):
        open_town.do(
            cancel_round, by=open_town.manager, review=REVIEW, reason="Feil tekst"
        )

    for party in PARTIES:
        review = agree(open_town, party, Matter.CANCELLING)

    assert review.state is RoundState.CANCELLED
    assert by_ref(session, Project, "PR1").state is ProjectState.MANDATE_DRAFT
    assert told(open_town, NoticeKind.ROUND_CANCELLED) == list(PARTIES)


def test_a_cancelled_text_can_be_written_anew(open_town: Town) -> None:
    open_town.do(
        cancel_round, by=open_town.manager, review=REVIEW, reason="Feil vedlegg"
    )

    open_town.do(draft_version, by=open_town.manager, document="PR1-M")

    assert latest(open_town.session, "PR1-M").number == "0.2"


def test_an_override_needs_a_reason_and_tells_all_three_at_once(
    open_town: Town,
) -> None:
    with pytest.raises(RuleBrokenError, match="reason"):
        open_town.do(
            override_round,
            by=open_town.manager,
            review=REVIEW,
            matter=Matter.DEADLINE,
            deadline_at=noon("2025-02-14"),
            reason=" ",
        )

    review = open_town.do(
        override_round,
        by=open_town.manager,
        review=REVIEW,
        matter=Matter.DEADLINE,
        deadline_at=noon("2025-02-14"),
        reason="Vinterferie i flere tjenester",
    )

    assert review.deadline_at == noon("2025-02-14")
    assert told(open_town, NoticeKind.ROUND_OVERRIDDEN) == list(PARTIES)
    rows = notices_about(open_town.session, REVIEW)
    overridden = {r.at for r in rows if r.kind is NoticeKind.ROUND_OVERRIDDEN}
    assert overridden == {open_town.now}
    (reason,) = reasons_for(open_town.session, REVIEW)
    assert reason.text == "Vinterferie i flere tjenester"


def test_an_override_takes_no_time_from_anybody(open_town: Town) -> None:
    with pytest.raises(RuleBrokenError, match="takes no time away"):
        open_town.do(
            override_round,
            by=open_town.manager,
            review=REVIEW,
            matter=Matter.DEADLINE,
            deadline_at=noon("2025-02-07"),
            reason="Vi har det travelt",
        )


def test_only_the_manager_overrides_and_only_contacts_agree(open_town: Town) -> None:
    with pytest.raises(NotPermittedError):
        open_town.do(
            override_round,
            by=open_town.contact(A),
            review=REVIEW,
            matter=Matter.CANCELLING,
            reason="Vi vil ikke",
        )
    with pytest.raises(NotPermittedError):
        open_town.do(
            agree_to_change,
            by=open_town.member(U),
            review=REVIEW,
            matter=Matter.CANCELLING,
        )


def test_a_deadline_belongs_to_the_matter_of_the_deadline(open_town: Town) -> None:
    with pytest.raises(InvalidValueError):
        agree(open_town, A, Matter.CANCELLING, "2025-02-14")
    with pytest.raises(InvalidValueError):
        agree(open_town, A, Matter.DEADLINE)


def test_nothing_is_changed_after_the_deadline(open_town: Town) -> None:
    open_town.wait(until=noon("2025-02-10"))

    with pytest.raises(RuleBrokenError, match="not open"):
        agree(open_town, A, Matter.DEADLINE, "2025-02-14")
