from typing import Any

import pytest

from tests.workflows.forms.rule_cases import (
    GOAL,
    KEPT_NEW,
    LACKING_NEW,
    NOTHING_KNOWN,
    of_party,
    rows,
)
from workflows.forms.agreement_rules import clause_fingerprint
from workflows.forms.catalogue import form, kinds
from workflows.forms.lint import BLOCKING, RULES, lint, rules_of
from workflows.forms.lint_context import LintContext
from workflows.forms.values import faults, fixed_clauses

KIND_OF = {rule[2]: form(kind) for kind in kinds() for rule in rules_of(kind)}


def found(
    rule: str, values: dict[str, Any], context: LintContext = NOTHING_KNOWN
) -> list[str]:
    kind = KIND_OF[rule[2]]
    assert faults(kind, values) == ()
    return [each.where for each in lint(kind, values, context) if each.rule == rule]


TOGETHER = {"arena": "Verksted", "antall_a": 4, "antall_f": 4, "antall_t": 4}
BASELINE = {"indikator": "Legemeldt sjukefråvær", "verdi": "9,2 %", "antall": 212}
SPOKEN = {"talsperson_a": "Leder", "talsperson_f": "Ordfører", "talsperson_t": "HTV"}
ASSESSED = {"hva": "Status i egen kommune"}
SCORES = {"utsagn": "listens", "A": 4, "F": 4, "T": 3}

# Rule, values, what is known besides, and where something is lacking.
LACKING: list[tuple[str, dict[str, Any], LintContext, list[str]]] = [
    ("Q-M1", {}, NOTHING_KNOWN, ["m_steering", "m_group"]),
    (
        "Q-M1",
        {"m_steering": of_party("AAFT"), "m_group": of_party("AFT")},
        NOTHING_KNOWN,
        ["m_steering"],
    ),
    (
        "Q-M1",
        {"m_steering": of_party("AFT"), "m_group": of_party("AT")},
        NOTHING_KNOWN,
        ["m_group"],
    ),
    *(
        (
            "Q-M2",
            {"m_effect": rows(GOAL, GOAL | {part: ""})},
            NOTHING_KNOWN,
            [f"m_effect[2].{part}"],
        )
        for part in ("indikator", "nullpunkt", "maalverdi", "naar", "gevinsteier")
    ),
    ("Q-M3", {}, NOTHING_KNOWN, ["m_joint"]),
    ("Q-M3", {"m_joint": rows(TOGETHER | {"antall_f": 0})}, NOTHING_KNOWN, ["m_joint"]),
    ("Q-M4", {}, NOTHING_KNOWN, ["m_inv_emp", "m_inv_res"]),
    (
        "Q-M4",
        {"m_inv_emp": rows({"gruppe": "Ansatte"})},
        NOTHING_KNOWN,
        ["m_inv_res"],
    ),
    ("Q-M5", {}, NOTHING_KNOWN, ["m_interface"]),
    (
        "Q-M5",
        {"m_interface": rows({"spoersmaal": "Økt grunnbemanning"})},
        NOTHING_KNOWN,
        ["m_interface"],
    ),
    (
        "Q-M6",
        {"m_outputs": rows({"leveranse": "Notat", "mottaker": "Formannskapet"})},
        NOTHING_KNOWN,
        ["m_outputs[1]"],
    ),
    (
        "Q-M7",
        {"m_view_t": ["Vi vil"]},
        LintContext(writers={"m_view_t": "A"}),
        ["m_view_t"],
    ),
    (
        "Q-M8",
        {"m_profile": rows(SPOKEN | {"talsperson_t": ""})},
        NOTHING_KNOWN,
        ["m_profile.talsperson_t"],
    ),
    ("Q-M9", {"m_time": of_party("AF", timer="20 %")}, NOTHING_KNOWN, ["m_time"]),
    ("Q-M9", {"m_time": of_party("T", dekkes_av="x")}, NOTHING_KNOWN, ["m_time"]),
    ("Q-M10", {"m_focus": ["full_time"]}, NOTHING_KNOWN, ["m_ha"]),
    ("Q-M10", {"m_name": "Langturnus i Vika"}, NOTHING_KNOWN, ["m_ha"]),
    ("Q-M10", {"m_purpose": [[{"text": "Heiltid"}]]}, NOTHING_KNOWN, ["m_ha"]),
    (
        "Q-M10",
        {"m_outputs": rows({"leveranse": "Plan for omorganisering"})},
        NOTHING_KNOWN,
        ["m_ha"],
    ),
    (
        "Q-M11",
        {"m_baseline": rows(BASELINE, BASELINE | {"antall": 4})},
        NOTHING_KNOWN,
        ["m_baseline[2].verdi"],
    ),
    (
        "Q-M11",
        {"m_baseline": rows(BASELINE | {"antall": None})},
        NOTHING_KNOWN,
        ["m_baseline[1].verdi"],
    ),
    (
        "Q-M11",
        {"m_baseline": rows(BASELINE | {"antall": 9})},
        LintContext(threshold=10),
        ["m_baseline[1].verdi"],
    ),
    (
        "Q-M12",
        {"m_start": "2025-04-01", "m_end": "2028-04-02"},
        NOTHING_KNOWN,
        ["m_end"],
    ),
    (
        "Q-M12",
        {"m_start": "2024-02-29", "m_end": "2027-03-01"},
        NOTHING_KNOWN,
        ["m_end"],
    ),
    (
        "Q-A1",
        {"a_parties": of_party("AF", fullmakt="PS 33/25")},
        NOTHING_KNOWN,
        ["a_parties"],
    ),
    (
        "Q-A1",
        {"a_parties": of_party("AFT")},
        NOTHING_KNOWN,
        [f"a_parties[{number}].fullmakt" for number in (1, 2, 3)],
    ),
    ("Q-A2", {}, LintContext(equal_layout=False), ["a_sign"]),
    ("Q-A3", {}, NOTHING_KNOWN, ["a_commit_a", "a_commit_f", "a_commit_t"]),
    (
        "Q-A3",
        {f"a_commit_{party}": rows({"forpliktelse": "x"}) for party in "aft"},
        LintContext(writers={"a_commit_a": "A", "a_commit_f": "A"}),
        ["a_commit_f"],
    ),
    ("Q-A4", {"a_lines": ["Avtalen endrer alt."]}, NOTHING_KNOWN, ["a_lines"]),
    (
        "Q-A4",
        {"a_language": "nn"} | fixed_clauses(KIND_OF["A"], language="nb"),
        NOTHING_KNOWN,
        ["a_lines", "a_ha"],
    ),
    ("Q-A5", {}, NOTHING_KNOWN, ["a_duration_from", "a_duration_to"]),
    ("Q-A5", {"a_duration_from": "2025-06-12"}, NOTHING_KNOWN, ["a_duration_to"]),
    ("Q-A6", {}, NOTHING_KNOWN, ["a_follow"]),
    (
        "Q-A6",
        {"a_follow": rows(ASSESSED | {"naar": "Ved start"}, {"hva": "Evaluering"})},
        NOTHING_KNOWN,
        ["a_follow"],
    ),
    (
        "Q-A7",
        {"a_level": "project"},
        LintContext(mandate_state="on_round"),
        ["a_mandate"],
    ),
    ("Q-S1", {}, LintContext(notified_together=False), ["document"]),
    (
        "Q-S2",
        {"s_coop": rows(SCORES, SCORES | {"F": None})},
        NOTHING_KNOWN,
        ["s_coop[2].F"],
    ),
    (
        "Q-S2",
        {"s_coop": rows(SCORES)},
        LintContext(writers={"s_coop.T": "A"}),
        ["s_coop.T"],
    ),
    (
        "Q-S3",
        {"s_dim": rows({"omraade": "economy", "status": "critical"})},
        NOTHING_KNOWN,
        ["s_dim[1].tiltak"],
    ),
    (
        "Q-S4",
        {"s_goals": rows({"forrige": "8 %", "naa": "9 %", "antall": 4})},
        NOTHING_KNOWN,
        ["s_goals[1].forrige", "s_goals[1].naa"],
    ),
    ("Q-S5", {}, LintContext(outputs_as_registered=False), ["s_outputs"]),
    *LACKING_NEW,
]
# The same rules kept, or silent for want of a fact.
KEPT: list[tuple[str, dict[str, Any], LintContext]] = [
    (
        "Q-M1",
        {"m_steering": of_party("TTFFAA"), "m_group": of_party("AAFT")},
        NOTHING_KNOWN,
    ),
    ("Q-M2", {"m_effect": rows(GOAL)}, NOTHING_KNOWN),
    ("Q-M3", {"m_joint": rows({"arena": "x"}, TOGETHER)}, NOTHING_KNOWN),
    (
        "Q-M4",
        {"m_inv_emp": rows({"gruppe": "x"}), "m_inv_res": rows({"gruppe": "x"})},
        NOTHING_KNOWN,
    ),
    (
        "Q-M4",
        {"m_inv_emp": rows({"gruppe": "x"}), "m_inv_res_reason": ["Gjelder internt"]},
        NOTHING_KNOWN,
    ),
    (
        "Q-M5",
        {"m_interface": rows({"spoersmaal": "Bemanning", "hvem": "Kommunestyret"})},
        NOTHING_KNOWN,
    ),
    (
        "Q-M6",
        {"m_outputs": rows({"mottaker": "Formannskapet", "sak": "Budsjett"})},
        NOTHING_KNOWN,
    ),
    ("Q-M7", {"m_view_t": ["Vi vil"]}, LintContext(writers={"m_view_t": "T"})),
    ("Q-M7", {"m_view_t": ["Vi vil"]}, NOTHING_KNOWN),
    ("Q-M7", {}, LintContext(writers={"m_view_t": "A"})),
    ("Q-M8", {"m_profile": rows(SPOKEN)}, NOTHING_KNOWN),
    ("Q-M9", {"m_time": of_party("AFT", timer="20 %")}, NOTHING_KNOWN),
    (
        "Q-M10",
        {"m_focus": ["full_time"], "m_ha": rows({"tema": "Langturnus"})},
        NOTHING_KNOWN,
    ),
    ("Q-M10", {"m_name": "Nærvær på Solsida"}, NOTHING_KNOWN),
    (
        "Q-M11",
        {
            "m_baseline": rows(
                BASELINE | {"antall": 5},
                BASELINE | {"antall": 4, "verdi": "Skjult"},
                {"indikator": "Brukerundersøkelse", "verdi": "4,1", "antall": 3},
            )
        },
        NOTHING_KNOWN,
    ),
    ("Q-M12", {"m_start": "2025-04-01", "m_end": "2028-04-01"}, NOTHING_KNOWN),
    ("Q-M12", {"m_start": "2024-02-29", "m_end": "2027-02-28"}, NOTHING_KNOWN),
    ("Q-M12", {"m_start": "2025-04-01"}, NOTHING_KNOWN),
    ("Q-A1", {"a_parties": of_party("ATTF", fullmakt="PS 33/25")}, NOTHING_KNOWN),
    ("Q-A2", {}, LintContext(equal_layout=True)),
    ("Q-A2", {}, NOTHING_KNOWN),
    (
        "Q-A3",
        {f"a_commit_{party}": rows({"forpliktelse": "x"}) for party in "aft"},
        LintContext(writers={"a_commit_a": "A", "a_commit_f": "F", "a_commit_t": "T"}),
    ),
    ("Q-A4", {}, NOTHING_KNOWN),
    ("Q-A4", fixed_clauses(KIND_OF["A"], language="nb"), NOTHING_KNOWN),
    ("Q-A4", fixed_clauses(KIND_OF["A"], language="nn"), NOTHING_KNOWN),
    (
        "Q-A4",
        {"a_ha": [[{"text": "Som før.", "bold": True}]]},
        LintContext(earlier_clauses=frozenset({clause_fingerprint("Som  før.")})),
    ),
    (
        "Q-A5",
        {"a_duration_from": "2025-06-12", "a_duration_to": "2026-12-31"},
        NOTHING_KNOWN,
    ),
    ("Q-A6", {"a_follow": rows(ASSESSED, ASSESSED)}, NOTHING_KNOWN),
    (
        "Q-A6",
        {
            "a_follow": rows(
                {"hva": "Status i eigen kommune", "naar": "ved start og ved slutt"}
            )
        },
        NOTHING_KNOWN,
    ),
    ("Q-A7", {"a_level": "project"}, LintContext(mandate_state="signed")),
    ("Q-A7", {"a_level": "project"}, NOTHING_KNOWN),
    ("Q-A7", {"a_level": "local"}, LintContext(mandate_state="draft")),
    ("Q-S1", {}, LintContext(notified_together=True)),
    ("Q-S1", {}, NOTHING_KNOWN),
    (
        "Q-S2",
        {"s_coop": rows(SCORES)},
        LintContext(writers={"s_coop.A": "A", "s_coop.F": "F", "s_coop.T": "T"}),
    ),
    (
        "Q-S3",
        {
            "s_dim": rows(
                {"omraade": "economy", "status": "critical", "tiltak": "Ny plan"},
                {"omraade": "time", "status": "on_track"},
            )
        },
        NOTHING_KNOWN,
    ),
    (
        "Q-S4",
        {
            "s_goals": rows(
                {"naa": "9 %", "antall": 5},
                {"naa": "skjult", "antall": 2},
                {"naa": "4,2"},
            )
        },
        NOTHING_KNOWN,
    ),
    ("Q-S5", {}, LintContext(outputs_as_registered=True)),
    ("Q-S5", {}, NOTHING_KNOWN),
    *KEPT_NEW,
]


@pytest.mark.parametrize(("rule", "values", "context", "where"), LACKING)
def test_a_rule_tells_what_is_lacking_and_where(
    rule: str, values: dict[str, Any], context: LintContext, where: list[str]
) -> None:
    assert found(rule, values, context) == where


@pytest.mark.parametrize(("rule", "values", "context"), KEPT)
def test_a_rule_is_silent_when_it_is_kept_or_a_fact_is_unknown(
    rule: str, values: dict[str, Any], context: LintContext
) -> None:
    assert found(rule, values, context) == []


def test_every_rule_has_a_case_that_breaks_it_and_one_that_keeps_it() -> None:
    assert {case[0] for case in LACKING} == set(RULES)
    assert {case[0] for case in KEPT} == set(RULES)


def test_there_are_twelve_seven_and_five_rules_and_six_of_them_stop_a_round() -> None:
    assert len(rules_of("mandate")) == 12
    assert len(rules_of("agreement")) == 7
    assert len(rules_of("status-report")) == 5
    assert rules_of("output") == ()
    assert set(RULES) >= BLOCKING
    assert {rule for rule in BLOCKING if rule[2] != "K"} == {
        "Q-M1", "Q-M2", "Q-M3", "Q-M5", "Q-A1", "Q-A2",
    }  # fmt: skip


def test_a_short_mandate_is_stopped_by_what_would_stop_the_mandate() -> None:
    assert {rule for rule in BLOCKING if rule[2] == "K"} == {"Q-K1", "Q-K2", "Q-K3"}


def test_every_rule_belongs_to_one_kind() -> None:
    owned = [rule for kind in kinds() for rule in rules_of(kind)]

    assert sorted(owned) == sorted(RULES)


def test_only_a_blocking_rule_makes_a_blocking_finding() -> None:
    told = lint(form("mandate"), {}, NOTHING_KNOWN)

    assert {each.rule for each in told if each.blocking} == {"Q-M1", "Q-M3", "Q-M5"}
    assert {each.rule for each in told if not each.blocking} >= {"Q-M4", "Q-M9"}


@pytest.mark.parametrize("kind", kinds())
def test_an_empty_document_is_told_what_it_lacks_in_both_written_standards(
    kind: str,
) -> None:
    for each in lint(form(kind), {}, NOTHING_KNOWN):
        assert each.message.nb.strip()
        assert each.message.nn.strip()
        assert each.where == "document" or each.where.split(".")[0] in form(kind).by_key
