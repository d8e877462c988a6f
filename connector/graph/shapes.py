"""JSON from Graph, read part by part: what has not the right shape goes no further."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")

LONGEST_TEXT = 32_768


class WrongShapeError(ValueError):
    """A part has not the shape it must have; `where` is its path."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


@dataclass(frozen=True)
class Shape:
    """A JSON object, with the path that led to it."""

    values: Mapping[str, Any] = field(repr=False)
    where: str = ""

    def has(self, key: str) -> bool:
        """Tell whether the object holds a value, other than null."""
        return self.values.get(key) is not None

    def text(self, key: str) -> str:
        """Return a text that must be there, and not be empty."""
        found = self._of(key, str)
        if not found or len(found) > LONGEST_TEXT:
            raise self._wrong(key)
        return found

    def maybe_text(self, key: str) -> str | None:
        """Return a text, None when it is not there or null."""
        return self._of(key, str) if self.has(key) else None

    def number(self, key: str) -> int:
        """Return an integer that must be there, and not be negative."""
        found = self._of(key, int)
        if isinstance(found, bool) or found < 0:
            raise self._wrong(key)
        return found

    def maybe_number(self, key: str) -> int | None:
        """Return an integer, None when it is not there or null."""
        return self.number(key) if self.has(key) else None

    def instant(self, key: str) -> datetime:
        """Return an instant in UTC; one without a zone is refused."""
        try:
            found = datetime.fromisoformat(self.text(key))
        except ValueError:
            raise self._wrong(key) from None
        if found.tzinfo is None:
            raise self._wrong(key)
        return found.astimezone(UTC)

    def maybe_instant(self, key: str) -> datetime | None:
        """Return an instant, None when it is not there or null."""
        return self.instant(key) if self.has(key) else None

    def part(self, key: str) -> Shape:
        """Return an object that must be there."""
        return Shape(self._of(key, dict), self._path(key))

    def maybe_part(self, key: str) -> Shape | None:
        """Return an object, None when it is not there or null."""
        return self.part(key) if self.has(key) else None

    def parts(self, key: str) -> tuple[Shape, ...]:
        """Return the objects of a list that must be there."""
        return tuple(
            Shape(each, f"{self._path(key)}[{n}]")
            if isinstance(each, dict)
            else self._refuse(f"{key}[{n}]")
            for n, each in enumerate(self._of(key, list))
        )

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of a list that must be there."""
        found = self._of(key, list)
        if not all(isinstance(each, str) for each in found):
            raise self._wrong(key)
        return tuple(found)

    def each(self, key: str, read: Callable[[Shape], T]) -> tuple[T, ...]:
        """Return what `read` makes of each object of a list that must be there."""
        return tuple(read(part) for part in self.parts(key))

    def _of(self, key: str, kind: type[T]) -> T:
        found = self.values.get(key)
        if not isinstance(found, kind):
            raise self._wrong(key)
        return found

    def _path(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def _wrong(self, key: str) -> WrongShapeError:
        return WrongShapeError(self._path(key))

    def _refuse(self, key: str) -> NoReturn:
        raise self._wrong(key)


def json_object(body: bytes) -> Shape:
    """Return the JSON object of a body.

    Raises:
        WrongShapeError: it is no JSON, or no object.
    """
    try:
        found = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise WrongShapeError("body") from None
    if not isinstance(found, dict):
        raise WrongShapeError("body")
    return Shape(found)


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)
