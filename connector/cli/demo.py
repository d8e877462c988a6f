"""`samspor demo`: the main job, on the invented municipality Elvestrand."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from importlib.resources import as_file, files
from typing import Any

import click
from sqlalchemy.orm import Session

from connector.cli.progress import progress_bar
from connector.cli.serving import PORT, PORTS, serve_installation
from connector.cli.standin import M365, M365_PORT, standin_beside, told
from connector.cli.stories import load
from connector.config import Config, load_config
from connector.demo.accounts import link_everybody
from connector.demo.document_library import walk_through
from connector.demo.summary import summary_lines
from connector.imports.apply import apply_batch
from connector.imports.fiks import read_fiks
from connector.imports.records import Batch
from connector.imports.table import read_table
from connector.installation import (
    Installation,
    open_installation,
    prepared_database,
)
from connector.library.delivery import (
    Delivery,
    deliver,
    deliverable,
    differences,
    put_in,
)
from connector.library.folder import FolderLibrary
from connector.library.made import Paper, all_made, made
from connector.refusals import InputRefusedError
from connector.stories import read_story
from workflows.people.custody import record_deliveries
from workflows.people.kinds import Role
from workflows.people.mandates import wear
from workflows.people.municipalities import only_municipality

OURS = (
    *("samspor.db", "samspor.db-wal", "samspor.db-shm", "settings.toml"),
    "record.key",
)
SECRETARY = "P10"
ELVESTRAND = "9901"
WORDS = {
    "added": "lagt til",
    "linked": "knyttet til det som var registrert",
    "changed": "endret",
    "unchanged": "uendret",
    "refused": "avvist",
    "new_version": "i ny versjon",
}


@click.command("demo")
@click.option(
    "--port",
    type=PORTS,
    default=PORT,
    show_default=True,
    help="Porten på denne maskinen.",
)
@click.option("--no-serve", is_flag=True, help="Stopp når alt er laget.")
@click.option("--fresh", is_flag=True, help="Begynn på nytt.")
@click.option("--m365", is_flag=True, help="Med Microsoft 365 på denne maskinen.")
@click.option("--m365-port", type=PORTS, default=M365_PORT, show_default=True)
@click.pass_obj
def demo_command(
    config: Config,
    port: int,
    *,
    no_serve: bool,
    fresh: bool,
    m365: bool,
    m365_port: int,
) -> None:
    """Go from mandate to decision in the invented municipality Elvestrand."""
    if fresh:
        _clear(config)
    with ExitStack() as stack:
        beside: Mapping[str, str] = {}
        if m365:
            folder = config.data.resolve() / M365
            running = standin_beside(folder, port=m365_port, web_port=port)
            beside = stack.enter_context(running)
            click.echo(told(folder, beside))
        _play(config, beside, port=None if no_serve else port)


def _play(config: Config, settings: Mapping[str, str], *, port: int | None) -> None:
    """Make the demo, and serve its pages when there is a port for them."""
    installation = _elvestrand(config, settings)
    _make_documents(installation)
    _import_decisions(installation)
    installation.lay_outside()
    if settings:
        for line in walk_through(installation, config.data.resolve() / M365):
            click.echo(line)
        click.echo(link_everybody(installation))
    with installation.reading() as session:
        click.echo("\n".join(summary_lines(session, at=installation.now())))
    if port is not None:
        serve_installation(installation, port=port, demo=True)


def _elvestrand(config: Config, settings: Mapping[str, str]) -> Installation:
    """Return the demo installation, played from the story the first time."""
    if _municipality(config) is None:
        with as_file(files("connector.demo") / "elvestrand") as folder:
            load(config, read_story(folder / "story.json"))
    known = {"SAMSPOR_DATABASE_URL": config.database_url, **settings}
    return open_installation(load_config(config.data, known))


def _municipality(config: Config) -> str | None:
    """Return the demo's number when it is here, None when nothing is; else refuse."""
    database = prepared_database(config)
    with database.reading(None) as session:
        found = only_municipality(session)
    database.close()
    if found and found.number != ELVESTRAND:
        raise InputRefusedError(
            f"{config.data}: holds {found.name}; let the demo have a folder of its own "
            f"(--data)"
        )
    return found.number if found else None


def _clear(config: Config) -> None:
    if not (config.data / "samspor.db").exists():
        return
    _municipality(config)
    for name in OURS:
        (config.data / name).unlink(missing_ok=True)
    shutil.rmtree(config.library, ignore_errors=True)
    shutil.rmtree(config.data / M365, ignore_errors=True)


def _make_documents(installation: Installation) -> None:
    """Make every agreed document, and read the new ones back: all must come out."""
    library = FolderLibrary(installation.config.library)
    with installation.reading() as session:
        at = installation.now()
        papers = list(all_made(session, at=at))
        number = len(deliverable(session)) + len(papers)
        with progress_bar("Lager Word-dokumenter", number) as advance:
            done = deliver(
                session,
                library,
                at=at,
                progress=advance,
                templates=installation.templates,
            )
            done += _from_register(
                session, library, papers, progress=lambda n: advance(len(done) + n)
            )
    new = [delivery for delivery in done if delivery.is_new]
    _record_new(installation, new)
    wrong = [line for delivery in new for line in differences(library, delivery)]
    wrong_templates = [
        f"{delivery.name}: laget med standardmalen, for den egne passer ikke: "
        f"{delivery.passed_over}"
        for delivery in new
        if delivery.passed_over
    ]
    for line in [*wrong, *wrong_templates]:
        click.echo(line, err=True)
    click.echo(
        f"{len(done)} Word-dokumenter i {library.root}; {len(new)} nye er lest "
        f"tilbake, med {len(wrong)} avvik."
    )
    for name in (delivery.name for delivery in done if delivery.is_edited):
        click.echo(f"Endret i Word og latt stå: {name}. Se `samspor incoming`.")


def _record_new(installation: Installation, new: Sequence[Delivery]) -> None:
    """Enter what was delivered, so that a file can be held against the record."""
    hashes = {hashlib.sha256(delivery.data).hexdigest() for delivery in new}
    if hashes:
        with installation.transaction() as session:
            record_deliveries(session, sorted(hashes), at=installation.now())


def _from_register(
    session: Session,
    library: FolderLibrary,
    papers: Sequence[Paper],
    *,
    progress: Callable[[int], None],
) -> list[Delivery]:
    """Make what the register writes, with what the case officers wrote in it."""
    delivered = []
    for number, paper in enumerate(papers, start=1):
        delivery = made(
            session, paper.kind, paper.ref, at=paper.at, own=_written_by_hand(paper)
        )
        delivered.append(put_in(library, delivery))
        progress(number)
    return delivered


def _written_by_hand(paper: Paper) -> dict[str, Any]:
    place = files("connector.demo") / "elvestrand" / "values"
    source = place / f"{paper.kind}-{paper.ref}.json"
    written: dict[str, Any] = {}
    if source.is_file():
        written = json.loads(source.read_text(encoding="utf-8"))
    return written


def _import_decisions(installation: Installation) -> None:
    """Read the decisions from files, as the meeting system would give them."""
    with as_file(files("connector.demo") / "elvestrand" / "imports") as folder:
        batches = [
            read_table(folder / "vedtak-kommunestyret.csv"),
            read_fiks(folder / "vedtakfrautvalg-adm-2026-04-22.json"),
        ]
    for batch in batches:
        _apply(installation, batch)


def _apply(installation: Installation, batch: Batch) -> None:
    at = installation.now()
    with installation.transaction() as session:
        by = wear(session, person=SECRETARY, role=Role.COMMITTEE_SECRETARY, at=at)
        log = apply_batch(session, batch, by=by, at=at)
    told = ", ".join(
        f"{count} {WORDS[what]}" for what, count in log.totals.items() if count
    )
    click.echo(f"Vedtak fra {log.source}: {told}.")
    for line in filter(None, log.messages()):
        click.echo(f"  {line}")
