"""The log of requests for access, as the archive and others meet it on the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.connector.web.visitors import Visitor

Enter = Callable[..., Visitor]

NAME = "Turi Nysgjerrig"
REQUEST = {"asked_for": "Mandatet for PR1", "received_on": "01.09.2026", "name": NAME}
REFUSAL = {
    "request": "INN-1",
    "result": "refused",
    "answered_on": "02.09.2026",
    "basis": "exemption_negotiation",
    "appeal_told": "1",
}


def test_a_request_is_logged_answered_and_its_sender_forgotten(visitor: Enter) -> None:
    archive = visitor("M-13")

    page = archive.done("/innsyn", **REQUEST)
    assert "Innsynskravet er registrert som INN-1." in page
    assert NAME in page
    for hat in ("M-10", "M-06"):
        page = visitor(hat).page("/innsyn")
        assert "Mandatet for PR1" in page
        assert NAME not in page

    page = archive.done("/innsyn/svar", **REFUSAL)
    assert "offentleglova § 23" in page
    assert "Klageretten er opplyst" in page
    assert NAME not in archive.done("/innsyn/glem", forget="INN-1")
    assert "Mandatet for PR1" in archive.page("/sporsmal/access-requests")
    assert visitor("M-15").get("/historikk/INN-1").status_code == 404


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("basis", ""),
        ("appeal_told", ""),
        ("answered_on", "31.08.2026"),
        ("request", "INN-9"),
    ],
)
def test_a_refusal_without_what_it_needs_is_sent_back(
    visitor: Enter, field: str, written: str
) -> None:
    archive = visitor("M-13", language="nn")
    archive.done("/innsyn", **REQUEST)

    answer = archive.send("/innsyn/svar", **{**REFUSAL, field: written})

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
