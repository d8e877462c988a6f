"""How long a request for access may take, in working days: data in a file of its own.

Source: offentleglova §§ 29 and 32; see `answer_days.toml`.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, kw_only=True)
class AnswerDays:
    """Working days until an answer is overdue, and until silence is a refusal."""

    answer: int
    counts_as_refused: int


@functools.cache
def answer_days() -> AnswerDays:
    """Return the days of the product."""
    text = resources.files("workflows.law").joinpath("answer_days.toml")
    return AnswerDays(**tomllib.loads(text.read_text("utf-8")))
