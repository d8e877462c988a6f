"""The command `samspor`: results to stdout, all else to stderr, an honest exit status.

0 done · 1 done, and the answer is «no» or there are findings · 2 wrong usage · 3 the
input was refused, one line says why, nothing was stored · 4 something is unavailable.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import click

from connector.config import load_config
from connector.refusals import InputRefusedError, UnavailableError
from workflows.errors import WorkflowError

REFUSED, UNAVAILABLE = 3, 4
LONGEST_LINE = 900

# Where each command lives. Only the one that is asked for is imported: a report should
# not wait for the web pages to load.
COMMANDS: Mapping[str, str] = {
    "demo": "connector.cli.demo:demo_command",
    "serve": "connector.cli.serving:serve_command",
    "worker": "connector.cli.serving:worker_command",
    "jobs": "connector.cli.jobs:jobs_command",
    "notices": "connector.cli.notices:notices_command",
    "init": "connector.cli.setting_up:init_command",
    "db": "connector.cli.maintenance:db_command",
    "load": "connector.cli.stories:load_command",
    "dump": "connector.cli.stories:dump_command",
    "schema": "connector.cli.stories:schema_command",
    "forms": "connector.cli.documents:forms_command",
    "make": "connector.cli.documents:make_command",
    "read": "connector.cli.documents:read_command",
    "merge": "connector.cli.merging:merge_command",
    "incoming": "connector.cli.incoming:incoming_command",
    "comments": "connector.cli.comments:comments_command",
    "lint": "connector.cli.templates:lint_command",
    "template": "connector.cli.templates:template_command",
    "import": "connector.cli.decisions:import_command",
    "document": "connector.cli.made:document_command",
    "basis": "connector.cli.made:basis_command",
    "report": "connector.cli.questions:report_command",
    "trace": "connector.cli.questions:trace_command",
    "record": "connector.cli.record:record_command",
    "audit": "connector.cli.audit:audit_command",
    "library": "connector.cli.library:library_command",
    "m365": "connector.cli.library:m365_command",
    "person": "connector.cli.persons:person_command",
    "search": "connector.cli.search:search_command",
    "archive": "connector.cli.archive:archive_command",
    "public-copy": "connector.cli.public_copies:public_copy_command",
    "sign": "connector.cli.signing:sign_command",
    "programme": "connector.cli.programmes:programme_command",
    "bench": "connector.cli.bench:bench_command",
}


class Commands(click.Group):
    """The commands of `COMMANDS`, each imported when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Return the names in the order of the documentation."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's shape
        cmd_name: str,
    ) -> click.Command | None:
        """Return the command with that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(cls=Commands)
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


def main() -> None:
    """Run the command; turn every refusal into one line and its exit status."""
    try:
        samspor(standalone_mode=True)
    except (InputRefusedError, WorkflowError) as refusal:
        _leave(str(refusal), REFUSED)
    except UnavailableError as trouble:
        _leave(str(trouble), UNAVAILABLE)
    except OSError as trouble:  # A full disk, a folder that is none, a port in use.
        _leave(str(trouble), UNAVAILABLE)


def _leave(text: str, status: int) -> None:
    """End with one line: what a file holds neither steers nor fills a terminal."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text)
    click.echo(" ".join(seen.split())[:LONGEST_LINE], err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
