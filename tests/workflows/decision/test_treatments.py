from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from tests.workflows.builders import TWO_ITEMS, TownHall, votes
from workflows.base import Base, by_ref
from workflows.decision.cases import Case, CaseState, close_case, prepare_case
from workflows.decision.decisions import DecisionText
from workflows.decision.findings import Finding
from workflows.decision.meetings import (
    CaseNumber,
    DissentNote,
    DissentText,
    ImportSource,
    NumberType,
    Proposal,
    ProposalText,
    Result,
    Treatment,
    Vote,
    Voting,
)
from workflows.decision.minuted import MOVES
from workflows.decision.minutes import (
    dissent_in,
    final_treatment,
    find_imported,
    proposals_of,
    treatments_of,
    votes_of,
)
from workflows.decision.points import ItemText
from workflows.decision.treatments import register_treatment
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
)
from workflows.people.kinds import DEVELOPMENT_ROLES, Party, Role
from workflows.record.entries import history

S = CaseState
DISSENT = "Vi mener at punkt 3 burde vært drøftet på nytt.\n\nTillitsvalgte"


def state(hall: TownHall, case: str = "C1") -> CaseState:
    return by_ref(hall.session, Case, case).state


@pytest.mark.parametrize(("result", "expected"), list(MOVES.items()))
def test_the_result_moves_the_case(
    hall: TownHall, result: Result, expected: CaseState
) -> None:
    treatment = hall.decided_case(result=result)

    assert state(hall) is expected
    assert treatment.is_final is (
        result in {Result.FINAL, Result.DELEGATED, Result.NOTED}
    )


def test_a_case_that_is_noted_on_its_way_goes_on_to_the_next_body(
    hall: TownHall,
) -> None:
    treatment = hall.decided_case(result=Result.NOTED, is_final=False, body="ADM")

    assert not treatment.is_final
    assert state(hall) is S.TREATED_IN_BODY


def test_a_decision_by_the_book_has_no_findings(hall: TownHall) -> None:
    assert hall.decided_case().findings == []


@pytest.mark.parametrize("result", list(Result))
def test_the_mirror_refuses_no_fact_because_a_step_is_missing(
    hall: TownHall, result: Result
) -> None:
    hall.case(plan=["FSK"])

    treatment = hall.treat(
        result=result, number=None, voting=None, decision=None, body="KST"
    )

    assert {Finding.NO_MEETING, Finding.NOT_IN_PLAN} <= set(treatment.findings)
    assert state(hall) is MOVES[result]


def test_what_the_findings_rest_on_is_looked_up(hall: TownHall) -> None:
    hall.case()
    meeting = hall.meeting(on=hall.today - timedelta(1))

    treatment = hall.treat(meeting=meeting, voting=None, decision=None)

    assert treatment.findings == [
        Finding.NOT_READY,
        Finding.NOT_ON_AGENDA,
        Finding.NOT_ON_MEETING_DAY,
        Finding.NO_MINUTES_TEXT,
        Finding.MISSING_VOTE,
    ]
    assert history(hall.session, "C1")[-1].payload["findings"] == treatment.findings


def test_a_case_treated_while_it_waits_for_consultation_is_found(
    hall: TownHall,
) -> None:
    from_ready = hall.decided_case(result=Result.POSTPONED)
    assert Finding.CONSULTATION_PENDING not in from_ready.findings

    hall.do(prepare_case, by=hall.officer, case="C1", for_consultation=True)
    hall.wait(days=1)
    treatment = hall.treat(result=Result.POSTPONED)

    assert Finding.CONSULTATION_PENDING in treatment.findings


def test_a_case_sent_back_is_not_ready_before_it_is_confirmed_anew(
    hall: TownHall,
) -> None:
    hall.decided_case(result=Result.SENT_BACK, asked="Administrasjonen: bedre tall.")
    hall.wait(days=7)

    unconfirmed = hall.treat(result=Result.SENT_BACK, meeting=hall.meeting())
    final = hall.treat()
    hall.wait(days=7)
    hall.case("C2")
    hall.treat("C2", result=Result.SENT_BACK)
    hall.wait(days=1)
    hall.make_ready("C2")
    confirmed = hall.treat("C2")

    assert Finding.NOT_READY not in unconfirmed.findings  # nothing is decided there
    assert Finding.NOT_READY in final.findings
    assert Finding.NOT_READY not in confirmed.findings


def test_treating_a_closed_case_is_stored_and_found(hall: TownHall) -> None:
    hall.decided_case()
    hall.do(close_case, by=hall.officer, case="C1")

    treatment = hall.treat()

    assert Finding.CASE_WAS_CLOSED in treatment.findings
    assert state(hall) is S.FINAL_DECISION


def test_an_earlier_treatment_told_late_does_not_move_the_case_back(
    hall: TownHall,
) -> None:
    hall.decided_case()

    late = hall.treat(
        result=Result.RECOMMENDS, body="FSK", treated_on=hall.today - timedelta(9)
    )

    assert Finding.REGISTERED_OUT_OF_ORDER in late.findings
    assert state(hall) is S.FINAL_DECISION
    assert history(hall.session, late.ref)[0].states == {}
    rows = treatments_of(hall.session, "C1")
    assert [row.ref for row in rows] == [late.ref, "C1-T1"]


@pytest.mark.parametrize("role", sorted(DEVELOPMENT_ROLES))
def test_inv_01_no_development_role_registers_a_treatment(
    hall: TownHall, role: Role
) -> None:
    hall.ready_case()
    is_of_party = role in {Role.PARTY_CONTACT, Role.PARTY_MEMBER}
    hat = hall.settle("P-x", role, party=Party.UNION if is_of_party else None)

    with pytest.raises(NotPermittedError, match="INV-01"):
        hall.do(
            register_treatment,
            by=hat,
            case="C1",
            body="KST",
            treated_on=hall.today,
            result=Result.FINAL,
            minutes="Møtebok",
        )

    assert treatments_of(hall.session) == []


def test_the_chief_executive_registers_no_treatment_either(hall: TownHall) -> None:
    hall.ready_case()

    with pytest.raises(NotPermittedError):
        hall.do(
            register_treatment,
            by=hall.chief,
            case="C1",
            body="KST",
            treated_on=hall.today,
            result=Result.FINAL,
            minutes="Møtebok",
        )


@pytest.mark.parametrize(
    ("values", "error", "about"),
    [
        pytest.param({"case": "CX"}, NotFoundError, "CX", id="unknown case"),
        pytest.param({"body": "XXX"}, NotFoundError, "XXX", id="unknown body"),
        pytest.param({"meeting": "M-0"}, NotFoundError, "M-0", id="unknown meeting"),
        pytest.param({"minutes": " "}, InvalidValueError, "INV-20", id="no source"),
        pytest.param(
            {"is_final": False}, InvalidValueError, "is_final", id="final but not"
        ),
        pytest.param(
            {"decision": DecisionText(text=" ")},
            InvalidValueError,
            "is empty",
            id="an empty decision",
        ),
        pytest.param(
            {"result": Result.POSTPONED, "decision": TWO_ITEMS},
            InvalidValueError,
            "decides nothing",
            id="a postponement that decides",
        ),
        pytest.param(
            {
                "decision": DecisionText(
                    text="1. Ja. 1. Nei.",
                    items=(
                        ItemText(number=1, text="Ja."),
                        ItemText(number=1, text="Nei."),
                    ),
                )
            },
            InvalidValueError,
            "same number twice",
            id="two items with one number",
        ),
        pytest.param(
            {"decision": DecisionText(text="Ja.", supersedes="CX-T1")},
            NotFoundError,
            "CX-T1",
            id="supersedes what is not there",
        ),
    ],
)
def test_what_cannot_be_a_fact_is_refused(
    hall: TownHall, values: dict[str, Any], error: type[Exception], about: str
) -> None:
    hall.case()

    with pytest.raises(error, match=about), hall.session.begin_nested():
        hall.treat(**values)

    assert treatments_of(hall.session) == []


def test_a_day_to_come_cannot_be_told_of(hall: TownHall) -> None:
    hall.case()

    with pytest.raises(InvalidValueError, match="still to come"):
        hall.treat(treated_on=hall.today + timedelta(1))


def test_a_meeting_of_another_body_is_refused(hall: TownHall) -> None:
    hall.case()
    meeting = hall.meeting("FSK")

    with pytest.raises(InvalidValueError, match="no meeting of KST"):
        hall.treat(meeting=meeting)


def test_inv_13_a_body_uses_a_number_once_a_year_and_type(hall: TownHall) -> None:
    hall.case()
    number = CaseNumber(seq=19, year=2025)
    hall.treat(body="ADM", number=number, result=Result.RECOMMENDS)

    with pytest.raises(RuleBrokenError, match="ADM has used PS 19/25"):
        hall.treat(body="ADM", number=number)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"body": "KST"}, id="another body"),
        pytest.param({"number": CaseNumber(seq=19, year=2026)}, id="another year"),
        pytest.param(
            {"number": CaseNumber(type=NumberType.RS, seq=19, year=2025)},
            id="another type",
        ),
    ],
)
def test_inv_13_each_body_has_its_own_series(
    hall: TownHall, values: dict[str, Any]
) -> None:
    hall.case()
    number = CaseNumber(seq=19, year=2025)
    hall.treat(body="ADM", number=number, result=Result.RECOMMENDS)

    second = hall.treat(**{"body": "ADM", "number": number, **values})

    assert second.ref == "C1-T2"


def test_inv_13_the_minutes_of_a_body_share_no_table_with_a_forum() -> None:
    tables = Base.metadata.tables
    met = {
        key.column.table.name
        for name in ("treatment", "body_meeting", "agenda_item", "decision")
        for key in tables[name].foreign_keys
    }

    assert not {name for name in met if "forum" in name}
    assert met <= {
        "municipality",
        "case_folder",
        "body",
        "body_meeting",
        "treatment",
        "decision",
    }


def test_a_number_may_lack_more_than_once(hall: TownHall) -> None:
    hall.case()
    nameless = CaseNumber(type=NumberType.RS)

    for _ in range(2):
        treatment = hall.treat(number=nameless, result=Result.NOTED)

    assert treatment.findings.count(Finding.NO_NUMBER) == 1


def test_votes_proposals_and_dissent_are_kept_word_for_word(hall: TownHall) -> None:
    hall.ready_case()
    by_group = votes("1", Kystlista=(2, 8), Bygdelista=(15, 0))
    proposals = [
        ProposalText(number=2, from_whom="Kystlista", text="Saken utsettes."),
        ProposalText(number=1, from_whom="Bygdelista", text="  Som innstilt.  "),
    ]
    dissent = [DissentText(on_behalf_of="Sykepleierlaget", text=DISSENT)]

    treatment = hall.treat(
        voting=Voting(votes=by_group),
        proposals=proposals,
        dissent=dissent,
        recommendation_from="kommunedirektøren",
    )

    counted = [
        (vote.group, vote.votes_for, vote.votes_against)
        for vote in votes_of(hall.session, treatment)
    ]
    assert counted == [("Bygdelista", 15, 0), ("Kystlista", 2, 8)]
    told = [row.text for row in proposals_of(hall.session, treatment)]
    assert told == ["  Som innstilt.  ", "Saken utsettes."]
    (note,) = dissent_in(hall.session, treatment)
    assert (note.on_behalf_of, note.text) == ("Sykepleierlaget", DISSENT)
    assert treatment.recommendation_from == "kommunedirektøren"


def test_the_recommendations_of_two_bodies_are_both_kept(hall: TownHall) -> None:
    hall.case()
    for body in ("ADM", "FSK"):
        hall.treat(
            result=Result.RECOMMENDS, body=body, recommendation=f"{body} sier ja."
        )

    rows = treatments_of(hall.session, "C1")

    assert [row.recommendation for row in rows] == ["ADM sier ja.", "FSK sier ja."]


def test_an_imported_treatment_is_found_by_its_source_and_imported_once(
    hall: TownHall,
) -> None:
    hall.case()
    source = ImportSource(system="einnsyn", key="ms_1")
    assert find_imported(hall.session, source) is None

    treatment = hall.treat(source=source)

    assert find_imported(hall.session, source) is treatment
    with pytest.raises(RuleBrokenError, match="imported before"):
        hall.treat(source=source)


def test_a_case_has_one_final_treatment_when_all_bodies_are_done(
    hall: TownHall,
) -> None:
    hall.case()
    hall.treat(result=Result.RECOMMENDS, body="FSK")
    before = hall.now
    assert final_treatment(hall.session, "C1") is None

    hall.wait(days=9)
    final = hall.treat()

    found = final_treatment(hall.session, "C1")
    assert found is not None
    assert (found.ref, found.body) == (final.ref, "KST")
    assert final_treatment(hall.session, "C1", at=before) is None
    assert len(treatments_of(hall.session, at=before)) == 1


def test_the_entry_of_a_treatment_holds_checksums_but_no_text(hall: TownHall) -> None:
    hall.ready_case(plan=["KST"])
    meeting = hall.put_up()

    hall.treat(
        meeting=meeting,
        recommendation="Kommunestyret vedtar.",
        dissent=[DissentText(on_behalf_of="Laget", text=DISSENT)],
    )

    entry = history(hall.session, "C1-T1")[0]
    assert entry.refs == [
        *("C1-T1", "C1", "KST", meeting),
        *("C1-T1/V", "C1-T1/1", "C1-T1/2"),
    ]
    assert len(entry.payload["sha256"]) == 64
    assert set(entry.payload["items"]) == {"1", "2"}
    for text in (TWO_ITEMS.text, DISSENT, "Kommunestyret"):
        assert text not in str(entry.payload)


@pytest.mark.parametrize(
    "kind", [Treatment, Vote, Proposal, DissentNote], ids=lambda kind: kind.__name__
)
def test_inv_09_the_database_neither_changes_nor_deletes_what_the_minutes_said(
    hall: TownHall, kind: type[Any]
) -> None:
    hall.case()
    hall.treat(
        voting=Voting(votes=votes("1", Bygdelista=(15, 0), Kystlista=(10, 0))),
        proposals=[ProposalText(number=1, from_whom="Bygdelista", text="Ja.")],
        dissent=[DissentText(on_behalf_of="Laget", text=DISSENT)],
    )
    column = "minutes" if kind is Treatment else "treatment_id"

    for statement in (
        update(kind).values({column: getattr(kind, column)}),
        delete(kind),
    ):
        with pytest.raises(DBAPIError), hall.session.begin_nested():
            hall.session.execute(statement)


def test_votes_are_counted_by_group_and_name_no_voter() -> None:
    names = {column.name for column in Base.metadata.tables["vote"].columns}

    assert not {name for name in names if "person" in name or "party" in name}
