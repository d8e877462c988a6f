"""All models at once, for those who compare the schema with them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from sqlalchemy import MetaData

import workflows
from workflows.base import Base


def metadata() -> MetaData:
    """Return the tables of every module of `workflows`, whether imported yet or not."""
    for module in walk_packages(workflows.__path__, f"{workflows.__name__}."):
        import_module(module.name)
    return Base.metadata
