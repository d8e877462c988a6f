"""Rules of a good hearing: Q-H1 to Q-H4 of the letter, Q-O1 to Q-O5 of the summary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workflows.forms.lint_context import (
    PARTIES,
    Answer,
    LintContext,
    has,
    numbered_rows,
    say,
)
from workflows.forms.values import Values, filled_rows

_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[.:][0-5]\d(?!\d)")
_ASSESSED = ("vurdering", "tatt_inn", "begrunnelse")
_WITH_REMARK = ("agree_with_remark", "disagree")


def deadline_has_an_hour(values: Values, _context: LintContext) -> Answer:
    """Q-H1: the deadline is a day and a time of the clock."""
    if not _CLOCK.search(values.get("hl_deadline_time") or ""):
        yield (
            "hl_deadline_time",
            say(
                "Skriv klokkeslettet for fristen, for eksempel kl. 12.00.",
                "Skriv klokkeslettet for fristen, til dømes kl. 12.00.",
            ),
        )


def there_is_time_to_answer(values: Values, context: LintContext) -> Answer:
    """Q-H2: the deadline comes after the letter, with enough working days between."""
    dated, deadline = values.get("hl_dated"), values.get("hl_deadline")
    days, fewest = context.answer_days, context.fewest_answer_days
    is_late = bool(dated and deadline and deadline <= dated)
    if is_late or (days is not None and days < fewest):
        yield (
            "hl_deadline",
            say(
                f"Gi minst {fewest} virkedager til å svare.",
                f"Gi minst {fewest} verkedagar til å svare.",
            ),
        )


def questions_are_numbered(values: Values, _context: LintContext) -> Answer:
    """Q-H3: each question has a number of its own, so that answers can point at it."""
    seen: set[str] = set()
    for where, row in numbered_rows(values, "hl_questions"):
        number = str(row.get("nr") or "").strip()
        if not number or number in seen:
            yield (
                f"{where}.nr",
                say(
                    "Gi hvert spørsmål sitt eget nummer.",
                    "Gi kvart spørsmål sitt eige nummer.",
                ),
            )
        seen.add(number)


def all_parties_get_the_letter(values: Values, _context: LintContext) -> Answer:
    """Q-H4: the three parties are among the receivers, whoever else is."""
    yield from _lacking_parties(values, "hl_to")


def remarks_are_assessed(values: Values, _context: LintContext) -> Answer:
    """Q-O1: every remark has an assessment, whether it was taken in, and a reason."""
    for where, row in numbered_rows(values, "hs_remarks"):
        for part in _ASSESSED:
            if not has(row, part):
                yield (
                    f"{where}.{part}",
                    say(
                        "Skriv vurderingen, om merknaden er tatt inn, og hvorfor.",
                        "Skriv vurderinga, om merknaden er teken inn, og kvifor.",
                    ),
                )


def every_answer_is_told(values: Values, _context: LintContext) -> Answer:
    """Q-O2: nobody's answer is left open; who said nothing has not answered."""
    for where, row in numbered_rows(values, "hs_bodies"):
        if not has(row, "svar"):
            yield (
                f"{where}.svar",
                say(
                    "Skriv hva instansen svarte. Kom det ikke svar, velg «Ikke svart».",
                    "Skriv kva instansen svara. Kom det ikkje svar, vel «Ikkje svart».",
                ),
            )


def all_parties_are_accounted_for(values: Values, _context: LintContext) -> Answer:
    """Q-O3: the three parties stand in the list, also one that did not answer."""
    yield from _lacking_parties(values, "hs_bodies")


def silence_says_nothing(values: Values, _context: LintContext) -> Answer:
    """Q-O4: who has not answered has neither sent anything nor made a remark."""
    heard = _with_remarks(values)
    for where, row in numbered_rows(values, "hs_bodies"):
        has_spoken = has(row, "mottatt") or _name(row) in heard
        if row.get("svar") == "not_answered" and has_spoken:
            yield (
                f"{where}.svar",
                say(
                    "Instansen har svart: velg svaret, ikke «Ikke svart».",
                    "Instansen har svara: vel svaret, ikkje «Ikkje svart».",
                ),
            )


def every_remark_is_told(values: Values, _context: LintContext) -> Answer:
    """Q-O5: who disagreed or had a remark has it in the table of remarks."""
    heard = _with_remarks(values)
    for where, row in numbered_rows(values, "hs_bodies"):
        if row.get("svar") in _WITH_REMARK and _name(row) not in heard:
            yield (
                where,
                say(
                    f"Merknaden fra {_name(row)} mangler blant merknadene.",
                    f"Merknaden frå {_name(row)} manglar mellom merknadene.",
                ),
            )


def _lacking_parties(values: Values, key: str) -> Answer:
    groups = {row.get("gruppe") for row in filled_rows(values, key)}
    for party, name in PARTIES.items():
        if party not in groups:
            yield (key, say(f"Her mangler {name.nb}.", f"Her manglar {name.nn}."))


def _with_remarks(values: Values) -> frozenset[str]:
    rows = filled_rows(values, "hs_remarks")
    return frozenset(_name(row) for row in rows if has(row, "merknad"))


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("instans") or "").strip()
