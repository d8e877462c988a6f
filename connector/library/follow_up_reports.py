"""Follow-up of decisions (vedtaksoppfølging), for a body or all, over a tertial.

What its body had noted before the period began is closed and not told again; the rest
is, with whether anything was reported in the period. A closed period always gives the
same content.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from connector.library.days import written_period
from connector.pictures.states import STATE_WORDS
from connector.pictures.words import Language, day
from workflows.base import all_of, by_ref
from workflows.clock import at_oslo, norwegian_date
from workflows.decision.bodies import Body
from workflows.decision.cases import Case
from workflows.decision.decisions import items_of
from workflows.decision.followups import FollowUpState
from workflows.decision.implementation import FollowUpRow, follow_ups
from workflows.decision.minutes import TreatmentRow, treatments_of
from workflows.people.persons import Person
from workflows.record.entries import fold

ALL = "all"
WORDS = {
    "nb": {"all": "Alle organ", "delegated": "Delegert vedtak"},
    "nn": {"all": "Alle organ", "delegated": "Delegert vedtak"},
}
TERTIAL_MONTHS = 4


@dataclass(frozen=True, kw_only=True)
class Period:
    """First and last day, both included."""

    first: date
    last: date

    @property
    def ends_at(self) -> datetime:
        """The instant at which the last day is over in Norway."""
        return at_oslo(self.last + timedelta(days=1), time.min)

    @property
    def begins_at(self) -> datetime:
        """The instant at which the first day begins in Norway."""
        return at_oslo(self.first, time.min)


def tertial_of(on: date) -> Period:
    """Return the tertial from its first day up to a day in it."""
    month = (on.month - 1) // TERTIAL_MONTHS * TERTIAL_MONTHS + 1
    return Period(first=date(on.year, month, 1), last=on)


def follow_up_values(
    session: Session, body: str, *, language: Language, at: datetime
) -> dict[str, Any]:
    """Return the values of the report for a body, or `all`, in the tertial of `at`.

    Raises:
        NotFoundError: there is no such body.
    """
    period = tertial_of(norwegian_date(at))
    seen = min(at, period.ends_at)
    name = WORDS[language]["all"] if body == ALL else _name(session, body, language)
    rows = list(_rows(session, body, period, language=language, at=seen))
    found = {
        "v_title": f"{name}, {written_period(period.first, period.last)}",
        "v_body": name,
        "v_from": period.first.isoformat(),
        "v_to": period.last.isoformat(),
        "v_totals": list(_totals(rows)),
        "v_items": rows,
    }
    return {key: value for key, value in found.items() if value}


def _rows(
    session: Session, body: str, period: Period, *, language: Language, at: datetime
) -> Iterator[dict[str, Any]]:
    items = {item.ref: item for item in items_of(session, at=at)}
    treatments = {row.ref: row for row in treatments_of(session, at=at)}
    noted = FollowUpState.NOTED_BY_BODY
    before = fold(session, at=period.begins_at)
    people = {person.ref: person.name for person in all_of(session, Person)}
    for row in follow_ups(session, at=at):
        item = items[row.item]
        decided = treatments[item.treatment]
        if body in (ALL, decided.body) and before.get(row.ref) != noted:
            responsible = people.get(row.responsible, row.responsible)
            told = _told(session, row, decided, period, language=language)
            point = f"{item.number}. {item.text}"
            yield {"_id": row.ref, "vedtak": point, "ansvarlig": responsible, **told}


def _told(
    session: Session,
    row: FollowUpRow,
    decided: TreatmentRow,
    period: Period,
    *,
    language: Language,
) -> dict[str, Any]:
    case = by_ref(session, Case, row.case)
    number = f"{decided.number} " if decided.number else ""
    title = _open_title(case)
    is_new = period.first <= row.last_reported_on <= period.last
    cells = {
        "sak": f"{number}{title}",
        "behandlet": f"{decided.body} {day(decided.treated_on)}",
        "frist": row.deadline.isoformat(),
        "status": STATE_WORDS["followup"][row.state.upper()].words.of(language),
        "merknad": row.text or row.evidence,
        "endret": "yes" if is_new else "no",
    }
    return {key: cell for key, cell in cells.items() if cell}


def _open_title(case: Case) -> str:
    """The title of an exempt case is not told; its number is (kommuneloven § 11-4)."""
    return case.archive_number or case.ref if case.restricted else case.title


def _totals(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    counted = Counter(row["status"] for row in rows)
    for status, number in sorted(counted.items()):
        mine = [row for row in rows if row["status"] == status]
        changed = sum(row["endret"] == "yes" for row in mine)
        yield {"_id": status, "status": status, "antall": number, "endret": changed}


def _name(session: Session, ref: str, language: Language) -> str:
    body = by_ref(session, Body, ref)
    return body.name_nn if language == "nn" else body.name_nb
