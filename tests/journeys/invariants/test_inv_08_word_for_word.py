"""INV-08: what an organisation did not stand behind follows the text word for word."""

from __future__ import annotations

from typing import Any

import pytest

from connector.library.basis import basis_values
from connector.library.handover_notes import handover_values
from connector.library.packages import EXEMPT
from connector.web.development.standpoints import concluded
from tests.workflows.development.towns import Town, U
from tests.workflows.trace.halls import open_case, open_hall, use
from workflows.development.answers import summarise_round
from workflows.development.deviations import deviate
from workflows.development.documents import agreed_version
from workflows.development.drafting import write_fields
from workflows.development.outputs import hand_over
from workflows.development.positions import Position
from workflows.people.kinds import PARTIES, Role

APART = "Vi støtter ikke  punkt 3.\nTallene for natt er våre egne."


@pytest.fixture
def handed(town: Town) -> Town:
    """A town where a union differed from its party on what was handed over."""
    return given(town)


def given(town: Town, **values: Any) -> Town:
    town.settle("P-pleier", Role.PARTY_MEMBER, party=U, organisation="Pleierlaget")
    town.begun_output("O-8")
    if values:
        by = town.manager
        town.do(write_fields, by=by, document="O-8", values=values)
    review = town.opened_round("R-8", document="O-8")
    by = town.hat("P-pleier", Role.PARTY_MEMBER)
    town.do(deviate, by=by, review="R-8", text=APART)
    for party in PARTIES:
        town.answer("R-8", party, Position.AGREE)
    town.wait(until=review.deadline_at)
    town.do(summarise_round, by=town.manager, review="R-8")
    town.forum("FM-8", project="PR1")
    town.do(
        hand_over,
        by=town.manager,
        output="O-8",
        decision_needed="Vedta ny turnus",
        suggested_body="KST",
        concluded_in="FM-8",
    )
    return town


def rows_of(town: Town, key: str) -> list[dict[str, str]]:
    """Return a table of the handover note, or of the basis of a case that used it."""
    if key.startswith("h_"):
        note = handover_values(town.session, "O-8", language="nb", at=town.now)
        return list(note[key])
    open_hall(town)
    open_case(town)
    use(town, "O-8")
    basis = basis_values(town.session, "C01", language="nn", at=town.now)
    return list(basis[key])


@pytest.mark.parametrize("key", ["h_deviations", "g_deviations"])
def test_inv_08_it_stands_in_the_documents_of_the_handover(
    handed: Town, key: str
) -> None:
    (row,) = rows_of(handed, key)

    assert (row["part"], row["organisasjon"]) == ("T", "Pleierlaget")
    assert row["merknad"] == APART


def test_inv_08_it_stands_beside_the_position_of_its_party(handed: Town) -> None:
    version = agreed_version(handed.session, "O-8")
    assert version is not None

    columns = concluded(handed.session, version)

    told = {each.party: [said.text for said in each.deviations] for each in columns}
    assert told[U] == [APART]
    assert sum(map(len, told.values())) == 1


def test_inv_08_what_is_exempt_is_not_told_in_a_public_case(town: Town) -> None:
    given(
        town,
        o_access=EXEMPT,
        o_access_basis="offl. § 13",
        o_access_reason="Taushetsplikt",
        o_access_by={"name": "Tone Ulvgjerde", "role": "arkivleder"},
        o_access_on="2025-03-05",
        o_access_wider="yes",
    )

    (note,) = rows_of(town, "h_deviations")
    (basis,) = rows_of(town, "g_deviations")

    assert note["merknad"] == APART
    assert basis["merknad"].startswith("Unnateke offentlegheit, jf. offl. § 13.")
