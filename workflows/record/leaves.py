"""What the tree holds of each entry: a body of commitments, and the nodes above it.

A body names the record, the number, the instant and the act in plain; who did it and to
what stand in it as two commitments, SHA-256 over a random salt of 32 bytes and the
value in canonical JSON. Whoever has only the body learns nothing of either, not even by
guessing; whoever is shown salt and value can check them. The salts lie beside, and
without one that part of the entry can never be tied to the body again.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, TypeVar

from sqlalchemy import ForeignKeyConstraint, Select, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import TENANT, Base, tenant
from workflows.record.canonical import canonical
from workflows.record.tree import Node, consistency, inclusion, leaf_hash, root_at

SALT_BYTES = 32
COMMITMENT = b"samspor-commit-v1\x00"
_APART = {"info": {"private": True}}
_FIXED = {"info": {"private": True, "append_only": True}}

T = TypeVar("T")


def _of_record() -> ForeignKeyConstraint:
    return ForeignKeyConstraint([TENANT], [f"record_head.{TENANT}"], name="head")


class RecordLeaf(Base, kw_only=True):
    """The body of an entry, as the tree holds it. Immutable."""

    __tablename__ = "record_leaf"
    __table_args__ = (_of_record(), _FIXED)

    municipality_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str]


class RecordNode(Base, kw_only=True):
    """The hash of a complete subtree. Immutable."""

    __tablename__ = "record_node"
    __table_args__ = (_of_record(), _FIXED)

    municipality_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class EntrySalt(Base, kw_only=True):
    """The salts of an entry's commitments; without one its field can show nothing."""

    __tablename__ = "entry_salt"
    __table_args__ = (_of_record(), _APART)

    municipality_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    matter: Mapped[bytes]
    by: Mapped[bytes | None]


_LEAVES, _NODES, _SALTS = (
    kind.metadata.tables[kind.__tablename__]
    for kind in (RecordLeaf, RecordNode, EntrySalt)
)
_NODE = select(RecordNode.hash).where(
    RecordNode.municipality_id == bindparam("mine"),
    RecordNode.level == bindparam("level"),
    RecordNode.place == bindparam("place"),
)


@dataclass(frozen=True, kw_only=True)
class Salts:
    """The salt of each commitment of an entry; without one it can show nothing."""

    matter: bytes
    by: bytes | None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an entry tells, as plain values; `matter` is all but who did it."""

    seq: int
    at: datetime
    type: str
    by: dict[str, Any]
    matter: dict[str, Any]


def log_name(municipality: uuid.UUID) -> str:
    """Return what a municipality's record is called outside: its origin."""
    return f"samspor/{municipality}"


def commitment(log: str, field: str, *, salt: bytes, value: bytes) -> str:
    """Return the commitment to the value of a field, as hexadecimal text."""
    return sha256(_named(log, field) + salt + value).hexdigest()


def body_of(log: str, told: Told, *, commitments: dict[str, str]) -> str:
    """Return the body of an entry, in its only spelling."""
    whole = {
        "v": 1,
        "log": log,
        "seq": told.seq,
        "at": instant(told.at),
        "type": told.type,
        "com": commitments,
    }
    return canonical(whole).decode()


def commitments_of(log: str, told: Told, salts: Salts) -> dict[str, str]:
    """Return the commitments whose salts are there."""
    values = {"matter": (salts.matter, told.matter), "by": (salts.by, told.by)}
    return {
        field: commitment(log, field, salt=key, value=canonical(value))
        for field, (key, value) in values.items()
        if key is not None
    }


def instant(at: datetime) -> str:
    """Return an instant in UTC, always with six decimals."""
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


def write_leaves(session: Session, told: Iterable[Told]) -> list[bytes]:
    """Store the bodies of entries with new salts, and return the hashes of leaves."""
    mine = tenant(session)
    log, bodies, salted, hashes = log_name(mine), [], [], []
    for each in told:
        salts, key = new_salts(), {TENANT: mine, "seq": each.seq}
        body = body_of(log, each, commitments=commitments_of(log, each, salts))
        salted.append({**key, "matter": salts.matter, "by": salts.by})
        bodies.append({**key, "body": body})
        hashes.append(leaf_hash(body.encode()))
    # Past the unit of work, for every act pays for this: nobody changes these rows.
    connection = session.connection()
    connection.execute(_SALTS.insert(), salted)
    connection.execute(_LEAVES.insert(), bodies)
    return hashes


def forget_actor(session: Session, seqs: Select[int]) -> None:
    """Take away the salts that tie who did some entries to the tree; for good."""
    same = (_SALTS.c[TENANT] == tenant(session)) & _SALTS.c.seq.in_(seqs)
    session.connection().execute(_SALTS.update().where(same).values(by=None))


def new_salts() -> Salts:
    """Return salts that nobody can guess."""
    return Salts(
        matter=secrets.token_bytes(SALT_BYTES), by=secrets.token_bytes(SALT_BYTES)
    )


def write_nodes(session: Session, nodes: Iterable[Node]) -> None:
    """Store hashes of complete subtrees."""
    mine = tenant(session)
    rows = [
        {
            TENANT: mine,
            "level": node.level,
            "place": node.place,
            "hash": node.hash,
        }
        for node in nodes
    ]
    session.connection().execute(_NODES.insert(), rows)


def record_root(session: Session, size: int) -> bytes:
    """Return the root of the record as it was with `size` entries."""
    return _from_nodes(session, lambda fetch: root_at(fetch, size))


def inclusion_proof(session: Session, seq: int, *, size: int) -> list[bytes]:
    """Return the path from an entry to the root of `size` entries."""
    return _from_nodes(session, lambda fetch: inclusion(fetch, seq, size))


def consistency_proof(session: Session, old: int, new: int) -> list[bytes]:
    """Return the proof that the record of `old` entries begins that of `new`."""
    return _from_nodes(session, lambda fetch: consistency(fetch, old, new))


def _from_nodes(
    session: Session, computed: Callable[[Callable[[int, int], bytes]], T]
) -> T:
    """Compute from stored nodes with one query: first ask which ones it takes."""
    asked: set[tuple[int, int]] = set()

    def ask(level: int, place: int) -> bytes:
        asked.add((level, place))
        return b""

    computed(ask)
    there = _stored(session, asked)
    return computed(lambda level, place: there.get((level, place), b""))


def _stored(
    session: Session, asked: set[tuple[int, int]]
) -> dict[tuple[int, int], bytes]:
    """One small query a node: the same one each time, which is the fastest."""
    session.flush()
    connection, mine = session.connection(), tenant(session)
    found = {
        (level, place): connection.scalar(
            _NODE, {"mine": mine, "level": level, "place": place}
        )
        for level, place in asked
    }
    return {key: value for key, value in found.items() if value is not None}


@lru_cache(maxsize=64)
def _named(log: str, field: str) -> bytes:
    """What a commitment begins with, the same for each entry of a record."""
    return COMMITMENT + b"".join(_with_length(text.encode()) for text in (log, field))


def _with_length(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data
