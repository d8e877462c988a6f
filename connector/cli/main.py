"""The command `samspor`: results to stdout, all else to stderr, an honest exit status.

0 done · 1 done, and the answer is «no» or there are findings · 2 wrong usage · 3 the
input was refused, one line says why, nothing was stored · 4 something is unavailable.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from connector.cli.decisions import import_command
from connector.cli.demo import demo_command, serve_command
from connector.cli.documents import forms_command, make_command, read_command
from connector.cli.maintenance import db_command
from connector.cli.questions import report_command, trace_command
from connector.cli.stories import dump_command, load_command, schema_command
from connector.config import load_config
from connector.database.engine import UnusableDatabaseError
from connector.imports.errors import ImportRefusedError
from connector.refusals import InputRefusedError
from workflows.errors import WorkflowError

REFUSED, UNAVAILABLE = 3, 4


@click.group()
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: os.environ.get("SAMSPOR_DATA", "var"),
    show_default="./var, or SAMSPOR_DATA",
    help="Folder with the database and the documents.",
)
@click.pass_context
def samspor(context: click.Context, data: Path) -> None:
    """Samspor: what the parties developed together, and what came of it."""
    context.obj = load_config(Path(data), os.environ)


for command in (
    demo_command,
    serve_command,
    load_command,
    dump_command,
    schema_command,
    forms_command,
    make_command,
    read_command,
    import_command,
    report_command,
    trace_command,
    db_command,
):
    samspor.add_command(command)


def main() -> None:
    """Run the command; turn every refusal into one line and its exit status."""
    try:
        samspor(standalone_mode=True)
    except (InputRefusedError, ImportRefusedError, WorkflowError) as refusal:
        _leave(str(refusal), REFUSED)
    except UnusableDatabaseError as trouble:
        _leave(str(trouble), UNAVAILABLE)


def _leave(text: str, status: int) -> None:
    click.echo(" ".join(text.split()), err=True)
    sys.exit(status)
