"""What a source sends along that is not for everybody, taken away before it is read.

eInnsyn answers with two titles: the public one, where hidden words are stars, and one
whose name ends in «Sensitiv» that may hold those words. The second is never kept, and a
word that only it has is hidden wherever else it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

HIDDEN: Final = "*****"
_SHIELDED: Final = "Sensitiv"
_WORD: Final = re.compile(r"\w+")


def public_part(value: object) -> object:
    """Return a JSON value without the shielded titles and the words only they have.

    Of a value, the key that ends in «Sensitiv» goes; in every text that is left, its
    hidden words become stars, whole words only, in any case of the letters.
    """
    hidden = {word.casefold() for word in _hidden_in(value)}
    return _without(value, hidden)


def _hidden_in(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _hidden_in(item)
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _hidden_in(item)
            if key.endswith(_SHIELDED):
                yield from _only_in(item, value.get(key.removesuffix(_SHIELDED)))


def _only_in(shielded: object, public: object) -> Iterable[str]:
    """Return the words of a shielded title that the public one does not have."""
    if not isinstance(shielded, str):
        return ()
    shown = _words(public) if isinstance(public, str) else set()
    return _words(shielded) - shown


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


def _without(value: object, hidden: set[str]) -> object:
    if isinstance(value, dict):
        return {
            key: _without(item, hidden)
            for key, item in value.items()
            if not key.endswith(_SHIELDED)
        }
    if isinstance(value, list):
        return [_without(item, hidden) for item in value]
    if isinstance(value, str) and hidden:
        return _WORD.sub(lambda word: _shown(word[0], hidden), value)
    return value


def _shown(word: str, hidden: set[str]) -> str:
    return HIDDEN if word.casefold() in hidden else word
