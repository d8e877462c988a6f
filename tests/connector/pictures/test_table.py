from hypothesis import given, settings

from connector.pictures.table import trace_headings, trace_rows
from tests.connector.pictures.drawings import traces
from tests.connector.pictures.samples import FULL_TIME, WITHOUT_BASIS
from workflows.trace.links import Node, Trace


def test_a_relation_is_a_row_that_reads_as_a_sentence() -> None:
    rows = trace_rows(FULL_TIME, language="nn")

    row = next(row for row in rows if row["to_ref"] == "U-4")
    assert row == {
        "from_ref": "C04-4",
        "from_kind": "vedtakspunkt",
        "from_title": "Eget vikarkorps fra 2026",
        "from_on": "",
        "from_state": "",
        "from_note": "",
        "relation": "fekk utfallet",
        "to_ref": "U-4",
        "to_kind": "utfall",
        "to_title": "O-202 punkt 4",
        "to_on": "",
        "to_state": "Vurdert, ikkje følgt",
        "to_note": "Begrunnet med økonomi",
    }


def test_days_are_iso_dates() -> None:
    rows = trace_rows(WITHOUT_BASIS, language="nb")

    assert [row["to_on"] for row in rows] == ["2026-06-11"]


def test_a_node_without_relations_has_a_row_of_its_own() -> None:
    lone = Trace("O-1", (Node("O-1", "output", "Alene", "development"),), ())

    rows = trace_rows(lone, language="nb")

    assert [(row["from_ref"], row["relation"], row["to_ref"]) for row in rows] == [
        ("O-1", "", "")
    ]


@settings(deadline=None)
@given(trace=traces(acyclic=False))
def test_nothing_of_the_trace_is_missing_in_the_table(trace: Trace) -> None:
    rows = trace_rows(trace, language="nb")

    seen = {row["from_ref"] for row in rows} | {row["to_ref"] for row in rows} - {""}
    assert seen == {node.ref for node in trace.nodes}
    assert sum(bool(row["relation"]) for row in rows) == len(trace.edges)
    assert all(row.keys() == trace_headings(language="nb").keys() for row in rows)


def test_headings_are_in_the_order_of_the_columns() -> None:
    headings = trace_headings(language="nn")

    assert list(headings) == list(trace_rows(FULL_TIME, language="nn")[0])
    assert headings["from_ref"] == "Frå"
