from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.workflows.development.towns import ORGANISATIONS, A, F, Town, U
from workflows.base import by_ref
from workflows.development.agreements import (
    Agreement,
    AgreementState,
    SignatoryPlan,
    ready_to_sign,
)
from workflows.development.documents import agreed_version, content_of
from workflows.development.signatures import (
    Signature,
    SignatureLevel,
    in_force_version,
    sign,
    signatures_on,
    versions_signed,
)
from workflows.errors import InvalidValueError, NotPermittedError, RuleBrokenError
from workflows.people.hats import SYSTEM
from workflows.people.kinds import PARTIES, Party, Role
from workflows.people.mandates import end_mandate, give_mandate, holder_of

S = AgreementState


@pytest.fixture
def ready(session: Session, town: Town) -> Agreement:
    """An agreement that is ready to sign."""
    town.drafted_agreement()
    town.do(ready_to_sign, by=town.manager, agreement="PA-1")
    return by_ref(session, Agreement, "PA-1")


def signed(session: Session, ready: Agreement) -> list[str]:
    version = agreed_version(session, ready.ref)
    assert version is not None
    rows = signatures_on(session, version)
    return [holder_of(session, row.mandate_id).name for row in rows]


@pytest.mark.parametrize("order", list(permutations(PARTIES)), ids="".join)
def test_the_order_of_signing_has_no_effect(
    town: Town, ready: Agreement, order: tuple[Party, ...]
) -> None:
    states = []
    for party in order:
        town.do(sign, by=town.contact(party), agreement="PA-1")
        states.append(ready.state)

    assert states == [S.PARTLY_SIGNED, S.PARTLY_SIGNED, S.IN_FORCE]


def test_all_sign_the_very_text_that_was_agreed(
    session: Session, town: Town, ready: Agreement
) -> None:
    town.sign_all("PA-1")

    version = in_force_version(session, ready)
    assert version is not None
    said = content_of(session, version).fingerprints["document"]
    assert {row.fingerprint for row in signatures_on(session, version)} == {said}
    assert versions_signed(session, ready) == [version]


def test_every_organisation_of_a_party_must_sign(session: Session, town: Town) -> None:
    plans = [SignatoryPlan(party=p, organisation=ORGANISATIONS[p]) for p in PARTIES]
    more = SignatoryPlan(party=U, organisation="Lærarlaget")
    town.drafted_agreement("PA-1", signatories=[*plans, more])
    town.do(ready_to_sign, by=town.manager, agreement="PA-1")
    town.sign_all("PA-1")
    assert by_ref(session, Agreement, "PA-1").state is S.PARTLY_SIGNED

    teacher = town.settle(
        "P-l", Role.PARTY_MEMBER, party=U, signs=True, organisation="Lærarlaget"
    )
    town.do(sign, by=teacher, agreement="PA-1")

    assert by_ref(session, Agreement, "PA-1").state is S.IN_FORCE


def test_inv_07_nobody_signs_without_a_mandate_to_sign(
    session: Session, town: Town, ready: Agreement
) -> None:
    with pytest.raises(RuleBrokenError, match="no mandate to sign"):
        town.do(sign, by=town.member(U), agreement="PA-1")

    assert signed(session, ready) == []


@pytest.mark.parametrize(
    ("party", "organisation"), [(A, ORGANISATIONS[U]), (U, "Lærarlaget"), (U, None)]
)
def test_inv_07_nobody_signs_for_another_party_or_organisation(
    town: Town, ready: Agreement, party: Party, organisation: str | None
) -> None:
    stranger = replace(town.contact(U), party=party, organisation=organisation)

    with pytest.raises(RuleBrokenError, match="INV-07"):
        town.do(sign, by=stranger, agreement="PA-1")

    assert ready.state is S.READY_TO_SIGN


def test_inv_07_an_expired_mandate_signs_nothing(town: Town, ready: Agreement) -> None:
    expired = replace(town.contact(U), valid_to=town.today - timedelta(1))

    with pytest.raises(RuleBrokenError, match="INV-07"):
        town.do(sign, by=expired, agreement="PA-1")


@pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.CHIEF_EXECUTIVE])
def test_only_the_parties_sign(town: Town, ready: Agreement, role: Role) -> None:
    with pytest.raises(NotPermittedError):
        town.do(sign, by=town.office(role), agreement="PA-1")


def test_a_signatory_signs_once(town: Town, ready: Agreement) -> None:
    town.do(sign, by=town.contact(U), agreement="PA-1")

    with pytest.raises(RuleBrokenError, match="already signed"):
        town.do(sign, by=town.contact(U), agreement="PA-1")


def test_a_draft_is_not_signed(town: Town) -> None:
    town.drafted_agreement()

    with pytest.raises(RuleBrokenError, match="nothing to sign"):
        town.do(sign, by=town.contact(U), agreement="PA-1")


def test_inv_18_a_signature_stays_under_the_name_of_who_gave_it(
    session: Session, town: Town, ready: Agreement
) -> None:
    town.do(sign, by=town.contact(U), agreement="PA-1")
    town.do(end_mandate, by=SYSTEM, mandate="M-P-T", last_day=town.today)
    town.wait(days=1)
    successor = town.settle("P-new", Role.PARTY_CONTACT, party=U, signs=True)

    for hat in (town.contact(A), town.contact(F)):
        town.do(sign, by=hat, agreement="PA-1")

    assert sorted(signed(session, ready)) == ["Person P-A", "Person P-F", "Person P-T"]
    assert ready.state is S.IN_FORCE
    with pytest.raises(RuleBrokenError, match="nothing to sign"):
        town.do(sign, by=successor, agreement="PA-1")


def test_inv_18_a_successor_signs_from_the_day_the_mandate_begins(
    session: Session, town: Town, ready: Agreement
) -> None:
    town.do(end_mandate, by=SYSTEM, mandate="M-P-T", last_day=town.today)
    successor = replace(
        town.contact(U), person_ref="P-new", valid_from=town.today + timedelta(1)
    )

    with pytest.raises(RuleBrokenError, match="INV-07"):
        town.do(sign, by=successor, agreement="PA-1")

    town.wait(days=1)
    town.do(
        give_mandate,
        by=SYSTEM,
        ref="M-new",
        person="P-T2",
        role=Role.PARTY_CONTACT,
        party=U,
        organisation=ORGANISATIONS[U],
        signs=True,
        valid_from=town.today,
    )
    town.do(sign, by=town.hat("P-T2", Role.PARTY_CONTACT), agreement="PA-1")
    assert signed(session, ready) == ["Person P-T2"]


@pytest.mark.parametrize("level", [SignatureLevel.SUBSTANTIAL, SignatureLevel.HIGH])
def test_a_signing_service_leaves_its_reference(
    town: Town, ready: Agreement, level: SignatureLevel
) -> None:
    with pytest.raises(InvalidValueError, match="reference"):
        town.do(sign, by=town.contact(U), agreement=ready.ref, level=level)


def test_how_it_was_signed_is_kept(
    session: Session, town: Town, ready: Agreement
) -> None:
    kept = town.do(
        sign,
        by=town.contact(U),
        agreement="PA-1",
        level=SignatureLevel.HIGH,
        reference="sig-17",
        place="Testvik",
    )

    assert (kept.level, kept.reference, kept.place) == ("high", "sig-17", "Testvik")
    assert kept.at == town.now


@pytest.mark.parametrize(
    "change", [update(Signature).values(place="x"), delete(Signature)]
)
def test_inv_09_the_database_refuses_to_change_a_signature(
    session: Session, town: Town, ready: Agreement, change: object
) -> None:
    town.do(sign, by=town.contact(U), agreement="PA-1")

    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]  # one of two statements

    assert signed(session, ready) == ["Person P-T"]
