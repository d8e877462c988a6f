"""`samspor notices`: what would be told outside the pages now. Nothing is sent."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import click
from sqlalchemy.orm import Session

from connector.config import Config
from connector.installation import open_installation
from connector.notices.outgoing import outgoing
from workflows.clock import oslo
from workflows.trace.digests import due_digests


@click.command("notices")
@click.option("--due", is_flag=True, required=True, help="What waits to be sent now.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
@click.pass_obj
def notices_command(config: Config, *, due: bool, shape: str) -> None:  # noqa: ARG001 - says what is asked for
    """Show what would be sent now, to whom and where. Nothing is sent or noted."""
    installation = open_installation(config)
    with closing(installation.database), installation.reading() as session:
        rows = _rows(session, config)
    if shape == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['person']}  {row['outlet']}  {row['subject']}")
        for notice in row["notices"]:
            click.echo(f"    {notice['at']}  {notice['sentence']}")
    if not rows:
        click.echo("Ingen varsler venter på å bli sendt.")


def _rows(session: Session, config: Config) -> list[dict[str, Any]]:
    return [
        {
            "person": digest.person.ref,
            "outlet": digest.outlet.value,
            "subject": told.subject,
            "text": told.text,
            "notices": [
                {
                    "kind": row.kind.value,
                    "about": row.about,
                    "at": oslo(row.at).isoformat(timespec="minutes"),
                    "sentence": sentence,
                    "address": address,
                }
                for row, (sentence, address) in zip(
                    digest.notices, told.lines, strict=True
                )
            ],
        }
        for digest in due_digests(session, at=config.now())
        for told in [outgoing(session, digest, config)]
    ]
