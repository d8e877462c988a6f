"""Kontroller: anybody checks a package or a Word file here, in the browser alone.

The page is for those who have a file and not the program. What checks is the script
that also lies in every package; nothing of the file leaves the machine.
"""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import make_response, render_template
from werkzeug.wrappers import Response

from connector.web.guards import open_to_all
from connector.web.visits import Visit
from workflows.record.checkpoints import known_keys

pages = APIBlueprint("verifier", __name__, enable_openapi=False)

# The one page with a script: our own file. It may fetch nothing and send nothing.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


@pages.get("/kontroller")
@open_to_all
def page(visit: Visit) -> Response:
    """Show where a file is chosen, and the keys that sign this record."""
    keys = [key.hex() for key in known_keys(visit.session)]
    answer = make_response(render_template("trace/verifier.html", keys=keys))
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
