"""The options that every command which reads decisions in has."""

from __future__ import annotations

import click

DRY_RUN = click.option("--dry-run", is_flag=True, help="Show the log and keep nothing.")
SHAPE = click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
IMPORTER = click.option(
    "--by",
    "person",
    metavar="PERSON",
    help="The committee secretary who imports, by reference.",
)
