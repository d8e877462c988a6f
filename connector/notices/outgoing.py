"""A digest in the words and the written standard of whoever gets it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from connector.config import Config
from connector.notices.wording import Wording, wording
from connector.web.languages import chosen
from connector.web.texts import Say
from workflows.base import tenant
from workflows.people.municipalities import Municipality
from workflows.people.notices import Notice
from workflows.trace.digests import Digest


def outgoing(session: Session, digest: Digest, config: Config) -> Wording:
    """Return the message of a digest."""
    return message_of(session, digest.notices, digest.language, config)


def message_of(
    session: Session,
    notices: Sequence[Notice],
    language: str | None,
    config: Config,
    *,
    is_repeated: bool = False,
) -> Wording:
    """Return the message of some notices; the municipality's language without one."""
    here = session.get_one(Municipality, tenant(session))
    spoken = chosen(language) or chosen(here.language) or "nb"
    return wording(
        notices,
        say=Say(spoken),
        municipality=here.name,
        origin=config.origin,
        is_repeated=is_repeated,
    )
