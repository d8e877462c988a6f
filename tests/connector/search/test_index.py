"""The index answers as the scan of all texts does, and follows each act."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from connector.bench.bulk import WORDS
from connector.bench.municipality import Municipality, Size
from connector.bench.searched import reader_of_all, reader_of_little
from connector.cli.viewing import visit_as
from connector.installation import Installation
from connector.search.candidates import Limits, candidates
from connector.search.finding import all_texts, found, scanned, wanted_in
from connector.search.keeping import fill, is_kept, keep, rebuild, words_of
from connector.search.postings import (
    IndexedBeginning,
    IndexedWord,
    SearchIndex,
    beginnings_of,
    longest_kept,
)
from connector.search.shelves import SHELVES, shelves_read
from connector.search.words import words_in
from connector.web.visits import Visit
from tests.connector.web.conftest import house as house_of_the_story
from tests.connector.web.story import SEALED_REMARK, story
from tests.workflows.builders import TownHall
from workflows.base import by_ref
from workflows.decision.cases import Case
from workflows.development.documents import HOLDS
from workflows.development.matters import Facts, matter_of
from workflows.development.outputs import OutputState
from workflows.development.projects import propose_project
from workflows.errors import NotFoundError
from workflows.people.hats import Hat
from workflows.people.kinds import FocusArea, Role
from workflows.people.mandates import wear
from workflows.people.reading import PUBLIC, READERS
from workflows.record.access_classes import AccessClass
from workflows.stories import play_steps
from workflows.trace.access_classes import decide_access
from workflows.trace.findable import FINDABLE

house = house_of_the_story
VIEWERS = (
    *("public", "P06:party_contact", "P15:party_contact"),
    *("P11:case_officer", "P22:project_manager"),
)
ASKED = (
    *("vikar", "sykefravær", "tiltakspakke nærvær", "for", "PR1", "C01-T2/1", "og"),
    *("ans", "turnus heltid", "r-02-1", "kanari", "2026", SEALED_REMARK, "C77"),
)
TITLES = ("Vaktplan for skolen", "Vaktbytte i barnehagen", "Turnus ved sykehjemmet")
CONTACT = "P06:party_contact"
GROUNDS = {
    "basis": "exemption_negotiation",
    "reason": "Forhandlinger.",
    "wider_access": "Vurdert.",
}
MANY = 1_000_000
SMALL = Size(projects=4, outputs=40, cases=24, items=4, used=2)


def differing(visit: Visit, *asked: str) -> list[str]:
    """Return the questions that the index answers otherwise than the scan does."""
    texts = list(all_texts(visit.session))
    return [
        each
        for each in asked
        if found(visit, each) != scanned(visit, wanted_in(each), texts)
    ]


Rows = set[tuple[str, str, str]]


def indexed(session: Session) -> tuple[Rows, Rows]:
    """Return the words and the beginnings that the index has."""
    word, part = IndexedWord, IndexedBeginning
    words = session.execute(select(word.key, word.shelf, word.word))
    parts = session.execute(select(part.key, part.shelf, part.beginning))
    return {(*row,) for row in words}, {(*row,) for row in parts}


def expected(session: Session) -> tuple[Rows, Rows]:
    """Return what the index should have, read from all texts."""
    words = {
        (each.key, shelf, word)
        for each in all_texts(session)
        for shelf, word in words_of(each)
    }
    return words, {
        (key, shelf, part) for key, shelf, word in words for part in beginnings_of(word)
    }


@pytest.mark.parametrize("viewer", VIEWERS)
def test_everybody_finds_by_the_index_what_the_scan_finds(
    exempt: Installation, viewer: str
) -> None:
    now = exempt.now()
    with exempt.reading() as session:
        visit = visit_as(session, viewer, now=now, at=now, language="nb")
        assert is_kept(session)
        assert differing(visit, *ASKED) == []


def test_what_is_common_is_found_in_order_by_those_who_may_read_it(
    session: Session,
) -> None:
    Municipality(session, SMALL).write()
    exempt = Case.ref.like("%5") | Case.ref.like("%7")
    session.execute(update(Case).where(exempt).values(restricted="exemption_tax"))
    rebuild(session)
    words = WORDS
    asked = [
        *(*words[:4], "syk", "barneh", "vaktp", "hel", "C1", "C1-T1/1"),
        *(f"{one[:5]} {two}" for one, two in zip(words, words[5:9], strict=False)),
    ]

    for reader in (reader_of_all(session), reader_of_little(session)):
        assert differing(reader, *asked) == []
        assert len(found(reader, "syk")) == 50


def test_how_much_is_fetched_at_once_changes_nothing_of_what_is_found(
    session: Session,
) -> None:
    Municipality(session, SMALL).write()
    rebuild(session)
    shelves = shelves_read(reader_of_all(session).reads)
    one, two = WORDS[0], WORDS[5]

    for asked in (one, f"{one} {two}", "syk", f"{one[:5]} {two[:4]}", "C1-T1/1"):
        words = wanted_in(asked).words
        whole, by_shelf, streamed = (
            [*chain(*candidates(session, words, shelves, limits=limits))]
            for limits in (
                Limits(few=MANY),
                Limits(few=0, some=MANY),
                Limits(few=0, some=0, at_a_time=7),
            )
        )
        assert whole == by_shelf == streamed
        assert whole


def test_the_index_is_right_after_each_act_of_a_story(session: Session) -> None:
    rebuild(session)

    def look(number: int) -> None:
        keep(session)
        if number % 30 == 0:
            assert indexed(session) == expected(session)

    play_steps(session, story().steps, progress=look)

    assert indexed(session) == expected(session)
    assert is_kept(session)


@st.composite
def acts(draw: st.DrawFn) -> list[tuple[str, dict[str, Any]]]:
    """Cases that are registered, decided, followed up, shut and opened again."""
    told: list[tuple[str, dict[str, Any]]] = []
    for number in range(1, draw(st.integers(2, 3))):
        ref, title = f"C{number}", draw(st.sampled_from(TITLES))
        told.append(("decided", {"ref": ref, "title": title}))
        if draw(st.booleans()):
            told.append(("followed", {"item": f"{ref}-T1/2"}))
        shut = draw(st.lists(st.sampled_from(AccessClass), max_size=3))
        told += [("access", {"about": ref, "access": access}) for access in shut]
    return told


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=acts())
def test_whatever_is_done_the_index_answers_as_the_scan(
    session: Session, told: list[tuple[str, dict[str, Any]]]
) -> None:
    whole = session.begin_nested()
    hall = TownHall(session)
    archive = hall.settle("P-arkiv", Role.RECORDS_MANAGER)
    rebuild(session)
    for act, values in told:
        do(hall, act, values, archive=archive)
        keep(session)

    for viewer in ("public", "P-officer"):
        visit = visit_as(session, viewer, now=hall.now, at=hall.now, language="nb")
        assert differing(visit, "vakt", "retningslinjene", "skole", "c1-t1/2") == []
    assert indexed(session) == expected(session)
    whole.rollback()
    session.expire_all()


def do(hall: TownHall, act: str, values: dict[str, Any], *, archive: Hat) -> None:
    if act == "decided":
        hall.wait(days=7)
        hall.case(**values)
        hall.make_ready(values["ref"])
        meeting = hall.put_up(values["ref"])
        hall.treat(values["ref"], meeting=meeting)
    elif act == "followed":
        hall.followed_up(**values)
    else:
        is_shut = values["access"] is AccessClass.EXEMPT
        hall.do(decide_access, by=archive, **values, **(GROUNDS if is_shut else {}))


def test_what_is_done_is_found_at_once_and_what_is_undone_never(
    house: Installation,
) -> None:
    fill(house.database, house.municipality)

    with pytest.raises(NotFoundError), house.transaction() as session:
        propose_and_fail(session, house)
    with house.transaction() as session:
        propose(session, house, "PR79")

    with house.reading() as session:
        visit = visit_as(
            session, CONTACT, now=house.now(), at=house.now(), language="nb"
        )
        assert is_kept(session)
        assert [hit.source.ref for hit in found(visit, "glimmerplan")] == ["PR79"]
        words, _ = indexed(session)
        assert "PR78" not in {key for key, *_ in words}


def test_an_index_that_lags_or_was_made_by_other_rules_is_not_used(
    house: Installation,
) -> None:
    fill(house.database, house.municipality)
    with house.database.transaction(house.municipality) as session:
        propose(session, house, "PR79")
    with house.reading() as session:
        now = house.now()
        visit = visit_as(session, CONTACT, now=now, at=now, language="nb")
        assert not is_kept(session)
        assert [hit.source.ref for hit in found(visit, "glimmerplan")] == ["PR79"]
    with house.unrecorded() as session:
        session.execute(update(SearchIndex).values(made_by="other rules"))

    assert fill(house.database, house.municipality)
    assert not fill(house.database, house.municipality)

    with house.reading() as session:
        assert is_kept(session)
        assert indexed(session) == expected(session)


def test_a_sealed_answer_is_in_no_index_and_found_by_its_party(
    exempt: Installation,
) -> None:
    with exempt.reading() as session:
        words, _ = indexed(session)
        sealed = {
            each.key for each in FINDABLE["remark"](session, None) if each.is_sealed
        }

    assert sealed
    assert not sealed & {key for key, *_ in words}


def test_the_public_looks_on_no_shelf_that_is_not_the_publics() -> None:
    shelves = shelves_read(lambda matter: PUBLIC in READERS[matter])

    for shelf in shelves:
        matter = SHELVES[int(shelf[1:])][1]
        assert matter is None or PUBLIC in READERS[matter]
    assert len(shelves) < len(shelves_read(lambda _: True))


def test_every_version_that_holds_has_its_shelf() -> None:
    for kind in ("mandate", "agreement", "status-report", "output", "final-report"):
        for state in HOLDS:
            for output in OutputState if kind == "output" else (None,):
                for said in (None, "", "public", "exempt"):
                    facts = Facts(kind=kind, state=state, said=said, output=output)
                    assert ("document", matter_of(facts)) in SHELVES


@given(st.text(max_size=90))
def test_a_word_is_kept_by_beginnings_of_its_own(text: str) -> None:
    for word, _, _ in words_in(text):
        for part in beginnings_of(word):
            assert word.startswith(part)
        assert longest_kept(word) in {*beginnings_of(word), word}


def test_long_words_are_told_apart_though_they_are_cut(house: Installation) -> None:
    long = "vaktplan" * 12
    fill(house.database, house.municipality)
    with house.transaction() as session:
        propose(session, house, "PR79", name=f"{long}lang")

    with house.reading() as session:
        now = house.now()
        visit = visit_as(session, CONTACT, now=now, at=now, language="nb")
        assert [hit.source.ref for hit in found(visit, long)] == ["PR79"]
        assert found(visit, f"{long}kort") == []
        assert differing(visit, long[:61]) == []


def propose_and_fail(session: Session, house: Installation) -> None:
    propose(session, house, "PR78")
    by_ref(session, Case, "nothing")


def propose(
    session: Session, house: Installation, ref: str, name: str = "Glimmerplan"
) -> None:
    now = house.now()
    by = wear(session, person="P06", role=Role.PARTY_CONTACT, at=now)
    propose_project(
        session,
        ref=ref,
        number=ref,
        name=name,
        focus=FocusArea.FULL_TIME,
        language="nb",
        by=by,
        at=now,
    )
