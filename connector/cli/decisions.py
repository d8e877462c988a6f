"""`samspor import`: decisions in from files and eInnsyn; the import log comes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from connector.cli.import_logs import log_json, log_lines
from connector.cli.import_options import DRY_RUN, IMPORTER, SHAPE
from connector.cli.protocols import protocol_command
from connector.cli.published import einnsyn_command
from connector.cli.secretaries import language_of, secretary_hat
from connector.imports.apply import (
    ImportLog,
    apply_batch,
    in_parts,
    joined,
    try_batch,
)
from connector.imports.fiks import read_fiks
from connector.imports.problems import Language
from connector.imports.records import Batch
from connector.imports.table import read_table
from connector.installation import Installation, open_installation

REFUSALS: Final = 1

Reader = Callable[[Path], Batch]


@click.group("import")
def import_command() -> None:
    """Read decisions; nothing is ever written to the meeting system."""


def _command(name: str, reader: Reader, text: str) -> None:
    @import_command.command(name, help=text)
    @click.argument("src", type=click.Path(path_type=Path))
    @DRY_RUN
    @SHAPE
    @IMPORTER
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
        said = log_json if shape == "json" else log_lines
        click.echo(said(log, language))
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

import_command.add_command(einnsyn_command)
import_command.add_command(protocol_command)


def _run(
    installation: Installation, batch: Batch, person: str | None, *, is_trial: bool
) -> tuple[ImportLog, Language]:
    with installation.reading() as session:
        language = language_of(session)
    if is_trial:
        # Not even what fell due by itself is written down in a trial.
        with installation.database.transaction(installation.municipality) as session:
            hat = secretary_hat(session, person, installation)
            return try_batch(session, batch, by=hat, at=installation.now()), language
    parts = in_parts(batch)
    return joined([_taken_in(installation, part, person) for part in parts]), language


def _taken_in(installation: Installation, part: Batch, person: str | None) -> ImportLog:
    at = installation.now()
    with installation.transaction() as session:
        hat = secretary_hat(session, person, installation)
        return apply_batch(session, part, by=hat, at=at)
