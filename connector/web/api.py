"""The JSON API, version 1: what add-ins and Teams ask, with a person's own token.

Who one is with the hats to choose between, the standing questions, and traces: the same
answers as on the pages, as the person in that hat may read them.
"""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint

from connector.exports.answers import in_language, report_json, trace_json
from connector.web.bearers import bearer_of, with_token
from connector.web.trace.pictures import visible_trace
from connector.web.trace.questions import answered, asked_of_file
from connector.web.visits import Visit
from workflows.people.hats import Hat
from workflows.people.kinds import line_of

pages = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="API")

REFUSED = {
    401: "The token is not taken, or its account is linked to nobody.",
    404: "There is no such thing, or it is not for this hat; or no such hat today.",
}
READ = {**REFUSED, 403: "It is not for this hat."}


@pages.get("/me")
@pages.doc(summary="Who comes, and in which hats", responses={200: "Them", **REFUSED})
@with_token
def me(visit: Visit) -> dict[str, Any]:
    """Return {"person", "name", "municipality", "hats"}; a hat by its mandate."""
    person, hats = bearer_of(visit)
    return {
        "person": person.ref,
        "name": person.name,
        "municipality": visit.municipality.name,
        "hats": [_hat(hat) for hat in hats],
    }


@pages.get("/reports/<name>")
@pages.doc(summary="A standing question", responses={200: "The answer", **READ})
@with_token
def report(visit: Visit, name: str) -> dict[str, Any]:
    """Return the answer, as `samspor report NAME --format json` does."""
    report = answered(visit, name, at=asked_of_file(visit))
    return report_json(in_language(report, visit.language))


@pages.get("/trace/<path:ref>")
@pages.doc(summary="The trace of a thing", responses={200: "The trace", **REFUSED})
@with_token
def trace(visit: Visit, ref: str) -> dict[str, Any]:
    """Return the trace, as `samspor trace REF --format json` does."""
    return trace_json(visible_trace(visit, ref), at=visit.at)


def _hat(hat: Hat) -> dict[str, Any]:
    return {
        "mandate": str(hat.mandate_id),
        "role": hat.role.value,
        "line": line_of(hat.role).value,
        "party": hat.party.value if hat.party else None,
        "organisation": hat.organisation,
        "project": hat.project,
        "valid_to": hat.valid_to.isoformat() if hat.valid_to else None,
    }
