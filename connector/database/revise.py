"""Writes a new migration from the difference between the migrations and the models.

For developers: `python -m connector.database.revise "what changes"`. Read the file that
it writes; the calls that wall off new tables and make them append-only are in it. A
table is append-only when its model says so: `{"info": {"append_only": True}}`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from alembic.operations.ops import CreateTableOp, MigrateOperation, MigrationScript
from alembic.script import ScriptDirectory
from sqlalchemy import Table, UniqueConstraint

from connector.database.models import metadata
from connector.database.schema import MIGRATIONS, configuration, connected, upgrade
from workflows.base import TENANT


def revise(message: str) -> Path:
    """Write the migration and return its file.

    Works on an SQLite file of its own; no database of the user is touched.
    """
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/revise.db"
        upgrade(url)
        with connected(url) as connection:
            config = configuration(connection)
            number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
            command.revision(
                config,
                message,
                autogenerate=True,
                rev_id=f"{number:04}",
                process_revision_directives=add_protection,
            )
    (file,) = (MIGRATIONS / "versions").glob(f"{number:04}_*.py")
    return _tidied(file)


@dataclass
class TenantsCall(MigrateOperation):
    """A call of `connector.database.tenants`, as it stands in the migration."""

    line: str


@renderers.dispatch_for(TenantsCall)
def render_call(autogen: AutogenContext, call: TenantsCall) -> str:
    """Return the line, and have the migration import the module."""
    autogen.imports.add("from connector.database import tenants")
    return call.line


def add_protection(
    _context: MigrationContext, _revision: Any, scripts: list[MigrationScript]
) -> None:
    """Add, after new tables, the calls that protect them."""
    operations = scripts[0].upgrade_ops_list[0]
    names = [op.table_name for op in operations.ops if isinstance(op, CreateTableOp)]
    tables = [metadata().tables[name] for name in names]
    operations.ops.extend(TenantsCall(line) for line in protection(tables))


def protection(tables: Sequence[Table]) -> list[str]:
    """Return the calls that new `tables` need, in the order in which they are made."""
    owned = [table.name for table in tables if TENANT in table.columns]
    fixed = [table for table in tables if table.info.get("append_only")]
    first = [table.name for table in tables if table.info.get("found_first")]
    lines = [f"tenants.protect_tables(op, {owned!r})"] if owned else []
    if first:
        lines.append(f"tenants.let_all_be_found(op, {first!r})")
    if any(table.name == "municipality" for table in tables):
        lines.append("tenants.protect_municipalities(op)")
    lines += [
        f"tenants.append_only(op, {table.name!r}, keys={unique_keys(table)!r})"
        for table in fixed
    ]
    return lines


def unique_keys(table: Table) -> list[list[str]]:
    """Return the columns of the primary key and of each unique constraint and index."""
    unique = [
        constraint.columns.keys()
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    unique += [index.columns.keys() for index in table.indexes if index.unique]
    return [table.primary_key.columns.keys(), *sorted(unique)]


def _tidied(file: Path) -> Path:
    for step in (["check", "--fix"], ["format"]):
        ruff = [sys.executable, "-m", "ruff", *step, "-q", str(file)]
        subprocess.run(ruff, check=True)  # noqa: S603 - our own tool on our own file
    return file


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('usage: python -m connector.database.revise "what changes"')
    sys.stdout.write(f"{revise(sys.argv[1])}\n")
