"""An auditor's visit: granted on a page, seen by all, taken out as a zip that holds."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.config import stop_clock
from connector.installation import Installation
from connector.record.verify import findings, is_good
from tests.connector.cli.testvik import run
from tests.connector.web.conftest import visitors_of
from tests.connector.web.exempt_cases import CANARIES, house_with
from tests.connector.web.story import NOW
from tests.connector.web.visitors import Visitor
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import give_mandate
from workflows.people.persons import register_person

Enter = Callable[..., Visitor]
TODAY = NOW.date()
GRANT = {
    "person": "P-REV",
    "on_behalf": "auditor",
    "projects": "PR1",
    "period_from": "01.01.2025",
    "period_to": TODAY.isoformat(),
    "ends_on": (TODAY + timedelta(30)).isoformat(),
}
PARTIES = ("M-01", "M-22", "M-06")


@pytest.fixture
def admin(house: Installation, visitor: Enter) -> Visitor:
    settle(house)
    return visitor("M-IT")


def settle(house: Installation) -> None:
    by: dict[str, Any] = {"by": SYSTEM, "at": NOW}
    with house.transaction() as session:
        for ref in ("P-IT", "P-REV"):
            register_person(session, ref=ref, name=f"Navn {ref}", **by)
        give_mandate(
            session,
            ref="M-IT",
            person="P-IT",
            role=Role.SYSADMIN,
            valid_from=TODAY,
            **by,
        )


def test_what_the_auditor_looks_up_is_seen_by_all_three_parties(
    admin: Visitor, visitor: Enter
) -> None:
    admin.done("/revisjon", **GRANT)
    auditor = visitor("M-REV-1")

    for path in ("/leveranser/O-105", "/revisjon"):
        auditor.page(path)
    auditor.get("/historikk/Kari%20Nordmann")

    for party in PARTIES:
        told = visitor(party).page("/revisjon")
        assert "Navn P-REV (revisor)" in told
        assert "Leveranser O-105" in told
        assert "Historikk –" in told
        assert "Kari Nordmann" not in told


def test_the_extract_is_checked_without_us(admin: Visitor, visitor: Enter) -> None:
    admin.done("/revisjon", **GRANT)
    auditor = visitor("M-REV-1", language="nn")
    assert "Ditt innsyn" in auditor.page("/revisjon")

    answer = auditor.get("/revisjon/utdrag?from=01.01.2025")

    assert answer.mimetype == "application/zip"
    assert is_good(findings(answer.data))
    register = read(answer.data, "register.json")
    assert (register["about"], register["scope"]) == ("REV-1", ["PR1"])
    assert {"innslag", "vedtak", "lenker", "tilgang"} <= register.keys()
    assert register["innslag"]
    assert "Utdrag som zip REV-1" not in visitor().get("/revisjon").text


def test_an_extract_without_the_exempt_tells_nothing_of_it(
    played: Path, tmp_path: Path
) -> None:
    house = house_with(played, tmp_path / "a", ("C77", "exemption_negotiation", 1))
    enter = visitors_of(house)
    settle(house)
    enter("M-IT").done("/revisjon", **GRANT)
    auditor = enter("M-REV-1")

    said = everything(auditor.get("/revisjon/utdrag").data)
    said += auditor.page("/revisjon")

    assert [word for word in CANARIES if word in said] == []
    house.database.close()


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("projects", "PR9"),
        ("person", "P-999"),
        ("ends_on", ""),
        ("period_to", "2020-01-01"),
        ("ends_on", "2040-01-01"),
    ],
)
def test_a_grant_with_a_fault_stores_nothing(
    admin: Visitor, field: str, written: str
) -> None:
    answer = admin.send("/revisjon", **{**GRANT, field: written})

    assert answer.status_code == 422
    assert "REV-1" not in admin.page("/revisjon")


def test_a_period_outside_the_engagement_is_told_as_wrong(
    admin: Visitor, visitor: Enter
) -> None:
    admin.done("/revisjon", **GRANT)

    answer = visitor("M-REV-1").get("/revisjon/utdrag?from=01.01.2020")

    assert answer.status_code == 422


def test_the_command_takes_out_the_same_and_is_seen(
    admin: Visitor, house: Installation, tmp_path: Path
) -> None:
    admin.done("/revisjon", **GRANT)
    stop_clock(house.config.data, NOW)
    out = tmp_path / "utdrag.zip"

    days = ("--from", "2025-01-01", "--to", TODAY.isoformat())
    done = run(house.config.data, "audit", "export", "REV-1", *days, "--out", str(out))

    assert done.exit_code == 0, (done.output, done.exception)
    assert is_good(findings(out.read_bytes()))
    listed = run(house.config.data, "audit", "list").output
    assert listed.startswith("REV-1  PR1")
    assert "1 oppslag" in listed


def read(data: bytes, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return json.loads(archive.read(name))


def everything(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())
