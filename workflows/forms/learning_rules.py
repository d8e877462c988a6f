"""Rules of what the parties learn by: what is lacking, and where.

Q-E1 and Q-E2 are of the self-assessment «Status i egen kommune», Q-N1 of the experience
note, Q-R1 to Q-R4 of the annual report.
"""

from __future__ import annotations

from workflows.forms.catalogue import form
from workflows.forms.lint_context import (
    Answer,
    LintContext,
    has,
    numbered_rows,
    say,
    written_by_others,
)
from workflows.forms.report_rules import (
    outputs_are_as_registered,
    parties_are_told_together,
)
from workflows.forms.shapes import is_empty
from workflows.forms.values import Values, filled_rows

_LEVELS = ("prosjekt", "kommune")
_SHARED = ("shared_in_municipality", "shared_in_programme")


def every_statement_is_scored(values: Values, _context: LintContext) -> Answer:
    """Q-E1: each of the twelve statements stands once, with a score at both levels."""
    (statements, *_rest) = form("self-assessment").field("sa_answers").columns
    answered = [row.get("utsagn") for row in filled_rows(values, "sa_answers")]
    for choice in statements.choices:
        if answered.count(choice.key) != 1:
            label = choice.label
            yield (
                "sa_answers",
                say(
                    f"«{label.nb}» skal stå én gang.",
                    f"«{label.nn}» skal stå éin gong.",
                ),
            )
    yield from _unscored(values)


def answers_are_the_partys_own(values: Values, context: LintContext) -> Answer:
    """Q-E2: the party that answers is the one that wrote the scores."""
    party = values.get("sa_party")
    if party:
        yield from written_by_others(context, {"sa_answers": party})


def nobody_is_recognised(values: Values, _context: LintContext) -> Answer:
    """Q-N1: what is shared outside the project lets nobody be recognised."""
    if values.get("e_status") in _SHARED and values.get("e_privacy") != "no":
        yield (
            "e_privacy",
            say(
                "Skriv om teksten, så ingen kan kjennes igjen, før den deles.",
                "Skriv om teksten, så ingen kan kjennast att, før han blir delt.",
            ),
        )


def goals_have_a_start_and_an_aim(values: Values, context: LintContext) -> Answer:
    """Q-R1: each effect goal has its baseline and its target as numbers."""
    for where, row in numbered_rows(values, "ar_goals"):
        for part in ("nullpunkt", "maal"):
            if not has(row, part) and not _is_hidden(row.get("antall"), context):
                yield (
                    f"{where}.{part}",
                    say(
                        "Skriv både nullpunktet og målet som tall.",
                        "Skriv både nullpunktet og målet som tal.",
                    ),
                )


def small_groups_are_left_out(values: Values, context: LintContext) -> Answer:
    """Q-R2: no number with fewer people behind it than the threshold."""
    for where, row in numbered_rows(values, "ar_goals"):
        for part in ("nullpunkt", "naa"):
            if _is_hidden(row.get("antall"), context) and has(row, part):
                few = context.threshold
                yield (
                    f"{where}.{part}",
                    say(
                        f"Det er færre enn {few} bak tallet: la det stå tomt.",
                        f"Det er færre enn {few} bak talet: la det stå tomt.",
                    ),
                )


def report_goes_to_all(values: Values, context: LintContext) -> Answer:
    """Q-R3: the report goes to all three parties in one transaction."""
    yield from parties_are_told_together(values, context)


def outputs_come_from_the_register(values: Values, context: LintContext) -> Answer:
    """Q-R4: the list of outputs comes from the register, never from a hand."""
    for _where, message in outputs_are_as_registered(values, context):
        yield "ar_outputs", message


def _unscored(values: Values) -> Answer:
    for where, row in numbered_rows(values, "sa_answers"):
        for level in _LEVELS:
            if is_empty(row.get(level)):
                yield (
                    f"{where}.{level}",
                    say("Sett et tall fra 1 til 5.", "Set eit tal frå 1 til 5."),
                )


def _is_hidden(behind: object, context: LintContext) -> bool:
    return isinstance(behind, int | float) and behind < context.threshold
