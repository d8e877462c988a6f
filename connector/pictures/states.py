"""The words and the tone of every state that a node of the trace can have.

Codes are those of the domain's state machines (project, document, round, output, case,
treatment, outcome, follow-up), in bokmål (nb) and nynorsk (nn). Nynorsk participles
agree with the gender of the kind: «møtet er halde», «overleveringa er motteken».
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from connector.pictures.words import Language, Words
from workflows.trace.links import Node
from workflows.trace.status_only import STATUS_ONLY


class Tone(StrEnum):
    """What a state means for the reader; each tone has a shape and a border."""

    DONE = "done"
    CHANGED = "changed"
    REFUSED = "refused"
    ONGOING = "ongoing"
    WAITING = "waiting"
    LATE = "late"


@dataclass(frozen=True)
class StateWords:
    """How a state is written, and the tone that chooses its shape."""

    words: Words
    tone: Tone


def _table(
    rows: tuple[tuple[str, Tone, str, str], ...],
) -> Mapping[str, StateWords]:
    return MappingProxyType(
        {code: StateWords(Words(nb, nn), tone) for code, tone, nb, nn in rows}
    )


_DOCUMENT = _table(
    (
        ("DRAFT", Tone.ONGOING, "Utkast", "Utkast"),
        ("FROZEN_FOR_ROUND", Tone.ONGOING, "På runde", "På runde"),
        ("AGREED", Tone.DONE, "Partene er enige", "Partane er samde"),
        ("TO_SIGN", Tone.ONGOING, "Til signering", "Til signering"),
        ("SUBMITTED", Tone.DONE, "Levert", "Levert"),
        ("SIGNED", Tone.DONE, "Signert", "Signert"),
        ("SUPERSEDED", Tone.CHANGED, "Erstattet", "Erstatta"),
        ("WITHDRAWN", Tone.REFUSED, "Trukket", "Trekt"),
    )
)

_PROJECT = _table(
    (
        ("IDEA", Tone.ONGOING, "Idé", "Idé"),
        ("MANDATE_DRAFT", Tone.ONGOING, "Mandatet skrives", "Mandatet blir skrive"),
        ("MANDATE_ROUND", Tone.ONGOING, "Mandatet er på runde", "Mandatet er på runde"),
        ("MANDATE_AGREED", Tone.DONE, "Enighet om mandatet", "Semje om mandatet"),
        ("AGREEMENT_SIGNING", Tone.ONGOING, "Avtalen signeres", "Avtalen blir signert"),
        ("RUNNING", Tone.ONGOING, "I gang", "I gang"),
        ("PAUSED", Tone.WAITING, "Satt på pause", "Sett på pause"),
        ("CLOSING", Tone.ONGOING, "Avsluttes", "Blir avslutta"),
        ("CLOSED", Tone.DONE, "Avsluttet", "Avslutta"),
        (
            "REJECTED_IDEA",
            Tone.REFUSED,
            "Ideen er ikke ført videre",
            "Ideen er ikkje ført vidare",
        ),
        ("STOPPED", Tone.REFUSED, "Stanset", "Stansa"),
    )
)

_AGREEMENT = _table(
    (
        ("DRAFT", Tone.ONGOING, "Utkast", "Utkast"),
        ("ROUND", Tone.ONGOING, "På runde", "På runde"),
        ("READY_TO_SIGN", Tone.ONGOING, "Klar til signering", "Klar til signering"),
        ("PARTLY_SIGNED", Tone.ONGOING, "Delvis signert", "Delvis signert"),
        ("IN_FORCE", Tone.DONE, "Gjelder", "Gjeld"),
        ("AMENDING", Tone.ONGOING, "Gjelder, endres", "Gjeld, blir endra"),
        ("EXPIRED", Tone.REFUSED, "Utløpt", "Gått ut"),
        ("IN_NOTICE", Tone.CHANGED, "Sagt opp", "Sagd opp"),
        (
            "TERMINATED",
            Tone.REFUSED,
            "Slutt etter oppsigelse",
            "Slutt etter oppseiing",
        ),
        ("SUPERSEDED", Tone.CHANGED, "Erstattet", "Erstatta"),
    )
)

_REMARK = _table(
    (
        ("OPEN", Tone.ONGOING, "Ikke vurdert ennå", "Ikkje vurdert enno"),
        ("TAKEN_IN", Tone.DONE, "Tatt inn", "Teken inn"),
        ("PARTLY", Tone.CHANGED, "Delvis tatt inn", "Delvis teken inn"),
        ("NOT_TAKEN_IN", Tone.REFUSED, "Ikke tatt inn", "Ikkje teken inn"),
        ("OUT_OF_SCOPE", Tone.REFUSED, "Utenfor rammen", "Utanfor ramma"),
    )
)

_ROUND = _table(
    (
        ("PLANNED", Tone.WAITING, "Planlagt", "Planlagd"),
        ("OPEN", Tone.ONGOING, "Åpen", "Open"),
        (
            "EXTENDED",
            Tone.ONGOING,
            "Åpen, fristen er forlenget",
            "Open, fristen er forlengd",
        ),
        ("CLOSED", Tone.DONE, "Avsluttet", "Avslutta"),
        ("SUMMARISED", Tone.DONE, "Oppsummert", "Oppsummert"),
        ("CANCELLED", Tone.REFUSED, "Avlyst", "Avlyst"),
    )
)

_FORUM = _table(
    (
        ("PLANNED", Tone.WAITING, "Planlagt", "Planlagt"),
        ("CALLED", Tone.WAITING, "Innkalt", "Innkalla"),
        ("HELD", Tone.DONE, "Holdt", "Halde"),
        ("MINUTED", Tone.DONE, "Referat godkjent", "Referat godkjent"),
        ("CANCELLED", Tone.REFUSED, "Avlyst", "Avlyst"),
    )
)

_OUTPUT = _table(
    (
        ("PLANNED", Tone.WAITING, "Planlagt", "Planlagd"),
        ("IN_WORK", Tone.ONGOING, "Under arbeid", "Under arbeid"),
        ("ROUND", Tone.ONGOING, "På runde", "På runde"),
        ("DELIVERED", Tone.ONGOING, "Levert", "Levert"),
        ("JOINT", Tone.DONE, "Levert i fellesskap", "Levert i fellesskap"),
        (
            "JOINT_WITH_REMARK",
            Tone.CHANGED,
            "Levert i fellesskap, med særmerknad",
            "Levert i fellesskap, med særmerknad",
        ),
        ("SPLIT", Tone.CHANGED, "Levert med delt syn", "Levert med delt syn"),
        ("HANDED_OVER", Tone.ONGOING, "Overlevert", "Overlevert"),
        ("IN_USE", Tone.ONGOING, "I bruk", "I bruk"),
        ("TREATED", Tone.DONE, "Behandlet", "Handsama"),
        ("NOT_USED", Tone.REFUSED, "Ikke brukt", "Ikkje brukt"),
        ("SUPERSEDED", Tone.CHANGED, "Erstattet", "Erstatta"),
        ("DROPPED", Tone.REFUSED, "Lagt bort", "Lagd bort"),
    )
)

_HANDOVER = _table(
    (
        ("HANDED_OVER", Tone.ONGOING, "Overlevert", "Overlevert"),
        ("RECEIVED", Tone.DONE, "Mottatt", "Motteken"),
    )
)

_COMMENT = _table((("GIVEN", Tone.DONE, "Gitt", "Gjeven"),))

_CASE = _table(
    (
        ("REGISTERED", Tone.WAITING, "Registrert", "Registrert"),
        ("PREPARING", Tone.ONGOING, "Under utredning", "Under utgreiing"),
        ("CONSULTATION_HA", Tone.ONGOING, "Til drøfting", "Til drøfting"),
        ("READY", Tone.ONGOING, "Klar til behandling", "Klar til handsaming"),
        ("ON_AGENDA", Tone.ONGOING, "På saklista", "På saklista"),
        ("TREATED_IN_BODY", Tone.ONGOING, "Behandlet i organ", "Handsama i organ"),
        ("FINAL_DECISION", Tone.DONE, "Endelig vedtak", "Endeleg vedtak"),
        ("IMPLEMENTATION", Tone.ONGOING, "Iverksettes", "Blir sett i verk"),
        ("CLOSED", Tone.DONE, "Avsluttet", "Avslutta"),
        ("WITHDRAWN", Tone.REFUSED, "Trukket", "Trekt"),
        ("POSTPONED", Tone.WAITING, "Utsatt", "Utsett"),
        ("SENT_BACK", Tone.WAITING, "Sendt tilbake", "Sendt tilbake"),
    )
)

_TREATMENT = _table(
    (
        ("PLANNED", Tone.WAITING, "Planlagt", "Planlagd"),
        ("FINAL", Tone.DONE, "Endelig vedtak", "Endeleg vedtak"),
        ("RECOMMENDS", Tone.DONE, "Innstilling", "Tilråding"),
        ("POSTPONED", Tone.WAITING, "Utsatt", "Utsett"),
        ("SENT_BACK", Tone.WAITING, "Sendt tilbake", "Sendt tilbake"),
        ("NOTED", Tone.DONE, "Tatt til orientering", "Teke til orientering"),
        ("WITHDRAWN", Tone.REFUSED, "Trukket", "Trekt"),
        ("DELEGATED", Tone.DONE, "Delegert vedtak", "Delegert vedtak"),
    )
)

_OUTCOME = _table(
    (
        (
            "ADOPTED",
            Tone.DONE,
            "Vedtatt i tråd med forslaget",
            "Vedteke i tråd med framlegget",
        ),
        (
            "ADOPTED_CHANGED",
            Tone.CHANGED,
            "Vedtatt med endringer",
            "Vedteke med endringar",
        ),
        ("ADOPTED_PARTLY", Tone.CHANGED, "Delvis vedtatt", "Delvis vedteke"),
        ("NOT_FOLLOWED", Tone.REFUSED, "Vurdert, ikke fulgt", "Vurdert, ikkje følgt"),
        ("SENT_BACK", Tone.WAITING, "Sendt tilbake", "Sendt tilbake"),
        ("POSTPONED", Tone.WAITING, "Utsatt", "Utsett"),
        ("NOTED", Tone.DONE, "Tatt til orientering", "Teke til orientering"),
        (
            "DELEGATED_ADOPTED",
            Tone.DONE,
            "Vedtatt administrativt (delegert)",
            "Vedteke administrativt (delegert)",
        ),
        ("WITHDRAWN", Tone.REFUSED, "Trukket", "Trekt"),
        ("RELIED_ON", Tone.DONE, "Lagt til grunn", "Lagd til grunn"),
        ("REJECTED_FORMAL", Tone.REFUSED, "Avvist", "Avvist"),
    )
)

_FOLLOW_UP = _table(
    (
        ("NOT_STARTED", Tone.WAITING, "Ikke startet", "Ikkje starta"),
        ("IN_PROGRESS", Tone.ONGOING, "Under arbeid", "Under arbeid"),
        ("IMPLEMENTED", Tone.DONE, "Gjennomført", "Gjennomført"),
        (
            "NOTED_BY_BODY",
            Tone.DONE,
            "Gjennomført og tatt til orientering",
            "Gjennomført og teke til orientering",
        ),
        ("DELAYED", Tone.LATE, "Forsinket", "Forseinka"),
        ("BLOCKED", Tone.LATE, "Hindret", "Hindra"),
        ("REPLACED", Tone.CHANGED, "Erstattet", "Erstatta"),
        (
            "NOT_TO_BE_IMPLEMENTED",
            Tone.REFUSED,
            "Skal ikke iverksettes",
            "Skal ikkje setjast i verk",
        ),
    )
)

STATE_WORDS: Mapping[str, Mapping[str, StateWords]] = MappingProxyType(
    {
        "project": _PROJECT,
        "mandate": _DOCUMENT,
        "agreement": _AGREEMENT,
        "remark": _REMARK,
        "round": _ROUND,
        "hearing_remark": _REMARK,
        "hearing": _ROUND,
        "forum": _FORUM,
        "output": _OUTPUT,
        "handover": _HANDOVER,
        "case": _CASE,
        "treatment": _TREATMENT,
        "decision_item": _OUTCOME,
        "outcome": _OUTCOME,
        "followup": _FOLLOW_UP,
        "comment": _COMMENT,
        "report": _DOCUMENT,
    }
)

TONE_WORDS: Mapping[Tone, Words] = MappingProxyType(
    {
        Tone.DONE: Words(
            "Ferdig, enighet eller vedtatt", "Ferdig, semje eller vedteke"
        ),
        Tone.CHANGED: Words("Endret eller delvis", "Endra eller delvis"),
        Tone.REFUSED: Words("Ikke fulgt eller stanset", "Ikkje følgt eller stansa"),
        Tone.ONGOING: Words("Pågår", "Går føre seg"),
        Tone.WAITING: Words("Venter", "Ventar"),
        Tone.LATE: Words("Forsinket eller hindret", "Forseinka eller hindra"),
    }
)


def state_words(kind: str, state: str) -> StateWords:
    """Return words and tone of a state code; case of the code does not matter."""
    return STATE_WORDS[kind][state.upper()]


EXEMPT = Words(
    "Unntatt offentlighet: bare tilstanden vises",
    "Unnateke offentlegheit: berre tilstanden blir vist",
)


def note_text(node: Node, *, language: Language) -> str:
    """Return a node's note as people read it: a standing in words, else as written."""
    if node.note == STATUS_ONLY:
        return EXEMPT.of(language)
    standings = STATE_WORDS["output"]
    code = (node.note or "").upper()
    if node.kind == "output" and code in standings:
        return standings[code].words.of(language)
    return node.note or ""
