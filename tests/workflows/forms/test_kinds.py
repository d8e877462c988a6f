"""What each kind of document promises those who fill it in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.templates_docx.generated import values_for
from workflows.forms.catalogue import form, kinds
from workflows.forms.fields import Field, FieldType, Required
from workflows.forms.values import faults, missing

MANDATE, SHORT, WORKBOOK = form("mandate"), form("short-mandate"), form("workbook")
EXEMPT = ("exempt", "partly_exempt")


def columns_of(kind: str, key: str) -> dict[str, Any]:
    return {c.key: (c.type, c.choices) for c in form(kind).field(key).columns}


def answers_of(kind: str, key: str) -> dict[str, str]:
    (column,) = [c for c in form(kind).field(key).columns if c.key == "svar"]
    return {choice.key: choice.label.nb for choice in column.choices}


@pytest.mark.parametrize("kind", kinds())
def test_a_document_has_a_title_and_says_which_kind_it_is(kind: str) -> None:
    found = form(kind)
    titles = {f"{found.prefix}title", f"{found.prefix}name"}

    assert titles & set(found.by_key)
    assert found.name.nb.strip()
    assert found.name.nn.strip()


@pytest.mark.parametrize("kind", kinds())
def test_who_can_exempt_must_tell_why_who_and_when(kind: str) -> None:
    keys = form(kind).by_key
    opennesses = [
        f for f in form(kind).fields if f.key.endswith(("access", "openness"))
    ]
    for field in opennesses:
        if EXEMPT[0] in [choice.key for choice in field.choices]:
            for part in ("basis", "reason", "by", "on", "wider"):
                told = keys[f"{field.key}_{part}"]
                assert told.required is Required.ROUND
                assert told.needed_if is not None
                assert told.needed_if.any_of == EXEMPT


@pytest.mark.parametrize("kind", kinds())
def test_a_table_that_stands_with_its_rows_asks_for_all_of_them(kind: str) -> None:
    for field in form(kind).fields:
        if field.rows_of is not None and field.required is not Required.OPTIONAL:
            (column,) = [c for c in field.columns if c.key == field.rows_of]
            assert field.min_rows == len(column.choices), field.key


@pytest.mark.parametrize("kind", kinds())
def test_where_the_parties_are_a_choice_they_come_in_neutral_order(kind: str) -> None:
    for field in form(kind).fields:
        parts: list[Any] = [field, *field.columns]
        for part in parts:
            keys = [choice.key for choice in part.choices]
            if {"A", "F", "T"} <= set(keys):
                assert keys[:3] == ["A", "F", "T"], field.key


def test_a_consultation_has_two_sides_and_no_politicians() -> None:
    minutes = form("consultation-minutes")
    sides = [choice.key for choice in minutes.field("d_sign").columns[0].choices]

    assert sides == ["employer", "union"]
    assert minutes.field("d_sign").rows_of == "side"
    writers = {field.writer.value for field in minutes.fields}
    assert not writers & {"elected", "parties", "steering_group"}


def test_both_sides_of_a_consultation_are_carried_word_for_word() -> None:
    minutes = form("consultation-minutes")

    assert minutes.field("d_employer_view").verbatim
    (organisation, view) = minutes.field("d_union_view").columns
    assert organisation.key == "organisasjon"
    assert view.verbatim


def test_silence_in_a_hearing_is_a_word_of_its_own() -> None:
    answer = {
        c.key: c.label.nb
        for c in form("hearing-answer").field("ha_answers").columns[1].choices
    }
    told = {
        c.key: c.label.nb
        for c in form("hearing-summary").field("hs_bodies").columns[2].choices
    }

    assert answer["no_remark"] == told["no_remark"] == "Ingen merknad"
    assert told["not_answered"] == "Ikke svart"
    assert set(told) - set(answer) == {"not_answered"}


def test_an_answer_is_carried_into_the_summary_word_for_word() -> None:
    said = form("hearing-answer").field("ha_answers").columns
    told = form("hearing-summary").field("hs_remarks").columns

    assert [c.key for c in said if c.verbatim] == ["tekst"]
    assert [c.key for c in told if c.verbatim] == ["merknad"]


def test_who_answers_for_others_tells_which_meeting_decided_the_answer() -> None:
    answer = form("hearing-answer")

    for_a_party = {"ha_group": "T"}
    for_oneself = {"ha_group": "resident"}
    assert "ha_mandate" in missing(answer, for_a_party, level=Required.ROUND)
    assert "ha_mandate" not in missing(answer, for_oneself, level=Required.ROUND)


def test_a_hearing_without_remarks_says_so() -> None:
    summary = form("hearing-summary")

    assert "hs_remarks" in missing(summary, {}, level=Required.ROUND)
    assert "hs_remarks" not in missing(
        summary, {"hs_no_remarks": "ingen"}, level=Required.ROUND
    )


@pytest.mark.parametrize("kind", ["hearing-letter", "hearing-answer", "workbook"])
def test_what_is_always_public_cannot_be_marked_otherwise(kind: str) -> None:
    access = form(kind).field(f"{form(kind).prefix}access")

    assert [choice.key for choice in access.choices] == ["public"]


def test_the_self_assessment_has_twelve_statements_at_two_levels() -> None:
    answers = form("self-assessment").field("sa_answers")
    statement, project, municipality, comment = answers.columns

    assert len(statement.choices) == answers.min_rows == 12
    assert (project.least, project.most) == (municipality.least, municipality.most)
    assert (project.least, project.most) == (1, 5)
    assert comment.type is FieldType.TEXT


@pytest.mark.parametrize("score", [0, 6])
def test_a_score_outside_one_to_five_is_a_fault(score: int) -> None:
    row = {"_id": "1", "utsagn": "roles", "prosjekt": score}

    (fault,) = faults(form("self-assessment"), {"sa_answers": [row]})

    assert fault.where == "sa_answers[1].prosjekt"


def test_the_short_mandate_has_fifteen_fields_of_the_mandate_in_its_order() -> None:
    short = [field.key for field in SHORT.fields]
    full = [field.key for field in MANDATE.fields]

    assert len(short) == 15
    assert set(short) <= set(full)


@given(values_for(SHORT))
def test_a_short_mandate_grows_into_a_mandate_without_retyping(
    values: dict[str, Any],
) -> None:
    assert faults(SHORT, values) == ()
    assert faults(MANDATE, values) == ()


@pytest.mark.parametrize("field", SHORT.fields, ids=lambda field: field.key)
def test_a_field_of_the_short_mandate_is_written_by_the_same_and_asked_as_early(
    field: Field,
) -> None:
    full = MANDATE.field(field.key)

    assert (field.type, field.writer, field.content) == (
        full.type,
        full.writer,
        full.content,
    )
    assert (field.required, field.label) == (full.required, full.label)


@pytest.mark.parametrize("part", ["joint", "arenas", "effect"])
def test_a_table_of_the_workbook_fits_into_the_mandate(part: str) -> None:
    table, goal = (
        columns_of("workbook", f"w_{part}"),
        columns_of("mandate", f"m_{part}"),
    )

    assert table.items() <= goal.items()


def test_rules_of_the_workbook_fit_into_the_mandate() -> None:
    for part in ("rules", "disagree"):
        chosen, goal = WORKBOOK.field(f"w_{part}"), MANDATE.field(f"m_{part}")
        assert chosen.choices == goal.choices


def heads(prose: str) -> list[str]:
    """Return what begins each line, without the numbered steps."""
    lines = [line for line in prose.splitlines() if not line[0].isdigit()]
    return [line.partition(":")[0] for line in lines]


def test_every_exercise_has_a_page_time_aim_way_and_something_to_write() -> None:
    _head, *exercises = WORKBOOK.sections

    assert len(exercises) == 6
    for exercise in exercises:
        assert exercise.new_page
        assert exercise.prose is not None
        nb, nn = (heads(exercise.prose.in_(language)) for language in ("nb", "nn"))
        assert nb == ["Tid", "Mål", "Slik gjør dere", "Skriv ned"]
        assert nn == ["Tid", "Mål", "Slik gjer de", "Skriv ned"]
        assert any(field.writer != "system" for field in exercise.fields)


def test_the_annual_report_asks_four_questions_and_draws_goals_against_baseline() -> (
    None
):
    report = form("annual-report")
    project, *questions = report.field("ar_questions").columns
    chart = report.field("ar_goals").chart

    assert project.key == "prosjekt"
    assert [column.label.nb[-1] for column in questions] == ["?"] * 4
    assert chart is not None
    assert chart.series == ("nullpunkt", "naa", "maal")
