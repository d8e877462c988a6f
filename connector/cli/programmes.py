"""`samspor programme`: what municipalities of a programme tell each other."""

from __future__ import annotations

import json
from pathlib import Path

import click

from connector.config import Config
from connector.imports.exchange import exchange, read_exchange
from connector.installation import open_installation
from workflows.base import tenant
from workflows.people.hats import SYSTEM
from workflows.people.municipalities import Municipality
from workflows.trace.federation import shared_outputs, take_in_exchange


@click.group("programme")
def programme_command() -> None:
    """Exchange references to outputs with the other municipalities."""


@programme_command.command("export")
@click.argument("programme")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.pass_obj
def export_command(config: Config, programme: str, out: Path) -> None:
    """Write what is handed over and open to the public, without any text."""
    installation = open_installation(config)
    at = installation.now()
    with installation.reading() as session:
        shared = shared_outputs(session, programme=programme, at=at)
        own = session.get_one(Municipality, tenant(session))
        told = exchange(shared, programme=programme, municipality=own, at=at)
    out.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    click.echo(f"{out.name}: {len(shared)} leveranser", err=True)


@programme_command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def import_command(config: Config, file: Path) -> None:
    """Take in what another municipality shares; the same again changes nothing."""
    told = read_exchange(file)
    installation = open_installation(config)
    with installation.transaction() as session:
        at = installation.now()
        taken = take_in_exchange(session, **told, by=SYSTEM, at=at)
    new, changed = len(taken.new), len(taken.changed)
    click.echo(f"Nye: {new}, endret: {changed}, som før: {taken.same}")
    for each in taken.one_sided:
        said = f"{each.older} er erstattet av {each.newer}"
        click.echo(f"{said}, men {each.silent} sier ikke noe om det", err=True)
    if taken.one_sided:
        raise SystemExit(1)
