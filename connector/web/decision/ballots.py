"""The rows of the treatment form: items, votes by group, proposals and statements."""

from __future__ import annotations

from collections.abc import Sequence

from connector.web.forms import Submitted
from workflows.decision.decisions import DecisionText
from workflows.decision.meetings import (
    CaseNumber,
    DissentText,
    NumberType,
    ProposalText,
    VoteCount,
    Voting,
)
from workflows.decision.points import ItemText

ROWS = 4
MOST_ROWS = 40


def rows_of(form: Submitted) -> int:
    """Return how many rows to show; the button for more adds to them."""
    asked = form.value("rows", str(ROWS))
    rows = int(asked) if asked.isascii() and asked.isdigit() else ROWS
    return min(rows + (ROWS if form.ticked("more") else 0), MOST_ROWS)


def number_in(form: Submitted) -> CaseNumber:
    """Return the case's number in the body, without one where none is written."""
    kind = form.choice("number_type", NumberType) or NumberType.PS
    return CaseNumber(type=kind, seq=form.number("number_seq"))


def decision_in(form: Submitted) -> DecisionText | None:
    """Return the decision word for word, None where nothing is written."""
    text = form.text("decision")
    items = tuple(_items(form))
    if not text and not items:
        return None
    whole = text or "\n".join(f"{item.number}. {item.text}" for item in items)
    return DecisionText(text=whole, items=items)


def voting_in(form: Submitted, groups: Sequence[str | None]) -> Voting:
    """Return the votes: one row a subject and group, as far as they are written."""
    votes = [
        vote
        for row in range(1, rows_of(form) + 1)
        for vote in _votes(form, row, groups)
    ]
    return Voting(
        is_unanimous=form.ticked("unanimous"),
        present=form.number("present"),
        has_casting_vote=form.ticked("casting"),
        votes=tuple(votes),
    )


def proposals_in(form: Submitted) -> list[ProposalText]:
    """Return the proposals that have a text, numbered as they stand."""
    found: list[ProposalText] = []
    for row in range(1, rows_of(form) + 1):
        text = form.text(f"proposal-{row}")
        if text:
            whom = form.text(f"proposer-{row}", needed=True)
            found.append(ProposalText(number=len(found) + 1, from_whom=whom, text=text))
    return found


def statements_in(form: Submitted) -> list[DissentText]:
    """Return the statements entered in the minutes, word for word."""
    found = []
    for row in range(1, rows_of(form) + 1):
        text = form.text(f"statement-{row}")
        if text:
            whom = form.text(f"behalf-{row}", needed=True)
            found.append(DissentText(on_behalf_of=whom, text=text))
    return found


def _items(form: Submitted) -> list[ItemText]:
    texts = [form.text(f"item-{row}") for row in range(1, rows_of(form) + 1)]
    return [
        ItemText(
            number=number, text=text, needs_follow_up=not form.ticked(f"info-{number}")
        )
        for number, text in enumerate(texts, start=1)
        if text
    ]


def _votes(form: Submitted, row: int, groups: Sequence[str | None]) -> list[VoteCount]:
    subject = form.text(f"subject-{row}")
    if not subject:
        return []
    found: list[VoteCount] = []
    for place, group in enumerate(groups):
        votes_for = form.number(f"for-{row}-{place}")
        against = form.number(f"against-{row}-{place}")
        if votes_for is not None or against is not None:
            found.append(
                VoteCount(
                    subject=subject,
                    group=group,
                    votes_for=votes_for or 0,
                    votes_against=against or 0,
                )
            )
    return found
