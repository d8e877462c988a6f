"""Checks of one value against the shape of its field; `values.py` tells the shapes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from workflows.forms.fields import Column, Field, FieldType, Label
from workflows.forms.rich import LIST_KINDS

_REFUSED = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SILENT = ("_id", "list", "bold", "italic")

Told: TypeAlias = Iterator[tuple[str, Label]]


def shape_faults(field: Field, value: Any, key: str) -> Told:
    """Yield where and why the value has not the shape of its field; none when empty."""
    if not _is_blank(value):
        yield from _CHECKS[field.type](field, value, key)


def is_empty(value: Any) -> bool:
    """Tell whether a value says nothing: null, blanks, or only such inside."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return all(is_empty(value[key]) for key in value if key not in _SILENT)
    if isinstance(value, Sequence):
        return all(is_empty(part) for part in value)
    return value is None


def is_day(value: Any) -> bool:
    """Tell whether a value is a day of the calendar, written `YYYY-MM-DD`."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_number_of(part: Field | Column, value: Any) -> bool:
    """Tell whether a value is a finite number within the bounds of its field."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not _is_finite(value):
        return False
    is_enough = part.least is None or value >= part.least
    return is_enough and (part.most is None or value <= part.most)


def _is_finite(number: float) -> bool:
    """A whole number may be too large to be asked as a float."""
    return isinstance(number, int) or math.isfinite(number)


def _is_blank(value: Any) -> bool:
    return value is None or value in ("", [])


def _text(part: Field | Column, value: Any, where: str) -> Told:
    yield from _string(value, where)
    if isinstance(part, Field) and isinstance(value, str) and "\n" in value:
        yield (
            where,
            _say(
                "Feltet skal være på én linje: ta bort linjeskift.",
                "Feltet skal vere på éi linje: ta bort linjeskift.",
            ),
        )


def _string(value: Any, where: str) -> Told:
    if not isinstance(value, str):
        yield where, _say("Her skal det stå tekst.", "Her skal det stå tekst.")
        return
    for found in dict.fromkeys(_REFUSED.findall(value)):
        name = f"U+{ord(found):04X}"
        yield (
            where,
            _say(
                f"Tegnet {name} kan ikke lagres i et Word-dokument: ta det bort.",
                f"Teiknet {name} kan ikkje lagrast i eit Word-dokument: ta det bort.",
            ),
        )


def _date(_part: Field | Column, value: Any, where: str) -> Told:
    if not is_day(value):
        yield (
            where,
            _say(
                "Datoen skal skrives ÅÅÅÅ-MM-DD og finnes i kalenderen.",
                "Datoen skal skrivast ÅÅÅÅ-MM-DD og finnast i kalenderen.",
            ),
        )


def _choice(part: Field | Column, value: Any, where: str) -> Told:
    keys = [choice.key for choice in part.choices]
    if value not in keys:
        listed = ", ".join(keys)
        yield where, _say(f"Velg én av: {listed}.", f"Vel éin av: {listed}.")


def _multi(part: Field | Column, value: Any, where: str) -> Told:
    if not isinstance(value, list):
        yield where, _say("Her skal det stå en liste.", "Her skal det stå ei liste.")
        return
    for key in value:
        yield from _choice(part, key, where)
    yield from _twice([key for key in value if isinstance(key, str)], where)


def _twice(keys: Sequence[str], where: str) -> Told:
    for key, times in Counter(keys).items():
        if times > 1:
            yield where, _say(f"{key} står to ganger.", f"{key} står to gonger.")


def _number(part: Field | Column, value: Any, where: str) -> Told:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield where, _say("Her skal det stå et tall.", "Her skal det stå eit tal.")
    elif not _is_finite(value):
        yield where, _say("Tallet må være endelig.", "Talet må vere endeleg.")
    else:
        yield from _out_of_bounds(part, value, where)


def _out_of_bounds(part: Field | Column, value: float, where: str) -> Told:
    if part.least is not None and value < part.least:
        yield where, _say(f"Minst {part.least}.", f"Minst {part.least}.")
    if part.most is not None and value > part.most:
        yield where, _say(f"Høyst {part.most}.", f"Høgst {part.most}.")


def _record(
    *names: str, day: str | None = None
) -> Callable[[Field | Column, Any, str], Told]:
    """The first name is the one that must be filled."""

    def check(part: Field | Column, value: Any, where: str) -> Told:
        if not isinstance(value, dict) or is_empty(value.get(names[0])):
            said = f"{{{', '.join(names)}}}"
            yield (
                where,
                _say(
                    f"Her skal det stå {said}, og {names[0]} må være fylt ut.",
                    f"Her skal det stå {said}, og {names[0]} må vere fylt ut.",
                ),
            )
            return
        yield from _unknown(value, names, where)
        for name in names:
            if not _is_blank(value.get(name)):
                check_one = _date if name == day else _text
                yield from check_one(part, value[name], f"{where}.{name}")

    return check


def _unknown(value: Mapping[str, Any], known: Sequence[str], where: str) -> Told:
    for name in value:
        if name not in known:
            yield (
                f"{where}.{name}",
                _say(
                    "Navnet er ukjent her: ta det bort.",
                    "Namnet er ukjent her: ta det bort.",
                ),
            )


def _rich(_part: Field | Column, value: Any, where: str) -> Told:
    if not isinstance(value, list):
        yield (
            where,
            _say(
                "Her skal det stå en liste av avsnitt.",
                "Her skal det stå ei liste av avsnitt.",
            ),
        )
        return
    for number, paragraph in enumerate(value, start=1):
        yield from _paragraph(paragraph, f"{where}[{number}]")


def _paragraph(paragraph: Any, where: str) -> Told:
    if isinstance(paragraph, dict):
        yield from _list_item(paragraph, where)
    elif isinstance(paragraph, list):
        yield from _runs(paragraph, where)
    else:
        yield from _string(paragraph, where)


def _list_item(item: Mapping[str, Any], where: str) -> Told:
    names = set(item) - {"list"}
    if item.get("list") not in LIST_KINDS or names not in ({"text"}, {"runs"}):
        yield (
            where,
            _say(
                "Et listepunkt har list: bullet/number, og enten text eller runs.",
                "Eit listepunkt har list: bullet/number, og anten text eller runs.",
            ),
        )
    elif "text" in item:
        yield from _string(item["text"], f"{where}.text")
    else:
        yield from _runs(item["runs"], f"{where}.runs")


def _runs(all_runs: Any, where: str) -> Told:
    if not isinstance(all_runs, list):
        yield (
            where,
            _say(
                "runs skal være en liste.",
                "runs skal vere ei liste.",
            ),
        )
        return
    for number, run in enumerate(all_runs, start=1):
        yield from _run(run, f"{where}[{number}]")


def _run(run: Any, where: str) -> Told:
    if not isinstance(run, dict) or "text" not in run:
        yield where, _say("En tekstbit har text.", "Ein tekstbit har text.")
        return
    yield from _unknown(run, ("text", "bold", "italic"), where)
    yield from _string(run["text"], f"{where}.text")
    for look in ("bold", "italic"):
        if not isinstance(run.get(look, False), bool):
            said = f"{look}: true / false."
            yield f"{where}.{look}", _say(said, said)


def _table(part: Field | Column, value: Any, where: str) -> Told:
    if not isinstance(value, list):
        yield (
            where,
            _say(
                "Her skal det stå en liste av rader.",
                "Her skal det stå ei liste av rader.",
            ),
        )
        return
    columns = part.columns if isinstance(part, Field) else ()
    for number, row in enumerate(value, start=1):
        yield from _row(row, columns, f"{where}[{number}]")
    yield from _twice(_row_ids(value), where)


def _row_ids(rows: Sequence[Any]) -> list[str]:
    found = [row.get("_id") for row in rows if isinstance(row, dict)]
    return [each for each in found if isinstance(each, str)]


def _row(row: Any, columns: Sequence[Column], where: str) -> Told:
    if not isinstance(row, dict) or is_empty(row.get("_id")):
        yield where, _say("En rad må ha «_id».", "Ei rad må ha «_id».")
        return
    yield from _string(row["_id"], f"{where}._id")
    yield from _unknown(row, ("_id", *(column.key for column in columns)), where)
    for column in columns:
        if not _is_blank(row.get(column.key)):
            check = _CHECKS[column.type]
            yield from check(column, row[column.key], f"{where}.{column.key}")


_CHECKS: Mapping[FieldType, Callable[[Any, Any, str], Told]] = {
    FieldType.TEXT: _text,
    FieldType.AUTO: _text,
    FieldType.RICH: _rich,
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
    FieldType.MULTI: _multi,
    FieldType.NUMBER: _number,
    FieldType.TABLE: _table,
    FieldType.PERSON: _record("name", "role"),
    FieldType.REF: _record("ref", "version", "fingerprint"),
    FieldType.SIG: _record(
        "name", "role", "mandate", "signed_on", "level", day="signed_on"
    ),
}


def _say(nb: str, nn: str) -> Label:
    return Label(nb=nb, nn=nn)
