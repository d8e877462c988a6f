"""Rules of a good project mandate, Q-M1 to Q-M12: what is lacking, and where.

Those of the short mandate are Q-K1 to Q-K4, the first also a part of Q-M1.

The method behind them: three equal parties, goals made together and measurable, a
clear border to the decision line, people involved, real time set aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from workflows.forms.lint_context import (
    PARTIES,
    Answer,
    LintContext,
    has,
    is_shown,
    numbered_rows,
    party_counts,
    say,
    written_by_others,
)
from workflows.forms.rich import rich_text
from workflows.forms.shapes import is_empty
from workflows.forms.values import Values, filled_rows

_GOAL_PARTS = ("indikator", "nullpunkt", "maalverdi", "naar", "gevinsteier")
_SICK_LEAVE = re.compile(
    r"fravær|fråvær|nærvær|s[yj]u?ke?meld|legemeldt|legemeld|e(?:i)?g[ea]nmeld", re.I
)
_HA_TOPIC = re.compile(
    r"turnus|he(?:l|il)tid|omorganis|organisasjonsendring|nedbemann"
    r"|konkurranseuts|t(?:j)?enesteuts|outsourc|privatiser",
    re.I,
)
_LONGEST_YEARS = 3


def parties_steer_equally(values: Values, _context: LintContext) -> Answer:
    """Q-K1: all three parties are in the steering group, in equal numbers."""
    steering = party_counts(values, "m_steering")
    if min(steering.values()) == 0 or len(set(steering.values())) > 1:
        yield (
            "m_steering",
            say(
                "Styringsgruppa skal ha like mange fra hver av de tre partene.",
                "Styringsgruppa skal ha like mange frå kvar av dei tre partane.",
            ),
        )


def steering_group_is_equal(values: Values, context: LintContext) -> Answer:
    """Q-M1: equal numbers in the steering group, everyone in the project group."""
    yield from parties_steer_equally(values, context)
    if min(party_counts(values, "m_group").values()) == 0:
        yield (
            "m_group",
            say(
                "Prosjektgruppa skal ha minst én fra hver part.",
                "Prosjektgruppa skal ha minst éin frå kvar part.",
            ),
        )


def effect_goals_are_measurable(values: Values, _context: LintContext) -> Answer:
    """Q-M2: indicator, baseline, target, day and benefit owner of every effect goal."""
    for where, row in numbered_rows(values, "m_effect"):
        for part in _GOAL_PARTS:
            if not has(row, part):
                yield (
                    f"{where}.{part}",
                    say(
                        "Effektmålet mangler noe: indikator, nullpunkt, målverdi,"
                        " dato og gevinsteier skal være med.",
                        "Effektmålet manglar noko: indikator, nullpunkt, målverdi,"
                        " dato og gevinsteigar skal vere med.",
                    ),
                )


def goals_are_made_together(values: Values, _context: LintContext) -> Answer:
    """Q-M3: at least one event about the goals where all three parties took part."""
    if not any(map(_all_took_part, filled_rows(values, "m_joint"))):
        yield (
            "m_joint",
            say(
                "Vis minst én samling der alle tre parter var med på å lage målene.",
                "Vis minst éi samling der alle tre partane var med på å lage måla.",
            ),
        )


def people_are_involved(values: Values, _context: LintContext) -> Answer:
    """Q-M4: employees and residents are both involved, or a reason is written."""
    if not filled_rows(values, "m_inv_emp"):
        yield (
            "m_inv_emp",
            say(
                "Skriv hvordan ansatte blir involvert.",
                "Skriv korleis tilsette blir involverte.",
            ),
        )
    reason = values.get("m_inv_res_reason")
    if not filled_rows(values, "m_inv_res") and is_empty(reason):
        yield (
            "m_inv_res",
            say(
                "Skriv hvordan innbyggere og brukere blir involvert, eller hvorfor"
                " de ikke er med.",
                "Skriv korleis innbyggjarar og brukarar blir involverte, eller kvifor"
                " dei ikkje er med.",
            ),
        )


def border_to_decisions_is_drawn(values: Values, _context: LintContext) -> Answer:
    """Q-M5: what the decision line must decide, and who decides it."""
    rows = filled_rows(values, "m_interface")
    if not any(has(row, "spoersmaal", "hvem") for row in rows):
        yield (
            "m_interface",
            say(
                "Skriv hva beslutningslinja må avgjøre, og hvem som avgjør det.",
                "Skriv kva avgjerdslinja må avgjere, og kven som avgjer det.",
            ),
        )


def outputs_have_a_receiver(values: Values, _context: LintContext) -> Answer:
    """Q-M6: an intended receiver and a planned case for every output."""
    for where, row in numbered_rows(values, "m_outputs"):
        if not has(row, "mottaker", "sak"):
            yield (
                where,
                say(
                    "Skriv hvem som skal ta imot leveransen, og i hvilken sak den er"
                    " tenkt brukt.",
                    "Skriv kven som skal ta imot leveransen, og i kva sak han er tenkt"
                    " brukt.",
                ),
            )


def views_are_the_parties_own(values: Values, context: LintContext) -> Answer:
    """Q-M7: each party's view is written by someone who holds its mandate."""
    owners = {f"m_view_{party.lower()}": party for party in PARTIES}
    filled = {key: own for key, own in owners.items() if not is_empty(values.get(key))}
    yield from written_by_others(context, filled)


def every_party_has_a_spokesperson(values: Values, _context: LintContext) -> Answer:
    """Q-M8: the plan for profiling names a spokesperson of each party."""
    rows = filled_rows(values, "m_profile")
    for party, name in PARTIES.items():
        column = f"talsperson_{party.lower()}"
        if not any(has(row, column) for row in rows):
            yield (
                f"m_profile.{column}",
                say(
                    f"Planen mangler en talsperson for {name.nb}.",
                    f"Planen manglar ein talsperson for {name.nn}.",
                ),
            )


def unions_are_given_time(values: Values, _context: LintContext) -> Answer:
    """Q-M9: time or release from work is set aside for the union party."""
    rows = filled_rows(values, "m_time")
    if not any(row.get("part") == "T" and has(row, "timer") for row in rows):
        yield (
            "m_time",
            say(
                "Skriv hvor mye tid eller frikjøp de tillitsvalgte får.",
                "Skriv kor mykje tid eller frikjøp dei tillitsvalde får.",
            ),
        )


def basic_agreement_is_considered(values: Values, _context: LintContext) -> Answer:
    """Q-M10: `m_ha` is filled for full time, rotas, organisation and outsourcing.

    Hovedavtalen KS part B: information, consultation and negotiation.
    """
    if _touches_the_basic_agreement(values) and not filled_rows(values, "m_ha"):
        yield (
            "m_ha",
            say(
                "Prosjektet gjelder heltid, turnus eller organisering: skriv hva som"
                " skal drøftes eller forhandles.",
                "Prosjektet gjeld heiltid, turnus eller organisering: skriv kva som"
                " skal drøftast eller forhandlast.",
            ),
        )


def small_groups_are_hidden(values: Values, context: LintContext) -> Answer:
    """Q-M11: no number on sick leave with too few people behind it, or unknown many."""
    for where, row in numbered_rows(values, "m_baseline"):
        is_about = _SICK_LEAVE.search(row.get("indikator") or "")
        many_enough = (row.get("antall") or 0) >= context.threshold
        if is_about and is_shown(row.get("verdi")) and not many_enough:
            few = context.threshold
            yield (
                f"{where}.verdi",
                say(
                    f"Tall om sykefravær vises bare når minst {few} ligger bak: skriv"
                    " antallet, eller «skjult».",
                    f"Tal om sjukefråvær blir viste berre når minst {few} ligg bak:"
                    " skriv talet på dei, eller «skjult».",
                ),
            )


def project_is_limited_in_time(values: Values, _context: LintContext) -> Answer:
    """Q-M12: the project ends within three years of its start."""
    start, end = values.get("m_start"), values.get("m_end")
    if start and end and date.fromisoformat(end) > _last_day(date.fromisoformat(start)):
        yield (
            "m_end",
            say(
                f"Et prosjekt varer høyst {_LONGEST_YEARS} år.",
                f"Eit prosjekt varer høgst {_LONGEST_YEARS} år.",
            ),
        )


def _all_took_part(row: Mapping[str, Any]) -> bool:
    return all((row.get(f"antall_{party.lower()}") or 0) >= 1 for party in PARTIES)


def _touches_the_basic_agreement(values: Values) -> bool:
    if "full_time" in (values.get("m_focus") or ()):
        return True
    return any(_HA_TOPIC.search(text) for text in _told_topics(values))


def _told_topics(values: Values) -> Iterator[str]:
    yield values.get("m_name") or ""
    for key in ("m_summary", "m_purpose", "m_scope_in"):
        yield rich_text(values.get(key) or [])
    for key, column in (("m_outputs", "leveranse"), ("m_interface", "spoersmaal")):
        yield from (row.get(column) or "" for row in filled_rows(values, key))


def _last_day(start: date) -> date:
    """A start on 29 February has its anniversary on 28 February."""
    try:
        return start.replace(year=start.year + _LONGEST_YEARS)
    except ValueError:
        return start.replace(year=start.year + _LONGEST_YEARS, day=28)
