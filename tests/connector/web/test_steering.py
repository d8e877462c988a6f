"""Ideas, the drafting group, and a project that rests, as people do it on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connector.installation import Installation
from tests.connector.web.visitors import Visitor
from workflows.clock import norwegian_date
from workflows.development.forums import (
    AgendaPoint,
    Step,
    call_forum,
    hold_forum,
)
from workflows.development.minutes import MinutedView, minute_point
from workflows.development.positions import Position
from workflows.development.projects import Group, name_member
from workflows.people.hats import SYSTEM
from workflows.people.kinds import PARTIES, Party, Role
from workflows.people.mandates import give_mandate, wear
from workflows.people.parties import Confederation, register_union

Enter = Callable[..., Visitor]

STEERING = "/prosjekter/PR1/styring"
IDEA = {
    "name": "Færre kjørte mil",
    "focus": "other",
    "language": "nb",
    "ref": "PR9",
    "number": "9",
}
MEMBERS = {"P06": Party.ADMINISTRATION, "P01": Party.ELECTED, "P15": Party.UNION}


def asked(house: Installation, step: Step) -> None:
    """A forum this morning where all three said yes to this about PR1."""
    with house.transaction() as session:
        at = house.now()
        by = wear(session, person="P22", role=Role.PROJECT_MANAGER, at=at)
        point = AgendaPoint(number=1, title="Prosjektet", project="PR1", asks=step)
        call: dict[str, Any] = {
            "ref": "E-9",
            "number": "9/2026",
            "starts_at": at,
            "place": "Salen",
        }
        told: dict[str, Any] = {"by": by, "at": at}
        call_forum(session, **call, chair=PARTIES[0], points=[point], **told)
        hold_forum(session, meeting="E-9", present=list(MEMBERS), **told)
        said = [
            MinutedView(party=party, position=Position.AGREE, spoken_by=person)
            for person, party in MEMBERS.items()
        ]
        minute_point(
            session, meeting="E-9", point=1, conclusion="Ja.", positions=said, **told
        )


@pytest.mark.parametrize(
    ("hat", "whom"),
    [("M-15", "Tillitsvalgte"), ("M-21", "Verneombud"), ("M-22", "Prosjektleder")],
)
def test_an_idea_is_put_before_all_three(visitor: Enter, hat: str, whom: str) -> None:
    page = visitor(hat).done("/prosjekter/ny", **IDEA)

    assert "Ideen er lagt fram for alle tre parter." in page
    assert f"Ideen kom fra {whom}" in page
    assert "Færre kjørte mil" in visitor("M-01").page("/prosjekter/PR9")
    assert visitor().get("/prosjekter/PR9").status_code == 404


def test_an_idea_without_a_name_is_sent_back(visitor: Enter) -> None:
    answer = visitor("M-15").send("/prosjekter/ny", **{**IDEA, "name": " "})

    assert answer.status_code == 422
    assert 'href="#f-name"' in answer.text


@pytest.mark.parametrize("hat", [None, "M-10", "M-11", "M-13"])
@pytest.mark.parametrize("path", ["/prosjekter/ny", STEERING])
def test_others_are_offered_neither(visitor: Enter, hat: str | None, path: str) -> None:
    assert visitor(hat).get(path).status_code == 403


def name(visitor: Visitor, person: str, party: str) -> str:
    fields = {"person": person, "party": party, "group": "drafting"}
    visitor.done("/prosjekter/PR1/medlemmer", since="02.09.2026", **fields)
    return visitor.page(STEERING)


def test_the_draft_is_read_by_who_is_named_to_draft_it(visitor: Enter) -> None:
    draft, leader = "/dokumenter/PR1-M@1.1", visitor("M-22")
    assert visitor("M-15").get(draft).status_code == 404
    assert "Til alle tre er med" in name(leader, "P15", "T")
    assert visitor("M-15").get(draft).status_code == 404

    name(leader, "P01", "F")
    assert "Til alle tre er med" not in name(leader, "P06", "A")

    assert visitor("M-15").get(draft).status_code == 200
    assert visitor("M-16").get(draft).status_code == 404
    assert "/dokumenter/PR1-M@1.1" in visitor("M-15").get("/prosjekter/PR1").text


def test_a_project_rests_when_the_forum_wants_it(
    visitor: Enter, house: Installation
) -> None:
    asked(house, Step.PAUSE)
    assert "Partene spørres om å la prosjektet hvile." in visitor("M-15").page(
        "/forum/E-9"
    )

    page = visitor("M-22").done(
        "/prosjekter/PR1/pause", pause__point="E-9/1", pause__reason="Vi venter."
    )

    assert "Prosjektet hviler. Alle tre parter er varslet." in page
    assert "Vi venter." in page
    for hat in ("M-15", "M-01", "M-06A"):
        assert "Prosjekt PR1 hviler." in visitor(hat).page("/min-part")


def test_what_no_forum_wanted_is_refused_with_the_rule(visitor: Enter) -> None:
    leader = visitor("M-22")

    answer = leader.send(
        "/prosjekter/PR1/pause", pause__point="E-1/1", pause__reason="Vi venter."
    )

    assert answer.status_code in {409, 422}
    assert "alle tre parter har sagt ja" in answer.text
    assert leader.send("/prosjekter/PR1/stans").status_code == 422


def test_going_on_and_stopping_need_their_forum_too(
    visitor: Enter, house: Installation
) -> None:
    asked(house, Step.STOP)
    reasons = {f"stop-reason-{party}": "Ferdig." for party in PARTIES}

    refused = visitor("M-22").send(
        "/prosjekter/PR1/gjenoppta", resume__point="E-9/1", resume__reason="Nå."
    )
    page = visitor("M-22").done(
        "/prosjekter/PR1/stans", **{"stop-point": "E-9/1", **reasons}
    )

    assert refused.status_code in {409, 422}
    assert "Prosjektet er stanset. Alle tre parter er varslet." in page
    assert "Ferdig." in page


def test_what_is_worth_a_look_is_told_to_who_leads_it(
    house: Installation, visitor: Enter
) -> None:
    with house.transaction() as session:
        told: dict[str, Any] = {"by": SYSTEM, "at": house.now()}
        today = norwegian_date(house.now())
        for ref, kind, person in (
            ("U8", Confederation.YS, "P15"),
            ("U9", Confederation.UNIO, "P16"),
        ):
            register_union(session, ref=ref, name=ref, confederation=kind, **told)
            give_mandate(
                session,
                ref=f"M-{ref}",
                person=person,
                role=Role.PARTY_MEMBER,
                party=Party.UNION,
                organisation=ref,
                valid_from=today,
                **told,
            )
        values: dict[str, Any] = {"group": Group.STEERING, "party": Party.UNION}
        by = wear(session, person="P22", role=Role.PROJECT_MANAGER, at=house.now())
        member = {"project": "PR1", "person": "P15", "valid_from": today, **values}
        name_member(session, **member, by=by, at=house.now())

    page = visitor("M-22").page(STEERING)
    assert "ingen plass i styringsgruppa: Unio." in page
    assert "Prosjektet gjelder heltid." not in page
