"""`samspor library` and `samspor m365`: the municipality's document library.

Both are the same library; `m365` besides makes it ready in SharePoint.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from connector.cli.m365_check import check_command
from connector.config import Config
from connector.graph.opening import opened
from connector.installation import open_installation
from connector.library.document_library import LibraryError
from connector.library.folder import FolderLibrary
from connector.library.items import ItemState, LibraryItem
from connector.library.opening import opened_library
from connector.library.publishing import publish_again
from connector.library.reconciliation import Comparison, Reconciliation, reconciled
from connector.library.setting_up import NEEDED, ROLE, Lacking, Ready, make_ready
from connector.library.sharing import Drift, check, share
from connector.library.standing import Standing, standing
from connector.library.tending import Tended, tend
from connector.refusals import InputRefusedError, UnavailableError

FINDINGS = 1

_format = click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)


@click.group("library")
def library_command() -> None:
    """Keep the municipality's document library: files out, changes in, equal access."""


@click.group("m365")
def m365_command() -> None:
    """Keep the document library in SharePoint, and make it ready."""


@m365_command.command("setup")
@_format
@click.pass_obj
def setup_command(config: Config, shape: str) -> None:
    """Make the columns in SharePoint, or say what an administrator must grant first.

    Status 1 tells that something must be granted.
    """
    settings = config.microsoft365
    if settings is None:
        raise InputRefusedError("Microsoft 365 is not set: see docs/configuration.md")
    with opened(settings) as tenant:
        found = make_ready(tenant.graph, settings)
    is_json = shape == "json"
    click.echo(_json(_setup(found)) if is_json else "\n".join(_setup_lines(found)))
    click.get_current_context().exit(FINDINGS if isinstance(found, Lacking) else 0)


@click.command("status")
@_format
@click.pass_obj
def status_command(config: Config, shape: str) -> None:
    """Show how the library stands. Status 1 tells that something waits."""
    installation = open_installation(config)
    with opened_library(config) as library, installation.reading() as session:
        working = FolderLibrary(config.library)
        found = standing(session, library.key, working=working, at=installation.now())
    is_json = shape == "json"
    click.echo(_json(_told(found)) if is_json else "\n".join(_lines(found)))
    click.get_current_context().exit(FINDINGS if found.troubles else 0)


@click.command("sync")
@_format
@click.pass_obj
def sync_command(config: Config, shape: str) -> None:
    """Read what has changed, write what is lacking, share what is new.

    Nothing of what people wrote is stored before a person confirms it. Status 1 tells
    that a file waits.
    """
    installation = open_installation(config)
    try:
        with opened_library(config) as library:
            done = tend(installation, library)
    except LibraryError as trouble:
        raise UnavailableError(f"the library: {trouble}") from trouble
    is_json = shape == "json"
    click.echo(_json(_done(done)) if is_json else "\n".join(_done_lines(done)))
    waits = any(each.state is ItemState.WAITING for each in done.published)
    click.get_current_context().exit(FINDINGS if waits else 0)


@click.command("share")
@click.argument("version")
@click.option("--check", "only_look", is_flag=True, help="Change nothing; only look.")
@_format
@click.pass_obj
def share_command(config: Config, version: str, shape: str, *, only_look: bool) -> None:
    """Share VERSION with exactly those who speak for the three parties.

    Status 1 tells that the permissions differ from that afterwards.
    """
    installation = open_installation(config)
    try:
        with opened_library(config) as library:
            do = check if only_look else share
            drift = do(installation, library, version)
    except LibraryError as trouble:
        raise UnavailableError(f"the library: {trouble}") from trouble
    told = {"version": version, "drift": [each.as_row() for each in drift]}
    click.echo(_json(told) if shape == "json" else "\n".join(_drift(version, drift)))
    click.get_current_context().exit(FINDINGS if drift else 0)


@click.command("again")
@click.argument("version")
@click.pass_obj
def again_command(config: Config, version: str) -> None:
    """Let the file of VERSION, which people deleted, be written again."""
    installation = open_installation(config)
    with installation.unrecorded() as session:
        publish_again(session, version, at=installation.now())
    click.echo(f"{version}: written again with the next `samspor library sync`")


@click.command("copies")
@_format
@click.pass_obj
def copies_command(config: Config, shape: str) -> None:
    """Hold the library's copy of each version against the one that holds.

    Status 1 tells that a copy is another, or is not there.
    """
    installation = open_installation(config)
    with installation.reading() as session:
        rows = reconciled(session, FolderLibrary(config.library))
    told = {"copies": [_copy(row) for row in rows]}
    click.echo(_json(told) if shape == "json" else "\n".join(_copy_lines(rows)))
    differs = any(row.comparison is not Comparison.SAME for row in rows)
    click.get_current_context().exit(FINDINGS if differs else 0)


for _group in (library_command, m365_command):
    for _command in (
        status_command,
        sync_command,
        share_command,
        again_command,
        copies_command,
    ):
        _group.add_command(_command)
m365_command.add_command(check_command)


def _setup(found: Ready | Lacking) -> dict[str, Any]:
    permissions = {"permissions": list(NEEDED), "role": ROLE}
    if isinstance(found, Lacking):
        return {
            "ready": False,
            **permissions,
            "grant": {"request": found.request, "body": json.loads(found.body)},
        }
    return {
        "ready": True,
        **permissions,
        "site": found.site.web_url,
        "library": found.drive.name,
        "made": list(found.made),
    }


def _setup_lines(found: Ready | Lacking) -> Iterator[str]:
    yield f"needed: {', '.join(NEEDED)} for the app, and the role {ROLE} in the site"
    if isinstance(found, Lacking):
        yield f"{found.site}: the app has no role there, or there is no such site."
        yield "An administrator with Sites.FullControl.All grants it once:"
        yield f"  {found.request}"
        yield f"  {found.body}"
        return
    yield f"site: {found.site.web_url}, library: {found.drive.name}"
    yield f"columns made: {', '.join(found.made) or 'none, all were there'}"


def _told(found: Standing) -> dict[str, Any]:
    return {
        "light": found.light,
        "troubles": list(found.troubles),
        "read_at": found.read_at.isoformat() if found.read_at else None,
        "files": [_file(row, found) for row in found.items],
    }


def _file(row: LibraryItem, found: Standing) -> dict[str, Any]:
    return {
        "version": row.version,
        "name": row.lies_as or row.name,
        "state": row.state,
        "reason": row.reason or None,
        "to_confirm": row.name in found.to_confirm,
        "drift": row.drift,
    }


def _lines(found: Standing) -> Iterator[str]:
    yield f"{found.light}: {', '.join(found.troubles) or 'nothing waits'}"
    for row in found.items:
        reason = f" ({row.reason})" if row.reason else ""
        confirm = " to confirm" if row.name in found.to_confirm else ""
        drift = f" drift: {len(row.drift)}" if row.drift else ""
        name = row.lies_as or row.name
        yield f"  {row.version:16}{row.state}{reason}{confirm}{drift}  {name}"


def _done(done: Tended) -> dict[str, Any]:
    return {
        "changed": [
            {"version": each.version, "state": each.state} for each in done.seen
        ],
        "written": [
            {"version": each.version, "state": each.state, "reason": each.reason}
            for each in done.published
        ],
        "shared": list(done.shared),
        "differing": list(done.differing),
        "looked_through_all": done.is_full,
    }


def _done_lines(done: Tended) -> Iterator[str]:
    yield from (f"changed  {each.version:16}{each.state}" for each in done.seen)
    for each in done.published:
        yield f"written  {each.version:16}{each.state} {each.reason}".rstrip()
    yield from (f"shared   {version}" for version in done.shared)
    yield from (f"differs  {version}" for version in done.differing)
    if not (done.seen or done.published or done.shared or done.differing):
        yield "nothing new"


def _drift(version: str, drift: list[Drift]) -> Iterator[str]:
    if not drift:
        yield f"{version}: exactly the parties have it, all alike"
    yield from (f"{version}: {each.kind} {each.who}" for each in drift)


def _copy(row: Reconciliation) -> dict[str, Any]:
    return {
        "version": row.version,
        "name": row.name,
        "comparison": row.comparison,
        "keeper": row.keeper,
        "kept_sha256": row.kept_sha256,
        "library_sha256": row.library_sha256 or None,
    }


def _copy_lines(rows: list[Reconciliation]) -> Iterator[str]:
    for row in rows:
        yield f"{row.version:16}{row.comparison:9}{row.keeper} holds  {row.name}"
        if row.comparison is not Comparison.SAME:
            yield f"  {row.keeper:9}{row.kept_sha256}"
            yield f"  {'library':9}{row.library_sha256 or '-'}"
    if not rows:
        yield "no copies yet"


def _json(answer: object) -> str:
    return json.dumps(answer, ensure_ascii=False)
