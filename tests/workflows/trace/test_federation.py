from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town, session_on
from workflows.base import owned
from workflows.development.outputs import Output
from workflows.errors import InvalidValueError, NotPermittedError, RuleBrokenError
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.municipalities import register_programme
from workflows.record.entries import Entry, fold
from workflows.trace.federation import (
    ForeignOutput,
    Resolution,
    TakenIn,
    cite_foreign,
    foreign_citations,
    programme_roll_up,
    shared_outputs,
    take_in_exchange,
)

SKOGHEIM = {"number": "9902", "name": "Skogheim kommune"}
READ = f"fp:v1:{'a' * 64}"
OTHER = f"fp:v1:{'b' * 64}"
UNKNOWN = {
    "municipality": "9903",
    "ref": "O-77",
    "version": "1.0",
    "fingerprint": OTHER,
    "state": "unresolved",
}


@pytest.fixture
def session(handed_over: Connection) -> Iterator[Session]:
    """A session of the town where O-1 is handed over."""
    with session_on(handed_over) as session:
        yield session


def pilot(**changed: Any) -> dict[str, Any]:
    """Skogheim's report of a pilot, which itself builds on something unknown here."""
    facts = {
        "ref": "O-9",
        "version": "1.0",
        "title": "Utprøving av langvakter",
        "kind": "experience",
        "language": "nb",
        "handed_over_on": "2024-11-01",
        "fingerprint": READ,
        "state": "treated",
        "cites": [UNKNOWN],
    }
    return facts | changed


def take_in(town: Town, *outputs: dict[str, Any]) -> TakenIn:
    return town.do(
        take_in_exchange, by=SYSTEM, municipality=SKOGHEIM, outputs=list(outputs)
    )


def cite(town: Town, **changed: Any) -> None:
    values = {"municipality": "9902", "foreign": "O-9", "version": "1.0"} | changed
    values.setdefault("fingerprint", READ)
    town.do(cite_foreign, by=town.manager, output="O-1", **values)


def state(town: Town) -> Resolution:
    (row,) = foreign_citations(town.session, at=town.now)
    return row.state


def test_what_is_taken_in_keeps_its_reference_fingerprint_and_unresolved_links(
    session: Session, town: Town
) -> None:
    take_in(town, pilot())

    (row,) = session.scalars(owned(session, ForeignOutput))
    assert (row.municipality_number, row.foreign_ref) == ("9902", "O-9")
    assert row.told["fingerprint"] == READ
    assert row.told["cites"] == [UNKNOWN]
    assert session.scalars(select(Output.ref)).all() == ["O-1"]


def test_a_link_stands_unresolved_until_the_other_has_told_of_it(town: Town) -> None:
    cite(town)
    assert state(town) is Resolution.UNRESOLVED

    take_in(town, pilot())
    assert state(town) is Resolution.RESOLVED


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"version": "2.0", "fingerprint": OTHER}, Resolution.NEWER),
        ({"fingerprint": OTHER}, Resolution.DIFFERS),
    ],
)
def test_a_link_tells_when_the_other_text_is_no_longer_the_one_that_was_read(
    town: Town, told: dict[str, str], expected: Resolution
) -> None:
    take_in(town, pilot())
    cite(town)

    take_in(town, pilot(**told))

    assert state(town) is expected


def test_the_same_file_again_changes_nothing_and_leaves_no_entry(
    session: Session, town: Town
) -> None:
    assert take_in(town, pilot()) == TakenIn(new=("O-9",), changed=(), same=0)
    entries = len(session.scalars(select(Entry.seq)).all())

    assert take_in(town, pilot()) == TakenIn(new=(), changed=(), same=1)
    assert len(session.scalars(select(Entry.seq)).all()) == entries
    assert take_in(town, pilot(state="in_use")).changed == ("O-9",)


@pytest.mark.parametrize(
    ("older", "newer", "silent"),
    [
        ({"superseded_by": "O-10"}, {}, "O-10"),
        ({}, {"supersedes": "O-9"}, "O-9"),
        ({"superseded_by": "O-10"}, {"supersedes": "O-9"}, None),
    ],
)
def test_what_is_replaced_is_linked_also_when_only_one_side_says_so(
    town: Town, older: dict[str, str], newer: dict[str, str], silent: str | None
) -> None:
    cite(town)

    taken = take_in(town, pilot(**older), pilot(ref="O-10", **newer))

    assert [each.silent for each in taken.one_sided] == ([silent] if silent else [])
    (row,) = foreign_citations(town.session, at=town.now)
    assert (row.state, row.superseded_by) == (Resolution.SUPERSEDED, "O-10")


def test_a_link_moves_no_state(session: Session, town: Town) -> None:
    before = fold(session)

    cite(town)
    take_in(town, pilot())

    assert fold(session) == before


def test_a_municipality_does_not_take_in_or_cite_itself(town: Town) -> None:
    own = {"number": "9999", "name": "Testvik"}
    with pytest.raises(RuleBrokenError, match="shares itself"):
        town.do(take_in_exchange, by=SYSTEM, municipality=own, outputs=[pilot()])
    with pytest.raises(InvalidValueError, match="our own"):
        cite(town, municipality="9999")


def test_only_the_manager_of_the_project_says_what_an_output_builds_on(
    town: Town,
) -> None:
    for hat in (town.officer, town.office(Role.SAFETY_REP)):
        with pytest.raises(NotPermittedError):
            town.do(
                cite_foreign,
                by=hat,
                output="O-1",
                municipality="9902",
                foreign="O-9",
                version="1.0",
            )


def test_the_roll_up_counts_what_others_tell_without_their_texts(town: Town) -> None:
    take_in(town, pilot(), pilot(ref="O-10"), pilot(ref="O-11", state="in_use"))

    rows = programme_roll_up(town.session, at=town.now)

    assert [(row["name"], row["state"], row["outputs"]) for row in rows] == [
        ("Skogheim kommune", "in_use", 1),
        ("Skogheim kommune", "treated", 2),
    ]
    assert all("title" not in row for row in rows)


def test_nothing_is_shared_by_projects_outside_the_programme(town: Town) -> None:
    town.do(
        register_programme,
        by=SYSTEM,
        ref="SGT",
        name="Saman om gode tenester",
        valid_from=town.today,
    )

    assert shared_outputs(town.session, programme="SGT", at=town.now) == []
