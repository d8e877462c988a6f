from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.development.towns import ALL_AGREE, REASON, Town, U, session_on
from workflows.development.documents import agreed_version
from workflows.development.drafting import draft_version
from workflows.development.outputs import OutputKind, OutputState
from workflows.development.positions import Position, Standing, positions_on
from workflows.errors import TransitionNotAllowedError
from workflows.people.kinds import PARTIES, Party
from workflows.people.mandates import holder_of

P = Position
TAKES_DISSENT = [OutputKind.KNOWLEDGE_BASE, OutputKind.EXPERIENCE, OutputKind.TOOL]


@pytest.fixture
def session(at_work: Connection) -> Iterator[Session]:
    """A session of the town where PR1 runs."""
    with session_on(at_work) as session:
        yield session


@pytest.fixture
def running(town: Town) -> Town:
    """A town with a project that runs."""
    return town


@pytest.mark.parametrize("against", PARTIES)
def test_inv_06_two_against_one_never_agree_a_proposal(
    session: Session, running: Town, against: Party
) -> None:
    output = running.delivered_output(positions={**ALL_AGREE, against: P.DISAGREE})

    assert (output.state, output.standing) == (OutputState.IN_WORK, None)
    assert agreed_version(session, "O-1") is None


@pytest.mark.parametrize("kind", TAKES_DISSENT)
def test_disagreement_on_what_is_known_is_handed_over_as_it_is(
    running: Town, kind: OutputKind
) -> None:
    output = running.delivered_output(kind=kind, positions={**ALL_AGREE, U: P.DISAGREE})

    assert (output.state, output.standing) == (OutputState.DELIVERED, Standing.SPLIT)


def test_a_split_proposal_is_handed_over_when_the_forum_wants_it_so(
    running: Town,
) -> None:
    output = running.delivered_output(
        positions={**ALL_AGREE, U: P.DISAGREE}, as_split=True
    )

    assert (output.state, output.standing) == (OutputState.DELIVERED, Standing.SPLIT)


@pytest.mark.parametrize("unsettled", [P.NO_REMARK, None])
def test_inv_05_wanting_a_split_makes_no_silence_a_position(
    running: Town, unsettled: Position | None
) -> None:
    said = {party: P.AGREE for party in PARTIES if party is not U}
    if unsettled:
        said[U] = unsettled

    output = running.delivered_output(positions=said, as_split=True)

    assert (output.state, output.standing) == (OutputState.IN_WORK, None)


@pytest.mark.parametrize(
    ("first", "second"), list(product([P.AGREE, P.AGREE_WITH_REMARK], repeat=2))
)
def test_the_standing_of_a_joint_output_tells_of_remarks(
    running: Town, first: Position, second: Position
) -> None:
    said = dict(zip(PARTIES, (first, second, P.AGREE), strict=True))

    output = running.delivered_output(positions=said)

    with_remark = P.AGREE_WITH_REMARK in (first, second)
    expected = Standing.JOINT_WITH_REMARK if with_remark else Standing.JOINT
    assert output.standing is expected


def test_the_positions_stand_with_the_agreed_text_and_who_spoke(
    session: Session, running: Town
) -> None:
    running.delivered_output(positions={**ALL_AGREE, U: P.AGREE_WITH_REMARK})

    agreed = agreed_version(session, "O-1")
    assert agreed is not None
    rows = positions_on(session, agreed.id)
    assert [(row.party.value, row.dissent) for row in rows] == [
        ("A", None),
        ("F", None),
        ("T", REASON),
    ]
    assert {row.said_in for row in rows} == {"FM-O-1/1"}
    assert holder_of(session, rows[2].mandate_id).ref == "P-T"
    assert positions_on(session, agreed.id, at=running.now) == rows


def test_a_round_on_an_output_delivers_it_too(session: Session, running: Town) -> None:
    output = running.begun_output()
    running.opened_round("R-1", document="O-1")
    assert output.state is OutputState.ROUND

    running.wait(days=30)
    running.do(draft_version, by=running.manager, document="O-1")
    running.concluded_round("R-2", document="O-1")

    assert (output.state, output.standing) == (OutputState.DELIVERED, Standing.JOINT)


def test_change_requests_in_a_round_send_the_output_back_to_work(
    session: Session, running: Town
) -> None:
    output = running.begun_output()

    running.concluded_round(
        "R-1", document="O-1", positions={**ALL_AGREE, U: P.DISAGREE}
    )

    assert output.state is OutputState.IN_WORK
    assert agreed_version(session, "O-1") is None


def test_what_was_concluded_is_not_concluded_again(running: Town) -> None:
    running.delivered_output()
    running.forum("FM-2", version="O-1@0.1")

    with pytest.raises(TransitionNotAllowedError):
        running.minute("FM-2")
