"""`samspor audit`: who looks into what, and the extract that an auditor takes out."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from connector.config import Config
from connector.installation import open_installation
from connector.record.audit_packages import audit_package
from connector.record.keys import record_key
from workflows.base import by_ref, get
from workflows.people.mandates import Mandate, hat_of, holder_of
from workflows.trace.audits import (
    AuditEngagement,
    ends_on,
    engagements,
    looks,
    record_look,
)

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("audit")
def audit_command() -> None:
    """Audits: engagements, what was looked up, and extracts by period."""


@audit_command.command("list")
@click.pass_obj
def list_command(config: Config) -> None:
    """List the engagements, with what each is about and how much was looked up."""
    installation = open_installation(config)
    with closing(installation.database), installation.reading() as session:
        for row in engagements(session):
            click.echo(
                f"{row.ref}  {', '.join(row.scope)}  {row.period_from} – "
                f"{row.period_to}  til og med {ends_on(session, row)}  "
                f"{len(looks(session, row))} oppslag"
            )


@audit_command.command("export")
@click.argument("engagement")
@click.option("--from", "first", type=DAY, help="First day; else that of ENGAGEMENT.")
@click.option("--to", "last", type=DAY, help="Last day; else that of ENGAGEMENT.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.pass_obj
def export_command(
    config: Config,
    engagement: str,
    first: datetime | None,
    last: datetime | None,
    out: Path,
) -> None:
    """Write what ENGAGEMENT may see of a period, with proofs; it is entered as seen."""
    installation = open_installation(config)
    with closing(installation.database):
        at = installation.now()
        with installation.transaction() as session:
            _enter(session, engagement, at=at)
        with installation.reading() as session:
            found = by_ref(session, AuditEngagement, engagement)
            data = audit_package(
                session,
                found,
                first=_day(first, found.period_from),
                last=_day(last, found.period_to),
                key=record_key(config.data),
                at=at,
            )
    out.write_bytes(data)
    click.echo(f"{out}: {len(data) // 1024} kB. Kontroller: samspor record verify")


def _enter(session: Session, engagement: str, *, at: datetime) -> None:
    found = by_ref(session, AuditEngagement, engagement)
    mandate = get(session, Mandate, found.mandate_id)
    by = hat_of(mandate, holder_of(session, mandate.id))
    record_look(session, found, page="audits.extract", about=engagement, by=by, at=at)


def _day(asked: datetime | None, otherwise: date) -> date:
    return asked.date() if asked else otherwise
