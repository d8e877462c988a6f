from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.workflows.development.towns import A, F, Town, U
from workflows.development.authorship import merged
from workflows.development.documents import latest
from workflows.development.drafting import write_fields
from workflows.development.reports import begin_report
from workflows.errors import InvalidValueError, RuleBrokenError
from workflows.forms.catalogue import form
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import PARTIES, Party, Role
from workflows.people.municipalities import announce_reporting_day

OWN = {"m_view_": "mandate", "a_commit_": "agreement", "s_view_": "status-report"}


def hat(party: Party | None) -> Hat:
    role = Role.PARTY_MEMBER if party else Role.PROJECT_MANAGER
    return Hat(person_id=None, person_ref="P", role=role, party=party)


def write(kind: str, values: dict[str, Any], by: Party | None, **before: Any) -> Any:
    authors = before.pop("authors", {})
    return merged(form(kind), before, values, authors=authors, by=hat(by))


@pytest.mark.parametrize(
    ("start", "owner", "writer"),
    [(start, *pair) for start in OWN for pair in product(PARTIES, (*PARTIES, None))],
)
def test_inv_22_a_partys_own_field_is_written_by_that_party_alone(
    start: str, owner: Party, writer: Party | None
) -> None:
    key = f"{start}{owner.lower()}"

    if writer is owner:
        assert write(OWN[start], {key: ["x"]}, writer).authors == {key: owner.value}
        return
    with pytest.raises(RuleBrokenError, match="INV-22"):
        write(OWN[start], {key: ["x"]}, writer)


@pytest.mark.parametrize("party", PARTIES)
def test_a_party_does_not_write_what_belongs_to_all(party: Party) -> None:
    with pytest.raises(RuleBrokenError, match="project_manager"):
        write("mandate", {"m_name": "Vårt navn"}, party)


def test_nobody_writes_what_the_system_fills_in() -> None:
    with pytest.raises(RuleBrokenError, match="system"):
        write("mandate", {"m_status": "agreed"}, None)


def test_an_unknown_field_is_told_by_name() -> None:
    with pytest.raises(InvalidValueError, match="m_nothing"):
        write("mandate", {"m_nothing": "x"}, None)


def scored(value: int, column: str) -> dict[str, Any]:
    return {"s_coop": [{"_id": "r1", column: value}]}


def test_inv_22_the_parties_fill_their_own_columns_side_by_side() -> None:
    values: dict[str, Any] = {"s_coop": [{"_id": "r1", "utsagn": "Vi blir hørt"}]}
    authors: dict[str, Any] = {}
    for party in PARTIES:
        change = merged(
            form("status-report"),
            values,
            scored(4, party.value),
            authors=authors,
            by=hat(party),
        )
        values, authors = change.values, change.authors

    assert values["s_coop"] == [
        {"_id": "r1", "utsagn": "Vi blir hørt", "A": 4, "F": 4, "T": 4}
    ]
    assert authors == {"s_coop": ["A", "F", "T"]}


@pytest.mark.parametrize(
    ("column", "writer"),
    [pair for pair in product(PARTIES, (*PARTIES, None)) if pair[0] is not pair[1]],
)
def test_inv_22_nobody_fills_the_column_of_another_party(
    column: Party, writer: Party | None
) -> None:
    with pytest.raises(RuleBrokenError, match="INV-22"):
        write("status-report", scored(1, column.value), writer)


def row(party: Party, text: str = "x") -> dict[str, Any]:
    return {"_id": f"r{party}", "part": party.value, "merknad": text}


def test_inv_22_a_party_writes_its_own_row_and_leaves_the_others() -> None:
    change = write(
        "mandate", {"m_accept": [row(U, "ny")]}, U, m_accept=[row(A), row(U)]
    )

    assert change.values["m_accept"] == [row(A), row(U, "ny")]


@pytest.mark.parametrize("written", [row(A), {**row(A), "part": "T"}])
def test_inv_22_a_party_does_not_touch_the_row_of_another(
    written: dict[str, Any],
) -> None:
    with pytest.raises(RuleBrokenError, match="INV-22"):
        write("mandate", {"m_accept": [written]}, U, m_accept=[row(A), row(U)])


def test_the_manager_draws_up_the_rows_that_the_parties_fill_in() -> None:
    change = write("agreement", {"a_parties": [row(A), row(F)]}, None)

    assert change.values["a_parties"] == [row(A), row(F)]
    assert change.authors == {}


def test_inv_22_holds_in_a_report_that_is_being_written(
    session: Session, town: Town
) -> None:
    town.running_project()
    day = {"period_from": date(2025, 1, 1), "period_to": date(2025, 3, 31)}
    town.do(announce_reporting_day, by=SYSTEM, due_on=date(2025, 4, 2), **day)
    town.do(
        begin_report, by=town.manager, project="PR1", due_on=date(2025, 4, 2), values={}
    )

    town.do(
        write_fields,
        by=town.contact(U),
        document="PR1-S1",
        values={"s_view_t": ["Det går seint."], **scored(2, "T")},
    )
    with pytest.raises(RuleBrokenError, match="INV-22"):
        town.do(
            write_fields, by=town.contact(U), document="PR1-S1", values=scored(5, "F")
        )

    draft = latest(session, "PR1-S1")
    assert draft.values["s_coop"] == [{"_id": "r1", "T": 2}]
    assert draft.authors == {"s_view_t": "T", "s_coop": ["T"]}
