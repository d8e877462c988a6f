"""Notices in the words of the page, each with the address of what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from connector.web import days
from connector.web.visits import Visit
from workflows.base import by_ref, get
from workflows.decision.decisions import DecisionItem
from workflows.decision.reviews import ReviewDate
from workflows.development.documents import Document
from workflows.forms.catalogue import form as form_of
from workflows.people.mandates import Mandate, holder_of
from workflows.people.notices import Notice, NoticeKind, notices_for

SHOWN = 20
ABOUT_ROUNDS = frozenset(
    {
        *(NoticeKind.ROUND_OPENED, NoticeKind.ROUND_EXTENDED, NoticeKind.ROUND_CLOSED),
        *(NoticeKind.ROUND_CANCELLED, NoticeKind.ROUND_OVERRIDDEN),
        *(NoticeKind.LATE_ACCESS, NoticeKind.REMARK_ASSESSED),
    }
)
ABOUT_HEARINGS = frozenset(
    {
        *(NoticeKind.HEARING_OPENED, NoticeKind.HEARING_EXTENDED),
        *(NoticeKind.HEARING_CLOSED, NoticeKind.HEARING_CANCELLED),
        NoticeKind.HEARING_SUMMARISED,
    }
)

ABOUT_PROJECTS = frozenset(
    {
        *(NoticeKind.PROJECT_PAUSED, NoticeKind.PROJECT_RESUMED),
        NoticeKind.PROJECT_STOPPED,
    }
)

PAGES = (
    (ABOUT_ROUNDS, "rounds.review"),
    (ABOUT_HEARINGS, "hearings.hearing"),
    (ABOUT_PROJECTS, "projects.project"),
    (frozenset({NoticeKind.CONSENT_FALLEN}), "consents.consents"),
    (frozenset({NoticeKind.ACCESS_DIFFERS}), "documents.version"),
)
LISTS = {
    NoticeKind.GLASS_BROKEN: "break_glass.listing",
    NoticeKind.AUDIT_GRANTED: "audits.listing",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A notice as a sentence; `where` is None where it leads nowhere."""

    at: datetime
    words: str
    where: str | None


def told(visit: Visit) -> list[Told]:
    """Return what the wearer of the hat has been told lately, the newest first."""
    rows = notices_for(visit.session, visit.by, at=visit.at)
    return [_told(visit, row) for row in rows[:SHOWN]]


def _told(visit: Visit, row: Notice) -> Told:
    values = _values(visit, row) | {"about": row.about}
    words = visit.say(f"notice.{key_of(row)}", **values)
    return Told(at=row.at, words=words, where=_where(row))


def key_of(row: Notice) -> str:
    """Return its text's key; late access has others where the deadline was kept."""
    if row.kind is NoticeKind.LATE_ACCESS and row.facts["deadline_kept"]:
        return "late_access_kept"
    return row.kind.value


def place_of(row: Notice) -> tuple[str, dict[str, Any]] | None:
    """Return the page that a notice leads to, as endpoint and values, if any."""
    if row.kind is NoticeKind.REVIEW_DUE:
        return "questions.question", {"name": "reviews"}
    if row.kind in LISTS:
        return LISTS[row.kind], {}
    endpoint = next((each for kinds, each in PAGES if row.kind in kinds), None)
    return (endpoint, {"ref": row.about}) if endpoint else None


def _where(row: Notice) -> str | None:
    place = place_of(row)
    return url_for(place[0], **place[1]) if place else None


def _values(visit: Visit, row: Notice) -> dict[str, Any]:
    """Return the facts of a notice as people write them."""
    facts = row.facts
    found: dict[str, Any] = {
        word: days.moment(datetime.fromisoformat(facts[fact]))
        for fact, word in (("deadline_at", "deadline"), ("ends_at", "until"))
        if fact in facts
    }
    if "party" in facts:
        found["party"] = visit.say(f"codes.party.{facts['party']}")
    if row.kind is NoticeKind.CONSENT_FALLEN:
        found["sections"] = _sections(visit, row)
    if row.kind is NoticeKind.REVIEW_DUE:
        found["item"] = _item(visit, row)
        found["day"] = days.short_day(facts["review_on"])
    if row.kind is NoticeKind.AUDIT_GRANTED:
        found["last"] = days.short_day(facts["ends_on"])
    if row.kind is NoticeKind.MANDATE_ENDS:
        found["name"] = _holder(visit, row)
        found["last"] = days.short_day(facts["last_day"])
    return found


def _sections(visit: Visit, row: Notice) -> str:
    paper = by_ref(visit.session, Document, row.about)
    kind = form_of(paper.kind)
    labels = [kind.section(key).label for key in row.facts["sections"]]
    return ", ".join(label.in_(paper.language) for label in labels)


def _item(visit: Visit, row: Notice) -> str:
    planned = by_ref(visit.session, ReviewDate, row.about)
    return get(visit.session, DecisionItem, planned.item_id).ref


def _holder(visit: Visit, row: Notice) -> str:
    mandate = by_ref(visit.session, Mandate, row.about)
    return holder_of(visit.session, mandate.id).name
