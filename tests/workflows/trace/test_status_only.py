"""A case that is not one's to read is told by one status, whatever is in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town
from tests.workflows.trace.halls import assign, open_case, open_hall, treat
from workflows.decision.followups import FollowUpState
from workflows.errors import NotFoundError
from workflows.trace.links import Edge, Node, Trace
from workflows.trace.status_only import (
    MASKED,
    NOTHING,
    STATUS_ONLY,
    exempt_cases,
    status_only,
    worst,
)

EXEMPT = {
    "restricted": "exemption_negotiation",
    "exemption_reason": "Forhandlinger.",
    "wider_access": "Vurdert.",
}
SECRET = "Hemmelig"
GIVEN = Node("O-1-H", "handover", "Turnus", "development", state="handed_over")


def a_case(ref: str, states: list[str]) -> list[Node | Edge]:
    """A decided case that used what was given, with a follow-up in each state."""
    parts: list[Node | Edge] = [
        Node(ref, "case", SECRET, "decision", state="implementation"),
        Node(f"{ref}-T1", "treatment", SECRET, "decision", state="final"),
        Edge("O-1-H", ref, "used_in"),
        Edge(ref, f"{ref}-T1", "treated_in"),
    ]
    for number, state in enumerate(states, start=1):
        item, follow_up = f"{ref}-T1/{number}", f"F-{ref}{number}"
        parts += [
            Node(item, "decision_item", SECRET, "decision"),
            Node(follow_up, "followup", SECRET, "decision", state=state),
            Edge(f"{ref}-T1", item, "decided"),
            Edge(item, follow_up, "followed_up"),
        ]
    return parts


def trace_with(*cases: list[Node | Edge], root: str = "O-1-H") -> Trace:
    parts = [GIVEN, *(part for case in cases for part in case)]
    return Trace(
        root=root,
        nodes=tuple(part for part in parts if isinstance(part, Node)),
        edges=tuple(part for part in parts if isinstance(part, Edge)),
    )


STATES = st.lists(st.sampled_from([*FollowUpState]), min_size=1, max_size=4)


@given(st.lists(STATES, min_size=1, max_size=3))
def test_only_the_worst_status_is_told_however_much_there_is(
    found: list[list[FollowUpState]],
) -> None:
    cases = {f"C{n}": [*states] for n, states in enumerate(found, start=1)}
    whole = trace_with(*(a_case(ref, [*states]) for ref, states in cases.items()))

    told = status_only(whole, [*cases])

    every = [state for states in cases.values() for state in states]
    same = status_only(trace_with(a_case("C9", [str(worst(every))])), ["C9"])
    assert told == same
    assert [node.kind for node in told.nodes[1:]] == [
        "case",
        "decision_item",
        "followup",
    ]
    assert {(node.title, node.note, node.on) for node in told.nodes[1:]} == {
        (MASKED, STATUS_ONLY, None)
    }


def test_a_case_that_may_be_read_stands_beside_as_it_is() -> None:
    whole = trace_with(a_case("C1", ["delayed"]), a_case("C2", ["implemented"]))

    told = status_only(whole, ["C1"])

    assert {"C2", "C2-T1", "C2-T1/1", "F-C21"} <= told.by_ref.keys()
    assert not {"C1", "C1-T1", "C1-T1/1", "F-C11"} & told.by_ref.keys()
    assert told.by_ref["O-1-H/followup"].state == "delayed"


def test_a_case_on_its_way_is_told_as_far_as_it_has_come() -> None:
    told = status_only(trace_with(a_case("C1", [])), ["C1"])

    assert [node.kind for node in told.nodes] == ["handover", "case"]


def test_nothing_changes_where_all_may_be_read() -> None:
    whole = trace_with(a_case("C1", ["delayed"]))

    assert status_only(whole, []) == whole
    assert status_only(whole, ["C9"]) == whole


@pytest.mark.parametrize("root", ["C1", "C1-T1", "C1-T1/1", "F-C11"])
def test_what_is_inside_has_no_trace_of_its_own(root: str) -> None:
    with pytest.raises(NotFoundError, match=root):
        status_only(trace_with(a_case("C1", ["delayed"]), root=root), ["C1"])


def test_of_no_follow_up_there_is_no_status() -> None:
    assert worst([]) is None


def test_the_exempt_cases_are_known_with_all_that_is_in_them(
    session: Session, town: Town
) -> None:
    open_hall(town)
    assert exempt_cases(session) == NOTHING
    open_case(town)
    open_case(town, "C02", **EXEMPT)
    for case in ("C01", "C02"):
        treat(town, case)
        assign(town, f"{case}-T1/1", ref=f"F-{case}")

    hidden = exempt_cases(session)

    assert hidden.cases == {"C02"}
    assert hidden.parts == {"C02-T1", "C02-T1/1", "C02-T1/2", "F-C02"}
    assert "C02-T1/2" in hidden
    assert "C01" not in hidden
