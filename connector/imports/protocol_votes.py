"""What minutes say of the voting, and what the case came to: only what is certain.

A result belongs to a proposal, and the outcome to the treatment. Each sentence with a
result is held against what it is a result of; where that is not said, or two sentences
do not agree, the outcome is «ukjent».
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from connector.imports.records import Outcome


class About(enum.StrEnum):
    """What a proposal wants: the matter itself, a change to it, or another course."""

    MATTER = "matter"
    OTHER = "other"
    SEND_BACK = "send_back"
    POSTPONE = "postpone"
    UNCLEAR = "unclear"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One sentence that tells what became of a proposal, and how it was voted.

    `is_adopted` is None where the words do not settle it. `by_group` holds the votes
    by party only where they add up to the count beside them.
    """

    about: About
    is_adopted: bool | None
    line: int
    text: str
    in_favour: int | None = None
    against: int | None = None
    is_unanimous: bool = False
    has_casting_vote: bool = False
    by_group: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What a case came to, and the sentence that says so, where one does."""

    outcome: Outcome
    statement: Statement | None = None


_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-ZÆØÅ])")
_FELL: Final = re.compile(
    r"\b(?:ikke|ikkje)\b[^.]{0,60}\b(?:vedtatt|vedtas|vedteke|vedteken|fleirtal|flertall)\b"
    r"|\b(?:falt|fall|forkastet|forkasta|avvist|nedstemt|nedrøysta|avslått|avslege)\b"
    r"|\bikke\b[^.]{0,40}\b(?:bifalt|tiltrådt)\b",
    re.IGNORECASE,
)
_ADOPTED: Final = re.compile(
    r"\b(?:vedtatt|vedteke|vedteken|vedtekne|bifalt|tiltrådt)\b", re.IGNORECASE
)
_SEND_BACK: Final = re.compile(
    r"\bsend\w*\b[^.]{0,60}\b(?:tilbake|attende)\b|\btilbakesend\w*|\battendesend\w*"
    r"|\b(?:tilbake|attende)\b[^.]{0,30}\bsend\w*|\bretur(?:ner|forslag)\w*",
    re.IGNORECASE,
)
_POSTPONE: Final = re.compile(r"\b(?:utset|utsett|utsatt)\w*", re.IGNORECASE)
_NOTE: Final = re.compile(r"\btil (?:orientering|etterretning|vitende|vitande)\b", re.I)
_WITHDRAW: Final = re.compile(
    r"\b(?:trekkes|trekt|trukket|trukke|blir trekt)\b[^.]{0,40}", re.IGNORECASE
)
_MATTER: Final = re.compile(
    r"\b(?:innstilling\w*|tilråding\w*|forslag(?:et)? til vedtak"
    r"|framlegg(?:et)? til vedtak|vedtaksforslag\w*"
    r"|(?:kommunedirektøren|rådmannen)(?:s| sitt| si) (?:forslag|framlegg))\b",
    re.IGNORECASE,
)
_OTHER: Final = re.compile(
    r"\b(?:tilleggs?\w*|endrings?\w*|alternativ\w*|oversend\w*|verbal\w*|felles\w*"
    r"|omforent\w*|mot(?:forslag|framlegg)\w*)\b|\b(?:forslag|framlegg)\w* [0-9a-z]\b"
    r"|\b(?:forslag|framlegg)(?:et)? (?:fra|frå) ",
    re.IGNORECASE,
)
_PART: Final = re.compile(r"\b(?:punkt\w*|pkt|ledd|setning|setninga|avsnitt)\b", re.I)
# The result ends the sentence, but for how many voted; else it is told of, not given.
_GIVEN: Final = re.compile(
    r"\b(?:vedtatt|vedteke|vedteken|vedtekne|bifalt|tiltrådt)\b"
    r"(?:\s+(?:enstemmig|samrøystes|einstemmig))?"
    r"(?:,?\s+(?:med|mot|imot|\()[^.]{0,80}(?:\. ?)?[^.]{0,20})?\s*\.?\s*$",
    re.IGNORECASE,
)
_TOLD_OF: Final = re.compile(
    r"\b(?:som|etter at|fordi|når|dersom|hvis|viss|at|bør|skal|kan|må|vil|foreslo"
    r"|ønsker|ønskjer|tidligere|tidlegare|delvis|(?:19|20)[0-9]{2})\b",
    re.IGNORECASE,
)
_NOT_UNANIMOUS: Final = re.compile(
    r"\b(?:ikke|ikkje)\s+(?:enstemmig|samrøystes|einstemmig)", re.IGNORECASE
)
_CASTING: Final = re.compile(r"\bdobb?el?t?(?:stemme|røyst)\w*|\bdobb?el røyst", re.I)
_UNANIMOUS: Final = re.compile(r"\b(?:enstemmig|samrøystes|einstemmig)\b", re.I)
_COUNTS: Final = (
    re.compile(
        r"\b([0-9]{1,3})\s*(?:mot|imot|[-–])\s*([0-9]{1,3})\s*(?:stemmer?|røyster?)"
    ),
    re.compile(
        r"\bmed\s+([0-9]{1,3})\s+(?:stemmer?|røyster?)\s+(?:mot|imot)\s+([0-9]{1,3})"
    ),
)
_FOR: Final = re.compile(
    r"\bfor (?:forslaget|framlegget|innstillingen|innstillinga|tilrådinga)"
    r"[^.:0-9]{0,60}(?:stemte|røysta)[:\s]+([0-9]{1,3})(?::\s*([^.]{0,200}))?",
    re.IGNORECASE,
)
_AGAINST: Final = re.compile(
    r"\b(?:imot|mot) (?:forslaget|framlegget|innstillingen|innstillinga|tilrådinga)?"
    r"[^.:0-9]{0,60}(?:stemte|røysta)[:\s]+([0-9]{1,3})(?::\s*([^.]{0,200}))?",
    re.IGNORECASE,
)
_PARTY: Final = re.compile(r"\b([0-9]{1,3})\s+([A-ZÆØÅ][\wÆØÅæøå]{0,30})")
_UNTIL_RESULT: Final = 6


def statements_in(lines: Sequence[str]) -> Iterator[Statement]:
    """Yield each sentence that tells a result, in the order of the text.

    Counts may stand in the sentences before it. A sentence that calls its proposal no
    more than «forslaget» gets what the sentences since the last result speak of; if
    that is more than one thing, it is unclear.
    """
    before: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        for sentence in _SENTENCE.split(line):
            before.append((number, sentence))
            adopted = _result_in(sentence)
            if adopted is not _NO_RESULT:
                yield _statement(before, is_adopted=adopted)
                before = []


def courses_spoken_of(lines: Sequence[str]) -> frozenset[About]:
    """Return whether sending back or postponing is spoken of anywhere."""
    spoken = {kind for line in lines for kind in _kinds(line)}
    return frozenset(spoken & set(_COURSES))


def outcome_in(
    statements: Sequence[Statement],
    *,
    decision: str,
    is_recommendation: bool,
    spoken_of: frozenset[About] = frozenset(),
) -> Settled:
    """Return what the case came to, «ukjent» unless all that is said agrees.

    `decision` is the text of the decision itself. Sending back, postponing, taking note
    and withdrawing are told by it or by a sentence on the voting; adopted is told by a
    sentence alone. What is `spoken_of` must have fallen, or be what it came to.
    """
    course = _course_of(decision)
    told = {one.about: one for one in statements if one.is_adopted}
    courses: dict[Outcome, Statement | None] = {
        _COURSES[about]: one for about, one in told.items() if about in _COURSES
    }
    if course:
        courses.setdefault(course, None)
    if len(courses) > 1 or _contradicts(statements, courses):
        return Settled(outcome=Outcome.UNKNOWN)
    fallen = {one.about for one in statements if one.is_adopted is False}
    left = {_COURSES[about] for about in spoken_of - fallen} - set(courses)
    if left:
        return Settled(outcome=Outcome.UNKNOWN)
    if courses:
        ((outcome, statement),) = courses.items()
        return Settled(outcome=outcome, statement=statement)
    if not decision or _is_unclear(statements):
        return Settled(outcome=Outcome.UNKNOWN)
    return _matter_of(statements, is_recommendation=is_recommendation)


def _matter_of(statements: Sequence[Statement], *, is_recommendation: bool) -> Settled:
    """Return the outcome of a case that took no other course."""
    matters = [one for one in statements if one.about is About.MATTER]
    others = [one for one in statements if one.about is About.OTHER and one.is_adopted]
    if len(matters) != 1 or not matters[0].is_adopted:
        return Settled(outcome=Outcome.UNKNOWN)
    if is_recommendation:
        return Settled(outcome=Outcome.RECOMMENDED, statement=matters[0])
    adopted = Outcome.ADOPTED_CHANGED if others else Outcome.ADOPTED
    return Settled(outcome=adopted, statement=matters[0])


_COURSES: Final = {
    About.SEND_BACK: Outcome.SENT_BACK,
    About.POSTPONE: Outcome.POSTPONED,
}
_NO_RESULT: Final = object()


def _course_of(decision: str) -> Outcome | None:
    """Return the course that the first sentence of a decision takes, if it takes one.

    Only «saken …» or «saka …» at its start tells: «planen sendes tilbake til …» is a
    point like others.
    """
    first = re.sub(r"^\s*1[.)]\s*", "", decision).strip()
    found = _CASE_COURSE.match(first)
    if not found:
        return None
    said = found[0]
    hits = [outcome for pattern, outcome in _COURSE_WORDS if pattern.search(said)]
    is_denied = re.search(r"\b(?:ikke|ikkje)\b", said, re.IGNORECASE)
    return hits[0] if len(hits) == 1 and not is_denied else None


_CASE_COURSE: Final = re.compile(
    r"^(?:saken|saka|orienteringen|orienteringa|meldingen|meldinga|rapporten|referatsak\w*)"
    r"\b[^.\n]{0,160}",
    re.IGNORECASE,
)
_COURSE_WORDS: Final = (
    (_SEND_BACK, Outcome.SENT_BACK),
    (_POSTPONE, Outcome.POSTPONED),
    (_NOTE, Outcome.NOTED),
    (_WITHDRAW, Outcome.WITHDRAWN),
)


def _contradicts(
    statements: Iterable[Statement], courses: dict[Outcome, Statement | None]
) -> bool:
    """Return whether what is said does not fit the one course."""
    if not courses:
        return False
    return any(
        one.is_adopted is None
        or one.about is About.UNCLEAR
        or (not one.is_adopted and _COURSES.get(one.about) in courses)
        or (
            one.is_adopted
            and one.about in {About.MATTER, About.OTHER}
            and _is_own(courses)
        )
        for one in statements
    )


def _is_own(courses: dict[Outcome, Statement | None]) -> bool:
    """Return whether the course is one that leaves no decision on the matter."""
    return not courses.keys() <= {Outcome.NOTED}


def _is_unclear(statements: Sequence[Statement]) -> bool:
    """Return whether a sentence is not understood, or speaks of another course."""
    return not statements or any(
        one.is_adopted is None or one.about is About.UNCLEAR for one in statements
    )


def _result_in(sentence: str) -> object:
    """Return adopted, fallen, both or neither said: True, False, None, `_NO_RESULT`."""
    fell, adopted = _FELL.search(sentence), _ADOPTED.search(sentence)
    if not (fell or adopted):
        return _NO_RESULT
    if _NOT_UNANIMOUS.search(sentence) or _TOLD_OF.search(sentence):
        return None
    if fell:
        rest = sentence[: fell.start()] + sentence[fell.end() :]
        return None if _ADOPTED.search(rest) else False
    return True if _GIVEN.search(sentence) else None


def _statement(before: Sequence[tuple[int, str]], *, is_adopted: object) -> Statement:
    line, sentence = before[-1]
    near = [text for _, text in before[-_UNTIL_RESULT:]]
    around = " ".join(near)
    counts = _counts_in(around)
    unanimous = bool(_UNANIMOUS.search(sentence))
    in_favour, against = counts or (None, None)
    return Statement(
        about=_about(sentence, [text for _, text in before[:-1]]),
        is_adopted=_agreeing(is_adopted, counts, is_unanimous=unanimous, text=around),
        line=line,
        text=sentence,
        in_favour=in_favour,
        against=against,
        is_unanimous=unanimous and not against,
        has_casting_vote=bool(_CASTING.search(around)),
        by_group=tuple(_groups_in(around)),
    )


def _agreeing(
    said: object,
    counts: tuple[int, int] | None,
    *,
    is_unanimous: bool,
    text: str,
) -> bool | None:
    """Return what was said, None where the counts or «enstemmig» say otherwise."""
    if not isinstance(said, bool):
        return None
    if is_unanimous and counts and counts[1]:
        return None
    if counts and not _CASTING.search(text) and (counts[0] > counts[1]) is not said:
        return None
    return said


def _about(sentence: str, before: Sequence[str]) -> About:
    """Return what the proposal of a result wants."""
    own = _kinds(sentence)
    if own and _PART.search(sentence):
        # One point of a proposal says nothing of the others.
        return About.UNCLEAR
    if own:
        return own.pop() if len(own) == 1 else _leading(own)
    spoken_of = {kind for text in before for kind in _kinds(text)}
    return spoken_of.pop() if len(spoken_of) == 1 else About.UNCLEAR


def _leading(kinds: set[About]) -> About:
    """Return the one thing that several words of a sentence may mean, else unclear.

    «Tilleggsforslag til innstillingen» is another proposal; any word of sending back or
    postponing beside another makes the sentence unclear.
    """
    return About.OTHER if kinds == {About.MATTER, About.OTHER} else About.UNCLEAR


def _kinds(text: str) -> set[About]:
    found = (
        (_SEND_BACK, About.SEND_BACK),
        (_POSTPONE, About.POSTPONE),
        (_MATTER, About.MATTER),
        (_OTHER, About.OTHER),
    )
    kinds = {about for pattern, about in found if pattern.search(text)}
    # «Forslag fra X om å utsette saken» is about postponing, whoever it is from.
    return kinds - {About.OTHER} if kinds & set(_COURSES) else kinds


def _counts_in(text: str) -> tuple[int, int] | None:
    """Return votes for and against; None unless the text tells one pair of them."""
    pairs = {
        (int(match[1]), int(match[2]))
        for pattern in _COUNTS
        for match in pattern.finditer(text)
    }
    told_for, told_against = _FOR.findall(text), _AGAINST.findall(text)
    if len(told_for) == 1 and len(told_against) == 1:
        pairs.add((int(told_for[0][0]), int(told_against[0][0])))
    return pairs.pop() if len(pairs) == 1 else None


def _groups_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield party, votes for and against, where the parties add up to the counts."""
    told_for, told_against = _FOR.findall(text), _AGAINST.findall(text)
    if len(told_for) != 1 or len(told_against) != 1:
        return
    sides = [_parties(told_for[0][1]), _parties(told_against[0][1])]
    sums = [int(told_for[0][0]), int(told_against[0][0])]
    if [sum(side.values()) for side in sides] != sums:
        return
    for name in dict.fromkeys([*sides[0], *sides[1]]):
        yield name, sides[0].get(name, 0), sides[1].get(name, 0)


def _parties(told: str) -> dict[str, int]:
    return {name: int(count) for count, name in _PARTY.findall(told)}
