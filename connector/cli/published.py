"""`samspor import einnsyn`: decisions in from what the municipality has published."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Final

import click

from connector.cli.import_logs import log_json, log_lines
from connector.cli.import_options import DRY_RUN, IMPORTER, SHAPE
from connector.cli.secretaries import language_of, secretary_hat
from connector.imports.apply import ImportLog, apply_batch, joined, try_batch
from connector.imports.einnsyn import Page, Window, checked_orgnumber, read_pages
from connector.imports.einnsyn_cases import SYSTEM
from connector.imports.json_source import JsonSource, Limits
from connector.imports.log_words import TEXTS, worded
from connector.imports.problems import Language
from connector.imports.records import Batch
from connector.installation import Installation, open_installation
from workflows.clock import norwegian_date
from workflows.decision.import_cursors import cursor_of, imported_keys, keep_cursor

REFUSALS: Final = 1
USUAL_DAYS: Final = 90
_DAY = click.DateTime(["%Y-%m-%d", "%d.%m.%Y"])


@click.command("einnsyn")
@click.argument("orgnumber", metavar="ORGNR")
@click.option("--from", "first", type=_DAY, help="First meeting day. [90 days ago]")
@click.option("--to", "last", type=_DAY, help="Last meeting day. [today]")
@DRY_RUN
@click.option(
    "--minutes",
    type=click.IntRange(1, 24 * 60),
    default=60,
    show_default=True,
    help="How long to read; the next time goes on from there.",
)
@SHAPE
@IMPORTER
@click.pass_context
def einnsyn_command(
    context: click.Context,
    *,
    orgnumber: str,
    first: datetime | None,
    last: datetime | None,
    dry_run: bool,
    minutes: int,
    shape: str,
    person: str | None,
) -> None:
    """Read the decisions that a municipality has published in eInnsyn."""
    asked = checked_orgnumber(orgnumber)
    installation = open_installation(context.obj)
    with closing(installation.database):
        window = _window(installation, asked, first, last)
        reading = Reading(installation, window, person, is_trial=dry_run)
        limits = Limits(reading_s=minutes * 60.0)
        with closing(JsonSource(installation.config.einnsyn, limits)) as source:
            log, language = reading.read(source)
    said = log_json if shape == "json" else log_lines
    click.echo(said(log, language))
    if reading.undecided:
        told = worded(TEXTS, "undecided", language, str(reading.undecided))
        click.echo(told, err=True)
    context.exit(REFUSALS if log.has_refusals else 0)


class Reading:
    """One reading of a window into an installation, a transaction for each page.

    `undecided` is how many cases had no decision yet.
    """

    def __init__(
        self,
        installation: Installation,
        window: Window,
        person: str | None,
        *,
        is_trial: bool,
    ) -> None:
        self._house = installation
        self._window = window
        self._person = person
        self._is_trial = is_trial
        self.undecided = 0

    def read(self, source: JsonSource) -> tuple[ImportLog, Language]:
        """Read to the end, and return the log; each page is kept as soon as it is read.

        Raises `SourceAwayError` when the source stops answering or the time is over;
        the next reading of the same window goes on from there.
        """
        with self._house.reading() as session:
            language = language_of(session)
            secretary_hat(session, self._person, self._house)
            cursor = cursor_of(session, system=SYSTEM, scope=self._window.scope)
            known = imported_keys(
                session,
                system=SYSTEM,
                first=self._window.first,
                last=self._window.last,
            )
        log = self._empty()
        pages = read_pages(
            source,
            self._window,
            today=norwegian_date(self._house.now()),
            after=() if self._is_trial else cursor,
            known=known,
        )
        for page in pages:
            log = joined([log, self._taken_in(page)])
            self.undecided += page.undecided
        return log, language

    def _empty(self) -> ImportLog:
        return ImportLog(
            source=f"eInnsyn {self._window.scope}",
            at=self._house.now(),
            rows=(),
            refused=(),
            is_trial=self._is_trial,
        )

    def _taken_in(self, page: Page) -> ImportLog:
        gone = [(SYSTEM, key) for key in page.gone]
        if self._is_trial:
            return self._tried(page.batch, gone)
        at = self._house.now()
        with self._house.transaction() as session:
            by = secretary_hat(session, self._person, self._house)
            log = apply_batch(session, page.batch, gone=gone, by=by, at=at)
            keep_cursor(
                session,
                system=SYSTEM,
                scope=self._window.scope,
                place=page.after or (),
                at=at,
            )
        return log

    def _tried(self, batch: Batch, gone: list[tuple[str, str]]) -> ImportLog:
        with self._house.database.transaction(self._house.municipality) as session:
            by = secretary_hat(session, self._person, self._house)
            return try_batch(session, batch, gone=gone, by=by, at=self._house.now())


def _window(
    installation: Installation,
    orgnumber: str,
    first: datetime | None,
    last: datetime | None,
) -> Window:
    today = norwegian_date(installation.now())
    to: date = last.date() if last else today
    begins: date = first.date() if first else to - timedelta(days=USUAL_DAYS)
    if begins > to:
        raise click.UsageError(f"--from {begins} is after --to {to}")
    return Window(orgnumber=orgnumber, first=begins, last=to)
