"""A case in a meeting (møtesak) as eInnsyn tells it, made into a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from connector.imports.errors import ValueRefusedError
from connector.imports.markup import plain_text
from connector.imports.messages import Node
from connector.imports.problems import printable, problem
from connector.imports.records import (
    RESTRICTED_TITLE,
    BodyName,
    CaseNumber,
    GroupVotes,
    MeetingDay,
    ProposalRecord,
    Remark,
    Restriction,
    Source,
    TreatmentRecord,
    sealed,
)
from connector.imports.values import (
    FIRST_YEAR,
    HIGHEST_SEQUENCE,
    LAST_YEAR,
    clean_text,
    day_of,
    one_line,
    web_link,
)
from connector.imports.votes import votes_by_group

SYSTEM: Final = "einnsyn"

# The types of the API, and those of the archive (moetesakstype of Fiks Arkiv V1).
NUMBER_TYPES: Final[Mapping[str, str]] = {
    "politisk": "PS",
    "delegert": "DS",
    "referat": "RS",
    "orientering": "RS",
    "interpellasjon": "FO",
}
OTHER_TYPE: Final = "AN"
_WHOLE_MUNICIPALITY: Final = frozenset({"KOMMUNE", "FYLKE", "VIRKSOMHET"})
_DECISION_DOCUMENT: Final = "vedtak"

Register = Mapping[str, Node]


@dataclass(frozen=True, kw_only=True)
class MeetingFrame:
    """What a meeting says of all its cases; `owner` is the municipality's own id."""

    identifier: str
    day: date
    committee: str
    unit: Node
    owner: str


def read_case(
    frame: MeetingFrame, register: Register, case: Node, decision: Node
) -> TreatmentRecord | None:
    """Return the record of a case, `None` when it has no decision in any form.

    Raises:
        ValueRefusedError: a value that a record needs is missing or unusable.
    """
    documents = list(_decision_documents(case))
    if decision.value is None and not documents:
        return None
    report = register.get(case.child("legacyReferanseTilMoetesak").text().strip())
    restriction = _restriction(report)
    is_public = restriction is None
    return sealed(
        TreatmentRecord(
            body=_body(frame),
            meeting=MeetingDay(day=frame.day),
            number=_number(case, meeting_year=frame.day.year),
            title=_title(case) if is_public else RESTRICTED_TITLE,
            source=Source(system=SYSTEM, source_id=case.child("id").required(one_line)),
            source_keys=_keys(case) if is_public else (),
            archive_number=_archive_number(report),
            decision_text=_text(decision.child("vedtakstekst")) if is_public else "",
            proposals=_proposals(case) if is_public else (),
            decided_on=_day(decision.child("dato")),
            votes=_votes(decision) if is_public else (),
            link=_link(documents) if is_public else None,
            restriction=restriction,
            remarks=tuple(_remarks(decision, report)),
        )
    )


def _body(frame: MeetingFrame) -> BodyName:
    """Return the body; where its code is unknown the API gives the municipality."""
    code = printable(frame.committee)
    kind = frame.unit.child("enhetstype").text()
    is_fallback = (
        not isinstance(frame.unit.value, dict)
        or kind in _WHOLE_MUNICIPALITY
        or frame.unit.child("id").text() == frame.owner
    )
    if not is_fallback:
        name = frame.unit.child("navn").required(one_line)
        return BodyName(name=name, code=code or None)
    if not code:
        raise frame.unit.refusal(problem("missing_key"))
    return BodyName(name=code)


def _number(case: Node, *, meeting_year: int) -> CaseNumber:
    kind = case.child("moetesakstype").text().strip().casefold()
    return CaseNumber(
        type=NUMBER_TYPES.get(kind, OTHER_TYPE),
        seq=_count(case.child("moetesakssekvensnummer"), 1, HIGHEST_SEQUENCE),
        year=_year(case.child("moetesaksaar"), otherwise=meeting_year),
    )


def _year(node: Node, *, otherwise: int) -> int:
    return otherwise if node.value is None else _count(node, FIRST_YEAR, LAST_YEAR)


def _count(node: Node, lowest: int, highest: int) -> int:
    said = node.required(one_line)
    is_number = said.isascii() and said.isdigit() and len(said) <= len(str(highest))
    if not (is_number and lowest <= int(said) <= highest):
        raise node.refusal(problem("bad_count", said))
    return int(said)


def _title(case: Node) -> str:
    return case.child("offentligTittel").required(one_line)


def _keys(case: Node) -> tuple[str, ...]:
    """Return the archive's own keys of the case, by which it is known elsewhere."""
    keys = (case.child("systemId").text(), case.child("externalId").text())
    return tuple(printable(key) for key in keys if key.strip())


def _archive_number(report: Node | None) -> str | None:
    number = report.child("saksmappe").child("saksnummer") if report else None
    return number.read(one_line) if number and number.value else None


def _text(description: Node) -> str:
    text_format = description.child("tekstFormat").text()
    return description.child("tekstInnhold").read(
        lambda raw: clean_text(plain_text(raw, text_format=text_format))
    )


def _proposals(case: Node) -> tuple[ProposalRecord, ...]:
    """Return the recommendation that lay before the body; whose it is is not told."""
    text = _text(case.child("innstilling"))
    return (ProposalRecord(from_whom="Innstilling", text=text),) if text else ()


def _day(node: Node) -> date | None:
    return node.read(day_of) if node.value else None


def _votes(decision: Node) -> tuple[GroupVotes, ...]:
    """Count by party group; the group is an object whose name is the party's."""
    told = [
        {
            "stemme": vote.child("stemme").value,
            "representerer": _name(vote.child("representerer")),
        }
        for vote in decision.child("votering").items()
    ]
    return votes_by_group(Node(told, decision.child("votering").path))


def _name(party: Node) -> object:
    return party.child("navn").value if isinstance(party.value, dict) else None


def _decision_documents(case: Node) -> Iterator[Node]:
    for document in case.child("dokumentbeskrivelse").items():
        kind = document.child("dokumenttype").value
        if isinstance(kind, str) and kind.strip().casefold() == _DECISION_DOCUMENT:
            yield document


def _link(documents: list[Node]) -> str | None:
    """Return the address of the first decision document, where it is a web address."""
    for document in documents:
        for file in document.child("dokumentobjekt").items():
            try:
                return file.child("url").read(web_link)
            except ValueRefusedError:
                continue
    return None


def _restriction(report: Node | None) -> Restriction | None:
    """Return the exemption of the report, the only place where the API tells one."""
    shield = report.child("skjerming") if report else None
    if shield is None or not shield.value:
        return None
    basis = shield.child("skjermingshjemmel").value
    said = printable(basis) if isinstance(basis, str) else ""
    return Restriction(legal_basis=said or None)


def _remarks(decision: Node, report: Node | None) -> Iterator[Remark]:
    if not decision.child("vedtakstekst").child("tekstInnhold").value:
        yield Remark.DECISION_IN_DOCUMENT
    if _archive_number(report) is None:
        yield Remark.NO_CASE_LINK
