"""The one table from the domain's errors to HTTP status and plain words.

Texts of errors are for developers and never reach a page; a rule has words of its own
in `translations/rules.toml`, found by its code.
"""

from __future__ import annotations

import logging
import re

from flask import render_template
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from connector.web.forms import Refused
from connector.web.texts import texts
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
    StaleVersionError,
    TransitionNotAllowedError,
    WorkflowError,
)

STATUS: dict[type[WorkflowError], tuple[int, str]] = {
    NotFoundError: (404, "not_found"),
    NotPermittedError: (403, "not_permitted"),
    TransitionNotAllowedError: (409, "step"),
    RuleBrokenError: (409, "rule"),
    InvalidValueError: (422, "value"),
    StaleVersionError: (409, "stale"),
}
LOG = logging.getLogger(__name__)
CODE = re.compile(r"(INV-\d+|SM-\d+|L-\d+|Q-[A-Z]+\d+)")


def words_of(error: WorkflowError) -> Refused:
    """Return how a page tells this error."""
    status, name = STATUS.get(type(error), (409, "rule"))
    rule = getattr(error, "rule", None)
    return Refused(
        status=status,
        title=f"refusal.{name}.title",
        text=f"refusal.{name}.text",
        rule=rule_key(rule) if rule else None,
    )


def words_of_status(status: int) -> Refused:
    """Return how a page tells an HTTP status of its own."""
    name = f"status_{status}"
    if f"refusal.{name}.title" not in texts():
        name = "status_400" if status < 500 else "status_500"
    return Refused(
        status=status, title=f"refusal.{name}.title", text=f"refusal.{name}.text"
    )


def rule_key(rule: str) -> str:
    """Return the key of a rule's words: by its code, else by the rule as written."""
    found = CODE.match(rule)
    name = found.group() if found else rule.replace(" ", "_")
    return f"rules.{name}" if f"rules.{name}" in texts() else "rules.other"


def page_of(told: Refused) -> Response:
    """Return a page of its own for a refusal."""
    return Response(
        render_template("error.html", told=told),
        status=told.status,
        content_type="text/html; charset=utf-8",
    )


def page_of_workflow_error(error: WorkflowError) -> Response:
    """Return the page for an error of the domain that no form answers."""
    return page_of(words_of(error))


def page_of_http_error(error: HTTPException) -> Response:
    """Return the page for an HTTP error; a redirect is passed on as it is."""
    code = error.code or 500
    if code < 400:
        return Response.force_type(error.get_response())
    answer = page_of(words_of_status(code))
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            answer.headers[name] = value
    return answer


def page_of_any_error(error: Exception) -> Response:
    """Return the page for what should not have happened; the log has the rest."""
    LOG.error("a page failed", exc_info=error)
    return page_of(words_of_status(500))
