"""Is the service alive? Answered without the database, for those who watch it."""

from __future__ import annotations

from apiflask import APIBlueprint

from connector.web.guards import without_session

pages = APIBlueprint("health", __name__, tag="Drift")


@pages.get("/healthz")
@without_session
@pages.doc(summary="Alive", responses={200: "The service answers."})
def healthz() -> dict[str, str]:
    """Return that the service answers."""
    return {"status": "ok"}
