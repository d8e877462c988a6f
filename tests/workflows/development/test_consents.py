"""Consent to what the text says: it falls with a word, and rises with it again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.development.towns import A, F, Town, U
from workflows.development.consents import (
    accept_change,
    changed_words,
    consents_to,
)
from workflows.development.documents import latest
from workflows.development.drafting import draft_version, write_fields
from workflows.development.positions import Position
from workflows.errors import NotFoundError, NotPermittedError, RuleBrokenError
from workflows.forms.catalogue import form
from workflows.forms.wording import Change
from workflows.people.kinds import PARTIES
from workflows.people.notices import NoticeKind, notices_about
from workflows.record.entries import history
from workflows.record.judgements import Validity

MANDATE = "PR1-M"


@pytest.fixture
def agreed(had: Town) -> Town:
    """A town whose mandate all three have consented to, and a new draft of it."""
    had.do(draft_version, by=had.manager, document=MANDATE)
    return had


def section_of(key: str) -> str:
    sections = form("mandate").sections
    return next(s.key for s in sections if any(f.key == key for f in s.fields))


def write(town: Town, **values: Any) -> None:
    town.do(write_fields, by=town.manager, document=MANDATE, values=values)


def standing(town: Town) -> dict[str, set[Validity]]:
    found: dict[str, set[Validity]] = {}
    for one in consents_to(town.session, MANDATE):
        found.setdefault(one.section, set()).add(one.validity)
    return found


def moves(town: Town) -> list[tuple[str, str]]:
    return [
        (entry.payload["party"], entry.payload["to"])
        for entry in history(town.session, MANDATE)
        if entry.type == "consent.changed"
    ]


def test_each_party_consents_to_each_section(agreed: Town) -> None:
    told = consents_to(agreed.session, MANDATE)

    sections = [each.key for each in form("mandate").sections]
    assert [(one.section, one.party) for one in told] == [
        (section, party) for section in sections for party in PARTIES
    ]
    assert {one.validity for one in told} == {Validity.VALID}


def test_white_space_and_quotation_marks_leave_consent_alone(agreed: Town) -> None:
    purpose = latest(agreed.session, MANDATE).values["m_purpose"]

    write(agreed, m_purpose=[f"  {part.replace(' ', '  ')}" for part in purpose])

    assert set.union(*standing(agreed).values()) == {Validity.VALID}
    assert moves(agreed) == []


def test_one_word_makes_that_section_open_for_all_three_and_no_other(
    agreed: Town,
) -> None:
    write(agreed, m_purpose=["Noe annet."])

    told = standing(agreed)
    notices = [
        (notice.party, notice.facts)
        for notice in notices_about(agreed.session, MANDATE)
        if notice.kind is NoticeKind.CONSENT_FALLEN
    ]

    fallen = {"sections": [section_of("m_purpose")]}
    assert notices == [(party, fallen) for party in PARTIES]
    assert told.pop(section_of("m_purpose")) == {Validity.SUSPECT_TARGET}
    assert set.union(*told.values()) == {Validity.VALID}


def test_consent_holds_again_when_the_word_comes_back(agreed: Town) -> None:
    purpose = latest(agreed.session, MANDATE).values["m_purpose"]

    write(agreed, m_purpose=["Noe annet."])
    write(agreed, m_purpose=purpose)

    assert set.union(*standing(agreed).values()) == {Validity.VALID}
    falls = [(party.value, "suspect_target") for party in PARTIES]
    rises = [(party.value, "valid") for party in PARTIES]
    assert moves(agreed) == [*falls, *rises]


def test_a_party_sees_word_by_word_what_changed_since_it_consented(
    agreed: Town,
) -> None:
    write(agreed, m_purpose=["Helt nytt formål."])

    stretches = changed_words(agreed.session, MANDATE, section_of("m_purpose"), party=U)

    new = "".join(s.text for s in stretches if s.change is Change.INSERTED)
    assert "Helt nytt form\u00e5l." in new


def test_a_party_keeps_its_consent_with_a_reason_until_the_next_change(
    agreed: Town,
) -> None:
    section = section_of("m_purpose")
    write(agreed, m_purpose=["Noe annet."])
    agreed.do(
        accept_change,
        by=agreed.contact(U),
        document=MANDATE,
        section=section,
        reason="Bare klarere språk.",
    )

    held = {
        one.party: one.validity
        for one in consents_to(agreed.session, MANDATE)
        if one.section == section
    }
    write(agreed, m_purpose=["Noe helt annet."])

    suspect = Validity.SUSPECT_TARGET
    assert held == {A: suspect, F: suspect, U: Validity.VALID}
    assert standing(agreed)[section] == {suspect}


def test_a_consent_is_kept_with_a_reason_only(agreed: Town) -> None:
    write(agreed, m_purpose=["Noe annet."])

    with pytest.raises(RuleBrokenError, match="reason"):
        agreed.do(
            accept_change,
            by=agreed.contact(U),
            document=MANDATE,
            section=section_of("m_purpose"),
            reason=" ",
        )


def test_a_consent_that_holds_needs_no_keeping(agreed: Town) -> None:
    with pytest.raises(RuleBrokenError, match="no consent"):
        agreed.do(
            accept_change,
            by=agreed.contact(U),
            document=MANDATE,
            section=section_of("m_purpose"),
            reason="For sikkerhets skyld",
        )


def test_only_the_contact_keeps_the_consent_of_a_party(agreed: Town) -> None:
    write(agreed, m_purpose=["Noe annet."])

    with pytest.raises(NotPermittedError):
        agreed.do(
            accept_change,
            by=agreed.member(U),
            document=MANDATE,
            section=section_of("m_purpose"),
            reason="Greit",
        )


def test_a_party_that_is_silent_has_consented_to_nothing(town: Town) -> None:
    town.drafted_project()
    town.concluded_round(
        "R-1", document=MANDATE, positions={A: Position.AGREE, U: Position.AGREE}
    )

    assert {one.party for one in consents_to(town.session, MANDATE)} == {A, U}


def test_a_party_that_disagreed_has_not_consented(town: Town) -> None:
    town.drafted_project()
    town.concluded_round(
        "R-1",
        document=MANDATE,
        positions={A: Position.AGREE, F: Position.AGREE, U: Position.DISAGREE},
    )

    told = {one.party: one.validity for one in consents_to(town.session, MANDATE)}

    assert told == {A: Validity.VALID, F: Validity.VALID, U: Validity.INVALID}


def test_there_is_nothing_to_compare_with_before_a_party_has_answered(
    town: Town,
) -> None:
    town.drafted_project()

    with pytest.raises(NotFoundError):
        changed_words(town.session, MANDATE, section_of("m_purpose"), party=U)


def test_a_party_that_disagreed_has_no_consent_to_keep(town: Town) -> None:
    town.drafted_project()
    town.concluded_round(
        "R-1",
        document=MANDATE,
        positions={A: Position.AGREE, F: Position.AGREE, U: Position.DISAGREE},
    )
    town.do(draft_version, by=town.manager, document=MANDATE)
    write(town, m_purpose=["Noe annet"])

    with pytest.raises(RuleBrokenError):
        town.do(
            accept_change,
            by=town.contact(U),
            document=MANDATE,
            section=section_of("m_purpose"),
            reason="Like greit.",
        )
