"""Where on the pages a thing of the house stands, by its kind and reference."""

from __future__ import annotations

from flask import url_for

from workflows.trace.links import Node
from workflows.trace.status_only import STATUS_ONLY

ENDPOINTS = {
    "project": "projects.project",
    "output": "outputs.output",
    "round": "rounds.review",
    "hearing": "hearings.hearing",
    "case": "cases.case",
    "followup": "followups.followup",
    "agreement": "agreements.agreement",
    "treatment": "treatments.treatment",
}


def address_of(kind: str, ref: str) -> str | None:
    """Return the address of a thing's page, None for a kind that has no page."""
    endpoint = ENDPOINTS.get(kind)
    return url_for(endpoint, ref=ref) if endpoint else None


def address_of_node(node: Node) -> str | None:
    """Return the address that a node leads to; a bare status leads nowhere."""
    return None if node.note == STATUS_ONLY else _address(node)


def _address(node: Node) -> str | None:
    if node.kind == "forum":
        return url_for("forums.forum", ref=_before(node.ref, "/"))
    kind, ref = _page_of(node)
    return address_of(kind, ref)


def _page_of(node: Node) -> tuple[str, str]:
    """Return the kind and reference of the thing whose page tells of a node."""
    if node.kind == "comment":
        return _commented(node.ref)
    return {
        "handover": ("output", node.ref.removesuffix("-H")),
        "decision_item": ("treatment", _before(node.ref, "/")),
        "remark": ("round", _before(node.ref, "-")),
        "hearing_remark": ("hearing", _before(node.ref, "/")),
    }.get(node.kind, (node.kind, node.ref))


def _commented(ref: str) -> tuple[str, str]:
    """A comment stands where the follow-up or the outcome does that it is about."""
    about = _before(ref, " ")
    output, _, treatment = about.partition(" ")
    if treatment:
        return "output", output.split("/", maxsplit=1)[0]
    return "followup", about


def _before(ref: str, mark: str) -> str:
    return ref.rsplit(mark, maxsplit=1)[0]
