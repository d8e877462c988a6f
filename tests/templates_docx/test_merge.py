from __future__ import annotations

from typing import Any

import pytest

from templates_docx.compile import template
from templates_docx.errors import UndecidedError
from templates_docx.merge import Plan, as_json, merge
from templates_docx.read import read
from templates_docx.three_way import Side
from tests.templates_docx.in_word import (
    typed,
    typed_rich,
    with_comment,
    with_deletion,
    with_insertion,
    with_row_added,
    with_row_moved_first,
    with_row_taken_out,
    without_control,
)
from tests.templates_docx.tampering import STORE, edited, with_parts
from workflows.forms.catalogue import form

MANDATE = form("mandate")
TWELVE: dict[str, Any] = {
    "m_name": "Nærvær på Solsida",
    "m_case": "2025/412",
    "m_focus": ["sick_leave"],
    "m_access": "public",
    "m_language": "nb",
    "m_start": "2026-01-05",
    "m_end": "2026-12-18",
    "m_summary": ["Kort fortalt om Solsida."],
    "m_purpose": ["Flere på jobb."],
    "m_background": ["Bare helsehuset."],
    "m_pm": {"name": "Siv Grønlid", "role": "HR-sjef"},
    "m_pm_percent": 50,
}
ROWS = {
    "m_result": [
        {"_id": "r1", "nr": "R1", "resultatmaal": "Første"},
        {"_id": "r2", "nr": "R2", "resultatmaal": "Andre"},
        {"_id": "r3", "nr": "R3", "resultatmaal": "Tredje"},
    ]
}


def filled(values: dict[str, Any]) -> bytes:
    return template("mandate", "nb").fill(values)


def planned(file: bytes, base: dict[str, Any], record: dict[str, Any]) -> Plan:
    return merge(MANDATE, base=base, record=record, word=read(file))


def keys(triples: Any) -> list[str]:
    return [each.key for each in triples]


def with_rows(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"m_result": list(rows)}


def test_a_file_that_has_been_worked_in_is_shown_piece_by_piece() -> None:
    file = typed(filled(TWELVE), "Nærvær på Solsida", "Nærvær i Vika")
    file = typed(file, "2025/412", "2025/413")
    file = typed_rich(file, "Flere på jobb.", "Mange flere på jobb.")
    file = without_control(file, "m_background")
    file = with_insertion(file, "m_summary", " Og mer.", author="Åsta Fjellbru")
    file = with_comment(file, "m_pm.name", "Er det avklart?", author="Rita Solgløtt")
    record = TWELVE | {"m_name": "Nærvær på Fjellbru", "m_case": "2025/999"}

    plan = planned(file, TWELVE, record)

    answer = as_json(plan)
    assert answer["clean"] == [{"key": "m_purpose", "value": ["Mange flere på jobb."]}]
    assert answer["conflicts"] == [
        {
            "key": "m_name",
            "base": "Nærvær på Solsida",
            "record": "Nærvær på Fjellbru",
            "word": "Nærvær i Vika",
        },
        {
            "key": "m_case",
            "base": "2025/412",
            "record": "2025/999",
            "word": "2025/413",
        },
    ]
    assert answer["missing"] == ["m_background"]
    assert [each["where"] for each in answer["pending"]] == ["m_summary"]
    assert [each["text"] for each in answer["comments"]] == ["Er det avklart?"]
    assert answer["unchanged"] == 7
    assert answer["findings"] == []


def test_deciding_gives_values_and_a_missing_control_takes_nothing_away() -> None:
    file = without_control(filled(TWELVE), "m_background")
    file = typed(file, "2025/412", "2025/413")
    plan = planned(file, TWELVE, TWELVE | {"m_case": "2025/999"})

    merged = plan.merged({"m_case": Side.WORD})

    assert merged == TWELVE | {"m_case": "2025/413"}


def test_a_conflict_waits_for_a_choice() -> None:
    file = typed(filled(TWELVE), "2025/412", "2025/413")
    plan = planned(file, TWELVE, TWELVE | {"m_case": "2025/999"})

    with pytest.raises(UndecidedError, match="m_case") as refusal:
        plan.merged({})

    assert refusal.value.keys == ("m_case",)


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    file = typed(filled(TWELVE), "2025/412", "2025/413")

    plan = planned(file, TWELVE, TWELVE | {"m_case": "2025/413"})

    assert plan.brings_nothing


@pytest.mark.parametrize("pending", ["insertion", "deletion"])
def test_a_tracked_change_counts_when_it_is_accepted(pending: str) -> None:
    made = filled(TWELVE)
    tracked = (
        with_insertion(made, "m_case", "-7", author="Siv Grønlid")
        if pending == "insertion"
        else with_deletion(made, "m_case", author="Siv Grønlid")
    )

    plan = planned(tracked, TWELVE, TWELVE)

    assert plan.brings_nothing
    assert [each.kind for each in plan.pending] == [pending]
    assert plan.findings == ()


def test_what_is_typed_beside_a_tracked_change_is_taken_in() -> None:
    file = typed_rich(filled(TWELVE), "Flere på jobb.", "Alle på jobb.")
    file = with_insertion(file, "m_purpose", " Alltid.", author="Siv Grønlid")

    plan = planned(file, TWELVE, TWELVE)

    assert [(each.key, each.word) for each in plan.clean] == [
        ("m_purpose", ["Alle på jobb."])
    ]


def test_a_row_that_is_put_in_gets_an_id_and_its_place() -> None:
    file = with_row_added(filled(ROWS), "Første", {"R1": "R9", "Første": "Ny"})

    plan = planned(file, ROWS, ROWS)

    (added,) = plan.clean
    new = added.word
    assert added.key == f"m_result[{new['_id']}]"
    assert new == {"_id": new["_id"], "nr": "R9", "resultatmaal": "Ny"}
    ids = [row["_id"] for row in plan.merged({})["m_result"]]
    assert ids == ["r1", new["_id"], "r2", "r3"]


def test_a_row_that_is_moved_is_the_same_row() -> None:
    file = with_row_moved_first(filled(ROWS), "Tredje")

    plan = planned(file, ROWS, ROWS)

    assert [(each.key, each.word) for each in plan.clean] == [
        ("m_result.order", ["r3", "r1", "r2"])
    ]
    rows = {row["_id"]: row for row in plan.merged({})["m_result"]}
    assert rows == {row["_id"]: row for row in ROWS["m_result"]}


def test_a_cell_on_each_side_of_a_row_is_merged() -> None:
    file = typed(filled(ROWS), "Andre", "Andre og bedre")
    record = with_rows(
        ROWS["m_result"][0],
        ROWS["m_result"][1] | {"nr": "R2b"},
        ROWS["m_result"][2],
        {"_id": "r4", "nr": "R4"},
    )

    plan = planned(file, ROWS, record)

    assert keys(plan.clean) == ["m_result[r2].resultatmaal"]
    merged = plan.merged({})["m_result"]
    assert merged[1] == {"_id": "r2", "nr": "R2b", "resultatmaal": "Andre og bedre"}
    assert merged[3] == {"_id": "r4", "nr": "R4"}


def test_a_row_taken_out_in_word_goes_where_the_record_left_it_alone() -> None:
    plan = planned(with_row_taken_out(filled(ROWS), "Andre"), ROWS, ROWS)

    assert [(each.key, each.word) for each in plan.clean] == [("m_result[r2]", None)]
    assert [row["_id"] for row in plan.merged({})["m_result"]] == ["r1", "r3"]


def test_a_row_taken_out_in_word_that_the_record_changed_is_a_conflict() -> None:
    changed = ROWS["m_result"][1] | {"resultatmaal": "Noe annet"}
    record = with_rows(ROWS["m_result"][0], changed, ROWS["m_result"][2])
    plan = planned(with_row_taken_out(filled(ROWS), "Andre"), ROWS, record)

    (conflict,) = plan.conflicts

    assert (conflict.key, conflict.record, conflict.word) == (
        "m_result[r2]",
        changed,
        None,
    )
    taken_out = plan.merged({"m_result[r2]": Side.WORD})["m_result"]
    kept = plan.merged({"m_result[r2]": Side.RECORD})["m_result"]
    assert [row["_id"] for row in taken_out] == ["r1", "r3"]
    assert kept == record["m_result"]


def test_a_row_taken_out_of_the_record_that_word_changed_is_a_conflict() -> None:
    file = typed(filled(ROWS), "Andre", "Andre og bedre")
    record = with_rows(ROWS["m_result"][0], ROWS["m_result"][2])

    plan = planned(file, ROWS, record)

    assert keys(plan.conflicts) == ["m_result[r2]"]
    ids = plan.merged({"m_result[r2]": Side.WORD})["m_result"]
    assert [row["_id"] for row in ids] == ["r1", "r2", "r3"]


def test_a_row_whose_deletion_is_tracked_stays_until_it_is_accepted() -> None:
    file = with_row_taken_out(filled(ROWS), "Andre", author="Siv Grønlid")

    plan = planned(file, ROWS, ROWS)

    assert plan.brings_nothing
    assert [each.kind for each in plan.pending] == ["deletion"]


def test_rows_moved_on_both_sides_are_a_conflict_of_order() -> None:
    record = with_rows(*reversed(ROWS["m_result"]))

    plan = planned(with_row_moved_first(filled(ROWS), "Tredje"), ROWS, record)

    assert as_json(plan)["conflicts"] == [
        {
            "key": "m_result.order",
            "base": ["r1", "r2", "r3"],
            "record": ["r3", "r2", "r1"],
            "word": ["r3", "r1", "r2"],
        }
    ]
    ids = plan.merged({"m_result.order": Side.WORD})["m_result"]
    assert [row["_id"] for row in ids] == ["r3", "r1", "r2"]


@pytest.mark.parametrize(
    ("tag", "missing"),
    [
        ("m_result.resultatmaal", "m_result[r1].resultatmaal"),
        ("m_pm.name", "m_pm.name"),
    ],
)
def test_a_part_whose_control_is_gone_keeps_what_it_held(
    tag: str, missing: str
) -> None:
    held = TWELVE | ROWS

    plan = planned(without_control(filled(held), tag), held, held)

    assert plan.missing == (missing,)
    assert plan.brings_nothing


def test_what_the_system_writes_is_not_taken_from_word() -> None:
    base = TWELVE | {"m_no": "P-2025-01"}
    plan = planned(typed(filled(base), "P-2025-01", "P-2025-02"), base, base)

    (found,) = plan.findings

    assert (found.code, found.where) == ("written-by-system", "m_no")
    assert plan.brings_nothing


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_an_agreed_clause_is_not_taken_from_word(language: str) -> None:
    agreement = form("agreement")
    clause = agreement.field("a_lines").fixed
    assert clause is not None
    made = template("agreement", language).fill({"a_purpose": ["Hei."]})
    words = clause.in_(language)
    unaltered = merge(agreement, base={}, record={}, word=read(made))
    file = typed_rich(made, words, words[:30])

    plan = merge(agreement, base={}, record={}, word=read(file))

    assert unaltered.findings == ()
    assert [(each.code, each.where) for each in plan.findings] == [
        ("fixed-clause-altered", "a_lines")
    ]
    assert keys(plan.clean) == ["a_purpose"]


def test_a_value_that_cannot_be_understood_blocks_the_file() -> None:
    file = typed_rich(filled(TWELVE), "5. januar 2026", "i vår")
    file = edited(file, ">2026-01-05<", ">i vår<", part=STORE)
    file = typed(file, "2025/412", "2025/413")

    plan = planned(file, TWELVE, TWELVE)

    assert keys(plan.clean) == ["m_case"]
    assert {each.where for each in plan.blocking} == {"m_start"}
    with pytest.raises(UndecidedError, match="m_start"):
        plan.merged({})


def test_a_field_emptied_in_word_is_emptied() -> None:
    plan = planned(typed(filled(TWELVE), "2025/412", ""), TWELVE, TWELVE)

    assert [(each.key, each.word) for each in plan.clean] == [("m_case", None)]
    assert "m_case" not in plan.merged({})


def test_a_dissent_altered_in_a_file_that_lost_its_seals_blocks_it() -> None:
    base = {"a_protocol_a": ["Vi er ikke enige."]}
    made = template("agreement", "nb").fill(base)
    file = typed_rich(made, "Vi er ikke enige.", "Vi er enige.")
    file = with_parts(file, {STORE: b"", "docProps/custom.xml": b""})

    plan = merge(form("agreement"), base=base, record=base, word=read(file))

    assert [each.code for each in plan.blocking] == ["verbatim-altered"]


@pytest.mark.parametrize(
    ("is_tracked", "blocking"), [(False, ["verbatim-altered"]), (True, [])]
)
def test_a_dissent_altered_in_word_blocks_the_file_unless_only_proposed(
    *, is_tracked: bool, blocking: list[str]
) -> None:
    base = {"a_protocol_a": ["Vi er ikke enige."]}
    made = template("agreement", "nb").fill(base)
    file = (
        with_insertion(made, "a_protocol_a", " Kanskje.", author="Siv Grønlid")
        if is_tracked
        else typed_rich(made, "Vi er ikke enige.", "Vi er enige.")
    )

    plan = merge(form("agreement"), base=base, record=base, word=read(file))

    assert [each.code for each in plan.blocking] == blocking
