"""Traces of the demo municipality Elvestrand, for the tests of the pictures."""

from __future__ import annotations

from datetime import date

from connector.pictures.timeline import Event
from workflows.trace.links import Edge, Node, Trace


def _dev(ref: str, kind: str, title: str, **more: object) -> Node:
    return Node(ref, kind, title, "development", **more)  # type: ignore[arg-type]  # keywords as they come


def _dec(ref: str, kind: str, title: str, **more: object) -> Node:
    return Node(ref, kind, title, "decision", **more)  # type: ignore[arg-type]  # keywords as they come


FULL_TIME = Trace(
    root="C04",
    nodes=(
        _dev("PR2", "project", "Hele stillinger", state="RUNNING"),
        _dev(
            "A-02",
            "agreement",
            "Prosjektavtale for Hele stillinger",
            on=date(2025, 6, 18),
            state="IN_FORCE",
        ),
        _dev(
            "R-06",
            "round",
            "Runde om retningslinjer for heltidskultur",
            on=date(2025, 10, 10),
            state="SUMMARISED",
            note="T forlenget fristen med tre dager, for alle",
        ),
        _dev(
            "EF-05",
            "forum",
            "Elvestrandforum",
            on=date(2025, 9, 10),
            state="MINUTED",
        ),
        _dev(
            "O-201",
            "output",
            "Kartlegging av ufrivillig deltid",
            on=date(2025, 9, 10),
            state="TREATED",
        ),
        _dev(
            "O-202",
            "output",
            "Forslag til retningslinjer for heltidskultur",
            on=date(2025, 10, 15),
            state="TREATED",
            note="Særmerknad fra T til punkt 3",
        ),
        _dev(
            "H-03",
            "handover",
            "Overlevering til kommunedirektøren",
            on=date(2025, 10, 15),
            state="RECEIVED",
        ),
        _dec(
            "C04",
            "case",
            "Retningslinjer for heltidskultur",
            on=date(2025, 10, 20),
            state="IMPLEMENTATION",
        ),
        _dec(
            "PS 19/25",
            "treatment",
            "Administrasjonsutvalget",
            on=date(2025, 11, 26),
            state="RECOMMENDS",
        ),
        _dec(
            "PS 79/25",
            "treatment",
            "Kommunestyret",
            on=date(2025, 12, 11),
            state="FINAL",
        ),
        _dec("C04-1", "decision_item", "Alle stillinger lyses ut som hele"),
        _dec("C04-2", "decision_item", "Deltid skal begrunnes av leder"),
        _dec("C04-3", "decision_item", "Helg hver tredje uke prøves i to avdelinger"),
        _dec("C04-4", "decision_item", "Eget vikarkorps fra 2026"),
        _dec("U-1", "outcome", "O-202 punkt 1", state="ADOPTED"),
        _dec("U-2", "outcome", "O-202 punkt 2", state="ADOPTED"),
        _dec("U-3", "outcome", "O-202 punkt 3", state="ADOPTED_CHANGED"),
        _dec(
            "U-4",
            "outcome",
            "O-202 punkt 4",
            state="NOT_FOLLOWED",
            note="Begrunnet med økonomi",
        ),
        _dec(
            "F-04",
            "followup",
            "Ny mal for utlysing",
            on=date(2026, 2, 1),
            state="IMPLEMENTED",
        ),
        _dec(
            "F-05",
            "followup",
            "Opplæring av ledere",
            on=date(2026, 10, 1),
            state="IN_PROGRESS",
        ),
        _dec(
            "F-06",
            "followup",
            "Prøveordning i to avdelinger",
            on=date(2026, 6, 1),
            state="DELAYED",
        ),
    ),
    edges=(
        Edge("PR2", "A-02", "set_out_in"),
        Edge("PR2", "O-201", "delivers"),
        Edge("PR2", "O-202", "delivers"),
        Edge("R-06", "O-202", "answered"),
        Edge("EF-05", "O-201", "minuted"),
        Edge("O-202", "H-03", "handed_over"),
        Edge("H-03", "C04", "used_in"),
        Edge("O-201", "C04", "used_in"),
        Edge("C04", "PS 19/25", "treated_in"),
        Edge("C04", "PS 79/25", "treated_in"),
        Edge("PS 19/25", "PS 79/25", "treated_in"),
        *(Edge("PS 79/25", f"C04-{n}", "decided") for n in (1, 2, 3, 4)),
        *(Edge(f"C04-{n}", f"U-{n}", "outcome") for n in (1, 2, 3, 4)),
        Edge("U-1", "F-04", "followed_up"),
        Edge("U-2", "F-05", "followed_up"),
        Edge("U-3", "F-06", "followed_up"),
    ),
)

RECRUITMENT = Trace(
    root="O-304",
    nodes=(
        _dev("PR3", "project", "Fagfolk i oppvekst", state="RUNNING"),
        _dev("M-4", "remark", "Lærlingar må få rettleiar", state="TAKEN_IN"),
        _dev("R-10", "round", "Runde om plan v2", state="SUMMARISED"),
        _dev(
            "O-302",
            "output",
            "Framlegg til rekrutterings- og kompetanseplan v1",
            on=date(2025, 11, 26),
            state="SUPERSEDED",
        ),
        _dev(
            "O-304",
            "output",
            "Framlegg til plan v2",
            on=date(2026, 3, 11),
            state="TREATED",
        ),
        _dec("C06", "case", "Rekrutterings- og kompetanseplan for oppvekst 2026–2029"),
        _dec("PS 4/26", "treatment", "Utval for oppvekst", state="SENT_BACK"),
        _dec("PS 17/26", "treatment", "Utval for oppvekst", state="RECOMMENDS"),
        _dec("PS 38/26", "treatment", "Kommunestyret", state="FINAL"),
        _dec("U-7", "outcome", "O-302", state="SENT_BACK"),
        _dec("U-8", "outcome", "O-304", state="ADOPTED"),
    ),
    edges=(
        Edge("PR3", "O-302", "delivers"),
        Edge("PR3", "O-304", "delivers"),
        Edge("M-4", "R-10", "remarked_in"),
        Edge("R-10", "O-304", "answered"),
        Edge("O-304", "O-302", "supersedes"),
        Edge("O-302", "C06", "used_in"),
        Edge("O-304", "C06", "used_in"),
        Edge("C06", "PS 4/26", "treated_in"),
        Edge("PS 4/26", "PS 17/26", "treated_in"),
        Edge("PS 17/26", "PS 38/26", "treated_in"),
        Edge("PS 4/26", "U-7", "outcome"),
        Edge("PS 38/26", "U-8", "outcome"),
        Edge("U-7", "O-304", "led_to"),
    ),
)

WITHOUT_BASIS = Trace(
    root="C13",
    nodes=(
        _dec("C13", "case", "Nytt saksbehandlingssystem", state="FINAL_DECISION"),
        _dec(
            "PS 41/26",
            "treatment",
            "Kommunestyret",
            on=date(2026, 6, 11),
            state="FINAL",
        ),
    ),
    edges=(Edge("C13", "PS 41/26", "treated_in"),),
)

PROJECT_EVENTS = (
    Event(date(2025, 6, 18), "Partsavtalen for Hele stillinger gjelder", "development"),
    Event(date(2025, 9, 10), "O-201 Kartlegging av ufrivillig deltid", "development"),
    Event(date(2025, 10, 10), "Runde R-06 avsluttet", "development"),
    Event(date(2025, 10, 15), "O-202 overlevert kommunedirektøren", "development"),
    Event(date(2025, 11, 19), "Drøftet: uenighet om punkt 3", "decision"),
    Event(date(2025, 11, 26), "PS 19/25 Administrasjonsutvalget", "decision"),
    Event(date(2025, 12, 11), "PS 79/25 Kommunestyret: delvis vedtatt", "decision"),
    Event(date(2026, 3, 11), "O-205 levert", "development"),
    Event(date(2026, 6, 1), "Frist for prøveordning med helg", "decision"),
)
