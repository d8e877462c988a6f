"""A party's own words stand beside what was decided, and change nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, update
from sqlalchemy.exc import DBAPIError

from tests.workflows.development.towns import A, F, Town, U, session_on
from tests.workflows.trace.halls import (
    assign,
    open_case,
    open_hall,
    record,
    treat,
    use,
)
from workflows.base import by_ref
from workflows.decision.cases import Case
from workflows.decision.implementation import follow_ups
from workflows.errors import InvalidValueError, NotFoundError, NotPermittedError
from workflows.people.kinds import PARTIES, Party, Role
from workflows.trace.comments import (
    PartyComment,
    comment_on_outcome,
    comments,
    comments_in,
    remark_on_follow_up,
)
from workflows.trace.graph import trace_of
from workflows.trace.links import Edge
from workflows.trace.outcomes import Code, outcomes

WORDS = "Vi er glade for punkt 1,\n  men helga er <ikke> løst."
ABOUT = "O-1 C01-T1"


@pytest.fixture
def town(handed_over: Connection) -> Iterator[Town]:
    """A town where the council has decided on O-1, and F-01 follows it up."""
    with session_on(handed_over) as session:
        town = Town(session)
        open_hall(town)
        open_case(town)
        use(town)
        treat(town)
        record(town, "C01-T1", Code.NOT_FOLLOWED, item=1)
        assign(town, "C01-T1/1")
        yield town


def comment(town: Town, party: Party, text: str = WORDS, **more: Any) -> PartyComment:
    said = {"output": "O-1", "treatment": "C01-T1", **more}
    return town.do(comment_on_outcome, by=town.contact(party), text=text, **said)


def remark(town: Town, party: Party, text: str = WORDS) -> PartyComment:
    by = town.contact(party)
    return town.do(remark_on_follow_up, by=by, followup="F-01", text=text)


@pytest.mark.parametrize("party", PARTIES)
def test_inv_01_a_comment_changes_nothing_of_the_outcome(
    town: Town, party: Party
) -> None:
    before = outcomes(town.session), follow_ups(town.session)

    comment(town, party)
    remark(town, party)

    assert (outcomes(town.session), follow_ups(town.session)) == before


def test_a_comment_is_kept_word_for_word(town: Town) -> None:
    row = comment(town, U)

    assert (row.text, row.about, row.party) == (WORDS, ABOUT, U)
    assert comments_in(town.session, by_ref(town.session, Case, "C01"), at=town.now)


def test_comments_stand_in_neutral_order_and_none_is_replaced(town: Town) -> None:
    for party in (U, A, F, U):
        comment(town, party)

    refs = [row.ref for row in comments(town.session)]

    assert refs == [f"{ABOUT} {each}" for each in ("A-1", "F-1", "T-1", "T-2")]


def test_what_the_parties_say_follows_in_the_trace(town: Town) -> None:
    comment(town, U)
    remark(town, A)

    found = trace_of(town.session, "PR1", at=town.now)

    assert Edge(ABOUT, f"{ABOUT} T-1", "commented") in found.edges
    assert Edge("F-01", "F-01 A-1", "commented") in found.edges
    node = found.by_ref[f"{ABOUT} T-1"]
    assert (node.title, node.line) == (WORDS, "development")


def test_a_comment_needs_its_outcome(town: Town) -> None:
    with pytest.raises(NotFoundError, match="outcome"):
        comment(town, U, point=3)
    with pytest.raises(InvalidValueError, match="text"):
        comment(town, U, text=" ")


def test_a_member_and_the_decision_line_comment_on_nothing(town: Town) -> None:
    said = {"output": "O-1", "treatment": "C01-T1", "text": WORDS}
    for by in (town.member(U), town.officer, town.secretary, town.manager):
        with pytest.raises(NotPermittedError):
            town.do(comment_on_outcome, by=by, **said)


def test_a_party_knows_nothing_of_a_case_that_is_exempt(town: Town) -> None:
    by_ref(town.session, Case, "C01").restricted = "exemption_negotiation"
    town.session.flush()

    with pytest.raises(NotFoundError):
        comment(town, U)
    with pytest.raises(NotFoundError):
        remark(town, A)


def test_inv_09_the_database_refuses_to_change_a_comment(
    town: Town,
) -> None:
    comment(town, U)

    with pytest.raises(DBAPIError):
        town.session.execute(update(PartyComment).values(text="Vi er enige."))


def test_the_safety_representative_reads_and_does_not_comment(town: Town) -> None:
    with pytest.raises(NotPermittedError):
        town.do(
            remark_on_follow_up,
            by=town.office(Role.SAFETY_REP),
            followup="F-01",
            text=WORDS,
        )
