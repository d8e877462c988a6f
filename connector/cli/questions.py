"""`samspor report` and `samspor trace`: the standing questions and the trace."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from connector.cli.viewing import AS, visit_as
from connector.config import Config
from connector.exports.answers import in_language, report_json, trace_json, worded
from connector.exports.provenance import Form, provenance
from connector.exports.reports import report_docx
from connector.exports.sheets import csv_text, text_table, xlsx_bytes
from connector.installation import Installation, open_installation
from connector.pictures.table import trace_rows
from connector.pictures.trace import trace_svg
from connector.pictures.words import LANGUAGES, Language
from connector.web.trace.pictures import visible_trace
from connector.web.trace.questions import answered
from workflows.base import tenant
from workflows.clock import at_oslo, oslo
from workflows.people.municipalities import Municipality
from workflows.trace.graph import trace_of
from workflows.trace.impact import IMPACT, impact_of
from workflows.trace.links import Trace
from workflows.trace.questions import QUESTIONS, Report, answer
from workflows.trace.uses import uses

PROVENANCE: Mapping[str, Form] = {"prov": "json", "provn": "provn"}

# An instant at the very ends of the calendar has no Norwegian clock time.
YEARS = range(1900, 2200)


class Instant(click.ParamType[datetime]):
    """A day, which means its end in Norway, or an ISO instant."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the instant in UTC; a time without zone is a Norwegian clock time."""
        if isinstance(value, datetime):
            return value
        try:
            return _instant(str(value))
        except ValueError:
            self.fail(
                f"{value!r} er verken en dag (2025-06-12) eller et tidspunkt "
                f"(2025-06-12T12:30) mellom 1900 og 2199",
                param,
                ctx,
            )


def _instant(text: str) -> datetime:
    if len(text) == len("2025-06-12"):
        return _instant(f"{text}T23:59:59.999999")
    moment = datetime.fromisoformat(text)
    if moment.year not in YEARS:
        raise ValueError(text)
    if moment.tzinfo is None:
        return at_oslo(moment.date(), moment.time())
    return moment.astimezone(UTC)


AT = click.option(
    "--at", type=Instant(), help="Slik det var: en dag eller et tidspunkt."
)
LANGUAGE = click.option("--lang", type=click.Choice(LANGUAGES), default="nb")


@click.command("report")
@click.argument("name", metavar="NAME", type=click.Choice(list(QUESTIONS)))
@AT
@AS
@LANGUAGE
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "xlsx", "docx"]),
    default="table",
)
@click.pass_obj
def report_command(
    config: Config,
    *,
    name: str,
    at: datetime | None,
    viewer: str | None,
    lang: Language,
    form: str,
) -> None:
    """Answer a standing question, now or as it was."""
    installation = open_installation(config)
    now = installation.now()
    with closing(installation.database), installation.reading() as session:
        if viewer:
            visit = visit_as(session, viewer, now=now, at=at or now, language=lang)
            report = answered(visit, name)
        else:
            report = answer(session, name, at=at or now)
    if form == "docx":
        sys.stdout.buffer.write(report_docx(report, language=lang))
    else:
        _print_report(in_language(report, lang), form)


@click.command("trace")
@click.argument("ref")
@AT
@AS
@LANGUAGE
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "xlsx", "prov", "provn", "svg"]),
    default="table",
)
@click.option("--impact", is_flag=True, help="Hvem må se på nytt om den er endret.")
@click.pass_obj
def trace_command(
    config: Config,
    *,
    ref: str,
    at: datetime | None,
    viewer: str | None,
    lang: Language,
    form: str,
    impact: bool,
) -> None:
    """Show everything upstream and downstream of a reference."""
    installation = open_installation(config)
    now = installation.now()
    moment = at or now
    if impact:
        _print_impact(installation, ref, at=moment, form=form, viewer=viewer, lang=lang)
        return
    with closing(installation.database), installation.reading() as session:
        if viewer:
            visit = visit_as(session, viewer, now=now, at=moment, language=lang)
            trace = visible_trace(visit, ref)
        else:
            trace = trace_of(session, ref, at=moment)
        told = _provenance(session, trace, at=moment, form=form)
    if told:
        click.echo(told)
    elif form == "json":
        _print_json(trace_json(trace, at=moment))
    elif form == "svg":
        click.echo(trace_svg(trace, language=lang))
    else:
        _print_rows(trace_rows(trace, language=lang), form)


def _print_impact(
    installation: Installation,
    ref: str,
    *,
    at: datetime,
    form: str,
    viewer: str | None,
    lang: Language,
) -> None:
    """Print what rests on an output, and who looks again, as a table or as data."""
    if viewer:
        raise click.UsageError("--impact kan ikke vises som en annen ser det")
    with closing(installation.database), installation.reading() as session:
        rows = worded(impact_of(session, ref, at=at), lang)
    if form == "json":
        _print_json({"root": ref, "at": oslo(at).isoformat(), "rows": rows})
    elif form in {"table", "csv", "xlsx"}:
        _print_rows(rows, form, columns=IMPACT)
    else:
        raise click.UsageError(f"--impact finnes ikke som {form}")


def _provenance(session: Session, trace: Trace, *, at: datetime, form: str) -> str:
    """Return the trace in W3C PROV where that was asked for, else nothing."""
    if form not in PROVENANCE:
        return ""
    return provenance(
        trace,
        municipality=session.get_one(Municipality, tenant(session)),
        uses=uses(session, at=at),
        form=PROVENANCE[form],
    )


def _print_report(report: Report, form: str) -> None:
    if form == "json":
        _print_json(report_json(report))
        return
    _print_rows(report.rows, form, columns=report.columns)
    if form == "table":
        click.echo(f"\n{json.dumps(report.totals, ensure_ascii=False)}")


def _print_rows(
    rows: list[dict[str, Any]], form: str, *, columns: tuple[str, ...] = ()
) -> None:
    names = columns or tuple(rows[0]) if rows or columns else ()
    if form == "xlsx":
        sys.stdout.buffer.write(xlsx_bytes(names, rows))
    elif form == "csv":
        click.echo(csv_text(names, rows), nl=False)
    else:
        click.echo(text_table(names, rows))


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
