"""Pages for a person: the libraries, a file in Word, and what was sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from connector.standin.calls import Answer, Call, RefusedError, not_found, refuse
from connector.standin.changes import stir
from connector.standin.checkout import hold
from connector.standin.clock import instant
from connector.standin.contents import write
from connector.standin.identities import identity
from connector.standin.items import child, make, need_free, path_of, version_id
from connector.standin.rendering import LANGUAGES, Visitor, shown, style
from connector.standin.state import Row
from connector.standin.visits import Form, Sent, back, form, visitor
from connector.standin.word import NoWordFileError, changed, controls
from connector.standin.world import World

CHOOSE = "/_choose"
SENT = "/_sent"
STYLE = "/_style.css"
SITES = "/sites/"
WORD = (".docx", ".docm")
KB = 1024
NORWAY = ZoneInfo("Europe/Oslo")
NOTES = {"saved", "unchanged"}
# Which text tells a person of which refusal.
TEXTS = {404: "missing", 400: "bad_name", 409: "bad_name"}


def answer(world: World, call: Call) -> Answer:
    """Return a page, or lead on after a form."""
    act = PAGES.get((call.method, call.path))
    try:
        if act is not None:
            return act(world, call)
        if not call.path.startswith(SITES):
            not_found()
        if call.method == "POST":
            return _change(world, call)
        return _place(world, call, *_find(world, call.path))
    except RefusedError as refused:
        return _refusal(world, call, refused)


def _home(world: World, call: Call) -> Answer:
    sql = (
        "SELECT drive.*, site.title, site.name AS site_name,"
        " (SELECT count(*) FROM item WHERE drive = drive.id AND NOT is_folder"
        "  AND NOT is_deleted) AS number"
        " FROM drive JOIN site ON site.id = drive.site ORDER BY site.rowid, drive.rowid"
    )
    return _page(world, call, "home.html", drives=world.state.all(sql))


def _sent(world: World, call: Call) -> Answer:
    sql = (
        "SELECT message.*, person.name FROM message"
        " LEFT JOIN person ON person.id = message.person"
        " ORDER BY message.id DESC LIMIT 200"
    )
    told = [
        {
            "at": _time(row["at"]),
            "kind": row["kind"],
            "to": _recipients(row),
            "text": _text(json.loads(row["definition"])),
        }
        for row in world.state.all(sql)
    ]
    return _page(world, call, "sent.html", messages=told)


def _choose(world: World, call: Call) -> Answer:
    """Keep who somebody is, or in which language, and go back to where they were."""
    fields, _ = form(world, call)
    to = fields.get("back", "/")
    if not to.startswith("/") or to.startswith("//"):
        to = "/"
    if fields.get("language") in LANGUAGES:
        return back(to, ("language", fields["language"]))
    person = fields.get("person", "")
    known = world.state.one("SELECT id FROM person WHERE id = ?", person)
    return back(to, ("person", known["id"] if known else ""))


def _place(world: World, call: Call, drive: Row, row: Row) -> Answer:
    if row["is_folder"]:
        return _folder(world, call, drive, row)
    return _file(world, call, drive, row)


def _folder(world: World, call: Call, drive: Row, row: Row) -> Answer:
    sql = (
        "SELECT * FROM item WHERE drive = ? AND parent = ? AND is_deleted = 0"
        " ORDER BY is_folder DESC, name_key"
    )
    who = visitor(world, call)
    found = world.state.all(sql, row["drive"], row["id"])
    inside = [_line(world, who, drive, each) for each in found]
    return _page(
        world, call, "folder.html", inside=inside, trail=_trail(world, drive, row)
    )


def _file(
    world: World,
    call: Call,
    drive: Row,
    row: Row,
    *,
    wrong: str = "",
    status: int = 200,
) -> Answer:
    who = visitor(world, call)
    found, problem = _controls(world, who, row)
    note = call.query.get("note", "")
    version = version_id(row["version"])
    return _page(
        world,
        call,
        "file.html",
        status=status,
        trail=_trail(world, drive, row),
        file=_line(world, who, drive, row),
        controls=found,
        wrong=wrong or problem,
        note=who.say(note, version=version) if note in NOTES else "",
        versions=_versions(world, row),
        columns=sorted(json.loads(row["fields"]).items()),
        shared=_shared(world, row),
        is_word=row["name"].lower().endswith(WORD),
        download=world.addresses.download(row["id"], row["content"]),
    )


def _controls(world: World, who: Visitor, row: Row) -> tuple[list[Any], str]:
    """Return the controls of a Word file, and what is wrong when there are none."""
    if not row["name"].lower().endswith(WORD) or not row["content"]:
        return [], ""
    try:
        return list(controls(world.state.content(row["content"]))), ""
    except NoWordFileError:
        return [], who.say("not_word")


def _change(world: World, call: Call) -> Answer:
    """Do what a form asks for. Who has not said who they are, is asked first."""
    drive, row = _find(world, call.path)
    fields, sent = form(world, call)
    who = visitor(world, call)
    act = CHANGES.get(fields.get("do", ""))
    if act is None:
        not_found()
    here = quote(call.path)
    if not who.who:
        return _again(world, call, drive, row, who.say("no_person"))
    try:
        with world.state.held():
            note = act(world, who, row, fields, sent)
    except RefusedError as refused:
        return _again(world, call, drive, row, _why(world, who, row, refused))
    except NoWordFileError:
        return _again(world, call, drive, row, who.say("not_word"))
    if note == "gone":
        return back(here.rpartition("/")[0])
    return back(f"{here}?note={note}" if note else here)


def _again(world: World, call: Call, drive: Row, row: Row, wrong: str) -> Answer:
    if row["is_folder"]:
        return _page(world, call, "wrong.html", status=400, wrong=wrong)
    return _file(world, call, drive, row, wrong=wrong, status=400)


def _save(world: World, who: Visitor, row: Row, fields: Form, sent: Sent) -> str:
    """Write the controls that were changed."""
    data = world.state.content(row["content"])
    texts = {
        each.number: new
        for each in controls(data)
        if (new := _typed(fields, each.number)) is not None and new != each.text
    }
    if not texts:
        return "unchanged"
    write(world, who.who, row, changed(data, texts))
    return "saved"


def _typed(fields: Form, number: int) -> str | None:
    """Return what stands in a field; a browser sends line ends as CR and LF."""
    text = fields.get(f"control{number}")
    return None if text is None else text.replace("\r\n", "\n")


def _upload(world: World, who: Visitor, row: Row, fields: Form, sent: Sent) -> str:
    """Replace a file, or put a new one in a folder."""
    file = sent.get("file")
    if file is None or not file.filename:
        refuse(400, "noFile", "No file was chosen.")
    if row["is_folder"]:
        found = child(world, row, file.filename)
        row = found or make(world, who.who, row, file.filename, is_folder=False)
    write(world, who.who, row, file.stream.read())
    return "saved"


def _hold(world: World, who: Visitor, row: Row, fields: Form, sent: Sent) -> str:
    need_free(row, who.who)
    hold(world, row["id"], by="" if row["open_by"] else who.who)
    return ""


def _check(world: World, who: Visitor, row: Row, fields: Form, sent: Sent) -> str:
    need_free(row, who.who)
    to = "" if row["checked_out_by"] else who.who
    world.state.run("UPDATE item SET checked_out_by = ? WHERE id = ?", to, row["id"])
    stir(world, row["id"], who=who.who)
    return ""


def _delete(world: World, who: Visitor, row: Row, fields: Form, sent: Sent) -> str:
    need_free(row, who.who)
    stir(world, row["id"], who=who.who)
    world.state.run("UPDATE item SET is_deleted = 1 WHERE id = ?", row["id"])
    return "gone"


def _find(world: World, path: str) -> tuple[Row, Row]:
    """Return the library and the item at an address of a page."""
    site, _, rest = path.removeprefix(SITES).partition("/")
    library, _, names = rest.partition("/")
    sql = (
        "SELECT drive.* FROM drive JOIN site ON site.id = drive.site"
        " WHERE site.name = ? AND drive.name = ?"
    )
    drive = world.state.one(sql, site, library)
    if drive is None:
        not_found()
    sql = "SELECT * FROM item WHERE drive = ? AND parent IS NULL"
    found = world.state.one(sql, drive["id"])
    for name in filter(None, names.split("/")):
        found = child(world, found, name) if found else None
    if found is None:
        not_found()
    return drive, found


def _page(
    world: World, call: Call, template: str, *, status: int = 200, **values: Any
) -> Answer:
    return shown(
        template,
        visitor(world, call),
        status=status,
        people=world.state.all("SELECT * FROM person ORDER BY number"),
        here=call.path if call.method == "GET" else "/",
        **values,
    )


def _refusal(world: World, call: Call, refused: RefusedError) -> Answer:
    who = visitor(world, call)
    text = who.say(TEXTS.get(refused.status, "missing"))
    return _page(world, call, "wrong.html", status=refused.status, wrong=text)


def _why(world: World, who: Visitor, row: Row, refused: RefusedError) -> str:
    if refused.code == "noFile":
        return who.say("no_file")
    if refused.code == "resourceLocked":
        holder = row["open_by"] or row["checked_out_by"]
        return who.say("locked", name=_name(world, who, holder))
    return who.say(TEXTS.get(refused.status, "missing"))


def _line(world: World, who: Visitor, drive: Row, row: Row) -> dict[str, Any]:
    """Return an item as the pages show it."""
    return {
        "name": row["name"],
        "address": _address(world, drive, path_of(world, row)),
        "is_folder": row["is_folder"],
        "size": who.say("bytes", number=-(-row["size"] // KB)),
        "changed": _time(row["changed_at"]),
        "by": _name(world, who, row["changed_by"]),
        "state": _state(world, who, row),
        "is_open": bool(row["open_by"]),
        "is_out": bool(row["checked_out_by"]),
    }


def _state(world: World, who: Visitor, row: Row) -> str:
    if row["is_folder"]:
        return who.say("folder")
    if row["open_by"]:
        return who.say("open", name=_name(world, who, row["open_by"]))
    if row["checked_out_by"]:
        return who.say("out", name=_name(world, who, row["checked_out_by"]))
    return who.say("free")


def _versions(world: World, row: Row) -> list[dict[str, str]]:
    sql = "SELECT * FROM version WHERE item = ? ORDER BY number DESC"
    older = world.state.all(sql, row["id"])
    return [
        {
            "number": version_id(each["number"]),
            "at": _time(each["at"]),
            "download": world.addresses.download(row["id"], each["content"]),
        }
        for each in older
    ]


def _shared(world: World, row: Row) -> list[dict[str, Any]]:
    sql = "SELECT definition FROM permission WHERE item = ?"
    every = [json.loads(each[0]) for each in world.state.all(sql, row["id"])]
    return [{"to": _given_to(each), "roles": each["roles"]} for each in every]


def _given_to(permission: dict[str, Any]) -> str:
    if "link" in permission:
        return str(permission["link"]["webUrl"])
    user = permission.get("grantedToV2", {}).get("user", {})
    return str(user.get("displayName") or user.get("email", ""))


def _trail(world: World, drive: Row, row: Row) -> list[tuple[str, str]]:
    """Return the names and addresses from the library down to an item."""
    names = path_of(world, row)
    return [
        ([drive["name"], *names][depth], _address(world, drive, names[:depth]))
        for depth in range(len(names) + 1)
    ]


def _address(world: World, drive: Row, names: list[str]) -> str:
    sql = "SELECT name FROM site WHERE id = ?"
    site = world.state.one(sql, drive["site"])
    every = [site["name"] if site else "", drive["name"], *names]
    return SITES + "/".join(map(quote, every))


def _name(world: World, who: Visitor, author: str) -> str:
    told = identity(world, author)
    found = next(iter(told.values())).get("displayName", "")
    return found if author and found else who.say("system")


def _recipients(row: Row) -> str:
    if row["kind"] == "mail":
        to = json.loads(row["definition"])["toRecipients"]
        return ", ".join(each["emailAddress"]["address"] for each in to)
    return str(row["name"] or row["person"])


def _text(sent: dict[str, Any]) -> str:
    preview = sent.get("previewText", {}).get("content", "")
    return str(sent.get("subject") or preview or sent.get("message", ""))


def _time(text: str) -> str:
    return _local(instant(text)).strftime("%d.%m.%Y %H.%M")


def _local(at: datetime) -> datetime:
    return at.astimezone(NORWAY)


PAGES: dict[tuple[str, str], Callable[[World, Call], Answer]] = {
    ("GET", "/"): _home,
    ("GET", SENT): _sent,
    ("GET", STYLE): lambda _world, _call: style(),
    ("POST", CHOOSE): _choose,
}
CHANGES: dict[str, Callable[[World, Visitor, Row, Form, Sent], str]] = {
    "save": _save,
    "upload": _upload,
    "hold": _hold,
    "check": _check,
    "delete": _delete,
}
