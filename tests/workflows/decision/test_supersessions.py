from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.workflows.decision.secretariat import RECORD, Office, another, version
from workflows.decision.decisions import DecisionText
from workflows.decision.import_log import What
from workflows.decision.import_rules import PlainOther
from workflows.decision.meetings import CaseNumber
from workflows.decision.supersessions import supersessions

LATER = PlainOther(number_type="PS", number_seq=40, number_year=2026)
EARLIER = PlainOther(number_type="PS", number_seq=15, number_year=2026)


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def pairs(office: Office) -> list[tuple[str, str, bool, bool]]:
    return [
        (one.earlier, one.later, one.is_said_by_earlier, one.is_said_by_later)
        for one in supersessions(office.session)
    ]


def test_when_one_says_it_is_replaced_and_the_other_is_silent_that_is_a_finding(
    office: Office,
) -> None:
    first, second = office.reads(version(replaced_by=LATER), another(40))

    assert "replacement_one_sided" in first.findings
    assert "replacement_one_sided" not in second.findings
    assert pairs(office) == [("C01-T1", "C01-T2", True, False)]


def test_when_one_says_it_replaces_and_the_other_is_silent_that_is_a_finding(
    office: Office,
) -> None:
    _, second = office.reads(RECORD, another(40, replaces=EARLIER))

    assert "replacement_one_sided" in second.findings
    assert pairs(office) == [("C01-T1", "C01-T2", False, True)]


def test_when_both_say_it_there_is_no_finding(office: Office) -> None:
    rows = office.reads(
        version(replaced_by=LATER), another(40, replaces=EARLIER, body_name="KST")
    )

    assert not [row for row in rows if "replacement_one_sided" in row.findings]
    (one,) = supersessions(office.session)
    assert not one.is_one_sided


def test_what_a_registered_decision_supersedes_counts_as_said_by_it(
    office: Office,
) -> None:
    office.case()
    office.treatment()
    office.treatment(
        number=CaseNumber(seq=40, year=2026),
        decision=DecisionText(text="Nytt.", supersedes="C04-T1"),
    )

    (row,) = office.reads(version(replaced_by=LATER))

    assert row.what is What.LINKED
    assert "replacement_one_sided" not in row.findings
    assert pairs(office) == [("C04-T1", "C04-T2", True, True)]


def test_one_that_is_not_registered_is_told_and_found_when_it_comes(
    office: Office,
) -> None:
    (first,) = office.reads(version(replaced_by=LATER))
    before = pairs(office)
    office.reads(another(40))

    assert "replacement_unknown" in first.findings
    assert before == []
    assert pairs(office) == [("C01-T1", "C01-T2", True, False)]


def test_one_in_another_body_is_named_with_the_body(office: Office) -> None:
    other = PlainOther(
        number_type="PS", number_seq=40, number_year=2026, body_name="Formannskapet"
    )

    office.reads(
        version(replaced_by=other),
        another(40),
        version(
            number_seq=40,
            source_id="fsk|40",
            body_name="Formannskapet",
            is_final=False,
        ),
    )

    (one,) = supersessions(office.session)
    assert one.later == "C01-T3"


def test_a_body_that_is_not_known_stops_only_its_own_row(office: Office) -> None:
    other = PlainOther(
        number_type="PS", number_seq=1, number_year=2026, body_name="Fylkestinget"
    )

    first, second = office.reads(version(replaced_by=other), another(40))

    assert (first.what, first.problem) == (What.REFUSED, "unknown_body")
    assert second.what is What.ADDED


def test_the_same_said_again_changes_nothing(office: Office) -> None:
    office.reads(version(replaced_by=LATER), another(40))
    before = office.stored()

    rows = office.reads(version(replaced_by=LATER), another(40))

    assert {row.what for row in rows} == {What.UNCHANGED}
    assert office.stored() == before
