"""How the rows of each sheet are found again, compared and registered by the domain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from workflows.base import by_ref, get, owned
from workflows.decision.bodies import (
    Body,
    BodyMember,
    GroupSeats,
    elect_member,
    groups_of,
    register_body,
)
from workflows.development.projects import Project, propose_project
from workflows.errors import NotFoundError
from workflows.people.hats import SYSTEM
from workflows.people.mandates import (
    Mandate,
    give_mandate,
    hat_of,
    holder_of,
)
from workflows.people.municipalities import (
    ChiefTitle,
    LoggingDiscussion,
    Programme,
    give_title,
    record_logging_discussion,
    register_programme,
)
from workflows.people.parties import Union, register_union
from workflows.people.persons import Person, register_person

Values = Mapping[str, Any]
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What is done with the rows of one sheet.

    `find` returns what is registered, or None; `told` its values by the keys of the
    sheet's columns, as the row would say them; `make` registers the row.
    """

    find: Callable[[Session, Values], Any]
    told: Callable[[Session, Any, Values], Values]
    make: Callable[[Session, Values, datetime], object]


def _first(session: Session, kind: type[R], **wanted: object) -> R | None:
    query = owned(session, kind).filter_by(**wanted)  # type: ignore[type-var]  # all are owned
    return session.scalars(query).first()


def _by_code(kind: type[Any]) -> Callable[[Session, Values], Any]:
    return lambda session, values: _first(session, kind, ref=values["code"])


def _same(*names: str, **renamed: str) -> Callable[[Session, Any, Values], Values]:
    """Columns that are called as in the domain, and those with another name there."""
    pairs = {name: name for name in names} | renamed
    return lambda _session, row, _values: {
        column: getattr(row, name) for column, name in pairs.items()
    }


def _done(act: Callable[..., object], **renamed: str) -> Any:
    """Return an act done by the system with the values that the row has."""

    def make(session: Session, values: Values, at: datetime) -> object:
        said = {
            renamed.get(key, key): value
            for key, value in values.items()
            if value is not None
        }
        return act(session, **said, by=SYSTEM, at=at)

    return make


def _make_body(session: Session, values: Values, at: datetime) -> object:
    groups = [GroupSeats(name=name, seats=seats) for name, seats in values["groups"]]
    return register_body(
        session,
        ref=values["code"],
        name_nb=values["name_nb"],
        name_nn=values["name_nn"],
        kind=values["body_kind"],
        seats=values["seats"],
        groups=groups,
        by=SYSTEM,
        at=at,
    )


def _group(session: Session, values: Values) -> int | None:
    body = by_ref(session, Body, values["body"])
    return groups_of(session, body).get(values["group"])


def _no_group(
    session: Session,  # noqa: ARG001 - the shape of all acts
    values: Values,
    at: datetime,  # noqa: ARG001 - the shape of all acts
) -> object:
    raise NotFoundError("group", values["group"])


def _member(session: Session, values: Values) -> BodyMember | None:
    return _first(
        session,
        BodyMember,
        body_id=by_ref(session, Body, values["body"]).id,
        person_id=by_ref(session, Person, values["person"]).id,
        function=values["function"],
        valid_from=values["valid_from"],
    )


def _mandate_told(
    session: Session,
    row: Mandate,
    values: Values,  # noqa: ARG001 - the shape of all that tell
) -> Values:
    same = ("role", "party", "organisation", "project", "basis", "signs")
    principal = row.deputy_for_id and get(session, Mandate, row.deputy_for_id).ref
    return {
        **{name: getattr(row, name) for name in (*same, "valid_from", "valid_to")},
        "person": get(session, Person, row.person_id).ref,
        "deputy_for": principal,
    }


def _project_told(session: Session, row: Project, values: Values) -> Values:
    """Whoever speaks for the party that had the idea may stand for it."""
    mandate = by_ref(session, Mandate, values["proposed_by"])
    origin = row.initiator or row.proposed_as
    is_theirs = origin in {mandate.party, mandate.role}
    return {
        **_same("name", "focus", "language", "programme", "archive_case")(
            session, row, values
        ),
        "project_number": row.number,
        "proposed_by": values["proposed_by"] if is_theirs else origin.value,
    }


def _propose(session: Session, values: Values, at: datetime) -> object:
    mandate = by_ref(session, Mandate, values["proposed_by"])
    return propose_project(
        session,
        ref=values["code"],
        number=values["project_number"],
        name=values["name"],
        focus=values["focus"],
        language=values["language"].value,
        programme=values["programme"],
        archive_case=values["archive_case"],
        by=hat_of(mandate, holder_of(session, mandate.id)),
        at=at,
    )


DESKS: Mapping[str, Desk] = {
    "titles": Desk(
        find=lambda session, values: _first(
            session, ChiefTitle, valid_from=values["valid_from"]
        ),
        told=_same("valid_to", chief_title="title"),
        make=_done(give_title, chief_title="title"),
    ),
    "programmes": Desk(
        find=_by_code(Programme),
        told=_same("name", "valid_from", "valid_to", "members"),
        make=_done(register_programme, code="ref"),
    ),
    "persons": Desk(
        find=_by_code(Person),
        told=_same("name", "title", "email"),
        make=_done(register_person, code="ref"),
    ),
    "unions": Desk(
        find=_by_code(Union),
        told=_same("name", "confederation"),
        make=_done(register_union, code="ref"),
    ),
    "bodies": Desk(
        find=_by_code(Body),
        told=_same("name_nb", "name_nn", "seats", body_kind="kind"),
        make=_make_body,
    ),
    "groups": Desk(
        find=_group,
        told=lambda _session, seats, _values: {"seats": seats},
        make=_no_group,
    ),
    "mandates": Desk(
        find=_by_code(Mandate),
        told=_mandate_told,
        make=_done(give_mandate, code="ref"),
    ),
    "members": Desk(
        find=_member,
        told=_same("side", "group", "valid_to"),
        make=_done(elect_member),
    ),
    "logging": Desk(
        find=lambda session, values: _first(
            session, LoggingDiscussion, discussed_on=values["discussed_on"]
        ),
        told=_same("unions", "minutes"),
        make=_done(record_logging_discussion),
    ),
    "projects": Desk(find=_by_code(Project), told=_project_told, make=_propose),
}

CODED: Mapping[str, type[Any]] = {
    "programmes": Programme,
    "persons": Person,
    "unions": Union,
    "bodies": Body,
    "mandates": Mandate,
    "projects": Project,
}
