"""What a test or a demo does to the stand-in from another process.

Only who knows the secret of `standin.json` may.
"""

from __future__ import annotations

import hmac

from connector.standin.activity import install
from connector.standin.calls import Answer, Call, json_answer, not_found, refuse
from connector.standin.clock import written
from connector.standin.contents import write
from connector.standin.delta import forget
from connector.standin.directory import person_of
from connector.standin.faults import WrongFaultError
from connector.standin.items import by_id
from connector.standin.word import changed, controls
from connector.standin.world import World

FAULTS = "/_admin/faults"
CLOCK = "/_admin/clock"
FORGET = "/_admin/forget"
INSTALL = "/_admin/install"
WORD = "/_admin/word"
HEADER = "X-Standin-Secret"


def set_faults(world: World, call: Call) -> Answer:
    """Run another fault script; the body is its list of faults."""
    _need_secret(world, call)
    script = call.json()
    world.faults.clear()
    try:
        world.faults.add(*script)
    except WrongFaultError as error:
        refuse(400, "BadRequest", str(error))
    return json_answer(200, {"faults": len(script)})


def made_faults(world: World, call: Call) -> Answer:
    """Return the faults that were made so far."""
    _need_secret(world, call)
    return json_answer(200, {"made": list(world.faults.made)})


def move_clock(world: World, call: Call) -> Answer:
    """Move the clock on by `seconds`; return what it shows."""
    _need_secret(world, call)
    world.clock.advance(float(call.json()["seconds"]))
    return json_answer(200, {"now": written(world.clock.now())})


def forget_changes(world: World, call: Call) -> Answer:
    """Make the delta tokens of a library too old."""
    _need_secret(world, call)
    forget(world, call.json()["drive"])
    return Answer(status=204)


def install_app(world: World, call: Call) -> Answer:
    """Install a Teams app for a person."""
    _need_secret(world, call)
    form = call.json()
    install(world, form["person"], form["app"])
    return Answer(status=204)


def type_in_word(world: World, call: Call) -> Answer:
    """Let a `person` write `text` in the control with a `label` of the file `item`."""
    _need_secret(world, call)
    form = call.json()
    row, who = by_id(world, form["item"]), person_of(world, form["person"])
    data = world.state.content(row["content"])
    texts = {
        each.number: form["text"]
        for each in controls(data)
        if each.label == form["label"]
    }
    if not texts:
        not_found()
    write(world, f"person:{who['id']}", row, changed(data, texts))
    return Answer(status=204)


def _need_secret(world: World, call: Call) -> None:
    if not hmac.compare_digest(call.header(HEADER), world.keys.admin):
        refuse(403, "accessDenied", "The secret stands in standin.json.")
