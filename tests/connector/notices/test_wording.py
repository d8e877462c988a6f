"""Notices in words, outside the pages: what and where, and nothing of a text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connector.notices.wording import address_of, sentence, wording
from connector.web.texts import Say
from workflows.people.kinds import Party
from workflows.people.notices import Notice, NoticeKind

AT = datetime(2026, 9, 2, 8, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "deadline_at": "2026-09-16T10:00:00+00:00",
    "ends_at": "2026-09-16T10:00:00+00:00",
    "ends_on": "2026-09-16",
    "last_day": "2026-09-16",
    "review_on": "2026-09-16",
    "party": "T",
    "deadline_kept": False,
    "sections": ["m_goals"],
}
HERE = "https://samspor.elvestrand.example"


def notice(kind: NoticeKind, about: str = "R-03") -> Notice:
    return Notice(kind=kind, about=about, party=Party.UNION, facts=FACTS, at=AT)


@pytest.mark.parametrize("language", ["nb", "nn"])
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_notice_has_words_and_an_address(kind: NoticeKind, language: Any) -> None:
    said = sentence(notice(kind), Say(language))

    assert said.endswith((".", "16.09.2026."))
    assert "{" not in said
    assert "16.09.2026" in said or "deadline" not in said
    assert address_of(notice(kind), HERE).startswith(f"{HERE}/")


def test_a_message_says_what_where_and_how_one_is_told_otherwise() -> None:
    rows = [notice(NoticeKind.ROUND_EXTENDED), notice(NoticeKind.MANDATE_ENDS, "M-7")]

    told = wording(rows, say=Say("nb"), municipality="Elvestrand kommune", origin=HERE)

    assert told.subject == "Samspor: 2 varsler"
    assert told.text == (
        "Hei,\n\n"
        "dette har skjedd i partssamarbeidet i Elvestrand kommune:\n\n"
        "Fristen i R-03 er flyttet for alle til 16.09.2026 kl.\xa012.00.\n"
        f"{HERE}/runder/R-03\n\n"
        "En fullmakt i parten deres gjelder til og med 16.09.2026.\n"
        f"{HERE}/min-part\n\n"
        "Varselet sier hva som har skjedd, og hvor det står. Teksten selv leser du på "
        f"siden. Velg hvordan du blir varslet: {HERE}/varsling\n"
    )
    assert repr(told) == "Wording()"


def test_a_message_that_may_have_come_before_says_so() -> None:
    row = notice(NoticeKind.ROUND_OPENED)

    told = wording(
        [row], say=Say("nn"), municipality="E", origin=HERE, is_repeated=True
    )

    assert told.subject == "Samspor: eitt varsel"
    assert "Du kan ha fått dette varselet før" in told.text
