from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connector.graph.scripted import Scripted, said, scripted
from tests.connector.identity.entra import Entra


@pytest.fixture(scope="package")
def shared_entra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scripted]:
    with scripted(tmp_path_factory.mktemp("tls")) as made:
        yield made


@pytest.fixture
def entra(shared_entra: Scripted) -> Iterator[Entra]:
    """An Entra ID that has been asked nothing and lists its one key."""
    shared_entra.asked.clear()
    made = Entra(shared_entra)
    shared_entra.script = lambda _: said(made.listed())
    yield made
    made.close()
