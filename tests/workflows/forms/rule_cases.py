"""Cases of the rules of the documents beside mandate, agreement and status report."""

from __future__ import annotations

from datetime import date
from typing import Any

from workflows.forms.catalogue import form
from workflows.forms.lint_context import LintContext

NOTHING_KNOWN = LintContext()


def rows(*cells: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"_id": f"r{number}"} | row for number, row in enumerate(cells)]


def of_party(letters: str, **cells: Any) -> list[dict[str, Any]]:
    return rows(*({"part": letter} | cells for letter in letters))


def _of_groups(groups: str) -> list[dict[str, Any]]:
    return [{"mottaker": f"Part {group}", "gruppe": group} for group in groups]


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """Return the cells that the short mandate has a column for."""
    (goals,) = [f for f in form("short-mandate").fields if f.key == "m_effect"]
    return {key: row[key] for key in (c.key for c in goals.columns) if key in row}


GOAL = {
    "effektmaal": "Nærvær",
    "indikator": "Legemeldt fravær",
    "nullpunkt": "9,2 %",
    "maalverdi": "8,0 %",
    "naar": "2026-12-31",
    "gevinsteier": "Virksomhetsleder",
}
DAY = "2026-05-12"
COUNCIL_TOLD = {"mottaker": "Eldrerådet", "gruppe": "council"}
STATEMENTS = [
    choice.key
    for choice in form("self-assessment").field("sa_answers").columns[0].choices
]
ANSWERS = rows(*({"utsagn": key, "prosjekt": 4, "kommune": 3} for key in STATEMENTS))
BOTH_SIDES = [
    {"side": "employer", "navn": "Siv Grønlid"},
    {"side": "union", "navn": "Rita Solgløtt", "organisasjon": "Laget"},
]
HEARD = [{"instans": f"Part {key}", "gruppe": key, "svar": "agree"} for key in "AFT"]
ASSESSED_REMARK = {
    "instans": "Eldrerådet",
    "merknad": "For kort frist",
    "vurdering": "Rådet har rett",
    "tatt_inn": "yes",
    "begrunnelse": "Fristen er forlenget",
}
COUNCIL = {"instans": "Eldrerådet", "gruppe": "council"}
IN_NUMBERS = {"effektmaal": "Nærvær", "nullpunkt": 9, "naa": 8, "maal": 7}

# As in `test_lint`: rule, values, what is known besides, where something is lacking.
LACKING_NEW: list[tuple[str, dict[str, Any], LintContext, list[str]]] = [
    ("Q-K1", {"m_steering": of_party("AFTT")}, NOTHING_KNOWN, ["m_steering"]),
    (
        "Q-K2",
        {"m_effect": rows(_short(GOAL) | {"naar": None})},
        NOTHING_KNOWN,
        ["m_effect[1].naar"],
    ),
    ("Q-K3", {}, NOTHING_KNOWN, ["m_interface"]),
    (
        "Q-K4",
        {"m_start": "2025-04-01", "m_end": "2028-04-02"},
        NOTHING_KNOWN,
        ["m_end"],
    ),
    (
        "Q-D1",
        {"d_on": "2025-11-19"},
        LintContext(measure_dated=date(2025, 11, 20)),
        ["d_measure"],
    ),
    (
        "Q-D2",
        {"d_on": "2025-11-19", "d_docs_sent": "2025-11-19"},
        NOTHING_KNOWN,
        ["d_docs_sent"],
    ),
    ("Q-D3", {"d_present": rows(*BOTH_SIDES)}, NOTHING_KNOWN, ["d_union_view"]),
    (
        "Q-D3",
        {
            "d_present": rows(*BOTH_SIDES),
            "d_union_view": rows({"organisasjon": "Laget", "syn": " "}),
        },
        NOTHING_KNOWN,
        ["d_union_view"],
    ),
    ("Q-D4", {}, NOTHING_KNOWN, ["d_present", "d_present"]),
    (
        "Q-D4",
        {"d_present": rows(*BOTH_SIDES), "d_sign": rows(BOTH_SIDES[0])},
        NOTHING_KNOWN,
        ["d_sign"],
    ),
    (
        "Q-D5",
        {"d_employer_view": ["Vi vil"]},
        LintContext(writers={"d_employer_view": "T"}),
        ["d_employer_view"],
    ),
    ("Q-H1", {}, NOTHING_KNOWN, ["hl_deadline_time"]),
    ("Q-H1", {"hl_deadline_time": "kl. 25.00"}, NOTHING_KNOWN, ["hl_deadline_time"]),
    ("Q-H1", {"hl_deadline_time": "kl. 12"}, NOTHING_KNOWN, ["hl_deadline_time"]),
    (
        "Q-H2",
        {"hl_dated": "2026-05-12", "hl_deadline": "2026-05-12"},
        NOTHING_KNOWN,
        ["hl_deadline"],
    ),
    ("Q-H2", {}, LintContext(answer_days=9), ["hl_deadline"]),
    (
        "Q-H3",
        {"hl_questions": rows({"nr": "1"}, {"nr": "1"}, {"spoersmaal": "Hva nå?"})},
        NOTHING_KNOWN,
        ["hl_questions[2].nr", "hl_questions[3].nr"],
    ),
    ("Q-H4", {"hl_to": rows(*_of_groups("AT"))}, NOTHING_KNOWN, ["hl_to"]),
    *(
        (
            "Q-O1",
            {"hs_remarks": rows(ASSESSED_REMARK | {part: None})},
            NOTHING_KNOWN,
            [f"hs_remarks[1].{part}"],
        )
        for part in ("vurdering", "tatt_inn", "begrunnelse")
    ),
    ("Q-O2", {"hs_bodies": rows(COUNCIL)}, NOTHING_KNOWN, ["hs_bodies[1].svar"]),
    ("Q-O3", {"hs_bodies": rows(*HEARD[1:])}, NOTHING_KNOWN, ["hs_bodies"]),
    (
        "Q-O4",
        {"hs_bodies": rows(COUNCIL | {"svar": "not_answered", "mottatt": DAY})},
        NOTHING_KNOWN,
        ["hs_bodies[1].svar"],
    ),
    (
        "Q-O4",
        {
            "hs_bodies": rows(COUNCIL | {"svar": "not_answered"}),
            "hs_remarks": rows(ASSESSED_REMARK),
        },
        NOTHING_KNOWN,
        ["hs_bodies[1].svar"],
    ),
    (
        "Q-O5",
        {"hs_bodies": rows(*HEARD, COUNCIL | {"svar": "disagree"})},
        NOTHING_KNOWN,
        ["hs_bodies[4]"],
    ),
    ("Q-E1", {"sa_answers": ANSWERS[1:]}, NOTHING_KNOWN, ["sa_answers"]),
    (
        "Q-E1",
        {"sa_answers": [*ANSWERS[:-1], ANSWERS[-1] | {"kommune": None}]},
        NOTHING_KNOWN,
        ["sa_answers[12].kommune"],
    ),
    (
        "Q-E2",
        {"sa_party": "T"},
        LintContext(writers={"sa_answers": "A"}),
        ["sa_answers"],
    ),
    (
        "Q-N1",
        {"e_status": "shared_in_programme", "e_privacy": "yes"},
        NOTHING_KNOWN,
        ["e_privacy"],
    ),
    ("Q-N1", {"e_status": "shared_in_municipality"}, NOTHING_KNOWN, ["e_privacy"]),
    (
        "Q-R1",
        {"ar_goals": rows(IN_NUMBERS | {"maal": None})},
        NOTHING_KNOWN,
        ["ar_goals[1].maal"],
    ),
    (
        "Q-R2",
        {"ar_goals": rows(IN_NUMBERS | {"antall": 4})},
        NOTHING_KNOWN,
        ["ar_goals[1].nullpunkt", "ar_goals[1].naa"],
    ),
    ("Q-R3", {}, LintContext(notified_together=False), ["document"]),
    ("Q-R4", {}, LintContext(outputs_as_registered=False), ["ar_outputs"]),
]
KEPT_NEW: list[tuple[str, dict[str, Any], LintContext]] = [
    ("Q-K1", {"m_steering": of_party("AFT")}, NOTHING_KNOWN),
    ("Q-K2", {"m_effect": rows(_short(GOAL))}, NOTHING_KNOWN),
    (
        "Q-K3",
        {"m_interface": rows({"spoersmaal": "Bemanning", "hvem": "Kommunestyret"})},
        NOTHING_KNOWN,
    ),
    ("Q-K4", {"m_start": "2025-04-01", "m_end": "2028-04-01"}, NOTHING_KNOWN),
    ("Q-D1", {"d_on": "2025-11-19"}, LintContext(measure_dated=date(2025, 11, 19))),
    ("Q-D1", {"d_on": "2025-11-19"}, NOTHING_KNOWN),
    ("Q-D2", {"d_on": "2025-11-19", "d_docs_sent": "2025-11-18"}, NOTHING_KNOWN),
    (
        "Q-D3",
        {
            "d_present": rows(*BOTH_SIDES),
            "d_union_view": rows({"organisasjon": "Laget", "syn": "Vi er uenige."}),
        },
        NOTHING_KNOWN,
    ),
    (
        "Q-D4",
        {"d_present": rows(*BOTH_SIDES), "d_sign": rows({"side": "union"})},
        NOTHING_KNOWN,
    ),
    (
        "Q-D5",
        {"d_union_view": rows({"syn": "Vi vil"})},
        LintContext(writers={"d_union_view": "T", "d_employer_view": "T"}),
    ),
    ("Q-H1", {"hl_deadline_time": "kl. 12.00"}, NOTHING_KNOWN),
    ("Q-H1", {"hl_deadline_time": "8:30"}, NOTHING_KNOWN),
    ("Q-H2", {"hl_dated": "2026-04-23", "hl_deadline": "2026-05-12"}, NOTHING_KNOWN),
    ("Q-H2", {}, LintContext(answer_days=3, fewest_answer_days=3)),
    ("Q-H3", {"hl_questions": rows({"nr": "1"}, {"nr": "2"})}, NOTHING_KNOWN),
    ("Q-H4", {"hl_to": rows(*_of_groups("FAT"), COUNCIL_TOLD)}, NOTHING_KNOWN),
    ("Q-O1", {"hs_remarks": rows(ASSESSED_REMARK)}, NOTHING_KNOWN),
    ("Q-O2", {"hs_bodies": rows(COUNCIL | {"svar": "not_answered"})}, NOTHING_KNOWN),
    ("Q-O3", {"hs_bodies": rows(*HEARD)}, NOTHING_KNOWN),
    ("Q-O4", {"hs_bodies": rows(COUNCIL | {"svar": "not_answered"})}, NOTHING_KNOWN),
    (
        "Q-O5",
        {
            "hs_bodies": rows(COUNCIL | {"svar": "agree_with_remark"}),
            "hs_remarks": rows(ASSESSED_REMARK),
        },
        NOTHING_KNOWN,
    ),
    ("Q-E1", {"sa_answers": ANSWERS}, NOTHING_KNOWN),
    ("Q-E2", {"sa_party": "T"}, LintContext(writers={"sa_answers": "T"})),
    ("Q-E2", {}, LintContext(writers={"sa_answers": "A"})),
    ("Q-N1", {"e_status": "shared_in_programme", "e_privacy": "no"}, NOTHING_KNOWN),
    ("Q-N1", {"e_status": "approved", "e_privacy": "yes"}, NOTHING_KNOWN),
    ("Q-R1", {"ar_goals": rows(IN_NUMBERS)}, NOTHING_KNOWN),
    (
        "Q-R1",
        {"ar_goals": rows({"effektmaal": "Nærvær", "antall": 4})},
        NOTHING_KNOWN,
    ),
    ("Q-R2", {"ar_goals": rows(IN_NUMBERS | {"antall": 5})}, NOTHING_KNOWN),
    ("Q-R3", {}, LintContext(notified_together=True)),
    ("Q-R4", {}, NOTHING_KNOWN),
]
