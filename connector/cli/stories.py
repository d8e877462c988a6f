"""`samspor load`, `dump` and `schema`: stories in, everything out, and their shapes."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import click

from connector.cli.progress import progress_bar
from connector.cli.schemas import schema, schema_names
from connector.config import Config, stop_clock
from connector.database.dump import dumped
from connector.installation import open_installation, prepared_database
from connector.record.sealing import seal_transaction
from connector.refusals import InputRefusedError
from connector.stories import read_story
from workflows.people.municipalities import only_municipality
from workflows.stories import Story, play


@click.command("load")
@click.argument("story", type=click.Path(path_type=Path))
@click.pass_obj
def load_command(config: Config, story: Path) -> None:
    """Play a dated story of acts into an empty installation.

    With «until» in the story, the installation's clock stands still there.
    """
    load(config, read_story(story))
    click.echo(f"{story.name}: lest inn", err=True)


@click.command("dump")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.pass_obj
def dump_command(config: Config, out: Path) -> None:
    """Take everything out as one JSON file, table by table."""
    installation = open_installation(config)
    with closing(installation.database), installation.reading() as session:
        text = json.dumps(dumped(session), ensure_ascii=False, indent=1)
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as problem:
        raise InputRefusedError(f"{out}: {problem.strerror}") from None


@click.command("schema")
@click.argument("name", type=click.Choice(schema_names()))
def schema_command(name: str) -> None:
    """Print the JSON Schema of what a command takes or gives."""
    click.echo(json.dumps(schema(name), ensure_ascii=False, indent=2))


def load(config: Config, story: Story) -> None:
    """Play a story in one transaction: all of it is kept, or nothing."""
    database = prepared_database(config)
    try:
        with database.transaction(None) as session:
            if only_municipality(session):
                raise InputRefusedError(
                    f"{config.data}: holds a municipality already; load a story into "
                    f"an empty folder (--data)"
                )
            with progress_bar("Spiller historien", len(story.steps)) as advance:
                play(session, story, progress=advance)
            at = story.until or story.steps[-1].at if story.steps else story.begins_at
            seal_transaction(session, data=config.data, at=at)
    finally:
        database.close()
    if story.until:
        stop_clock(config.data, story.until)
