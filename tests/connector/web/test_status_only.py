"""Status and nothing else: three parties, four levels, and every door there is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from click import UsageError

from connector.cli.viewing import visit_as
from connector.exports.answers import trace_json
from connector.exports.provenance import provenance
from connector.installation import Installation
from connector.pictures.trace import trace_svg
from connector.web.trace.pictures import visible_trace
from connector.web.trace.questions import answered
from tests.connector.web.applications import APPLICATIONS
from tests.connector.web.exempt_cases import (
    CANARIES,
    HIDDEN,
    LEVELS,
    Secretariat,
    house_with,
)
from tests.connector.web.visitors import Visitor
from workflows.people.municipalities import only_municipality
from workflows.trace.questions import QUESTIONS
from workflows.trace.uses import uses

PARTIES = {"A": "M-06A", "F": "M-01", "T": "M-15"}
VIEWERS = {"A": "P06:party_contact", "F": "P01:party_contact", "T": "P15:party_contact"}
OUTSIDE = {**PARTIES, "public": None}
REMARK = "R-02-1"
FILES = ("what-became-of-my-input", "outcomes", "follow-ups")
NEAREST = (
    *("/", "/leveranser/O-102", f"/spor/{REMARK}", "/spor/O-102.csv", "/oppfolging"),
    *("/historikk/O-102", "/sporsmal/what-became-of-my-input", "/min-part"),
    "/sok?ord=kanari",
)
PAGES = (
    *NEAREST,
    *("/saker", "/leveranser", "/prosjekter/PR1", "/spor/PR1", "/historikk/PR1"),
    *("/sporsmal", "/drofting", "/dokumenter/PR1-S1@1.0"),
    *(f"/sporsmal/{name}" for name in QUESTIONS if name not in FILES[:1]),
    *(f"/sporsmal/{name}{end}" for name in FILES for end in (".csv", ".json")),
)
CLOSED = (
    *("/saker/{}", "/behandlinger/{}-T1", "/spor/{}", "/spor/{}-T1", "/historikk/{}"),
    *("/historikk/{}-T1", "/saker/{}/bruk", "/spor/{}.csv"),
)
CHANGING = re.compile(r'name="csrf_token" value="[^"]+"')

Houses = dict[str, Installation]


@pytest.fixture(scope="module")
def houses(played: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    """A house for each level; one with none of the cases, one with many."""
    folder = tmp_path_factory.mktemp("exempt")
    basis = LEVELS["negotiation"]
    made = {
        level: house_with(played, folder / level, ("C77", LEVELS[level], 1))
        for level in LEVELS
    }
    made["none"] = house_with(played, folder / "none")
    many = ("C77", basis, 3), ("C78", LEVELS["confidential"], 2)
    made["many"] = house_with(played, folder / "many", *many)
    yield made
    for house in made.values():
        house.database.close()


@pytest.fixture(autouse=True)
def applications() -> Iterator[None]:
    """The applications of a test serve the houses of the next one."""
    with APPLICATIONS.for_a_while():
        yield


def entering(house: Installation, mandate: str | None) -> Visitor:
    app = APPLICATIONS.lend(house)
    return Visitor(app, house, mandate=mandate, language="nb")


def seen(
    house: Installation, mandate: str | None, pages: tuple[str, ...] = PAGES
) -> dict[str, tuple[int, str]]:
    """Everything that a visitor is answered at the open doors."""
    visitor = entering(house, mandate)
    answers = {path: visitor.get(path) for path in pages}
    return {
        path: (each.status_code, CHANGING.sub("", each.text))
        for path, each in answers.items()
    }


def told(house: Installation, viewer: str, ref: str = REMARK) -> dict[str, str]:
    """What the commands tell a person: JSON, picture, provenance and reports."""
    now = house.now()
    with house.reading() as session:
        visit = visit_as(session, viewer, now=now, at=now, language="nb")
        trace = visible_trace(visit, ref)
        municipality = only_municipality(session)
        assert municipality is not None
        return {
            "json": json.dumps(trace_json(trace, at=now), ensure_ascii=False),
            "svg": trace_svg(trace, language="nn"),
            "prov": provenance(
                trace,
                municipality=municipality,
                uses=uses(session, at=now),
                form="json",
            ),
            "report": str(answered(visit, "what-became-of-my-input")),
        }


def canaries(text: str) -> set[str]:
    return {canary for canary in CANARIES if canary in text}


@pytest.mark.parametrize(("party", "level"), list(product(OUTSIDE, HIDDEN)))
def test_no_door_tells_anything_of_an_exempt_case(
    houses: Houses, party: str, level: str
) -> None:
    pages = PAGES if level == "negotiation" else NEAREST

    answers = seen(houses[level], OUTSIDE[party], pages)

    assert {path: canaries(text) for path, (_, text) in answers.items()} == {
        path: set() for path in pages
    }


@pytest.mark.parametrize(("party", "level"), list(product(PARTIES, LEVELS)))
def test_a_contributor_sees_that_it_is_late(
    houses: Houses, party: str, level: str
) -> None:
    house = houses[level]

    page = entering(house, PARTIES[party]).page(f"/spor/{REMARK}")
    commands = told(house, VIEWERS[party])

    assert "Forsinket" in page
    assert "Forseinka" in commands["svg"]
    assert '"state": "delayed"' in commands["json"]
    assert "DELAYED" in commands["report"]
    is_open = level == "open"
    assert all(bool(canaries(text)) is is_open for text in commands.values())
    assert ("bare tilstanden vises" in page) is not is_open


@pytest.mark.parametrize("party", PARTIES)
def test_how_many_such_cases_there_are_shows_in_no_count_and_no_length(
    houses: Houses, party: str
) -> None:
    one, many = houses["negotiation"], houses["many"]
    pages = PAGES if party == "T" else NEAREST

    assert seen(one, PARTIES[party], pages) == seen(many, PARTIES[party], pages)
    assert told(one, VIEWERS[party]) == told(many, VIEWERS[party])


def test_the_public_is_not_even_told_that_there_is_one(houses: Houses) -> None:
    assert seen(houses["none"], None) == seen(houses["many"], None)


@pytest.mark.parametrize("party", OUTSIDE)
def test_what_is_hidden_is_answered_as_what_is_not_there(
    houses: Houses, party: str
) -> None:
    visitor = entering(houses["confidential"], OUTSIDE[party])

    for path in CLOSED:
        there = visitor.get(path.format("C77"))
        not_there = visitor.get(path.format("C99"))
        answered_ = CHANGING.sub("", there.text).replace("C77", "C99")
        assert there.status_code == not_there.status_code
        assert answered_ == CHANGING.sub("", not_there.text)
        assert there.headers.get("ETag") is None


@pytest.mark.parametrize("level", LEVELS)
def test_who_may_read_the_case_sees_all_of_it(houses: Houses, level: str) -> None:
    officer = entering(houses[level], "M-11")

    assert "Kanarisaken" in officer.page("/saker/C77")
    assert "Kanaripunktet 1" in officer.page("/spor/O-102")
    assert "bare tilstanden vises" not in officer.page("/spor/O-102")


@pytest.mark.parametrize("viewer", ["P01", "P11:chief_executive"])
def test_a_command_looks_through_one_hat_worn_today(
    houses: Houses, viewer: str
) -> None:
    house = houses["none"]
    now = house.now()

    with house.reading() as session, pytest.raises(UsageError, match="say one hat"):
        visit_as(session, viewer, now=now, at=now, language="nb")


OF_O_103 = (
    *("/leveranser", "/leveranser/O-103", "/prosjekter/PR1", "/spor/O-103"),
    *("/spor/PR1", "/spor/O-103.csv", "/historikk/O-103"),
)


@pytest.fixture(scope="module")
def alone(
    houses: Houses, played: Path, tmp_path_factory: pytest.TempPathFactory
) -> Houses:
    """A house where an output is used in an exempt case and in no other."""
    house = house_with(played, tmp_path_factory.mktemp("alone") / "one")
    Secretariat(house).decide("C77", LEVELS["confidential"], output="O-103")
    return {**houses, "alone": house}


def test_no_state_tells_the_public_that_only_an_exempt_case_used_an_output(
    alone: Houses,
) -> None:
    before = seen(alone["none"], None, OF_O_103)

    assert seen(alone["alone"], None, OF_O_103) == before
    contributor = entering(alone["alone"], PARTIES["T"]).page("/leveranser/O-103")
    assert "Behandlet" in contributor
    assert not canaries(contributor)


def test_what_rests_on_an_output_names_no_exempt_case_to_others(alone: Houses) -> None:
    house = alone["alone"]

    for party in PARTIES.values():
        visitor = entering(house, party)
        assert not canaries(visitor.page("/leveranser/O-103/folger"))
        assert not canaries(visitor.page("/sporsmal/outputs-without-decision"))
    assert "C77-T1/1" in entering(house, "M-11").page("/leveranser/O-103/folger")
