"""Drøfting on the pages: two sides, and nothing for others before it is recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.connector.web.story_of_the_parties import OUR_VIEW, TALK_IN_SECRET
from tests.connector.web.visitors import Visitor, plain

Enter = Callable[..., Visitor]

TALK = "/drofting/D-2"
HELD = {"result": "disagreed", "conclusion": "Ingen løsning.", "next": "Ny drøfting."}


@pytest.mark.parametrize("hat", ["M-01", "M-11", "M-10", "M-21", "M-13"])
def test_a_talk_is_not_there_for_others_before_it_is_recorded(
    visitor: Enter, hat: str
) -> None:
    other = visitor(hat)

    listed, answer = other.page("/drofting"), other.get(TALK)

    assert TALK_IN_SECRET not in listed
    assert "D-1 Langturnus i helgene Signert av begge sider" in listed
    assert answer.status_code == 404
    assert "Det finnes ikke, eller det er ikke for deg" in plain(answer)
    assert other.get("/historikk/D-2").status_code == 404


@pytest.mark.parametrize("hat", [None, "M-22"])
@pytest.mark.parametrize("path", ["/drofting", "/drofting/D-1", TALK])
def test_the_public_and_the_project_manager_read_no_talks(
    visitor: Enter, hat: str | None, path: str
) -> None:
    assert visitor(hat).get(path).status_code == 403


def test_a_recorded_talk_tells_of_both_sides(visitor: Enter) -> None:
    page = visitor("M-11").page("/drofting/D-1")

    for part in (
        "En drøfting er ikke en partsrunde",
        "Hjemmel HA del B § 1-4-1",
        "Resultat Delvis enighet",
        "Kommunedirektøren (Arbeidsgiver) Driften må sikres.",
        f"Omsorg og Service (Arbeidstakerorganisasjon) {OUR_VIEW}",
        "Evalueres i desember.",
    ):
        assert part in page


def test_the_two_sides_hold_view_and_sign(visitor: Enter) -> None:
    union, employer = visitor("M-15"), visitor("M-06A")

    held = employer.done(f"{TALK}/mote", **HELD)
    viewed = union.done(f"{TALK}/syn", view="Vi er imot.")
    employer.done(f"{TALK}/signer", read="yes")
    signed = union.done(f"{TALK}/signer", read="yes")

    assert "Drøftingen er ført som holdt." in held
    assert "Omsorg og Service (Arbeidstakerorganisasjon) Vi er imot." in viewed
    assert "✓ Signert av begge sider" in signed
    assert TALK_IN_SECRET in visitor("M-01").page(TALK)


def test_no_view_is_added_when_somebody_has_signed(visitor: Enter) -> None:
    visitor("M-06A").done(f"{TALK}/mote", **HELD)
    visitor("M-06A").done(f"{TALK}/signer", read="yes")

    answer = visitor("M-15").send(f"{TALK}/syn", view="For sent.")

    assert answer.status_code == 409
    assert "Drøftingen er ikke kommet dit" in plain(answer)


@pytest.mark.parametrize(
    ("act", "fault"),
    [("mote", "result"), ("mote", "conclusion"), ("syn", "view"), ("signer", "read")],
)
def test_what_lacks_in_a_form_is_told_at_its_field(
    visitor: Enter, act: str, fault: str
) -> None:
    if act != "mote":
        visitor("M-06A").done(f"{TALK}/mote", **HELD)
    answer = visitor("M-15").send(f"{TALK}/{act}")

    assert answer.status_code == 422
    assert f'href="#f-{fault}"' in answer.text


def test_a_talk_that_is_called_is_not_called_again(visitor: Enter) -> None:
    answer = visitor("M-06A").send(
        f"{TALK}/innkall",
        **{
            "sent": "01.09.2026",
            "meets-day": "10.09.2026",
            "meets-clock": "09.00",
            "place": "Rådhuset",
        },
    )

    assert answer.status_code == 409
    assert "Ingenting er lagret." in plain(answer)


@pytest.mark.parametrize("hat", ["M-01", "M-10", "M-22", None])
@pytest.mark.parametrize("act", ["innkall", "mote", "syn", "signer"])
def test_others_do_nothing_in_a_talk_and_learn_nothing_of_it(
    visitor: Enter, hat: str | None, act: str
) -> None:
    answer = visitor(hat).send(f"{TALK}/{act}", **HELD, view="Vi også.", read="yes")

    assert answer.status_code in {403, 404}
    assert TALK_IN_SECRET not in plain(answer)
