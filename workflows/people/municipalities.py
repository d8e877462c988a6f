"""The municipality, its dated titles and programmes, and its talks on logging."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import IMMUTABLE, TENANT, Base, Owned, by_ref, owned
from workflows.clock import norwegian_date
from workflows.errors import InvalidValueError, RuleBrokenError, WorkflowError
from workflows.languages import require_language
from workflows.people.access import permit
from workflows.people.hats import SYSTEM, Hat
from workflows.people.parties import Union
from workflows.record.entries import RecordHead, append, new_reference


class Municipality(Base, kw_only=True):
    """A municipality (kommune): the tenant that all its rows belong to."""

    __tablename__ = "municipality"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default_factory=uuid.uuid4)
    name: Mapped[str]
    number: Mapped[str]
    language: Mapped[str] = mapped_column(default="nb")

    @property
    def ref(self) -> str:
        """The municipality number (kommunenummer), four digits."""
        return self.number


class ChiefTitle(Owned, Base, kw_only=True):
    """What the chief executive is called from a day on (rådmann, kommunedirektør)."""

    __tablename__ = "chief_title"

    title: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(default=None)

    @property
    def ref(self) -> str:
        """A reference for the record: the title and its first day."""
        return f"title:{self.valid_from}"


class Programme(Owned, Base, kw_only=True):
    """A programme (program) that the municipality and others take part in.

    `members` are rows of the programme at summary level: name and language.
    """

    __tablename__ = "programme"

    ref: Mapped[str]
    name: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(default=None)
    members: Mapped[list[str]] = mapped_column(default_factory=list)


class ReportingDay(Owned, Base, kw_only=True):
    """A day when every running project owes a status report (rapporteringsdag)."""

    __tablename__ = "reporting_day"

    due_on: Mapped[date]
    period_from: Mapped[date]
    period_to: Mapped[date]

    @property
    def ref(self) -> str:
        """A reference for the record: the day."""
        return f"reporting:{self.due_on}"


class LoggingDiscussion(Owned, Base, kw_only=True):
    """That logging of openings was discussed (drøftet) with the unions. Immutable.

    `unions` are the references of the unions that took part, `minutes` says where it is
    written down. Until there is one, no opening is kept. Source: arbeidsmiljøloven
    § 9-2, control measures are discussed with the representatives beforehand.
    """

    __tablename__ = "logging_discussion"
    __table_args__ = (IMMUTABLE,)

    discussed_on: Mapped[date]
    unions: Mapped[list[str]]
    minutes: Mapped[str]

    @property
    def ref(self) -> str:
        """A reference for the record: the day."""
        return f"logging:{self.discussed_on}"


def found_municipality(
    session: Session, *, name: str, number: str, language: str = "nb", at: datetime
) -> Municipality:
    """Create the municipality and its empty record, and bind `session` to it."""
    require_language(language)
    municipality = Municipality(name=name, number=number, language=language)
    session.add(municipality)
    session.flush()
    session.info[TENANT] = municipality.id
    session.add(RecordHead(municipality_id=municipality.id))
    session.flush()
    append(session, "municipality.founded", municipality, by=SYSTEM, at=at)
    return municipality


def only_municipality(session: Session) -> Municipality | None:
    """Return the municipality of an installation that holds one, None when empty.

    Raises `WorkflowError` when it holds several: then one must be asked for by name.
    """
    found = session.scalars(select(Municipality).limit(2)).all()
    if len(found) > 1:
        raise WorkflowError("this installation holds several municipalities")
    return found[0] if found else None


def give_title(
    session: Session,
    *,
    title: str,
    valid_from: date,
    valid_to: date | None = None,
    by: Hat,
    at: datetime,
) -> ChiefTitle:
    """Say what the chief executive is called in a period."""
    permit(by, "title.given", at=at)
    row = ChiefTitle(title=title, valid_from=valid_from, valid_to=valid_to)
    session.add(row)
    append(session, "title.given", row, by=by, at=at)
    return row


def chief_title(session: Session, *, on: date) -> str:
    """Return what the chief executive was called on a day; «kommunedirektør» if unsaid.

    The title follows the municipality's own choice; kommuneloven (2018) kap. 13 says
    kommunedirektør, older documents rådmann.
    """
    query = owned(session, ChiefTitle).where(
        ChiefTitle.valid_from <= on,
        or_(ChiefTitle.valid_to.is_(None), ChiefTitle.valid_to >= on),
    )
    found = session.scalars(query.order_by(ChiefTitle.valid_from.desc())).first()
    return found.title if found else "kommunedirektør"


def register_programme(
    session: Session,
    *,
    ref: str,
    name: str,
    valid_from: date,
    valid_to: date | None = None,
    members: list[str] | None = None,
    by: Hat,
    at: datetime,
) -> Programme:
    """Register a programme and the names of the other municipalities in it."""
    permit(by, "programme.registered", at=at)
    row = Programme(
        ref=new_reference(session, ref),
        name=name,
        valid_from=valid_from,
        valid_to=valid_to,
        members=members or [],
    )
    session.add(row)
    append(session, "programme.registered", row, by=by, at=at)
    return row


def announce_reporting_day(
    session: Session,
    *,
    due_on: date,
    period_from: date,
    period_to: date,
    by: Hat,
    at: datetime,
) -> ReportingDay:
    """Say that every running project owes a status report for a period on a day."""
    permit(by, "reporting.announced", at=at)
    if not period_from <= period_to:
        raise InvalidValueError("period_to", f"{period_to} is before {period_from}")
    row = ReportingDay(due_on=due_on, period_from=period_from, period_to=period_to)
    new_reference(session, row.ref)
    session.add(row)
    append(session, "reporting.announced", row, by=by, at=at)
    return row


def record_logging_discussion(
    session: Session,
    *,
    discussed_on: date,
    unions: Sequence[str],
    minutes: str,
    by: Hat,
    at: datetime,
) -> LoggingDiscussion:
    """Record that logging of openings was discussed with the unions; it begins now.

    Raises:
        InvalidValueError: no union took part, or nothing says where it is minuted.
        NotFoundError: there is no union with such a reference.
        RuleBrokenError: the day has not come yet, or is recorded already.
    """
    permit(by, "logging.discussed", at=at)
    if discussed_on > norwegian_date(at):
        raise RuleBrokenError(
            f"{discussed_on} has not come yet; record what has been discussed",
            rule="openings are logged after a discussion",
        )
    _require_said(unions, minutes)
    refs = [by_ref(session, Union, union).ref for union in unions]
    row = LoggingDiscussion(discussed_on=discussed_on, unions=refs, minutes=minutes)
    new_reference(session, row.ref)
    session.add(row)
    facts = {"discussed_on": str(discussed_on)}
    append(session, "logging.discussed", row, by=by, at=at, refs=refs, facts=facts)
    return row


def logs_openings(session: Session) -> bool:
    """Return whether openings may be kept: logging was discussed with the unions."""
    return session.scalars(owned(session, LoggingDiscussion)).first() is not None


def _require_said(unions: Sequence[str], minutes: str) -> None:
    if not unions:
        raise InvalidValueError("unions", "at least one union takes part")
    if not minutes.strip():
        raise InvalidValueError("minutes", "say where the discussion is written down")
