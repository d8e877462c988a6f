"""Any two kinds against each other, as a table where the empty cells are seen."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import render_template, request

from connector.web.guards import reads
from connector.web.people.rights import reads_case
from connector.web.visits import Visit
from workflows.base import all_of
from workflows.decision.cases import Case
from workflows.people.reading import Matter
from workflows.trace.matrix import KINDS, matrix

pages = APIBlueprint("matrices", __name__, enable_openapi=False)


@pages.get("/dekning/matrise")
@reads(Matter.MISSING)
def page(visit: Visit) -> str:
    """Show the table of the two kinds chosen, outputs against cases at first."""
    rows, columns = _chosen("rader", KINDS[0]), _chosen("kolonner", KINDS[1])
    hidden = frozenset(
        row.ref for row in all_of(visit.session, Case) if not reads_case(visit, row)
    )
    return render_template(
        "trace/matrix.html",
        found=matrix(
            visit.session, rows=rows, columns=columns, hidden=hidden, at=visit.at
        ),
        kinds=KINDS,
        rows=rows,
        columns=columns,
    )


def _chosen(name: str, otherwise: str) -> str:
    asked = request.args.get(name, otherwise)
    return asked if asked in KINDS else otherwise
