"""«Min part», and the room that only one's own party can read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from connector.installation import Installation
from tests.connector.web.story_of_the_parties import TALK_IN_SECRET
from tests.connector.web.visitors import Visitor
from workflows.people.notices import NoticeKind, notify_parties

Enter = Callable[..., Visitor]

ROOM = "/min-part/rom/R-03"
DRAFT = "Vi kan gå med på helg, ikke natt."


def test_a_party_sees_all_that_waits_for_it(visitor: Enter) -> None:
    page = visitor("M-15").page("/min-part")

    for part in (
        "Dette venter på tillitsvalgte nå.",
        "R-03: Kunnskapsgrunnlag bemanningssamtaler, frist 16.09.2026 kl. 12.00",
        "kl. 12.00 … Vi har ikke svart",
        "PR1-M: Nærvær på Solsida (Mål)",
        "PR1-A: Partsavtale: Nærvær på Solsida (Omsorg og Service, Sykepleierlaget)",
        f"D-2: {TALK_IN_SECRET}, 02.09.2026 kl. 09.00, Rådhuset ▶ Innkalt",
        "SE-2: Ved oppstart, frist 30.09.2026 kl. 12.00",
        "Lars Petter Ekrehagen, partsrepresentant: til og med 02.09.2026",
        "Partsrunde R-03 er åpnet. Frist 16.09.2026 kl. 12.00.",
        "Teksten i PR1-M er endret etter at dere svarte: Mål.",
        "Fullmakten til Lars Petter Ekrehagen gjelder til og med 02.09.2026.",
    ):
        assert part in page


def test_a_party_that_has_answered_is_told_so(visitor: Enter) -> None:
    page = visitor("M-06A").page("/min-part")

    assert "R-03: Kunnskapsgrunnlag bemanningssamtaler" in page
    assert "✓ Vi har svart" in page
    assert "Ekrehagen" not in page


def test_what_nothing_waits_under_is_told_in_one_sentence(visitor: Enter) -> None:
    page = visitor("M-06A").page("/min-part")

    assert re.search(r"Ingenting venter under: [^.]*fullmakter som går ut", page)


def test_a_notice_of_a_hearing_leads_to_it(visitor: Enter, house: Installation) -> None:
    with house.transaction() as session:
        kind = NoticeKind.HEARING_OPENED
        notify_parties(session, kind, "H-9", at=house.now())

    page = visitor("M-15").get("/min-part").get_data(as_text=True)

    assert 'href="/horinger/H-9"' in page


def test_the_elected_see_no_talks_on_their_page(visitor: Enter) -> None:
    page = visitor("M-01").page("/min-part")

    assert TALK_IN_SECRET not in page
    assert "Drøftinger" not in page


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_kind_of_notice_is_told_in_both_languages(
    visitor: Enter, house: Installation, language: str
) -> None:
    late = {
        "party": "F",
        "received_at": "2026-08-26T10:00:00+00:00",
        "gap_minutes": 60,
        "deadline_at": "2026-09-16T10:00:00+00:00",
    }
    kinds = (
        NoticeKind.ROUND_CLOSED,
        NoticeKind.ROUND_CANCELLED,
        NoticeKind.ROUND_OVERRIDDEN,
        NoticeKind.REMARK_ASSESSED,
    )
    with house.transaction() as session:
        for kind in kinds:
            notify_parties(session, kind, "R-03", at=house.now())
        for kept in (True, False):
            facts = late | {"deadline_kept": kept}
            kind = NoticeKind.LATE_ACCESS
            notify_parties(session, kind, "R-03", at=house.now(), facts=facts)

    page = visitor("M-15", language=language).page("/min-part")

    assert page.count("R-03") >= 6
    assert {"nb": "Fristen for alle er", "nn": "kom seinare fram til folkevalde"}[
        language
    ] in page


@pytest.mark.parametrize("hat", [None, "M-10", "M-11", "M-22", "M-21", "M-13"])
@pytest.mark.parametrize("path", ["/min-part", ROOM])
def test_who_is_in_no_party_has_no_page_and_no_room(
    visitor: Enter, hat: str | None, path: str
) -> None:
    assert visitor(hat).get(path).status_code == 403


def test_a_draft_is_read_by_its_own_party_only(visitor: Enter) -> None:
    written = visitor("M-15").done(ROOM, text=DRAFT)

    assert DRAFT in written
    assert DRAFT in visitor("M-16").page(ROOM)
    for hat in ("M-01", "M-06A"):
        page = visitor(hat).page(ROOM)
        assert DRAFT not in page
        assert "Det er ingen utkast i rommet." in page


def test_no_cache_keeps_what_stands_in_the_room(visitor: Enter) -> None:
    for path in (ROOM, "/min-part"):
        assert visitor("M-15").get(path).headers["Cache-Control"] == "no-store"


def address_of_draft(visitor: Visitor) -> str:
    found = re.search(r'action="([^"]+/ta-ut)"', visitor.get(ROOM).text)
    assert found
    return found.group(1)


def test_a_draft_is_taken_out_by_its_own_party_only(visitor: Enter) -> None:
    member = visitor("M-15")
    member.done(ROOM, text=DRAFT)
    where = address_of_draft(member)

    refused = visitor("M-01").send(where)
    page = visitor("M-16").done(where)

    assert refused.status_code == 404
    assert "Utkastet er tatt ut. Det finnes ikke lenger." in page
    assert DRAFT not in page


def test_an_empty_draft_is_sent_back(visitor: Enter) -> None:
    answer = visitor("M-15").send(ROOM)

    assert answer.status_code == 422
    assert 'href="#f-text"' in answer.text


def test_there_is_no_room_about_what_is_not_there(visitor: Enter) -> None:
    assert visitor("M-15").get("/min-part/rom/R-99").status_code == 404
    assert visitor("M-15").send("/min-part/rom/R-99", text="x").status_code == 404
