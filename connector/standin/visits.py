"""Who visits the pages: a choice kept in cookies, for there is no password."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from io import BytesIO

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from connector.standin.calls import Answer, Call, refuse
from connector.standin.rendering import LANGUAGES, Visitor
from connector.standin.world import World

Form = MultiDict[str, str]
Sent = MultiDict[str, FileStorage]
KEPT = "Path=/; Secure; HttpOnly; SameSite=Lax"


def visitor(world: World, call: Call) -> Visitor:
    """Return who visits, with bokmål for who has not chosen."""
    try:
        cookies = SimpleCookie(call.header("Cookie"))
    except CookieError:
        cookies = SimpleCookie()
    chosen = {name: morsel.value for name, morsel in cookies.items()}
    language = chosen.get("language", "")
    sql = "SELECT * FROM person WHERE id = ?"
    return Visitor(
        language=language if language in LANGUAGES else LANGUAGES[0],
        person=world.state.one(sql, chosen.get("person", "")),
    )


def form(world: World, call: Call) -> tuple[Form, Sent]:
    """Return what a person filled in. Refuses a form from another site's page."""
    origin = call.header("Origin")
    if origin and origin not in {world.settings.origin, f"https://{call.host}"}:
        refuse(403, "accessDenied", "The form comes from another site.")
    kind, options = parse_options_header(call.header("Content-Type"))
    parser = FormDataParser(_in_memory, max_form_memory_size=None, silent=True)
    _, fields, sent = parser.parse(BytesIO(call.body), kind, len(call.body), options)
    return fields, sent


def _in_memory(*_: object, **__: object) -> BytesIO:
    return BytesIO()


def back(address: str, *cookies: tuple[str, str]) -> Answer:
    """Lead a person on after a form; at most one choice is kept."""
    headers = {"Location": address}
    for name, value in cookies:
        headers["Set-Cookie"] = f"{name}={value}; {KEPT}"
    return Answer(status=303, headers=headers)
