"""`samspor record`: the record's checkpoints, its key, and its restoration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from connector.config import Config
from connector.installation import Installation, open_installation
from connector.pictures.words import LANGUAGES
from connector.record.anchors import loss_outside
from connector.record.keys import begin_new_key, public_keys, record_key
from connector.record.packages import package
from connector.record.sealing import seal_transaction
from connector.record.verify import findings, is_good, said
from connector.refusals import InputRefusedError
from workflows.clock import norwegian_date
from workflows.people.custody import begin_key, record_restoration
from workflows.people.kinds import Role
from workflows.people.mandates import wear
from workflows.record.checkpoints import newest_checkpoint
from workflows.record.entries import record_head
from workflows.record.notes import opened


@click.group("record")
def record_command() -> None:
    """The record that nobody can change unseen: sign, keep outside, show and check."""


@record_command.command("status")
@click.pass_obj
def status_command(config: Config) -> None:
    """Tell how far the record has come, and what lies outside; 1 when it is locked."""
    with _opened(config) as installation, installation.reading() as session:
        head = record_head(session)
        newest = newest_checkpoint(session, open_size=None)
        loss = loss_outside(session, config.library, public_keys(config.data))
    click.echo(f"{head.size} innslag, epoke {head.epoch or 0}.")
    if newest:
        told = opened(newest.note, publics=public_keys(config.data))
        click.echo(f"Signert til og med {newest.size} innslag, {_day(told.at)}.")
    if loss:
        click.echo(
            f"LÅST: utenfor ligger et kontrollpunkt for {loss.outside.size} innslag, "
            f"{_day(loss.outside.at)}, som loggen her ikke bygger videre på. "
            f"Se docs/record.md."
        )
        click.get_current_context().exit(1)


@record_command.command("outside")
@click.pass_obj
def outside_command(config: Config) -> None:
    """Lay a copy of the newest checkpoint in the folder of the documents."""
    with _opened(config) as installation:
        path = installation.lay_outside()
    click.echo(str(path) if path else "Det nyeste kontrollpunktet ligger der allerede.")


@record_command.command("new-key")
@click.pass_obj
def new_key_command(config: Config) -> None:
    """Take a new signing key into use; the old one is laid aside, not deleted."""
    with _opened(config) as installation:
        aside = begin_new_key(config.data)
        with installation.transaction() as session:
            begin_key(session, record_key(config.data), at=installation.now())
    click.echo(f"Ny nøkkel er tatt i bruk. Den gamle ligger i {aside}.")


@record_command.command("restored")
@click.option("--person", required=True, help="The system administrator who records.")
@click.pass_obj
def restored_command(config: Config, person: str) -> None:
    """Record that the record was restored from a backup, and what was lost."""
    with _opened(config) as installation:
        at, publics = installation.now(), public_keys(config.data)
        with installation.database.transaction(installation.municipality) as session:
            loss = loss_outside(session, config.library, publics)
            if loss is None:
                raise InputRefusedError("the record goes on from what lies outside")
            by = wear(session, person=person, role=Role.SYSADMIN, at=at)
            entry = record_restoration(session, loss, by=by, at=at)
            seal_transaction(session, data=config.data, at=at)
        installation.lay_outside()
    lost = f"nr. {entry.seq}–{loss.outside.size - 1}"
    click.echo(f"Gjenopprettingen er ført som innslag nr. {entry.seq}.")
    if loss.outside.size > entry.seq:
        click.echo(f"Tapt: innslagene {lost} slik de var ført før.")


@record_command.command("export")
@click.argument("ref")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.pass_obj
def export_command(config: Config, ref: str, out: Path) -> None:
    """Write a package about REF, such as a case, that anybody can check offline."""
    with _opened(config) as installation, installation.reading() as session:
        data = package(
            session,
            ref,
            library=config.library,
            key=record_key(config.data),
            at=installation.now(),
        )
    out.write_bytes(data)
    click.echo(f"{out}: {len(data) // 1024} kB. Kontroller: samspor record verify")


@record_command.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", default="", help="The key you expect, as 64 hex digits.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="nb", show_default=True)
def verify_command(file: Path, key: str, lang: str) -> None:
    """Check a package or a Word file of Samspor: 0 it holds, 1 not, 3 it is neither."""
    told = findings(_bytes(file))
    if told[0][0] == "unreadable":
        raise InputRefusedError(f"{file}: no package and no document with a proof")
    if key and ("key", [key]) not in told:
        told.append(("other-key", []))
    verdict = "good" if is_good(told) else "bad"
    for code, facts in [*told, (verdict, [])]:
        click.echo(said(code, facts, int(lang == "nn")))
    click.get_current_context().exit(0 if is_good(told) else 1)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise InputRefusedError(f"{file}: {problem.strerror}") from None


@contextmanager
def _opened(config: Config) -> Iterator[Installation]:
    installation = open_installation(config)
    try:
        yield installation
    finally:
        installation.database.close()


def _day(at: datetime) -> str:
    return f"{norwegian_date(at):%d.%m.%Y}"
