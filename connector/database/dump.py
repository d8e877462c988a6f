"""Everything that a municipality's tables hold, as plain JSON values.

Drafts in a party's own room are the party's, and are left out: a table says so with
`{"info": {"private": True}}`.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from connector.database.models import metadata
from workflows.base import TENANT, tenant

FORMAT = "samspor-dump/1"


def dumped(session: Session) -> dict[str, Any]:
    """Return {"format", "tables": {name: [row]}}; rows in the order of their keys."""
    tables = {
        table.name: _rows(session, table)
        for table in metadata().sorted_tables
        if not table.info.get("private")
    }
    return {"format": FORMAT, "tables": tables}


def _rows(session: Session, table: Table) -> list[dict[str, Any]]:
    owner = table.c[TENANT if TENANT in table.c else "id"]
    query = select(table).where(owner == tenant(session)).order_by(*table.primary_key)
    return [
        {name: _plain(value) for name, value in row.items()}
        for row in session.execute(query).mappings()
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
