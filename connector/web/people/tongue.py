"""The choice between bokmål and nynorsk, remembered in the visitor's cookie."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from connector.web.guards import open_to_all
from connector.web.languages import chosen
from connector.web.visits import Visit

pages = APIBlueprint("tongue", __name__, enable_openapi=False)


@pages.post("/maalform")
@open_to_all
def choose(visit: Visit) -> Response:
    """Remember the language, and go back to where the visitor was."""
    language = chosen(request.form.get("language")) or visit.language
    session["language"] = language
    return redirect(own_path(request.form.get("back", "")), 303)


def own_path(path: str) -> str:
    """Return a path of this site; anything else leads to the front page."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_ours and path.isprintable() else url_for("overview.front")
