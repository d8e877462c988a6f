"""All models at once, for those who compare the schema with them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from sqlalchemy import MetaData

import workflows
from workflows.base import Base

# Tables that are not of the domain but of what connects it to the outside.
OF_THE_CONNECTOR = ("connector.library.items", "connector.search.postings")


def metadata() -> MetaData:
    """Return the tables of the domain and the connector, imported yet or not."""
    for module in walk_packages(workflows.__path__, f"{workflows.__name__}."):
        import_module(module.name)
    for name in OF_THE_CONNECTOR:
        import_module(name)
    return Base.metadata
