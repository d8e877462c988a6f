"""Is this a good document by the method? «Dette mangler», shown to those who write it.

`RULES` is the one table of rules, from id to function. The letter of an id tells the
kind of document, the number its place in the list that people know. Rules in
`BLOCKING` stop a document from going on a round; the others only tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from workflows.forms import (
    agreement_rules,
    consultation_rules,
    hearing_rules,
    learning_rules,
    mandate_rules,
    report_rules,
)
from workflows.forms.fields import Form, Label
from workflows.forms.lint_context import Answer, LintContext
from workflows.forms.values import Values

Rule: TypeAlias = Callable[[Values, LintContext], Answer]

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "Q-M1": mandate_rules.steering_group_is_equal,
        "Q-M2": mandate_rules.effect_goals_are_measurable,
        "Q-M3": mandate_rules.goals_are_made_together,
        "Q-M4": mandate_rules.people_are_involved,
        "Q-M5": mandate_rules.border_to_decisions_is_drawn,
        "Q-M6": mandate_rules.outputs_have_a_receiver,
        "Q-M7": mandate_rules.views_are_the_parties_own,
        "Q-M8": mandate_rules.every_party_has_a_spokesperson,
        "Q-M9": mandate_rules.unions_are_given_time,
        "Q-M10": mandate_rules.basic_agreement_is_considered,
        "Q-M11": mandate_rules.small_groups_are_hidden,
        "Q-M12": mandate_rules.project_is_limited_in_time,
        "Q-A1": agreement_rules.three_parties_with_mandates,
        "Q-A2": agreement_rules.parties_look_alike,
        "Q-A3": agreement_rules.commitments_are_the_parties_own,
        "Q-A4": agreement_rules.fixed_clauses_are_unaltered,
        "Q-A5": agreement_rules.duration_is_set,
        "Q-A6": agreement_rules.self_assessment_is_planned,
        "Q-A7": agreement_rules.mandate_is_agreed,
        "Q-S1": report_rules.parties_are_told_together,
        "Q-S2": report_rules.cooperation_is_scored_by_each,
        "Q-S3": report_rules.critical_rows_have_a_measure,
        "Q-S4": report_rules.small_groups_are_hidden,
        "Q-S5": report_rules.outputs_are_as_registered,
        "Q-K1": mandate_rules.parties_steer_equally,
        "Q-K2": mandate_rules.effect_goals_are_measurable,
        "Q-K3": mandate_rules.border_to_decisions_is_drawn,
        "Q-K4": mandate_rules.project_is_limited_in_time,
        "Q-D1": consultation_rules.current_version_is_consulted_on,
        "Q-D2": consultation_rules.documents_come_first,
        "Q-D3": consultation_rules.every_organisation_has_its_view,
        "Q-D4": consultation_rules.both_sides_are_there,
        "Q-D5": consultation_rules.views_are_the_sides_own,
        "Q-H1": hearing_rules.deadline_has_an_hour,
        "Q-H2": hearing_rules.there_is_time_to_answer,
        "Q-H3": hearing_rules.questions_are_numbered,
        "Q-H4": hearing_rules.all_parties_get_the_letter,
        "Q-O1": hearing_rules.remarks_are_assessed,
        "Q-O2": hearing_rules.every_answer_is_told,
        "Q-O3": hearing_rules.all_parties_are_accounted_for,
        "Q-O4": hearing_rules.silence_says_nothing,
        "Q-O5": hearing_rules.every_remark_is_told,
        "Q-E1": learning_rules.every_statement_is_scored,
        "Q-E2": learning_rules.answers_are_the_partys_own,
        "Q-N1": learning_rules.nobody_is_recognised,
        "Q-R1": learning_rules.goals_have_a_start_and_an_aim,
        "Q-R2": learning_rules.small_groups_are_left_out,
        "Q-R3": learning_rules.report_goes_to_all,
        "Q-R4": learning_rules.outputs_come_from_the_register,
    }
)
BLOCKING = frozenset(
    {"Q-M1", "Q-M2", "Q-M3", "Q-M5", "Q-A1", "Q-A2", "Q-K1", "Q-K2", "Q-K3"}
)
_LETTERS = {
    "mandate": "M",
    "agreement": "A",
    "status-report": "S",
    "short-mandate": "K",
    "consultation-minutes": "D",
    "hearing-letter": "H",
    "hearing-summary": "O",
    "self-assessment": "E",
    "experience-note": "N",
    "annual-report": "R",
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one rule found lacking; `where` is a key, `key[row].column` or `document`.

    Rows are counted from 1.
    """

    rule: str
    blocking: bool
    where: str
    message: Label


def lint(form: Form, values: Values, context: LintContext) -> tuple[Finding, ...]:
    """Return what the rules of this kind find, in the order of `RULES`.

    The values have no faults (`values.faults`). A kind without rules has no findings.
    """
    return tuple(
        Finding(rule=rule, blocking=rule in BLOCKING, where=where, message=message)
        for rule in rules_of(form.kind)
        for where, message in RULES[rule](values, context)
    )


def rules_of(kind: str) -> tuple[str, ...]:
    """Return the ids of the rules of a kind of document, in their order."""
    letter = _LETTERS.get(kind)
    return tuple(rule for rule in RULES if rule[2] == letter)
