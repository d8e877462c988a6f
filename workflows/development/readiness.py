"""Is a text ready to be put before the parties? Required fields and blocking rules."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.development.documents import Document, Version
from workflows.errors import RuleBrokenError
from workflows.forms.catalogue import form
from workflows.forms.fields import Form, Required, Writer
from workflows.forms.lint import Finding, lint
from workflows.forms.lint_context import LintContext
from workflows.forms.values import missing

# The rules on numbers with few people behind them, in each kind of document.
SMALL_GROUPS = frozenset({"Q-M11", "Q-S4", "Q-R2"})


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
    require_small_groups_hidden(version, paper)
    _require_no_blocking(kind, version)


def require_small_groups_hidden(version: Version, paper: Document) -> None:
    """Raise `RuleBrokenError` (INV-17) for a number with too few people behind it."""
    for finding in _findings(form(paper.kind), version):
        if finding.rule in SMALL_GROUPS:
            raise RuleBrokenError(
                f"{version.ref}: {finding.where}: {finding.message.nb}", rule="INV-17"
            )


def _require_no_blocking(kind: Form, version: Version) -> None:
    blocking = [finding for finding in _findings(kind, version) if finding.blocking]
    if blocking:
        first = blocking[0]
        raise RuleBrokenError(f"{version.ref}: {first.message.nb}", rule=first.rule)


def _findings(kind: Form, version: Version) -> Sequence[Finding]:
    return lint(kind, version.values, LintContext(writers=_writers(version)))


def _writers(version: Version) -> dict[str, str]:
    return {
        key: party for key, party in version.authors.items() if isinstance(party, str)
    }


def _is_automatic(kind: Form, key: str) -> bool:
    return kind.field(key).writer is Writer.SYSTEM
