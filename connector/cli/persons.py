"""`samspor person`: what is stored about a person, erasing it, restricting it.

And which account of Entra ID a person signs in with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
from sqlalchemy.orm import Session

from connector.config import Config
from connector.exports.personal_data import stored_about
from connector.installation import Installation, open_installation
from connector.library.naming import files_naming
from connector.pictures.words import LANGUAGES
from connector.record.personal import forget_on_disk
from connector.refusals import InputRefusedError
from connector.web.texts import Say
from workflows.base import by_ref
from workflows.clock import norwegian_date
from workflows.people.access import PERMITTED
from workflows.people.accounts import Account, link_account, unlink_account
from workflows.people.hats import Hat
from workflows.people.mandates import hats_of
from workflows.people.persons import Person
from workflows.trace.erasure import (
    ErasureBasis,
    RestrictionBasis,
    erase_person,
    lift_restriction,
    personal_data_status,
    restrict_person,
)

BY = click.option(
    "--by",
    "who",
    required=True,
    metavar="PERSON",
    help="Who does it: a system administrator, or the chief executive's office.",
)
LANG = click.option("--lang", type=click.Choice(LANGUAGES), default="nb")


@click.group("person")
def person_command() -> None:
    """Personal data: tell, restrict and erase what is stored about a person."""


@person_command.command("status")
@click.argument("ref")
@LANG
@click.pass_obj
def status_command(config: Config, ref: str, lang: str) -> None:
    """Tell how what is stored about REF stands; 1 when something hinders erasure."""
    say = Say("nn" if lang == "nn" else "nb")
    with _opened(config) as installation, installation.reading() as session:
        status = personal_data_status(session, ref, at=installation.now())
    if status.erased_at:
        day = f"{norwegian_date(status.erased_at):%d.%m.%Y}"
        click.echo(say("personal.erased_on", day=day))
        return
    if status.restricted_at:
        day = f"{norwegian_date(status.restricted_at):%d.%m.%Y}"
        click.echo(say("personal.restricted_on", day=day))
    for each in status.hindrances:
        click.echo(say(f"codes.hindrance.{each}"))
    if not status.hindrances:
        click.echo(say("personal.free"))
    click.get_current_context().exit(1 if status.hindrances else 0)


@person_command.command("report")
@click.argument("ref")
@click.pass_obj
def report_command(config: Config, ref: str) -> None:
    """Print all that is stored about REF as JSON, for that person (GDPR art. 15)."""
    with _opened(config) as installation, installation.reading() as session:
        told = stored_about(session, ref)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


@person_command.command("erase")
@click.argument("ref")
@click.option(
    "--basis", type=click.Choice([each.value for each in ErasureBasis]), required=True
)
@BY
@LANG
@click.pass_obj
def erase_command(config: Config, ref: str, basis: str, who: str, lang: str) -> None:
    """Erase name, title and e-mail of REF for good; entries and proofs stay."""
    say = Say("nn" if lang == "nn" else "nb")
    with _opened(config) as installation:
        with installation.reading() as session:
            name = by_ref(session, Person, ref).kept_name
        with _acting(installation, who, "person.erased") as (session, by):
            erase_person(
                session,
                person=ref,
                basis=ErasureBasis(basis),
                by=by,
                at=installation.now(),
            )
        forget_on_disk(installation.database)
        gone = norwegian_date(installation.now()) + timedelta(days=config.backup_days)
    click.echo(say("personal.erased", ref=ref, day=f"{gone:%d.%m.%Y}"))
    for file in files_naming(config.library, name) if name else ():
        click.echo(say("personal.look_at", file=file))


@person_command.command("restrict")
@click.argument("ref")
@click.option(
    "--basis",
    type=click.Choice([each.value for each in RestrictionBasis]),
    required=True,
)
@BY
@LANG
@click.pass_obj
def restrict_command(config: Config, ref: str, basis: str, who: str, lang: str) -> None:
    """Keep name, title and e-mail of REF, and show them to nobody."""
    say = Say("nn" if lang == "nn" else "nb")
    with (
        _opened(config) as installation,
        _acting(installation, who, "person.restricted") as (session, by),
    ):
        restrict_person(
            session,
            person=ref,
            basis=RestrictionBasis(basis),
            by=by,
            at=installation.now(),
        )
    click.echo(say("personal.restricted", ref=ref))


@person_command.command("lift")
@click.argument("ref")
@BY
@LANG
@click.pass_obj
def lift_command(config: Config, ref: str, who: str, lang: str) -> None:
    """Show name, title and e-mail of REF again; tell the person first."""
    say = Say("nn" if lang == "nn" else "nb")
    with (
        _opened(config) as installation,
        _acting(installation, who, "person.released") as (session, by),
    ):
        lift_restriction(session, person=ref, by=by, at=installation.now())
    click.echo(say("personal.lifted", ref=ref))


@person_command.command("link")
@click.argument("ref")
@click.option("--oid", required=True, help="The account's object ID in Entra.")
@click.option(
    "--tid",
    help="The tenant ID; without it that of SAMSPOR_M365_TENANT.",
)
@BY
@LANG
@click.pass_obj
def link_command(
    config: Config, ref: str, *, oid: str, tid: str | None, who: str, lang: str
) -> None:
    """Let REF sign in with an account of Entra ID."""
    say = Say("nn" if lang == "nn" else "nb")
    account = Account(tid=_tenant(config, tid), oid=oid.strip().lower())
    with (
        _opened(config) as installation,
        _acting(installation, who, "account.linked") as (session, by),
    ):
        link_account(session, person=ref, account=account, by=by, at=installation.now())
    click.echo(say("personal.linked", ref=ref))


@person_command.command("unlink")
@click.argument("ref")
@BY
@LANG
@click.pass_obj
def unlink_command(config: Config, ref: str, who: str, lang: str) -> None:
    """Let REF sign in no more, from the next request on."""
    say = Say("nn" if lang == "nn" else "nb")
    with (
        _opened(config) as installation,
        _acting(installation, who, "account.unlinked") as (session, by),
    ):
        unlink_account(session, person=ref, by=by, at=installation.now())
    click.echo(say("personal.unlinked", ref=ref))


def _tenant(config: Config, given: str | None) -> str:
    known = config.sign_in.app if config.sign_in else config.microsoft365
    found = (given or (known.tenant if known else "")).strip().lower()
    if not found:
        raise InputRefusedError("--tid: missing, and SAMSPOR_M365_TENANT is not set")
    return found


@contextmanager
def _acting(
    installation: Installation, who: str, act: str
) -> Iterator[tuple[Session, Hat]]:
    """Open a session that writes, with the hat that may do this, if there is one."""
    with installation.transaction() as session:
        worn = hats_of(session, person=who, at=installation.now())
        fitting = [hat for hat in worn if hat.role in PERMITTED[act]]
        if not fitting:
            raise click.UsageError(f"{who} has no role that may do this: {act}")
        yield session, fitting[0]


@contextmanager
def _opened(config: Config) -> Iterator[Installation]:
    installation = open_installation(config)
    try:
        yield installation
    finally:
        installation.database.close()
