"""Days of a new look are set and held on the page of what is carried out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.connector.web.story import NOW
from tests.connector.web.visitors import Visitor

Enter = Callable[..., Visitor]
PAGE = "/oppfolging/F-01"
NEXT_YEAR = (NOW.date() + timedelta(365)).isoformat()
REVIEW = {"review_on": NEXT_YEAR, "owner": "P11", "review_reason": "Prøveordning."}


def test_a_new_look_is_planned_and_held(visitor: Enter) -> None:
    officer = visitor("M-11")

    page = officer.done(f"{PAGE}/vurdering", **REVIEW)
    assert "Dagen for ny vurdering er satt." in page
    assert "Prøveordning." in page
    found = re.search(r"NV-\d+", page)
    assert found

    page = officer.done(
        f"{PAGE}/vurdert", review=found[0], held_text="Ordningen fortsetter."
    )
    assert "Ordningen fortsetter." in page
    assert "Skriv hva vurderingen kom til" not in page


@pytest.mark.parametrize(
    ("field", "written"),
    [("review_on", "2020-01-01"), ("review_on", ""), ("owner", "")],
)
def test_a_day_behind_us_and_nobody_to_see_to_it_are_sent_back(
    visitor: Enter, field: str, written: str
) -> None:
    answer = visitor("M-11").send(f"{PAGE}/vurdering", **{**REVIEW, field: written})

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text


def test_only_the_body_that_decided_takes_note_and_only_when_it_is_done(
    visitor: Enter,
) -> None:
    secretary = visitor("M-10", language="nn")
    assert "teke gjennomføringa til orientering" not in secretary.page(PAGE)
    early = secretary.send(f"{PAGE}/notert", noted_in="C01-T2")

    visitor("M-11").done(PAGE, state="implemented", text="Ferdig.", evidence="26/9-1")
    assert "teke gjennomføringa til orientering" in secretary.page(PAGE)
    same = secretary.send(f"{PAGE}/notert", noted_in="C01-T2")

    # The very treatment that decided cannot also have taken note of the result.
    assert (early.status_code, same.status_code) == (409, 409)
