"""What SQLite's planner is told of the tables: the same in every installation.

Nearly every index begins with the municipality, of which SQLite has one: without
statistics the planner takes that column for a narrow one and reads a whole table by it.
Statistics of a young database would tell of tables that are nearly empty. So the
database is told once how a large municipality's tables are, and the plans are the same
in a small one, in a large one and in tests. PostgreSQL keeps its own.

Source: https://sqlite.org/optoverview.html#manual_control_of_query_plans_using_sqlite_stat_tables
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, text

ROWS = 1_000_000
ALIKE = 10
"""How many rows share a value, where a key is not unique."""

INDEXES = text(
    "SELECT t.name, i.name, i.\"unique\", group_concat(c.name, ' ')"
    " FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) c"
    " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'"
    " GROUP BY t.name, i.name ORDER BY t.name, i.name"
)
TELL = text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)")


def tell_sizes(connection: Connection) -> None:
    """Put in place what the planner is told; of no effect on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return
    connection.execute(text("ANALYZE sqlite_schema"))  # makes the table
    connection.execute(text("DELETE FROM sqlite_stat1"))
    rows = [
        {"tbl": table, "idx": index, "stat": " ".join(_stat(columns.split(), unique))}
        for table, index, unique, columns in connection.execute(INDEXES)
    ]
    connection.execute(TELL, rows)
    connection.execute(text("ANALYZE sqlite_schema"))  # reads it


def _stat(columns: Sequence[str], unique: int) -> Iterator[str]:
    """Yield the number of rows, then for each column how many are alike up to it."""
    yield str(ROWS)
    for number, column in enumerate(columns, start=1):
        left = len(columns) - number
        if number == 1 and column == "municipality_id" and left:
            yield str(ROWS)
        else:
            yield str(ALIKE ** (left + 1 - unique))
