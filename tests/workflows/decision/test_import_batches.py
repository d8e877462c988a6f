"""Many records taken in together leave what they leave one by one, bit for bit."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.workflows.decision.secretariat import (
    MONDAY,
    RECORD,
    TWO_POINTS,
    Office,
    version,
)
from workflows.base import Base
from workflows.decision.import_log import What
from workflows.decision.import_rules import (
    PlainOther,
    PlainProposal,
    PlainRecord,
    PlainVotes,
)
from workflows.record.verification import verify

NUMBERS = range(1, 4)
OTHERS = st.builds(
    PlainOther,
    number_type=st.sampled_from(["PS", "ST"]),
    number_seq=st.sampled_from(NUMBERS),
    number_year=st.just(2026),
    body_name=st.sampled_from([None, "Kommunestyret", "Ukjent"]),
)
VOTES = st.builds(
    PlainVotes,
    group=st.sampled_from([None, "bygdelista", "Kystlista"]),
    in_favour=st.integers(0, 4),
    unknown=st.integers(0, 1),
)
PROPOSALS = st.builds(
    PlainProposal, from_whom=st.just("Bygdelista"), text=st.sampled_from(["A", "B"])
)


@st.composite
def records(draw: st.DrawFn) -> PlainRecord:
    """A record of one of few treatments, whole or not to be used."""
    seq = draw(st.sampled_from(NUMBERS))
    body = draw(st.sampled_from(["KST", "Formannskapet", "kd", "Heradsstyret"]))
    exempt = draw(st.sampled_from([False, False, False, True]))
    told: dict[str, Any] = {} if exempt else {"decision_text": draw(_TEXTS)}
    return version(
        system=draw(st.sampled_from(["table", "fiks"])),
        source_id=f"{body}|{seq}",
        body_name=body,
        number_type=draw(st.sampled_from(["PS", "PS", "PS", "ST"])),
        number_seq=seq,
        title="Unntatt offentlighet" if exempt else draw(st.sampled_from(["A", "B"])),
        archive_number=draw(st.sampled_from([None, "2025/7", "2025/8", "x"])),
        outcome=draw(st.sampled_from(["vedtatt", "sendt_tilbake", "ukjent", None])),
        is_final=draw(st.sampled_from([None, True, False])),
        votes=() if exempt else tuple(draw(st.lists(VOTES, max_size=2))),
        proposals=() if exempt else tuple(draw(st.lists(PROPOSALS, max_size=2))),
        is_restricted=exempt,
        legal_basis=draw(st.sampled_from(["Offl. § 13", "§ 14"])) if exempt else None,
        replaced_by=draw(st.none() | OTHERS),
        **{"decision_text": ""} | told,
    )


_TEXTS = st.sampled_from(["", "Ja.", "1. Ja.\n2. Nei.", TWO_POINTS])
FILES = st.lists(st.lists(records(), min_size=1, max_size=7), min_size=2, max_size=3)


@pytest.fixture
def same_salts(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let salts be the same ones again each time it is called."""
    chance = Random(1)  # noqa: S311 - replayed
    monkeypatch.setattr(secrets, "token_bytes", chance.randbytes)
    return lambda: chance.seed(1)


def _stored(session: Session) -> dict[str, list[str]]:
    """All rows of all tables; what has no reference is known by what it says."""
    session.flush()
    named: dict[uuid.UUID, str] = {}
    rows = {
        table.name: [dict(row) for row in session.execute(select(table)).mappings()]
        for table in Base.metadata.sorted_tables
    }
    for name, kept in rows.items():
        for row in kept:
            if "id" in row:
                named[row["id"]] = str(row.get("ref", name))
    return {
        name: sorted(repr({k: named.get(v, v) if isinstance(v, uuid.UUID) else v
                           for k, v in row.items()}) for row in kept)
        for name, kept in rows.items()
    }  # fmt: skip


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(files=FILES)
def test_records_taken_in_together_leave_what_they_leave_one_by_one(
    session: Session,
    office: Office,
    same_salts: Callable[[], None],
    files: list[list[PlainRecord]],
) -> None:
    left = []
    for at_a_time in (1, 100):
        same_salts()
        savepoint = session.begin_nested()
        office.at = MONDAY
        rows = [office.reads(*file, at_a_time=at_a_time) for file in files]
        told = [
            [repr({**vars(row), "treatment_id": ""}) for row in log] for log in rows
        ]
        left.append((told, _stored(session)))
        assert verify(session).flaws == []
        savepoint.rollback()
        session.expire_all()

    assert left[0] == left[1]


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def test_a_file_read_again_in_other_parts_changes_nothing(office: Office) -> None:
    file = [version(number_seq=seq, source_id=str(seq)) for seq in range(7)]
    office.reads(*file, at_a_time=3)
    before = office.stored()

    rows = office.reads(*file, at_a_time=5)

    assert {row.what for row in rows} == {What.UNCHANGED}
    assert office.stored() == before


def test_a_case_moves_on_in_the_part_after_the_one_it_came_in(office: Office) -> None:
    first = version(
        body_name="Formannskapet", is_final=False, source_id="1", number_seq=1
    )
    linked = version(RECORD, system="fiks", body_name="Formannskapet", number_seq=1)

    office.reads(first, linked, version(number_seq=2, source_id="2"))

    treated = [e for e in office.entries() if e.type == "case.treated"]
    assert [entry.states for entry in treated] == [
        {"C01": "treated_in_body"},
        {"C01": "final_decision"},
    ]
    kept = [row for row in _stored(office.session)["case_folder"] if "'C01'" in row]
    assert "FINAL_DECISION" in kept[0]
    assert "'row_version': 3" in kept[0]
