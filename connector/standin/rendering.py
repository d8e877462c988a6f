"""Pages as HTML, in bokmål or nynorsk."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2

from connector.standin.calls import Answer, page_answer
from connector.standin.state import Row

LANGUAGES = ("nb", "nn")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who looks at a page: in which language, and as which person, if any."""

    language: str
    person: Row | None

    @property
    def who(self) -> str:
        """What stands as author of a change; empty when nobody was chosen."""
        return f"person:{self.person['id']}" if self.person else ""

    def say(self, word: str, **values: Any) -> str:
        """Return a text in the language of the visitor."""
        return _words()[word][self.language].format(**values)


def shown(
    template: str,
    visitor: Visitor,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Answer:
    """Return a page."""
    made = _environment().get_template(template)
    html = made.render(say=visitor.say, visitor=visitor, **values)
    return page_answer(status, html, {**HEADERS, **(headers or {})})


def style() -> Answer:
    """Return the style sheet of the pages."""
    source = files("connector.standin") / "templates" / "page.css"
    return Answer(
        status=200,
        body=source.read_bytes(),
        headers={"Content-Type": "text/css; charset=utf-8", **HEADERS},
    )


@cache
def _words() -> dict[str, dict[str, str]]:
    source = files("connector.standin") / "words.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("connector.standin"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
