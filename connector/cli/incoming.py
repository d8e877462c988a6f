"""`samspor incoming`: what people have written in the files of the library."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

import click

from connector.cli.merging import plan_lines
from connector.config import Config
from connector.installation import open_installation
from connector.library.folder import FolderLibrary
from connector.library.incoming import Incoming, Unreadable, incoming, plan_of
from templates_docx.merge import Plan, as_json

FINDINGS = 1


@click.command("incoming")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
@click.pass_obj
def incoming_command(config: Config, shape: str) -> None:
    """Show each library file that was worked in, and what it brings.

    Nothing is stored. Status 1 tells that there is such a file.
    """
    installation = open_installation(config)
    library = FolderLibrary(config.library)
    with installation.reading() as session:
        found = list(incoming(session, library))
        files = [each for each in found if isinstance(each, Incoming)]
        at = installation.now()
        plans = [plan_of(session, library, file, at=at) for file in files]
    refused = [each for each in found if isinstance(each, Unreadable)]
    told = _json(files, plans, refused)
    lines = _lines(files, plans, refused)
    click.echo(told if shape == "json" else "\n".join(lines))
    click.get_current_context().exit(FINDINGS if found else 0)


def _json(
    files: Sequence[Incoming], plans: Sequence[Plan], refused: Sequence[Unreadable]
) -> str:
    shown = [
        {
            "name": file.name,
            "document": file.document,
            "version": file.version,
            "plan": as_json(plan),
        }
        for file, plan in zip(files, plans, strict=True)
    ]
    told = {"files": shown, "refused": [asdict(each) for each in refused]}
    return json.dumps(told, ensure_ascii=False)


def _lines(
    files: Sequence[Incoming], plans: Sequence[Plan], refused: Sequence[Unreadable]
) -> Iterator[str]:
    for file, plan in zip(files, plans, strict=True):
        yield f"{file.name}: {file.document} v{file.version}"
        yield from (f"  {line}" for line in plan_lines(plan))
    yield from (f"refused   {each.why}" for each in refused)
    if not files and not refused:
        yield "No file of the library has been worked in."
