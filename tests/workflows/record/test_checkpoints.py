"""Checkpoints: what is signed, with which key, and when the record is locked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town
from workflows.base import tenant
from workflows.errors import NotPermittedError, RuleBrokenError
from workflows.people.custody import record_restoration, seal_record
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.people.municipalities import Municipality
from workflows.record.checkpoints import (
    Loss,
    checkpoint_flaws,
    checkpoint_over,
    checkpoints,
    known_keys,
    lock,
    loss_of,
    newest_checkpoint,
)
from workflows.record.entries import Entry, append, locked_head
from workflows.record.leaves import log_name, record_root
from workflows.record.notes import (
    Checkpoint,
    NoteRefusedError,
    opened,
    public_bytes,
    signed,
)
from workflows.record.verification import verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
ADMIN = Hat(person_id=None, person_ref="P", role=Role.SYSADMIN)


def seal(town: Town, key: Ed25519PrivateKey = KEY, open_size: int | None = None) -> int:
    seal_record(town.session, key, open_size=open_size, at=town.now)
    return locked_head(town.session).size


def newest(session: Session) -> Checkpoint:
    row = newest_checkpoint(session, open_size=None)
    assert row is not None
    return opened(row.note, publics=known_keys(session))


def test_a_checkpoint_tells_record_size_root_and_time(
    session: Session, town: Town
) -> None:
    size = seal(town)

    told = newest(session)

    assert told == Checkpoint(
        origin=log_name(tenant(session)),
        size=size,
        root=record_root(session, size),
        epoch=0,
        at=town.now,
    )


def test_the_first_key_is_entered_and_the_same_key_only_once(
    session: Session, town: Town
) -> None:
    seal(town)
    town.propose()
    seal(town)

    assert known_keys(session) == [public_bytes(KEY)]
    assert [row.size for row in checkpoints(session)] == [
        locked_head(session).size - 1,
        locked_head(session).size,
    ]


def test_nothing_is_signed_when_nothing_was_appended(
    session: Session, town: Town
) -> None:
    seal(town)
    seal(town)

    assert len(checkpoints(session)) == 1


def test_a_new_key_is_entered_and_what_the_old_one_signed_still_holds(
    session: Session, town: Town
) -> None:
    seal(town)
    town.propose()
    size = seal(town, OTHER)

    held = verify(session, sizes=[row.size for row in checkpoints(session)])

    assert known_keys(session) == [public_bytes(KEY), public_bytes(OTHER)]
    assert newest(session).size == size
    assert [*held.flaws, *checkpoint_flaws(session, held.roots)] == []


def test_a_checkpoint_that_another_key_signed_is_found(
    session: Session, town: Town
) -> None:
    seal(town)
    (row,) = checkpoints(session)
    forged = signed(newest(session), OTHER)

    with pytest.raises(NoteRefusedError, match="no known key"):
        opened(forged, publics=known_keys(session))
    changed = row.note.replace(f"\n{row.size}\n", f"\n{row.size + 1}\n")
    with pytest.raises(NoteRefusedError, match="no known key"):
        opened(changed, publics=known_keys(session))


@pytest.mark.parametrize("text", ["", "a\n1\nb\n", "— a b\n", "a b\n1\n\n— a AAAA\n"])
def test_another_text_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteRefusedError, match="no checkpoint"):
        opened(text, publics=[])


def test_while_something_is_sealed_two_checkpoints_are_signed(
    session: Session, town: Town
) -> None:
    before = locked_head(session).size
    size = seal(town, open_size=before)

    shown = newest_checkpoint(session, open_size=before)

    assert [row.size for row in checkpoints(session)] == [before, size]
    assert shown is not None
    assert shown.size == before


def test_an_entry_has_the_same_checkpoint_for_ever_and_none_while_it_is_sealed(
    session: Session, town: Town
) -> None:
    size = seal(town)
    first = checkpoint_over(session, 3, open_size=None)
    town.propose()
    seal(town)

    assert first is not None
    assert first.size == size
    assert checkpoint_over(session, 3, open_size=None) is first
    assert checkpoint_over(session, 3, open_size=size - 1) is None
    assert checkpoint_over(session, locked_head(session).size, open_size=None) is None


def outside(session: Session, **changed: object) -> Checkpoint:
    return replace(newest(session), **changed)  # type: ignore[arg-type]  # told by name


def test_a_record_goes_on_from_its_own_checkpoints_and_from_no_other(
    session: Session, town: Town
) -> None:
    size = seal(town)
    town.propose()

    assert loss_of(session, outside(session)) is None
    for changed in (
        {"root": bytes(32)},
        {"size": size + 5},
        {"origin": "samspor/x"},
        {"epoch": 1},
    ):
        assert loss_of(session, outside(session, **changed)) is not None


def test_nothing_is_appended_to_a_locked_record_until_the_loss_is_on_record(
    session: Session, town: Town
) -> None:
    size = seal(town)
    loss = Loss(outside=outside(session, size=size + 3, root=bytes(32)), size=size)
    lock(session, loss)

    municipality = session.get_one(Municipality, tenant(session))
    with pytest.raises(RuleBrokenError, match="the record is locked"):
        append(session, "title.given", municipality, by=ADMIN, at=town.now)
    entry = record_restoration(session, loss, by=ADMIN, at=town.now)
    town.propose()

    assert entry.payload == {
        "epoch": 1,
        "outside_size": size + 3,
        "outside_root": bytes(32).hex(),
        "restored_size": size,
        "restored_root": record_root(session, size).hex(),
    }
    assert loss_of(session, loss.outside) is None
    seal(town)
    assert newest(session).epoch == 1


def test_only_a_system_administrator_records_a_restoration_and_only_of_a_loss(
    session: Session, town: Town
) -> None:
    seal(town)
    loss = Loss(outside=outside(session), size=1)

    with pytest.raises(RuleBrokenError, match="not locked"):
        record_restoration(session, loss, by=ADMIN, at=town.now)
    with pytest.raises(NotPermittedError):
        record_restoration(session, loss, by=town.manager, at=town.now)
    told = session.scalars(select(Entry.type)).all()
    assert "record.restored" not in told
