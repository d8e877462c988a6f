"""What keeps municipalities apart and the record unchanged, in the database itself.

Migrations call these functions with Alembic's `op` and name every table; nothing here
knows the models. On PostgreSQL the wall is forced row-level security, which holds for
the owner of the tables too, and three roles:

samspor_owner     owns the tables and runs the migrations
samspor_runtime   the service: owns nothing and cannot pass row-level security
samspor_backup    reads everything and passes row-level security, for pg_dump

SQLite holds one municipality, so there the wall is that a second one is refused. What
the wall does not stop is a service that sets another municipality for its session; that
is done in one place, `connector.database.engine.bind`.

Batch operations of Alembic rebuild a table of SQLite and lose its triggers: a migration
that uses them on an append-only table calls `append_only` for it again. A test looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from alembic.operations import Operations
from sqlalchemy import Connection, text

OWNER = "samspor_owner"
RUNTIME = "samspor_runtime"
BACKUP = "samspor_backup"

ROLES = {
    OWNER: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    RUNTIME: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    BACKUP: "LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE",
}

# Once set and gone, the setting is an empty string and not NULL. Unset, no row is seen.
MUNICIPALITY = "nullif(current_setting('app.municipality', true), '')::uuid"

# One function in the schema, for the triggers of all append-only tables.
REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""


def create_roles(connection: Connection) -> None:
    """Create those of the three roles that are missing; for a superuser, once a server.

    They get no password: give them one, or let them in by certificate or socket.
    """
    known = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
    for role, rights in ROLES.items():
        if role not in known:
            connection.execute(text(f"CREATE ROLE {role} {rights}"))


def protect_tables(op: Operations, tables: Sequence[str]) -> None:
    """Wall off each municipality's rows in `tables`, which all have `municipality_id`.

    The service gets the right to read and write them, inside the wall: without a
    municipality set for the transaction it sees no row. On SQLite nothing is done.
    """
    if _is_sqlite(op):
        return
    own = f"municipality_id = {MUNICIPALITY}"
    for table in tables:
        _force(op, table)
        _policy(op, table, "own_rows", f"USING ({own}) WITH CHECK ({own})")
        _grant(op, table, "SELECT, INSERT, UPDATE, DELETE")


def let_all_be_found(op: Operations, tables: Sequence[str]) -> None:
    """Let rows of protected `tables` be read before the municipality is known.

    Writing them stays inside the wall. On SQLite nothing is done.
    """
    if _is_sqlite(op):
        return
    for table in tables:
        _policy(op, table, "all_rows", "FOR SELECT USING (true)")


def protect_municipalities(op: Operations, table: str = "municipality") -> None:
    """Let all be read, and each session change or found its own municipality only.

    On SQLite the table takes one row, and a second one is refused.
    """
    if _is_sqlite(op):
        taken = f"EXISTS (SELECT 1 FROM {_quoted(op, table)})"  # noqa: S608 - quoted
        _trigger(
            op,
            table,
            name="one",
            when=f"BEFORE INSERT ON {_quoted(op, table)} WHEN {taken}",
            message="an installation on SQLite holds one municipality",
        )
        return
    unset_or_own = f"{MUNICIPALITY} IS NULL OR id = {MUNICIPALITY}"
    _force(op, table)
    _policy(op, table, "all_rows", "FOR SELECT USING (true)")
    _policy(op, table, "own_change", f"FOR UPDATE USING (id = {MUNICIPALITY})")
    _policy(op, table, "own_start", f"FOR INSERT WITH CHECK ({unset_or_own})")
    _grant(op, table, "SELECT, INSERT, UPDATE")


def append_only(op: Operations, table: str, keys: Sequence[Sequence[str]]) -> None:
    """Let rows be added to `table` and never changed, removed or replaced.

    `keys` are the unique keys, by which SQLite's INSERT OR REPLACE could find a row to
    overwrite. On PostgreSQL this comes after `protect_tables`, and holds for the owner
    too; locking a row (SELECT FOR UPDATE) is an update there, and refused.
    """
    if _is_sqlite(op):
        _append_only_on_sqlite(op, table, keys)
        return
    name = _quoted(op, table)
    op.execute(REFUSE_CHANGE)
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {name} FROM {RUNTIME}")
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


@contextmanager
def without_force(op: Operations, tables: Sequence[str]) -> Iterator[None]:
    """Let the owner reach the rows of `tables` inside the block, for a data migration.

    Without this the owner's UPDATE touches no row and says nothing.
    """
    for table in () if _is_sqlite(op) else tables:
        op.execute(f"ALTER TABLE {_quoted(op, table)} NO FORCE ROW LEVEL SECURITY")
    yield
    for table in () if _is_sqlite(op) else tables:
        op.execute(f"ALTER TABLE {_quoted(op, table)} FORCE ROW LEVEL SECURITY")


def _append_only_on_sqlite(
    op: Operations, table: str, keys: Sequence[Sequence[str]]
) -> None:
    message = f"{table} is append-only"
    name = _quoted(op, table)
    there = " OR ".join(f"({_same(op, key)})" for key in keys)
    taken = f"WHEN EXISTS (SELECT 1 FROM {name} WHERE {there})"  # noqa: S608 - quoted
    for act, when in {
        "update": f"BEFORE UPDATE ON {name}",
        "delete": f"BEFORE DELETE ON {name}",
        "insert": f"BEFORE INSERT ON {name} {taken}",
    }.items():
        _trigger(op, table, name=act, when=when, message=message)


def _same(op: Operations, key: Sequence[str]) -> str:
    columns = [_quoted(op, column) for column in key]
    return " AND ".join(f"{column} = NEW.{column}" for column in columns)


def _trigger(op: Operations, table: str, *, name: str, when: str, message: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_refuse_{name} {when}"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _force(op: Operations, table: str) -> None:
    for step in ("ENABLE", "FORCE"):
        op.execute(f"ALTER TABLE {_quoted(op, table)} {step} ROW LEVEL SECURITY")


def _policy(op: Operations, table: str, name: str, rule: str) -> None:
    op.execute(f"CREATE POLICY {name} ON {_quoted(op, table)} {rule}")


def _grant(op: Operations, table: str, rights: str) -> None:
    op.execute(f"GRANT {rights} ON {_quoted(op, table)} TO {RUNTIME}")
    op.execute(f"GRANT SELECT ON {_quoted(op, table)} TO {BACKUP}")


def _quoted(op: Operations, name: str) -> str:
    # `case` and its like are words of SQL.
    return op.get_context().dialect.identifier_preparer.quote(name)


def _is_sqlite(op: Operations) -> bool:
    return op.get_context().dialect.name == "sqlite"
