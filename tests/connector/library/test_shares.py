"""Whose what is in a Word file that went round: each takes in one's own part."""

from __future__ import annotations

from typing import Any

import pytest

from connector.library.shares import Share, share_of, written
from templates_docx.compile import template
from templates_docx.merge import merge
from templates_docx.read import read
from tests.templates_docx.samples import full_values
from workflows.development.authorship import merged
from workflows.forms.catalogue import form
from workflows.people.hats import Hat
from workflows.people.kinds import Party, Role

REPORT, SUMMARY = form("status-report"), form("hearing-summary")


def hat(party: Party | None) -> Hat:
    role = Role.PARTY_CONTACT if party else Role.PROJECT_MANAGER
    return Hat(person_id=None, person_ref="P", role=role, party=party)


MANAGER, A, T = hat(None), hat(Party.ADMINISTRATION), hat(Party.UNION)


def share(kind: str, changes: dict[str, Any], *, by: Hat) -> Share:
    """The share of a file that the engine made with the changes in it."""
    before = full_values(form(kind), "nb") | {"hs_dissent": []}
    before = {key: value for key, value in before.items() if value}
    word = read(template(kind, "nb").fill(before | changes))
    plan = merge(form(kind), base=before, record=before, word=word)
    return share_of(plan, form(kind), by=by)


def keys(found: Share) -> tuple[list[str], list[str]]:
    """What is taken in, and what is not."""
    return (
        [each.key for each in found.plan.clean],
        [each.key for each in found.not_taken],
    )


def rows(kind: str, key: str) -> list[dict[str, Any]]:
    return [dict(row) for row in full_values(form(kind), "nb")[key]]


def other(score: int) -> int:
    """Another score from 1 to 5."""
    return 1 if score == 5 else score + 1


@pytest.mark.parametrize(
    ("by", "mine", "others"),
    [
        (MANAGER, ["s_name"], ["s_view_t"]),
        (T, ["s_view_t"], ["s_name"]),
        (A, [], ["s_name", "s_view_t"]),
    ],
)
def test_each_takes_what_is_ones_own_and_the_rest_waits(
    by: Hat, mine: list[str], others: list[str]
) -> None:
    changes = {"s_name": "Nytt navn", "s_view_t": ["Vårt nye syn."]}

    assert keys(share("status-report", changes, by=by)) == (mine, others)


def test_in_a_table_side_by_side_a_party_takes_its_own_column() -> None:
    table = rows("status-report", "s_coop")
    first = table[0]["_id"]
    former = full_values(REPORT, "nb")
    table[0] |= {"A": other(table[0]["A"]), "T": other(table[0]["T"])}
    table[0]["kommentar"] = "Bedre nå."

    found = share("status-report", {"s_coop": table}, by=T)
    values = written(REPORT, found.plan.merged({}), found.plan.changed, by=T)
    after = merged(REPORT, former, values, authors={}, by=T).values["s_coop"][0]

    assert keys(found) == (
        [f"s_coop[{first}].T", f"s_coop[{first}].kommentar"],
        [f"s_coop[{first}].A"],
    )
    assert (after["T"], after["kommentar"]) == (table[0]["T"], "Bedre nå.")
    assert after["A"] == former["s_coop"][0]["A"] != table[0]["A"]


def test_where_each_party_has_a_row_it_takes_its_own_row() -> None:
    table = [
        {"_id": "r1", "part": "A", "tekst": "Ordlagt av en annen."},
        {"_id": "r2", "part": "T", "tekst": "Våre egne ord."},
    ]

    found = share("hearing-summary", {"hs_dissent": table}, by=T)

    told = {each.key: each.word for each in found.plan.clean}
    values = written(SUMMARY, found.plan.merged({}), found.plan.changed, by=T)
    assert "Våre egne ord." in str(told)
    assert "Ordlagt av en annen." not in str(told)
    assert "Ordlagt av en annen." in str(found.not_taken)
    assert {row["part"] for row in values["hs_dissent"]} == {"T"}


def test_no_row_that_stands_side_by_side_is_taken_out_by_a_file() -> None:
    table = rows("status-report", "s_coop")

    found = share("status-report", {"s_coop": table[1:]}, by=T)

    assert found.plan.brings_nothing
    assert found.not_taken[0].key == f"s_coop[{table[0]['_id']}]"


def test_a_file_with_ones_own_alone_leaves_nothing_behind() -> None:
    found = share("status-report", {"s_view_t": ["Vårt nye syn."]}, by=T)

    assert found.not_taken == ()
