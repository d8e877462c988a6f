"""What a clerk is told of a template, and what to do, in bokmål and nynorsk."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

_LENGTH = 80


@dataclass(frozen=True, kw_only=True)
class TemplateFinding:
    """Something to tell of a template.

    `severity` is error (the template cannot be used), warning or note; `code` is
    stable; `where` is the field or part, `place` says in words where to look.
    """

    code: str
    severity: str
    where: str
    place: str
    message: str


@dataclass(frozen=True, kw_only=True)
class About:
    """What a finding is about: a field by key and label, or what was read."""

    key: str = ""
    label: str = ""
    told: str = ""


def template_finding(
    code: str,
    about: About,
    *,
    language: str,
    place: str,
    where: str = "",
    is_fatal: bool = False,
) -> TemplateFinding:
    """Return the finding with its sentence in `nb` or `nn`.

    `is_fatal` makes an error of it: because of it the template cannot be used.
    """
    text = _texts()[code]
    told = " ".join(about.told.split())
    shortened = told if len(told) <= _LENGTH else told[: _LENGTH - 1] + "…"
    return TemplateFinding(
        code=code,
        severity="error" if is_fatal else text["severity"],
        where=where or about.key,
        place=place,
        message=text[language].format(told=shortened, key=about.key, label=about.label),
    )


@functools.cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    file = resources.files("templates_docx") / "lint.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
