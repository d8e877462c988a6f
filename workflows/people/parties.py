"""The names of the three parties, and the unions behind the union representatives."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from workflows.base import TENANT, Base, Owned, codes
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import Party
from workflows.record.entries import append, new_reference

PARTY_NAMES = {
    Party.ADMINISTRATION: {"nb": "administrasjonen", "nn": "administrasjonen"},
    Party.ELECTED: {"nb": "folkevalgte", "nn": "folkevalde"},
    Party.UNION: {"nb": "tillitsvalgte", "nn": "tillitsvalde"},
}


class Confederation(enum.StrEnum):
    """A negotiating confederation (hovedsammenslutning) in the KS area."""

    LO = "lo_kommune"
    UNIO = "unio"
    YS = "ys_kommune"
    AKADEMIKERNE = "akademikerne_kommune"


CONFEDERATION_NAMES = {
    Confederation.LO: "LO Kommune",
    Confederation.UNIO: "Unio",
    Confederation.YS: "YS Kommune",
    Confederation.AKADEMIKERNE: "Akademikerne kommune",
}


class Union(Owned, Base, kw_only=True):
    """An employees' organisation (arbeidstakerorganisasjon) and its confederation."""

    __tablename__ = "union_organisation"
    __table_args__ = (UniqueConstraint(TENANT, "ref"),)

    ref: Mapped[str]
    name: Mapped[str]
    confederation: Mapped[Confederation] = mapped_column(codes(Confederation))


def register_union(
    session: Session,
    *,
    ref: str,
    name: str,
    confederation: Confederation,
    by: Hat,
    at: datetime,
) -> Union:
    """Register a union with its confederation."""
    permit(by, "union.registered", at=at)
    union = Union(
        ref=new_reference(session, ref), name=name, confederation=confederation
    )
    session.add(union)
    append(session, "union.registered", union, by=by, at=at)
    return union
