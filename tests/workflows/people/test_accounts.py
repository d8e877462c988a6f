"""Which account is whose: bound by an administrator, kept as a keyed digest alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from connector.database.dump import dumped
from tests.workflows.development.towns import Town
from workflows.base import all_of, by_ref
from workflows.errors import InvalidValueError, NotPermittedError, RuleBrokenError
from workflows.people.accounts import (
    Account,
    AccountLink,
    link_account,
    person_with,
    unlink_account,
)
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.persons import Person, register_person
from workflows.record.entries import Entry, history
from workflows.trace.erasure import (
    ErasureBasis,
    RestrictionBasis,
    erase_person,
    restrict_person,
)

TENANT_ID = "0d3c7f4e-95f2-4c0f-9d7b-0c4a5be3f001"
ELSEWHERE = "0d3c7f4e-95f2-4c0f-9d7b-0c4a5be3f002"
HERS = "5b1f0d8a-3a3c-4b0e-8a4e-1f6f0b7e1001"
OTHER = "5b1f0d8a-3a3c-4b0e-8a4e-1f6f0b7e1002"


@pytest.fixture(autouse=True)
def settled(town: Town) -> None:
    town.settle("P-admin", Role.SYSADMIN)
    town.settle("P-office", Role.CE_OFFICE)
    town.do(register_person, by=SYSTEM, ref="X1", name="Turi Vik")


def account(oid: str = HERS, tid: str = TENANT_ID) -> Account:
    return Account(tid=tid, oid=oid)


def linked(town: Town, person: str = "X1", **more: Any) -> AccountLink:
    by = more.pop("by", None) or town.hat("P-admin", Role.SYSADMIN)
    values = {"person": person, "account": account(), **more}
    done: AccountLink = town.do(link_account, by=by, **values)
    return done


def whose(town: Town, found: Account) -> str | None:
    person = person_with(town.session, found)
    return person.ref if person else None


def test_who_is_linked_is_found_by_tenant_and_object_id_together(town: Town) -> None:
    linked(town)

    assert whose(town, account()) == "X1"
    assert whose(town, account(oid=OTHER)) is None
    assert whose(town, account(tid=ELSEWHERE)) is None


def test_neither_tables_nor_record_nor_dump_hold_the_ids(town: Town) -> None:
    linked(town)
    town.session.flush()

    (row,) = all_of(town.session, AccountLink)
    entries = [
        [entry.type, entry.refs, entry.by, entry.payload]
        for entry in town.session.scalars(select(Entry))
    ]
    told = json.dumps([entries, dumped(town.session), row.account_hmac], default=str)

    assert HERS not in told
    assert TENANT_ID not in told
    assert row.account_hmac not in json.dumps(dumped(town.session), default=str)
    assert [entry.type for entry in history(town.session, "X1")][-1] == "account.linked"


def test_the_same_account_again_changes_nothing(town: Town) -> None:
    linked(town)
    linked(town)

    types = [entry.type for entry in history(town.session, "X1")]
    assert types.count("account.linked") == 1


def test_a_person_has_one_account_and_an_account_one_person(town: Town) -> None:
    linked(town)

    with pytest.raises(RuleBrokenError) as second:
        linked(town, account=account(oid=OTHER))
    with pytest.raises(RuleBrokenError) as shared:
        linked(town, person="P-office")

    assert {second.value.rule, shared.value.rule} == {"one person one account"}


def test_an_unlinked_account_is_nobodys_and_may_be_given_anew(town: Town) -> None:
    linked(town)
    admin = town.hat("P-admin", Role.SYSADMIN)
    town.do(unlink_account, by=admin, person="X1")

    assert whose(town, account()) is None
    assert all_of(town.session, AccountLink) == []
    with pytest.raises(RuleBrokenError, match="no account"):
        town.do(unlink_account, by=admin, person="X1")
    linked(town, person="P-office")
    assert whose(town, account()) == "P-office"


def test_only_who_runs_the_system_links(town: Town) -> None:
    with pytest.raises(NotPermittedError):
        linked(town, by=town.hat("P-office", Role.CE_OFFICE))


@pytest.mark.parametrize(
    "oid", ["turi@testvik.example", "", HERS.upper(), f"{HERS}\n", HERS + "0"]
)
def test_what_is_no_id_is_refused(town: Town, oid: str) -> None:
    with pytest.raises(InvalidValueError):
        linked(town, account=account(oid=oid))


def test_who_is_erased_has_no_account_left(town: Town) -> None:
    linked(town)
    office = town.hat("P-office", Role.CE_OFFICE)
    basis = ErasureBasis.NOT_NEEDED
    town.do(erase_person, by=office, person="X1", basis=basis)

    assert all_of(town.session, AccountLink) == []
    with pytest.raises(RuleBrokenError):
        linked(town)


def test_who_is_restricted_is_not_found(town: Town) -> None:
    linked(town)
    office = town.hat("P-office", Role.CE_OFFICE)
    basis = RestrictionBasis.CONTESTED
    town.do(restrict_person, by=office, person="X1", basis=basis)

    assert by_ref(town.session, Person, "X1").nameless == "restricted"
    assert whose(town, account()) is None
