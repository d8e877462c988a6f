"""The state of one link, and what it amounts to for what rests on it.

The test vectors are those that traceability tools have been wrong about.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.forms.fingerprints import text_fingerprint
from workflows.forms.toml_tables import CatalogueError
from workflows.record.judgements import Judged, Pair, Verdict
from workflows.trace.link_states import OPEN, Ends, LinkState, link_state
from workflows.trace.policy import policy, read_policy
from workflows.trace.statuses import Deep, Link, Net, Status, Thing

P_OR_Q = read_policy('[item]\nrequires = ["p or q"]', file="test.toml")
S = LinkState


def valid(source: str, target: str) -> Judged:
    return Judged(pair=Pair(source, target), verdict=Verdict.VALID)


def ends(source: str, target: str, *, superseded: bool = False) -> Ends:
    return Ends(sources=[source], targets=[target], superseded=superseded)


def test_a_changed_source_then_both_and_back_again_is_valid_without_a_click() -> None:
    judged = [valid("a1", "b1")]

    states = [
        link_state(judged, ends(*now))
        for now in [
            ("a1", "b1"),
            ("a2", "b1"),
            ("a2", "b2"),
            ("a1", "b2"),
            ("a1", "b1"),
        ]
    ]

    assert states == [
        S.VALID,
        S.SUSPECT_SOURCE,
        S.SUSPECT_BOTH,
        S.SUSPECT_TARGET,
        S.VALID,
    ]


def test_no_effect_expires_at_the_next_change() -> None:
    judged = [
        valid("a1", "b1"),
        Judged(pair=Pair("a2", "b1"), verdict=Verdict.NO_EFFECT),
    ]

    assert link_state(judged, ends("a2", "b1")) is S.VALID
    assert link_state(judged, ends("a3", "b1")) is S.SUSPECT_SOURCE


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Ends(sources=["a2"], targets=[]), S.ORPHAN),
        (Ends(sources=[], targets=["b1", "b2"]), S.ORPHAN),
        (Ends(sources=["a2"], targets=["b1", "b2"], wanted=False), S.AMBIGUOUS),
        (Ends(sources=["a2"], targets=["b1"], wanted=False), S.UNWANTED),
        (ends("a2", "b1", superseded=True), S.SOURCE_SUPERSEDED),
        (ends("a2", "b2", superseded=True), S.SOURCE_SUPERSEDED),
        (ends("a1", "b2", superseded=True), S.SUSPECT_TARGET),
    ],
)
def test_the_most_specific_of_several_faults_is_the_one_told(
    found: Ends, expected: LinkState
) -> None:
    assert link_state([valid("a1", "b1")], found) is expected


def test_what_nobody_has_read_is_neither_valid_nor_changed() -> None:
    assert link_state([], ends("a1", "b1")) is S.UNJUDGED
    assert link_state(
        [Judged(pair=Pair("a1", "b1"), verdict=Verdict.INVALID)], ends("a1", "b1")
    ) is (S.INVALID)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Ny  turnus\n", "Ny turnus", True),
        ("«Ny» turnus", '"Ny" turnus', True),
        ("bla\u030a turnus", "bl\u00e5 turnus", True),
        ("Ny turnus", "Ny turnus nå", False),
    ],
)
def test_a_text_says_the_same_when_its_words_do(
    one: str, other: str, is_same: bool
) -> None:
    assert (text_fingerprint(one) == text_fingerprint(other)) is is_same
    assert text_fingerprint("a", "b") != text_fingerprint("b", "a")


def net(*links: Link, justified: bool = False, set_aside: bool = False) -> Net:
    item = Thing(ref="I", kind="item", justified=justified, set_aside=set_aside)
    others = [Thing(ref=kind.upper(), kind=kind) for kind in ("p", "q", "x")]
    return Net(P_OR_Q, [item, *others], links)


def into(source: str, state: LinkState = S.VALID, *, target: str = "I") -> Link:
    return Link(source=source, target=target, state=state)


@pytest.mark.parametrize(
    ("drawn", "status", "is_fault"),
    [
        (net(), Status.MISSING, True),
        (net(into("Q")), Status.COVERED, False),
        (net(into("P"), into("Q")), Status.COVERED, False),
        (net(justified=True), Status.JUSTIFIED, False),
        (net(into("Q"), justified=True), Status.COVERED, False),
        (net(into("X", S.UNWANTED)), Status.MISSING, True),
        (net(into("P"), into("Q", S.SUSPECT_SOURCE)), Status.SUSPECT, True),
        (net(into("P", S.UNJUDGED)), Status.SUSPECT, True),
        (net(into("P", S.ORPHAN)), Status.MISSING, True),
        (net(into("P"), into("Q", S.AMBIGUOUS)), Status.COVERED, True),
        (net(into("P", S.ORPHAN), set_aside=True), Status.SET_ASIDE, False),
    ],
)
def test_what_covers_an_item_that_asks_for_p_or_q(
    drawn: Net, status: Status, is_fault: bool
) -> None:
    assert drawn.shallow("I") is status
    assert drawn.is_fault("I") is is_fault


def test_deep_is_the_worst_on_the_way_down() -> None:
    rules = read_policy(
        '[item]\nrequires = ["p"]\n[p]\nrequires = ["q"]', file="test.toml"
    )
    things = [Thing(ref=ref, kind=kind) for ref, kind in [("I", "item"), ("P", "p")]]
    drawn = Net(rules, things, [into("P")])

    assert drawn.shallow("I") is Status.COVERED
    assert drawn.deep("I") == Deep(status=Status.MISSING)
    assert drawn.is_fault("I")


def test_a_circle_is_named_and_never_followed_round() -> None:
    rules = read_policy(
        '[p]\nrequires = ["q"]\n[q]\nrequires = ["p"]', file="test.toml"
    )
    things = [Thing(ref="A", kind="p"), Thing(ref="B", kind="q")]
    drawn = Net(rules, things, [into("A", target="B"), into("B", target="A")])

    assert drawn.deep("A") == Deep(status=Status.CYCLE, cycle=("A", "B"))
    assert drawn.is_fault("B")


@settings(max_examples=40)
@given(
    pairs=st.lists(
        st.tuples(st.sampled_from("ABCD"), st.sampled_from("ABCD")), max_size=10
    )
)
def test_deep_is_never_better_than_shallow_and_always_ends(
    pairs: list[tuple[str, str]],
) -> None:
    rules = read_policy('[p]\nrequires = ["p"]', file="test.toml")
    things = [Thing(ref=ref, kind="p") for ref in "ABCD"]
    drawn = Net(rules, things, [into(source, target=to) for source, to in pairs])
    worse = list(Status)

    for ref in "ABCD":
        assert worse.index(drawn.deep(ref).status) >= worse.index(drawn.shallow(ref))


def test_the_product_s_policy_asks_for_what_the_parties_stand_behind() -> None:
    rules = policy()

    assert rules.wants("decision_item", source="proposal")
    assert not rules.wants("decision_item", source="final_report")
    assert len(rules.of("proposal")) == 3
    assert rules.of("case") == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[item]\nneeds = []", r"test\.toml\.item"),
        ("[item]\nrequires = 'p'", r"test\.toml\.item\.requires"),
        ("[item]\nrequires = ['p og q']", r"test\.toml\.item\.requires"),
        ("[item", r"test\.toml"),
    ],
)
def test_a_policy_that_cannot_be_used_is_named_by_file_and_kind(
    text: str, named: str
) -> None:
    with pytest.raises(CatalogueError, match=named):
        read_policy(text, file="test.toml")


def test_every_open_state_waits_for_somebody() -> None:
    assert S.VALID not in OPEN
    assert {S.SOURCE_SUPERSEDED, S.UNJUDGED} <= OPEN
