"""The duties by statute that acts of the decision line keep, by the rule's own code.

Each is an act that refuses or a list that tells: L-01 a case is ready only when the
chief executive has confirmed the checklist (`cases.confirm_ready`), L-02 each item of a
final decision has a follow-up or is said to need none
(`implementation.items_without_follow_up`), L-03 the body that decided is told of what
stands in the way (`grounds.require_notice`). The sections stand in `references.toml`,
with the days they are in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from workflows.law.references import LegalReference, shown_as_law

DUTIES: Mapping[str, str] = {
    "L-01": "properly_prepared",
    "L-02": "implementation",
    "L-03": "implementation",
}


def law_behind(rule: str, *, on: date) -> LegalReference | None:
    """Return the law that a duty may be said to rest on that day, None of none."""
    return shown_as_law(DUTIES[rule], on=on)
