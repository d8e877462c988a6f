"""E-mail from the municipality's own mailbox.

Graph takes a message and answers before it is sent; nothing tells whether it arrived,
and a message that may have been taken is not sent again by itself.
Source: https://learn.microsoft.com/graph/api/user-sendmail
"""

from __future__ import annotations

from dataclasses import dataclass, field

from connector.graph.client import Call, Graph


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message of plain text to one person."""

    to: str
    subject: str = field(repr=False)
    text: str = field(repr=False)


def send(graph: Graph, sender: str, message: Message) -> None:
    """Send a message from a mailbox, and keep it among the sent.

    Raises:
        GraphError: it was not taken, unless `may_be_done`.
    """
    graph.ask(_call(sender, message)).need_nothing()


def _call(sender: str, message: Message) -> Call:
    return Call(
        method="POST",
        route="/users/{}/sendMail",
        parts=(sender,),
        value={
            "message": {
                "subject": message.subject,
                "body": {"contentType": "text", "content": message.text},
                "toRecipients": [{"emailAddress": {"address": message.to}}],
            },
            "saveToSentItems": True,
        },
    )
