"""`samspor search`: find words across the municipality, as somebody may read it."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import click

from connector.cli.viewing import AS, EVERYBODY, visit_as
from connector.config import Config
from connector.exports.sheets import text_table
from connector.installation import Installation, open_installation
from connector.pictures.words import LANGUAGES, Language
from connector.search.finding import Hit, found
from connector.search.keeping import rebuild

COLUMNS = ("kind", "ref", "title", "snippet")


@click.command("search")
@click.argument("words", nargs=-1)
@AS
@click.option("--lang", type=click.Choice(LANGUAGES), default="nb")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
@click.option(
    "--rebuild",
    "is_rebuilt",
    is_flag=True,
    help="Make the index anew first, from all texts.",
)
@click.pass_obj
def search_command(
    config: Config,
    *,
    words: tuple[str, ...],
    viewer: str | None,
    lang: Language,
    form: str,
    is_rebuilt: bool,
) -> None:
    """Find WORDS in what everybody may read, or a person with --as.

    A word is found in bokmål and nynorsk alike. Status 1 tells that nothing was found.
    The index is kept by itself, and --rebuild is needed only when it is in doubt.
    """
    installation = open_installation(config)
    with closing(installation.database):
        if is_rebuilt:
            _rebuild(installation)
        elif not words:
            raise click.UsageError("say what to look for, or --rebuild")
        if not words:
            return
        rows = _found(installation, " ".join(words), viewer or EVERYBODY, lang)
    answer = {"search": " ".join(words), "rows": rows, "totals": {"rows": len(rows)}}
    told = json.dumps(answer, ensure_ascii=False, indent=2)
    click.echo(told if form == "json" else text_table(COLUMNS, rows))
    click.get_current_context().exit(0 if rows else 1)


def _rebuild(installation: Installation) -> None:
    with installation.unrecorded() as session:
        there = rebuild(session)
    click.echo(f"Søkeregisteret er laget på nytt: {there} kan bli funnet.", err=True)


def _found(
    installation: Installation, asked: str, viewer: str, language: Language
) -> list[dict[str, Any]]:
    now = installation.now()
    with installation.reading() as session:
        visit = visit_as(session, viewer, now=now, at=now, language=language)
        return [_row(hit) for hit in found(visit, asked)]


def _row(hit: Hit) -> dict[str, Any]:
    return {
        "kind": hit.source.kind,
        "ref": hit.source.ref,
        "title": hit.source.title,
        "snippet": hit.snippet,
    }
