"""A hat: one person in one capacity, as long as the mandate behind it lasts.

Every act is done under exactly one hat, so that the same mayor is never both lines at
once and nobody speaks for a party without a mandate that day (INV-07).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflows.clock import norwegian_date
from workflows.errors import RuleBrokenError
from workflows.people.kinds import Party, Role


@dataclass(frozen=True, kw_only=True)
class Hat:
    """The capacity (hatt) that a person acts in, and how long the mandate holds."""

    person_id: uuid.UUID | None
    person_ref: str
    role: Role
    party: Party | None = None
    organisation: str | None = None
    mandate_id: uuid.UUID | None = None
    signs: bool = False
    project: str | None = None
    valid_from: date = date.min
    valid_to: date | None = None

    def as_record(self) -> dict[str, Any]:
        """Return the identifiers that an entry keeps; never a name."""
        return {
            "person": str(self.person_id) if self.person_id else None,
            "role": self.role.value,
            "party": self.party.value if self.party else None,
            "mandate": str(self.mandate_id) if self.mandate_id else None,
        }

    def require_valid(self, at: datetime) -> None:
        """Raise `RuleBrokenError` (INV-07) unless the mandate holds on that day."""
        day = norwegian_date(at)
        if day < self.valid_from or (self.valid_to and day > self.valid_to):
            raise RuleBrokenError(
                f"{self.person_ref} holds no mandate as {self.role} on {day}",
                rule="INV-07",
            )

    def require_mandate(self) -> uuid.UUID:
        """Return the mandate behind the hat; raise when there is none."""
        if self.mandate_id is None:
            raise RuleBrokenError(f"{self.person_ref} holds no mandate", rule="INV-07")
        return self.mandate_id

    def require_party(self) -> Party:
        """Return the party spoken for; raise when this hat speaks for none."""
        if self.party is None:
            raise RuleBrokenError(
                f"{self.person_ref} as {self.role} speaks for no party", rule="INV-07"
            )
        return self.party


SYSTEM = Hat(person_id=None, person_ref="SYS", role=Role.SYSTEM)
