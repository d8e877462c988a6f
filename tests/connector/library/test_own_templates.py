"""The own templates of a municipality: kept, replaced, removed, used, passed over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from connector.library.own_templates import OwnTemplates, Status
from templates_docx.build import packaged
from templates_docx.errors import RefusedFileError
from templates_docx.finding import controls
from templates_docx.lint import has_errors
from tests.templates_docx.tampering import STORE, edited, parts_of, rewritten
from workflows.forms.catalogue import kinds

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)
OWN = edited(packaged("mandate", "nb"), "Kort fortalt</w:t>", "I korte trekk</w:t>")


@pytest.fixture
def own(tmp_path: Path) -> OwnTemplates:
    return OwnTemplates(tmp_path / "templates")


def without(data: bytes, tag: str) -> bytes:
    """Return the template without the controls of one tag."""

    def change(root: etree._Element) -> None:
        for one in [each for each in controls(root) if each.tag == tag]:
            above = one.element.getparent()
            assert above is not None
            above.remove(one.element)

    return rewritten(data, change)


def status(own: OwnTemplates, kind: str = "mandate", language: str = "nb") -> Status:
    return next(
        each for each in own.status() if (each.kind, each.language) == (kind, language)
    )


def test_without_own_templates_the_standard_ones_are_used(own: OwnTemplates) -> None:
    chosen = own.chosen("mandate", "nb", fields=["m_name"])

    assert own.get("mandate", "nb") == packaged("mandate", "nb")
    assert (chosen.is_own, chosen.passed_over) == (False, "")
    assert len(own.status()) == 2 * len(kinds())
    assert {each.state for each in own.status()} == {"ok"}


def test_a_template_that_is_put_in_is_used(own: OwnTemplates) -> None:
    findings = own.put("mandate", "nb", OWN, at=NOON)

    chosen = own.chosen("mandate", "nb", fields=["m_name"])

    assert [each.code for each in findings] == ["missing-twin"]
    assert chosen.is_own
    made = chosen.template.fill({"m_name": "Nærvær"})
    assert "I korte trekk" in parts_of(made)["word/document.xml"].decode()
    assert status(own).is_own
    assert status(own).lacks_twin


def test_with_both_written_standards_nothing_is_lacking(own: OwnTemplates) -> None:
    own.put("mandate", "nb", OWN, at=NOON)
    own.put("mandate", "nn", packaged("mandate", "nn"), at=NOON)

    assert (status(own).state, status(own).lacks_twin) == ("ok", False)


def test_a_template_with_an_error_is_not_put_in(own: OwnTemplates) -> None:
    findings = own.put("mandate", "nb", without(OWN, "m_summary"), at=NOON)

    assert has_errors(findings)
    assert own.find("mandate", "nb") is None


def test_a_file_that_is_unsafe_is_refused(own: OwnTemplates) -> None:
    with pytest.raises(RefusedFileError):
        own.put("mandate", "nb", b"hello", at=NOON)

    assert not own.root.exists()


def test_what_is_replaced_or_removed_is_kept_beside_under_its_day(
    own: OwnTemplates,
) -> None:
    own.put("mandate", "nb", OWN, at=NOON)
    first = own.get("mandate", "nb")
    own.put("mandate", "nb", packaged("mandate", "nb"), at=NOON)
    own.put("mandate", "nb", OWN, at=NOON)

    assert own.remove("mandate", "nb", at=NOON + timedelta(days=1))
    assert not own.remove("mandate", "nb", at=NOON)

    assert sorted(path.name for path in own.root.iterdir()) == [
        "mandate.nb.2026-11-22-120000-2.docx",
        "mandate.nb.2026-11-22-120000.docx",
        "mandate.nb.2026-11-23-120000.docx",
    ]
    kept = (own.root / "mandate.nb.2026-11-22-120000.docx").read_bytes()
    assert kept == first
    assert own.find("mandate", "nb") is None


def test_putting_in_the_same_again_changes_nothing(own: OwnTemplates) -> None:
    own.put("mandate", "nb", OWN, at=NOON)
    own.put("mandate", "nb", OWN, at=NOON)

    assert [path.name for path in own.root.iterdir()] == ["mandate.nb.docx"]


def test_a_template_without_a_place_for_what_was_written_is_passed_over(
    own: OwnTemplates,
) -> None:
    own.put("mandate", "nb", without(OWN, "m_experience"), at=NOON)

    with_it = own.chosen("mandate", "nb", fields=["m_name", "m_experience"])
    without_it = own.chosen("mandate", "nb", fields=["m_name"])

    assert (with_it.is_own, with_it.passed_over) == (False, "m_experience")
    assert without_it.is_own


def test_a_template_that_somebody_spoilt_afterwards_is_passed_over(
    own: OwnTemplates,
) -> None:
    own.put("mandate", "nb", OWN, at=NOON)
    path = own.root / "mandate.nb.docx"
    path.write_bytes(without(OWN, "m_summary"))

    assert "m_summary" in own.chosen("mandate", "nb", fields=[]).passed_over
    assert status(own).state == "errors"

    path.write_bytes(b"hello")
    assert not own.chosen("mandate", "nb", fields=[]).is_own
    assert status(own).state == "refused"


def test_fields_that_the_form_has_got_since_are_in_the_status(
    own: OwnTemplates,
) -> None:
    own.put("mandate", "nb", OWN, at=NOON)
    path = own.root / "mandate.nb.docx"
    older = edited(
        path.read_bytes(), '<m:m_ethics unset="1"></m:m_ethics>', "", part=STORE
    )
    path.write_bytes(older)

    assert status(own).new_fields == ("m_ethics",)
