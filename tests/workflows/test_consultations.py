"""Drøfting: two sides, documents first, and nothing for the elected until recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from tests.workflows.development.towns import A, F, Town, U, session_on
from workflows.clock import norwegian_date
from workflows.consultations import (
    Consultation,
    ConsultationResult,
    ConsultationState,
    call_consultation,
    consultations_about,
    consultations_for,
    give_view,
    hold_consultation,
    need_consultation,
    sign_consultation,
    views_in,
)
from workflows.errors import (
    InvalidValueError,
    NotPermittedError,
    RuleBrokenError,
    TransitionNotAllowedError,
)
from workflows.people.kinds import PARTIES, Party, Role

S = ConsultationState


@pytest.fixture
def session(settled: Connection) -> Iterator[Session]:
    with session_on(settled) as session:
        yield session


@pytest.fixture
def town(session: Session) -> Town:
    """Testvik, where a drøfting about the case C1 is needed."""
    town = Town(session)
    town.do(
        need_consultation,
        by=town.contact(U),
        ref="D-1",
        subject="Langturnus i heimetenesta",
        basis="HA del B",
        about=["C1"],
    )
    return town


def call(town: Town, *, sent: date | None = None) -> Consultation:
    return town.do(
        call_consultation,
        by=town.contact(A),
        consultation="D-1",
        documents_sent_on=sent or norwegian_date(town.now),
        meets_at=town.now + timedelta(days=7),
        place="Rådhuset",
    )


def hold(town: Town, party: Party = A) -> Consultation:
    return town.do(
        hold_consultation,
        by=town.contact(party),
        consultation="D-1",
        result=ConsultationResult.PARTLY,
        conclusion="Enighet om prøveordning, uenighet om helgene.",
    )


def view(town: Town, party: Party, text: str = "Vi er enige.") -> None:
    town.do(give_view, by=town.contact(party), consultation="D-1", text=text)


def sign(town: Town, party: Party) -> Consultation:
    return town.do(sign_consultation, by=town.contact(party), consultation="D-1")


def held(town: Town) -> None:
    call(town)
    town.wait(days=7)
    hold(town)


def seen(town: Town, party: Party) -> list[str]:
    hat = town.contact(party)
    return [row.ref for row in consultations_for(town.session, hat, at=town.now)]


def test_it_is_recorded_when_both_sides_have_signed(town: Town) -> None:
    held(town)
    view(town, A)
    view(town, U, "Helgene er for tunge.")

    assert sign(town, A).state is S.HELD
    assert sign(town, U).state is S.RECORDED
    (row,) = consultations_about(town.session, "C1", at=town.now)
    assert [v.text for v in views_in(town.session, row)] == [
        "Vi er enige.",
        "Helgene er for tunge.",
    ]


def test_every_organisation_with_a_view_must_sign(town: Town) -> None:
    teacher = town.settle(
        "P-lærer", Role.PARTY_MEMBER, party=U, signs=True, organisation="Lærerlaget"
    )
    held(town)
    view(town, A)
    view(town, U)
    town.do(give_view, by=teacher, consultation="D-1", text="Skolen må med.")
    sign(town, A)

    assert sign(town, U).state is S.HELD
    signed = town.do(sign_consultation, by=teacher, consultation="D-1")
    assert signed.state is S.RECORDED


def test_inv_12_the_elected_are_no_side(town: Town) -> None:
    held(town)

    for act in (hold, view, sign):
        with pytest.raises(NotPermittedError, match="INV-12"):
            act(town, F)


def test_the_elected_see_nothing_before_it_is_recorded(town: Town) -> None:
    held(town)
    view(town, A)
    sign(town, A)

    assert [seen(town, party) for party in PARTIES] == [["D-1"], [], ["D-1"]]
    assert consultations_about(town.session, "C1", at=town.now) == []

    sign(town, U)

    assert seen(town, F) == ["D-1"]


@pytest.mark.parametrize("days", [1, 7])
def test_documents_are_sent_before_the_meeting_is_called(town: Town, days: int) -> None:
    with pytest.raises(RuleBrokenError, match="L-38"):
        call(town, sent=norwegian_date(town.now) + timedelta(days=days))


def test_it_is_not_held_before_it_meets(town: Town) -> None:
    call(town)

    with pytest.raises(RuleBrokenError, match="SM-11"):
        hold(town)


def test_it_is_not_held_without_a_call(town: Town) -> None:
    with pytest.raises(TransitionNotAllowedError):
        hold(town)


def test_signed_minutes_take_no_more_views(town: Town) -> None:
    held(town)
    view(town, A)
    sign(town, A)

    with pytest.raises(RuleBrokenError, match="takes no views"):
        view(town, U)


def test_a_view_says_something(town: Town) -> None:
    held(town)

    with pytest.raises(InvalidValueError):
        view(town, U, " ")
