import re
from datetime import date
from itertools import combinations

import pytest

from workflows.errors import NotFoundError
from workflows.law.references import legal_reference, legal_references

REFERENCES = legal_references()


@pytest.mark.parametrize(
    ("day", "act"),
    [
        pytest.param(date(2025, 12, 31), "LOV-1992-12-04-126", id="its last day"),
        pytest.param(date(2026, 1, 1), "LOV-2025-06-20-96", id="the new act's first"),
    ],
)
def test_the_archives_act_is_the_one_in_force_that_day(day: date, act: str) -> None:
    assert legal_reference("archives", on=day).act == act


def test_an_adopted_act_without_a_date_is_not_yet_in_force() -> None:
    found = legal_reference("administrative_procedure", on=date(2026, 9, 2))

    assert found.act == "LOV-1967-02-10"
    assert "LOV-2025-06-20-81" in {row.act for row in REFERENCES}


@pytest.mark.parametrize(
    ("code", "on"),
    [
        pytest.param("no_such_rule", date(2026, 1, 1), id="unknown"),
        pytest.param("joint_committee", date(2018, 1, 1), id="before the 2018 Act"),
    ],
)
def test_what_is_not_in_force_is_not_found(code: str, on: date) -> None:
    with pytest.raises(NotFoundError, match=code):
        legal_reference(code, on=on)


@pytest.mark.parametrize(
    "code",
    [
        "joint_committee",
        "properly_prepared",
        "implementation",
        "elected_body",
        "minutes",
        "agenda",
        "open_meetings",
        "advisory_council",
        "exemption_internal_document",
        "preparation_duty",
    ],
)
def test_the_rules_the_product_leans_on_are_in_force_in_the_demo_period(
    code: str,
) -> None:
    for day in (date(2025, 3, 5), date(2026, 9, 2)):
        assert legal_reference(code, on=day).nb


def test_only_one_rule_with_a_code_word_is_in_force_at_a_time() -> None:
    for one, other in combinations(REFERENCES, 2):
        if one.code == other.code:
            starts = [row.valid_from for row in (one, other) if row.valid_from]
            assert not any(one.in_force(on) and other.in_force(on) for on in starts)


def test_every_reference_is_a_norwegian_act_with_a_text_in_both_languages() -> None:
    for row in REFERENCES:
        assert re.fullmatch(r"LOV-\d{4}-\d\d-\d\d(-\d+)?", row.act)
        assert row.nb.endswith(".")
        assert row.nn.endswith(".")
