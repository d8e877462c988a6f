"""Which written standard a page is in: the visitor's choice, the browser's, ours."""

from __future__ import annotations

from collections.abc import Iterable

from connector.pictures.words import Language

_ASKED: dict[str, Language] = {"nb": "nb", "no": "nb", "nn": "nn"}


def chosen(code: object) -> Language | None:
    """Return the language with this code, None for what is not one of the two."""
    return {"nb": "nb", "nn": "nn"}.get(str(code))  # type: ignore[return-value]  # a Language


def negotiated(accepted: Iterable[str], *, otherwise: Language) -> Language:
    """Return the first Norwegian standard among a browser's languages, best first.

    Only the first part of a tag counts, so that «nn-NO» is nynorsk also when bokmål
    stands behind it; «no» alone is bokmål. Werkzeug's own match gets both wrong.
    """
    for tag in accepted:
        found = _ASKED.get(tag.split("-", maxsplit=1)[0].lower())
        if found:
            return found
    return otherwise
