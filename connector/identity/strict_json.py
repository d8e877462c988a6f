"""JSON that means one thing: an object, no key twice, no numbers that are none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn


class NotStrictError(ValueError):
    """It is no JSON object, or one that two readers could read differently."""


def strict_object(content: bytes) -> dict[str, Any]:
    """Return the JSON object.

    Raises:
        NotStrictError: it is none, is no UTF-8, or holds a key twice, at any depth.
    """
    try:
        found = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_once,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError):
        raise NotStrictError from None
    if not isinstance(found, dict):
        raise NotStrictError
    return found


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrictError
    return found


def _no_number(name: str) -> NoReturn:
    raise NotStrictError(name)
