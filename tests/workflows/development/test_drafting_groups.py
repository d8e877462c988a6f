"""Who is named to draft a mandate reads the draft, and gets no other right by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.workflows.development.towns import A, F, Town, U
from workflows.development.drafting_groups import (
    drafting_group,
    lacking_in,
    reads_mandate_draft,
)
from workflows.development.projects import Group, name_member
from workflows.development.rounds import plan_round
from workflows.errors import NotPermittedError
from workflows.people.hats import Hat
from workflows.people.kinds import PARTIES, Party, Role


@pytest.fixture
def drafting(town: Town) -> Town:
    """A town with a mandate that is being drafted."""
    town.drafted_project("PR2")
    return town


def named(town: Town, person: str, party: Party | None, days: int = 30) -> None:
    """Name a person to the drafting group from today on."""
    town.do(
        name_member,
        by=town.manager,
        project="PR2",
        person=person,
        group=Group.DRAFTING,
        party=party,
        valid_from=town.today,
        valid_to=town.today + timedelta(days),
    )


def named_of_all(town: Town) -> None:
    for party in PARTIES:
        named(town, f"P-{party}2", party)


def reads(town: Town, hat: Hat | None) -> bool:
    return reads_mandate_draft(town.session, hat, "PR2", at=town.now)


def test_who_drafts_reads_and_the_rest_of_the_party_does_not(drafting: Town) -> None:
    assert not any(reads(drafting, drafting.member(party)) for party in PARTIES)

    named_of_all(drafting)

    assert all(reads(drafting, drafting.member(party)) for party in PARTIES)
    assert not any(reads(drafting, drafting.contact(party)) for party in PARTIES)
    assert reads(drafting, drafting.manager)


@pytest.mark.parametrize("lacking", PARTIES)
def test_nobody_reads_while_one_party_is_missing(
    drafting: Town, lacking: Party
) -> None:
    others = [party for party in PARTIES if party is not lacking]
    for party in others:
        named(drafting, f"P-{party}2", party)

    group = drafting_group(drafting.session, "PR2", on=drafting.today)

    assert lacking_in(group) == [lacking]
    assert not any(reads(drafting, drafting.member(party)) for party in others)


def test_the_safety_representative_reads_when_named(drafting: Town) -> None:
    named_of_all(drafting)
    safety = drafting.office(Role.SAFETY_REP)
    assert not reads(drafting, safety)

    named(drafting, "P-safety", None)

    assert reads(drafting, safety)


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.CHIEF_EXECUTIVE])
def test_the_decision_line_reads_nothing_by_being_named(
    drafting: Town, role: Role
) -> None:
    named_of_all(drafting)
    hat = drafting.office(role)
    named(drafting, hat.person_ref, None)

    assert not reads(drafting, hat)
    assert not reads(drafting, None)


def test_a_place_in_the_group_ends_on_its_day(drafting: Town) -> None:
    named_of_all(drafting)
    drafting.wait(days=30)
    assert reads(drafting, drafting.member(A))

    drafting.wait(days=1)

    assert not reads(drafting, drafting.member(A))


def test_who_was_named_for_one_party_does_not_read_for_another(drafting: Town) -> None:
    for party, person in ((A, "P-A2"), (F, "P-F2"), (U, "P-F")):
        named(drafting, person, party)

    assert not reads(drafting, drafting.contact(F))


def test_a_group_of_another_project_gives_nothing(drafting: Town) -> None:
    named_of_all(drafting)
    other = drafting.manager
    elsewhere = type(other)(**{**vars(other), "project": "PR1"})

    assert not reads(drafting, elsewhere)


def onto_a_round(town: Town, by: Hat) -> None:
    due = town.now + timedelta(days=30)
    town.do(plan_round, by=by, ref="R-9", document="PR2-M", deadline_at=due)


def to_somebody_else(town: Town, by: Hat) -> None:
    named_of = {"project": "PR2", "person": "P-A", "group": Group.DRAFTING}
    town.do(name_member, by=by, party=A, valid_from=town.today, **named_of)


@pytest.mark.parametrize("passed_on", [onto_a_round, to_somebody_else])
def test_who_drafts_passes_the_draft_on_to_nobody(
    drafting: Town, passed_on: Callable[[Town, Hat], None]
) -> None:
    named_of_all(drafting)

    for party in PARTIES:
        with pytest.raises(NotPermittedError):
            passed_on(drafting, drafting.member(party))
