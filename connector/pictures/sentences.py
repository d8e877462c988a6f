"""What a picture says in words: its name, its description, each relation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.pictures.states import state_words
from connector.pictures.words import (
    LINE_WORDS,
    RELATION_WORDS,
    Language,
    kind_word,
    phrase,
)
from workflows.trace.links import KINDS, LINES, Edge, Line, Node, Trace


@dataclass(frozen=True)
class PictureTexts:
    """The name and the description of a picture, for those who do not see it."""

    title: str
    description: str


def trace_texts(trace: Trace, *, language: Language) -> PictureTexts:
    """Return the name of the trace and the story that it tells, in plain sentences."""
    root = trace.by_ref[trace.root]
    title = f"{phrase('trace_of', language=language)} {root.ref} {root.title}"
    told = [_line(trace, line, language) for line in LINES]
    told += [
        _states(trace, kind, language)
        for kind in ("outcome", "followup")
        if any(node.kind == kind and node.state for node in trace.nodes)
    ]
    return PictureTexts(title=title, description=" ".join((f"{title}.", *told)))


def relation_sentence(
    edge: Edge, nodes: Mapping[str, Node], *, language: Language
) -> str:
    """Return an edge as a sentence: «C04 Heltid er behandlet i PS 79/25 KST»."""
    source, target = (
        f"{nodes[ref].ref} {nodes[ref].title}" for ref in (edge.source, edge.target)
    )
    return f"{source} {RELATION_WORDS[edge.kind].of(language)} {target}"


def listed(parts: Sequence[str], *, language: Language) -> str:
    """Return «a, b og c»."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {phrase('and', language=language)} {parts[-1]}"


def _line(trace: Trace, line: Line, language: Language) -> str:
    counted = Counter(node.kind for node in trace.nodes if node.line == line)
    parts = [
        f"{counted[kind]} {kind_word(kind, language=language, count=counted[kind])}"
        for kind in KINDS
        if counted[kind]
    ]
    said = listed(parts, language=language) or phrase("nothing", language=language)
    return f"{LINE_WORDS[line].of(language)}: {said}."


def _states(trace: Trace, kind: str, language: Language) -> str:
    counted = Counter(
        state_words(kind, node.state).words.of(language)
        for node in trace.nodes
        if node.kind == kind and node.state
    )
    parts = [f"{count} «{words}»" for words, count in counted.most_common()]
    # Equal counts keep the order of the trace, which is not the same for equal traces.
    parts.sort()
    name = kind_word(kind, language=language).capitalize()
    return f"{name}: {listed(parts, language=language)}."
