"""The text of a case: the decision line's own until it is published."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, delete, update
from sqlalchemy.exc import DBAPIError

from tests.workflows.development.towns import A, Town, session_on
from tests.workflows.trace.halls import open_case, open_hall, treat, use
from workflows.base import by_ref
from workflows.decision.cases import Case
from workflows.errors import InvalidValueError, NotPermittedError, RuleBrokenError
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.record.entries import history
from workflows.trace.case_texts import (
    CaseDraft,
    CasePublication,
    drafts_of,
    publish_case_text,
    published_text,
    write_case_text,
)
from workflows.trace.outcome_proposals import propose_outcome, proposed_outcomes
from workflows.trace.outcomes import Code, outcomes
from workflows.trace.uses import Used

TEXT = "Saken gjelder ny turnus.\n\nHelga er belyst."
SOURCE = "25/412-7"


@pytest.fixture
def town(handed_over: Connection) -> Iterator[Town]:
    """A town with a case that rests on O-1."""
    with session_on(handed_over) as session:
        town = Town(session)
        open_hall(town)
        open_case(town)
        use(town)
        yield town


def case_of(town: Town) -> Case:
    return by_ref(town.session, Case, "C01")


def write(town: Town, text: str = TEXT, by: Hat | None = None) -> CaseDraft:
    by = by or town.officer
    return town.do(write_case_text, by=by, case="C01", text=text, outputs=["O-1"])


def publish(town: Town, source: str = SOURCE) -> CasePublication:
    return town.do(publish_case_text, by=town.officer, case="C01", source=source)


def test_every_writing_is_kept_with_the_versions_it_builds_on(town: Town) -> None:
    write(town)
    write(town, "Ny tekst.")

    told = [
        (row.number, row.text, row.versions)
        for row in drafts_of(town.session, case_of(town))
    ]
    assert told == [(1, TEXT, ["O-1@1.0"]), (2, "Ny tekst.", ["O-1@1.0"])]


def test_nothing_is_published_before_its_day(town: Town) -> None:
    write(town)
    before = town.now
    town.wait(days=1)
    publish(town)
    write(town, "Utkast etterpå.")

    assert published_text(town.session, case_of(town), at=before) is None
    found = published_text(town.session, case_of(town), at=town.now)
    assert found is not None
    assert (found[0].text, found[1].at, found[1].source) == (TEXT, town.now, SOURCE)


def test_what_is_published_says_where_the_official_text_stands(town: Town) -> None:
    with pytest.raises(RuleBrokenError, match="no draft"):
        publish(town)
    write(town)
    with pytest.raises(InvalidValueError, match="official text"):
        publish(town, source=" ")
    publish(town)
    with pytest.raises(RuleBrokenError, match="no draft"):
        publish(town)


def test_a_text_builds_on_what_is_registered_as_used(town: Town) -> None:
    open_case(town, "C02")
    use(town, case="C02", used=Used.NOT_USED, reason="Andre tall.")

    for output in ("O-1", "O-9"):
        with pytest.raises(RuleBrokenError, match="register the use"):
            town.do(
                write_case_text,
                by=town.officer,
                case="C02",
                text=TEXT,
                outputs=[output],
            )


@pytest.mark.parametrize("role", [Role.COMMITTEE_SECRETARY, Role.PROJECT_MANAGER])
def test_others_write_and_publish_nothing(town: Town, role: Role) -> None:
    write(town)
    for by in (town.office(role), town.contact(A)):
        with pytest.raises(NotPermittedError):
            write(town, by=by)
        with pytest.raises(NotPermittedError):
            town.do(publish_case_text, by=by, case="C01", source=SOURCE)


def test_the_record_holds_no_word_of_the_text(town: Town) -> None:
    write(town)
    publish(town)

    told = history(town.session, "C01")[-2:]

    assert [entry.type for entry in told] == ["case.drafted", "case.published"]
    assert [entry.payload for entry in told] == [{"number": 1}] * 2


def test_inv_09_the_database_keeps_drafts_and_publications(town: Town) -> None:
    write(town)
    publish(town)

    for change in (update(CaseDraft).values(text="x"), delete(CasePublication)):
        with pytest.raises(DBAPIError), town.session.begin_nested():
            town.session.execute(change)


def test_a_proposed_outcome_is_not_recorded(town: Town) -> None:
    treatment = treat(town)
    said = {"output": "O-1", "treatment": "C01-T1", "item": 1}

    town.do(propose_outcome, by=town.officer, code=Code.ADOPTED, **said)
    town.do(propose_outcome, by=town.officer, code=Code.ADOPTED_CHANGED, **said)

    (row,) = proposed_outcomes(town.session, treatment)
    assert (row.code, row.item) == (Code.ADOPTED_CHANGED, 1)
    assert outcomes(town.session) == []


def test_inv_20_what_could_not_be_recorded_is_not_proposed(town: Town) -> None:
    treat(town)
    said = {"output": "O-1", "treatment": "C01-T1", "code": Code.ADOPTED}

    with pytest.raises(RuleBrokenError, match="INV-20"):
        town.do(propose_outcome, by=town.officer, **said)
