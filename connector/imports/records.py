"""The plain records that every importer of decisions gives, whatever it reads.

Frozen, hashable, no database. Names follow Fiks politisk behandling V1 and eInnsyn v1.
No personal name is kept: votes are counts by party group. Of what is exempt from
disclosure only that it exists and its legal basis are kept (offentleglova § 3).
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from connector.imports.problems import Language, Problem, printable

RESTRICTED_TITLE = "Unntatt offentlighet"
_LATER: Final = frozenset(
    {"proposals", "source_keys", "remarks", "replaced_by", "replaces"}
)


class Outcome(enum.StrEnum):
    """What a treatment ended with. No Norwegian source codes it; a person confirms."""

    ADOPTED = "vedtatt"
    ADOPTED_CHANGED = "vedtatt_med_endring"
    NOT_ADOPTED = "ikke_vedtatt"
    POSTPONED = "utsatt"
    SENT_BACK = "sendt_tilbake"
    NOTED = "tatt_til_orientering"
    RECOMMENDED = "innstilling_avgitt"
    WITHDRAWN = "trukket"
    UNKNOWN = "ukjent"


class OutcomeSource(enum.StrEnum):
    """`SOURCE`: the file says so; `DERIVED`: read out of a code that may mean more."""

    SOURCE = "source"
    DERIVED = "derived"
    MANUAL = "manual"


class Remark(enum.StrEnum):
    """What a reader has to say of a record beside its values: a finding on its row."""

    DECISION_IN_DOCUMENT = "decision_in_document"
    NO_CASE_LINK = "no_case_link"


@dataclass(frozen=True, kw_only=True)
class BodyName:
    """An elected body (folkevalgt organ) as the source names it."""

    name: str
    id: str | None = None
    code: str | None = None


@dataclass(frozen=True, kw_only=True)
class MeetingDay:
    """A meeting: its Norwegian day, `None` where the source does not tell."""

    day: date | None
    id: str | None = None


@dataclass(frozen=True, kw_only=True)
class CaseNumber:
    """The body's own number of a treatment, «PS 12/2026»; `type` is PS, RS, DS, FO."""

    type: str
    seq: int
    year: int

    def __str__(self) -> str:
        return f"{self.type} {self.seq}/{self.year}"


@dataclass(frozen=True, kw_only=True)
class OtherCase:
    """Another treatment, by its number in a body; no body means the same one."""

    number: CaseNumber
    body_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class GroupVotes:
    """How many of one party group voted what; `group` is `None` where not told."""

    group: str | None
    in_favour: int = 0
    against: int = 0
    blank: int = 0
    unknown: int = 0


@dataclass(frozen=True, kw_only=True)
class ProposalRecord:
    """A proposal or recommendation that lay before the body, and whose it was."""

    from_whom: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Restriction:
    """The treatment is exempt from disclosure; the basis is `None` where not told."""

    legal_basis: str | None


@dataclass(frozen=True, kw_only=True)
class ExternalKey:
    """Our key that travelled into the decision line and came back (Fiks)."""

    system: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a record comes from. A new hash under the same id is a new version.

    The hash is over what the record keeps, not over the file: what is not kept
    (names of voters, a shielded title) can then not be guessed from it.
    """

    system: str
    source_id: str
    payload_sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class TreatmentRecord:
    """One treatment (behandling) of a case in one body, with its decision text.

    `decision_text` is plain text with newlines, empty where none is given.
    `is_final` is `None` where the source does not tell: that never means no.
    `source_keys` are other keys of the same thing in the source's archive.
    """

    body: BodyName
    meeting: MeetingDay
    number: CaseNumber
    title: str
    source: Source
    archive_number: str | None = None
    decision_text: str = ""
    outcome: Outcome | None = None
    outcome_raw: str | None = None
    outcome_source: OutcomeSource | None = None
    is_final: bool | None = None
    decided_on: date | None = None
    votes: tuple[GroupVotes, ...] = ()
    link: str | None = None
    restriction: Restriction | None = None
    external_key: ExternalKey | None = None
    proposals: tuple[ProposalRecord, ...] = ()
    source_keys: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    replaced_by: OtherCase | None = None
    replaces: OtherCase | None = None

    def __post_init__(self) -> None:
        """Refuse to exist with shielded content: a fault in a reader, not in a file."""
        kept = (self.decision_text, self.outcome_raw, self.link, self.votes)
        is_open = any(kept) or bool(self.proposals)
        if self.restriction and (self.title != RESTRICTED_TITLE or is_open):
            raise ValueError(
                "a restricted treatment keeps no title, text, link or vote"
            )


@dataclass(frozen=True, kw_only=True)
class Refused:
    """One row or message that was not read. The others were.

    `row` is the line of the file, or the number of the message, from 1; `unit` says
    which. `where` is the column or the JSON path; empty when the whole row is at fault.
    """

    file: str
    row: int
    where: str
    problem: Problem
    unit: str = "linje"

    @property
    def message(self) -> str:
        """The one line that a person reads, in bokmål."""
        return self.text()

    def text(self, language: Language = "nb") -> str:
        """Return the one line that a person reads."""
        places = (printable(self.file), f"{self.unit} {self.row}", self.where)
        place = ", ".join(place for place in places if place)
        return f"{place}: {self.problem.text(language)}"


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What one file or folder gave, in the file's order; `source` is its name."""

    records: tuple[TreatmentRecord, ...]
    refused: tuple[Refused, ...]
    source: str


def batch(read: Sequence[TreatmentRecord | Refused], *, source: str) -> Batch:
    """Return the records and the refusals apart, in the order they were read.

    A message that arrived twice with the same content is kept once: Fiks IO
    delivers at least once.
    """
    records = dict.fromkeys(one for one in read if isinstance(one, TreatmentRecord))
    refused = tuple(one for one in read if isinstance(one, Refused))
    return Batch(records=tuple(records), refused=refused, source=source)


def _as_json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else vars(value)


def sealed(record: TreatmentRecord) -> TreatmentRecord:
    """Return the record with the SHA-256 of what it keeps in its source.

    What records came to hold later counts only where it is told, so that a file that
    was read before still has the sum it had.
    """
    fields = vars(record) | {"source": None}
    fields = {key: kept for key, kept in fields.items() if kept or key not in _LATER}
    canonical = json.dumps(fields, sort_keys=True, default=_as_json)
    digest = hashlib.sha256(canonical.encode("ascii")).hexdigest()
    return replace(record, source=replace(record.source, payload_sha256=digest))
