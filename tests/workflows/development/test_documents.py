from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town, ready_values
from workflows.development.documents import (
    Content,
    VersionState,
    agreed_version,
    content_hash,
    content_of,
    document_of,
    freeze,
    latest,
    versions_of,
)
from workflows.development.drafting import draft_version, write_fields
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
    TransitionNotAllowedError,
)
from workflows.forms.catalogue import form
from workflows.forms.fields import Writer
from workflows.people.kinds import Role

S = VersionState


def states(session: Session, document: str) -> dict[str, str]:
    return {row.number: row.state.value for row in versions_of(session, document)}


def test_the_first_draft_holds_the_fixed_clauses(session: Session, town: Town) -> None:
    town.propose()
    town.forum("FM-1", project="PR1")
    town.minute("FM-1")

    draft = latest(session, "PR1-M")

    assert (draft.number, draft.state) == ("0.1", S.DRAFT)
    assert draft.values["m_report_text"] == "Til alle tre parter samtidig"


def test_what_is_written_in_a_draft_stays_there(session: Session, town: Town) -> None:
    town.drafted_project()

    town.do(
        write_fields, by=town.manager, document="PR1-M", values={"m_purpose": ["Nytt"]}
    )

    values = latest(session, "PR1-M").values
    assert values["m_purpose"] == ["Nytt"]
    assert values["m_summary"] == ["Tekst"]


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"m_start": "i morgen"}, "m_start"),
        ({"m_nothing": "x"}, "m_nothing"),
        ({"m_effect": [{"nr": "1"}]}, "m_effect"),
        ({"m_pm_percent": "halvt"}, "m_pm_percent"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(
    session: Session, town: Town, values: dict[str, object], where: str
) -> None:
    town.drafted_project()
    before = dict(latest(session, "PR1-M").values)

    with pytest.raises(InvalidValueError, match=where):
        town.do(write_fields, by=town.manager, document="PR1-M", values=values)

    assert latest(session, "PR1-M").values == before


@pytest.mark.parametrize(
    "rows", [[{"utsagn": "x"}], "nei", [1], [{"_id": "r0", "A": 9}]]
)
def test_rows_of_the_wrong_shape_are_refused_by_name(
    session: Session, town: Town, rows: object
) -> None:
    town.drafted_project()

    with pytest.raises(InvalidValueError, match="m_accept"):
        town.do(
            write_fields,
            by=town.contact("A"),  # type: ignore[arg-type]  # a code word will do
            document="PR1-M",
            values={"m_accept": rows},
        )


def test_freezing_keeps_the_content_with_its_fingerprints_and_checksum(
    session: Session, town: Town
) -> None:
    town.drafted_project()
    draft = latest(session, "PR1-M")
    town.opened_round("R-1", document="PR1-M")

    content = content_of(session, draft)

    assert draft.state is S.FROZEN
    assert content.values == draft.values
    assert content.sha256 == content_hash(draft.values)
    assert content.fingerprints["document"].startswith("fp:v1:")


def test_inv_09_a_frozen_version_is_not_written_in(
    session: Session, town: Town
) -> None:
    town.drafted_project()
    town.opened_round("R-1", document="PR1-M")

    with pytest.raises(InvalidValueError, match="start a new draft"):
        town.do(
            write_fields,
            by=town.manager,
            document="PR1-M",
            values={"m_purpose": ["Noe annet"]},
        )


def test_inv_09_a_version_is_frozen_once(session: Session, town: Town) -> None:
    town.drafted_project()
    town.opened_round("R-1", document="PR1-M")

    with pytest.raises(TransitionNotAllowedError):
        freeze(session, latest(session, "PR1-M"), at=town.now)


@pytest.mark.parametrize(
    "change", [update(Content).values(sha256="x"), delete(Content)]
)
def test_inv_09_the_database_refuses_to_change_frozen_content(
    session: Session, town: Town, change: object
) -> None:
    town.drafted_project()
    town.opened_round("R-1", document="PR1-M")
    draft = latest(session, "PR1-M")

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]  # one of two statements

    assert content_of(session, draft).sha256 == content_hash(draft.values)


def test_a_draft_has_no_frozen_content(session: Session, town: Town) -> None:
    town.drafted_project()

    with pytest.raises(NotFoundError, match=r"PR1-M@0\.1"):
        content_of(session, latest(session, "PR1-M"))


def test_the_agreed_version_has_the_very_content_that_was_answered(
    session: Session, town: Town
) -> None:
    town.agreed_project()

    draft, agreed = versions_of(session, "PR1-M")

    assert states(session, "PR1-M") == {"0.1": "superseded", "1.0": "agreed"}
    assert content_of(session, agreed).sha256 == content_of(session, draft).sha256
    assert agreed_version(session, "PR1-M") is agreed
    assert document_of(session, agreed).ref == "PR1-M"


def test_the_next_draft_begins_where_the_latest_text_ended(
    session: Session, town: Town
) -> None:
    town.agreed_project()

    draft = town.do(draft_version, by=town.manager, document="PR1-M")

    assert (draft.number, draft.state) == ("1.1", S.DRAFT)
    assert draft.values == latest(session, "PR1-M").values
    agreed = agreed_version(session, "PR1-M")
    assert agreed is not None
    assert agreed.number == "1.0"


def test_ten_drafts_come_after_nine(session: Session, town: Town) -> None:
    town.drafted_project()
    for _ in range(9):
        town.do(draft_version, by=town.manager, document="PR1-M")

    assert latest(session, "PR1-M").number == "0.10"


def test_writing_in_a_new_draft_leaves_the_old_text(
    session: Session, town: Town
) -> None:
    town.agreed_project()
    town.do(draft_version, by=town.manager, document="PR1-M")

    town.do(
        write_fields, by=town.manager, document="PR1-M", values={"m_purpose": ["Nytt"]}
    )

    agreed = agreed_version(session, "PR1-M")
    assert agreed is not None
    assert agreed.values["m_purpose"] == ["Tekst"]


@pytest.mark.parametrize(
    "role", [Role.CASE_OFFICER, Role.CHIEF_EXECUTIVE, Role.COMMITTEE_SECRETARY]
)
def test_inv_10_the_decision_line_writes_no_versions(town: Town, role: Role) -> None:
    town.drafted_project()
    values = ready_values(form("mandate"), frozenset({Writer.PROJECT_MANAGER}))

    with pytest.raises(NotPermittedError, match="INV-10"):
        town.do(write_fields, by=town.office(role), document="PR1-M", values=values)
    with pytest.raises(NotPermittedError, match="INV-10"):
        town.do(draft_version, by=town.office(role), document="PR1-M")


def test_a_manager_of_another_project_does_not_write(town: Town) -> None:
    town.drafted_project()
    stranger = town.settle("P-x", Role.PROJECT_MANAGER)
    elsewhere = type(stranger)(**{**vars(stranger), "project": "PR2"})

    with pytest.raises(RuleBrokenError, match="not of PR1"):
        town.do(draft_version, by=elsewhere, document="PR1-M")


@given(
    st.dictionaries(st.text(), st.text()),
    st.randoms(use_true_random=False),
)
def test_the_checksum_does_not_depend_on_the_order_of_keys(
    values: dict[str, str], chance: object
) -> None:
    items = list(values.items())
    chance.shuffle(items)  # type: ignore[attr-defined]  # a random.Random

    assert content_hash(dict(items)) == content_hash(values)


def test_the_checksum_changes_with_a_single_letter() -> None:
    assert content_hash({"m_purpose": ["å"]}) != content_hash({"m_purpose": ["a"]})
    assert len(content_hash({})) == 64


def test_versions_of_an_unknown_document_are_not_found(session: Session) -> None:
    with pytest.raises(NotFoundError):
        versions_of(session, "PR8-M")
