"""How a stored text is shown in the body, and back.

The store holds `2026-03-14`, a choice key, `true`; the body shows `14.03.2026` (in
tables) or `14. mars 2026`, the label of the choice, a ticked box. Text and numbers are
the same on both sides, because Word shows the node of a plain control as it stands.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from templates_docx.slots import Slot
from workflows.forms.fields import FieldType

# The leaves by which a person and a reference are known, and that of a plain field.
FIRST_PARTS = "", "name", "ref"
TICKED, UNTICKED = "\u2612", "\u2610"
WRITE_HERE = "Skriv her"
NOT_FILLED = {"nb": "Ikke fylt ut", "nn": "Ikkje fylt ut"}
NOT_RELEVANT = {"nb": "Ikke aktuelt", "nn": "Ikkje aktuelt"}
_CALLS = {
    "nb": {FieldType.DATE: "Velg dato", FieldType.CHOICE: "Velg fra listen"},
    "nn": {FieldType.DATE: "Vel dato", FieldType.CHOICE: "Vel frå lista"},
}
_EMPTY_CELL = "–"
# A line to sign on is blank on paper, and still wide enough to click in.
_SIGNATURE_LINE = "\u2003" * 3

# The names of the months are the same in bokmål and nynorsk.
_MONTHS = (
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
)
_NUMERIC = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_WRITTEN = re.compile(r"(\d{1,2})\.\s*([a-zæøå]+)\s+(\d{4})", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NUMBER = re.compile(r"[-\u2212]?\d{1,4000}(?:,\d{1,4000})?")


class UnreadableError(ValueError):
    """A text in the body that is no date, choice or number; `code` says which."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def placeholder(slot: Slot, *, language: str) -> str:
    """Return what an empty control shows, in the language of the document.

    It must not look unfinished on paper where nothing needs to stand.
    """
    if slot.type is FieldType.MULTI:
        return UNTICKED
    if slot.in_table:
        return _SIGNATURE_LINE if slot.is_signed else _EMPTY_CELL
    if slot.leaf:
        is_first = slot.leaf in FIRST_PARTS
        return f"({slot.label.in_(language).lower()})" if is_first else _EMPTY_CELL
    if slot.is_optional:
        return NOT_FILLED[language]
    return _CALLS[language].get(slot.type, WRITE_HERE)


def shown(slot: Slot, stored: str, *, language: str) -> str:
    """Return the text that the body shows for a stored text."""
    if slot.type is FieldType.MULTI:
        return TICKED if stored == "true" else UNTICKED
    if slot.type is FieldType.DATE:
        return shown_date(stored, short=slot.in_table)
    if slot.type is FieldType.CHOICE:
        return _label(slot, stored, language=language)
    return one_kind_of_break(stored)


def shown_date(stored: str, *, short: bool) -> str:
    """Return `2026-03-14` as `14.03.2026` when short, else as `14. mars 2026`."""
    found = _ISO.fullmatch(stored)
    if found is None:
        return stored
    year, month, day = found.groups()
    if short:
        return f"{day}.{month}.{year}"
    return f"{int(day)}. {_MONTHS[int(month) - 1]} {year}"


def stored_from(slot: Slot, text: str, *, language: str) -> str:
    """Return what the store holds when the body shows `text`.

    Raises:
        UnreadableError: the text is no date, no number or none of the choices.
    """
    if slot.type is FieldType.MULTI:
        return "true" if TICKED in text else ""
    if slot.type is FieldType.DATE:
        return read_date(text).isoformat()
    if slot.type is FieldType.CHOICE:
        return _key(slot, text.strip(), language=language)
    if slot.type is FieldType.NUMBER:
        read_number(text)
    return text


def is_sound(slot: Slot, stored: str) -> bool:
    """Say whether a stored text is what the store holds for this kind of control."""
    if slot.type is FieldType.DATE:
        return _ISO.fullmatch(stored) is not None
    if slot.type is FieldType.CHOICE:
        return stored in {choice.key for choice in slot.choices}
    if slot.type is FieldType.NUMBER:
        return _NUMBER.fullmatch("".join(stored.split())) is not None
    return True


def one_kind_of_break(text: str) -> str:
    """Return the text as Word can show it: one kind of line break."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_date(text: str) -> date:
    """Return the date of `14.03.2026`, `14. mars 2026` or `2026-03-14`.

    Raises:
        UnreadableError: the text is no date.
    """
    try:
        return date(*_year_month_day(text.strip()))
    except (ValueError, TypeError) as problem:
        raise UnreadableError("not-a-date", text) from problem


def written_number(number: float) -> str:
    """Return a number as people write it: decimal comma, `450 000` from five digits."""
    plain = str(number) if isinstance(number, int) else _plain(number)
    whole, _, fraction = plain.removeprefix("-").partition(".")
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", "\u00a0")
    sign = "-" if plain.startswith("-") else ""
    return sign + whole + ("," + fraction if fraction else "")


def read_number(text: str) -> int | float:
    """Return the number of `9,8` or `450 000`.

    Raises:
        UnreadableError: the text is no number.
    """
    plain = "".join(text.split())
    if not _NUMBER.fullmatch(plain):
        raise UnreadableError("not-a-number", text)
    plain = plain.replace("\u2212", "-").replace(",", ".")
    return float(plain) if "." in plain else int(plain)


def _plain(number: float) -> str:
    digits = repr(number)
    return format(Decimal(digits), "f") if "e" in digits else digits


def _year_month_day(text: str) -> tuple[int, int, int]:
    if found := _NUMERIC.fullmatch(text):
        day, month, year = found.groups()
        return int(year), int(month), int(day)
    if found := _WRITTEN.fullmatch(text):
        day, name, year = found.groups()
        return int(year), _MONTHS.index(name.lower()) + 1, int(day)
    year, month, day = text.split("-")
    return int(year), int(month), int(day)


def _label(slot: Slot, key: str, *, language: str) -> str:
    labels = (one.label.in_(language) for one in slot.choices if one.key == key)
    return next(labels, key)


def _key(slot: Slot, text: str, *, language: str) -> str:
    for choice in slot.choices:
        if text in (choice.label.in_(language), choice.key):
            return choice.key
    raise UnreadableError("unknown-choice", text)
