"""Self-assessment on the pages: sealed before the deadline, side by side after it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.connector.web.story_of_the_parties import SEALED_COMMENT, statement_keys
from tests.connector.web.visitors import Visitor, plain

Enter = Callable[..., Visitor]

OPEN, CLOSED = "/egenvurdering/SE-2", "/egenvurdering/SE-1"
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
