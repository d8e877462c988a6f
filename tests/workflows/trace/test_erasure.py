"""Erasing a person: what hinders it, what is left, and what still holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from connector.database.dump import own_data
from tests.workflows.development.towns import Town
from workflows.base import by_ref
from workflows.errors import NotPermittedError, RuleBrokenError
from workflows.people.calendar_feeds import make_feed
from workflows.people.guests import SHORTEST_SECRET, invite_guest
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import Party, Role
from workflows.people.mandates import end_mandate, give_mandate
from workflows.people.persons import Person, register_person
from workflows.people.telling import Pace, choose_telling
from workflows.record.entries import Entry, history
from workflows.record.leaves import EntrySalt
from workflows.record.verification import flaws
from workflows.trace.erasure import (
    ErasureBasis,
    Hindrance,
    RestrictionBasis,
    erase_person,
    lift_restriction,
    personal_data_status,
    restrict_person,
)

NAME = "Turi Glemt"


@pytest.fixture(autouse=True)
def registered(town: Town) -> Hat:
    """Somebody new, and those who answer for personal data."""
    town.settle("P-office", Role.CE_OFFICE)
    town.settle("P-admin", Role.SYSADMIN)
    who = {"name": NAME, "title": "rådgiver", "email": "turi@testvik.example"}
    town.do(register_person, by=SYSTEM, ref="X1", **who)
    return town.hat("P-office", Role.CE_OFFICE)


def erased(town: Town, person: str = "X1", **more: Any) -> Person:
    by = more.pop("by", None) or town.hat("P-office", Role.CE_OFFICE)
    values = {"person": person, "basis": ErasureBasis.NOT_NEEDED, **more}
    done: Person = town.do(erase_person, by=by, **values)
    return done


def mandate(town: Town, **more: Any) -> None:
    values = {"ref": "M-X1", "person": "X1", "role": Role.CASE_OFFICER, **more}
    town.do(give_mandate, by=SYSTEM, valid_from=town.today, **values)


def ended(town: Town) -> None:
    town.do(end_mandate, by=SYSTEM, mandate="M-X1", last_day=town.today)
    town.wait(days=1)


def hindrances(town: Town, person: str = "X1") -> tuple[Hindrance, ...]:
    return personal_data_status(town.session, person, at=town.now).hindrances


def test_an_erased_person_is_a_code_without_a_name(town: Town) -> None:
    person = erased(town)
    town.session.flush()
    town.session.expire_all()

    again = by_ref(town.session, Person, "X1")
    raw = town.session.execute(text("SELECT name, title, email FROM person")).all()
    assert (again.name, again.title, again.email) == ("slettet person", "", None)
    assert again.name_in("nn") == "sletta person"
    assert again.kept_name is None
    assert again.key is not None
    assert again.key.wrapped is None
    assert NAME not in str(raw)
    assert person.nameless == "erased"


def test_the_entry_tells_the_code_the_basis_and_by_whom(town: Town) -> None:
    person = erased(town, basis=ErasureBasis.UNLAWFUL)

    entry = history(town.session, "X1")[-1]
    assert entry.type == "person.erased"
    assert entry.payload == {"person": str(person.id), "basis": "unlawful"}
    assert entry.by["role"] == "ce_office"


def test_the_record_holds_afterwards_and_the_acts_cannot_be_tied_to_anybody(
    town: Town,
) -> None:
    mandate(town, role=Role.SYSADMIN)
    by = town.hat("X1", Role.SYSADMIN)
    town.do(register_person, by=by, ref="X2", name="En til")
    ended(town)
    person = erased(town, basis=ErasureBasis.DISPOSAL_RULE)
    town.session.flush()

    mine = Entry.by["person"].as_string() == str(person.id)
    seqs = town.session.scalars(select(Entry.seq).where(mine)).all()
    salts = select(EntrySalt.by).where(EntrySalt.seq.in_(seqs))
    assert list(town.session.scalars(salts)) == [None]
    assert flaws(town.session) == []


def test_a_salt_that_is_gone_of_anybody_else_is_a_flaw(town: Town) -> None:
    mandate(town, role=Role.SYSADMIN)
    by = town.hat("X1", Role.SYSADMIN)
    town.do(register_person, by=by, ref="X2", name="En til")
    ended(town)
    erased(town, basis=ErasureBasis.DISPOSAL_RULE)
    other = history(town.session, "X1")[-1].seq
    town.session.flush()

    row = town.session.scalars(select(EntrySalt).where(EntrySalt.seq == other)).one()
    row.by = None
    town.session.flush()

    assert [flaw.seq for flaw in flaws(town.session)] == [other]


def test_a_mandate_that_lasts_hinders(town: Town) -> None:
    mandate(town)

    assert hindrances(town) == (Hindrance.MANDATE,)
    with pytest.raises(RuleBrokenError, match="a mandate lasts"):
        erased(town)
    ended(town)
    assert hindrances(town) == ()
    assert erased(town).nameless == "erased"


def test_a_guest_link_that_lasts_hinders(town: Town) -> None:
    mandate(town, role=Role.PARTY_MEMBER, party=Party.UNION)
    until = town.now + timedelta(days=9)
    guest = {"mandate": "M-X1", "about": "R-9", "secret": "s" * 40, "expires_at": until}
    town.do(invite_guest, by=town.hat("P-T", Role.PARTY_CONTACT), **guest)
    ended(town)

    assert hindrances(town) == (Hindrance.LINK,)
    town.wait(days=10)
    assert hindrances(town) == ()


def test_l_28_who_has_acted_is_restricted_and_not_erased(town: Town) -> None:
    mandate(town, role=Role.SYSADMIN)
    by = town.hat("X1", Role.SYSADMIN)
    town.do(register_person, by=by, ref="X2", name="En til")
    ended(town)

    assert hindrances(town) == (Hindrance.ARCHIVE,)
    with pytest.raises(RuleBrokenError, match="the duty to keep"):
        erased(town)
    assert erased(town, basis=ErasureBasis.DISPOSAL_RULE).nameless == "erased"


def test_a_restricted_person_is_shown_to_nobody_until_it_is_lifted(town: Town) -> None:
    office = town.hat("P-office", Role.CE_OFFICE)
    basis = RestrictionBasis.CONTESTED
    person = town.do(restrict_person, by=office, person="X1", basis=basis)
    shown, kept = (person.name, person.email), person.kept_name
    with pytest.raises(RuleBrokenError, match="is restricted"):
        town.do(restrict_person, by=office, person="X1", basis=basis)
    town.do(lift_restriction, by=office, person="X1")

    assert shown == ("sperret person", None)
    assert kept == NAME
    assert person.name == NAME
    with pytest.raises(RuleBrokenError, match="not restricted"):
        town.do(lift_restriction, by=office, person="X1")


def test_whoever_may_act_is_not_restricted(town: Town) -> None:
    mandate(town)

    with pytest.raises(RuleBrokenError, match="may act"):
        town.do(
            restrict_person,
            by=town.hat("P-admin", Role.SYSADMIN),
            person="X1",
            basis=RestrictionBasis.OBJECTED,
        )


def test_a_person_is_erased_once(town: Town) -> None:
    erased(town, by=town.hat("P-admin", Role.SYSADMIN))

    with pytest.raises(RuleBrokenError, match="has no key"):
        erased(town)


def test_l_36_own_choices_hinder_nothing_and_go_with_the_person(town: Town) -> None:
    mandate(town)
    by = town.hat("X1", Role.CASE_OFFICER)
    town.do(make_feed, by=by, secret="s" * SHORTEST_SECRET, language="nb")
    choice = {"pace": Pace.AT_ONCE, "by_teams": False, "language": "nn"}
    town.do(choose_telling, by=by, **choice)
    own = own_data(town.session, by_ref(town.session, Person, "X1"))
    ended(town)
    before = hindrances(town)

    person = erased(town)

    assert set(own) == {"calendar_feed", "notice_choice"}
    assert "secret_sha256" not in own["calendar_feed"][0]
    assert own["notice_choice"][0]["language"] == "nn"
    assert before == ()
    assert own_data(town.session, person) == {}


def test_others_erase_nobody(town: Town) -> None:
    with pytest.raises(NotPermittedError):
        erased(town, by=town.hat("P-pm", Role.PROJECT_MANAGER))
