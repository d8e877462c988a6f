"""Every page and every form, tried in every hat: the permission matrix at the doors."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, select

from connector.installation import Installation
from tests.connector.web.applications import made_app
from tests.connector.web.conftest import open_installation_at
from tests.connector.web.routes import DONE, SHOWN, Done, Shown
from tests.connector.web.story import NOW
from tests.connector.web.visitors import BASE, Visitor
from workflows.base import by_ref, get
from workflows.people.access import PERMITTED
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import Party, Role
from workflows.people.mandates import Mandate, give_mandate, hat_of
from workflows.people.persons import Person, register_person
from workflows.people.reading import Matter, holds, may_read
from workflows.record.entries import Entry
from workflows.trace.audits import OnBehalf, grant_audit

R = Role
IN, REFUSED = 200, 403
YESTERDAY = NOW.date() - timedelta(days=1)
# Those whom the town has no person for, and some whose time is over.
MORE: Mapping[str, dict[str, Any]] = {
    "M-F2": {"role": R.PARTY_MEMBER, "party": Party.ELECTED},
    "M-T2": {"role": R.PARTY_MEMBER, "party": Party.UNION},
    "M-PG": {"role": R.PROJECT_MEMBER},
    "M-KD": {"role": R.CE_OFFICE},
    "M-KS": {"role": R.BODY_MEMBER},
    "M-PK": {"role": R.PROGRAMME_COORDINATOR},
    "M-IT": {"role": R.SYSADMIN},
    "M-T-ended": {"role": R.PARTY_CONTACT, "party": Party.UNION, "signs": True}
    | {"valid_to": YESTERDAY},
    "M-PL-ended": {"role": R.PROJECT_MANAGER, "valid_to": YESTERDAY},
    "M-US-ended": {"role": R.COMMITTEE_SECRETARY, "valid_to": YESTERDAY},
}
OF_THE_STORY = (
    *("M-22", "M-06", "M-06A", "M-01", "M-01L", "M-15", "M-10", "M-11", "M-13"),
    *("M-21", "M-P31"),
)
AUDITOR = "M-REV-1"
HATS = (*OF_THE_STORY, *MORE, AUDITOR)
SOME = ("public", "M-T-ended", "M-15", "M-10")
BY_HAT = [row for row in DONE if row.act and not row.by_anybody]
# The things that the addresses of the table name.
NAMED = re.compile(
    r"(?<=/)(?:C01-T\d|[A-Z]+\d?\d?-[\dAM]+(?:@\d\.\d)?|PR\d|[CP]\d\d|[0-]+7)"
)


@dataclass(frozen=True)
class Wearer:
    """A visitor with the hat that is worn, and a token for forms."""

    visitor: Visitor
    hat: Hat | None
    token: str

    def get(self, path: str) -> int:
        """Return the status; to be led on to the same thing's own page is as good."""
        with self.visitor.get(path) as answer:
            return IN if answer.status_code == 303 else answer.status_code

    def post(self, path: str, *, token: str | None = None) -> int:
        sent = {"csrf_token": self.token if token is None else token}
        return self.visitor.client.post(path, base_url=BASE, data=sent).status_code


@pytest.fixture(scope="module")
def town(
    played: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Testvik, with somebody in every role."""
    folder = tmp_path_factory.mktemp("rights")
    shutil.copy(played / "samspor.db", folder / "samspor.db")
    opened = open_installation_at(folder)
    by: dict[str, Any] = {"by": SYSTEM, "at": NOW}
    since: dict[str, Any] = {"valid_from": date(2026, 1, 1), "organisation": "Rådhuset"}
    with opened.transaction() as writing:
        for ref, mandate in MORE.items():
            person = f"P-{ref}"
            register_person(writing, ref=person, name=f"Navn {ref}", **by)
            give_mandate(writing, ref=ref, person=person, **since, **mandate, **by)
        register_person(writing, ref="P-REV", name="Navn Revisor", **by)
        grant_audit(
            writing,
            ref="REV-1",
            person="P-REV",
            on_behalf=OnBehalf.AUDITOR,
            projects=["PR1"],
            period_from=date(2025, 1, 1),
            period_to=NOW.date(),
            ends_on=NOW.date(),
            **by,
        )
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def app(town: Installation) -> Flask:
    return made_app(town)


@pytest.fixture(scope="module")
def wearers(app: Flask, town: Installation) -> dict[str, Wearer]:
    """Everybody: each hat by its mandate, the public, and a stranger's cookie."""
    found = {ref: enter(app, town, ref) for ref in HATS}
    stranger = enter(app, town, None)
    with stranger.visitor.client.session_transaction(base_url=BASE) as cookie:
        cookie["mandate"] = str(uuid.uuid4())
    return {**found, "public": enter(app, town, None), "stranger": stranger}


def enter(app: Flask, town: Installation, ref: str | None) -> Wearer:
    """Let somebody in with a form's token."""
    visitor = Visitor(app, town, mandate=ref, language="nb")
    with app.test_request_context():
        token = generate_csrf()
        secret = session["csrf_token"]
    with visitor.client.session_transaction(base_url=BASE) as cookie:
        cookie["csrf_token"] = secret
    return Wearer(visitor, hat_by(town, ref) if ref else None, token)


def hat_by(town: Installation, ref: str) -> Hat:
    with town.reading() as reading:
        mandate = by_ref(reading, Mandate, ref)
        return hat_of(mandate, get(reading, Person, mandate.person_id))


def entries(town: Installation) -> int:
    with town.reading() as reading:
        return reading.scalar(select(func.count()).select_from(Entry)) or 0


def expected(hat: Hat | None, row: Shown) -> int:
    """What the tables of rights say that a hat is answered."""
    if row.to is None:
        return IN
    if isinstance(row.to, Matter):
        return IN if may_read(hat, row.to, at=NOW) else row.otherwise
    return refusal_of(hat, row.to) or IN


def refusal_of(hat: Hat | None, act: str) -> int | None:
    if hat is None or hat.role not in PERMITTED[act]:
        return REFUSED
    return None if holds(hat, at=NOW) else 409


def test_somebody_is_there_in_every_role_of_the_matrix(
    wearers: dict[str, Wearer],
) -> None:
    roles = {each.hat.role for each in wearers.values() if each.hat}

    assert roles == set(Role) - {Role.SYSTEM}


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row.path)
def test_a_page_is_shown_to_those_who_have_a_right_to_it(
    wearers: dict[str, Wearer], row: Shown
) -> None:
    hats = {name: each.hat for name, each in wearers.items()}
    answers = {name: expected(hat, row) for name, hat in hats.items()}
    # A page that refuses nobody is opened by some of each kind.
    tried = SOME if set(answers.values()) == {IN} else answers

    told = {name: wearers[name].get(row.path) for name in tried}

    assert told == {name: answers[name] for name in tried}


@pytest.mark.parametrize("row", BY_HAT, ids=lambda row: row.endpoint)
def test_a_form_is_refused_to_others_and_leaves_no_entry(
    town: Installation, wearers: dict[str, Wearer], row: Done
) -> None:
    refused = {
        name: refusal
        for name, each in wearers.items()
        if (refusal := refusal_of(each.hat, str(row.act)))
    }
    before = entries(town)

    told = {name: wearers[name].post(row.path) for name in refused}

    assert told == refused
    assert entries(town) == before


@pytest.mark.parametrize("row", BY_HAT, ids=lambda row: row.endpoint)
def test_a_form_about_nothing_lets_those_in_who_have_the_right_and_finds_nothing(
    town: Installation, wearers: dict[str, Wearer], row: Done
) -> None:
    let_in = [one for one in wearers.values() if not refusal_of(one.hat, str(row.act))]
    before = entries(town)

    told = {each.post(NAMED.sub("X-404", row.path)) for each in let_in}

    # A form without a thing in its address lacks its fields instead.
    assert told == ({404} if NAMED.search(row.path) else {422})
    assert entries(town) == before


@pytest.mark.parametrize("row", DONE, ids=lambda row: row.endpoint)
def test_a_form_without_the_token_of_its_page_is_refused(
    town: Installation, wearers: dict[str, Wearer], row: Done
) -> None:
    before = entries(town)

    told = {wearers[name].post(row.path, token="") for name in ("M-15", "public")}

    assert told == {400}
    assert entries(town) == before
