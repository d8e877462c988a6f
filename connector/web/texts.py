"""All that the pages say, in bokmål (nb) and nynorsk (nn) side by side.

One TOML file an area in `translations/`; the key of a text is «area.key» or
«area.group.key». A text that lacks one of the two, or whose two do not name the same
values, stops the program when it starts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

from connector.pictures.words import LANGUAGES, Language, Words


class TextsError(Exception):
    """A translation is missing or does not fit its other half."""


@dataclass(frozen=True)
class Say:
    """The pages' voice in one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its values put in; an unknown key is a `KeyError`."""
        return texts()[key].of(self.language).format(**values)


@cache
def texts() -> Mapping[str, Words]:
    """Return every text by its key; raise `TextsError` naming the first fault."""
    found: dict[str, Words] = {}
    for file in _files():
        content = tomllib.loads(file.read_text("utf-8"))
        found |= read_texts(content, area=file.name.removesuffix(".toml"))
    return found


def read_texts(content: Mapping[str, Any], *, area: str) -> dict[str, Words]:
    """Return the texts of one file's content, each with both languages."""
    return dict(_flat(content, area))


def _files() -> Iterator[Any]:
    folder = resources.files("connector.web") / "translations"
    return (file for file in folder.iterdir() if file.name.endswith(".toml"))


def _flat(content: Mapping[str, Any], key: str) -> Iterator[tuple[str, Words]]:
    """A table whose values are texts is one text in its languages."""
    if any(isinstance(part, str) for part in content.values()):
        yield key, _words(content, key)
        return
    for name, part in content.items():
        if not isinstance(part, Mapping):
            raise TextsError(f"{key}.{name}: give it as {{ nb = …, nn = … }}")
        yield from _flat(part, f"{key}.{name}")


def _words(content: Mapping[str, Any], key: str) -> Words:
    for language in LANGUAGES:
        if not str(content.get(language, "")).strip():
            raise TextsError(f"{key}: {language} is missing")
    words = Words(str(content["nb"]), str(content["nn"]))
    if _values(words.nb) != _values(words.nn):
        raise TextsError(f"{key}: nb and nn do not name the same values")
    return words


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
