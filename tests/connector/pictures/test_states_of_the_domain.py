"""Every state that the domain can be in has its words in the pictures."""

from __future__ import annotations

import enum

import pytest

from connector.pictures.states import STATE_WORDS
from workflows.decision.cases import CaseState
from workflows.decision.followups import FollowUpState
from workflows.decision.meetings import Result
from workflows.development.agreements import AgreementState
from workflows.development.forums import ForumState
from workflows.development.outputs import OutputState
from workflows.development.positions import Standing
from workflows.development.projects import ProjectState
from workflows.development.remarks import Verdict
from workflows.development.rounds import RoundState
from workflows.trace.outcomes import Code

STATES: list[tuple[str, type[enum.StrEnum]]] = [
    ("project", ProjectState),
    ("agreement", AgreementState),
    ("round", RoundState),
    ("remark", Verdict),
    ("hearing", RoundState),
    ("hearing_remark", Verdict),
    ("forum", ForumState),
    ("output", OutputState),
    ("output", Standing),
    ("case", CaseState),
    ("treatment", Result),
    ("outcome", Code),
    ("followup", FollowUpState),
]


@pytest.mark.parametrize(("kind", "states"), STATES)
def test_every_state_of_the_domain_has_words_in_both_written_standards(
    kind: str, states: type[enum.StrEnum]
) -> None:
    lacking = [each for each in states if each.value.upper() not in STATE_WORDS[kind]]

    assert not lacking
