"""A sign-in: one browser's, for a while, and gone with the person or the account."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.database.dump import dumped, own_data
from tests.workflows.development.towns import Town
from workflows.base import all_of, by_ref
from workflows.errors import InvalidValueError
from workflows.people.accounts import Account, link_account, unlink_account
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.persons import Person, register_person
from workflows.people.sign_ins import (
    AT_ONCE,
    Lifetime,
    SignIn,
    begin_sign_in,
    end_sign_in,
    end_sign_ins,
    find_sign_in,
    note_request,
    signed_in,
)
from workflows.trace.erasure import (
    ErasureBasis,
    RestrictionBasis,
    erase_person,
    restrict_person,
)

LASTS = Lifetime(idle=timedelta(minutes=60), longest=timedelta(hours=10))
SECRET = "s" * 43
ACCOUNT = Account(
    tid="0d3c7f4e-95f2-4c0f-9d7b-0c4a5be3f001",
    oid="5b1f0d8a-3a3c-4b0e-8a4e-1f6f0b7e1001",
)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def turi(town: Town) -> Person:
    town.settle("P-office", Role.CE_OFFICE)
    town.do(register_person, by=SYSTEM, ref="X1", name="Turi Vik")
    return by_ref(town.session, Person, "X1")


def begun(town: Town, person: str = "X1", secret: str = SECRET) -> SignIn:
    row = by_ref(town.session, Person, person)
    made = begin_sign_in(town.session, row, secret=secret, lasts=LASTS, at=town.now)
    town.session.flush()
    return made


def lasts(town: Town, after: timedelta, secret: str = SECRET) -> bool:
    found = find_sign_in(town.session, secret, lasts=LASTS, at=town.now + after)
    return found is not None


def test_a_secret_finds_who_is_signed_in_and_is_not_kept(town: Town) -> None:
    made = begun(town)
    person = signed_in(town.session, made)
    told = str(own_data(town.session, by_ref(town.session, Person, "X1")))

    assert person is not None
    assert person.ref == "X1"
    assert made.secret_sha256 not in told
    assert SECRET not in told
    assert "sign_in" not in dumped(town.session)["tables"]
    assert not lasts(town, MINUTE, secret="t" * 43)


def test_it_ends_without_requests_and_at_all_events(town: Town) -> None:
    made = begun(town)

    assert [lasts(town, 59 * MINUTE), lasts(town, 60 * MINUTE)] == [True, False]
    for minutes in range(30, 600, 30):
        note_request(town.session, made.id, at=town.now + minutes * MINUTE)
    assert [lasts(town, 599 * MINUTE), lasts(town, 600 * MINUTE)] == [True, False]


def test_only_some_requests_are_noted(town: Town) -> None:
    made = begun(town)

    noted = [made.is_to_be_noted(at=town.now + s * MINUTE / 60) for s in (1, 59, 60)]

    assert noted == [False, False, True]


def test_a_new_one_forgets_what_has_ended_of_everybody(town: Town) -> None:
    begun(town, "P-office", "o" * 43)
    row = by_ref(town.session, Person, "X1")
    later = town.now + 61 * MINUTE
    begin_sign_in(town.session, row, secret=SECRET, lasts=LASTS, at=later)
    town.session.flush()

    assert [each.person_id for each in all_of(town.session, SignIn)] == [row.id]


def test_a_person_has_no_more_than_some_at_once(town: Town) -> None:
    row = by_ref(town.session, Person, "X1")
    for number in range(AT_ONCE + 2):
        at = town.now + number * MINUTE
        secret = f"{number}" * 43
        begin_sign_in(town.session, row, secret=secret, lasts=LASTS, at=at)
        town.session.flush()

    kept = [lasts(town, 10 * MINUTE, f"{n}" * 43) for n in range(AT_ONCE + 2)]
    assert kept == [False, False, *[True] * AT_ONCE]


def test_one_is_ended_or_all_of_a_person(town: Town) -> None:
    begun(town)
    begun(town, secret="t" * 43)
    begun(town, "P-office", "o" * 43)
    end_sign_in(town.session, SECRET)

    assert [lasts(town, MINUTE), lasts(town, MINUTE, "t" * 43)] == [False, True]
    end_sign_ins(town.session, by_ref(town.session, Person, "X1").id)
    assert not lasts(town, MINUTE, "t" * 43)
    assert lasts(town, MINUTE, "o" * 43)


def test_they_end_with_the_account_the_person_and_a_restriction(town: Town) -> None:
    account = Account(
        tid="0" * 8 + "-0000-4000-8000-" + "0" * 12,
        oid="1" * 8 + "-0000-4000-8000-" + "0" * 12,
    )
    town.do(link_account, by=SYSTEM, person="X1", account=account)
    begun(town)
    town.do(unlink_account, by=SYSTEM, person="X1")
    after_unlinking = lasts(town, MINUTE)

    made = begun(town)
    office = town.hat("P-office", Role.CE_OFFICE)
    contested = RestrictionBasis.CONTESTED
    town.do(restrict_person, by=office, person="X1", basis=contested)
    restricted = signed_in(town.session, made)
    town.do(erase_person, by=office, person="X1", basis=ErasureBasis.NOT_NEEDED)

    assert (after_unlinking, restricted) == (False, None)
    assert all_of(town.session, SignIn) == []


def test_a_short_secret_is_refused(town: Town) -> None:
    with pytest.raises(InvalidValueError):
        begun(town, secret="s" * 31)
