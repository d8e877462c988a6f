"""Ways to alter a record behind the service's back, as who runs the server could.

Each takes the connection, on which `disarm` has taken the triggers away, and a source
of chance. Some are clumsy; some write the whole tree anew, so that only what is kept
outside tells. Used to measure that none of them passes.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from connector.database.engine import bind
from workflows.people.hats import SYSTEM
from workflows.people.municipalities import Municipality
from workflows.record.entries import Entry, RecordHead, append, locked_head
from workflows.record.leaves import (
    EntrySalt,
    RecordLeaf,
    RecordNode,
    Told,
    write_leaves,
    write_nodes,
)
from workflows.record.tree import arisen, grown, leaf_hash

GROWING = ("entry", "entry_ref", "record_leaf", "record_node")
_PARTS = Entry, RecordLeaf, EntrySalt

Alteration = Callable[[Connection, Random], None]


def disarm(connection: Connection) -> None:
    """Take away the triggers that keep the record's tables from being changed."""
    for table in GROWING:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            continue
        for act in ("update", "delete", "insert"):
            connection.execute(text(f"DROP TRIGGER {table}_refuse_{act}"))


def edit(connection: Connection, chance: Random) -> None:
    """Change one thing that an entry says."""
    seq = chance.randrange(_size(connection))
    told = connection.execute(select(Entry).where(Entry.seq == seq)).one()
    field, value = chance.choice(
        [
            ("type", f"{told.type}x"),
            ("subject", f"{told.subject}x"),
            ("refs", [*told.refs, "X"]),
            ("states", {**told.states, "X": "agreed"}),
            ("by", {**told.by, "person": str(uuid.uuid4())}),
            ("payload", {**told.payload, "late": True}),
            ("at", told.at.replace(microsecond=(told.at.microsecond + 1) % 1_000_000)),
        ]
    )
    connection.execute(update(Entry).where(Entry.seq == seq).values({field: value}))


def edit_leaf(connection: Connection, chance: Random) -> None:
    """Change one character of a body."""
    seq = chance.randrange(_size(connection))
    same = RecordLeaf.seq == seq
    body = connection.scalars(select(RecordLeaf.body).where(same)).one()
    place = chance.randrange(len(body))
    other = "0" if body[place] != "0" else "1"
    changed = body[:place] + other + body[place + 1 :]
    connection.execute(update(RecordLeaf).where(same).values(body=changed))


def edit_node(connection: Connection, chance: Random) -> None:
    """Change the hash of one node."""
    query = select(RecordNode.level, RecordNode.place)
    level, place = chance.choice(
        connection.execute(query.order_by(RecordNode.level, RecordNode.place)).all()
    )
    same = (RecordNode.level == level) & (RecordNode.place == place)
    connection.execute(
        update(RecordNode).where(same).values(hash=secrets.token_bytes(32))
    )


def edit_salt(connection: Connection, chance: Random) -> None:
    """Give a commitment another salt."""
    same = EntrySalt.seq == chance.randrange(_size(connection))
    field = chance.choice(["matter", "by"])
    values = {field: secrets.token_bytes(32)}
    connection.execute(update(EntrySalt).where(same).values(values))


def lose_salt(connection: Connection, chance: Random) -> None:
    """Change who did something, and take the salt away that would tell."""
    seq = chance.randrange(_size(connection))
    same = Entry.seq == seq
    by = connection.scalars(select(Entry.by).where(same)).one()
    other = {**by, "person": str(uuid.uuid4())}
    connection.execute(update(Entry).where(same).values(by=other))
    connection.execute(update(EntrySalt).where(EntrySalt.seq == seq).values(by=None))


def drop(connection: Connection, chance: Random) -> None:
    """Take an entry away, or only a part of it."""
    seq = chance.randrange(_size(connection))
    for part in chance.choice([_PARTS, *((part,) for part in _PARTS)]):
        connection.execute(delete(part).where(part.seq == seq))


def close_up(connection: Connection, chance: Random) -> None:
    """Take an entry away and move those after it up, numbers and head and all."""
    size = _size(connection)
    seq = chance.randrange(size - 1)
    for part in _PARTS:
        connection.execute(delete(part).where(part.seq == seq))
        for later in range(seq + 1, size):
            _number(connection, part, later, later - 1)
    connection.execute(update(RecordHead).values(size=size - 1, grown=size - 1))


def swap(connection: Connection, chance: Random) -> None:
    """Let two entries change places."""
    one, other = chance.sample(range(_size(connection)), 2)
    for part in chance.choice([_PARTS, (Entry,), (RecordLeaf,)]):
        _number(connection, part, one, -1)
        _number(connection, part, other, one)
        _number(connection, part, -1, other)


def put_in(connection: Connection, chance: Random) -> None:
    """Put an entry in between, and move those after it down."""
    size = _size(connection)
    seq = chance.randrange(size)
    for part in _PARTS:
        for later in reversed(range(seq, size)):
            _number(connection, part, later, later + 1)
        row = connection.execute(select(part).where(part.seq == seq + 1)).one()
        connection.execute(insert(part).values({**row._mapping, "seq": seq}))  # noqa: SLF001 - SQLAlchemy's public name
    connection.execute(update(RecordHead).values(size=size + 1))


def cut_off(connection: Connection, chance: Random) -> None:
    """Take the newest entries away, so that nothing inside tells of them."""
    _shorten(connection, chance)


def roll_back(connection: Connection, chance: Random) -> None:
    """Take the newest entries away, and write others until there are as many."""
    wanted = _size(connection) + chance.randrange(2)
    _shorten(connection, chance)
    with _session(connection) as session:
        while locked_head(session).size < wanted:
            _act(session)


def rebuild(connection: Connection, chance: Random) -> None:
    """Change an entry, and write bodies, salts and tree anew from the start."""
    edit(connection, chance)
    for part in (RecordLeaf, EntrySalt):
        connection.execute(delete(part))
    _regrow(connection, _leaf_anew)


def move_municipality(connection: Connection, chance: Random) -> None:
    """Let a body name another municipality's record, and grow the tree on it."""
    seq = chance.randrange(_size(connection))
    same = RecordLeaf.seq == seq
    body = connection.scalars(select(RecordLeaf.body).where(same)).one()
    mine = str(connection.scalars(select(Municipality.id)).one())
    foreign = body.replace(mine, str(uuid.uuid4()))
    connection.execute(update(RecordLeaf).where(same).values(body=foreign))


ALTERATIONS: Mapping[str, Alteration] = {
    "edit": edit,
    "edit a body": edit_leaf,
    "edit a node": edit_node,
    "edit a salt": edit_salt,
    "take a salt away": lose_salt,
    "delete": drop,
    "delete and close up": close_up,
    "swap": swap,
    "insert": put_in,
    "truncate": cut_off,
    "roll back": roll_back,
    "rebuild": rebuild,
    "move to another municipality": move_municipality,
}


def _size(connection: Connection) -> int:
    return connection.scalars(select(RecordHead.size)).one()


def _number(connection: Connection, part: Any, old: int, new: int) -> None:
    connection.execute(update(part).where(part.seq == old).values(seq=new))


def _shorten(connection: Connection, chance: Random) -> None:
    """Take entries away at the end, and grow the tree anew with the salts they had."""
    kept = chance.randrange(1, _size(connection))
    for part in _PARTS:
        connection.execute(delete(part).where(part.seq >= kept))
    query = select(func.max(Entry.at))
    last_at = connection.scalars(query).one()
    connection.execute(update(RecordHead).values(size=kept, last_at=last_at))
    _regrow(connection, _leaf_as_it_is)


def _regrow(connection: Connection, leaf_of: Callable[[Session, Told], bytes]) -> None:
    """Write all nodes anew, so that the record agrees with itself."""
    connection.execute(delete(RecordNode))
    with _session(connection) as session:
        peaks: list[bytes] = []
        for entry in session.scalars(select(Entry).order_by(Entry.seq)).all():
            peaks, hashes = grown(peaks, entry.seq, leaf_of(session, entry.told()))
            write_nodes(session, list(arisen(hashes, entry.seq)))
        head = locked_head(session)
        head.grown, head.peaks = head.size, [peak.hex() for peak in peaks]


def _leaf_anew(session: Session, told: Told) -> bytes:
    (leaf,) = write_leaves(session, [told])
    return leaf


def _leaf_as_it_is(session: Session, told: Told) -> bytes:
    query = select(RecordLeaf.body).where(RecordLeaf.seq == told.seq)
    return leaf_hash(session.scalars(query).one().encode())


def _act(session: Session) -> None:
    head = session.scalars(select(RecordHead)).one()
    municipality = session.scalars(select(Municipality)).one()
    assert head.last_at is not None  # noqa: S101 - a record has its founding
    append(session, "title.given", municipality, by=SYSTEM, at=head.last_at)
    session.flush()


@contextmanager
def _session(connection: Connection) -> Iterator[Session]:
    """Open a session inside the connection's transaction, and keep what it did."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        bind(session, connection.scalars(select(Municipality.id)).one())
        yield session
        session.commit()
