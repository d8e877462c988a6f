from __future__ import annotations

import string
from datetime import date

import pytest

from connector.imports.outcomes import PHRASES, outcome_of
from connector.imports.problems import WORDINGS, Problem
from connector.imports.records import (
    RESTRICTED_TITLE,
    BodyName,
    CaseNumber,
    MeetingDay,
    Outcome,
    Refused,
    Restriction,
    Source,
    TreatmentRecord,
    sealed,
)


def treatment(title: str, *, restriction: Restriction | None = None) -> TreatmentRecord:
    return TreatmentRecord(
        body=BodyName(name="Formannskapet"),
        meeting=MeetingDay(day=date(2026, 3, 3)),
        number=CaseNumber(type="PS", seq=12, year=2026),
        title=title,
        source=Source(system="table", source_id="x"),
        restriction=restriction,
    )


def test_a_restricted_record_with_a_title_cannot_exist() -> None:
    with pytest.raises(ValueError, match="keeps no title"):
        treatment("Hemmelig", restriction=Restriction(legal_basis=None))


def test_a_restricted_record_with_the_neutral_title_can() -> None:
    one = treatment(RESTRICTED_TITLE, restriction=Restriction(legal_basis=None))

    assert len({one, sealed(one)}) == 2


def test_sealing_twice_changes_nothing() -> None:
    once = sealed(treatment("Langturnus"))

    assert sealed(once) == once
    assert len(once.source.payload_sha256) == 64


def test_a_refusal_is_one_line_whatever_the_file_is_called() -> None:
    refused = Refused(file="a\nb.csv", row=3, where="organ", problem=Problem("missing"))

    assert refused.message == "a b.csv, linje 3, organ: verdien mangler. Fyll den ut."
    assert refused.text("nn").endswith("verdien manglar. Fyll han ut.")


def test_every_outcome_has_words_and_no_words_have_two_outcomes() -> None:
    words = [phrase for phrases in PHRASES.values() for phrase in phrases]

    assert set(PHRASES) == set(Outcome)
    assert len(words) == len(set(words))
    assert {outcome_of(outcome) for outcome in Outcome} == set(Outcome)


@pytest.mark.parametrize("code", WORDINGS)
def test_each_problem_is_one_line_with_the_same_facts_in_both_languages(
    code: str,
) -> None:
    wording = WORDINGS[code]
    holes = [
        sorted(str(field) for _, field, _, _ in string.Formatter().parse(text) if field)
        for text in (wording.nb, wording.nn)
    ]
    facts = tuple("fakta" for _ in holes[0])

    assert holes[0] == holes[1]
    for language in ("nb", "nn"):
        text = Problem(code, facts).text(language)
        assert text.endswith(".")
        assert "\n" not in text
    assert wording.nb != wording.nn
