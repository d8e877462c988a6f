"""What an imported record means here: pure functions over plain values.

A file says less than a person knows. What it does not tell is never guessed: it becomes
a finding on the row, or the row is refused with a code and the facts of its message.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from workflows.decision.bodies import BodyKind
from workflows.decision.exemptions import INTERNAL_DOCUMENT
from workflows.decision.meetings import Result
from workflows.errors import WorkflowError
from workflows.law.references import exemptions

DECIDED: Final = frozenset({"vedtatt", "vedtatt_med_endring", "ikke_vedtatt"})
TOLD_RESULTS: Final[Mapping[str, Result]] = {
    "utsatt": Result.POSTPONED,
    "sendt_tilbake": Result.SENT_BACK,
    "tatt_til_orientering": Result.NOTED,
    "innstilling_avgitt": Result.RECOMMENDS,
    "trukket": Result.WITHDRAWN,
}
SHIELDED: Final = frozenset(
    {"title", "decision_text", "outcome_raw", "link", "votes", "proposals"}
)
NOT_KEPT: Final = frozenset({"system", "source_id", "payload_sha256", "remarks"})

_ARCHIVE: Final = re.compile(r"(?P<year>[12][0-9]{3}|[0-9]{2})/0*(?P<seq>[1-9][0-9]*)")
_SECTION: Final = re.compile(
    r"(?:^|\boff(?:l|entle[gi]\w*)\.?\s*)§+\s*([0-9]+)\b(?! ?[a-z]\b)"
)


class RecordRefusedError(WorkflowError):
    """A record cannot be imported: `code` says why, `facts` what its text mentions."""

    def __init__(self, code: str, *facts: object) -> None:
        super().__init__(f"{code}: {', '.join(map(str, facts))}")
        self.code = code
        self.facts = tuple(map(str, facts))


@dataclass(frozen=True, kw_only=True)
class PlainVotes:
    """How many of one party group voted what; `unknown` could not be read."""

    group: str | None
    in_favour: int = 0
    against: int = 0
    blank: int = 0
    unknown: int = 0


@dataclass(frozen=True, kw_only=True)
class PlainProposal:
    """A proposal or recommendation that lay before the body, word for word."""

    from_whom: str
    text: str


@dataclass(frozen=True, kw_only=True)
class PlainOther:
    """Another treatment, by its number in a body; no body means the same one."""

    number_type: str
    number_seq: int
    number_year: int
    body_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class PlainRecord:
    """One treatment of a case in one body, as a source tells it; no personal names.

    `outcome` is a code of the common model of decisions: vedtatt, vedtatt_med_endring,
    ikke_vedtatt, utsatt, sendt_tilbake, tatt_til_orientering, innstilling_avgitt,
    trukket or ukjent. `None`, and empty text, mean «not told», which never means no.
    `source_keys` are other keys of the same thing at the source; `remarks` are findings
    that its reader made.
    """

    system: str
    source_id: str
    payload_sha256: str
    body_name: str
    body_id: str | None = None
    body_code: str | None = None
    meeting_id: str | None = None
    meeting_day: date | None = None
    number_type: str
    number_seq: int
    number_year: int
    title: str
    archive_number: str | None = None
    decision_text: str = ""
    outcome: str | None = None
    outcome_raw: str | None = None
    is_final: bool | None = None
    decided_on: date | None = None
    votes: tuple[PlainVotes, ...] = ()
    link: str | None = None
    is_restricted: bool = False
    legal_basis: str | None = None
    external_system: str | None = None
    external_key: str | None = None
    proposals: tuple[PlainProposal, ...] = ()
    source_keys: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    replaced_by: PlainOther | None = None
    replaces: PlainOther | None = None

    @property
    def number(self) -> str:
        """The number in the body, as people write it: «PS 12/26»."""
        return f"{self.number_type} {self.number_seq}/{self.number_year % 100:02d}"

    @property
    def treated_on(self) -> date | None:
        """The day of the meeting, else the day of the decision, None when untold."""
        return self.meeting_day or self.decided_on

    @property
    def place(self) -> str:
        """Where it is written down: body, day and number."""
        day = f"{self.treated_on:%d.%m.%Y}, " if self.treated_on else ""
        return f"{self.body_name}, {day}sak {self.number}"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a record says that the body did, and what had to be left open."""

    result: Result
    is_final: bool | None = None
    findings: tuple[str, ...] = ()


def reading_of(record: PlainRecord, *, kind: BodyKind, is_last: bool) -> Reading:
    """Return the result of a record for a body of this kind.

    A decision is final when the source says so. Where it is silent, only the body that
    is the last to treat the case decides: the council (kommuneloven § 5-3) or the last
    of the case's plan; `is_last` tells. In all other bodies it is kept as a
    recommendation, which claims less, with a finding. An outcome that is unknown makes
    no difference to that, and is a finding of its own.
    """
    told = TOLD_RESULTS.get(record.outcome or "")
    if told is Result.NOTED:
        return Reading(result=told, is_final=record.is_final)
    if told:
        ignored = ("final_flag_ignored",) if record.is_final else ()
        return Reading(result=told, findings=ignored)
    is_final = is_last if record.is_final is None else record.is_final
    decided = Result.DELEGATED if kind is BodyKind.DELEGATED else Result.FINAL
    return Reading(
        result=decided if is_final else Result.RECOMMENDS,
        findings=_left_open(record, is_last=is_last),
    )


def archive_number_of(record: PlainRecord) -> str | None:
    """Return the archive's case number as «2025/1190», also of «25/1190».

    Raises `RecordRefusedError` for text that is no such number.
    """
    if not record.archive_number:
        return None
    found = _ARCHIVE.fullmatch("".join(record.archive_number.split()))
    if found is None or len(found["seq"]) > 7:
        told = "…" if record.is_restricted else record.archive_number[:40]
        raise RecordRefusedError("bad_archive_number", told)
    return f"{_archive_year(found['year'], record.number_year)}/{found['seq']}"


def exemption_of(record: PlainRecord, *, on: date) -> str | None:
    """Return the code word of the exemption, None when the record is public.

    Raises `RecordRefusedError` when the section of offentleglova is not told or not one
    that we know, or is § 14, which papers to elected bodies cannot have (INV-15).
    """
    if not record.is_restricted:
        return None
    sections = {
        reference.section.rpartition("§ ")[2]: reference.code
        for reference in exemptions(on=on)
    }
    found = _SECTION.search((record.legal_basis or "").casefold().strip())
    code = sections.get(found[1]) if found else None
    if code is None:
        raise RecordRefusedError("unknown_exemption", ", ".join(sections))
    if code == INTERNAL_DOCUMENT:
        raise RecordRefusedError("internal_document")
    return code


def folded(name: str | None) -> str:
    """Return a name as it is compared: without case and repeated spaces."""
    return " ".join(unicodedata.normalize("NFC", name or "").casefold().split())


def values_of(record: PlainRecord) -> dict[str, Any]:
    """Return what a record holds, as JSON values."""
    return {
        key: _as_json(value)
        for key, value in vars(record).items()
        if key not in NOT_KEPT
    }


def _as_json(value: object) -> object:
    if isinstance(value, tuple):
        return [_as_json(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    is_plain = isinstance(value, PlainVotes | PlainProposal | PlainOther)
    return dict(vars(value)) if is_plain else value


def is_told(value: object) -> bool:
    """Return whether a value says anything: False does, None and empty do not."""
    return value is not None and value not in ("", [])


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return exactly the fields that a new version tells otherwise: field, from, to.

    Silence changes nothing. When the new version is exempt from disclosure, what it
    shields is not compared, so that the log does not hold it.
    """
    shielded = SHIELDED if new["is_restricted"] else frozenset()
    return [
        {"field": key, "from": old.get(key), "to": value}
        for key, value in new.items()
        if is_told(value) and value != old.get(key) and key not in shielded
    ]


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values known after a new version; one that is exempt clears texts."""
    known = {
        key: None if new["is_restricted"] and key in SHIELDED else value
        for key, value in old.items()
    }
    return known | {key: value for key, value in new.items() if is_told(value)}


def _archive_year(year: str, treated: int) -> int:
    """Return the year with its century, the last one not after the treatment."""
    if len(year) == 4:
        return int(year)
    century = treated // 100 * 100
    return century + int(year) - (100 if century + int(year) > treated else 0)


def _left_open(record: PlainRecord, *, is_last: bool) -> tuple[str, ...]:
    found = []
    if record.outcome not in DECIDED:
        found.append("outcome_unknown")
    if record.is_final is None:
        found.append("finality_of_body" if is_last else "finality_unknown")
    return tuple(found)
