"""The page «Søk»: words across the municipality, in what the visitor may read."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import render_template, request, url_for

from connector.search.finding import LONGEST, MOST, Hit, found
from connector.web.guards import open_to_all
from connector.web.links import address_of
from connector.web.visits import Visit

pages = APIBlueprint("search", __name__, enable_openapi=False)


@pages.get("/sok")
@open_to_all
def find(visit: Visit) -> str:
    """Show the field to write in, and what was found."""
    asked = request.args.get("ord", "").strip()[:LONGEST]
    hits = found(visit, asked)
    return render_template(
        "trace/search.html",
        asked=asked,
        longest=LONGEST,
        is_full=len(hits) == MOST,
        hits=[(hit, _where(hit)) for hit in hits],
    )


def _where(hit: Hit) -> str | None:
    kind, ref = hit.source.page or (hit.source.kind, hit.source.ref)
    if kind == "document":
        return url_for("documents.version", ref=ref)
    return address_of(kind, ref)
