"""Is a text ready to be put before the parties? Required fields and blocking rules."""

from __future__ import annotations

from workflows.development.documents import Document, Version
from workflows.errors import RuleBrokenError
from workflows.forms.catalogue import form
from workflows.forms.fields import Form, Required, Writer
from workflows.forms.lint import lint
from workflows.forms.lint_context import LintContext
from workflows.forms.values import missing


def require_ready(version: Version, paper: Document) -> None:
    """Raise `RuleBrokenError` naming what is missing before a round may open."""
    kind = form(paper.kind)
    lacking = [
        key
        for key in missing(kind, version.values, level=Required.ROUND)
        if not _is_automatic(kind, key)
    ]
    if lacking:
        raise RuleBrokenError(
            f"{version.ref} lacks {', '.join(lacking)}", rule="required before a round"
        )
    _require_no_blocking(kind, version)


def _require_no_blocking(kind: Form, version: Version) -> None:
    context = LintContext(writers=_writers(version))
    blocking = [
        finding for finding in lint(kind, version.values, context) if finding.blocking
    ]
    if blocking:
        first = blocking[0]
        raise RuleBrokenError(f"{version.ref}: {first.message.nb}", rule=first.rule)


def _writers(version: Version) -> dict[str, str]:
    return {
        key: party for key, party in version.authors.items() if isinstance(party, str)
    }


def _is_automatic(kind: Form, key: str) -> bool:
    return kind.field(key).writer is Writer.SYSTEM
