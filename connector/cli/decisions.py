"""`samspor import`: decisions in from files; the import log comes out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy.orm import Session

from connector.imports.apply import ImportLog, apply_batch, row_json, try_batch
from connector.imports.fiks import read_fiks
from connector.imports.log_words import TEXTS, WHAT, worded
from connector.imports.problems import Language
from connector.imports.records import Batch
from connector.imports.table import read_table
from connector.installation import Installation, open_installation
from connector.refusals import InputRefusedError
from workflows.base import get, tenant
from workflows.clock import norwegian_date
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.people.mandates import mandates_given, wear
from workflows.people.municipalities import Municipality
from workflows.people.persons import Person

REFUSALS: Final = 1
SECRETARY: Final = Role.COMMITTEE_SECRETARY

Reader = Callable[[Path], Batch]


@click.group("import")
def import_command() -> None:
    """Read decisions from files; nothing is ever written to the meeting system."""


def _command(name: str, reader: Reader, text: str) -> None:
    @import_command.command(name, help=text)
    @click.argument("src", type=click.Path(path_type=Path))
    @click.option("--dry-run", is_flag=True, help="Show the log and keep nothing.")
    @click.option(
        "--format",
        "shape",
        type=click.Choice(["table", "json"]),
        default="table",
        show_default=True,
        help="For people, or for programs.",
    )
    @click.option(
        "--by",
        "person",
        metavar="PERSON",
        help="The committee secretary who imports, by reference.",
    )
    @click.pass_context
    def _import(
        context: click.Context,
        *,
        src: Path,
        dry_run: bool,
        shape: str,
        person: str | None,
    ) -> None:
        installation = open_installation(context.obj)
        try:
            batch = reader(src)
            log, language = _run(installation, batch, person, is_trial=dry_run)
        finally:
            installation.database.close()
        click.echo(_json(log, language) if shape == "json" else _lines(log, language))
        context.exit(REFUSALS if log.has_refusals else 0)


_command(
    "table",
    read_table,
    "Read a CSV or Excel file with a row for each treatment of a case.",
)
_command(
    "fiks",
    read_fiks,
    "Read messages of Fiks politisk behandling: a file, or a folder of them.",
)


def _run(
    installation: Installation, batch: Batch, person: str | None, *, is_trial: bool
) -> tuple[ImportLog, Language]:
    at = installation.now()
    if is_trial:
        # Not even what fell due by itself is written down in a trial.
        with installation.database.transaction(installation.municipality) as session:
            hat = _hat(session, person, installation)
            return try_batch(session, batch, by=hat, at=at), _language(session)
    with installation.transaction() as session:
        hat = _hat(session, person, installation)
        return apply_batch(session, batch, by=hat, at=at), _language(session)


def _hat(session: Session, person: str | None, installation: Installation) -> Hat:
    """Return the hat of the person named, else of the only committee secretary."""
    at = installation.now()
    chosen = person or _only_secretary(session, installation)
    return wear(session, person=chosen, role=SECRETARY, at=at)


def _only_secretary(session: Session, installation: Installation) -> str:
    at = installation.now()
    day = norwegian_date(at)
    holders = {
        mandate.person_id
        for mandate in mandates_given(session, at=at)
        if mandate.role is SECRETARY
        and mandate.valid_from <= day
        and (mandate.valid_to is None or mandate.valid_to >= day)
    }
    found = sorted(get(session, Person, holder).ref for holder in holders)
    if not found:
        raise InputRefusedError(
            f"nobody holds a mandate as committee secretary on {day}; only a committee "
            f"secretary imports decisions"
        )
    if len(found) > 1:
        raise click.UsageError(
            f"several are committee secretary: say which with --by ({', '.join(found)})"
        )
    return found[0]


def _language(session: Session) -> Language:
    chosen = session.get_one(Municipality, tenant(session)).language
    return "nn" if chosen == "nn" else "nb"


def _json(log: ImportLog, language: Language) -> str:
    said = zip(log.rows, log.messages(language), strict=True)
    answer: dict[str, Any] = {
        "source": log.source,
        "at": log.at.isoformat(),
        "dry_run": log.is_trial,
        "rows": [row_json(row, message) for row, message in said],
        "totals": dict(log.totals),
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def _lines(log: ImportLog, language: Language) -> str:
    lines = [worded(TEXTS, "trial", language)] if log.is_trial else []
    for row, message in zip(log.rows, log.messages(language), strict=True):
        what = worded(WHAT, row.what.value, language)
        # What the reader refused says its own place.
        place = row.place if row.system else ""
        said = [part for part in (place, message) if part]
        lines.append(f"{what:13}{row.treatment or '–':10}{': '.join(said)}")
    return "\n".join([*lines, _total(log, language)])


def _total(log: ImportLog, language: Language) -> str:
    counts = [
        f"{count} {worded(WHAT, what, language)}"
        for what, count in log.totals.items()
        if count
    ]
    total = worded(TEXTS, "total", language)
    return f"{total}: {', '.join(counts) or worded(TEXTS, 'nothing', language)}"
