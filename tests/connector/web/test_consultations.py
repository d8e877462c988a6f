"""Drøfting on the pages: two sides, and nothing for others before it is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.connector.web.story_of_the_parties import OUR_VIEW, TALK_IN_SECRET
from tests.connector.web.visitors import Visitor, plain

Enter = Callable[..., Visitor]

TALK = "/drofting/D-2"
NEED = {"subject": "Stenging av kjøkkenet", "basis": "HA del B § 3-1"}
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
def test_the_public_and_the_project_manager_read_no_talks(
    visitor: Enter, hat: str | None
) -> None:
    for path in ("/drofting/D-1", TALK, "/historikk/D-1"):
        assert visitor(hat).get(path).status_code == 404
    assert "D-1" not in visitor(hat).page("/drofting")


@pytest.mark.parametrize("hat", [None, "M-22"])
def test_the_public_reads_a_recorded_talk_that_the_archive_opened(
    visitor: Enter, hat: str | None
) -> None:
    for ref in ("D-1", "D-2"):
        visitor("M-13").done("/tilgang/fastsett", about=ref, access="public")

    assert "Tilgangskode Offentlig" in visitor(hat).page("/drofting/D-1")
    assert visitor(hat).get(TALK).status_code == 404
    assert "D-2" not in visitor(hat).page("/drofting")


def test_a_need_is_registered_with_its_access_class(visitor: Enter) -> None:
    union = visitor("M-15")
    lacking = union.send("/drofting", **NEED, access="exempt")
    chosen = {"access": "exempt", "exemption": "exemption_negotiation"}

    union.done("/drofting", **NEED, **chosen)

    assert lacking.status_code == 422
    page = union.page("/drofting/DR-3")
    assert "Tilgangskode Unntatt offentlighet: offentleglova § 23" in page


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


def test_a_need_is_registered_called_held_and_seen_by_the_elected_when_recorded(
    visitor: Enter, visitor_at: Callable[[datetime], Enter]
) -> None:
    union, employer = visitor("M-15"), visitor("M-06A")
    needed = union.done("/drofting", **NEED, case="C01", output="O-102")
    talk = "/drofting/DR-3"
    employer.done(
        f"{talk}/innkall",
        **{
            "sent": "01.09.2026",
            "meets-day": "04.09.2026",
            "meets-clock": "09.00",
            "place": "Rådhuset",
        },
    )

    assert "Behovet for drøfting er registrert som DR-3." in needed
    assert "Gjelder C01, O-102" in union.page(talk)
    assert unknown_to_the_elected(visitor("M-01"), talk)

    later = visitor_at(datetime(2026, 9, 4, 10, tzinfo=UTC))
    union, employer = later("M-15"), later("M-06A")
    employer.done(f"{talk}/mote", **HELD)
    union.done(f"{talk}/syn", view="Kjøkkenet må bestå.")
    employer.done(f"{talk}/signer", read="yes")

    assert unknown_to_the_elected(later("M-01"), talk)

    union.done(f"{talk}/signer", read="yes")

    assert "Omsorg og Service (Arbeidstakerorganisasjon) Kjøkkenet må bestå." in later(
        "M-01"
    ).page(talk)


def test_a_case_officer_tells_of_a_need_but_does_not_follow_the_talk(
    visitor: Enter,
) -> None:
    officer = visitor("M-11", language="nn")

    page = officer.done("/drofting", **NEED)

    assert "Behovet for drøfting er registrert som DR-3." in page
    assert "Stenging av kjøkkenet" not in page
    assert officer.get("/drofting/DR-3").status_code == 404


@pytest.mark.parametrize("fault", ["subject", "basis", "case", "output"])
def test_what_lacks_in_a_need_is_told_at_its_field(visitor: Enter, fault: str) -> None:
    wrong = "ukjent" if fault in {"case", "output"} else ""
    answer = visitor("M-15").send("/drofting", **{**NEED, fault: wrong})

    assert answer.status_code == 422
    assert f'href="#f-{fault}"' in answer.text


@pytest.mark.parametrize("hat", ["M-01", "M-10", "M-22", "M-21", None])
def test_others_are_not_offered_to_register_a_need(
    visitor: Enter, hat: str | None
) -> None:
    other = visitor(hat)

    assert "Registrer behovet" not in plain(other.get("/drofting"))
    assert other.send("/drofting", **NEED).status_code in {403, 404}


def unknown_to_the_elected(elected: Visitor, talk: str) -> bool:
    """Whether neither the list nor the history nor the address tells of a talk."""
    ref = talk.rsplit("/", maxsplit=1)[1]
    hidden = NEED["subject"] not in elected.page("/drofting")
    found = {elected.get(where).status_code for where in (talk, f"/historikk/{ref}")}
    return hidden and found == {404}
