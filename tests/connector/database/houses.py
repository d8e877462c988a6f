"""Three small tables that stand for the models, so that these tests own their rules."""

from __future__ import annotations

import uuid
from uuid import UUID

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    mapped_column,
)

from connector.database import tenants
from connector.database.engine import Database
from connector.database.schema import connected
from tests.installations import Installation
from workflows.base import TENANT, Owned, refers_to


class Houses(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """A base of its own: these tables are no part of the product."""


class Municipality(Houses, kw_only=True):
    """A municipality with a name."""

    __tablename__ = "municipality"

    id: Mapped[UUID] = mapped_column(primary_key=True, default_factory=uuid.uuid4)
    name: Mapped[str] = mapped_column(default="Testvik kommune")


class Room(Owned, Houses, kw_only=True):
    """A row that may change, with a version for optimistic locking."""

    __tablename__ = "case"  # a word of SQL, as the real one is

    name: Mapped[str] = mapped_column(default="A")
    version: Mapped[int] = mapped_column(default=None, init=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's form


class Line(Owned, Houses, kw_only=True):
    """A row that is written once, and refers to a room."""

    __tablename__ = "line"
    __table_args__ = (refers_to("case", "room_id"), UniqueConstraint(TENANT, "seq"))

    room_id: Mapped[UUID]
    seq: Mapped[int]


def build(installation: Installation) -> None:
    """Create the tables and protect them as a migration does."""
    with connected(installation.owner_url) as connection:
        Houses.metadata.create_all(connection)
        op = Operations(MigrationContext.configure(connection))
        tenants.protect_tables(op, ["case", "line"])
        tenants.protect_municipalities(op)
        tenants.append_only(op, "line", keys=[[TENANT, "id"], [TENANT, "seq"]])


def found(database: Database) -> UUID:
    """Create a municipality and return its id."""
    with database.transaction(None) as session:
        municipality = Municipality()
        session.add(municipality)
        session.flush()
        session.info[TENANT] = municipality.id
    return municipality.id


def furnish(database: Database, municipality: UUID) -> tuple[UUID, UUID]:
    """Give the municipality a room and a line, and return their ids."""
    with database.transaction(municipality) as session:
        room = Room()
        session.add(room)
        session.flush()
        line = Line(room_id=room.id, seq=1)
        session.add(line)
    return room.id, line.id
