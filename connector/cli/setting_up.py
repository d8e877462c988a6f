"""`samspor init`: a real municipality from one workbook, and the empty workbook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session

from connector.config import Config
from connector.database.engine import Database
from connector.imports.errors import ImportRefusedError
from connector.imports.problems import printable
from connector.imports.setup_apply import CHANGED, NEW, SAME, Applied, apply_setup
from connector.imports.setup_reading import read_setup, sheet_title
from connector.imports.setup_rows import Fault, Setup
from connector.imports.setup_sheets import SHEETS
from connector.imports.setup_template import setup_template
from connector.installation import Installation, prepared_database
from connector.pictures.words import LANGUAGES
from connector.record.sealing import seal_transaction
from connector.refusals import InputRefusedError
from connector.web.texts import Say
from workflows.base import all_of
from workflows.clock import norwegian_date
from workflows.development.projects import Project, ProjectState
from workflows.people.kinds import PARTIES, Role
from workflows.people.mandates import mandates_given
from workflows.people.municipalities import logs_openings, only_municipality

TEMPLATE = Path("samspor-oppsett.xlsx")


class SetupRefusedError(InputRefusedError):
    """The workbook has faults, each with its sheet and cell; nothing was stored."""

    def __init__(self, text: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(text)
        self.faults = faults


@click.command("init")
@click.argument("sheet", type=click.Path(path_type=Path), required=False)
@click.option("--template", is_flag=True, help="Write an empty workbook instead.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=TEMPLATE,
    show_default=True,
    help="The file that --template writes.",
)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="nb",
    show_default=True,
    help="The language of the workbook and of what is said.",
)
@click.pass_obj
def init_command(
    config: Config, sheet: Path | None, out: Path, lang: str, *, template: bool
) -> None:
    """Set up a municipality from a workbook; again with new rows as often as needed."""
    say = Say("nn" if lang == "nn" else "nb")
    if template == (sheet is not None):
        raise click.UsageError("give a workbook, or --template to get an empty one")
    if sheet is None:
        _write_template(out, say)
    else:
        _set_up(config, sheet, say)


def _write_template(out: Path, say: Say) -> None:
    if out.exists():
        raise InputRefusedError(say("setup.file.exists", path=out))
    out.write_bytes(setup_template(say))
    click.echo(say("setup.file.made", path=out))


def _set_up(config: Config, path: Path, say: Say) -> None:
    try:
        setup = read_setup(path, say)
    except ImportRefusedError as refusal:
        raise InputRefusedError(refusal.text(say.language)) from None
    database = prepared_database(config)
    try:
        lines = _registered(config, database, setup, path.name, say)
    except SetupRefusedError as refusal:
        for fault in refusal.faults:
            click.echo(printable(str(fault)), err=True)
        raise
    finally:
        database.close()
    click.echo("\n".join(lines))


def _registered(
    config: Config, database: Database, setup: Setup, file: str, say: Say
) -> list[str]:
    """Register all or nothing, and return what to say of it."""
    at = config.now()
    with _writing(config, database) as (session, is_new):
        applied = apply_setup(session, setup, is_new=is_new, at=at, say=say)
        if applied.faults:
            count = len(applied.faults)
            text = say("setup.file.refused", file=printable(file), count=count)
            raise SetupRefusedError(text, tuple(applied.faults))
        return [*_summary(applied, say), *_next_steps(session, config, say)]


@contextmanager
def _writing(config: Config, database: Database) -> Iterator[tuple[Session, bool]]:
    """Open a session that writes, and say whether the municipality is to be founded."""
    with database.reading(None) as session:
        here = only_municipality(session)
        number = here.id if here else None
    if number:
        with Installation(config, database, number).transaction() as session:
            yield session, False
        return
    with database.transaction(None) as session:
        yield session, True
        seal_transaction(session, data=config.data, at=config.now())


def _summary(applied: Applied, say: Say) -> list[str]:
    lines = [
        say(
            "setup.done.sheet",
            sheet=sheet_title(sheet.key, say),
            **{what: applied.done[sheet.key][what] for what in (NEW, CHANGED, SAME)},
        )
        for sheet in SHEETS
        if sheet.key in applied.done
    ]
    return lines if applied.has_changes else [*lines, say("setup.done.nothing")]


def _next_steps(session: Session, config: Config, say: Say) -> list[str]:
    steps = [*_lacking(session, config, say)]
    if any(row.state is ProjectState.IDEA for row in all_of(session, Project)):
        steps.append(say("setup.done.projects"))
    steps += [say("setup.done.check"), say("setup.done.serve")]
    return ["", say("setup.done.next"), *(f"- {step}" for step in steps)]


def _lacking(session: Session, config: Config, say: Say) -> Iterator[str]:
    """What the municipality cannot do yet, and what is done about it."""
    today = norwegian_date(config.now())
    signing = {
        mandate.party
        for mandate in mandates_given(session)
        if mandate.role is Role.PARTY_CONTACT
        and mandate.signs
        and mandate.valid_from <= today
        and (mandate.valid_to is None or mandate.valid_to >= today)
    }
    for party in PARTIES:
        if party not in signing:
            name = say(f"codes.party_name.{party.value}")
            yield say("setup.done.no_contact", party=name)
    if not logs_openings(session):
        yield say("setup.done.no_logging")
