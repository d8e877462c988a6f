"""The words for how a treatment ended, bokmål and nynorsk, and the code they mean.

Only whole, known phrases are read; nothing is guessed from a longer sentence. A vote
belongs to a proposal and the outcome to the treatment: «forslaget om å sende saken
tilbake ble vedtatt» contains «vedtatt», but the case was sent back.
"""

from __future__ import annotations

from typing import Final

from connector.imports.records import Outcome

PHRASES: Final[dict[Outcome, tuple[str, ...]]] = {
    Outcome.ADOPTED: (
        "vedtatt",
        "vedteke",
        "vedtatt enstemmig",
        "enstemmig vedtatt",
        "samrøystes vedteke",
        "vedteke samrøystes",
        "fleirtalsvedtak",
        "flertallsvedtak",
        "samrøystes vedtak",
        "enstemmig vedtak",
    ),
    Outcome.ADOPTED_CHANGED: (
        "vedtatt med endring",
        "vedtatt med endringer",
        "vedteke med endring",
        "vedteke med endringar",
        "delvis vedtatt",
        "delvis vedteke",
    ),
    Outcome.NOT_ADOPTED: (
        "ikke vedtatt",
        "ikkje vedteke",
        "avvist",
        "avslått",
        "avslege",
        "avslag",
        "falt",
        "falle",
        "forkastet",
        "forkasta",
        "ikke fulgt",
        "ikkje følgt",
    ),
    Outcome.POSTPONED: ("utsatt", "utsett"),
    Outcome.SENT_BACK: ("sendt tilbake", "tilbakesendt", "tilbakesend"),
    Outcome.NOTED: (
        "tatt til orientering",
        "teke til orientering",
        "tatt til etterretning",
        "teke til etterretning",
        "tatt til vitende",
        "teke til vitande",
        "til orientering",
    ),
    Outcome.RECOMMENDED: (
        "innstilling",
        "innstilling avgitt",
        "innstilling gitt",
        "avgitt innstilling",
        "innstilling gjeven",
        "gjeven innstilling",
        "tilråding",
        "tilråding gjeven",
        "tilrådd",
    ),
    Outcome.WITHDRAWN: (
        "trukket",
        "trukke",
        "trekt",
        "trukket tilbake",
        "trekt tilbake",
    ),
    Outcome.UNKNOWN: ("ukjent", "ukjend"),
}


def outcome_of(words: str) -> Outcome:
    """Return the code that the words or the code itself mean, else `UNKNOWN`.

    Case, punctuation at the end, underscores and repeated spaces do not count.
    """
    return _CODES.get(_folded(words), Outcome.UNKNOWN)


def _folded(words: str) -> str:
    return " ".join(words.replace("_", " ").casefold().split()).rstrip(".! ")


_CODES: Final = {
    _folded(phrase): outcome
    for outcome, phrases in PHRASES.items()
    for phrase in (*phrases, outcome.value)
}
