"""Every act leaves an entry in the demo's record, and its proof holds."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy.orm import Session

from connector.config import load_config
from connector.installation import open_installation
from connector.record.keys import public_keys
from connector.record.proofs import shown_entry
from connector.record.verify import checkpoint, entry_findings
from tests.journeys.conftest import Samspor
from workflows.people.access import PERMITTED
from workflows.record.checkpoints import newest_checkpoint
from workflows.record.entries import Entry, entries_until
from workflows.record.verification import flaws
from workflows.stories import ACTS

# What never happened in Elvestrand; the tests of each subject do it, and
# `connector/record/test_one_sided.py` that an entry and its change come together.
NEVER_BROKEN_OFF = frozenset(
    {
        *("pause_project", "resume_project", "stop_project", "close_project"),
        *("drop_output", "decline_output", "cancel_round", "cancel_hearing"),
        *("extend_hearing", "extend_follow_up", "give_notice", "close_case"),
        *("end_mandate", "declare_absence"),
    }
)
NEVER_IN_DISPUTE = frozenset(
    {
        *("accept_change", "agree_to_change", "override_round", "receive_late"),
        *("deviate", "ask_to_close", "comment_on_outcome", "remark_on_follow_up"),
        *("correct_decision", "correct_result", "set_review_date", "hold_review"),
    }
)
NEVER_SHOWN_OR_HIDDEN = frozenset(
    {
        *("break_glass", "grant_audit", "write_in_room", "propose_access"),
        *("decide_access", "mask_text", "lift_mask", "open_copy"),
        *("register_request", "answer_request", "forget_requester"),
        *("erase_person", "restrict_person", "lift_restriction"),
    }
)
NEVER_WRITTEN_HERE = frozenset(
    {
        *("write_case_text", "publish_case_text", "propose_outcome"),
        *("take_in_exchange", "cite_foreign"),
    }
)
GAPS = NEVER_BROKEN_OFF | NEVER_IN_DISPUTE | NEVER_SHOWN_OR_HIDDEN | NEVER_WRITTEN_HERE


@pytest.fixture(scope="module")
def session(elvestrand: Samspor) -> Iterator[Session]:
    """A session that reads the demo's record."""
    house = open_installation(load_config(elvestrand.data, {}))
    with house.reading() as session:
        session.info["keys"] = public_keys(elvestrand.data)
        session.info["now"] = house.now()
        yield session
    house.database.close()


@pytest.fixture(scope="module")
def firsts(session: Session) -> Mapping[str, Entry]:
    """The first entry of each kind of act."""
    found: dict[str, Entry] = {}
    for entry in entries_until(session, session.info["now"]):
        found.setdefault(entry.type, entry)
    return found


def entered_by(act: str) -> str:
    source = inspect.getsource(ACTS[act])
    (found,) = [entry for entry in PERMITTED if f'"{entry}"' in source]
    return found


def test_what_is_left_out_is_what_the_demo_has_no_example_of(
    firsts: Mapping[str, Entry],
) -> None:
    assert {act for act in ACTS if entered_by(act) not in firsts} == GAPS


def test_a_proof_of_each_kind_of_act_holds(
    session: Session, firsts: Mapping[str, Entry]
) -> None:
    newest = newest_checkpoint(session, open_size=None)
    assert newest is not None
    point = checkpoint(newest.note, session.info["keys"])
    told: list[Any] = []
    for entry in firsts.values():
        shown = shown_entry(session, entry, size=newest.size, with_actor=True)
        (found,) = entry_findings(json.loads(json.dumps(shown)), point, entry.seq)
        told.append(found)

    assert {code for code, _ in told} == {"entry"}
    assert {facts[2] for _, facts in told} == set(firsts)
    assert all(facts[4] == ["matter", "by"] for _, facts in told)


def test_every_entry_of_the_demo_is_as_it_was_written(session: Session) -> None:
    assert flaws(session) == []
