from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.workflows.development.towns import Town
from workflows.base import by_ref
from workflows.errors import NotPermittedError
from workflows.people.hats import SYSTEM
from workflows.people.kinds import PARTIES
from workflows.people.parties import (
    CONFEDERATION_NAMES,
    PARTY_NAMES,
    Confederation,
    Union,
    register_union,
)


def test_each_party_and_each_confederation_has_its_name() -> None:
    assert list(PARTY_NAMES) == list(PARTIES)
    assert {key for names in PARTY_NAMES.values() for key in names} == {"nb", "nn"}
    assert set(CONFEDERATION_NAMES) == set(Confederation)


def test_a_union_is_registered_with_its_confederation(
    session: Session, town: Town
) -> None:
    values = {
        "ref": "AF",
        "name": "Arbeiderforeninga",
        "confederation": Confederation.LO,
    }

    town.do(register_union, by=SYSTEM, **values)

    assert by_ref(session, Union, "AF").confederation is Confederation.LO


def test_a_project_manager_does_not_register_unions(town: Town) -> None:
    values = {
        "ref": "AF",
        "name": "Arbeiderforeninga",
        "confederation": Confederation.LO,
    }

    with pytest.raises(NotPermittedError):
        town.do(register_union, by=town.manager, **values)
