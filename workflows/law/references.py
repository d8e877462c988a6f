"""Dated legal references: which section says it, on a given day.

Sections move when acts are replaced, so no section number stands in code: a code word
is looked up in `references.toml` for the day that matters. A row without `valid_from`
is adopted, but not in force that we know of. A row is `confirmed` when its content has
been read in a source; the others a jurist should read before they are shown as law.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources

from workflows.errors import InvalidValueError, NotFoundError

_FILE = "references.toml"
EXEMPTION = "exemption_"


@dataclass(frozen=True, kw_only=True)
class LegalReference:
    """A legal reference (hjemmel): act, section, period and a short text nb/nn.

    `section` is empty where the act as a whole is meant. `valid_from` and `valid_to`
    are the first and the last day in force. `only_while_required`: an exemption that
    holds no longer than it is required, and is looked at anew.
    """

    code: str
    act: str
    section: str = ""
    nb: str
    nn: str
    confirmed: bool
    only_while_required: bool = False
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Return whether the rule is in force on a day."""
        if self.valid_from is None or on < self.valid_from:
            return False
        return self.valid_to is None or on <= self.valid_to


def legal_reference(code: str, *, on: date) -> LegalReference:
    """Return what the code word refers to on a day.

    Raises:
        NotFoundError: there is no such code word, or nothing is in force that day.
    """
    for reference in legal_references():
        if reference.code == code and reference.in_force(on):
            return reference
    raise NotFoundError("legal reference in force", f"{code} on {on}")


def shown_as_law(code: str, *, on: date) -> LegalReference | None:
    """Return a rule that may be shown as law on a day: in force, and confirmed.

    None for what nobody has read in a source: in no text does it stand as law.
    """
    found = (row for row in legal_references() if row.code == code and row.in_force(on))
    return next((row for row in found if row.confirmed), None)


def exemption(code: str, *, on: date) -> LegalReference:
    """Return the exemption from public access that a code word names on a day.

    Raises:
        InvalidValueError: the code word is that of another rule.
        NotFoundError: nothing of the kind is in force that day.
    """
    if not code.startswith(EXEMPTION):
        raise InvalidValueError("basis", f"{code!r} is no exemption")
    return legal_reference(code, on=on)


def exemptions(*, on: date) -> list[LegalReference]:
    """Return the exemptions from public access that are in force on a day."""
    found = legal_references()
    return [row for row in found if row.code.startswith(EXEMPTION) and row.in_force(on)]


@functools.cache
def legal_references() -> Sequence[LegalReference]:
    """Return every legal reference, in the order of the file."""
    text = resources.files("workflows.law").joinpath(_FILE).read_text("utf-8")
    return tuple(LegalReference(**row) for row in tomllib.loads(text)["reference"])
