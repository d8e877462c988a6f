"""A small story as the JSON of its file: Testvik signs an agreement and decides."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

LEADER = {"person": "P22", "role": "project_manager"}
SECRETARY = {"person": "P10", "role": "committee_secretary"}
OFFICER = {"person": "P11", "role": "case_officer"}
NURSE = {"person": "P16", "role": "party_member"}
PEOPLE: dict[str, tuple[str, Json]] = {
    "P01": ("party_contact", {"party": "F", "organisation": "Kommunestyret"}),
    "P06": ("party_contact", {"party": "A", "organisation": "Kommunedirektøren"}),
    "P15": ("party_contact", {"party": "T", "organisation": "Omsorg og Service"}),
    "P16": ("party_member", {"party": "T", "organisation": "Sykepleierlaget"}),
    "P10": ("committee_secretary", {}),
    "P11": ("case_officer", {}),
    "P22": ("project_manager", {}),
}
SIGNATORIES = [
    {"party": "A", "organisation": "Kommunedirektøren"},
    {"party": "F", "organisation": "Kommunestyret"},
    {"party": "T", "organisation": "Omsorg og Service"},
    {"party": "T", "organisation": "Sykepleierlaget"},
]


def step(day: str, act: str, by: Json | str = "system", **values: Any) -> Json:
    """One step, at noon in Norway's winter time."""
    return {"at": f"{day}T12:00:00+01:00", "by": by, "act": act, "with": values}


def small_story(*more: Json) -> Json:
    """A valid story in 2025; the nurses' mandate ends on 30 June. `more` comes last."""
    return {
        "format": "samspor-story/1",
        "municipality": {"name": "Testvik kommune", "number": "9999"},
        "begins_at": "2025-01-02T08:00:00+01:00",
        "steps": [*_people(), *_agreement(), *_decision(), *more],
    }


def contact(person: str) -> Json:
    """A party's contact as the one who acts."""
    return {"person": person, "role": "party_contact"}


def _people() -> list[Json]:
    steps: list[Json] = []
    for person, (role, more) in PEOPLE.items():
        named = {"ref": person, "name": f"Person {person}", "title": "prøve"}
        held: Json = {"person": person, "role": role, **more}
        held |= {"valid_from": "2025-01-01"}
        if "party" in more:
            held |= {"signs": True, "basis": "årsmøte 2024"}
        if person == "P16":
            held |= {"valid_to": "2025-06-30"}
        steps += [
            step("2025-01-03", "register_person", **named),
            step("2025-01-03", "give_mandate", ref=f"H-{person}", **held),
        ]
    return steps


def _agreement() -> list[Json]:
    draft: Json = {
        "ref": "PA-1",
        "title": "Lokal avtale",
        "level": "local",
        "language": "nb",
        "signatories": SIGNATORIES,
        "valid_from": "2025-02-01",
        "valid_to": "2027-12-31",
        "notice_months": 3,
    }
    values = {"a_name": "Lokal avtale", "a_case": "2025/1"}
    return [
        step("2025-01-06", "draft_agreement", LEADER, **draft),
        step("2025-01-07", "write_fields", LEADER, document="PA-1", values=values),
        step("2025-01-08", "ready_to_sign", LEADER, agreement="PA-1"),
        step("2025-01-09", "sign", contact("P06"), agreement="PA-1", place="Testvik"),
        step("2025-01-09", "sign", contact("P01"), agreement="PA-1"),
        step("2025-01-09", "sign", contact("P15"), agreement="PA-1"),
    ]


def _decision() -> list[Json]:
    body: Json = {
        "ref": "KST",
        "name_nb": "Kommunestyret",
        "name_nn": "Kommunestyret",
        "kind": "council",
        "seats": 25,
        "groups": [{"name": "Bygdelista", "seats": 25}],
    }
    case: Json = {"ref": "C1", "title": "Heltidskultur", "focus": "full_time"}
    return [
        step("2025-01-10", "register_body", **body),
        step("2025-01-13", "register_case", OFFICER, **case),
        step("2025-01-20", "register_treatment", SECRETARY, **treatment()),
        step(
            "2025-01-21",
            "assign_follow_up",
            SECRETARY,
            ref="F-1",
            item="C1-T1/1",
            deadline="2025-03-01",
            unit="HR",
        ),
    ]


def treatment(**more: Any) -> Json:
    """The council's decision in the case."""
    return {
        "case": "C1",
        "body": "KST",
        "treated_on": "2025-01-16",
        "result": "final",
        "minutes": "Møtebok KST 16.01.2025",
        "number": {"type": "PS", "seq": 1, "year": 2025},
        "voting": {"is_unanimous": True, "present": 25},
        "decision": {
            "text": "1. Retningslinjene vedtas.",
            "items": [{"number": 1, "text": "Retningslinjene vedtas."}],
        },
        **more,
    }
