from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.workflows.development.towns import A, F, Town, U
from workflows.base import by_ref
from workflows.errors import InvalidValueError, NotFoundError, RuleBrokenError
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import Party, Role
from workflows.people.mandates import (
    Mandate,
    end_mandate,
    give_mandate,
    hats_of,
    holder_of,
    mandates_given,
    wear,
)
from workflows.people.persons import register_person


def give(town: Town, ref: str, person: str, **more: Any) -> Mandate:
    terms = {"role": Role.PARTY_MEMBER, "valid_from": town.today, **more}
    return town.do(give_mandate, by=SYSTEM, ref=ref, person=person, **terms)


def end(town: Town, mandate: str, last_day: date) -> Mandate:
    return town.do(end_mandate, by=SYSTEM, mandate=mandate, last_day=last_day)


def worn(town: Town, person: str, role: Role = Role.PARTY_CONTACT) -> Hat:
    return wear(town.session, person=person, role=role, at=town.now)


def test_a_mandate_says_for_whom_its_holder_acts(town: Town) -> None:
    hat = worn(town, "P-T")

    assert (hat.party, hat.organisation, hat.signs) == (U, "Arbeiderforeninga", True)


@pytest.mark.parametrize("role", [Role.PARTY_CONTACT, Role.PARTY_MEMBER])
def test_inv_07_a_party_role_needs_its_party(town: Town, role: Role) -> None:
    with pytest.raises(RuleBrokenError, match="INV-07"):
        give(town, "M-1", "P-pm", role=role, party=None)


@pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.CASE_OFFICER])
def test_inv_07_other_roles_speak_for_no_party(town: Town, role: Role) -> None:
    with pytest.raises(RuleBrokenError, match="INV-07"):
        give(town, "M-1", "P-pm", role=role, party=A)


def test_inv_07_nobody_speaks_for_two_parties_in_the_same_period(town: Town) -> None:
    with pytest.raises(RuleBrokenError, match="another party"):
        give(town, "M-1", "P-T", party=F)


def test_two_mandates_for_the_same_party_are_no_matter(town: Town) -> None:
    give(town, "M-1", "P-T", party=U)

    assert len(hats_of(town.session, person="P-T", at=town.now)) == 2


def test_who_has_left_one_party_may_speak_for_another_from_the_next_day(
    town: Town,
) -> None:
    end(town, "M-P-T", town.today)

    with pytest.raises(RuleBrokenError, match="INV-07"):
        give(town, "M-1", "P-T", party=A)
    given = give(town, "M-1", "P-T", party=A, valid_from=town.today + timedelta(1))

    assert given.party is A


def test_a_mandate_before_the_other_one_begins_is_no_matter(town: Town) -> None:
    later = {"party": U, "valid_from": town.today + timedelta(10)}
    give(town, "M-1", "P-pm", **later)

    given = give(town, "M-2", "P-pm", party=F, valid_to=town.today + timedelta(9))

    assert given.party is F
    with pytest.raises(RuleBrokenError, match="INV-07"):
        give(town, "M-3", "P-pm", party=F, valid_to=town.today + timedelta(10))


def test_the_same_person_may_stand_in_both_lines_with_two_hats(town: Town) -> None:
    give(town, "M-1", "P-A", role=Role.CASE_OFFICER)

    hats = hats_of(town.session, person="P-A", at=town.now)

    assert {hat.role for hat in hats} == {Role.PARTY_CONTACT, Role.CASE_OFFICER}


def test_inv_07_a_mandate_that_ended_yesterday_gives_no_hat(town: Town) -> None:
    end(town, "M-P-T", town.today)
    worn(town, "P-T")

    town.wait(days=1)

    with pytest.raises(RuleBrokenError, match="INV-07"):
        worn(town, "P-T")


def test_a_mandate_that_begins_tomorrow_gives_no_hat_today(town: Town) -> None:
    give(town, "M-1", "P-pm", party=A, valid_from=town.today + timedelta(1))

    with pytest.raises(RuleBrokenError, match="INV-07"):
        worn(town, "P-pm", Role.PARTY_MEMBER)


def test_inv_18_a_mandate_does_not_end_in_the_past(town: Town) -> None:
    town.wait(days=10)

    with pytest.raises(RuleBrokenError, match="INV-18"):
        end(town, "M-P-T", town.today - timedelta(1))


def test_inv_18_an_ended_mandate_is_not_brought_back_by_ending_it_later(
    town: Town,
) -> None:
    end(town, "M-P-T", town.today)
    town.wait(days=10)

    with pytest.raises(RuleBrokenError, match="INV-18"):
        end(town, "M-P-T", town.today + timedelta(30))


def test_a_mandate_can_end_earlier_than_first_said(town: Town) -> None:
    end(town, "M-P-T", town.today + timedelta(30))

    assert end(town, "M-P-T", town.today).valid_to == town.today


def test_inv_18_a_mandate_given_today_gave_no_hat_yesterday(town: Town) -> None:
    yesterday = town.now
    town.wait(days=1)
    give(town, "M-1", "P-pm", party=A, valid_from=yesterday.date())

    with pytest.raises(RuleBrokenError, match="INV-07"):
        wear(town.session, person="P-pm", role=Role.PARTY_MEMBER, at=yesterday)
    assert hats_of(town.session, person="P-pm", at=yesterday) == [town.manager]


def test_a_mandate_does_not_end_before_it_begins(town: Town) -> None:
    with pytest.raises(InvalidValueError, match="valid_to"):
        give(town, "M-1", "P-pm", party=A, valid_to=town.today - timedelta(1))


def test_the_holder_is_known_also_after_the_mandate_ended(town: Town) -> None:
    ended = end(town, "M-P-T", town.today)
    town.wait(days=100)

    assert holder_of(town.session, ended.id).ref == "P-T"


def test_who_leads_two_projects_names_the_one(town: Town) -> None:
    for number in (1, 2):
        town.do(register_person, by=SYSTEM, ref=f"L{number}", name="Leder")
        give(
            town, f"M-{number}", "L1", role=Role.PROJECT_MANAGER, project=f"PR{number}"
        )

    hat = wear(
        town.session,
        person="L1",
        role=Role.PROJECT_MANAGER,
        project="PR2",
        at=town.now,
    )

    assert hat.project == "PR2"
    with pytest.raises(RuleBrokenError, match="INV-07"):
        wear(
            town.session,
            person="L1",
            role=Role.PROJECT_MANAGER,
            project="PR3",
            at=town.now,
        )


def test_who_speaks_for_two_unions_names_the_one(town: Town) -> None:
    give(town, "M-0", "P-T2", party=U, organisation="Lærarlaget")

    hat = wear(
        town.session,
        person="P-T2",
        role=Role.PARTY_MEMBER,
        organisation="Arbeiderforeninga",
        at=town.now,
    )

    assert hat.organisation == "Arbeiderforeninga"


def test_an_unknown_person_has_no_hats(town: Town) -> None:
    with pytest.raises(NotFoundError, match="P-none"):
        worn(town, "P-none")


def test_mandates_are_listed_as_they_were_given(session: Session, town: Town) -> None:
    before = town.now
    town.wait(days=1)
    give(town, "M-1", "P-pm", party=Party.UNION)

    assert "M-1" not in [row.ref for row in mandates_given(session, at=before)]
    assert "M-1" in [row.ref for row in mandates_given(session)]


def test_a_reference_of_a_mandate_is_used_once(session: Session, town: Town) -> None:
    with pytest.raises(RuleBrokenError, match="M-P-T"):
        give(town, "M-P-T", "P-pm", party=A)

    assert by_ref(session, Mandate, "M-P-T").party is U
