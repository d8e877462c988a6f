"""Notices in the activity feed of Teams.

The app must be installed for whoever is told, and the tenant has one Teams app for the
app in Entra. Nobody who signs in can tell themselves.
Source: https://learn.microsoft.com/graph/teams-send-activityfeednotifications
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from connector.graph.client import Call, Graph

LONGEST_PREVIEW: Final = 150


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice: what it is about, where that opens, and what is read in the feed.

    `kind` is an activity type of the app's manifest; `values` fill its text.
    """

    kind: str
    topic: str = field(repr=False)
    web_url: str
    preview: str = field(repr=False)
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


def notify(graph: Graph, oid: str, notice: Notice) -> None:
    """Put a notice in a person's activity feed.

    Raises:
        ForbiddenError: the app is not installed for them, or has not the permission.
        NameTakenError: more than one Teams app is made for the app in Entra.
    """
    values = [{"name": name, "value": value} for name, value in notice.values.items()]
    call = Call(
        method="POST",
        route="/users/{}/teamwork/sendActivityNotification",
        parts=(oid,),
        value={
            "topic": {
                "source": "text",
                "value": notice.topic,
                "webUrl": notice.web_url,
            },
            "activityType": notice.kind,
            "previewText": {"content": notice.preview[:LONGEST_PREVIEW]},
            "templateParameters": values,
        },
    )
    graph.ask(call).need_nothing()
