"""JSON with exactly one spelling, so that whoever hashes it gets the same hash.

Source: RFC 8785, sections 3.2.2 and 3.2.3, narrowed to what all parsers read alike:
no decimal numbers, and integers that a 64-bit float holds exactly.
"""

from __future__ import annotations

import json
from typing import Any

LARGEST = 2**53 - 1
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False
)
_AS_ORDERED = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), check_circular=False
)


def canonical(value: Any) -> bytes:
    """Return the only spelling of a value, as UTF-8.

    Raises:
        ValueError: an integer beyond 2^53-1, or a lone surrogate.
        TypeError: a decimal number, a key that is no text, or what is no JSON.
    """
    return _AS_ORDERED.encode(_ordered(value)).encode()


def spelling(value: Any) -> bytes:
    """Return the same as `canonical` for what that takes, some times as fast.

    What it refuses is spelt somehow: only to be held against a canonical spelling.
    """
    spelt = _ENCODER.encode(value)
    # From here on the order of letters is not that of their UTF-16 units.
    is_plain = spelt.isascii() or max(spelt) < "\ud800"
    return spelt.encode() if is_plain else canonical(value)


def _ordered(value: Any) -> Any:
    """Return the value with the keys in the order of their UTF-16 units."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return _exact(value)
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=_units)}
    if isinstance(value, list | tuple):
        return [_ordered(each) for each in value]
    raise TypeError(f"{type(value).__name__} has no canonical spelling")


def _exact(number: int) -> int:
    if abs(number) > LARGEST:
        raise ValueError(f"{number} is too large to be read alike everywhere")
    return int(number)


def _units(key: Any) -> bytes:
    if not isinstance(key, str):
        raise TypeError(f"the key {key!r} is no text")
    return key.encode("utf-16-be")
