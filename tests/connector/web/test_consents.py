"""The page of the consents: what holds, what has changed, and letting it stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.connector.web.visitors import Visitor, plain
from workflows.forms.catalogue import form

Enter = Callable[..., Visitor]

PAGE = "/dokumenter/PR1-M/samtykke"
SECTION = next(
    section.key
    for section in form("mandate").sections
    if any(field.key == "m_purpose" for field in section.fields)
)


def test_each_section_shows_the_three_parties_in_neutral_order(
    visitor: Enter,
) -> None:
    page = visitor("M-15").page(PAGE)

    label = form("mandate").section(SECTION).label.nb
    assert "Del Administrasjonen Folkevalgte Tillitsvalgte" in page
    assert (
        f"{label} ! teksten er endret etter at parten svarte "
        "! teksten er endret etter at parten svarte "
        "! teksten er endret etter at dere svarte"
    ) in page
    assert "✓ gjelder fortsatt" in page


def test_a_party_sees_the_words_that_came_and_hears_where_they_begin_and_end(
    visitor: Enter,
) -> None:
    text = visitor("M-15").get(PAGE).text
    page = visitor("M-15").page(PAGE)

    assert text.count("<ins>") == 1
    assert "[lagt til: + Tillegg om natt. slutt på endringen]" in page


def test_who_speaks_for_no_party_sees_no_comparison(visitor: Enter) -> None:
    text = visitor("M-22").get(PAGE).text

    assert "<ins>" not in text
    assert "La samtykket stå" not in text


def test_the_contact_lets_the_consent_stand_with_a_reason(visitor: Enter) -> None:
    page = visitor("M-15").done(
        f"{PAGE}/{SECTION}", **{f"reason-{SECTION}": "Natt var alltid med."}
    )

    assert "Det er registrert at samtykket står." in page
    assert "✓ gjelder fortsatt Samtykket står likevel: Natt var alltid med." in page
    assert "Ingen del er endret etter at parten din svarte." in page


def test_a_consent_does_not_stand_without_a_reason(visitor: Enter) -> None:
    answer = visitor("M-15").send(f"{PAGE}/{SECTION}")

    assert answer.status_code == 422
    assert f'href="#f-reason-{SECTION}"' in answer.text


def test_a_consent_that_holds_needs_no_keeping(visitor: Enter) -> None:
    other = form("mandate").sections[0].key
    answer = visitor("M-15").send(f"{PAGE}/{other}", **{f"reason-{other}": "Ja."})

    assert answer.status_code == 409
    assert "En regel står i veien" in plain(answer)


@pytest.mark.parametrize(
    ("hat", "section", "status"),
    [("M-16", SECTION, 403), ("M-22", SECTION, 403), ("M-15", "ukjent", 404)],
)
def test_only_the_contact_keeps_the_consent_to_a_section_that_is_there(
    visitor: Enter, hat: str, section: str, status: int
) -> None:
    answer = visitor(hat).send(f"{PAGE}/{section}", **{f"reason-{section}": "Ja."})

    assert answer.status_code == status


@pytest.mark.parametrize("hat", [None, "M-10", "M-11"])
def test_consents_are_for_those_who_read_rounds(
    visitor: Enter, hat: str | None
) -> None:
    assert visitor(hat).get(PAGE).status_code == 403
    assert "samtykke falt" not in plain(visitor(hat).get("/historikk/PR1-M"))


def test_in_nynorsk_the_words_are_nynorsk(visitor: Enter) -> None:
    page = visitor("M-15", language="nn").page(PAGE)

    assert "teksten er endra etter at de svara" in page
    assert "gjeld framleis" in page
