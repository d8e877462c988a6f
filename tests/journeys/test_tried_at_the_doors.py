"""What somebody with bad intent would try at the pages, and gets nothing by."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from connector.config import Config
from connector.database.engine import Database, open_database
from connector.installation import Installation
from tests.conftest import FOUNDED_AT, a_copy
from tests.connector.web.applications import made_app
from tests.connector.web.visitors import TOKEN, Visitor
from tests.installations import MASTER_KEY
from tests.journeys.villages import Village
from tests.workflows.development.towns import Town, U
from workflows.base import by_ref
from workflows.development.answers import answer_round, counted_answers, late_answers
from workflows.development.assessments import (
    AssessmentLevel,
    Occasion,
    answer_assessment,
    open_assessment,
    statements,
)
from workflows.development.drafting import draft_version, write_fields
from workflows.development.positions import Position
from workflows.development.rounds import Round, Visibility
from workflows.forms.catalogue import form
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import declare_absence, give_mandate
from workflows.people.municipalities import found_municipality
from workflows.people.persons import register_person
from workflows.record.entries import Entry
from workflows.trace.questions import QUESTIONS

FORMS: dict[str, dict[str, str]] = {
    "svar": {"position": "agree"},
    "forleng": {"extend__days": "2", "extend__reason": "Møte."},
    "enighet": {"agree__matter": "cancelling"},
    "avslutt": {},
    "mottatt": {"late__day": "2025-06-02", "late__clock": "09.00"},
    "avvik": {"deviation__text": "Vi er uenige."},
}
SECRET = "Den hemmelige merknaden"
SECTION = next(
    section.key
    for section in form("mandate").sections
    if any(field.key == "m_purpose" for field in section.fields)
)


@pytest.fixture
def round_9(village: Village) -> Village:
    """A village with an open round on O-9."""
    with village.acts() as town:
        town.begun_output("O-9")
        town.opened_round("R-9", document="O-9")
    return village


def entries(village: Village) -> int:
    with village.house.reading() as session:
        return session.scalar(select(func.count()).select_from(Entry)) or 0


def seen(visitor: Visitor, path: str) -> tuple[int, str, list[tuple[str, str]]]:
    """All that an answer tells, but for the token of its forms and the cookie."""
    told = visitor.get(path)
    headers = [each for each in told.headers if each[0] != "Set-Cookie"]
    return told.status_code, TOKEN.sub("", told.text), headers


def test_a_deputy_who_kept_the_hat_is_nobody_when_the_contact_is_back(
    round_9: Village,
) -> None:
    with round_9.acts() as town:
        town.do(register_person, by=SYSTEM, ref="P-vara", name="Vara Varsen")
        deputy = {"ref": "M-vara", "person": "P-vara", "deputy_for": "M-P-T"}
        given = {"role": Role.PARTY_CONTACT, "party": U, "valid_from": town.today}
        town.do(give_mandate, by=SYSTEM, **deputy, **given)
        days = {"first_day": town.today, "last_day": town.today + timedelta(days=1)}
        town.do(declare_absence, by=town.contact(U), mandate="M-P-T", **days)
    deputy_now = round_9.visitor("M-vara")

    assert deputy_now.get("/runder/R-9").status_code == 200

    round_9.wait(days=2)
    before = entries(round_9)

    assert deputy_now.get("/runder/R-9").status_code == 403
    assert deputy_now.send("/runder/R-9/svar", position="agree").status_code == 403
    assert entries(round_9) == before


@pytest.mark.parametrize("name", FORMS)
def test_a_round_that_is_only_planned_answers_as_one_that_is_not_there(
    village: Village, name: str
) -> None:
    with village.acts() as town:
        town.begun_output("O-9")
        town.planned_round("R-9", document="O-9")
    contact = village.visitor("M-P-T")
    before = entries(village)

    told = contact.send(f"/runder/R-9/{name}", **FORMS[name])
    nothing = contact.send(f"/runder/R-8/{name}", **FORMS[name])

    assert told.status_code == nothing.status_code == 404
    assert TOKEN.sub("", told.text).replace("R-9", "R-8") == TOKEN.sub("", nothing.text)
    assert entries(village) == before


def test_after_the_deadline_nothing_but_a_late_answer_is_taken(
    round_9: Village,
) -> None:
    round_9.wait(days=30)
    contact = round_9.visitor("M-P-T")
    before = entries(round_9)

    told = {
        name: contact.send(f"/runder/R-9/{name}", **FORMS[name]).status_code
        for name in FORMS
    }

    assert told == {**dict.fromkeys(FORMS, 409), "svar": 303}
    assert entries(round_9) == before + 1
    with round_9.acts() as town:
        row = by_ref(town.session, Round, "R-9")
        assert counted_answers(town.session, row) == []
        assert [late.party for late in late_answers(town.session, row)] == [U]


def test_a_form_sent_twice_counts_once(round_9: Village) -> None:
    contact = round_9.visitor("M-P-T")

    for _ in range(2):
        contact.done("/runder/R-9/svar", position="agree")
        contact.done("/runder/R-9/enighet", agree__matter="cancelling")
        contact.send("/runder/R-9/avslutt")

    with round_9.acts() as town:
        row = by_ref(town.session, Round, "R-9")
        assert (row.state, row.close_asked_by) == ("open", ["T"])
        assert len(counted_answers(town.session, row)) == 1


def test_who_leads_another_project_changes_nothing_in_this_one(
    round_9: Village,
) -> None:
    with round_9.acts() as town:
        town.do(register_person, by=SYSTEM, ref="P-pm2", name="En annen leder")
        given = {"person": "P-pm2", "role": Role.PROJECT_MANAGER, "project": "PR2"}
        since = {"valid_from": town.today}
        town.do(give_mandate, by=SYSTEM, ref="M-pm2", **given, **since)
    other = round_9.visitor("M-pm2")
    before = entries(round_9)
    override = {"override__reason": "Fordi.", "override__matter": "cancelling"}

    told = [
        other.send("/runder/R-9/overstyr", **override).status_code,
        other.send("/runder/R-9/oppsummer").status_code,
        other.send(
            "/runder/R-9/mottatt", late__party="T", **FORMS["mottatt"]
        ).status_code,
    ]

    assert set(told) == {409}
    assert entries(round_9) == before


def test_a_party_notes_no_late_receipt_for_another(round_9: Village) -> None:
    """The form has a field for the party; a party's own hat goes before it."""
    contact = round_9.visitor("M-P-T")
    before = entries(round_9)

    told = contact.send("/runder/R-9/mottatt", late__party="A", late__keep="Nei.")

    assert told.status_code in {403, 422}
    assert entries(round_9) == before


@pytest.fixture
def sealed(village: Village) -> Village:
    """A village with a sealed round and a sealed self-assessment."""
    with village.acts() as town:
        town.begun_output("O-9")
        town.opened_round("R-9", document="O-9", visibility=Visibility.SEALED)
        ask = {"ref": "S-9", "occasion": Occasion.START}
        due = {"deadline_at": town.now + timedelta(days=21)}
        town.do(open_assessment, by=town.manager, **ask, **due)
    return village


@pytest.mark.parametrize("hat", ["M-P-F", "M-P-pm", "M-P-safety"])
def test_inv_04_no_page_tells_by_word_length_or_header_what_a_seal_holds(
    sealed: Village, hat: str
) -> None:
    visitor = sealed.visitor(hat)
    pages = (
        *("/", "/runder", "/runder/R-9", "/historikk/R-9", "/historikk/O-9"),
        *("/historikk/R-9-T1", "/historikk/S-9", "/spor/O-9", "/spor/O-9.csv"),
        *("/spor/R-9-T1", "/egenvurdering/S-9", "/leveranser/O-9", "/min-part"),
        *("/sporsmal/what-became-of-my-input.csv", "/sporsmal/parity.json"),
        *("/sporsmal/assessment.json", "/sporsmal/missing-reports.json"),
    )
    visitor.get("/runder/R-9")
    before = {page: seen(visitor, page) for page in pages}

    with sealed.acts() as town:
        say = {"position": Position.DISAGREE, "dissent": SECRET, "remarks": [SECRET]}
        town.do(answer_round, by=town.contact(U), review="R-9", **say)
        scores = {AssessmentLevel.PROJECT: dict.fromkeys(statements(), 1)}
        by = town.member(U)
        town.do(answer_assessment, by=by, assessment="S-9", scores=scores)

    after = {page: seen(visitor, page) for page in pages}
    assert [page for page in pages if before[page] != after[page]] == []


def test_every_question_is_tried_for_what_is_sealed(sealed: Village) -> None:
    with sealed.acts() as town:
        town.do(answer_round, by=town.contact(U), review="R-9", remarks=[SECRET])
    visitors = [sealed.visitor(hat) for hat in ("M-P-F", "M-P-pm")]

    told = [
        v.get(f"/sporsmal/{name}.json").text for v in visitors for name in QUESTIONS
    ]

    assert not any(SECRET in text for text in told)


def test_two_that_keep_the_same_consent_at_once_leave_one(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """On PostgreSQL, where two requests are really under way at the same time."""
    with a_copy("postgresql", request, tmp_path) as copied:
        database = open_database(copied.url, master_key=MASTER_KEY)
        house = consented(database, tmp_path)
        told = sent_at_once(house, times=2)
        with house.reading() as session:
            kept = select(func.count()).where(Entry.type == "consent.kept")
            found = session.scalar(kept.select_from(Entry))
        database.close()

    assert sorted(told) == [303, 409]
    assert found == 1


def consented(database: Database, data: Path) -> Installation:
    """An installation where all consented to a mandate, and a word of it changed."""
    with database.transaction(None) as session:
        founded = {"name": "Testvik", "number": "9999", "at": FOUNDED_AT}
        municipality = found_municipality(session, **founded)  # type: ignore[arg-type]  # text and an instant
        town = Town(session)
        town.agreed_project()
        town.do(draft_version, by=town.manager, document="PR1-M")
        changed: dict[str, Any] = {"m_purpose": ["Helt nytt formål."]}
        town.do(write_fields, by=town.manager, document="PR1-M", values=changed)
        now, number = town.now, municipality.id
    config = Config(data=data, database_url="", clock_stands_at=now)
    return Installation(config, database, number)


def sent_at_once(house: Installation, *, times: int) -> list[int]:
    app = made_app(house)
    visitors = [
        Visitor(app, house, mandate="M-P-T", language="nb") for _ in range(times)
    ]
    path = f"/dokumenter/PR1-M/samtykke/{SECTION}"

    def send(visitor: Visitor) -> int:
        field = {f"reason-{SECTION}": "Endrer ikke vårt syn."}
        return visitor.send(path, **field).status_code

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(send, visitors))
