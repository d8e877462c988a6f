"""Every act of the decision line under every role: INV-01 by the acts themselves.

The hat is looked at before anything else, so that no database is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from sqlalchemy.orm import Session

from workflows.decision.bodies import BodyKind, elect_member, register_body
from workflows.decision.cases import (
    Checklist,
    close_case,
    confirm_ready,
    prepare_case,
    put_on_agenda,
    register_case,
)
from workflows.decision.decisions import correct_decision
from workflows.decision.followups import (
    FollowUpState,
    assign_follow_up,
    extend_follow_up,
    note_follow_ups,
    report_follow_up,
)
from workflows.decision.imports import import_treatments
from workflows.decision.meetings import Result, schedule_meeting
from workflows.decision.result_corrections import correct_result
from workflows.decision.treatments import register_treatment
from workflows.errors import NotPermittedError, WorkflowError
from workflows.people.access import PERMITTED
from workflows.people.hats import Hat
from workflows.people.kinds import DEVELOPMENT_ROLES, Role
from workflows.trace.case_texts import publish_case_text, write_case_text
from workflows.trace.justifications import Absence, justify_absence

NOON = datetime(2025, 3, 5, 12, tzinfo=UTC)
DAY = date(2025, 3, 5)
NAMED = {"ref": "X", "name_nb": "X", "name_nn": "X"}
NOTHING_DONE = Checklist(
    facts=False,
    law=False,
    alternatives=False,
    economy=False,
    consultation=False,
    councils_heard=False,
    development_basis=False,
)
ACTS: dict[str, tuple[Callable[..., object], dict[str, Any]]] = {
    "body.registered": (register_body, {**NAMED, "kind": BodyKind.COUNCIL}),
    "body.member_elected": (
        elect_member,
        {"body": "X", "person": "X", "valid_from": DAY},
    ),
    "case.registered": (register_case, {"ref": "X", "title": "X"}),
    "case.prepared": (prepare_case, {"case": "X"}),
    "case.ready": (confirm_ready, {"case": "X", "checklist": NOTHING_DONE}),
    "case.on_agenda": (put_on_agenda, {"case": "X", "meeting": "X"}),
    "case.treated": (
        register_treatment,
        {
            "case": "X",
            "body": "X",
            "treated_on": DAY,
            "result": Result.NOTED,
            "minutes": "X",
        },
    ),
    "case.closed": (close_case, {"case": "X"}),
    "meeting.scheduled": (
        schedule_meeting,
        {"ref": "X", "body": "X", "starts_at": NOON},
    ),
    "decision.corrected": (
        correct_decision,
        {"treatment": "X", "reason": "X", "text": "X", "source": "X"},
    ),
    "decision.justified": (
        justify_absence,
        {"treatment": "X", "reason": Absence.URGENT},
    ),
    "treatment.corrected": (
        correct_result,
        {"treatment": "X", "result": Result.NOTED, "reason": "X", "source": "X"},
    ),
    "followup.assigned": (
        assign_follow_up,
        {"item": "X", "deadline": DAY, "person": "X"},
    ),
    "followup.reported": (
        report_follow_up,
        {"followup": "X", "state": FollowUpState.IN_PROGRESS},
    ),
    "followup.extended": (
        extend_follow_up,
        {"followup": "X", "deadline": DAY, "reason": "X"},
    ),
    "followup.noted": (note_follow_ups, {"followups": ["X"], "treatment": "X"}),
    "case.drafted": (write_case_text, {"case": "X", "text": "X"}),
    "case.published": (publish_case_text, {"case": "X", "source": "X"}),
    "decisions.imported": (import_treatments, {"records": [], "source": "X"}),
}
BY_TIME_ITSELF = {"followup.delayed"}
SUBJECTS = {
    "body",
    "case",
    "meeting",
    "decision",
    "decisions",
    "followup",
    "treatment",
}


def do(act: str, role: Role) -> None:
    function, values = ACTS[act]
    hat = Hat(person_id=None, person_ref="P", role=role)
    function(Session(), **values, by=hat, at=NOON)


def is_open(act: str, role: Role) -> bool:
    """Whether the hat is let through; without a database the act gets no further."""
    try:
        do(act, role)
    except NotPermittedError:
        return False
    except WorkflowError:
        return True
    return True


def test_every_act_of_the_decision_line_is_tried_here() -> None:
    acts = {act for act in PERMITTED if act.split(".")[0] in SUBJECTS}

    assert acts - BY_TIME_ITSELF == set(ACTS)


@pytest.mark.parametrize(
    ("act", "role"), list(product(ACTS, sorted(DEVELOPMENT_ROLES)))
)
def test_inv_01_a_development_role_never_does_an_act_of_the_decision_line(
    act: str, role: Role
) -> None:
    with pytest.raises(NotPermittedError, match="INV-01") as refused:
        do(act, role)

    assert (refused.value.role, refused.value.act) == (role, act)


@pytest.mark.parametrize(
    ("act", "role"), list(product(ACTS, sorted(set(Role) - DEVELOPMENT_ROLES)))
)
def test_an_act_is_open_to_the_roles_of_its_row_and_to_no_others(
    act: str, role: Role
) -> None:
    assert is_open(act, role) is (role in PERMITTED[act])


def test_l_01_only_the_chief_executive_confirms_that_a_case_is_prepared() -> None:
    assert PERMITTED["case.ready"] == {Role.CHIEF_EXECUTIVE}


@pytest.mark.parametrize(
    "act",
    ["case.treated", "decision.corrected", "treatment.corrected", "followup.noted"],
)
def test_only_the_secretary_writes_down_what_a_body_did(act: str) -> None:
    assert PERMITTED[act] == {Role.COMMITTEE_SECRETARY}


def test_the_agenda_is_set_by_the_leader_and_the_secretary() -> None:
    """Source: kommuneloven § 11-3."""
    assert PERMITTED["case.on_agenda"] == {Role.BODY_LEADER, Role.COMMITTEE_SECRETARY}
