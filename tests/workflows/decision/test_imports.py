from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.workflows.decision.secretariat import (
    RECORD,
    TREATED_ON,
    TWO_POINTS,
    Office,
    another,
    imported,
    version,
)
from workflows.base import by_ref
from workflows.decision.cases import Case, CaseState
from workflows.decision.decisions import (
    decision_of,
    items_of,
    text_now,
)
from workflows.decision.import_log import (
    What,
)
from workflows.decision.import_rules import (
    PlainVotes,
)
from workflows.decision.imports import import_treatments
from workflows.decision.meetings import (
    Result,
    schedule_meeting,
)
from workflows.decision.minutes import votes_of
from workflows.errors import NotPermittedError
from workflows.people.kinds import Role


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def test_a_record_becomes_a_case_a_treatment_and_a_decision_with_its_items(
    office: Office,
) -> None:
    (row,) = office.reads(RECORD)

    case = by_ref(office.session, Case, "C01")
    treatment = imported(office, row)
    assert (row.what, row.case, row.findings) == (What.ADDED, "C01", ("new_case",))
    assert (case.title, case.archive_number) == ("Fagbrev på jobb", "2025/1190")
    assert case.state is CaseState.FINAL_DECISION
    assert (treatment.number, treatment.result) == ("PS 15/26", Result.FINAL)
    assert treatment.minutes == "Kommunestyret, 12.03.2026, sak PS 15/26"
    assert decision_of(office.session, treatment).text == TWO_POINTS
    assert [item.text for item in items_of(office.session, treatment.ref)] == [
        "Prøven går ut 2026.",
        "Den evalueres.",
    ]


def test_a_new_case_gets_the_reference_after_the_highest_in_use(office: Office) -> None:
    office.case("C14")
    office.case("Haldor")

    (row,) = office.reads(RECORD)

    assert row.case == "C15"


def test_a_record_joins_the_case_with_its_archive_number(office: Office) -> None:
    office.case("C04", archive_number="2025/1190")

    (row,) = office.reads(version(archive_number="25/1190"))

    assert (row.case, row.findings) == ("C04", ())


@pytest.mark.parametrize("ours", [None, "2025/1190"])
@pytest.mark.parametrize("theirs", [None, "2025/1190"])
def test_a_record_joins_the_case_that_our_own_key_came_back_with(
    office: Office, ours: str | None, theirs: str | None
) -> None:
    office.case("C04", archive_number=ours)
    told = version(external_system="Samspor", external_key="C04", archive_number=theirs)

    (row,) = office.reads(told)

    assert row.case == "C04"


def test_our_key_is_not_trusted_against_the_number_of_the_archive(
    office: Office,
) -> None:
    office.case("C04", archive_number="2025/7")

    (row,) = office.reads(version(external_system="Samspor", external_key="C04"))

    assert row.case == "C05"


def test_a_key_of_another_system_is_no_key_of_ours(office: Office) -> None:
    office.case("C04")

    (row,) = office.reads(version(external_system="Møtebordet", external_key="C04"))

    assert row.case == "C05"


@pytest.mark.parametrize("name", ["KST", "kst", "  kommunestyret ", "KOMMUNESTYRET"])
def test_a_body_is_known_by_reference_and_name_whatever_the_case(
    office: Office, name: str
) -> None:
    (row,) = office.reads(version(body_name=name))

    assert row.what is What.ADDED


def test_a_meeting_is_found_by_its_number_or_as_the_only_one_that_day(
    office: Office,
) -> None:
    for ref, number, hour in (("M1", "7", 9), ("M2", "8", 12)):
        schedule_meeting(
            office.session,
            ref=ref,
            body="KST",
            starts_at=datetime(2026, 3, 12, hour, tzinfo=UTC),
            number=number,
            by=office.hat(),
            at=office.at,
        )

    rows = office.reads(version(meeting_id="8"), another(16))

    with_number, without = [imported(office, row) for row in rows]
    assert with_number.meeting_id is not None
    assert without.meeting_id is None
    assert "no_meeting" in without.findings


def test_votes_are_kept_by_group_under_the_name_the_group_has_in_the_body(
    office: Office,
) -> None:
    told = (
        PlainVotes(group="BYGDELISTA", in_favour=3),
        PlainVotes(group="Bygdelista", against=1),
        PlainVotes(group=None, blank=1),
        PlainVotes(group="Kystlista", unknown=2),
    )

    (row,) = office.reads(version(votes=told))

    kept = votes_of(office.session, imported(office, row))
    assert {v.group: (v.votes_for, v.votes_against, v.blank) for v in kept} == {
        "Bygdelista": (3, 1, 0),
        None: (0, 0, 1),
    }
    assert "votes_unread" in row.findings


def test_the_day_of_the_decision_stands_in_for_an_untold_meeting_day(
    office: Office,
) -> None:
    (row,) = office.reads(version(meeting_day=None))

    assert imported(office, row).treated_on == TREATED_ON


def test_an_exempt_treatment_of_an_open_case_is_pointed_out(office: Office) -> None:
    office.case("C04", archive_number="2025/1190")

    (row,) = office.reads(
        version(is_restricted=True, legal_basis="Offl. § 13", decision_text="")
    )

    assert row.findings == ("case_is_open",)


def test_a_treatment_that_a_person_registered_is_linked_and_left_as_it_is(
    office: Office,
) -> None:
    office.case("C04", archive_number="2025/1190")
    registered = office.treatment()

    (row,) = office.reads(RECORD)
    (later,) = office.reads(version(decision_text="Noe nytt."))

    decision = decision_of(office.session, registered)
    assert (row.what, row.treatment) == (What.LINKED, registered.ref)
    assert row.findings == ("differs_from_registered",)
    assert [(c["field"], c["from"], c["to"]) for c in row.changed] == [
        ("title", "Fagbrev", "Fagbrev på jobb"),
        ("decision_text", "Slik vi skrev det.", TWO_POINTS),
    ]
    assert later.findings == ("only_logged",)
    assert text_now(office.session, decision) == "Slik vi skrev det."


def test_a_record_that_says_the_same_is_linked_without_findings(
    office: Office,
) -> None:
    office.case("C04", archive_number="2025/1190")
    office.treatment()

    (row,) = office.reads(
        version(title="Fagbrev", decision_text="Slik  vi\nskrev det.", outcome=None)
    )

    assert (row.what, row.changed, row.findings) == (What.LINKED, (), ())


def test_the_texts_of_a_case_that_is_exempt_do_not_come_into_the_log(
    office: Office,
) -> None:
    office.case(
        "C04",
        restricted="exemption_confidentiality",
        exemption_reason="Personlige forhold.",
        wider_access="Vurdert; taushetsplikten er til hinder.",
    )
    office.treatment(treated_on=date(2026, 3, 11), result=Result.NOTED)

    (row,) = office.reads(RECORD)

    assert [(c["field"], c["from"], c["to"]) for c in row.changed] == [
        ("treated_on", "2026-03-11", "2026-03-12"),
        ("result", "noted", "final"),
    ]


def test_two_sources_of_one_treatment_are_linked_to_the_same(office: Office) -> None:
    (table,) = office.reads(RECORD)

    (fiks,) = office.reads(version(system="fiks", source_id="KST|m|PS 15/2026"))

    assert (fiks.what, fiks.treatment) == (What.LINKED, table.treatment)


def test_only_a_committee_secretary_imports(office: Office) -> None:
    officer = office.hat("SB", Role.CASE_OFFICER)

    with pytest.raises(NotPermittedError):
        import_treatments(
            office.session, records=[], source="x", by=officer, at=office.at
        )
