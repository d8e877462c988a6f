"""What is told of a whole municipality at once is what is told of each thing alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from connector.bench.bulk import FIRST, LAST
from connector.bench.municipality import Municipality, Size
from connector.database.engine import Database
from tests.conftest import FOUNDED_AT
from workflows.base import all_of
from workflows.decision.decisions import items_of
from workflows.decision.implementation import follow_up_states, follow_ups
from workflows.decision.minutes import treatments_of
from workflows.development.assessments import SelfAssessment, side_by_side
from workflows.development.hearing_answers import (
    answers_by_hearing,
    asked_by_hearing,
    asked_in,
    hearing_answers,
)
from workflows.development.hearings import Hearing
from workflows.development.parity import accesses_told, all_accesses
from workflows.development.rounds import Round
from workflows.people.municipalities import found_municipality
from workflows.record.entries import (
    RecordHead,
    entries_until,
    fold,
    since,
    states_since,
    steps_to,
)
from workflows.trace.archive import archive_counts, archive_gaps, archive_texts
from workflows.trace.asking import Plans
from workflows.trace.basis import basis_links
from workflows.trace.questions import answer

SIZE = Size(projects=3, outputs=52, cases=12, items=2, used=2)
INSTANTS = [FIRST, FIRST + timedelta(days=61), LAST]
WORDS = st.sampled_from(["heltid", "turnus", "skole", "c1", "|"])
NAMES = st.lists(WORDS, max_size=3).map(" ".join)


@pytest.fixture(scope="module")
def town(shared_database: Database) -> Iterator[Session]:
    """A session of a municipality written in bulk, for all tests here."""
    with shared_database.engine.connect() as connection:
        with Session(connection, expire_on_commit=False) as session:
            found_municipality(session, name="Testvik", number="9998", at=FOUNDED_AT)
            Municipality(session, SIZE).write()
            yield session
        connection.rollback()


def test_accesses_to_all_rounds_are_those_to_each(town: Session) -> None:
    told = all_accesses(town, at=LAST)
    entries = entries_until(town, LAST)

    refs = [row.ref for row in all_of(town, Round)]
    assert len(refs) == len(told) == SIZE.outputs
    assert all(told[ref] == accesses_told(entries, ref) for ref in refs)


def test_who_was_asked_in_all_hearings_is_who_was_asked_in_each(town: Session) -> None:
    answers = answers_by_hearing(town, at=LAST)
    asked = asked_by_hearing(town, answers, at=LAST)

    found = all_of(town, Hearing)
    assert found
    for hearing in found:
        assert answers[hearing.id] == hearing_answers(town, hearing, at=LAST)
        assert asked[hearing.id] == asked_in(town, hearing, at=LAST)


def test_all_self_assessments_are_each_side_by_side(town: Session) -> None:
    rows = Counter(
        row["assessment"] for row in answer(town, "assessment", at=LAST).rows
    )

    each = {row.ref: side_by_side(town, row) for row in all_of(town, SelfAssessment)}
    assert rows == {ref: len(seen) for ref, seen in each.items()}
    assert rows.total() > 0


@pytest.mark.parametrize("at", INSTANTS)
def test_the_links_into_a_case_are_those_among_all(town: Session, at: Any) -> None:
    every = basis_links(town, at=at)

    for number in range(SIZE.cases):
        mine = [link for link in every if link.case == f"C{number}"]
        assert basis_links(town, cases=[f"C{number}"], at=at) == mine
    assert bool(every) is (at > FIRST)


def test_some_rows_are_those_among_all(town: Session) -> None:
    wanted = {"C1-T1/2", "F-C1-T1/1", "C2-T1"}

    items = [row for row in items_of(town, at=LAST) if row.ref in wanted]
    assert items_of(town, refs=wanted, at=LAST) == items
    followed = [row for row in follow_ups(town, at=LAST) if row.ref in wanted]
    assert follow_ups(town, refs=wanted, at=LAST) == followed
    treated = [row for row in treatments_of(town, at=LAST) if row.ref in wanted]
    assert treatments_of(town, refs=wanted, at=LAST) == treated
    assert len(items) == len(followed) == len(treated) == 1


def test_states_of_follow_ups_are_those_of_their_rows(town: Session) -> None:
    rows = [(row.ref, row.item, row.state) for row in follow_ups(town, at=LAST)]

    assert sorted(follow_up_states(town, at=LAST)) == sorted(rows)


@pytest.mark.parametrize("at", INSTANTS)
def test_the_archive_counts_and_lacks_what_it_is_to_have(
    town: Session, at: Any
) -> None:
    texts = archive_texts(town, at=at)

    counts = Counter(text.paper.project for text in texts)
    assert archive_counts(town, at=at) == counts
    gaps = [(row["document"], row["version"]) for row in archive_gaps(town, at=at)]
    unnamed = [text for text in texts if not text.archive_case]
    assert gaps == [(text.paper.ref, text.version.number) for text in unnamed]
    assert texts == archive_texts_by_project(town, at=at)


def archive_texts_by_project(town: Session, *, at: Any) -> list[Any]:
    """The texts of each project, put together."""
    refs = [f"PR{number}" for number in range(SIZE.projects)]
    each = [text for ref in refs for text in archive_texts(town, at=at, project=ref)]
    return sorted(each, key=lambda text: (text.paper.ref, text.version.number))


def test_a_state_and_its_day_are_told_at_once(town: Session) -> None:
    refs = ["O-3", "C2", "nothing"]
    states, reached = fold(town, at=LAST, refs=refs), since(town, at=LAST, refs=refs)

    both = states_since(town, at=LAST, refs=refs)
    assert both == {ref: (states[ref], reached[ref]) for ref in states}
    assert set(both) == {"O-3", "C2"}


def test_steps_are_the_same_before_the_record_is_kept_by_reference(
    session: Session,
) -> None:
    Municipality(session, SIZE).write()
    session.execute(update(RecordHead).values(grown=0))
    told = steps_to(session, ["agreed"], at=LAST)
    session.execute(update(RecordHead).values(grown=RecordHead.size))

    assert sorted(told) == sorted(map(tuple, steps_to(session, ["agreed"], at=LAST)))
    assert len(told) > SIZE.outputs


@given(st.lists(st.lists(NAMES, max_size=3), max_size=4), NAMES, st.integers(1, 4))
def test_a_plan_is_found_by_its_words_as_by_reading_them_all(
    texts: list[list[str]], name: str, day: int
) -> None:
    on = date(2025, 1, day)
    plans = {
        f"M-{number}": [
            (date(2025, 1, place + 1), f" {text} ") for place, text in enumerate(told)
        ]
        for number, told in enumerate(texts)
    }

    newest = [
        [text for when, text in told if when <= on][-1:] for told in plans.values()
    ]
    expected = any(f" {name} " in text for found in newest for text in found)
    assert Plans(plans).name(name, on=on) is expected
