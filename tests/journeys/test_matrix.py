"""The permission matrix, cell by cell, against a table written by hand.

The table is not drawn from the code: each row is an object and an action, each column a
role. «x» may, «.» may not; «*» may read when named to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.workflows.conftest import handed_over, stage
from tests.workflows.development.towns import NINE, A, F, Town, U, session_on
from tests.workflows.trace.halls import open_case, open_hall, treat
from workflows.decision.cases import Checklist
from workflows.decision.followups import FollowUpState, assign_follow_up
from workflows.decision.meetings import Result
from workflows.development.agreements import Level
from workflows.development.positions import Position
from workflows.errors import NotPermittedError, RuleBrokenError, WorkflowError
from workflows.people.break_glass import Scope
from workflows.people.hats import Hat
from workflows.people.kinds import FocusArea, Party, Role
from workflows.people.reading import READERS, Matter, may_read, may_read_when_named
from workflows.record.access_classes import AccessClass
from workflows.stories import ACTS
from workflows.trace.outcomes import Code
from workflows.trace.uses import Where

__all__ = ["handed_over", "stage"]

R = Role
# A party has a contact and a member; A, F and T have the same rights but in drøfting.
COLUMNS: tuple[tuple[str, Role | None, Party | None], ...] = (
    ("A contact", R.PARTY_CONTACT, A),
    ("A member", R.PARTY_MEMBER, A),
    ("F contact", R.PARTY_CONTACT, F),
    ("F member", R.PARTY_MEMBER, F),
    ("T contact", R.PARTY_CONTACT, U),
    ("T member", R.PARTY_MEMBER, U),
    ("manager", R.PROJECT_MANAGER, None),
    ("project member", R.PROJECT_MEMBER, None),
    ("safety rep", R.SAFETY_REP, None),
    ("case officer", R.CASE_OFFICER, None),
    ("office", R.CE_OFFICE, None),
    ("chief", R.CHIEF_EXECUTIVE, None),
    ("secretary", R.COMMITTEE_SECRETARY, None),
    ("body member", R.BODY_MEMBER, None),
    ("body leader", R.BODY_LEADER, None),
    ("archive", R.RECORDS_MANAGER, None),
    ("programme", R.PROGRAMME_COORDINATOR, None),
    ("sysadmin", R.SYSADMIN, None),
    ("auditor", R.AUDITOR, None),
    ("public", None, None),
)
#                            A  F  T  M pm S  officer US body ark PK sys aud public
READING: Mapping[str, str] = {
    "idea":                 "xx xx xx x x x xxx . .. x . . . .",
    "draft":                ".. .. .. x x . ... . .. . . . . .",
    "mandate_draft":        "** ** ** x x * ... . .. . . . . .",
    "round":                "xx xx xx x x x ... . .. x . . . .",
    "forum":                "xx xx xx x x x ... . .. x . . . .",
    "consultation":         "xx xx xx . . x xxx x xx x . . . .",
    "project":              "xx xx xx x x x xxx x xx x x x x x",
    "mandate":              "xx xx xx x x x xxx x xx x x x x x",
    "agreement":            "xx xx xx x x x xxx x xx x x x x x",
    "unsigned_agreement":   "xx xx xx x x x xxx x xx x . . . .",
    "report":               "xx xx xx x x x xxx . xx x x . . .",
    "delivered_output":     "xx xx xx x x x ... . .. x . . . .",
    "handed_over_output":   "xx xx xx x x x xxx x xx x . . . .",
    "published_output":     "xx xx xx x x x xxx x xx x x x x x",
    "dissent":              "xx xx xx x x x xxx x xx x . . . .",
    "case":                 "xx xx xx x x x xxx x xx x x x x x",
    "case_draft":           ".. .. .. . . . xxx x .. x . . . .",
    "restricted_case":      ".. .. .. . . . xxx x xx x . . . .",
    "decision":             "xx xx xx x x x xxx x xx x x x x x",
    "outcome":              "xx xx xx x x x xxx x xx x x x x x",
    "follow_up":            "xx xx xx x x x xxx x xx x x x x x",
    "access_class":         ".. .. .. x . . xxx . .. x . . . .",
    "access_request":       ".. .. .. . . . ..x x .. x . . . .",
    "break_glass":          "xx xx xx x x x xxx x xx x x x x .",
    "audit":                "xx xx xx x x x xxx x xx x x x x .",
    "people":               "xx xx xx x x x xxx x xx x . . . .",
    "parity":               "xx xx xx x x x ... . .. x . . . .",
    "missing":              "xx xx xx x x x xxx x xx x x . . .",
    "archive":              ".. .. .. . . . ... . .. x . . . .",
    "background":           ".. .. .. . . . .xx . .. . . x . .",
}  # fmt: skip
DOING: Mapping[str, str] = {
    "propose_project":      "xx xx xx x . x ... . .. . . . .",
    "write_mandate":        "xx xx xx x . . ... . .. . . . .",
    "open_round":           ".. .. .. x . . ... . .. . . . .",
    "give_position":        "x. x. x. . . . ... . .. . . . .",
    "give_remark":          "xx xx xx . . x ... . .. . . . .",
    "extend_round":         "x. x. x. . . . ... . .. . . . .",
    "draft_agreement":      ".. .. .. x . . ... . .. . . . .",
    "sign_agreement":       "x. x. x. . . . ... . .. . . . .",
    "give_notice":  "x. x. x. . . . ... . .. . . . .",
    "begin_report":         ".. .. .. x . . ... . .. . . . .",
    "hand_over":            ".. .. .. x . . ... . .. . . . .",
    "receive_handover":     ".. .. .. . . . xxx . .. . . . .",
    "use_output":           ".. .. .. . . . xxx . .. . . . .",
    "register_case":        ".. .. .. . . . xxx . .. . . . .",
    "write_case_text":      ".. .. .. . . . xxx . .. . . . .",
    "publish_case_text":    ".. .. .. . . . xxx . .. . . . .",
    "propose_outcome":      ".. .. .. . . . xxx . .. . . . .",
    "comment_on_outcome":   "x. x. x. . . . ... . .. . . . .",
    "remark_on_follow_up":  "x. x. x. . . . ... . .. . . . .",
    "confirm_ready":        ".. .. .. . . . ..x . .. . . . .",
    "put_on_agenda":        ".. .. .. . . . ... x .x . . . .",
    "register_treatment":   ".. .. .. . . . ... x .. . . . .",
    "correct_decision":     ".. .. .. . . . ... x .. . . . .",
    "correct_result":       ".. .. .. . . . ... x .. . . . .",
    "record_outcome":       ".. .. .. . . . ... x .. . . . .",
    "assign_follow_up":     ".. .. .. . . . xxx x .. . . . .",
    "report_follow_up":     ".. .. .. . . . xxx x .. . . . .",
    "note_follow_ups":      ".. .. .. . . . ... x .. . . . .",
    "propose_access":       ".. .. .. x . . xxx . .. . . . .",
    "decide_access":        ".. .. .. . . . ... . .. x . . .",
    "break_glass":          ".. .. .. . . . ... . .. . . x .",
    "need_consultation":    "xx .. xx . . . xxx . .. . . . .",
    "call_consultation":    "xx .. xx . . . ... . .. . . . .",
    "give_mandate":         ".. .. .. . . . ... . .. . . x .",
    "register_person":      ".. .. .. . . . ... . .. . . x .",
}  # fmt: skip

FIELDS: dict[str, Any] = {"m_name": "Hele stillinger"}
CASE = {"case": "C01"}
ALL_DONE = Checklist(
    facts=True,
    law=True,
    alternatives=True,
    economy=True,
    consultation=True,
    councils_heard=True,
    development_basis=True,
)
# The acts where the role is not enough: the mandate itself must allow it.
BY_MANDATE = frozenset({"give_position", "sign_agreement"})
# The act behind each row, and with what it is tried. What it names is there.
TRIED: Mapping[str, tuple[str, dict[str, Any]]] = {
    "propose_project": (
        "propose_project",
        {
            "ref": "PR9",
            "number": "9",
            "name": "Idé",
            "focus": FocusArea.OTHER,
            "language": "nb",
        },
    ),
    "write_mandate": ("write_fields", {"document": "PR2-M", "values": FIELDS}),
    "open_round": ("open_round", {"review": "R-8"}),
    "give_position": ("answer_round", {"review": "R-9", "position": Position.AGREE}),
    "give_remark": ("answer_round", {"review": "R-9", "remarks": ["Bra."]}),
    "extend_round": (
        "extend_round",
        {"review": "R-9", "working_days": 1, "reason": "Møte."},
    ),
    "draft_agreement": (
        "draft_agreement",
        {
            "ref": "PA-9",
            "title": "Avtale",
            "level": Level.LOCAL,
            "language": "nb",
            "signatories": [],
            "valid_from": date(2025, 6, 1),
        },
    ),
    "sign_agreement": ("sign", {"agreement": "PA-8"}),
    "give_notice": (
        "give_notice",
        {"agreement": "PA-PR1", "reason": "Brudd."},
    ),
    "begin_report": (
        "begin_report",
        {"project": "PR1", "due_on": date(2025, 6, 18), "values": {}},
    ),
    "hand_over": (
        "hand_over",
        {
            "output": "O-1",
            "decision_needed": "Vedtak",
            "suggested_body": "KST",
            "concluded_in": "FM-O-1",
        },
    ),
    "receive_handover": ("receive_handover", {"output": "O-1"}),
    "use_output": ("use_output", {**CASE, "output": "O-1", "where": Where.FACTS}),
    "register_case": ("register_case", {"ref": "C09", "title": "Sak"}),
    "confirm_ready": ("confirm_ready", {**CASE, "checklist": ALL_DONE}),
    "put_on_agenda": ("put_on_agenda", {**CASE, "meeting": "KST-1"}),
    "register_treatment": (
        "register_treatment",
        {**CASE, "body": "KST", "treated_on": NINE.date(), "result": Result.NOTED}
        | {"minutes": "PS 9/25"},
    ),
    "correct_decision": (
        "correct_decision",
        {"treatment": "C01-T1", "text": "Vedtatt!", "reason": "Feil.", "source": "PS"},
    ),
    "correct_result": (
        "correct_result",
        {"treatment": "C01-T1", "result": Result.WITHDRAWN}
        | {"reason": "Feil.", "source": "PS"},
    ),
    "record_outcome": (
        "record_outcome",
        {"output": "O-1", "treatment": "C01-T1", "code": Code.ADOPTED}
        | {"minutes": "PS 1/25", "item": 1},
    ),
    "write_case_text": ("write_case_text", {**CASE, "text": "Saken gjelder turnus."}),
    "publish_case_text": ("publish_case_text", {**CASE, "source": "25/412-7"}),
    "propose_outcome": (
        "propose_outcome",
        {"output": "O-1", "treatment": "C01-T1", "code": Code.ADOPTED, "item": 1},
    ),
    "comment_on_outcome": (
        "comment_on_outcome",
        {"output": "O-1", "treatment": "C01-T1", "text": "Vi er glade for det."},
    ),
    "remark_on_follow_up": (
        "remark_on_follow_up",
        {"followup": "F-01", "text": "Det går for sent."},
    ),
    "assign_follow_up": (
        "assign_follow_up",
        {"ref": "F-09", "item": "C01-T1/2", "deadline": date(2026, 1, 1), "unit": "HR"},
    ),
    "report_follow_up": (
        "report_follow_up",
        {"followup": "F-01", "state": FollowUpState.IN_PROGRESS, "text": "I gang."},
    ),
    "note_follow_ups": (
        "note_follow_ups",
        {"treatment": "C01-T1", "followups": ["F-01"]},
    ),
    "need_consultation": (
        "need_consultation",
        {"ref": "D-9", "subject": "Turnus", "basis": "HA"},
    ),
    "call_consultation": (
        "call_consultation",
        {"consultation": "D-1", "documents_sent_on": NINE.date()}
        | {"meets_at": NINE + timedelta(days=400), "place": "Rådhuset"},
    ),
    "propose_access": (
        "propose_access",
        {"about": "O-1", "access": AccessClass.PUBLIC},
    ),
    "decide_access": (
        "decide_access",
        {"about": "O-1", "access": AccessClass.PUBLIC},
    ),
    "break_glass": (
        "break_glass",
        {"ref": "NL-9", "scopes": [Scope.PEOPLE], "hours": 1, "reason": "Feil."},
    ),
    "give_mandate": (
        "give_mandate",
        {"ref": "M-9", "person": "P-A", "role": R.CASE_OFFICER}
        | {"valid_from": date(2026, 1, 1)},
    ),
    "register_person": ("register_person", {"ref": "P-9", "name": "Ny Person"}),
}


@pytest.fixture
def town(handed_over: Connection) -> Iterator[Town]:
    """A town with something of everything that the table names."""
    with session_on(handed_over) as session:
        yield Town(session)


def furnish(town: Town, act: str) -> None:
    """Bring there what an act names, as far as it takes more than the hand-over."""
    if act == "write_mandate":
        town.drafted_project("PR2")
    if act in {"open_round", "give_position", "give_remark", "extend_round"}:
        town.begun_output("O-9")
        bring = town.planned_round if act == "open_round" else town.opened_round
        bring("R-8" if act == "open_round" else "R-9", document="O-9")
    if act == "sign_agreement":
        town.drafted_agreement("PA-8")
        town.do(ACTS["ready_to_sign"], by=town.manager, agreement="PA-8")
    if act == "call_consultation":
        values = TRIED["need_consultation"][1] | {"ref": "D-1"}
        town.do(ACTS["need_consultation"], by=town.contact(U), **values)
    _open_the_hall(town)


def _open_the_hall(town: Town) -> None:
    open_hall(town)
    open_case(town)
    treat(town)
    by = town.secretary
    values = TRIED["assign_follow_up"][1] | {"ref": "F-01", "item": "C01-T1/1"}
    town.do(assign_follow_up, by=by, **values)


def hat_of(town: Town, role: Role, party: Party | None) -> Hat:
    if party:
        contact = role is R.PARTY_CONTACT
        return town.contact(party) if contact else town.member(party)
    return Hat(person_id=town.manager.person_id, person_ref="P", role=role)


def gets_past(town: Town, act: str, by: Hat) -> bool:
    """Whether the matrix lets the hat in; what stops it later is another matter."""
    name, values = TRIED[act]
    try:
        with town.session.begin_nested() as attempt:
            ACTS[name](town.session, **values, by=by, at=town.now)
            attempt.rollback()
    except NotPermittedError:
        return False
    except RuleBrokenError as refusal:
        return not (act in BY_MANDATE and refusal.rule == "INV-07")
    except WorkflowError:
        return True
    return True


def cells(row: str) -> str:
    return row.replace(" ", "")


@pytest.mark.parametrize(
    ("matter", "column"), list(product(READING, range(len(COLUMNS))))
)
def test_each_cell_of_reading(matter: str, column: int) -> None:
    _, role, party = COLUMNS[column]
    hat = None
    if role:
        hat = Hat(person_id=None, person_ref="P", role=role, party=party)

    may = may_read(hat, Matter(matter), at=NINE)

    cell = cells(READING[matter])[column]
    assert may is (cell == "x"), COLUMNS[column]
    named = may_read_when_named(hat, Matter(matter), at=NINE)
    assert named is (cell == "*"), COLUMNS[column]


def test_every_matter_has_a_row() -> None:
    assert set(READING) == {matter.value for matter in READERS}


@pytest.mark.parametrize("act", DOING)
def test_each_cell_of_doing(town: Town, act: str) -> None:
    furnish(town, act)

    columns = zip(COLUMNS[:-1], cells(DOING[act]), strict=True)
    wrong = [
        name
        for (name, role, party), cell in columns
        if role and gets_past(town, act, hat_of(town, role, party)) is not (cell == "x")
    ]

    assert wrong == []
