"""The extract for the documentation plan: what arises here, what is kept, and where.

Each kind of documentation that the system gives rise to stands in `documentation.toml`
with where it lies and by which rule it is kept. The rule is the one in force that day,
as for every other legal reference. How many years something is to be kept the law does
not say for these kinds: a kind that is archive is kept until the municipality has a
decision that says otherwise. Source: arkivlova (2025) §§ 8 and 13.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources

from workflows.law.references import LegalReference, legal_reference

_FILE = "documentation.toml"


@dataclass(frozen=True, kw_only=True)
class Documentation:
    """A kind of documentation (dokumentasjonstype), in both written standards.

    `is_archive` says whether it is archive; `stored` where it lies, `kept` how long;
    `law` is the code word of the rule that it is kept by.
    """

    code: str
    law: str
    is_archive: bool
    name_nb: str
    name_nn: str
    stored_nb: str
    stored_nn: str
    kept_nb: str
    kept_nn: str


@dataclass(frozen=True)
class Planned:
    """A kind of documentation, with the rule that it is kept by on a day."""

    kind: Documentation
    rule: LegalReference


def documentation_plan(*, on: date) -> list[Planned]:
    """Return every kind of documentation, with the rule in force on a day.

    Raises:
        NotFoundError: a rule is not in force that day.
    """
    return [Planned(kind, legal_reference(kind.law, on=on)) for kind in documentation()]


@functools.cache
def documentation() -> Sequence[Documentation]:
    """Return every kind of documentation, in the order of the file."""
    text = resources.files("workflows.law").joinpath(_FILE).read_text("utf-8")
    return tuple(Documentation(**row) for row in tomllib.loads(text)["documentation"])
