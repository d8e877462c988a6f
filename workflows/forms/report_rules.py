"""Rules of a good status report, Q-S1 to Q-S5: what is lacking, and where."""

from __future__ import annotations

from workflows.forms.lint_context import (
    PARTIES,
    Answer,
    LintContext,
    has,
    is_shown,
    numbered_rows,
    say,
    written_by_others,
)
from workflows.forms.values import Values


def parties_are_told_together(_values: Values, context: LintContext) -> Answer:
    """Q-S1: the report goes to all three parties in one transaction."""
    if context.notified_together is False:
        yield (
            "document",
            say(
                "Rapporten skal gå til alle tre parter samtidig.",
                "Rapporten skal gå til alle tre partane samtidig.",
            ),
        )


def cooperation_is_scored_by_each(values: Values, context: LintContext) -> Answer:
    """Q-S2: every statement has a score of each party, given by itself."""
    for where, row in numbered_rows(values, "s_coop"):
        for party, name in PARTIES.items():
            if not has(row, party):
                yield (
                    f"{where}.{party}",
                    say(
                        f"Her mangler svaret fra {name.nb}.",
                        f"Her manglar svaret frå {name.nn}.",
                    ),
                )
    yield from written_by_others(context, {f"s_coop.{own}": own for own in PARTIES})


def critical_rows_have_a_measure(values: Values, _context: LintContext) -> Answer:
    """Q-S3: what is critical has a measure beside it."""
    for where, row in numbered_rows(values, "s_dim"):
        if row.get("status") == "critical" and not has(row, "tiltak"):
            yield (
                f"{where}.tiltak",
                say(
                    "Området er kritisk: skriv hvilket tiltak som er satt i verk.",
                    "Området er kritisk: skriv kva tiltak som er sett i verk.",
                ),
            )


def small_groups_are_hidden(values: Values, context: LintContext) -> Answer:
    """Q-S4: no number with fewer people behind it than the threshold."""
    for where, row in numbered_rows(values, "s_goals"):
        behind = row.get("antall")
        if behind is None or behind >= context.threshold:
            continue
        for column in ("forrige", "naa"):
            if is_shown(row.get(column)):
                few = context.threshold
                yield (
                    f"{where}.{column}",
                    say(
                        f"Det er færre enn {few} bak tallet: skriv «skjult».",
                        f"Det er færre enn {few} bak talet: skriv «skjult».",
                    ),
                )


def outputs_are_as_registered(_values: Values, context: LintContext) -> Answer:
    """Q-S5: the list of outputs comes from the register, never from a hand."""
    if context.outputs_as_registered is False:
        yield (
            "s_outputs",
            say(
                "Leveransene hentes fra registeret og kan ikke endres for hånd.",
                "Leveransane blir henta frå registeret og kan ikkje endrast for hand.",
            ),
        )
