from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town, session_on
from tests.workflows.trace.halls import open_case, open_hall, use
from workflows.development.outputs import OutputKind, decline_output
from workflows.errors import NotFoundError, NotPermittedError, RuleBrokenError
from workflows.people.kinds import DEVELOPMENT_ROLES, Role
from workflows.record.entries import fold, history
from workflows.trace.outcomes import output_states
from workflows.trace.uses import (
    OutputUse,
    Used,
    Where,
    handovers,
    unused_outputs,
    use_output,
    uses,
)


@pytest.fixture
def session(handed_over: Connection) -> Iterator[Session]:
    """A session of the town where O-1 is handed over."""
    with session_on(handed_over) as session:
        yield session


@pytest.fixture
def hall(town: Town) -> Town:
    """A town with an output handed over and a case that could use it."""
    open_hall(town)
    open_case(town)
    return town


def test_a_use_says_where_in_which_case_and_which_version(
    session: Session, hall: Town
) -> None:
    use(hall, where=Where.ASSESSMENT)

    (row,) = uses(session)
    assert (row.case, row.output, row.version) == ("C01", "O-1", "1.0")
    assert (row.where, row.used, row.at) == (Where.ASSESSMENT, Used.USED, hall.now)
    assert {"O-1", "C01", "O-1@1.0"} <= set(history(session, "C01")[-1].refs)


@pytest.mark.parametrize("used", [Used.PARTLY, Used.NOT_USED])
def test_partly_and_not_used_need_the_reason(hall: Town, used: Used) -> None:
    with pytest.raises(RuleBrokenError, match="needs a reason"):
        use(hall, used=used, reason=" ")

    assert use(hall, used=used, reason="For dyrt").reason == "For dyrt"


@pytest.mark.parametrize(
    "role", sorted(DEVELOPMENT_ROLES & {Role.PROJECT_MANAGER, Role.SAFETY_REP})
)
def test_inv_01_the_development_line_writes_no_uses(hall: Town, role: Role) -> None:
    with pytest.raises(NotPermittedError, match="INV-01"):
        hall.do(
            use_output,
            by=hall.office(role),
            case="C01",
            output="O-1",
            where=Where.FACTS,
        )


@pytest.mark.parametrize("party", ["A", "F", "T"])
def test_inv_01_a_party_writes_no_uses(hall: Town, party: str) -> None:
    with pytest.raises(NotPermittedError, match="INV-01"):
        hall.do(
            use_output,
            by=hall.hat(f"P-{party}", Role.PARTY_CONTACT),
            case="C01",
            output="O-1",
            where=Where.FACTS,
        )


def test_what_has_not_been_handed_over_is_not_used(hall: Town) -> None:
    hall.delivered_output("O-2")

    with pytest.raises(RuleBrokenError, match="not been handed over"):
        use(hall, "O-2")


def test_an_unknown_case_is_told_by_name(hall: Town) -> None:
    with pytest.raises(NotFoundError, match="C99"):
        use(hall, case="C99")


def test_inv_11_a_use_shows_the_version_that_was_used_for_ever(
    session: Session, hall: Town
) -> None:
    use(hall)
    hall.handed_over_output("O-2", supersedes="O-1")
    open_case(hall, "C02")
    use(hall, "O-2", "C02")

    assert [(row.case, row.output, row.version) for row in uses(session)] == [
        ("C01", "O-1", "1.0"),
        ("C02", "O-2", "1.0"),
    ]


def test_a_use_moves_no_state(session: Session, hall: Town) -> None:
    before = fold(session)

    use(hall)

    assert fold(session) == before
    assert output_states(session)["O-1"] == "in_use"


def test_uses_of_an_earlier_instant_are_those_known_then(
    session: Session, hall: Town
) -> None:
    earlier = hall.now
    hall.wait(days=1)
    use(hall)

    assert uses(session, at=earlier) == []
    assert len(uses(session, at=hall.now)) == 1
    assert output_states(session, at=earlier)["O-1"] == "handed_over"


@pytest.mark.parametrize(
    "change", [update(OutputUse).values(reason="x"), delete(OutputUse)]
)
def test_inv_11_the_database_refuses_to_change_a_use(
    session: Session, hall: Town, change: object
) -> None:
    use(hall)

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]  # one of two statements

    assert len(uses(session)) == 1


def test_what_no_case_has_met_is_told_with_the_days_since(
    session: Session, hall: Town
) -> None:
    handed = hall.today
    hall.wait(days=40)

    assert unused_outputs(session, at=hall.now) == [
        {
            "output": "O-1",
            "title": "Ny turnus",
            "handed_over_on": handed.isoformat(),
            "days": 40,
        }
    ]
    before = hall.now - timedelta(days=41)
    assert unused_outputs(session, at=before) == []


def test_what_was_met_declined_or_replaced_is_not_unused(
    session: Session, hall: Town
) -> None:
    use(hall)
    for ref in ("O-2", "O-3"):
        hall.handed_over_output(ref)
    hall.do(decline_output, by=hall.officer, output="O-2", reason="Ingen sak.")
    hall.delivered_output("O-4", supersedes="O-3")

    assert unused_outputs(session, at=hall.now) == []
    assert {output.ref for _, output in handovers(session)} == {"O-1", "O-2", "O-3"}


@pytest.mark.parametrize(
    ("kind", "is_asked_for"),
    [
        (OutputKind.KNOWLEDGE_BASE, True),
        (OutputKind.PROPOSAL, True),
        (OutputKind.TOOL, True),
        (OutputKind.EXPERIENCE, False),
        (OutputKind.FINAL_REPORT, False),
    ],
)
def test_nobody_asks_for_the_use_of_experiences_and_final_reports(
    session: Session, hall: Town, kind: OutputKind, is_asked_for: bool
) -> None:
    use(hall)
    hall.handed_over_output("O-2", kind=kind)

    assert bool(unused_outputs(session, at=hall.now)) is is_asked_for


def test_a_case_that_used_nothing_of_an_output_leaves_it_unused(
    session: Session, hall: Town
) -> None:
    use(hall, used=Used.NOT_USED, reason="Saken gjelder noe annet.")

    assert output_states(session)["O-1"] == "handed_over"
    assert [row["output"] for row in unused_outputs(session, at=hall.now)] == ["O-1"]
