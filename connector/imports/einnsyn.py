"""Decisions from the public API of eInnsyn (version 1.0, Digdir): one page at a time.

Reading needs no key, and none is sent. Of a municipality's meetings in a window of days
each case with a decision becomes a record. The API has no outcome, no status and no
word of what is final: a person says so. Names of those who voted are not asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from connector.imports.einnsyn_cases import MeetingFrame, Register, read_case
from connector.imports.errors import SourceRefusedError, ValueRefusedError
from connector.imports.json_source import JsonSource
from connector.imports.messages import Node, with_folded_keys
from connector.imports.problems import problem, shortened
from connector.imports.records import Batch, Refused, TreatmentRecord, batch
from connector.imports.shielding import public_part
from connector.imports.values import day_of, one_line
from connector.wire import Parameters

MEETINGS_A_PAGE: Final = 5
ITEMS_A_LIST: Final = 100
MAX_PAGES: Final = 10_000

_EXPANDED: Final = (
    "vedtak.vedtakstekst,vedtak.votering.representerer,innstilling,"
    "dokumentbeskrivelse.dokumentobjekt"
)


@dataclass(frozen=True, kw_only=True)
class Window:
    """The meetings that are asked for: of whom, and from which day to which."""

    orgnumber: str
    first: date
    last: date

    @property
    def scope(self) -> str:
        """What a stored cursor belongs to."""
        return f"{self.orgnumber} {self.first}–{self.last}"

    def holds(self, day: date) -> bool:
        """Return whether a meeting that day is asked for."""
        return self.first <= day <= self.last


@dataclass(frozen=True, kw_only=True)
class Page:
    """What one page of meetings gave; `after` is where the next begins, or `None`.

    `undecided` is how many cases have no decision yet; `gone` the source ids that were
    imported before, and are published no longer. They are told on the last page.
    """

    batch: Batch
    after: tuple[str, ...] | None
    undecided: int = 0
    gone: tuple[str, ...] = ()


@dataclass
class _Reading:
    """One reading of a window: what was asked for, and which cases have been met."""

    source: JsonSource
    window: Window
    today: date
    unit: str
    met: set[str] = field(default_factory=set)


def read_pages(
    source: JsonSource,
    window: Window,
    *,
    today: date,
    after: Sequence[str] | None = None,
    known: Sequence[str] = (),
) -> Iterator[Page]:
    """Yield the window's decisions, oldest meetings first, from `after` on.

    `known` are the source ids that were imported of these days before. A meeting that
    is still to come is passed by.

    Raises:
        SourceAwayError: no answer in time; the pages before were whole.
        SourceRefusedError: the municipality is not there, or an answer is unusable.
    """
    unit = _unit_of(source, window.orgnumber)
    reading = _Reading(source=source, window=window, today=today, unit=unit)
    cursor: tuple[str, ...] | None = tuple(after or ()) or None
    for _ in range(MAX_PAGES):
        meetings, following = _meetings(reading, cursor)
        page = _page(reading, meetings, following)
        if following is None:
            yield _with_gone(reading, page, known)
            return
        if following == cursor:
            break
        yield page
        cursor = following
    raise SourceRefusedError(source.name, problem("source_lost"))


def checked_orgnumber(raw: str) -> str:
    """Return an organisation number of nine digits that add up, spaces left out.

    Source: the last digit checks the others, modulo 11 (Brønnøysundregistrene).
    """
    digits = "".join(raw.split())
    if not (len(digits) == 9 and digits.isascii() and digits.isdigit()):
        raise SourceRefusedError("ORGNR", problem("not_orgnumber", shortened(raw)))
    weighed = zip(digits, (3, 2, 7, 6, 5, 4, 3, 2, 1), strict=True)
    if sum(int(digit) * weight for digit, weight in weighed) % 11:
        raise SourceRefusedError("ORGNR", problem("not_orgnumber", shortened(raw)))
    return digits


def _unit_of(source: JsonSource, orgnumber: str) -> str:
    units, _ = _listed(source, "/enhet", {"orgnummer": orgnumber})
    kinds = {"KOMMUNE", "FYLKE"}
    ours = [each for each in units if each.child("orgnummer").text() == orgnumber]
    ours.sort(key=lambda each: each.child("enhetstype").text() not in kinds)
    if not ours:
        raise SourceRefusedError(source.name, problem("not_in_einnsyn", orgnumber))
    return ours[0].child("id").required(one_line)


def _meetings(
    reading: _Reading, after: tuple[str, ...] | None
) -> tuple[list[Node], tuple[str, ...] | None]:
    window, day = reading.window, timedelta(days=1)
    # A day more on each side: whose days the filter counts in is not documented.
    asked: dict[str, str | Sequence[str]] = {
        "entity": "Moetemappe",
        "administrativEnhet": reading.unit,
        "moetedatoFrom": (window.first - day).isoformat(),
        "moetedatoTo": (window.last + day).isoformat(),
        "sortBy": "moetedato",
        "sortOrder": "asc",
        "limit": str(MEETINGS_A_PAGE),
        "expand": "utvalgObjekt",
    }
    if after:
        asked["startingAfter"] = after
    return _listed(reading.source, "/search", asked)


def _page(
    reading: _Reading, meetings: Sequence[Node], after: tuple[str, ...] | None
) -> Page:
    read: list[TreatmentRecord | Refused] = []
    undecided = 0
    for meeting in meetings:
        for case in _cases_of(reading, meeting):
            read += [] if case is None else [case]
            undecided += case is None
    source = f"eInnsyn {reading.window.scope}"
    return Page(batch=batch(read, source=source), after=after, undecided=undecided)


def _cases_of(
    reading: _Reading, meeting: Node
) -> Iterator[TreatmentRecord | Refused | None]:
    """Yield what each case of a meeting gave, None for a case without a decision."""
    meeting = _whole(reading.source, "/moetemappe", meeting)
    # A meeting may be taken away between the list and the call.
    frame = None if meeting.value is None else _frame(reading, meeting)
    if frame is None:
        return
    path = f"/moetemappe/{frame.identifier}/moetesak"
    cases = list(_all_listed(reading.source, path, {"expand": _EXPANDED}))
    cases = [_whole(reading.source, "/moetesak", each) for each in cases]
    there = [each for each in cases if _is_published(each)]
    reading.met.update(each.child("id").text() for each in there)
    register = _register(reading.source, there)
    for row, case in enumerate(there, start=1):
        yield _case(reading.source, frame, register, case, row=row)


def _frame(reading: _Reading, meeting: Node) -> MeetingFrame | None:
    """Return what a meeting says of its cases; None when it is not asked for."""
    try:
        day = meeting.child("moetedato").required(day_of)
        identifier = meeting.child("id").required(one_line)
        name = meeting.child("utvalg").text()
    except ValueRefusedError as error:
        raise _unreadable(reading.source, error) from error
    near = timedelta(days=1)
    if not reading.window.first - near <= day <= reading.window.last + near:
        what = problem("source_other_days", f"{day:%d.%m.%Y}")
        raise SourceRefusedError(reading.source.name, what)
    if day > reading.today or not reading.window.holds(day):
        return None
    unit = meeting.child("utvalgObjekt")
    return MeetingFrame(
        identifier=identifier, day=day, committee=name, unit=unit, owner=reading.unit
    )


def _case(
    source: JsonSource, frame: MeetingFrame, register: Register, case: Node, *, row: int
) -> TreatmentRecord | Refused | None:
    try:
        decision = _decision(source, case)
        return read_case(frame, register, case, decision)
    except ValueRefusedError as error:
        where = f"{case.child('id').value} {error.where}".strip()
        return Refused(
            file=source.name, row=row, where=where, problem=error.problem, unit="sak"
        )


def _decision(source: JsonSource, case: Node) -> Node:
    """Return the case's decision with its text and votes, also when only named."""
    decision = case.child("vedtak")
    if isinstance(decision.value, str):
        path = f"/moetesak/{case.child('id').text()}/vedtak"
        expanded = "vedtakstekst,votering.representerer"
        decision = _got(source, path, {"expand": expanded})
    value = dict(decision.value) if isinstance(decision.value, dict) else None
    if value is None:
        return decision
    text = decision.child("vedtakstekst")
    value["vedtakstekst"] = _whole(source, "/moetesaksbeskrivelse", text).value
    votes = decision.child("votering").items()
    if any(isinstance(vote.value, str) for vote in votes):
        path = f"/vedtak/{decision.child('id').text()}/votering"
        told = _all_listed(source, path, {"expand": "representerer"})
        value["votering"] = [vote.value for vote in told]
    return Node(value, decision.path)


def _register(source: JsonSource, cases: Sequence[Node]) -> Register:
    """Return the records of the reports (saksframlegg) that the cases refer to."""
    named = [each.child("legacyReferanseTilMoetesak").text().strip() for each in cases]
    # The list is written with commas between: a key with one cannot be asked for.
    keys = list(dict.fromkeys(key for key in named if key and "," not in key))
    found: dict[str, Node] = {}
    for start in range(0, len(keys), ITEMS_A_LIST):
        some = ",".join(keys[start : start + ITEMS_A_LIST])
        asked = {"externalIds": some, "expand": "saksmappe,skjerming"}
        for record in _all_listed(source, "/journalpost", asked):
            found[record.child("externalId").text()] = record
    return found


def _with_gone(reading: _Reading, page: Page, known: Sequence[str]) -> Page:
    """Ask for each case that was imported before and not met now, one by one."""
    gone = []
    for identifier in sorted(set(known) - reading.met):
        case = _got(reading.source, f"/moetesak/{identifier}", {})
        if not _is_published(case):
            gone.append(identifier)
    return Page(
        batch=page.batch, after=None, undecided=page.undecided, gone=tuple(gone)
    )


def _is_published(case: Node) -> bool:
    return case.value is not None and not case.child("deleted").value


def _whole(source: JsonSource, path: str, node: Node) -> Node:
    """Return an object that a list may only have named by its id."""
    if not isinstance(node.value, str):
        return node
    found = _got(source, f"{path}/{node.value}", {})
    return Node(found.value, node.path)


def _all_listed(
    source: JsonSource, path: str, asked: Mapping[str, str]
) -> Iterator[Node]:
    after: tuple[str, ...] | None = None
    for _ in range(MAX_PAGES):
        more: dict[str, str | Sequence[str]] = {**asked, "limit": str(ITEMS_A_LIST)}
        if after:
            more["startingAfter"] = after
        items, following = _listed(source, path, more)
        yield from items
        if following is None:
            return
        if following == after:
            break
        after = following
    raise SourceRefusedError(source.name, problem("source_lost"))


def _listed(
    source: JsonSource, path: str, asked: Parameters
) -> tuple[list[Node], tuple[str, ...] | None]:
    """Return the items of one page, and where the next one begins."""
    answer = _got(source, path, asked)
    if not isinstance(answer.value, dict):
        raise SourceRefusedError(source.name, problem("source_shape", path))
    following = answer.child("next").value
    after = source.cursor_of(following) if isinstance(following, str) else None
    return list(answer.child("items").items()), after


def _got(source: JsonSource, path: str, asked: Parameters) -> Node:
    return Node(with_folded_keys(public_part(source.get(path, asked))), "$")


def _unreadable(source: JsonSource, error: ValueRefusedError) -> SourceRefusedError:
    return SourceRefusedError(source.name, problem("source_shape", error.where))
