"""The fixtures that all other tests stand on."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from connector.database.engine import Database
from workflows.base import tenant
from workflows.people.municipalities import Municipality, only_municipality
from workflows.record.entries import Entry


def test_a_session_belongs_to_a_municipality_that_has_just_been_founded(
    session: Session,
) -> None:
    municipality = session.get_one(Municipality, tenant(session))

    assert municipality.name == "Testvik kommune"
    assert session.scalar(select(func.count()).select_from(Entry)) == 1


def test_nothing_of_an_earlier_session_is_left(
    session: Session, shared_database: Database
) -> None:
    with shared_database.reading(None) as other:
        assert only_municipality(other) is None


def test_a_session_has_the_rights_of_the_service(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        assert session.scalar(text("SELECT current_user")) == "samspor_runtime"


def test_a_database_of_ones_own_is_empty(database: Database) -> None:
    with database.reading(None) as session:
        assert only_municipality(session) is None
