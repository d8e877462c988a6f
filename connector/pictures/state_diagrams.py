"""State diagrams of the processes, as Mermaid text drawn from the tables of steps.

The documentation of each process holds its diagram between two marks, so that the page
tells what the product does and nothing else.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import Any

from connector.pictures.states import STATE_WORDS
from workflows import consultations
from workflows.decision import cases, followups
from workflows.development import (
    agreements,
    assessments,
    documents,
    forums,
    outputs,
    projects,
    rounds,
)
from workflows.record.states import Steps

PROCESSES: Mapping[str, Steps[Any]] = {
    "project": projects.ALLOWED,
    "document": documents.ALLOWED,
    "round": rounds.ALLOWED,
    "forum": forums.ALLOWED,
    "agreement": agreements.ALLOWED,
    "output": outputs.ALLOWED,
    "case": cases.ALLOWED,
    "followup": followups.ALLOWED,
    "consultation": consultations.ALLOWED,
    "assessment": assessments.ALLOWED,
}
# Where the pictures have other words for the kind than the process has a name.
WORDS_OF = {"document": "mandate"}
EXTRA_WORDS = {
    "consultation": {
        "needed": "Trengs",
        "called": "Innkalt",
        "held": "Holdt",
        "recorded": "Protokollen er signert",
    },
    "assessment": {"open": "Åpen, forseglet", "closed": "Avsluttet"},
}


def mermaid(process: str) -> str:
    """Return the diagram of a process as Mermaid text, states in the order of the code.

    Each state has its code and its word in bokmål; one that nothing follows is an end.
    A process without such a name raises `KeyError`.
    """
    return "\n".join(["```mermaid", "stateDiagram-v2", *_lines(process), "```"])


def _lines(process: str) -> Iterator[str]:
    table = PROCESSES[process]
    for state in table:
        yield f"    {state} : {word_of(process, state)} ({state.upper()})"
    yield f"    [*] --> {next(iter(table))}"
    for state, following in table.items():
        for after in (each for each in table if each in following):
            yield f"    {state} --> {after}"
        if not following:
            yield f"    {state} --> [*]"


def word_of(process: str, state: enum.StrEnum) -> str:
    """Return what a state of a process is called in bokmål."""
    if process in EXTRA_WORDS:
        return EXTRA_WORDS[process][state]
    return STATE_WORDS[WORDS_OF.get(process, process)][state.upper()].words.nb
