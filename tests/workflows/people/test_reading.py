"""Who may read what: the reading half of the matrix."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from workflows.errors import NotPermittedError
from workflows.people.hats import Hat
from workflows.people.kinds import DECISION_ROLES, DEVELOPMENT_ROLES, Role
from workflows.people.reading import (
    PUBLIC,
    READERS,
    Matter,
    holds,
    may_read,
    require_reading,
)

AT = datetime(2026, 9, 2, 8, tzinfo=UTC)


def hat(role: Role) -> Hat:
    return Hat(person_id=None, person_ref="P01", role=role, valid_from=date(2026, 1, 1))


def test_every_matter_has_its_readers() -> None:
    assert set(READERS) == set(Matter)


def test_the_decision_line_reads_no_draft_no_round_and_no_forum() -> None:
    closed = (Matter.DRAFT, Matter.ROUND, Matter.FORUM)

    assert not any(READERS[matter] & DECISION_ROLES for matter in closed)


def test_what_the_public_reads_everybody_reads() -> None:
    public = [matter for matter, readers in READERS.items() if PUBLIC in readers]

    assert Matter.DECISION in public
    assert all(may_read(hat(role), matter, at=AT) for matter in public for role in Role)


@pytest.mark.parametrize("role", sorted(DEVELOPMENT_ROLES))
def test_those_of_the_development_line_read_rounds(role: Role) -> None:
    assert may_read(hat(role), Matter.ROUND, at=AT)


def test_the_three_parties_read_the_same() -> None:
    rows = [readers for readers in READERS.values() if Role.PARTY_CONTACT in readers]

    assert all(Role.PARTY_MEMBER in readers for readers in rows)


def test_a_mandate_that_has_run_out_reads_as_the_public() -> None:
    ended = replace(hat(Role.PARTY_CONTACT), valid_to=date(2026, 9, 1))

    assert not holds(ended, at=AT)
    assert not may_read(ended, Matter.ROUND, at=AT)
    assert may_read(ended, Matter.DECISION, at=AT)


def test_a_system_administrator_reads_no_content_of_the_work() -> None:
    readable = {
        matter for matter in Matter if may_read(hat(Role.SYSADMIN), matter, at=AT)
    }

    public = {m for m, readers in READERS.items() if PUBLIC in readers}
    assert readable == public | {
        Matter.BREAK_GLASS,
        Matter.AUDIT,
        Matter.BACKGROUND,
    }


def test_what_may_not_be_read_is_refused_with_the_role() -> None:
    with pytest.raises(NotPermittedError) as refused:
        require_reading(None, Matter.ROUND, at=AT)

    assert refused.value.role == "public"
