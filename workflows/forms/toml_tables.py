"""Strict reading of TOML tables: what may not be there, or lacks, is named at once."""

from __future__ import annotations

import enum
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from workflows.errors import WorkflowError

E = TypeVar("E", bound=enum.StrEnum)


class CatalogueError(WorkflowError):
    """A form file says something the catalogue cannot use; `where` is file and key."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where


def read_toml(text: str, *, file: str) -> dict[str, Any]:
    """Return the table of a TOML text; a key given twice is an error of TOML itself.

    Raises:
        CatalogueError: the text is not TOML 1.0.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise CatalogueError(file, f"not TOML: {fault}") from fault


def checked_table(
    table: object,
    where: str,
    *,
    needed: Sequence[str],
    allowed: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the table, when it has all `needed` keys and no other than `allowed`.

    Raises:
        CatalogueError: it is no table, a key lacks or a key is unknown.
    """
    if not isinstance(table, dict):
        raise CatalogueError(where, f"must be a table with {', '.join(needed)}")
    for key in needed:
        if key not in table:
            raise CatalogueError(where, f"lacks {key}")
    for key in table:
        if key not in (*needed, *allowed):
            raise CatalogueError(where, f"unknown key {key}")
    return table


def refuse_doubles(keys: Iterable[str], where: str) -> None:
    """Raise `CatalogueError` when a key comes twice."""
    for key, times in Counter(keys).items():
        if times > 1:
            raise CatalogueError(f"{where}: {key}", "the key is used twice")


def key_of(raw: object) -> str:
    """Return the key of a table, or a stand-in that an error message can show."""
    return str(raw.get("key", "(no key)")) if isinstance(raw, dict) else "(no table)"


def flag(
    table: Mapping[str, Any], key: str, where: str, *, default: bool = False
) -> bool:
    """Return what a table says of a key that is true or false.

    Raises:
        CatalogueError: it says something else.
    """
    said = table.get(key, default)
    if not isinstance(said, bool):
        raise CatalogueError(where, f"{key} must be true or false")
    return said


def member(kind: type[E], raw: str, where: str) -> E:
    """Return the member of an enumeration that a text names.

    Raises:
        CatalogueError: there is none; the text lists those there are.
    """
    try:
        return kind(raw)
    except ValueError as fault:
        allowed = ", ".join(kind)
        raise CatalogueError(where, f"{raw} is none of {allowed}") from fault
