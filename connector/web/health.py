"""Is the service alive? Answered without the database, for those who watch it."""

from __future__ import annotations

from apiflask import APIBlueprint

pages = APIBlueprint("health", __name__, tag="Drift")


@pages.get("/healthz")
@pages.doc(summary="Alive", responses={200: {"description": "The service answers."}})
def healthz() -> dict[str, str]:
    """Return that the service answers."""
    return {"status": "ok"}


healthz.guard = "open to all"
