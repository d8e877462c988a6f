"""What a new migration says of the tables it makes."""

from __future__ import annotations

from connector.database.revise import protection, unique_keys
from tests.connector.database.houses import Houses, Line

TABLES = Houses.metadata.tables


def test_new_tables_of_a_municipality_are_walled_by_name() -> None:
    lines = protection([TABLES["line"], TABLES["case"]])

    assert lines == ["tenants.protect_tables(op, ['line', 'case'])"]


def test_the_table_of_municipalities_has_a_wall_of_its_own() -> None:
    lines = protection([TABLES["municipality"]])

    assert lines == ["tenants.protect_municipalities(op)"]


def test_a_table_that_its_model_calls_append_only_is_made_so() -> None:
    metadata = type(Houses.metadata)()
    table = Line.__table__.to_metadata(metadata)  # type: ignore[attr-defined]  # a Table
    table.info["append_only"] = True

    lines = protection([table])

    assert lines[1] == (
        "tenants.append_only(op, 'line', keys="
        "[['municipality_id', 'id'], ['municipality_id', 'seq']])"
    )


def test_every_way_to_find_a_row_by_key_is_a_key() -> None:
    assert unique_keys(TABLES["line"]) == [
        ["municipality_id", "id"],
        ["municipality_id", "seq"],
    ]
