"""How one is told: chosen on a page, said on it, and shown by a command."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from connector.cli.notices import notices_command
from connector.installation import Installation
from connector.notices.wording import PATHS
from connector.record.keys import MASTER_KEY_FILE
from tests.connector.web.applications import made_app
from tests.connector.web.story import NOW, SEALED_REMARK
from tests.connector.web.story_of_the_parties import TALK_IN_SECRET
from tests.connector.web.visitors import Visitor
from tests.installations import MASTER_KEY
from workflows.base import all_of, by_ref
from workflows.people.notices import Notice, NoticeKind, notify_parties
from workflows.people.persons import Person
from workflows.people.telling import (
    DispatchState,
    NoticeChoice,
    Outlet,
    begin_dispatch,
    end_dispatch,
)

Enter = Callable[..., Visitor]


def addressed(house: Installation, *people: str) -> None:
    with house.transaction() as session:
        for ref in people:
            by_ref(session, Person, ref).stored_email = f"{ref.lower()}@testvik.example"


def test_a_person_chooses_and_sees_it_again(
    visitor: Enter, house: Installation
) -> None:
    mine = visitor("M-15", language="nn")
    addressed(house, "P15")

    page = mine.done("/varsling", pace="never", by_teams="yes")
    shown = mine.get("/varsling").text

    assert "Valet er lagra." in page
    assert "p15@testvik.example" in page
    assert "Det blir ikkje sendt noko ut frå Samspor i denne kommunen enno." in page
    assert '<option value="never" selected>' in shown
    assert 'value="yes" aria-describedby="f-by_teams-help" checked' in shown
    with house.reading() as session:
        (row,) = all_of(session, NoticeChoice)
    assert (row.by_teams, row.language) == (True, "nn")


def test_a_choice_that_is_none_is_refused_and_nothing_is_kept(
    visitor: Enter, house: Installation
) -> None:
    assert visitor("M-15").send("/varsling", pace="hourly").status_code == 422
    with house.reading() as session:
        assert all_of(session, NoticeChoice) == []


@pytest.mark.parametrize(
    ("state", "outlet", "words"),
    [
        (DispatchState.SENT, Outlet.EMAIL, "E-post 1 Sendt"),
        (DispatchState.REFUSED, Outlet.TEAMS, "Sendt på e-post i stedet."),
        (DispatchState.REFUSED, Outlet.EMAIL, "Sjekk at e-postadressen er riktig."),
        (DispatchState.UNSURE, Outlet.EMAIL, "Vi vet ikke om det kom fram."),
    ],
)
def test_what_came_of_a_sending_stands_on_the_page(
    visitor: Enter,
    house: Installation,
    state: DispatchState,
    outlet: Outlet,
    words: str,
) -> None:
    with house.transaction() as session:
        person = by_ref(session, Person, "P15")
        told = [all_of(session, Notice)[0].id]
        row = begin_dispatch(
            session, person_id=person.id, outlet=outlet, notices=told, at=NOW
        )
        end_dispatch(session, row.id, state=state, at=NOW)

    assert words in visitor("M-15").page("/varsling")
    assert words not in visitor("M-16").page("/varsling")


def test_the_command_shows_what_would_be_sent_and_sends_nothing(
    house: Installation,
) -> None:
    addressed(house, "P15", "P01")
    (house.config.data / MASTER_KEY_FILE).write_bytes(b64encode(MASTER_KEY) + b"\n")
    with house.transaction() as session:
        kind = NoticeKind.ROUND_EXTENDED
        facts = {"deadline_at": (NOW + timedelta(days=9)).isoformat()}
        notify_parties(session, kind, "R-03", at=NOW, facts=facts)
    config = replace(house.config, public_url="https://samspor.testvik.example")

    for _ in range(2):
        shown = CliRunner().invoke(notices_command, ["--due"], obj=config)
        told = CliRunner().invoke(
            notices_command, ["--due", "--format", "json"], obj=config
        )

        rows = json.loads(told.output)
        assert {row["person"] for row in rows} == {"P01", "P15"}
        (one,) = (
            each
            for row in rows
            if row["person"] == "P15"
            for each in row["notices"]
            if each["kind"] == "round_extended"
        )
        assert one["address"] == "https://samspor.testvik.example/runder/R-03"
        assert "P15  email  Samspor:" in shown.output
        assert TALK_IN_SECRET not in told.output
        assert SEALED_REMARK not in told.output


def test_the_command_says_when_nothing_waits(house: Installation) -> None:
    shown = CliRunner().invoke(notices_command, ["--due"], obj=house.config)

    assert shown.output == "Ingen varsler venter på å bli sendt.\n"


def test_the_addresses_are_those_of_the_pages(house: Installation) -> None:
    rules = {
        rule.endpoint: rule.rule.replace("<", "{").replace(">", "}")
        for rule in made_app(house).url_map.iter_rules()
        if "GET" in (rule.methods or ())
    }

    assert {name: rules[name] for name in PATHS} == dict(PATHS)
