"""Mail that is sent is kept here and goes nowhere.

Source: learn.microsoft.com/graph/api/user-sendmail: 202, and nothing in the answer.
"""

from __future__ import annotations

import json

from connector.standin.access import Caller, need
from connector.standin.calls import Answer, Call, refuse
from connector.standin.directory import person_of
from connector.standin.world import World


def send(world: World, call: Call, who: Caller, *, user: str) -> Answer:
    """Take a message for sending in a person's name."""
    need(who, "Mail.Send")
    row = person_of(world, user)
    message = call.json()["message"]
    if not message.get("toRecipients"):
        refuse(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
    sql = "INSERT INTO message (at, kind, person, definition) VALUES (?, ?, ?, ?)"
    world.state.run(sql, world.now(), "mail", row["id"], json.dumps(message))
    return Answer(status=202)
