"""Documents filled from end to end, as long as real ones, in both written standards.

The people and the municipality are invented.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from tests.templates_docx.phrases import NUMBERS, SAID
from workflows.forms.fields import Column, Field, FieldType, Form

_PHRASES = {
    "nb": (
        "Sykefraværet er redusert fra 11,4 til 9,4 prosent",
        "HR-sjefen og hovedtillitsvalgte",
        "Verksted med ansatte på alle vakter",
        "Styringsgruppa",
        "Kjente ansikter og færre vikarer",
        "Innenfor vedtatt økonomisk ramme",
        "Hvert kvartal",
        "Bemanningssamtaler & egenmelding < 16 dager",
    ),
    "nn": (
        "Delen tilsette med fagbrev har auka frå 71 til 80 prosent",
        "Kommunalsjefen og hovudtillitsvalde",
        "Verkstad med tilsette på alle vakter",
        "Styringsgruppa",
        "Kjende andlet og færre vikarar",
        "Innanfor vedteken økonomisk ramme",
        "Kvart kvartal",
        "Samtalar om bemanning & eigenmelding < 16 dagar",
    ),
}
_PARAGRAPHS = {
    "nb": (
        "Sykefraværet ved Solsida helsehus var 11,4 prosent i 2024, mot 9,1 i hele"
        " kommunen. Halvparten av fraværet er knyttet til travle helger med mange"
        " ukjente vikarer, og det merkes både for beboere, pårørende og ansatte."
    ),
    "nn": (
        "Barnehagane i kommunen manglar folk med utdanning. I 2024 hadde 71 prosent"
        " av dei tilsette fagbrev eller barnehagelærarutdanning, og mange søkjer seg"
        " bort etter få år. Det merkar både barna, foreldra og dei som blir att."
    ),
}
_AIMS = {
    "nb": "Partene vil prøve ut faste team og hele stillinger, og måle sammen.",
    "nn": "Partane vil prøve ut faste lag og heile stillingar, og måle saman.",
}
_FEW_LINES = 5
_PEOPLE = "Siv Grønlid", "Åsta Fjellbru", "Rita Solgløtt"


def full_values(form: Form, language: str, *, rows: int = 3) -> dict[str, Any]:
    """Return a value for every field of a form, each as long as in a real document."""
    numbers = itertools.count()
    values = {
        field.key: _value(field, language, numbers, rows)
        for field in form.fields
        if field.fixed is None
    }
    return values | _head(form, language)


def _head(form: Form, language: str) -> dict[str, Any]:
    name = "Nærvær på Solsida" if language == "nb" else "Fleire fagfolk i barnehagen"
    head = {
        "municipality": "Elvestrand kommune",
        "name": name,
        "title": name,
        "docno": "2025/412-3",
        "version": "1.0",
        "case": "2025/412-3",
        "language": language,
        "status": "agreed",
        "access": "public",
        "from": "kl. 12.30–14.00",
        "where": "Elvestrand rådhus, Vika",
        "deadline_time": "kl. 12.00",
    }
    keys = {form.prefix + key: text for key, text in head.items()}
    return {key: text for key, text in keys.items() if _takes(form, key, text)}


def _takes(form: Form, key: str, text: str) -> bool:
    field = form.by_key.get(key)
    if field is None or field.type is not FieldType.CHOICE:
        return field is not None and field.type in (FieldType.TEXT, FieldType.AUTO)
    return text in [choice.key for choice in field.choices]


def _value(field: Field, language: str, numbers: Iterator[int], rows: int) -> Any:
    if field.type is FieldType.RICH:
        return _rich(field, language, next(numbers))
    if field.type is FieldType.TABLE:
        return _rows(field, language, numbers, rows)
    if field.type is FieldType.MULTI:
        return [choice.key for choice in field.choices[:2]]
    if field.type is FieldType.PERSON:
        return {"name": _PEOPLE[0], "role": "HR-sjef"}
    if field.type is FieldType.REF:
        return {"ref": "P-2025-01", "version": "1.0"}
    return _single(field, language, numbers)


def _single(
    part: Field | Column, language: str, numbers: Iterator[int], place: int = 0
) -> Any:
    number = next(numbers)
    said = _said(part, language)
    if said:
        return said[place % len(said)]
    if part.type is FieldType.DATE:
        return f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}"
    if part.type is FieldType.CHOICE:
        return part.choices[number % len(part.choices)].key
    if part.type is FieldType.NUMBER:
        least = part.least or 0
        return least + number % 4 if part.most else least + 450_000 * (number % 2)
    phrases = _PHRASES[language]
    return phrases[number % len(phrases)]


def _said(part: Field | Column, language: str) -> Sequence[Any]:
    """What a real document says there; a field's name is its key after the prefix."""
    name = part.key if isinstance(part, Column) else part.key.partition("_")[2]
    if part.type is FieldType.NUMBER:
        return NUMBERS.get(name, ())
    return SAID[language].get(name, ()) if part.type is FieldType.TEXT else ()


def _rows(
    field: Field, language: str, numbers: Iterator[int], rows: int
) -> list[dict[str, Any]]:
    """A table that stands with its rows has one for each choice, in their order."""
    stand = [c.choices for c in field.columns if c.key == field.rows_of]
    keys = [choice.key for choice in stand[0]] if stand else [None] * rows
    made = [_row(field, place, language, numbers) for place in range(len(keys))]
    return [
        row | ({field.rows_of: key} if field.rows_of and key else {})
        for row, key in zip(made, keys, strict=True)
    ]


def _row(
    field: Field, place: int, language: str, numbers: Iterator[int]
) -> dict[str, Any]:
    row: dict[str, Any] = {"_id": f"{field.key}-{place}"}
    for column in field.columns:
        row[column.key] = _single(column, language, numbers, place)
    row.pop("underskrift", None)
    if "navn" in row:
        row["navn"] = _PEOPLE[place % 3]
    for key in {"part", "gruppe"} & set(row):
        row[key] = ("A", "F", "T")[place % 3]
    if "side" in row:
        row["side"] = ("employer", "union", "union")[place % 3]
    return row


def _rich(field: Field, language: str, number: int) -> list[Any]:
    """A field that has few lines gets no more than it has room for."""
    first, second = _PARAGRAPHS[language], _AIMS[language]
    phrases = _PHRASES[language]
    if field.max_lines is not None and field.max_lines <= _FEW_LINES:
        return [first, {"list": "bullet", "text": phrases[0]}, second]
    return [
        first,
        [{"text": "Viktig: ", "bold": True}, {"text": second, "italic": True}],
        {"list": "number", "text": phrases[number % len(phrases)]},
        {"list": "number", "text": phrases[(number + 1) % len(phrases)]},
        {"list": "bullet", "runs": [{"text": phrases[3], "bold": True}]},
    ]
