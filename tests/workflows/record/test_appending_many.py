"""Entries appended many at a time are those appended one after another, bit for bit."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town
from workflows.errors import RuleBrokenError
from workflows.people.hats import SYSTEM
from workflows.record.drafts import Draft, drafted
from workflows.record.entries import (
    Entry,
    RecordHead,
    append,
    append_all,
    locked_head,
)
from workflows.record.leaves import EntrySalt, RecordLeaf, RecordNode, record_root
from workflows.record.touches import EntryRef
from workflows.record.verification import verify

KINDS = (Entry, RecordLeaf, EntrySalt, RecordNode, EntryRef, RecordHead)
REFS = st.sampled_from(["PR1", "C04-T1", "O-102@1.0", "KST", "Å 7"])
DRAFTS = st.lists(
    st.builds(
        Draft,
        act=st.sampled_from(["case.treated", "title.given"]),
        subject=REFS,
        refs=st.lists(REFS, min_size=1, unique=True),
        states=st.dictionaries(REFS, st.sampled_from(["open", "closed"])),
        facts=st.dictionaries(st.text(max_size=5), st.integers(-9, 9), max_size=3),
    ),
    max_size=9,
)


@pytest.fixture
def same_salts(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let salts be the same ones again each time it is called."""
    chance = Random(1)  # noqa: S311 - replayed
    monkeypatch.setattr(secrets, "token_bytes", chance.randbytes)
    return lambda: chance.seed(1)


def _held(session: Session) -> dict[str, list[Any]]:
    """All rows of the record, and its root."""
    session.flush()
    held: dict[str, list[Any]] = {
        kind.__name__: sorted(session.execute(select(kind.__table__)).all(), key=repr)
        for kind in KINDS
    }
    return {**held, "root": [record_root(session, locked_head(session).size)]}


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drafts=DRAFTS)
def test_many_entries_are_those_appended_one_by_one(
    session: Session, town: Town, same_salts: Callable[[], None], drafts: list[Draft]
) -> None:
    held = []
    for parts in ([[one] for one in drafts], [drafts]):
        same_salts()
        savepoint = session.begin_nested()
        for part in parts:
            append_all(session, part, by=SYSTEM, at=town.now)
        held.append(_held(session))
        assert verify(session).flaws == []
        savepoint.rollback()
        session.expire_all()

    assert held[0] == held[1]


def test_none_is_appended_where_one_would_be_refused(
    session: Session, town: Town
) -> None:
    append(session, "title.given", SimpleNamespace(ref="KST"), by=SYSTEM, at=town.now)
    before = _held(session)
    one = drafted("title.given", SimpleNamespace(ref="KST"))

    with pytest.raises(RuleBrokenError):
        append_all(session, [one, one], by=SYSTEM, at=town.now - timedelta(days=1))

    assert _held(session) == before
