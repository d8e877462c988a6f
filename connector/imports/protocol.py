"""A saksprotokoll as text: what can be found in it, and where; a person confirms.

Minutes are prose. What is found here fills a form and is stored by nobody but the
person who has read it. A result that the words do not settle is «ukjent»: a proposal to
send a case back that is adopted does not make the case adopted.
Source: kommuneloven § 11-4 (what the minutes hold).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from connector.imports.errors import ValueRefusedError
from connector.imports.protocol_votes import (
    Settled,
    Statement,
    courses_spoken_of,
    outcome_in,
    statements_in,
)
from connector.imports.records import CaseNumber, Outcome
from connector.imports.values import MAX_TEXT, case_number, clean_text, day_of

_DAY: Final = r"[0-9]{1,2}\.\s?[0-9]{1,2}\.\s?[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}"
_BODY: Final = r"(?P<body>[A-ZÆØÅ][^\n:.,;0-9]{2,80}?)"
_NUMBER: Final = (
    r"(?:(?:sak|saksnr\.?)\s+)?"
    r"(?P<number>(?:[A-Z]{2}\s*-?\s*)?[0-9]{1,5}/[0-9]{2,4})"
)
_TREATMENT: Final = r"(?:behandling|handsaming)"
_MINUTES: Final = r"(?:saksprotokoll|møteprotokoll|møtebok)"
_IN_MEETING: Final = rf"i møte(?:t)?(?: den)? (?P<day>{_DAY})\b"
_OWNER: Final = r"(?:s|’s|'s|’|'| sin| si| sitt)?"
_HEADERS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{_BODY}{_OWNER} {_TREATMENT} av {_NUMBER} {_IN_MEETING}",
        rf"^(?:{_TREATMENT}|{_MINUTES}) i {_BODY}\s*[-–,]?\s*(?P<day>{_DAY})\b",
        rf"^{_MINUTES}\s*[-–:]\s*{_BODY}\s*[-–,]\s*(?P<day>{_DAY})\b",
    )
)
_OWN_LINE: Final = (
    re.compile(r"^(?:utvalg|utval|organ)\s*:\s*(?P<body>.+)$", re.IGNORECASE),
    re.compile(rf"^(?:møtedato|dato)\s*:\s*(?P<day>{_DAY})\b", re.IGNORECASE),
    re.compile(
        rf"^(?:saksnr\.?|saksnummer|utvalgssak|utvalssak|sak)\s*:?\s+{_NUMBER}\b",
        re.IGNORECASE,
    ),
    re.compile(r"^(?P<number>(?:PS|RS|DS|FO)\s*-?\s*[0-9]{1,5}/[0-9]{2,4})\b"),
)
_PROPOSED: Final = re.compile(
    r"^(?:(?P<whose>kommunedirektøren|rådmannen|administrasjonen|administrasjonssjefen)"
    r"(?:s| si| sin| sitt) )?"
    r"(?:innstilling|tilråding|forslag til vedtak|framlegg til vedtak"
    r"|forslag til innstilling|vedtaksforslag|tilrådning)\s*:?\s*$",
    re.IGNORECASE,
)
_DECIDED: Final = re.compile(
    r"^(?:(?:endelig |endeleg )?vedtak(?: i [^:]{3,60})?(?:\s*[-–]\s*[0-9. ]+)?"
    r"|[A-ZÆØÅ][^:]{2,60}(?:s| si| sitt) vedtak)\s*:?\s*$",
    re.IGNORECASE,
)
_RECOMMENDED: Final = re.compile(
    r"^(?P<of>[A-ZÆØÅ][^:]{2,60}?)(?:s| si| sin| sitt) "
    r"(?:innstilling|tilråding|tilrådning)"
    r"(?: (?:til|frå|fra) [^:]{3,60}| i [^:]{3,60})?\s*:?\s*$",
    re.IGNORECASE,
)
_HEADING: Final = re.compile(
    r"^(?:behandling|handsaming|drøfting|votering|røysting|avstemning|avrøysting"
    r"|protokolltilførsel|protokolltilførsle|rett utskrift|særutskrift|vedlegg"
    r"|saksopplysninger|saksopplysningar|forslag|framlegg|møtebehandling"
    r"|møtehandsaming)(?:\s*:|\s*$|\s+i\s|\s+av\s|\s+fra\s|\s+frå\s)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A value found in the text: for which field, and the line it was read from.

    `line` counts from 1; `quote` is that line, at most 200 characters of it.
    """

    field: str
    value: str
    line: int
    quote: str


@dataclass(frozen=True, kw_only=True)
class Block:
    """A heading and the lines below it, up to the next heading."""

    heading: str
    line: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """What was found in the minutes of one case; what was not found is not here.

    `proposed` is the recommendation that lay before the body, `decided` its decision
    or, where `is_recommendation`, what it recommends to the next body.
    """

    body: Found | None = None
    day: Found | None = None
    number: Found | None = None
    proposed: Block | None = None
    proposed_by: str = ""
    decided: Block | None = None
    is_recommendation: bool = False
    statements: tuple[Statement, ...] = ()
    outcome: Outcome = Outcome.UNKNOWN
    outcome_from: Found | None = None

    @property
    def meeting_day(self) -> date | None:
        """The day of the meeting, where it was found."""
        return day_of(self.day.value) if self.day else None

    @property
    def case_number(self) -> CaseNumber | None:
        """The number of the case in the body, PS where no letters stand before it."""
        if self.number is None:
            return None
        return case_number(self.number.value, default_type="PS")


def read_protocol(text: str) -> Protocol:
    """Return what was found in minutes of one case, in bokmål or nynorsk.

    Raises:
        ValueRefusedError: the text is too long, or has signs that cannot be kept.
    """
    lines = [" ".join(line.split()) for line in _checked(text).split("\n")]
    told = {found.field: found for found in _headers(lines)}
    proposed = _block(lines, _first(lines, _PROPOSED))
    decided, is_recommendation = _decision(lines)
    end = decided.line - 1 if decided else len(lines)
    statements = tuple(statements_in(lines[:end]))
    settled = outcome_in(
        statements,
        decision=decided.text if decided else "",
        is_recommendation=is_recommendation,
        spoken_of=courses_spoken_of(lines[:end]),
    )
    whose = _PROPOSED.match(proposed.heading) if proposed else None
    return Protocol(
        body=told.get("body"),
        day=told.get("day"),
        number=told.get("number"),
        proposed=proposed,
        proposed_by=(whose["whose"] or "").capitalize() if whose else "",
        decided=decided,
        is_recommendation=is_recommendation,
        statements=statements,
        outcome=settled.outcome,
        outcome_from=_where(lines, settled, decided),
    )


def _checked(text: str) -> str:
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT + 1]
    return clean_text(text)


def _headers(lines: Sequence[str]) -> Iterator[Found]:
    """Yield body, day and number; of each, the value that stands first counts."""
    seen: set[str] = set()
    for place, line in enumerate(lines, start=1):
        for pattern in (*_HEADERS, *_OWN_LINE):
            match = pattern.match(line)
            for field, value in (match.groupdict() if match else {}).items():
                if value and field not in seen and _is_sound(field, value):
                    seen.add(field)
                    yield Found(
                        field=field, value=value.strip(), line=place, quote=line[:200]
                    )


def _is_sound(field: str, value: str) -> bool:
    """Return whether a day is a day and a number a number; names are as they are."""
    try:
        if field == "day":
            day_of(value)
        if field == "number":
            case_number(value, default_type="PS")
    except ValueRefusedError:
        return False
    return True


def _decision(lines: Sequence[str]) -> tuple[Block | None, bool]:
    """Return the last block of a decision, else of the body's own recommendation."""
    decided = _block(lines, _last(lines, _DECIDED))
    if decided and decided.text:
        return decided, False
    recommended = _block(lines, _last(lines, _RECOMMENDED))
    # Above the voting it is what another body recommended to this one.
    voted = max((one.line for one in statements_in(lines)), default=0)
    if recommended and recommended.text and 0 < voted < recommended.line:
        return recommended, True
    return None, False


def _first(lines: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    return next((n for n, line in enumerate(lines) if pattern.match(line)), None)


def _last(lines: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    found = [n for n, line in enumerate(lines) if pattern.match(line)]
    found = [n for n in found if not _PROPOSED.match(lines[n])]
    return found[-1] if found else None


def _block(lines: Sequence[str], place: int | None) -> Block | None:
    if place is None:
        return None
    below = lines[place + 1 :]
    ends = [n for n, line in enumerate(below) if _is_heading(line)]
    text = "\n".join(below[: ends[0]] if ends else below).strip()
    return Block(heading=lines[place], line=place + 1, text=text)


def _is_heading(line: str) -> bool:
    patterns = (_PROPOSED, _DECIDED, _RECOMMENDED, _HEADING, *_HEADERS)
    return any(pattern.match(line) for pattern in patterns)


def _where(
    lines: Sequence[str], settled: Settled, decided: Block | None
) -> Found | None:
    """Return the line that the outcome was read from, None when it is unknown."""
    if settled.outcome is Outcome.UNKNOWN:
        return None
    if settled.statement:
        line = settled.statement.line
    elif decided:
        line = decided.line + 1
    else:
        return None
    quote = lines[line - 1][:200] if line <= len(lines) else ""
    return Found(field="outcome", value=settled.outcome.value, line=line, quote=quote)
