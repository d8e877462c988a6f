"""Duties by statute rest on dated law, and only what is confirmed is shown as law."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.law.duties import DUTIES, law_behind
from workflows.law.references import legal_reference, legal_references, shown_as_law

TODAY = date(2026, 9, 2)


@pytest.mark.parametrize("rule", DUTIES)
def test_each_duty_has_a_rule_in_force(rule: str) -> None:
    assert legal_reference(DUTIES[rule], on=TODAY).section.startswith("kommuneloven")


def test_a_properly_prepared_case_rests_on_law_that_has_been_read() -> None:
    law = law_behind("L-01", on=TODAY)

    assert law is not None
    assert law.section == "kommuneloven § 13-1"
    assert law_behind("L-01", on=date(2019, 9, 30)) is None


@pytest.mark.parametrize("row", legal_references(), ids=lambda row: row.code)
def test_what_is_not_confirmed_is_never_shown_as_law(row: object) -> None:
    code = row.code  # type: ignore[attr-defined]  # a reference, named by its code
    shown = shown_as_law(code, on=TODAY)

    assert shown is None or (shown.confirmed and shown.in_force(TODAY))
    if not any(each.confirmed for each in legal_references() if each.code == code):
        assert shown is None


def test_an_unconfirmed_duty_is_kept_and_not_shown() -> None:
    assert not legal_reference("implementation", on=TODAY).confirmed
    assert law_behind("L-02", on=TODAY) is None
    assert law_behind("L-03", on=TODAY) is None
