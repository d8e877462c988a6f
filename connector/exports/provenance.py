"""A trace in the words of W3C PROV, for those who keep provenance of many sources.

What is made (output, case, decision item) is an entity, what is done (project, round,
treatment) an activity. A use is an influence with an identifier of its own, never a
derivation: that a case weighed an output does not make the decision come from it.
Source: W3C PROV-DM and PROV-N (30 April 2013); PROV-JSON (submission, 24 April 2013).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal
from urllib.parse import quote

from prov.model import ProvDocument, ProvRecord

from workflows.people.municipalities import Municipality
from workflows.trace.links import Edge, Node, Trace
from workflows.trace.uses import UseRow

Form = Literal["json", "provn"]

VOCABULARY = "urn:samspor:vocabulary:"
ACTIVITIES = frozenset(
    {"project", "round", "hearing", "forum", "handover", "treatment", "followup"}
)
# In these the activity names what it worked on, so the flow is the other way.
WORKED_ON = frozenset({"answered", "minuted", "heard"})
PARTIES = "trepart"
MUNICIPALITY = "kommune"


def provenance(
    trace: Trace, *, municipality: Municipality, uses: Sequence[UseRow], form: Form
) -> str:
    """Return the trace as PROV-JSON or PROV-N.

    Every reference is an identifier in a namespace of the municipality's own, and a day
    is an attribute: PROV has instants, and nobody knows the hour.
    """
    document = _document(municipality)
    by_ref = trace.by_ref
    for node in trace.nodes:
        _element(document, node)
    for edge in trace.edges:
        _relation(document, edge, by_ref[edge.source], by_ref[edge.target])
    for use in uses:
        if {use.output, use.case} <= by_ref.keys():
            _use(document, use)
    if form == "provn":
        return document.get_provn()
    return document.serialize(format="json", indent=2, ensure_ascii=False) or ""


def _document(municipality: Municipality) -> ProvDocument:
    document = ProvDocument()
    document.add_namespace("samspor", VOCABULARY)
    document.add_namespace("spor", f"urn:samspor:municipality:{municipality.number}:")
    group = {"prov:type": document.valid_qualified_name("prov:Organization")}
    document.agent(_name(PARTIES), group)
    document.agent(_name(MUNICIPALITY), group | {"prov:label": municipality.name})
    return document


def _element(document: ProvDocument, node: Node) -> None:
    facts = {
        "prov:label": node.title,
        "prov:type": document.valid_qualified_name(f"samspor:{node.kind}"),
        "samspor:line": node.line,
        "samspor:day": node.on.isoformat() if node.on else None,
        "samspor:state": node.state,
        "samspor:note": node.note,
    }
    told = {key: value for key, value in facts.items() if value is not None}
    if node.kind in ACTIVITIES:
        document.activity(_name(node.ref), other_attributes=told)
        worker = PARTIES if node.line == "development" else MUNICIPALITY
        document.association(_name(node.ref), _name(worker))
    else:
        document.entity(_name(node.ref), told)


def _relation(document: ProvDocument, edge: Edge, source: Node, target: Node) -> None:
    """Write an edge as what PROV calls it between those two kinds of things."""
    if edge.kind == "used_in":
        return  # told with its reason by `_use`
    if edge.kind == "supersedes":
        document.revision(_name(source.ref), _name(target.ref))
        return
    if edge.kind in WORKED_ON:
        source, target = target, source
    kind = {"prov:type": document.valid_qualified_name(f"samspor:{edge.kind}")}
    table: Mapping[tuple[bool, bool], Callable[..., ProvRecord]] = {
        (True, True): document.communication,
        (True, False): document.generation,
        (False, True): document.usage,
        (False, False): document.influence,
    }
    says = table[source.kind in ACTIVITIES, target.kind in ACTIVITIES]
    says(_name(target.ref), _name(source.ref), other_attributes=kind)


def _use(document: ProvDocument, use: UseRow) -> None:
    facts = {
        "samspor:version": use.version,
        "samspor:where": use.where.value,
        "samspor:used": use.used.value,
        "samspor:reason": use.reason,
        "samspor:registered": use.at,
    }
    name = f"bruk/{use.case}/{use.output}@{use.version}/{use.where.value}"
    told = {key: value for key, value in facts.items() if value}
    document.influence(_name(use.case), _name(use.output), _name(name), told)


def _name(ref: str) -> str:
    """Return a reference as a qualified name: PROV-N takes no space in it."""
    return f"spor:{quote(ref, safe='-._/@')}"
