"""The two written standards of Norwegian (målformer): bokmål and nynorsk."""

from __future__ import annotations

from workflows.errors import InvalidValueError

LANGUAGES = ("nb", "nn")


def require_language(language: str) -> str:
    """Return `language` when it is one of the two, else raise `InvalidValueError`."""
    if language not in LANGUAGES:
        raise InvalidValueError("language", f"{language!r} is neither nb nor nn")
    return language
