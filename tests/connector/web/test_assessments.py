"""Self-assessment on the pages: sealed before the deadline, side by side after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.connector.web.story_of_the_parties import SEALED_COMMENT, statement_keys
from tests.connector.web.visitors import Visitor, plain

Enter = Callable[..., Visitor]

OPEN, CLOSED = "/egenvurdering/SE-2", "/egenvurdering/SE-1"
ASKED = {
    "occasion": "end",
    "project": "PR1",
    "deadline-day": "09.09.2026",
    "deadline-clock": "12.00",
}
FIRST = statement_keys()[0]


@pytest.mark.parametrize("hat", ["M-06A", "M-15", "M-22", "M-13"])
def test_nothing_of_it_is_seen_before_the_deadline(visitor: Enter, hat: str) -> None:
    page = visitor(hat).page(OPEN)

    assert "Svarene er lukket til fristen." in page
    assert SEALED_COMMENT not in page
    assert "Partene side om side" not in page
    assert "svar på egenvurderingen kom" not in visitor(hat).page("/historikk/SE-2")


def test_a_member_of_a_party_answers_twelve_statements(visitor: Enter) -> None:
    member = visitor("M-16")

    text = member.get(OPEN).text
    page = member.done(OPEN, **{f"project-{FIRST}": "4", f"comment-{FIRST}": "Bra"})

    assert text.count("<fieldset") == 24
    assert "Svaret er registrert." in page


def test_an_answer_without_a_number_is_sent_back(visitor: Enter) -> None:
    answer = visitor("M-16").send(OPEN, **{f"comment-{FIRST}": "Behold denne."})

    assert answer.status_code == 422
    assert f'href="#f-project-{FIRST}"' in answer.text
    assert "Velg et tall på minst én påstand." in plain(answer)
    assert "Behold denne." in answer.text


def test_a_number_outside_the_scale_is_sent_back(visitor: Enter) -> None:
    answer = visitor("M-16").send(OPEN, **{f"project-{FIRST}": "6"})

    assert answer.status_code == 422
    assert "Velg ett av alternativene." in plain(answer)


def test_after_the_deadline_the_parties_stand_side_by_side(visitor: Enter) -> None:
    page = visitor("M-15").page(CLOSED)

    assert "Påstand Administrasjonen Folkevalgte Tillitsvalgte Avstand" in page
    assert "4,33 for få svar for få svar –" in page
    assert "Svar på egenvurderingen" not in page


def test_after_the_deadline_no_answer_is_taken(visitor: Enter) -> None:
    answer = visitor("M-15").send(CLOSED, **{f"project-{FIRST}": "4"})

    assert answer.status_code == 409


@pytest.mark.parametrize("hat", [None, "M-10", "M-11"])
@pytest.mark.parametrize("path", ["/egenvurdering", OPEN, CLOSED])
def test_others_read_no_self_assessment(
    visitor: Enter, hat: str | None, path: str
) -> None:
    assert visitor(hat).get(path).status_code == 403


def test_only_members_of_the_parties_answer(visitor: Enter) -> None:
    leader = visitor("M-22")

    assert "Send svaret" not in leader.page(OPEN)
    assert leader.send(OPEN, **{f"project-{FIRST}": "4"}).status_code == 403


def test_the_list_tells_which_are_open(visitor: Enter) -> None:
    page = visitor("M-15", language="nn").page("/egenvurdering")

    assert "SE-2 Ved oppstart Nærvær på Solsida Open for svar 30.09.2026" in page
    assert "SE-1 Ved oppstart Nærvær på Solsida Avslutta 27.08.2026" in page


def test_one_is_opened_answered_and_closed_by_its_deadline(
    visitor: Enter, visitor_at: Callable[[datetime], Enter]
) -> None:
    opened = visitor("M-22").done("/egenvurdering", **ASKED)
    where = "/egenvurdering/SV-3"
    for hat, score in (("M-06A", 5), ("M-P31", 4), ("M-P32", 3), ("M-15", 1)):
        visitor(hat).done(where, **{f"project-{FIRST}": str(score)})

    assert "Egenvurderingen er åpen for svar." in opened
    assert "Ved avslutning Prosjekt Nærvær på Solsida" in opened
    assert "Partene side om side" not in visitor("M-15").page(where)

    later = visitor_at(datetime(2026, 9, 9, 10, tzinfo=UTC))
    refused = later("M-15").send(where, **{f"project-{FIRST}": "5"})
    swept(later("M-21"))
    page = later("M-21").page(where)

    assert refused.status_code == 409
    assert "4,00 for få svar for få svar –" in page


def test_the_whole_municipality_is_asked_where_no_project_is_chosen(
    visitor: Enter,
) -> None:
    leader = visitor("M-22", language="nn")

    page = leader.done("/egenvurdering", **{**ASKED, "project": ""})

    assert "Eigenvurderinga er open for svar." in page
    assert "SV-3 Ved avslutning – Open for svar" in leader.page("/egenvurdering")


@pytest.mark.parametrize(
    ("field", "wrong", "fault"),
    [
        ("occasion", "", "occasion"),
        ("project", "PR9", "project"),
        ("deadline-day", "02.09.2026", "deadline-day"),
        ("deadline-clock", "", "deadline-clock"),
    ],
)
def test_what_lacks_before_one_is_opened_is_told_at_its_field(
    visitor: Enter, field: str, wrong: str, fault: str
) -> None:
    asked = {**ASKED, "deadline-clock": "08.00", field: wrong}

    answer = visitor("M-22").send("/egenvurdering", **asked)

    assert answer.status_code == 422
    assert f'href="#f-{fault}"' in answer.text


@pytest.mark.parametrize("hat", ["M-15", "M-01", "M-06A", "M-13"])
def test_a_party_opens_none_for_the_others(visitor: Enter, hat: str) -> None:
    party = visitor(hat)

    assert "Åpne for svar" not in party.page("/egenvurdering")
    assert party.send("/egenvurdering", **ASKED).status_code == 403


def swept(visitor: Visitor) -> None:
    """Do what has fallen due, as the service does every minute."""
    with visitor.house.transaction():
        pass
