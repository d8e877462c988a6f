from __future__ import annotations

from datetime import date

import pytest

from workflows.errors import NotFoundError
from workflows.law.documentation import documentation, documentation_plan


@pytest.mark.parametrize(
    ("day", "act"),
    [
        (date(2025, 12, 31), "LOV-1992-12-04-126"),
        (date(2026, 1, 1), "LOV-2025-06-20-96"),
    ],
)
def test_the_plan_names_the_act_in_force_that_day(day: date, act: str) -> None:
    assert {planned.rule.act for planned in documentation_plan(on=day)} == {act}


def test_a_day_without_the_act_has_no_plan() -> None:
    with pytest.raises(NotFoundError, match="archives"):
        documentation_plan(on=date(1990, 1, 1))


def test_each_kind_of_documentation_is_told_once_in_both_languages() -> None:
    codes = [kind.code for kind in documentation()]

    assert len(set(codes)) == len(codes)
    assert all(
        getattr(kind, f"{part}_{language}").strip()
        for kind in documentation()
        for part in ("name", "stored", "kept")
        for language in ("nb", "nn")
    )
