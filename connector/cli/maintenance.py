"""`samspor db`: migrations, and a check that the database is sound."""

from __future__ import annotations

import sys
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.cli.progress import progress_bar
from connector.config import Config
from connector.database.schema import check, upgrade
from connector.installation import open_installation
from connector.jobs.engine import migrate_engine
from connector.record.checks import record_flaws
from workflows.base import Base, Owned, all_of, get
from workflows.development.documents import Content, Version, content_hash
from workflows.record.entries import Entry, fold, record_head
from workflows.record.touches import EntryRef


@click.group("db")
def db_command() -> None:
    """Keep the database at the newest schema, and check it."""


@db_command.command("upgrade")
@click.pass_obj
def upgrade_command(config: Config) -> None:
    """Run the migrations that the database lacks."""
    config.data.mkdir(parents=True, exist_ok=True)
    upgrade(config.database_url)
    migrate_engine(config.database_url)


@db_command.command("check")
@click.pass_obj
def check_command(config: Config) -> None:
    """Check the schema, the record itself, and that it tells what the tables say."""
    findings = check(config.database_url)
    if not findings:
        with open_installation(config).reading() as session:
            findings = [
                *states_that_differ(session),
                *texts_that_differ(session),
                *references_that_differ(session),
                *_of_the_record(session, config),
            ]
    for finding in findings:
        click.echo(finding)
    if findings:
        sys.exit(1)
    click.echo("Alt stemmer.", err=True)


def _of_the_record(session: Session, config: Config) -> list[str]:
    with progress_bar("Kontrollerer loggen", record_head(session).size) as advance:
        return list(record_flaws(session, config, advance=advance))


def states_that_differ(session: Session) -> list[str]:
    """Return a line for each row whose state is another than the entries tell."""
    told = fold(session)
    return [
        f"{row.ref}: {row.state} in its table, {told.get(row.ref)} in the record"
        for kind in _kinds_with_states()
        for row in all_of(session, kind)
        if row.state != told.get(row.ref)
    ]


def references_that_differ(session: Session) -> list[str]:
    """Return a line for each entry that is kept by other references than its own."""
    kept: dict[int, dict[str, str | None]] = {}
    for row in session.scalars(select(EntryRef)):
        kept.setdefault(row.seq, {})[row.ref] = row.led_to
    return [
        f"entry {entry.seq}: found by other references than the entry has"
        for entry in session.scalars(select(Entry).order_by(Entry.seq))
        if kept.get(entry.seq) != {ref: entry.states.get(ref) for ref in entry.refs}
    ]


def texts_that_differ(session: Session) -> list[str]:
    """Return a line for each frozen text that is not what was frozen (INV-09)."""
    return [
        f"{version.ref}: the text is another than the one that was frozen"
        for content in all_of(session, Content)
        for version in [get(session, Version, content.version_id)]
        if content_hash(content.values) != content.sha256
        or version.values != content.values
    ]


def _kinds_with_states() -> list[Any]:
    return [
        mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Owned)
        and {"state", "ref"} <= set(mapper.columns.keys())
    ]
