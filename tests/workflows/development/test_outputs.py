from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.workflows.development.towns import (
    ALL_AGREE,
    REASON,
    A,
    F,
    Town,
    U,
    session_on,
)
from workflows.base import all_of, by_ref
from workflows.development.documents import content_hash, content_of, latest
from workflows.development.outputs import (
    Handover,
    HandoverReceipt,
    Output,
    OutputKind,
    OutputState,
    decline_output,
    delivered_version,
    drop_output,
    hand_over,
    handover_of,
    outputs_of,
    plan_output,
    project_of,
    receive_handover,
    start_output,
)
from workflows.development.positions import Position
from workflows.development.projects import Project
from workflows.errors import (
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
    TransitionNotAllowedError,
)
from workflows.people.kinds import Role
from workflows.record.entries import history
from workflows.record.reasons import Reason

S = OutputState
NOTE = {
    "decision_needed": "Vedta ny turnus",
    "suggested_body": "KST",
    "concluded_in": "FM-O-1",
}
PLAN = {"project": "PR1", "title": "Ny turnus", "kind": OutputKind.PROPOSAL}


@pytest.fixture
def session(at_work: Connection) -> Iterator[Session]:
    """A session of the town where PR1 runs."""
    with session_on(at_work) as session:
        yield session


@pytest.fixture
def running(town: Town) -> Town:
    """A town with a project that runs."""
    return town


def handed(session: Session) -> Handover:
    found = handover_of(session, by_ref(session, Output, "O-1"))
    assert found is not None
    return found


def test_an_output_belongs_to_a_running_project(
    session: Session, running: Town
) -> None:
    output = running.do(plan_output, by=running.manager, ref="O-1", **PLAN)

    assert (output.state, output.language) == (S.PLANNED, "nb")
    assert project_of(session, output).ref == "PR1"
    assert outputs_of(session, by_ref(session, Project, "PR1")) == [output]


def test_a_project_that_does_not_run_plans_no_outputs(running: Town) -> None:
    running.pause()

    with pytest.raises(RuleBrokenError, match="paused, not running"):
        running.do(plan_output, by=running.manager, ref="O-1", **PLAN)


def test_what_an_output_replaces_must_be_there(running: Town) -> None:
    with pytest.raises(NotFoundError, match="O-0"):
        running.do(plan_output, by=running.manager, ref="O-1", supersedes="O-0", **PLAN)


def test_work_begins_with_the_values_given(session: Session, running: Town) -> None:
    output = running.begun_output()

    values = latest(session, "O-1").values
    assert output.state is S.IN_WORK
    assert (values["o_title"], values["o_type"]) == ("Tekst", "proposal")
    with pytest.raises(TransitionNotAllowedError):
        running.do(start_output, by=running.manager, output="O-1", values={})


@pytest.mark.parametrize(
    "role", [Role.CHIEF_EXECUTIVE, Role.CASE_OFFICER, Role.COMMITTEE_SECRETARY]
)
def test_inv_10_the_decision_line_neither_plans_nor_hands_over(
    running: Town, role: Role
) -> None:
    running.delivered_output()
    hat = running.office(role)

    with pytest.raises(NotPermittedError, match="INV-10"):
        running.do(plan_output, by=hat, ref="O-2", **PLAN)
    with pytest.raises(NotPermittedError, match="INV-10"):
        running.do(hand_over, by=hat, output="O-1", **NOTE)


def test_what_is_not_delivered_is_not_handed_over(running: Town) -> None:
    running.begun_output()

    with pytest.raises(TransitionNotAllowedError):
        running.do(hand_over, by=running.manager, output="O-1", **NOTE)


def test_a_handover_says_what_is_asked_and_which_text_it_is(
    session: Session, running: Town
) -> None:
    output = running.handed_over_output()

    version = delivered_version(session, output)
    assert version is not None
    package = handed(session).package
    assert output.state is S.HANDED_OVER
    assert package | NOTE == package
    assert (package["output"], package["version"]) == ("O-1", "1.0")
    assert (
        package["fingerprint"] == content_of(session, version).fingerprints["document"]
    )


def test_inv_08_every_dissent_follows_the_output_word_for_word(
    session: Session, running: Town
) -> None:
    running.handed_over_output(
        positions={
            A: Position.AGREE,
            F: Position.AGREE_WITH_REMARK,
            U: Position.DISAGREE,
        },
        as_split=True,
    )

    package = handed(session).package
    said = {each["party"]: each["dissent"] for each in package["positions"]}
    assert said == {"A": None, "F": REASON, "T": REASON}
    assert package["standing"] == "split"


@pytest.mark.parametrize("change", ["", REASON + " ", REASON.upper(), None])
def test_inv_08_a_dissent_that_is_touched_no_longer_fits_the_seal(
    session: Session, running: Town, change: str | None
) -> None:
    running.handed_over_output(positions={**ALL_AGREE, U: Position.AGREE_WITH_REMARK})
    handover = handed(session)
    assert content_hash(handover.package) == handover.sha256

    positions = [dict(each) for each in handover.package["positions"]]
    positions[2]["dissent"] = change

    assert content_hash({**handover.package, "positions": positions}) != handover.sha256


def test_inv_08_a_party_left_out_no_longer_fits_the_seal(
    session: Session, running: Town
) -> None:
    running.handed_over_output()
    handover = handed(session)

    fewer = {**handover.package, "positions": handover.package["positions"][:2]}

    assert content_hash(fewer) != handover.sha256


@pytest.mark.parametrize(
    "change", [update(Handover).values(sha256="x"), delete(Handover)]
)
def test_inv_09_the_database_refuses_to_change_a_handover(
    session: Session, running: Town, change: object
) -> None:
    running.handed_over_output()

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]  # one of two statements

    assert content_hash(handed(session).package) == handed(session).sha256


def test_the_record_keeps_the_seal_of_the_handover(
    session: Session, running: Town
) -> None:
    running.handed_over_output()

    entry = history(session, "O-1")[-1]
    assert entry.payload == {"sha256": handed(session).sha256}
    assert {"O-1@1.0", "PR1", "FM-O-1"} <= set(entry.refs)


def test_an_output_is_handed_over_once(running: Town) -> None:
    running.handed_over_output()

    with pytest.raises(TransitionNotAllowedError):
        running.do(hand_over, by=running.manager, output="O-1", **NOTE)


def test_the_chief_executives_office_confirms_that_it_arrived(
    session: Session, running: Town
) -> None:
    running.handed_over_output()

    running.do(receive_handover, by=running.officer, output="O-1")

    (receipt,) = all_of(session, HandoverReceipt)
    assert receipt.handover_id == handed(session).id


def test_what_was_not_handed_over_has_not_arrived(running: Town) -> None:
    running.delivered_output()

    with pytest.raises(RuleBrokenError, match="not been handed over"):
        running.do(receive_handover, by=running.officer, output="O-1")


def test_a_handover_is_known_from_when_it_was_made(
    session: Session, running: Town
) -> None:
    output = running.handed_over_output()

    assert handover_of(session, output, at=running.now) is not None
    assert handover_of(session, output, at=running.now - timedelta(seconds=1)) is None


def test_not_using_an_output_is_said_in_writing_by_the_decision_line(
    session: Session, running: Town
) -> None:
    output = running.handed_over_output()
    for hat, reason, refused in (
        (running.officer, "  ", RuleBrokenError),
        (running.manager, "Vi vil ikke", NotPermittedError),
    ):
        with pytest.raises(refused):
            running.do(decline_output, by=hat, output="O-1", reason=reason)

    running.do(decline_output, by=running.officer, output="O-1", reason="Ingen sak.")

    assert output.state is S.NOT_USED
    assert [row.text for row in all_of(session, Reason)] == ["Ingen sak."]


def test_what_is_given_up_has_its_reason(session: Session, running: Town) -> None:
    output = running.begun_output()
    with pytest.raises(RuleBrokenError, match="reason"):
        running.do(drop_output, by=running.manager, output="O-1", reason="")

    running.do(drop_output, by=running.manager, output="O-1", reason="Utgår.")

    assert output.state is S.DROPPED
    assert delivered_version(session, output) is None


def test_what_is_delivered_is_not_given_up(running: Town) -> None:
    running.delivered_output()

    with pytest.raises(TransitionNotAllowedError):
        running.do(drop_output, by=running.manager, output="O-1", reason="Angrer.")


@pytest.mark.parametrize("brought", ["delivered", "handed over", "not used"])
def test_a_new_output_takes_the_place_of_an_old_one(
    session: Session, running: Town, brought: str
) -> None:
    bring: Any = (
        running.delivered_output
        if brought == "delivered"
        else running.handed_over_output
    )
    former = bring()
    if brought == "not used":
        running.do(decline_output, by=running.officer, output="O-1", reason="Nei.")
    said = delivered_version(session, former)

    running.delivered_output("O-2", supersedes="O-1")

    assert former.state is S.SUPERSEDED
    assert delivered_version(session, former) is said


def test_what_is_still_in_work_is_not_replaced(running: Town) -> None:
    running.begun_output("O-1")

    with pytest.raises(TransitionNotAllowedError):
        running.delivered_output("O-2", supersedes="O-1")
