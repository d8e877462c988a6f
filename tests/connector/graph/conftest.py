from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connector.graph.scripted import Scripted, said, scripted


@pytest.fixture(scope="package")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scripted]:
    with scripted(tmp_path_factory.mktemp("tls")) as made:
        yield made


@pytest.fixture
def server(shared_server: Scripted) -> Scripted:
    """A server that has been asked nothing, and says an empty object."""
    shared_server.asked.clear()
    shared_server.script = lambda _: said({})
    return shared_server
