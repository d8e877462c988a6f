"""Decisions from messages of KS Fiks politisk behandling V1.

Reads `vedtakfrautvalg.send` and `einnsyn.vedtak.send`
(no.ks.fiks.politisk.behandling.v1, schemas of 2023-05-28), in the spelling of 2021
too. Nothing is checked against the schemas: they cannot express a vote, and the
samples of KS fail them. What a record needs is required, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from connector.imports.errors import ValueRefusedError
from connector.imports.markup import plain_text
from connector.imports.messages import Message, Node, messages_of
from connector.imports.outcomes import outcome_of
from connector.imports.problems import (
    printable,
    problem,
    shortened,
    without_facts,
)
from connector.imports.records import (
    RESTRICTED_TITLE,
    Batch,
    BodyName,
    CaseNumber,
    ExternalKey,
    MeetingDay,
    Outcome,
    OutcomeSource,
    ProposalRecord,
    Refused,
    Restriction,
    Source,
    TreatmentRecord,
    batch,
    sealed,
)
from connector.imports.values import (
    HIGHEST_SEQUENCE,
    clean_text,
    day_of,
    full_year,
    one_line,
)
from connector.imports.votes import votes_by_group

SYSTEM = "fiks-politisk-behandling"

_STATUS_KEYS: Final = ("kodebeskrivelse", "kodeverdi")
_KEYS: Final = (
    "referanseEksternNoekkel",
    "fagsystemetsSaksnummer",
    "referanseForelderMappeEksternNoekkel",
    "referanseRegistreringEksternNoekkel",
    "arkivJournalnummer",
)
_KEY_PARTS: Final = (
    "fagsystem",
    "noekkel",
    "saksaar",
    "sakssekvensnummer",
    "journalaar",
    "journalsekvensnummer",
)


def read_fiks(path: Path, *, number_type: str = "PS") -> Batch:
    """Return the treatments of a file or folder of messages, and what was refused.

    A file holds one message, a JSON list of them, or one a line. The messages carry no
    type of case number, so the body's own is given: `number_type`.

    Raises:
        ImportRefusedError: the file is not there, empty, too big, no text or no JSON.
    """
    read: list[TreatmentRecord | Refused] = []
    for message in messages_of(path):
        if isinstance(message, Refused):
            read.append(message)
        else:
            read.extend(_treatments(message, number_type=number_type))
    return batch(read, source=path.name)


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """What a message says about all its decisions: who, when, and what number type."""

    body: BodyName
    meeting: MeetingDay
    is_final: bool | None
    restrictions: tuple[Node, ...]
    number_type: str


def _treatments(
    message: Message, *, number_type: str
) -> Iterator[TreatmentRecord | Refused]:
    root = message.node
    try:
        frame, decisions = _opened(root, number_type=number_type)
    except ValueRefusedError as error:
        yield message.refused(_discreet(error, (root.child("skjerming"),)))
        return
    for decision in decisions:
        yield _treatment(message, frame, decision)


def _opened(root: Node, *, number_type: str) -> tuple[_Frame, tuple[Node, ...]]:
    if root.child("sak").value is not None:
        return _committee_frame(root, number_type=number_type), (root.child("sak"),)
    if root.child("moete").value is None or root.child("utvalg").value is None:
        raise root.refusal(problem("unknown_message"))
    frame = _einnsyn_frame(root, number_type=number_type)
    return frame, root.child("vedtak").items()


def _committee_frame(root: Node, *, number_type: str) -> _Frame:
    return _Frame(
        body=_body(root),
        meeting=MeetingDay(
            id=root.child("moeteId").required(one_line),
            day=root.child("moetedato").required(day_of),
        ),
        is_final=_flag(root.child("erEndeligVedtak")),
        restrictions=(root.child("skjerming"),),
        number_type=number_type,
    )


def _einnsyn_frame(root: Node, *, number_type: str) -> _Frame:
    meeting, body = (root.child("moete"), root.child("utvalg"))
    identifier = meeting.child("moeteId").required(one_line)
    return _Frame(
        body=_body(body),
        meeting=MeetingDay(id=identifier, day=_meeting_day(meeting, body, identifier)),
        # The message has no flag for it: which body is last is not told.
        is_final=None,
        restrictions=(root.child("skjerming"), meeting.child("skjerming")),
        number_type=number_type,
    )


def _body(node: Node) -> BodyName:
    return BodyName(
        id=node.child("utvalgId").required(one_line),
        name=node.child("utvalgNavn").required(one_line),
    )


def _meeting_day(meeting: Node, body: Node, identifier: str) -> date | None:
    """Return the meeting's day, also from the body's own list of meetings."""
    for node in (meeting, *body.child("moete").items()):
        is_it = node.child("moeteId").text().strip() == identifier
        if is_it and node.child("moetedato").text().strip():
            return node.child("moetedato").read(day_of)
    return None


def _flag(node: Node) -> bool | None:
    if node.value is None or isinstance(node.value, bool):
        return node.value
    raise node.refusal(problem("wrong_type"))


def _treatment(
    message: Message, frame: _Frame, decision: Node
) -> TreatmentRecord | Refused:
    shields = (*frame.restrictions, decision.child("skjerming"))
    try:
        return sealed(_record(frame, decision, _restriction(shields)))
    except ValueRefusedError as error:
        return message.refused(_discreet(error, shields))


def _record(
    frame: _Frame, decision: Node, restriction: Restriction | None
) -> TreatmentRecord:
    number = _number(decision.child("utvalgetsSaksnummer"), kind=frame.number_type)
    source_id = f"{frame.body.id}|{frame.meeting.id}|{number}"
    outcome, words = _outcome(decision.child("status"))
    is_public = restriction is None
    return TreatmentRecord(
        body=frame.body,
        meeting=frame.meeting,
        number=number,
        source=Source(system=SYSTEM, source_id=source_id),
        title=_title(decision) if is_public else RESTRICTED_TITLE,
        decision_text=_decision_text(decision.child("vedtak")) if is_public else "",
        votes=votes_by_group(decision.child("votering")) if is_public else (),
        restriction=restriction,
        archive_number=_archive_number(decision),
        outcome=outcome,
        outcome_raw=words if is_public else None,
        outcome_source=OutcomeSource.DERIVED if outcome else None,
        is_final=frame.is_final,
        decided_on=_optional_day(decision.child("vedtaksdato")),
        external_key=_external_key(decision),
        proposals=_proposals(decision) if is_public else (),
        source_keys=tuple(_source_keys(decision)) if is_public else (),
    )


def _title(decision: Node) -> str:
    """Return the public title where there is one: the other may be shielded."""
    public = decision.child("offentligTittel")
    return (public if public.value else decision.child("tittel")).required(one_line)


def _decision_text(node: Node) -> str:
    content = node.child("tekstInnhold") if isinstance(node.value, dict) else node
    text_format = _code(node.child("tekstFormat"))
    return content.read(
        lambda raw: clean_text(plain_text(raw, text_format=text_format))
    )


def _proposals(decision: Node) -> tuple[ProposalRecord, ...]:
    """Return the recommendation that lay before the body, where a sender tells it."""
    text = _decision_text(decision.child("forslagTilVedtak"))
    return (ProposalRecord(from_whom="Innstilling", text=text),) if text else ()


def _source_keys(decision: Node) -> Iterator[str]:
    """Yield the keys of the case elsewhere, as «arkivJournalnummer 2026/74387».

    They are no more than signposts: one that cannot be read stops nothing.
    """
    for name in _KEYS:
        parts = (decision.child(name).child(part).value for part in _KEY_PARTS)
        told = [str(part) for part in parts if isinstance(part, str | int)]
        if told:
            yield printable(f"{name} {'/'.join(told)}")[:200]


def _outcome(status: Node) -> tuple[Outcome | None, str | None]:
    """Return the code and the words of an open `status`, which may mean other things.

    «Godkjent» may be said of the minutes; only words for an outcome become one.
    """
    said = [_words(status.child(key)) for key in _STATUS_KEYS] + [
        _words(status) if isinstance(status.value, str) else ""
    ]
    words = [one for one in said if one]
    known = [outcome_of(one) for one in words]
    understood = [one for one in known if one != Outcome.UNKNOWN]
    return next(iter(understood + known), None), next(iter(words), None)


def _words(node: Node) -> str:
    return " ".join(node.read(clean_text).split())


def _code(node: Node) -> str:
    return _words(node if isinstance(node.value, str) else node.child("kodeverdi"))


def _number(node: Node, *, kind: str) -> CaseNumber:
    year, sequence = (node.child("saksaar"), node.child("sakssekvensnummer"))
    return CaseNumber(
        type=kind, year=year.required(_year), seq=sequence.required(_sequence)
    )


def _year(raw: str) -> int:
    year = full_year(_count(raw))
    if year is None:
        raise ValueRefusedError(problem("bad_count", shortened(raw)))
    return year


def _sequence(raw: str) -> int:
    sequence = _count(raw)
    if not 1 <= sequence <= HIGHEST_SEQUENCE:
        raise ValueRefusedError(problem("bad_count", shortened(raw)))
    return sequence


def _count(raw: str) -> int:
    text = raw.strip()
    if len(text) > len(str(HIGHEST_SEQUENCE)) or not (
        text.isascii() and text.isdigit()
    ):
        raise ValueRefusedError(problem("bad_count", shortened(raw)))
    return int(text)


def _archive_number(decision: Node) -> str | None:
    """Return «2025/401»; the two messages name the archive's case differently."""
    for key in ("arkivSaksnummer", "arkivetsSaksnummer"):
        node = decision.child(key)
        if isinstance(node.value, dict):
            parts = (node.child("saksaar"), node.child("sakssekvensnummer"))
            return "/".join(str(part.required(_count)) for part in parts)
        if node.value:
            return node.read(one_line)
    return None


def _optional_day(node: Node) -> date | None:
    return node.read(day_of) if node.text().strip() else None


def _external_key(decision: Node) -> ExternalKey | None:
    node = decision.child("fagsystemetsReferanseEksternNoekkel")
    if node.value is None:
        return None
    return ExternalKey(
        system=node.child("fagsystem").required(one_line),
        key=node.child("noekkel").required(one_line),
    )


def _restriction(shields: Iterable[Node]) -> Restriction | None:
    """Return the restriction if any shield says anything at all, with its basis."""
    closed = [shield for shield in shields if _says_something(shield.value)]
    if not closed:
        return None
    bases = (_basis(shield) for shield in closed)
    return Restriction(legal_basis=next((basis for basis in bases if basis), None))


def _says_something(value: object) -> bool:
    """Whether a value holds more than empty places, which some senders fill in."""
    if isinstance(value, Mapping):
        return any(_says_something(item) for item in value.values())
    if isinstance(value, list):
        return any(_says_something(item) for item in value)
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _basis(shield: Node) -> str | None:
    """Return the provision; one that cannot be read never makes a row public."""
    named = shield.child("skjermingshjemmel")
    try:
        return (named if isinstance(shield.value, dict) else shield).required(one_line)
    except ValueRefusedError:
        return None


def _discreet(error: ValueRefusedError, shields: Iterable[Node]) -> ValueRefusedError:
    """Return the error without the values of a message that is exempt."""
    if _restriction(shields) is None:
        return error
    return ValueRefusedError(without_facts(error.problem), where=error.where)
