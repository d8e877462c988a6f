"""What must stand behind what, before it counts as having a basis: read from a file.

`policy.toml` says it a kind at a time; see there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain

from workflows.forms.toml_tables import CatalogueError, read_toml

_FILE = "policy.toml"
_OR = " or "

Demand = frozenset[str]
"""Kinds of which one is enough."""


@dataclass(frozen=True)
class Policy:
    """The demands of each kind; all of them must be met."""

    demands: Mapping[str, tuple[Demand, ...]]

    def of(self, kind: str) -> tuple[Demand, ...]:
        """Return what a kind requires, nothing for a kind that is not named."""
        return self.demands.get(kind, ())

    def wants(self, kind: str, *, source: str) -> bool:
        """Return whether a kind asks for links from things of the kind `source`."""
        return source in set(chain.from_iterable(self.of(kind)))


@cache
def policy() -> Policy:
    """Return the policy of the product."""
    file = resources.files("workflows.trace") / _FILE
    return read_policy(file.read_text("utf-8"), file=_FILE)


def read_policy(text: str, *, file: str) -> Policy:
    """Return the policy in a TOML text.

    Raises:
        CatalogueError: naming the file and the kind that cannot be used.
    """
    tables = read_toml(text, file=file)
    return Policy(
        {kind: _demands(table, f"{file}.{kind}") for kind, table in tables.items()}
    )


def _demands(table: object, where: str) -> tuple[Demand, ...]:
    if not isinstance(table, dict) or set(table) != {"requires"}:
        raise CatalogueError(where, "give one key, requires, with a list of demands")
    said = table["requires"]
    if not isinstance(said, list) or not all(_is_demand(each) for each in said):
        raise CatalogueError(f"{where}.requires", 'give texts such as "a or b"')
    return tuple(frozenset(each.split(_OR)) for each in said)


def _is_demand(said: object) -> bool:
    return isinstance(said, str) and all(
        kind.isidentifier() for kind in said.split(_OR)
    )
