"""Access classes and emergency readings, as people meet them on the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from connector.installation import Installation
from tests.connector.web.story import SEALED_REMARK
from tests.connector.web.visitors import Visitor
from workflows.people.hats import SYSTEM
from workflows.people.kinds import Role
from workflows.people.mandates import give_mandate
from workflows.people.persons import register_person

Enter = Callable[..., Visitor]

EXEMPT = {
    "access": "exempt",
    "basis": "exemption_negotiation",
    "reason": "Forhandlinger pågår.",
    "wider": "Vurdert.",
}
GLASS = {"scopes": "development", "hours": "2", "reason": "Runden R-03 henger."}


@pytest.fixture
def admin(visitor: Enter, house: Installation) -> Visitor:
    """The system administrator, who has a mandate and reads what the public reads."""
    with house.transaction() as session:
        told: dict[str, Any] = {"by": SYSTEM, "at": house.now()}
        register_person(session, ref="P99", name="Iver Teknisk", **told)
        mandate: dict[str, Any] = {
            "ref": "M-99",
            "person": "P99",
            "role": Role.SYSADMIN,
        }
        give_mandate(session, valid_from=date(2026, 1, 1), **mandate, **told)
    return visitor("M-99")


def test_a_proposal_waits_for_the_archive_and_changes_nothing(visitor: Enter) -> None:
    page = visitor("M-11").done("/tilgang/forslag", about="C01", **EXEMPT)

    assert "Forslaget om C01 er sendt til arkivet." in page
    assert "offentleglova § 23" in page
    assert visitor().get("/saker/C01").status_code == 200
    assert "C01" in visitor("M-13").page("/tilgang")
    assert EXEMPT["reason"] not in visitor("M-22").page("/tilgang")


def test_what_the_archive_decides_holds_from_now_on(visitor: Enter) -> None:
    page = visitor("M-13").done("/tilgang/fastsett", about="C01", **EXEMPT)

    assert "Tilgangskoden for C01 er fastsatt." in page
    assert visitor().get("/saker/C01").status_code == 404
    assert visitor("M-11").get("/saker/C01").status_code == 200


def test_a_text_that_the_archive_exempts_is_no_longer_the_publics(
    visitor: Enter,
) -> None:
    assert visitor().get("/dokumenter/O-102@1.0").status_code == 200

    visitor("M-13").done("/tilgang/fastsett", about="O-102", **EXEMPT)

    assert visitor().get("/dokumenter/O-102@1.0").status_code == 404
    assert visitor("M-15").get("/dokumenter/O-102@1.0").status_code == 200


@pytest.mark.parametrize("lacking", ["basis", "reason", "wider", "access"])
def test_an_exemption_without_its_grounds_is_sent_back(
    visitor: Enter, lacking: str
) -> None:
    answer = visitor("M-13").send(
        "/tilgang/fastsett", about="C01", **{**EXEMPT, lacking: ""}
    )

    assert answer.status_code == 422
    assert f'href="#f-{lacking}"' in answer.text


def test_the_manager_proposes_for_documents_and_not_for_cases(visitor: Enter) -> None:
    manager = visitor("M-22")

    manager.done("/tilgang/forslag", about="O-102", **EXEMPT)

    assert manager.send("/tilgang/forslag", about="C01", **EXEMPT).status_code == 403
    assert manager.send("/tilgang/fastsett", about="O-102", **EXEMPT).status_code == 403


def test_an_emergency_reading_is_told_to_all_and_opens_what_was_named(
    visitor: Enter, admin: Visitor
) -> None:
    assert admin.get("/runder/R-03").status_code == 403

    page = admin.done("/nodlesing", **GLASS)

    assert "Nødlesingen er åpen. Alle tre parter er varslet." in page
    assert admin.get("/runder/R-03").status_code == 200
    assert admin.get("/dokumenter/O-105@0.1").status_code == 200
    assert admin.get("/dokumenter/PR1-M@1.1").status_code == 404
    for hat in ("M-15", "M-01", "M-06A"):
        told = visitor(hat).page("/min-part")
        assert "Systemansvarlig har åpnet nødlesing til 02.09.2026 kl. 12.00." in told
        listed = visitor(hat).page("/nodlesing")
        assert "Iver Teknisk" in listed
        assert "Runden R-03 henger." in listed


def test_what_is_sealed_and_a_partys_room_stay_closed(
    visitor: Enter, admin: Visitor
) -> None:
    visitor("M-15").done("/min-part/rom/R-03", text="Vårt eget utkast.")
    scopes = ["development", "drafts", "decision", "consultations", "people"]
    admin.done("/nodlesing", **{**GLASS, "scopes": scopes})

    for path in ("/min-part", "/min-part/rom/R-03"):
        assert admin.get(path).status_code == 403
    for path in ("/runder/R-04", "/historikk/R-04", "/spor/R-04", "/spor/PR1"):
        answer = admin.get(path)
        assert SEALED_REMARK not in answer.text
        assert "round.answered" not in answer.text
    assert "Vårt eget utkast." not in admin.page("/historikk/R-03")
    assert admin.get("/drofting/D-2").status_code == 404


@pytest.mark.parametrize("lacking", ["scopes", "hours", "reason"])
def test_an_emergency_reading_without_its_grounds_is_sent_back(
    admin: Visitor, lacking: str
) -> None:
    fields = {key: value for key, value in GLASS.items() if key != lacking}

    answer = admin.send("/nodlesing", **fields)

    assert answer.status_code == 422
    assert f'href="#f-{lacking}"' in answer.text
