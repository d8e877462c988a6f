"""Follow-up of decisions (vedtaksoppfølging), for a body or all, over a tertial.

Only what changed since the tertial before is told row by row; of the rest only how many
there are. What its body had noted before the period began is closed. Review dates that
have passed without a review stand in each report. A closed period always gives the same
content. What is exempt from public access is told by its case number alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from connector.library.days import written_period
from connector.pictures.states import STATE_WORDS
from connector.pictures.words import Language, day
from connector.web.texts import Say
from workflows.base import by_ref
from workflows.clock import norwegian_date
from workflows.decision.bodies import Body
from workflows.decision.cases import Case
from workflows.decision.changes import Change, ChangedRow, changed_in
from workflows.decision.decisions import ItemRow, items_of
from workflows.decision.followups import FollowUpState
from workflows.decision.implementation import FollowUpRow, follow_ups
from workflows.decision.minutes import TreatmentRow, treatments_of
from workflows.decision.reviews import reviews
from workflows.decision.tertials import Period, tertial_of
from workflows.record.entries import fold

ALL = "all"
WORDS = {
    "nb": {"all": "Alle organ", "exempt": "Unntatt offentlighet"},
    "nn": {"all": "Alle organ", "exempt": "Unnateke offentlegheit"},
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the report is about: a body, or `all`, in a period seen at an instant."""

    session: Session
    body: str
    period: Period
    language: Language
    at: datetime

    def concerns(self, treatment: TreatmentRow) -> bool:
        """Return whether a decision is of the body asked for."""
        return self.body in (ALL, treatment.body)

    def case(self, ref: str) -> Case:
        """Return a case by its reference."""
        return by_ref(self.session, Case, ref)


def follow_up_values(
    session: Session, body: str, *, language: Language, at: datetime
) -> dict[str, Any]:
    """Return the values of the report for a body, or `all`, in the tertial of `at`.

    Raises:
        NotFoundError: there is no such body.
    """
    period = tertial_of(norwegian_date(at))
    name = WORDS[language]["all"] if body == ALL else _name(session, body, language)
    asked = Asked(
        session=session,
        body=body,
        period=period,
        language=language,
        at=min(at, period.ends_at),
    )
    changed = [
        row
        for row in changed_in(session, period, at=asked.at)
        if asked.concerns(row.decided)
    ]
    found = {
        "v_title": f"{name}, {written_period(period.first, period.last)}",
        "v_body": name,
        "v_from": period.first.isoformat(),
        "v_to": period.last.isoformat(),
        "v_totals": list(_totals(asked, changed)),
        "v_items": [_item(asked, row) for row in changed],
        "v_reviews": list(_reviews(asked)),
    }
    return {key: value for key, value in found.items() if value}


def _item(asked: Asked, row: ChangedRow) -> dict[str, Any]:
    case = asked.case(row.follow_up.case)
    cells = {
        "_id": row.follow_up.ref,
        "sak": _case_told(case, row.decided),
        "behandlet": f"{row.decided.body} {day(row.decided.treated_on)}",
        "vedtak": _point(asked, case, row.item),
        "ansvarlig": row.responsible,
        "frist": row.follow_up.deadline.isoformat(),
        "status": _status(row.follow_up.state, asked.language),
        "merknad": _said(asked, case, row.follow_up),
        "endring": "; ".join(_change(one, asked.language) for one in row.changes),
    }
    return {key: cell for key, cell in cells.items() if cell}


def _case_told(case: Case, decided: TreatmentRow) -> str:
    """The title of an exempt case is not told; its number is (kommuneloven § 11-4)."""
    title = case.archive_number or case.ref if case.restricted else case.title
    return f"{decided.number} {title}" if decided.number else title


def _point(asked: Asked, case: Case, item: ItemRow) -> str:
    told = WORDS[asked.language]["exempt"] if case.restricted else item.text
    return f"{item.number}. {told}"


def _said(asked: Asked, case: Case, row: FollowUpRow) -> str:
    if case.restricted:
        return WORDS[asked.language]["exempt"]
    return ". ".join(part.rstrip(".") for part in (row.text, row.evidence) if part)


def _change(change: Change, language: Language) -> str:
    told = Say(language)(f"codes.act.{change.act}")
    place = f": {change.noted_as}" if change.noted_as else ""
    return f"{day(change.on)} {told}{place}"


def _totals(asked: Asked, changed: Iterable[ChangedRow]) -> Iterator[dict[str, Any]]:
    """Count what was open in the period by status, and what changed of it."""
    all_ = Counter(_status(row.state, asked.language) for row in _open(asked))
    new = Counter(_status(row.follow_up.state, asked.language) for row in changed)
    for status, number in sorted(all_.items()):
        yield {
            "_id": status,
            "status": status,
            "antall": number,
            "endret": new[status],
        }


def _open(asked: Asked) -> Iterator[FollowUpRow]:
    before = fold(asked.session, at=asked.period.begins_at - timedelta.resolution)
    items = {item.ref: item for item in items_of(asked.session, at=asked.at)}
    decided = {row.ref: row for row in treatments_of(asked.session, at=asked.at)}
    for row in follow_ups(asked.session, at=asked.at):
        is_closed = before.get(row.ref) == FollowUpState.NOTED_BY_BODY
        if not is_closed and asked.concerns(decided[items[row.item].treatment]):
            yield row


def _reviews(asked: Asked) -> Iterator[dict[str, Any]]:
    decided = {row.ref: row for row in treatments_of(asked.session, at=asked.at)}
    for row in reviews(asked.session, at=asked.at):
        treatment = decided[row.item.treatment]
        if row.is_expired and asked.concerns(treatment):
            case = asked.case(row.item.case)
            cells = {
                "_id": row.ref,
                "sak": _case_told(case, treatment),
                "vedtak": _point(asked, case, row.item),
                "dato": row.review_on.isoformat(),
                "ansvarlig": row.owner_name,
                "merknad": "" if case.restricted else row.text,
            }
            yield {key: cell for key, cell in cells.items() if cell}


def _status(state: FollowUpState, language: Language) -> str:
    return STATE_WORDS["followup"][state.upper()].words.of(language)


def _name(session: Session, ref: str, language: Language) -> str:
    body = by_ref(session, Body, ref)
    return body.name_nn if language == "nn" else body.name_nb
