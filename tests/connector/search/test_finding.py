"""What a visitor finds is what the visitor may read, and nothing tells of the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from connector.cli.search import search_command
from connector.cli.viewing import visit_as
from connector.installation import Installation
from connector.search.finding import LONGEST, Hit, found
from tests.connector.web.applications import made_app
from tests.connector.web.conftest import open_installation_at
from tests.connector.web.exempt_cases import CANARIES
from tests.connector.web.story import HOSTILE, SEALED_REMARK
from tests.connector.web.visitors import Visitor
from tests.workflows.builders import TownHall
from workflows.development.documents import agreed_version, versions_of
from workflows.people.municipalities import Municipality
from workflows.trace.findable import findable

PARTIES = ("P06:party_contact", "P01:party_contact", "P15:party_contact")


def search(house: Installation, asked: str, viewer: str = "public") -> list[Hit]:
    now = house.now()
    with house.reading() as session:
        visit = visit_as(session, viewer, now=now, at=now, language="nb")
        return found(visit, asked)


def refs(hits: list[Hit]) -> set[str]:
    return {hit.source.ref for hit in hits}


@pytest.mark.parametrize("asked", ["vikargruppe", "vikargruppa", "VIKARGRUPPER"])
def test_a_word_is_found_in_all_its_forms(exempt: Installation, asked: str) -> None:
    assert "C01-T2/1" in refs(search(exempt, asked))


@pytest.mark.parametrize(
    ("nynorsk", "bokmal"),
    [("nærver sjuke", "nærvær syke"), ("møta", "møte"), ("tenesta", "tjenesten")],
)
def test_both_written_standards_find_the_same(
    exempt: Installation, nynorsk: str, bokmal: str
) -> None:
    assert search(exempt, nynorsk, PARTIES[0]) == search(exempt, bokmal, PARTIES[0])


def test_every_word_must_be_there_and_titles_come_first(exempt: Installation) -> None:
    hits = search(exempt, "tiltakspakke nærvær")
    in_title = [hit.in_title for hit in hits]

    assert "C01" in refs(hits[: sum(in_title)])
    assert in_title == sorted(in_title, reverse=True)
    assert search(exempt, "tiltakspakke elefant") == []


def test_a_reference_is_found_as_it_is_written(exempt: Installation) -> None:
    assert refs(search(exempt, "f-02")) == {"F-02"}
    assert "O-102" in refs(search(exempt, "O-102"))
    assert search(exempt, "O-9") == []


@pytest.mark.parametrize("viewer", ["public", *PARTIES])
@pytest.mark.parametrize("asked", [*CANARIES, "Kanari", "77"])
def test_an_exempt_case_is_found_by_nobody_else(
    exempt: Installation, viewer: str, asked: str
) -> None:
    assert search(exempt, asked, viewer) == []


def test_who_may_read_the_exempt_case_finds_it(exempt: Installation) -> None:
    found_refs = refs(search(exempt, "kanari", "P11:case_officer"))

    assert {"C77", "C77-T1/1", "C77-T1/2", "F-771", "F-772"} <= found_refs


def test_a_sealed_remark_is_found_by_its_own_party_alone(exempt: Installation) -> None:
    by = {viewer: len(search(exempt, SEALED_REMARK, viewer)) for viewer in PARTIES}

    assert by == {PARTIES[0]: 1, PARTIES[1]: 0, PARTIES[2]: 0}
    assert search(exempt, SEALED_REMARK) == []


@pytest.mark.parametrize("viewer", ["public", "P11:case_officer"])
def test_rounds_and_remarks_are_not_for_others(
    exempt: Installation, viewer: str
) -> None:
    assert {hit.source.kind for hit in search(exempt, "R-02", viewer)} == set()
    assert search(exempt, "bemanningssamtaler nevne natt", viewer) == []


def test_only_the_newest_agreed_version_is_looked_in(exempt: Installation) -> None:
    with exempt.reading() as session:
        papers = list(findable(session, "document"))
        for each in papers:
            newest = agreed_version(session, each.ref.split("@")[0])
            assert newest is not None
            assert each.ref == newest.ref
        every = versions_of(session, "PR1-A")

    assert papers
    assert len(every) > 1


def test_what_a_party_writes_in_its_room_is_no_source(exempt: Installation) -> None:
    for viewer in PARTIES:
        assert search(exempt, "partsrommet", viewer) == []


@pytest.mark.parametrize("asked", ["vikar", "ansatte", "turnus"])
def test_a_snippet_is_cut_between_words(exempt: Installation, asked: str) -> None:
    hits = [hit for hit in search(exempt, asked, PARTIES[0]) if hit.snippet]

    assert hits
    for hit in hits:
        words = hit.snippet.strip("… ").split()
        assert set(words) <= set(hit.source.text.split())


def test_a_snippet_shows_the_word_and_breaks_nothing(exempt: Installation) -> None:
    hits = search(exempt, "prøves frivillig", PARTIES[2])
    assert all("\n" not in hit.snippet for hit in hits)
    app = made_app(exempt)
    visitor = Visitor(app, exempt, mandate=None, language="nn")

    page = visitor.get("/sok", query_string={"ord": HOSTILE})

    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "Ingen treff" in page.text


@pytest.mark.parametrize("asked", ["", " ", "%", "*", '"', "' OR 1=1 --", "x" * 5000])
def test_what_is_no_word_finds_nothing(exempt: Installation, asked: str) -> None:
    assert search(exempt, asked) == []


def test_the_page_finds_what_the_command_finds(exempt: Installation) -> None:
    app = made_app(exempt)
    visitor = Visitor(app, exempt, mandate="M-15", language="nb")

    page = visitor.page("/sok?ord=vikargruppe")

    assert f"Treff: {len(search(exempt, 'vikargruppe', PARTIES[2]))}" in page
    assert "/saker/C01" in visitor.get("/sok?ord=tiltakspakke").text
    assert visitor.get(f"/sok?ord={'a' * (LONGEST + 9)}").status_code == 200


def test_the_command_answers_the_public_unless_told_otherwise(played: Path) -> None:
    house = open_installation_at(played)
    runner = CliRunner()

    def run(*words: str) -> tuple[int, list[str]]:
        done = runner.invoke(
            search_command, [*words, "--format", "json"], obj=house.config
        )
        return done.exit_code, [row["ref"] for row in json.loads(done.output)["rows"]]

    status, public = run("natt")
    _, party = run("natt", "--as", PARTIES[2])
    nothing = run("elefant")
    house.database.close()

    assert "R-02-1" in party
    assert "R-02-1" not in public
    assert status in {0, 1}
    assert nothing == (1, [])


def test_the_command_makes_the_index_anew_when_told(played: Path) -> None:
    house = open_installation_at(played)

    done = CliRunner().invoke(search_command, ["--rebuild", "natt"], obj=house.config)
    alone = CliRunner().invoke(search_command, ["--rebuild"], obj=house.config)
    nothing = CliRunner().invoke(search_command, [], obj=house.config)
    house.database.close()

    assert "laget på nytt" in done.stderr
    assert "PR1-M@1.0" in done.stdout
    assert alone.exit_code == 0
    assert nothing.exit_code == 2


def test_both_kinds_of_database_find_the_same(session: Session) -> None:
    hall = TownHall(session)
    hall.decided_case()
    hall.followed_up()
    hall.ready_case(
        "C2",
        title="Hemmelige retningslinjer",
        restricted="exemption_negotiation",
        exemption_reason="Forhandlinger.",
        wider_access="Vurdert.",
    )

    public = visit_as(session, "public", now=hall.now, at=hall.now, language="nb")
    officer = visit_as(session, "P-officer", now=hall.now, at=hall.now, language="nb")

    assert session.get(Municipality, public.municipality.id)
    assert refs(found(public, "retningslinjene")) == {"C1", "C1-T1/1"}
    assert refs(found(officer, "retningslinjer")) == {"C1", "C1-T1/1", "C2"}
