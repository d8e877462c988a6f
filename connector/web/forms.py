"""What a person wrote in a form: read field by field, with a fault where it lacks.

Values are kept as written, so that the page can be shown again with them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from connector.stories import UNKEEPABLE
from templates_docx.lint import Findings
from workflows.clock import at_oslo

LONGEST = 20_000

E = TypeVar("E", bound=enum.Enum)


class FormError(Exception):
    """The form has faults; each stands at its field."""


@dataclass(frozen=True)
class Refused:
    """A refusal in words: keys of its heading, text and rule, and the HTTP status."""

    status: int
    title: str
    text: str
    rule: str | None = None
    detail: str = ""


class Submitted:
    """A form as submitted. `faults` is the key of a text by the name of its field.

    `findings` is what a check said of a file that came with it.
    """

    def __init__(self, fields: MultiDict[str, str] | None = None) -> None:
        self.fields: MultiDict[str, str] = fields or MultiDict()
        self.faults: dict[str, str] = {}
        self.refusal: Refused | None = None
        self.findings: Findings = ()

    def value(self, name: str, otherwise: Any = "") -> Any:
        """Return what was written, or `otherwise` where the field was not sent."""
        return self.fields.get(name, otherwise)

    def has(self, name: str, value: str) -> bool:
        """Return whether a box with this value is ticked."""
        return value in self.fields.getlist(name)

    def text(self, name: str, *, needed: bool = False) -> str:
        """Return a text without blanks around it; what cannot be kept is taken out."""
        written = UNKEEPABLE.sub("", self.fields.get(name, ""))
        found = written.replace("\r\n", "\n").strip()
        if needed and not found:
            self.fault(name, "form.fault.empty")
        if len(found) > LONGEST:
            self.fault(name, "form.fault.long")
        return found

    def choice(self, name: str, kind: type[E], *, needed: bool = True) -> E | None:
        """Return the member of an enum that was chosen, None for an empty choice."""
        found = self.fields.get(name, "")
        if not found and not needed:
            return None
        try:
            return kind(found)
        except ValueError:
            self.fault(name, "form.fault.choice")
            return None

    def one_of(self, name: str, known: Iterable[str], *, needed: bool = True) -> str:
        """Return a chosen code that is one of `known`, «» for none."""
        found = self.fields.get(name, "")
        if (found or needed) and found not in set(known):
            self.fault(name, "form.fault.choice")
            return ""
        return found

    def day(self, name: str, *, needed: bool = False) -> date | None:
        """Return a day written «2026-09-02» or «02.09.2026», None for an empty one."""
        found = self.text(name, needed=needed)
        if not found:
            return None
        try:
            return date.fromisoformat(_iso(found))
        except ValueError:
            self.fault(name, "form.fault.day")
            return None

    def clock(self, name: str, *, needed: bool = False) -> time | None:
        """Return a clock time written «12.00» or «12:00», None for an empty one."""
        found = self.text(name, needed=needed)
        if not found:
            return None
        try:
            return time.fromisoformat(f"{found.replace('.', ':'):0>5}")
        except ValueError:
            self.fault(name, "form.fault.clock")
            return None

    def instant(self, name: str) -> datetime | None:
        """Return the instant of the fields «name-day» and «name-clock», in Norway."""
        day = self.day(f"{name}-day", needed=True)
        clock = self.clock(f"{name}-clock", needed=True)
        return at_oslo(day, clock) if day and clock is not None else None

    def number(self, name: str, *, needed: bool = False) -> int | None:
        """Return a whole number of at most six digits, None for an empty one."""
        found = self.text(name, needed=needed)
        if not found:
            return None
        if not (found.isascii() and found.isdigit() and len(found) <= 6):
            self.fault(name, "form.fault.number")
            return None
        return int(found)

    def ticked(self, name: str) -> bool:
        """Return whether a box is ticked."""
        return bool(self.fields.get(name))

    def fault(self, name: str, text: str) -> None:
        """Note the first fault of a field by the key of its text."""
        self.faults.setdefault(name, text)

    def require_sound(self) -> None:
        """Raise `FormError` when there are faults."""
        if self.faults:
            raise FormError


def _iso(text: str) -> str:
    parts = text.split(".")
    if len(parts) != 3:
        return text
    day, month, year = parts
    return f"{year}-{month:0>2}-{day:0>2}"
