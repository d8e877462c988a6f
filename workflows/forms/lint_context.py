"""What the rules of a good document are given besides values, and how they answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from workflows.forms.fields import Label
from workflows.forms.shapes import is_empty
from workflows.forms.values import Values, filled_rows

PARTIES: Mapping[str, Label] = {
    "A": Label(nb="administrasjonen", nn="administrasjonen"),
    "F": Label(nb="de folkevalgte", nn="dei folkevalde"),
    "T": Label(nb="de tillitsvalgte", nn="dei tillitsvalde"),
}
_SUPPRESSED = ("skjult", "skjult av personvernhensyn", "for få", "*", "–", "-")

Answer: TypeAlias = Iterator[tuple[str, Label]]


@dataclass(frozen=True, kw_only=True)
class LintContext:
    """What the values cannot tell. A rule is silent about a fact that is `None`.

    `writers`: the party (`A`, `F`, `T`) whose mandate the last writer holds, by field
    key, and for `s_coop` by `s_coop.A`, `s_coop.F`, `s_coop.T`. `threshold`: fewest
    people behind a number that may be shown. `mandate_state`: state of the mandate
    that an agreement rests on, as the choices of `m_status`. `earlier_clauses`:
    `clause_fingerprint` of former wordings that still stand. `measure_dated`: the day
    of the current version of what a consultation is about. `answer_days`: working days
    from a hearing letter to its deadline, of which there must be `fewest_answer_days`.
    """

    writers: Mapping[str, str] = field(default_factory=dict)
    threshold: int = 5
    mandate_state: str | None = None
    equal_layout: bool | None = None
    notified_together: bool | None = None
    outputs_as_registered: bool | None = None
    earlier_clauses: frozenset[str] = frozenset()
    measure_dated: date | None = None
    answer_days: int | None = None
    fewest_answer_days: int = 10


def say(nb: str, nn: str) -> Label:
    """Return a message in both written standards."""
    return Label(nb=nb, nn=nn)


def has(row: Mapping[str, Any], *columns: str) -> bool:
    """Tell whether a row says something in every one of the columns."""
    return not any(is_empty(row.get(column)) for column in columns)


def party_counts(values: Values, key: str) -> dict[str, int]:
    """Return how many filled rows of a table belong to each party, in their order."""
    held = [row.get("part") for row in filled_rows(values, key)]
    return {party: held.count(party) for party in PARTIES}


def numbered_rows(values: Values, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield `key[row]`, counted from 1, and the row, for rows that say something."""
    for number, row in enumerate(values.get(key) or (), start=1):
        if not is_empty(row):
            yield f"{key}[{number}]", row


def is_shown(cell: Any) -> bool:
    """Tell whether a cell shows a number, and not that it is hidden."""
    return not is_empty(cell) and str(cell).strip().lower() not in _SUPPRESSED


def written_by_others(context: LintContext, owners: Mapping[str, str]) -> Answer:
    """Yield the keys that someone without their owner's mandate wrote last."""
    for key, owner in owners.items():
        if context.writers.get(key, owner) != owner:
            name = PARTIES[owner]
            yield (
                key,
                say(
                    f"Bare {name.nb} kan skrive her.",
                    f"Berre {name.nn} kan skrive her.",
                ),
            )
