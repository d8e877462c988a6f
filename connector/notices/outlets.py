"""One message to one person, by e-mail or in the activity feed of Teams.

An outlet says whether it was taken, or refused for good: the person has not the app, or
the address is no address. What is wrong with the app itself, or with the network, is an
error: the same may go well when that is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from connector.graph.client import Graph
from connector.graph.errors import (
    BadQuestionError,
    ForbiddenError,
    GraphRejectedError,
    ItemNotFoundError,
    NameTakenError,
)
from connector.graph.mail import Message, send
from connector.graph.teams import Notice, notify
from connector.notices.wording import Wording
from workflows.people.telling import Outlet

# The activity type that every Teams app has; its text is the one parameter.
RESERVED: Final = "systemDefault"
RESERVED_TEXT: Final = "systemDefaultText"
DEEP_LINK: Final = "https://teams.microsoft.com/l/entity/{app}/samspor?{query}"


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who sends: Graph as the app, the mailbox, and the app that Teams opens."""

    graph: Graph
    mailbox: str
    app: str


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """A message and the address of whom it is for."""

    to: str = field(repr=False)
    wording: Wording


def mail(sender: Sender, told: Addressed) -> None:
    """Send an e-mail; Graph has no key that makes a second one no second."""
    said = told.wording
    send(
        sender.graph,
        sender.mailbox,
        Message(to=told.to, subject=said.subject, text=said.text),
    )


def teams(sender: Sender, told: Addressed) -> None:
    """Put a notice in the feed: the first sentence, and how many there are.

    The person is addressed by user principal name. Text as topic needs an address
    that Teams opens itself, so that the page is named within a link to the app.
    Source: https://learn.microsoft.com/graph/teams-send-activityfeednotifications
    """
    sentence, page = told.wording.lines[0]
    query = urlencode({"webUrl": page, "label": "Samspor"})
    notice = Notice(
        kind=RESERVED,
        topic="Samspor",
        web_url=DEEP_LINK.format(app=sender.app, query=query),
        preview=sentence,
        values={RESERVED_TEXT: told.wording.subject},
    )
    notify(sender.graph, told.to, notice)


GIVE: Final[Mapping[Outlet, Callable[[Sender, Addressed], None]]] = {
    Outlet.EMAIL: mail,
    Outlet.TEAMS: teams,
}
FOR_GOOD: Final[Mapping[Outlet, tuple[type[GraphRejectedError], ...]]] = {
    Outlet.EMAIL: (BadQuestionError,),
    Outlet.TEAMS: (
        BadQuestionError,
        ForbiddenError,
        ItemNotFoundError,
        NameTakenError,
    ),
}


def give(outlet: Outlet, sender: Sender, told: Addressed) -> bool:
    """Give a message to an outlet; return False when it is refused for good.

    Raises:
        GraphError: it was not taken, or with `may_be_done` nobody knows.
    """
    try:
        GIVE[outlet](sender, told)
    except FOR_GOOD[outlet]:
        return False
    return True
