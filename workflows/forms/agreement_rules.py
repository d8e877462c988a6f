"""Rules of a good party agreement, Q-A1 to Q-A7: what is lacking, and where."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from workflows.forms.catalogue import form
from workflows.forms.fingerprints import words
from workflows.forms.lint_context import (
    PARTIES,
    Answer,
    LintContext,
    has,
    numbered_rows,
    party_counts,
    say,
    written_by_others,
)
from workflows.forms.rich import rich_text
from workflows.forms.shapes import is_empty
from workflows.forms.values import Values, filled_rows, fixed_clauses

_SELF_ASSESSMENT = re.compile(
    r"status i ei?gen kommune|selvevaluering|sjølvevaluering|ei?genvurdering", re.I
)
_START = re.compile(r"start|begynn|byrjing", re.I)
_END = re.compile(r"slutt|avslut", re.I)
_AGREED_STATES = ("agreed", "signed")


def clause_fingerprint(value: Any) -> str:
    """Return SHA-256 in hex of the words of a clause, a text or rich paragraphs."""
    text = value if isinstance(value, str) else rich_text(value)
    return hashlib.sha256(words(text).encode("utf-8")).hexdigest()


def three_parties_with_mandates(values: Values, _context: LintContext) -> Answer:
    """Q-A1: all three parties are there, each row with evidence of its mandate."""
    for party, count in party_counts(values, "a_parties").items():
        if count == 0:
            name = PARTIES[party]
            yield (
                "a_parties",
                say(f"Avtalen mangler {name.nb}.", f"Avtala manglar {name.nn}."),
            )
    for where, row in numbered_rows(values, "a_parties"):
        if not has(row, "fullmakt"):
            yield (
                f"{where}.fullmakt",
                say(
                    "Skriv hvilket vedtak eller møte som har gitt fullmakten.",
                    "Skriv kva vedtak eller møte som har gitt fullmakta.",
                ),
            )


def parties_look_alike(_values: Values, context: LintContext) -> Answer:
    """Q-A2: the three parties have equal place on paper; the renderer measures it."""
    if context.equal_layout is False:
        yield (
            "a_sign",
            say(
                "Partene har ikke lik plass i dokumentet.",
                "Partane har ikkje lik plass i dokumentet.",
            ),
        )


def commitments_are_the_parties_own(values: Values, context: LintContext) -> Answer:
    """Q-A3: each party has at least one commitment, and wrote it itself."""
    owners = {f"a_commit_{party.lower()}": party for party in PARTIES}
    filled = {key: own for key, own in owners.items() if filled_rows(values, key)}
    for key, party in owners.items():
        if key not in filled:
            name = PARTIES[party]
            yield (
                key,
                say(
                    f"Her mangler det {name.nb} forplikter seg til.",
                    f"Her manglar det {name.nn} forpliktar seg til.",
                ),
            )
    yield from written_by_others(context, filled)


def fixed_clauses_are_unaltered(values: Values, context: LintContext) -> Answer:
    """Q-A4: fixed clauses read as agreed; left out, they stand as agreed."""
    for key in fixed_clauses(form("agreement"), language="nb"):
        value = values.get(key)
        standing = _standing_wordings(key, values) | context.earlier_clauses
        if not is_empty(value) and clause_fingerprint(value) not in standing:
            yield (
                key,
                say(
                    "Teksten her er fast og kan ikke endres.",
                    "Teksten her er fast og kan ikkje endrast.",
                ),
            )


def duration_is_set(values: Values, _context: LintContext) -> Answer:
    """Q-A5: the agreement says from which day to which day it lasts."""
    for key in ("a_duration_from", "a_duration_to"):
        if is_empty(values.get(key)):
            yield (
                key,
                say(
                    "Skriv når avtalen begynner og slutter å gjelde.",
                    "Skriv når avtala tek til og sluttar å gjelde.",
                ),
            )


def self_assessment_is_planned(values: Values, _context: LintContext) -> Answer:
    """Q-A6: «Status i egen kommune» is planned at the start and at the end."""
    rows = filled_rows(values, "a_follow")
    found = [row for row in rows if _SELF_ASSESSMENT.search(row.get("hva") or "")]
    times = " ".join(row.get("naar") or "" for row in found)
    if len(found) < len((_START, _END)) and not (
        _START.search(times) and _END.search(times)
    ):
        yield (
            "a_follow",
            say(
                "Planlegg «Status i egen kommune» to ganger: ved start og ved slutt.",
                "Planlegg «Status i eigen kommune» to gonger: ved start og ved slutt.",
            ),
        )


def mandate_is_agreed(values: Values, context: LintContext) -> Answer:
    """Q-A7: a project agreement rests on a mandate that the parties have agreed on."""
    state = context.mandate_state
    if values.get("a_level") != "project" or state is None:
        return
    if state not in _AGREED_STATES:
        yield (
            "a_mandate",
            say(
                "Mandatet som avtalen bygger på, er ikke omforent.",
                "Det er ikkje semje om mandatet som avtala byggjer på.",
            ),
        )


def _standing_wordings(key: str, values: Values) -> frozenset[str]:
    """A document has one written standard; its clauses follow it."""
    said = values.get("a_language")
    agreed = form("agreement")
    return frozenset(
        clause_fingerprint(fixed_clauses(agreed, language=language)[key])
        for language in ([said] if said else ["nb", "nn"])
    )
