"""A stretch spells bodies as they are written, and knows which sizes lie within it."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.record.leaves import Told, body_of
from workflows.record.subtrees import spelt, stretches

AT = datetime(2026, 3, 2, 9, 30, 0, 17, tzinfo=UTC)


@given(
    seq=st.integers(0, 2**53 - 1),
    act=st.text(st.characters(exclude_categories=["Cs"])),
    at=st.datetimes(timezones=st.just(UTC)),
)
@settings(max_examples=50)
def test_a_body_is_spelt_as_it_is_written(seq: int, act: str, at: datetime) -> None:
    told = Told(seq=seq, at=at, type=act, by={}, matter={})
    commitments = {"by": "ab" * 32, "matter": "cd" * 32}

    assert spelt("samspor/x", told, **commitments) == body_of(
        "samspor/x", told, commitments=commitments
    )


@given(size=st.integers(0, 300), level=st.integers(0, 6), data=st.data())
@settings(max_examples=50)
def test_stretches_cover_the_record_once_and_each_size_has_one(
    size: int, level: int, data: st.DataObject
) -> None:
    sizes = data.draw(st.lists(st.integers(1, max(size, 1)), unique=True))

    found = stretches(size, sizes, level=level)

    assert [seq for one in found for seq in one.entries] == list(range(size))
    assert sorted(each for one in found for each in one.sizes) == sorted(
        each for each in sizes if each <= size
    )
    assert all(each - 1 in one.entries for one in found for each in one.sizes)
