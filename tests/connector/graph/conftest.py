from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from connector.graph.client import Graph
from connector.graph.drives import DriveItem, make_folder, root
from connector.graph.opening import opened
from connector.graph.sites import default_drive, site_at
from connector.microsoft365 import Microsoft365, load_microsoft365
from connector.standin.running import Standin, running
from tests.connector.graph.scripted import Scripted, said, scripted
from tests.connector.graph.standins import environment

NUMBERS = itertools.count()


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


@pytest.fixture(scope="package")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standin]:
    with running(tmp_path_factory.mktemp("standin"), page_size=3) as started:
        yield started
        assert started.broken == [], "nobody broke the contract of Graph"


@pytest.fixture(scope="package")
def settings(standin: Standin) -> Microsoft365:
    settings = load_microsoft365(environment(standin))
    assert settings is not None
    return settings


@pytest.fixture(scope="package")
def graph(settings: Microsoft365) -> Iterator[Graph]:
    with opened(settings) as tenant:
        yield tenant.graph


@pytest.fixture(scope="package")
def drive(graph: Graph, settings: Microsoft365) -> str:
    site = site_at(graph, host=settings.site_host, path=settings.site_path)
    return default_drive(graph, site.id).id


@pytest.fixture
def folder(graph: Graph, drive: str) -> DriveItem:
    """A folder of the test's own."""
    return make_folder(graph, drive, root(graph, drive).id, f"m{next(NUMBERS)}")
