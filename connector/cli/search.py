"""`samspor search`: find words across the municipality, as somebody may read it."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import click

from connector.cli.viewing import AS, EVERYBODY, visit_as
from connector.config import Config
from connector.exports.sheets import text_table
from connector.installation import open_installation
from connector.pictures.words import LANGUAGES, Language
from connector.search.finding import Hit, found

COLUMNS = ("kind", "ref", "title", "snippet")


@click.command("search")
@click.argument("words", nargs=-1, required=True)
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
@click.pass_obj
def search_command(
    config: Config,
    *,
    words: tuple[str, ...],
    viewer: str | None,
    lang: Language,
    form: str,
) -> None:
    """Find WORDS in what everybody may read, or a person with --as.

    A word is found in bokmål and nynorsk alike. Status 1 tells that nothing was found.
    """
    installation = open_installation(config)
    now, asked = installation.now(), " ".join(words)
    with closing(installation.database), installation.reading() as session:
        visit = visit_as(session, viewer or EVERYBODY, now=now, at=now, language=lang)
        rows = [_row(hit) for hit in found(visit, asked)]
    answer = {"search": asked, "rows": rows, "totals": {"rows": len(rows)}}
    told = json.dumps(answer, ensure_ascii=False, indent=2)
    click.echo(told if form == "json" else text_table(COLUMNS, rows))
    click.get_current_context().exit(0 if rows else 1)


def _row(hit: Hit) -> dict[str, Any]:
    return {
        "kind": hit.source.kind,
        "ref": hit.source.ref,
        "title": hit.source.title,
        "snippet": hit.snippet,
    }
