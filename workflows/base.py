"""The declarative base, the tenant key and the column types that all models share.

Every table but `municipality` has the key (municipality_id, id), and every foreign key
between them carries both columns: a row can never point at another municipality's row.
"""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    JSON,
    Boolean,
    ColumnElement,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Select,
    String,
    TypeDecorator,
    Uuid,
    and_,
    bindparam,
    event,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    MappedAsDataclass,
    Session,
    mapped_column,
)
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine

from workflows.errors import NotFoundError, WorkflowError

Json = JSON().with_variant(JSONB(), "postgresql")

TENANT = "municipality_id"

# The last of a model's `__table_args__` when its rows are written once and for all
# (INV-09): the database itself then refuses to update or delete them.
IMMUTABLE = {"info": {"append_only": True}}
# The same for a table of a person's own choices and means, with a `person_id`: in no
# dump, in the person's own report, and removed with the person.
OWN_DATA = {"info": {"private": True, "own_data": True}}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive datetimes; gives back aware ones, in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's shape
    ) -> datetime | None:
        """Turn to UTC; a naive value is an error of the caller."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value.astimezone(UTC) if value else None

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's shape
    ) -> datetime | None:
        """SQLite gives back naive values; they are UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if not value.tzinfo else value.astimezone(UTC)


class _Texts(TypeDecorator[Collection[str]]):
    """Any number of texts as one parameter: an array, on SQLite as JSON."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL has arrays."""
        kind = ARRAY(String()) if dialect.name == "postgresql" else String()
        return dialect.type_descriptor(kind)

    def process_bind_param(
        self, value: Collection[str] | None, dialect: Dialect
    ) -> list[str] | str:
        """Sort them, so that the same texts are the same question."""
        texts = sorted(value or ())
        return texts if dialect.name == "postgresql" else json.dumps(texts)


class Among(ColumnElement[bool]):
    """That a column is among some texts, however many: see `among`."""

    inherit_cache = True
    type = Boolean()
    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy's shape
        ("column", InternalTraversal.dp_clauseelement),
        ("texts", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: Any, texts: Any) -> None:
        self.column = column
        self.texts = texts

    def self_group(self, against: Any = None) -> Among:  # noqa: ARG002 - SQLAlchemy's
        """Return it as it is: with «= 1» after it SQLite would pass by the index."""
        return self


@compiles(Among)
def _among_json(element: Among, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    texts = compiler.process(element.texts, **kw)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608 - compiled


@compiles(Among, "postgresql")
def _among_array(element: Among, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    return f"{column} = ANY ({compiler.process(element.texts, **kw)})"


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Base of all mapped classes; constraints get stable names for migrations."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        datetime: UtcDateTime(),
        dict[str, Any]: Json,
        list[Any]: Json,
        list[str]: Json,
        str: String(),
    }


class Owned(MappedAsDataclass, kw_only=True):
    """A row that belongs to one municipality; stamped when it joins a session."""

    municipality_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("municipality.id"), primary_key=True, init=False
    )
    id: Mapped[uuid.UUID] = mapped_column(
        Uuid(), primary_key=True, default_factory=uuid.uuid4
    )


O = TypeVar("O", bound=Owned)  # noqa: E741 - the field's letter for "owned"


def refers_to(table: str, column: str) -> ForeignKeyConstraint:
    """Return the composite foreign key from (municipality, `column`) to `table`."""
    return ForeignKeyConstraint([TENANT, column], [f"{table}.{TENANT}", f"{table}.id"])


def looked_up_by(column: str) -> Index:
    """Return the index by which rows are found from what `column` refers to."""
    return Index(None, TENANT, column)


def points_at(
    column: InstrumentedAttribute[Any], kind: type[Owned]
) -> ColumnElement[bool]:
    """Return the condition of a join from `column` to `kind`, by the whole key.

    With the identifier alone neither database could use the key's index.
    """
    owner = column.class_
    return and_(kind.municipality_id == owner.municipality_id, kind.id == column)


def among(column: Any, refs: Collection[str]) -> ColumnElement[bool]:
    """Return that `column` is one of `refs`, of which there may be any number.

    They are one parameter, so that neither the databases' limits (32,766 on SQLite)
    nor the making of the statement depend on how many they are.
    """
    return Among(column, bindparam(None, refs, type_=_Texts(), unique=True))


def among_given(column: Any, name: str) -> ColumnElement[bool]:
    """Return the same for a query that is made once: `name` is given with `rows`."""
    return Among(column, bindparam(name, type_=_Texts()))


MINE = bindparam("mine", type_=Uuid())
AT = bindparam("at", type_=UtcDateTime())
"""In a query that is made once: the municipality, and the instant asked for."""
EVER = datetime(9999, 12, 31, tzinfo=UTC)


def rows(
    session: Session, query: Any, *, at: datetime | None = None, **given: Any
) -> Sequence[Any]:
    """Return the rows of a query of columns that is made once, with `MINE` and `AT`.

    Making a statement anew takes longer than a database does to answer a small one.
    Without `at` all that ever was is meant.
    """
    session.flush()
    values = {"mine": tenant(session), "at": at or EVER, **given}
    return session.connection().execute(query, values).all()


def codes(enum: type[Any]) -> Enum:
    """Return the column type of a `StrEnum`: its values as plain, checked text."""
    return Enum(
        enum,
        native_enum=False,
        values_callable=lambda members: [member.value for member in members],
        length=40,
    )


def tenant(session: Session) -> uuid.UUID:
    """Return the municipality that `session` works for."""
    try:
        found: uuid.UUID = session.info[TENANT]
    except KeyError:
        raise WorkflowError("this session is bound to no municipality") from None
    return found


def owned(session: Session, kind: type[O]) -> Select[O]:
    """Return a SELECT of the municipality's own rows; every lookup starts here."""
    return select(kind).where(kind.municipality_id == tenant(session))


def get(session: Session, kind: type[O], identifier: uuid.UUID) -> O:
    """Return the municipality's row with this id, or raise `NotFoundError`."""
    found = session.get(kind, (tenant(session), identifier))
    if found is None:
        raise NotFoundError(kind.__name__, identifier)
    return found


def by_ref(session: Session, kind: type[O], ref: str) -> O:
    """Return the municipality's row with this short reference, or raise."""
    column = kind.ref  # type: ignore[attr-defined]  # every kind asked for has one
    found = session.scalar(owned(session, kind).where(column == ref))
    if found is None:
        raise NotFoundError(kind.__name__, ref)
    return found


def all_of(session: Session, kind: type[O], *order: Any) -> Sequence[O]:
    """Return all the municipality's rows of `kind`, in the given order."""
    return session.scalars(owned(session, kind).order_by(*order)).all()


def insert_all(session: Session, written: Iterable[Base]) -> None:
    """Write rows that are in no session, one statement a table, past the unit of work.

    Tables come in the order of their first row, which is to be the one that references
    allow. The objects stay what they are: nobody is told when a column changes.
    """
    waiting: dict[type[Base], list[dict[str, Any]]] = {}
    mine = tenant(session)
    for row in written:
        values = {column: getattr(row, key) for column, key in _written_by(type(row))}
        waiting.setdefault(type(row), []).append({TENANT: mine, **values})
    connection = session.connection()
    for kind, rows_of_kind in waiting.items():
        connection.execute(
            insert(kind.metadata.tables[kind.__tablename__]), rows_of_kind
        )


@functools.cache
def _written_by(kind: type[Base]) -> tuple[tuple[str, str], ...]:
    """Return the columns of a kind but the tenant, each with its attribute."""
    return tuple(
        (each.columns[0].name, each.key)
        for each in kind.__mapper__.column_attrs
        if each.key != TENANT
    )


@event.listens_for(Session, "before_attach")
def _stamp(session: Session, row: object) -> None:
    """Give a new row its municipality; refuse a row that belongs to another."""
    if not isinstance(row, Owned):
        return
    mine = tenant(session)
    theirs = row.__dict__.get(TENANT)
    if theirs is None:
        row.municipality_id = mine
    elif theirs != mine:
        raise WorkflowError("a row of another municipality cannot join this session")
