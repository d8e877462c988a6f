"""One cell of the set-up workbook: from what stands there to a value of its column."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from connector.imports.errors import ValueRefusedError
from connector.imports.problems import shortened
from connector.imports.setup_sheets import NOBODYS, Choice, Column, Kind
from connector.imports.values import day_of, one_line, yes_no
from connector.web.texts import Say, texts

LONGEST = 300
MOST = 10_000


class CellRefusedError(Exception):
    """A cell cannot be used; the text says why, and what to do."""


def value_of(column: Column, text: str, say: Say) -> Any:
    """Return the value of a cell's text, None where a cell may be blank and is.

    Raises:
        CellRefusedError: it is missing, or is not what the column holds.
    """
    try:
        line = one_line(text) if text.strip() else ""
        if not line and not column.is_required:
            return column.default
        if len(one_line(text)) > LONGEST:
            raise CellRefusedError(say("setup.fault.too_long", most=LONGEST))
        return PARSERS[column.kind](column, line, say)
    except ValueRefusedError as error:
        raise CellRefusedError(error.problem.text(say.language)) from None


def choices(choice: Choice) -> list[enum.StrEnum]:
    """Return what may be chosen, in the order of the code."""
    return [code for code in choice.codes if code not in NOBODYS]


def word_of(choice: Choice, code: enum.StrEnum, say: Say) -> str:
    """Return the word for a code in one language."""
    return say(f"{choice.words}.{code.value}")


def folded(text: str) -> str:
    """Return text as it is compared: no case, no space, no marks."""
    composed = unicodedata.normalize("NFC", text).casefold()
    return "".join(sign for sign in composed if sign.isalnum())


def shown(column: Column, value: Any, say: Say) -> str:
    """Return a registered value as it would stand in the cell."""
    if value in (None, ""):
        return "–"
    if column.choice:
        return word_of(column.choice, column.choice.codes(value), say)
    if isinstance(value, bool):
        return say("setup.yes")
    if isinstance(value, list):
        return "; ".join(value)
    return f"{value:%d.%m.%Y}" if column.kind is Kind.DAY else str(value)


def _text(column: Column, line: str, say: Say) -> str:  # noqa: ARG001 - one shape
    return unicodedata.normalize("NFC", line)


def _number(column: Column, line: str, say: Say) -> int:  # noqa: ARG001 - one shape
    plain = line.replace(" ", "")
    if not re.fullmatch("[0-9]{1,5}", plain) or int(plain) > MOST:
        raise CellRefusedError(say("setup.fault.number", value=shortened(line)))
    return int(plain)


def _municipality_number(
    column: Column,  # noqa: ARG001 - one shape
    line: str,
    say: Say,
) -> str:
    """Numbers lose their first nought when a spreadsheet takes them for amounts."""
    padded = line.zfill(4)
    if not re.fullmatch("[0-9]{4}", padded):
        raise CellRefusedError(
            say("setup.fault.municipality_number", value=shortened(line))
        )
    return padded


def _yes_no(
    column: Column,  # noqa: ARG001 - one shape
    line: str,
    say: Say,  # noqa: ARG001 - one shape
) -> bool | None:
    return yes_no(line)


def _day(column: Column, line: str, say: Say) -> Any:  # noqa: ARG001 - one shape
    return day_of(line)


def _names(
    column: Column,  # noqa: ARG001 - one shape
    line: str,
    say: Say,  # noqa: ARG001 - one shape
) -> list[str]:
    found = (part.strip() for part in unicodedata.normalize("NFC", line).split(";"))
    return list(dict.fromkeys(filter(None, found)))


def _choice(column: Column, line: str, say: Say) -> enum.StrEnum:
    assert column.choice is not None  # noqa: S101 - `setup_sheets` gives it
    for code in choices(column.choice):
        words = texts()[f"{column.choice.words}.{code.value}"]
        if folded(line) in {folded(word) for word in (code.value, words.nb, words.nn)}:
            return code
    known = ", ".join(
        word_of(column.choice, code, say) for code in choices(column.choice)
    )
    raise CellRefusedError(
        say("setup.fault.choice", value=shortened(line), choices=known)
    )


PARSERS: Mapping[Kind, Callable[[Column, str, Say], Any]] = {
    Kind.TEXT: _text,
    Kind.DAY: _day,
    Kind.NUMBER: _number,
    Kind.MUNICIPALITY_NUMBER: _municipality_number,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.NAMES: _names,
}
