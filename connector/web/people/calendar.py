"""A person's own calendar: the secret address of it, and what it answers.

Calendar programs send no cookie, so that the address is the key; it reads and does
nothing else. One that is wrong, taken back, or of somebody without a mandate today is
answered as any address that is not there.
"""

from __future__ import annotations

import secrets
from datetime import datetime, time

from apiflask import APIBlueprint
from flask import abort, render_template, request, url_for
from flask import session as cookie
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from connector.notices.calendar import MEDIA_TYPE, calendar_file
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, offers, without_session
from connector.web.headers import UNTOLD
from connector.web.languages import chosen
from connector.web.texts import Say
from connector.web.visits import Visit, installation
from workflows.base import get, tenant
from workflows.clock import at_oslo, norwegian_date
from workflows.errors import NotFoundError
from workflows.people.calendar_feeds import (
    CalendarFeed,
    feed_of,
    find_feed,
    make_feed,
    revoke_feed,
)
from workflows.people.mandates import hats_of
from workflows.people.persons import Person
from workflows.trace.calendar_dates import CalendarDate, DateKind, dates_of

pages = APIBlueprint("calendar", __name__, enable_openapi=False)

MADE = "made_calendar"
SECRET_BYTES = 32
PAGES = {
    DateKind.ROUND: "rounds.review",
    DateKind.HEARING: "hearings.hearing",
    DateKind.ASSESSMENT: "assessments.assessment",
    DateKind.CONSULTATION: "consultations.consultation",
    DateKind.FORUM: "forums.forum",
    DateKind.FOLLOW_UP: "followups.followup",
    DateKind.FOLLOW_UP_REPORT: "followups.followup",
}


@pages.get("/kalender")
@offers("notices.chosen")
def page(visit: Visit) -> str:
    """Show whether one has a calendar address, and one made just now, this once."""
    return show(visit)


def show(visit: Visit, *, form: Submitted | None = None) -> str:
    """Return the page, without the secret of an address made earlier."""
    feed = find_feed(visit.session, visit.by)
    return render_template(
        "people/calendar.html",
        feed=feed if feed and feed.secret_sha256 else None,
        made=cookie.pop(MADE, None),
        form=form or Submitted(),
    )


@pages.post("/kalender")
@acts("notices.chosen", again=show)
def choose(visit: Visit, form: Submitted) -> Done:
    """Make a calendar address, which ends an earlier one, or take it back."""
    wanted = form.one_of("do", {"make", "revoke"})
    form.require_sound()
    done = _make(visit) if wanted == "make" else _revoke(visit)
    return Done(url_for("calendar.page"), done)


def _make(visit: Visit) -> str:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    make_feed(
        visit.session, secret=secret, language=visit.language, by=visit.by, at=visit.at
    )
    cookie[MADE] = url_for("calendar.feed", secret=secret, _external=True)
    return visit.say("calendar.is_made")


def _revoke(visit: Visit) -> str:
    revoke_feed(visit.session, by=visit.by, at=visit.at)
    return visit.say("calendar.is_revoked")


@pages.get("/kalender/<secret>.ics")
@without_session
def feed(secret: str) -> Response:
    """Answer a calendar program; 304 when nothing has changed since it last asked."""
    house = installation()
    with house.reading() as session:
        answer, is_first = _answer(session, secret, at=house.now())
    if is_first:
        _note_use(secret, at=house.now())
    return answer


def _answer(session: Session, secret: str, *, at: datetime) -> tuple[Response, bool]:
    """Return the calendar, and whether it is the first time that day."""
    try:
        found = feed_of(session, secret)
    except NotFoundError:
        abort(404)
    holder = get(session, Person, found.person_id)
    hats = hats_of(session, person=holder.ref, at=at)
    if not hats:
        abort(404)
    dates = dates_of(session, hats, at=at)
    body = calendar_file(
        dates,
        municipality=tenant(session),
        say=Say(chosen(found.language) or "nb"),
        address=_address,
    )
    return _cacheable(body, dates, found, at), found.last_used_on != norwegian_date(at)


def _cacheable(
    body: bytes, dates: list[CalendarDate], found: CalendarFeed, at: datetime
) -> Response:
    """Whoever asks by time alone gets it whole each day: old dates leave unchanged."""
    midnight = at_oslo(norwegian_date(at), time.min)
    changed = [each.changed_at for each in dates]
    answer = Response(body, content_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Disposition"] = 'inline; filename="samspor.ics"'
    # On this answer alone: a wrong address is answered as any other.
    answer.headers.update(UNTOLD)
    answer.last_modified = max(midnight, found.made_at, *changed)
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _note_use(secret: str, *, at: datetime) -> None:
    """Keep the day alone, so that nobody can tell when somebody's calendar wakes."""
    house = installation()
    with house.database.transaction(house.municipality) as session:
        feed_of(session, secret).last_used_on = norwegian_date(at)


def _address(each: CalendarDate) -> str:
    endpoint = PAGES.get(each.kind)
    if endpoint:
        return url_for(endpoint, ref=each.ref, _external=True)
    if each.kind is DateKind.REVIEW:
        return url_for("questions.question", name="reviews", _external=True)
    return url_for("cases.listing", _external=True)
