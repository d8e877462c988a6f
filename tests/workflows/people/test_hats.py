from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest

from workflows.errors import RuleBrokenError
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import Party, Role

LATE_ON_THE_FIFTH = datetime(2025, 3, 5, 22, 30, tzinfo=UTC)  # 23.30 in Norway
AFTER_MIDNIGHT = datetime(2025, 3, 5, 23, 30, tzinfo=UTC)  # the sixth in Norway


def hat(first: date = date.min, last: date | None = None) -> Hat:
    return Hat(
        person_id=uuid.uuid4(),
        person_ref="P1",
        role=Role.PARTY_CONTACT,
        party=Party.UNION,
        valid_from=first,
        valid_to=last,
    )


def test_a_mandate_holds_on_its_first_and_on_its_last_day() -> None:
    day = date(2025, 3, 5)

    hat(day, day).require_valid(LATE_ON_THE_FIFTH)


def test_the_day_is_the_norwegian_one() -> None:
    with pytest.raises(RuleBrokenError, match="2025-03-06"):
        hat(last=date(2025, 3, 5)).require_valid(AFTER_MIDNIGHT)
    with pytest.raises(RuleBrokenError, match="2025-03-05"):
        hat(date(2025, 3, 6)).require_valid(LATE_ON_THE_FIFTH)


def test_a_hat_without_a_party_speaks_for_none() -> None:
    assert hat().require_party() is Party.UNION
    with pytest.raises(RuleBrokenError, match="INV-07"):
        SYSTEM.require_party()


def test_the_record_keeps_identifiers_and_no_name() -> None:
    worn = hat()

    assert worn.as_record() == {
        "person": str(worn.person_id),
        "role": "party_contact",
        "party": "T",
        "mandate": None,
    }


def test_the_system_is_nobody() -> None:
    assert SYSTEM.as_record() == {
        "person": None,
        "role": "system",
        "party": None,
        "mandate": None,
    }
