"""Deputies, absence, and the warning before a party's mandate ends."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from tests.workflows.development.towns import F, Town, U
from workflows.clock import at_oslo, norwegian_date
from workflows.errors import NotPermittedError, RuleBrokenError
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Party, Role
from workflows.people.mandates import (
    declare_absence,
    end_mandate,
    give_mandate,
    hats_of,
)
from workflows.people.notices import Notice, NoticeKind, notices_about
from workflows.people.persons import register_person
from workflows.trace.sweep import sweep

CONTACT = f"M-P-{U}"


@pytest.fixture
def deputised(town: Town) -> Town:
    """A town where the unions' contact has a deputy."""
    town.do(register_person, by=SYSTEM, ref="P-vara", name="Vara Varsen")
    deputise(town, party=U)
    return town


def deputise(town: Town, *, party: Party) -> None:
    town.do(
        give_mandate,
        by=SYSTEM,
        ref="M-vara",
        person="P-vara",
        role=Role.PARTY_CONTACT,
        party=party,
        organisation="Arbeiderforeninga",
        valid_from=norwegian_date(town.now),
        deputy_for=CONTACT,
    )


def away(town: Town, by: Party = U, *, days: int = 5) -> None:
    town.do(
        declare_absence,
        by=town.contact(by),
        mandate=CONTACT,
        first_day=norwegian_date(town.now),
        last_day=norwegian_date(town.now) + timedelta(days=days),
    )


def hats(town: Town) -> list[Role]:
    return [hat.role for hat in hats_of(town.session, person="P-vara", at=town.now)]


def told(town: Town) -> list[Notice]:
    rows = notices_about(town.session, CONTACT)
    return [row for row in rows if row.kind is NoticeKind.MANDATE_ENDS]


def test_a_deputy_has_no_hat_while_the_contact_can_act(deputised: Town) -> None:
    assert hats(deputised) == []
    with pytest.raises(RuleBrokenError, match="INV-07"):
        deputised.hat("P-vara", Role.PARTY_CONTACT)


def test_a_deputy_acts_while_the_contact_is_away_and_no_longer(
    deputised: Town,
) -> None:
    away(deputised)

    assert deputised.hat("P-vara", Role.PARTY_CONTACT).party is U

    deputised.wait(days=6)

    assert hats(deputised) == []


def test_a_deputy_acts_when_the_contact_s_mandate_has_ended(deputised: Town) -> None:
    today = norwegian_date(deputised.now)
    deputised.do(end_mandate, by=SYSTEM, mandate=CONTACT, last_day=today)

    deputised.wait(days=1)

    assert hats(deputised) == [Role.PARTY_CONTACT]


def test_a_deputy_is_of_the_same_party(town: Town) -> None:
    town.do(register_person, by=SYSTEM, ref="P-vara", name="Vara Varsen")

    with pytest.raises(RuleBrokenError, match="a deputy is the same"):
        deputise(town, party=F)


def test_no_party_tells_that_another_s_contact_is_away(deputised: Town) -> None:
    with pytest.raises(NotPermittedError):
        away(deputised, F)


def test_nobody_was_away_in_the_past(deputised: Town) -> None:
    with pytest.raises(RuleBrokenError, match="INV-18"):
        deputised.do(
            declare_absence,
            by=deputised.contact(U),
            mandate=CONTACT,
            first_day=norwegian_date(deputised.now) - timedelta(days=1),
            last_day=norwegian_date(deputised.now),
        )


def ends(town: Town, last_day: date) -> None:
    town.do(end_mandate, by=SYSTEM, mandate=CONTACT, last_day=last_day)


def eight(day: date) -> datetime:
    return at_oslo(day, time(8))


def test_a_party_is_told_14_days_before_its_mandate_ends(town: Town) -> None:
    last = norwegian_date(town.now) + timedelta(days=60)
    ends(town, last)
    due = eight(last - timedelta(days=14))

    sweep(town.session, at=due - timedelta(minutes=1))
    assert told(town) == []

    sweep(town.session, at=due)
    sweep(town.session, at=due + timedelta(days=1))

    assert [(row.party, row.at) for row in told(town)] == [(U, due)]


def test_of_a_mandate_that_ends_sooner_the_party_is_told_at_once(town: Town) -> None:
    ends(town, norwegian_date(town.now) + timedelta(days=3))

    sweep(town.session, at=town.now)

    assert [row.at for row in told(town)] == [town.now]
