"""Where on the pages a thing of the house stands, by its kind and reference."""

from __future__ import annotations

from flask import url_for

from workflows.trace.links import Node

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
    """Return the address that a node in a picture leads to."""
    if node.kind == "handover":
        return address_of("output", node.ref.removesuffix("-H"))
    if node.kind == "decision_item":
        return address_of("treatment", node.ref.rsplit("/", maxsplit=1)[0])
    if node.kind == "forum":
        return url_for("forums.forum", ref=node.ref.rsplit("/", maxsplit=1)[0])
    if node.kind == "hearing_remark":
        return address_of("hearing", node.ref.rsplit("/", maxsplit=1)[0])
    if node.kind == "remark":
        return address_of("round", node.ref.rsplit("-", maxsplit=1)[0])
    return address_of(node.kind, node.ref)
