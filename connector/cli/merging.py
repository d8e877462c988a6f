"""`samspor merge`: what a Word file brings, shown and not stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from connector.cli.documents import reading_of, values_from
from connector.refusals import InputRefusedError
from templates_docx.merge import Plan, as_json, merge
from workflows.forms.catalogue import form
from workflows.forms.fields import Form
from workflows.forms.values import faults

FINDINGS = 1
_file = click.Path(dir_okay=False, path_type=Path)


@click.command("merge")
@click.option("--base", type=_file, required=True, help="What the file was made from.")
@click.option("--record", type=_file, required=True, help="What holds now.")
@click.option("--word", type=_file, required=True, help="The file from Word.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
def merge_command(base: Path, record: Path, word: Path, shape: str) -> None:
    """Show what a Word file brings to the record; nothing is stored.

    Status 1 tells that something waits for a person: a conflict, a control that is
    gone, a tracked change, or a finding that is an error.
    """
    plan = _plan(base, record, word)
    is_json = shape == "json"
    told = json.dumps(as_json(plan), ensure_ascii=False)
    click.echo(told if is_json else "\n".join(plan_lines(plan)))
    click.get_current_context().exit(FINDINGS if waits(plan) else 0)


def waits(plan: Plan) -> bool:
    """Say whether something in a plan waits for a person."""
    return bool(plan.conflicts or plan.missing or plan.pending or plan.blocking)


def _plan(base: Path, record: Path, word: Path) -> Plan:
    reading = reading_of(word)
    if reading.kind is None:
        raise InputRefusedError(f"{word}: is no document that Samspor has made")
    known = form(reading.kind)
    sides = {path: _values(path, known) for path in (base, record)}
    return merge(known, base=sides[base], record=sides[record], word=reading)


def _values(source: Path, known: Form) -> dict[str, Any]:
    values = values_from(source)
    for fault in faults(known, values):
        raise InputRefusedError(f"{source}: {fault.where}: {fault.message.nb}")
    return values


def plan_lines(plan: Plan) -> Iterator[str]:
    """Yield what a plan says, a line for each thing, for people."""
    for each in plan.clean:
        yield f"clean     {each.key}: {_short(each.base)} → {_short(each.word)}"
    for each in plan.conflicts:
        yield f"conflict  {each.key}:"
        yield from (
            f"            {side:8}{_short(getattr(each, side))}"
            for side in ("base", "record", "word")
        )
    yield from (f"missing   {place}" for place in plan.missing)
    for change in plan.pending:
        told = f"{change.kind} by {change.author}: {change.text}"
        yield f"pending   {change.where}: {told}"
    for comment in plan.comments:
        yield f"comment   {comment.where}: {comment.author}: {comment.text}"
    for found in plan.findings:
        yield f"{found.severity:10}{found.where} {found.message}"
    yield f"unchanged {plan.unchanged} fields"


def _short(value: object) -> str:
    """Return a value on one line; a dash for nothing."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = "–" if value is None else " ".join(text.split())
    return line if len(line) <= 90 else line[:89] + "…"
