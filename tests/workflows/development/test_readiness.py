from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town
from workflows.base import by_ref
from workflows.development.documents import Document, latest
from workflows.development.drafting import write_fields
from workflows.development.readiness import require_ready
from workflows.errors import RuleBrokenError


def check(town: Town, **values: object) -> None:
    town.do(write_fields, by=town.manager, document="PR1-M", values=values)
    session = town.session
    require_ready(latest(session, "PR1-M"), by_ref(session, Document, "PR1-M"))


def test_a_mandate_with_all_it_must_hold_is_ready(drafted: Town) -> None:
    check(drafted, m_purpose=["Hele stillinger"])


@pytest.mark.parametrize("key", ["m_purpose", "m_effect", "m_pm", "m_focus"])
def test_what_is_missing_is_told_by_its_key(drafted: Town, key: str) -> None:
    with pytest.raises(RuleBrokenError, match=f"PR1-M@0.1 lacks {key}"):
        check(drafted, **{key: None})


def test_what_the_system_fills_in_is_never_missing(
    session: Session, drafted: Town
) -> None:
    assert "m_no" not in latest(session, "PR1-M").values

    check(drafted)


def test_a_steering_group_that_is_not_equal_blocks_the_round(drafted: Town) -> None:
    rows = [
        {"_id": f"r{n}", "navn": "x", "part": part} for n, part in enumerate("AAFT")
    ]

    with pytest.raises(RuleBrokenError, match="Q-M1") as refused:
        check(drafted, m_steering=rows)

    assert refused.value.rule == "Q-M1"
