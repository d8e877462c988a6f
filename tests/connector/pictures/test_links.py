import re

import pytest
from hypothesis import given

from tests.connector.pictures.drawings import traces
from tests.connector.pictures.samples import FULL_TIME, RECRUITMENT
from workflows.errors import InvalidValueError, NotFoundError
from workflows.trace.links import Edge, Node, Trace, downstream, upstream

A = Node("A", "output", "a", "development")
B = Node("B", "case", "b", "decision")


def refs(nodes: tuple[Node, ...]) -> list[str]:
    return [node.ref for node in nodes]


def test_upstream_of_a_follow_up_goes_back_to_the_project() -> None:
    found = refs(upstream(FULL_TIME, "F-06"))

    assert found[:3] == ["U-3", "C04-3", "PS 79/25"]
    assert "PR2" in found
    assert "F-05" not in found


def test_downstream_of_a_round_goes_on_to_what_was_decided() -> None:
    found = refs(downstream(FULL_TIME, "R-06"))

    assert found[:3] == ["O-202", "H-03", "C04"]
    assert {"U-4", "F-06"} <= set(found)
    assert "O-201" not in found


def test_the_new_version_comes_after_the_one_it_supersedes() -> None:
    assert "O-302" in refs(upstream(RECRUITMENT, "O-304"))
    assert "O-304" in refs(downstream(RECRUITMENT, "O-302"))


@given(trace=traces(acyclic=False))
def test_cycles_end_and_nothing_is_found_twice(trace: Trace) -> None:
    for node in trace.nodes:
        for search, back in ((upstream, downstream), (downstream, upstream)):
            found = refs(search(trace, node.ref))

            assert len(found) == len(set(found))
            assert node.ref not in found
            assert all(node.ref in refs(back(trace, ref)) for ref in found[:2])


def test_asking_for_what_is_not_there_is_an_error() -> None:
    with pytest.raises(NotFoundError):
        downstream(FULL_TIME, "X-1")


@pytest.mark.parametrize(
    ("root", "nodes", "edges", "fault"),
    [
        pytest.param("A", (A, A), (), "A: is used by two nodes", id="twice"),
        pytest.param("C", (A, B), (), "C: is the root, but not a node", id="root"),
        pytest.param(
            "A", (A, B), (Edge("A", "Z", "used_in"),), "Z: is met by no node", id="to"
        ),
        pytest.param(
            "A", (A, B), (Edge("Z", "B", "used_in"),), "Z: is met by no node", id="from"
        ),
    ],
)
def test_a_trace_that_does_not_hang_together_is_refused(
    root: str, nodes: tuple[Node, ...], edges: tuple[Edge, ...], fault: str
) -> None:
    with pytest.raises(InvalidValueError, match=re.escape(fault)):
        Trace(root, nodes, edges)


def test_unknown_kinds_lines_and_relations_are_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"A.kind: 'thing' is not one of"):
        Node("A", "thing", "a", "development")
    with pytest.raises(InvalidValueError, match=r"A.line: 'neither' is not one of"):
        Node("A", "output", "a", "neither")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(InvalidValueError, match=r"A-B.kind: 'likes' is not one of"):
        Edge("A", "B", "likes")
