"""How a record differs from what is registered, and what a new version changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from workflows.base import get
from workflows.decision.bodies import Body
from workflows.decision.cases import Case
from workflows.decision.decisions import (
    Decision,
    DecisionItem,
    checksum,
    correct_decision,
    find_decision,
    text_now,
)
from workflows.decision.import_log import ImportedRecord, Run
from workflows.decision.import_matching import is_last_body
from workflows.decision.import_registering import ASKED, beside, minutes_of
from workflows.decision.import_rules import (
    PlainRecord,
    archive_number_of,
    reading_of,
)
from workflows.decision.meetings import Result, Treatment
from workflows.decision.minuted import FINAL_RESULTS
from workflows.decision.points import ItemText, points_in

REASONS: Final = {
    "nb": "Ny versjon fra kilden som vedtaket ble lest inn fra.",
    "nn": "Ny versjon frå kjelda som vedtaket vart lese inn frå.",
}

# What a version is kept with, and no treatment or case is made of; the result and the
# day, which are made of several of them, are compared apart.
_BESIDE: Final = frozenset(
    {
        "body_name",
        "body_id",
        "body_code",
        "meeting_id",
        "meeting_day",
        "decided_on",
        "outcome",
        "outcome_raw",
        "is_final",
        "link",
        "external_system",
        "external_key",
        "source_keys",
        "is_published",
        "replaced_by",
        "replaces",
    }
)


def differences(
    run: Run, record: PlainRecord, treatment: Treatment, body: Body
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return how a record differs from what is registered, and the findings on it.

    Texts are left out where either side is exempt from disclosure.
    """
    case = get(run.session, Case, treatment.case_id)
    reading = reading_of(record, kind=body.kind, is_last=is_last_body(case, body))
    ours = {"treated_on": str(treatment.treated_on)}
    theirs = {"treated_on": str(record.treated_on or "")}
    if not {"outcome_unknown", "finality_unknown"} & set(reading.findings):
        ours["result"], theirs["result"] = treatment.result.value, reading.result.value
    if case.archive_number:
        ours["archive_number"] = case.archive_number
        theirs["archive_number"] = archive_number_of(record) or ""
    if not (record.is_restricted or case.restricted):
        ours |= {"title": case.title, "decision_text": _text_of(run, treatment)}
        theirs |= {"title": record.title, "decision_text": record.decision_text}
    found = [
        {"field": key, "from": value, "to": theirs[key]}
        for key, value in ours.items()
        if theirs[key] and " ".join(theirs[key].split()) != " ".join(value.split())
    ]
    differs = ("differs_from_registered",) if found else ()
    return found, (*differs, *beside(record, case, is_new=False))


def _text_of(run: Run, treatment: Treatment) -> str:
    decision = find_decision(run.session, treatment)
    if decision:
        return text_now(run.session, decision)
    return treatment.asked if treatment.result in ASKED else treatment.recommendation


def carry_out(
    run: Run,
    record: PlainRecord,
    known: ImportedRecord,
    treatment: Treatment,
    fields: set[str],
) -> tuple[str, ...]:
    """Do what can be done with changed fields; the treatment is never rewritten."""
    left = fields - _BESIDE
    is_ours = (treatment.source_system, treatment.source_id) == (
        record.system,
        record.source_id,
    )
    if not _still_reads(run, record, known.values, treatment):
        return ("only_logged",)
    if "decision_text" in left and is_ours and _write_text(run, record, treatment):
        left.discard("decision_text")
    return ("only_logged",) if left else ()


def _write_text(run: Run, record: PlainRecord, treatment: Treatment) -> bool:
    """Correct the decision, or add one that was not told before; False if neither."""
    decision = find_decision(run.session, treatment)
    if decision is None and treatment.result not in FINAL_RESULTS:
        return False
    if decision is None:
        _add_decision(run, record, treatment)
    elif text_now(run.session, decision) != record.decision_text:
        correct_decision(
            run.session,
            treatment=treatment.ref,
            reason=REASONS[run.language],
            text=record.decision_text,
            source=f"{minutes_of(record)} ({run.source})",
            by=run.by,
            at=run.at,
        )
    return True


def _add_decision(run: Run, record: PlainRecord, treatment: Treatment) -> None:
    """Add a decision that was told after its treatment, as known from now on."""
    text = record.decision_text
    decision = Decision(
        ref=f"{treatment.ref}/V",
        treatment_id=treatment.id,
        decided_on=treatment.treated_on,
        text=text,
        checksum=checksum(text),
        minutes=treatment.minutes,
        registered_at=run.at,
    )
    run.session.add(decision)
    run.session.flush()
    whole = () if treatment.result is Result.NOTED else (ItemText(number=1, text=text),)
    run.session.add_all(
        DecisionItem(
            ref=f"{treatment.ref}/{item.number}",
            decision_id=decision.id,
            number=item.number,
            text=item.text,
        )
        for item in points_in(text) or whole
    )


def _still_reads(
    run: Run, record: PlainRecord, values: Mapping[str, Any], treatment: Treatment
) -> bool:
    """Return whether all versions together tell the treatment's result and day."""
    now = replace(record, outcome=values["outcome"], is_final=values["is_final"])
    day = values["meeting_day"] or values["decided_on"] or str(treatment.treated_on)
    body = get(run.session, Body, treatment.body_id)
    case = get(run.session, Case, treatment.case_id)
    reading = reading_of(now, kind=body.kind, is_last=is_last_body(case, body))
    return reading.result is treatment.result and day == str(treatment.treated_on)
