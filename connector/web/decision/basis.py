"""What a case rests on: outputs used, in which version and where, and who dissents.

A use shows the version that was used for ever, also when a newer one is there (INV-11),
with the positions and dissent of the handover (INV-08).
"""

from __future__ import annotations

from typing import Any

from connector.web.development.standpoints import concluded
from connector.web.visits import Visit
from workflows.base import by_ref, owned
from workflows.decision.cases import Case
from workflows.development.documents import Version
from workflows.development.outputs import Output, OutputState, project_of
from workflows.trace.basis import BasisLink, basis_links
from workflows.trace.coverage import now_called
from workflows.trace.judging import LinkType
from workflows.trace.uses import UseRow, uses


def basis_of(visit: Visit, case: Case) -> list[dict[str, Any]]:
    """Return the uses of a case in the order they were made."""
    mine = uses(visit.session, cases=[case.ref], at=visit.at)
    links = {
        link.output: link
        for link in basis_links(visit.session, cases=[case.ref], at=visit.at)
        if link.type is LinkType.USE
    }
    return [_used(visit, row, links.get(row.output)) for row in mine]


def _used(visit: Visit, row: UseRow, link: BasisLink | None) -> dict[str, Any]:
    output = by_ref(visit.session, Output, row.output)
    version = by_ref(visit.session, Version, f"{row.output}@{row.version}")
    newer = owned(visit.session, Output).where(Output.supersedes == output.ref)
    return {
        "use": row,
        "link": link,
        "now": now_called(link) if link else None,
        "output": output,
        "project": project_of(visit.session, output),
        "columns": concluded(visit.session, version),
        "newer": visit.session.scalars(newer).first()
        if output.state is OutputState.SUPERSEDED
        else None,
    }
