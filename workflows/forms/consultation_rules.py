"""Rules of good minutes of a consultation, Q-D1 to Q-D5: what is lacking, and where.

The basic agreement (Hovedavtalen) asks the employer to consult in time, with the
documents known beforehand, and to let each organisation's view be written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from workflows.forms.fields import Label
from workflows.forms.lint_context import (
    Answer,
    LintContext,
    has,
    say,
    written_by_others,
)
from workflows.forms.values import Values, filled_rows

_SIDES = {
    "employer": say("arbeidsgiver", "arbeidsgivaren"),
    "union": say("arbeidstakerorganisasjonene", "arbeidstakarorganisasjonane"),
}


def current_version_is_consulted_on(values: Values, context: LintContext) -> Answer:
    """Q-D1: the consultation is not older than the current version of the measure."""
    held, dated = values.get("d_on"), context.measure_dated
    if held and dated and date.fromisoformat(held) < dated:
        yield (
            "d_measure",
            say(
                "Dokumentet er endret etter drøftingen: drøft den nye versjonen.",
                "Dokumentet er endra etter drøftinga: drøft den nye versjonen.",
            ),
        )


def documents_come_first(values: Values, _context: LintContext) -> Answer:
    """Q-D2: the organisations had the documents before the day of the meeting."""
    sent, held = values.get("d_docs_sent"), values.get("d_on")
    if sent and held and sent >= held:
        yield (
            "d_docs_sent",
            say(
                "Dokumentene skal være sendt før møtedagen.",
                "Dokumenta skal vere sende før møtedagen.",
            ),
        )


def every_organisation_has_its_view(values: Values, _context: LintContext) -> Answer:
    """Q-D3: each organisation that was there has a row with its own view."""
    viewed = {
        _name(row) for row in filled_rows(values, "d_union_view") if has(row, "syn")
    }
    there = [
        row for row in filled_rows(values, "d_present") if row.get("side") == "union"
    ]
    for name in dict.fromkeys(map(_name, there)):
        if name and name not in viewed:
            yield (
                "d_union_view",
                say(f"Her mangler synet fra {name}.", f"Her manglar synet frå {name}."),
            )


def both_sides_are_there(values: Values, _context: LintContext) -> Answer:
    """Q-D4: employer and union have both met, and both sign once one of them has."""
    for who in _lacking_sides(values, "d_present"):
        yield (
            "d_present",
            say(
                f"Skriv hvem som møtte for {who.nb}.",
                f"Skriv kven som møtte for {who.nn}.",
            ),
        )
    if any(has(row, "navn") for row in filled_rows(values, "d_sign")):
        for who in _lacking_sides(values, "d_sign"):
            yield (
                "d_sign",
                say(
                    f"Skriv hvem som skriver under for {who.nb}.",
                    f"Skriv kven som skriv under for {who.nn}.",
                ),
            )


def views_are_the_sides_own(values: Values, context: LintContext) -> Answer:
    """Q-D5: the employer writes its view and the unions theirs."""
    owners = {"d_employer_view": "A", "d_union_view": "T"}
    filled = {key: owner for key, owner in owners.items() if values.get(key)}
    yield from written_by_others(context, filled)


def _name(row: Any) -> str:
    return str(row.get("organisasjon") or "").strip()


def _lacking_sides(values: Values, key: str) -> Iterator[Label]:
    named = {row.get("side") for row in filled_rows(values, key) if has(row, "navn")}
    return (who for side, who in _SIDES.items() if side not in named)
