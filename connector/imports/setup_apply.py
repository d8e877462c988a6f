"""Registers a set-up workbook: what is new, what is the same, and what cannot change.

The caller owns the transaction, and lets nothing stand when there is any fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connector.imports.setup_acts import CODED, DESKS
from connector.imports.setup_checks import Known, faults_between
from connector.imports.setup_rows import Fault, Setup, SetupRow, sheet_order
from connector.imports.setup_values import shown
from connector.web.refusals import rule_key
from connector.web.texts import Say
from workflows.base import all_of, tenant
from workflows.errors import RuleBrokenError, WorkflowError
from workflows.people.hats import SYSTEM
from workflows.people.mandates import end_mandate
from workflows.people.municipalities import Municipality, found_municipality

NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass
class _Run:
    """One run through the workbook: what was done, what failed, what hangs on that."""

    session: Session
    setup: Setup
    at: datetime
    say: Say
    done: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    failed: set[tuple[str, Any]] = field(default_factory=set)
    made: set[tuple[str, Any]] = field(default_factory=set)
    known: Known = field(default_factory=dict)

    def count(self, sheet: str, what: str) -> None:
        self.done.setdefault(sheet, Counter())[what] += 1

    def blame(self, row: SetupRow, column: str, text: str) -> None:
        self.faults.append(row.fault(column, text))
        self.leave_out(row)

    def leave_out(self, row: SetupRow) -> None:
        """What hangs on the row is left out too, unless it is registered already."""
        sheet, code = row.code
        if code not in self.known.get(sheet, frozenset()):
            self.failed.add(row.code)


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What was done, by sheet and then new, changed or same; and all that is wrong."""

    done: Mapping[str, Counter[str]]
    faults: Sequence[Fault]

    @property
    def has_changes(self) -> bool:
        """Whether anything was registered or changed."""
        return any(counts[NEW] or counts[CHANGED] for counts in self.done.values())


def apply_setup(
    session: Session, setup: Setup, *, is_new: bool, at: datetime, say: Say
) -> Applied:
    """Register the rows in an order that the domain can take, and return what was done.

    `is_new` founds the municipality; else `session` is bound to it. Every fault is
    found in one run: a row that hangs on a faulty one is left out without a word.
    """
    run = _Run(session, setup, at, say)
    run.known = known = {} if is_new else _registered(session)
    run.faults += [*setup.faults, *faults_between(setup, known, say)]
    if _has_municipality(run, is_new=is_new):
        _register_all(run)
    unique = dict.fromkeys(run.faults)
    order = {row.title: sheet_order(row.sheet.key) for row in setup.rows}
    faults = sorted(unique, key=lambda fault: order.get(fault.sheet, -1))
    return Applied(done=run.done, faults=faults)


def _registered(session: Session) -> Known:
    return {
        sheet: frozenset(row.ref for row in all_of(session, kind))
        for sheet, kind in CODED.items()
    }


def _has_municipality(run: _Run, *, is_new: bool) -> bool:
    row = run.setup.municipality
    if row is None:
        return False
    if is_new:
        language = row.values["language"].value
        said = {key: row.values[key] for key in ("name", "number")}
        found_municipality(run.session, **said, language=language, at=run.at)
        run.count("municipality", NEW)
        return True
    here = run.session.get_one(Municipality, tenant(run.session))
    if here.number != row.values["number"]:
        text = run.say("setup.fault.another", name=here.name, number=here.number)
        run.faults.append(row.fault("number", text))
        return False
    _compare(run, row, {"name": here.name, "language": here.language})
    return True


def _register_all(run: _Run) -> None:
    blamed = {(fault.sheet, _line(fault.cell)) for fault in run.faults}
    for row in _ordered(run.setup):
        if row.is_sound and not _is_blamed(row, blamed) and not _hangs(run, row):
            _register(run, row)
        else:
            run.leave_out(row)


def _is_blamed(row: SetupRow, blamed: Collection[tuple[str, str]]) -> bool:
    return any((row.title, _line(cell)) in blamed for cell in row.cells.values())


def _hangs(run: _Run, row: SetupRow) -> bool:
    """Whether the row names one that could not be registered."""
    return any((sheet, code) in run.failed for _, sheet, code in row.named())


def _line(cell: str) -> str:
    return cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _ordered(setup: Setup) -> list[SetupRow]:
    """Sheet by sheet; a mandate comes before those that stand in for it."""
    mandates = setup.of("mandates")
    principal = {row.values["code"]: row.values["deputy_for"] for row in mandates}
    rows = [row for row in setup.rows if row.sheet.key in DESKS]
    return sorted(
        rows, key=lambda row: (sheet_order(row.sheet.key), _depth(row, principal))
    )


def _depth(row: SetupRow, principal: Mapping[str, str | None]) -> int:
    seen: set[str] = set()
    code = row.values.get("deputy_for")
    while code and code not in seen:
        seen.add(code)
        code = principal.get(code)
    return len(seen)


def _register(run: _Run, row: SetupRow) -> None:
    """Do what the row asks for; what the domain refuses is told at the row."""
    try:
        _register_row(run, row)
        run.session.flush()
    except WorkflowError as refusal:
        run.blame(row, row.sheet.identity[0], _words(refusal, run.say))


def _register_row(run: _Run, row: SetupRow) -> None:
    counter = DESKS[row.sheet.key]
    found = counter.find(run.session, row.values)
    if _came_with_its_body(run, row):
        run.count("groups", NEW)
    elif found is not None:
        _compare(run, row, counter.told(run.session, found, row.values))
    elif row.sheet.key == "groups":
        run.blame(row, "group", run.say("setup.fault.new_group"))
    else:
        groups = _groups(run.setup, row.values.get("code"))
        more = {"groups": groups} if row.sheet.key == "bodies" else {}
        counter.make(run.session, {**row.values, **more}, run.at)
        run.made.add(row.code)
        run.count(row.sheet.key, NEW)


def _came_with_its_body(run: _Run, row: SetupRow) -> bool:
    """Groups are registered together with their body, and only then."""
    return row.sheet.key == "groups" and ("bodies", row.values["body"]) in run.made


def _groups(setup: Setup, body: str | None) -> list[tuple[str, int]]:
    return [
        (row.values["group"], row.values["seats"])
        for row in setup.of("groups")
        if row.values["body"] == body and row.is_sound
    ]


def _compare(run: _Run, row: SetupRow, told: Mapping[str, Any]) -> None:
    """A row that says the same is left alone; what cannot be changed is told."""
    differing = [key for key, stands in told.items() if _differs(row, key, stands)]
    if not differing:
        run.count(row.sheet.key, SAME)
    elif _ends_mandate(row, differing):
        _end(run, row)
    else:
        _refuse_changes(run, row, differing, told)


def _differs(row: SetupRow, key: str, stands: Any) -> bool:
    """A blank cell, no and nought are one and the same."""
    return (row.values[key] or None) != (stands or None)


def _ends_mandate(row: SetupRow, differing: Sequence[str]) -> bool:
    is_mandate = row.sheet.key == "mandates"
    return (
        is_mandate and list(differing) == ["valid_to"] and bool(row.values["valid_to"])
    )


def _refuse_changes(
    run: _Run, row: SetupRow, differing: Sequence[str], told: Mapping[str, Any]
) -> None:
    for key in differing:
        stands = shown(row.sheet.column(key), told[key], run.say)
        about = "mandates" if row.sheet.key == "mandates" else "other"
        text = run.say(f"setup.fault.cannot_change.{about}", stands=stands)
        run.blame(row, key, text)


def _end(run: _Run, row: SetupRow) -> None:
    try:
        end_mandate(
            run.session,
            mandate=row.values["code"],
            last_day=row.values["valid_to"],
            by=SYSTEM,
            at=run.at,
        )
    except RuleBrokenError as refusal:
        run.blame(row, "valid_to", _words(refusal, run.say))
        return
    run.count("mandates", CHANGED)


def _words(refusal: WorkflowError, say: Say) -> str:
    """A rule has its words in both standards; the rest is said as the domain does."""
    if isinstance(refusal, RuleBrokenError):
        return say(rule_key(refusal.rule))
    return say("setup.fault.refused", reason=str(refusal))
