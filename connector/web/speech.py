"""The words of the templates: texts, codes, days and states in the page's language."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask import g, get_flashed_messages

from connector.pictures.states import Tone, state_words
from connector.pictures.words import Language, kind_word
from connector.web import days
from connector.web.links import address_of
from connector.web.visits import now_speaking
from workflows.decision.bodies import Body
from workflows.forms.rich import list_kind, runs
from workflows.people.kinds import PARTIES, line_of
from workflows.people.persons import Nameless
from workflows.trace.links import KINDS

TONE_COLOURS = {
    Tone.DONE: "success",
    Tone.CHANGED: "warning",
    Tone.REFUSED: "danger",
    Tone.ONGOING: "info",
    Tone.WAITING: "neutral",
    Tone.LATE: "danger",
}
TONE_MARKS = {
    Tone.DONE: "✓",
    Tone.CHANGED: "≈",
    Tone.REFUSED: "✕",
    Tone.ONGOING: "▶",
    Tone.WAITING: "…",
    Tone.LATE: "!",
}


def words() -> Mapping[str, Any]:
    """Return the functions and values that every template may use."""
    return {
        "say": say,
        "code": code,
        "language": language,
        "visitor": visitor,
        "parties": PARTIES,
        "state": state,
        "options": options,
        "state_options": state_options,
        "kind": kind,
        "address_of": address_of,
        "short_day": days.short_day,
        "long_day": long_day,
        "moment": days.moment,
        "clock_of": days.clock_of,
        "number": days.number,
        "decimal": days.decimal,
        "body_name": body_name,
        "paragraphs": paragraphs,
        "line_of": line_of,
        "moment_of": moment_of,
        "flashed": get_flashed_messages,
    }


def spoken(value: Any) -> Any:
    """Return a value as a page says it: who has no name is told in its language."""
    return value.of(language()) if isinstance(value, Nameless) else value


def say(key: str, **values: object) -> str:
    """Return a text of the pages."""
    return now_speaking()(key, **values)


def code(kind: str, value: enum.Enum | str | None) -> str:
    """Return the word for a code of a kind, a dash for none."""
    if value is None:
        return "–"
    plain = value.value if isinstance(value, enum.Enum) else value
    return say(f"codes.{kind}.{plain}")


def language() -> Language:
    """Return the language of the page."""
    return now_speaking().language


def visitor() -> Any:
    """Return the open visit, None on the page of an error without one."""
    return g.get("visit")


def state(kind: str, value: enum.Enum | str) -> dict[str, str]:
    """Return a state's words, with colour and mark that only repeat them."""
    plain = str(value.value if isinstance(value, enum.Enum) else value)
    found = state_words(kind, plain)
    return {
        "words": found.words.of(language()),
        "colour": TONE_COLOURS[found.tone],
        "mark": TONE_MARKS[found.tone],
    }


def options(kind_of_code: str, members: Iterable[enum.Enum]) -> list[tuple[str, str]]:
    """Return the choices of a field: each code with its word."""
    return [(str(member.value), code(kind_of_code, member)) for member in members]


def state_options(
    kind_of_state: str, members: Iterable[enum.Enum]
) -> list[tuple[str, str]]:
    """Return the choices of a field that holds a state."""
    return [
        (str(member.value), state(kind_of_state, member)["words"]) for member in members
    ]


def kind(name: str) -> str:
    """Return the word for a kind of node in the trace."""
    return kind_word(name, language=language()) if name in KINDS else name


def long_day(on: date | datetime) -> str:
    """Return a day in running text."""
    day = on.date() if isinstance(on, datetime) else on
    return days.long_day(day, language())


def moment_of(at: str) -> str:
    """Return an instant written in ISO 8601 as a day and a clock time."""
    return days.moment(datetime.fromisoformat(at))


def body_name(body: Body) -> str:
    """Return a body's name in the page's language."""
    return body.name_nn if language() == "nn" else body.name_nb


def paragraphs(value: Any) -> list[dict[str, Any]]:
    """Return rich text in blocks: lists with their items, and single paragraphs."""
    blocks: list[dict[str, Any]] = []
    for paragraph in value if isinstance(value, list) else [str(value)]:
        kind_of_list = list_kind(paragraph)
        if not blocks or kind_of_list is None or blocks[-1]["list"] != kind_of_list:
            blocks.append({"list": kind_of_list, "items": []})
        blocks[-1]["items"].append(runs(paragraph))
    return blocks
