"""`samspor serve` and `samspor worker`: the pages, and the work behind them."""

from __future__ import annotations

import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, NoReturn

import click
from apiflask import APIFlask

from connector.app import create_app
from connector.cli.progress import progress_bar
from connector.config import Config
from connector.installation import Installation, open_installation
from connector.jobs.registry import KINDS
from connector.jobs.worker import Worker
from connector.refusals import UnavailableError
from connector.wsgi import serve, server
from workflows.background.turns import jobs_left

PORT = 8000
PORTS = click.IntRange(0, 65535)
# What a service that is asked to stop gives its jobs, within the 10 seconds or more
# that service managers wait.
PATIENCE_S = 8
LOOK_EVERY_S = 0.2


@click.command("serve")
@click.option("--port", type=PORTS, default=PORT, show_default=True)
@click.option(
    "--worker/--no-worker",
    "with_worker",
    default=None,
    help="Do background work here too; unless told otherwise on SQLite only.",
)
@click.pass_obj
def serve_command(
    config: Config,
    port: int,
    with_worker: bool | None,  # noqa: FBT001 - click's shape
) -> None:
    """Serve the pages on this machine."""
    serve_installation(
        open_installation(config),
        port=port,
        demo=config.clock_stands_at is not None,
        with_worker=with_worker,
    )


@click.command("worker")
@click.option("--until-done", is_flag=True, help="Do what waits now, and stop.")
@click.pass_obj
def worker_command(config: Config, *, until_done: bool) -> None:
    """Do the background work of an installation, apart from its pages."""
    installation = open_installation(config)
    with at_work(installation) as worker:
        if until_done:
            _watch_until_done(installation, worker)
        else:
            click.echo("Arbeider i bakgrunnen. Stopp med Ctrl+C.", err=True)
            worker.lost.wait()
    if worker.lost.is_set():
        raise UnavailableError("another worker took this one's place; start it again")


def serve_installation(
    installation: Installation,
    *,
    port: int,
    demo: bool,
    with_worker: bool | None = None,
) -> None:
    """Serve until stopped, with a worker unless told otherwise or on PostgreSQL."""
    app = create_app(
        installation, secret_key=_secret(installation.config.data), demo=demo
    )
    if with_worker is None:
        with_worker = installation.database.engine.dialect.name == "sqlite"
    with (
        closing(_listening(app, port)) as listening,
        at_work(installation) if with_worker else nullcontext(),
    ):
        click.echo(f"Åpne http://127.0.0.1:{port}/ i nettleseren. Stopp med Ctrl+C.")
        serve(listening)


@contextmanager
def at_work(installation: Installation) -> Iterator[Worker]:
    """Let a worker work while the block lasts; asked to stop, it ends in good order."""
    worker = Worker(installation, KINDS)
    worker.start()
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield worker
    except KeyboardInterrupt:
        click.echo("Stopper.", err=True)
    finally:
        worker.stop(patience_s=PATIENCE_S)
        signal.signal(signal.SIGTERM, before)


def _listening(app: APIFlask, port: int) -> Any:
    try:
        return server(app, port=port)
    except OSError as problem:
        raise UnavailableError(
            f"port {port} cannot be used ({problem.strerror}); choose another (--port)"
        ) from None


def _watch_until_done(installation: Installation, worker: Worker) -> None:
    """Show how many of the jobs have ended, until none is due or running any more."""
    left = most = _left(installation)
    with progress_bar("Arbeider i bakgrunnen", most) as advance:
        while left and not worker.lost.is_set():
            time.sleep(LOOK_EVERY_S)
            left = _left(installation)
            advance(max(0, most - left))


def _left(installation: Installation) -> int:
    with installation.reading() as session:
        return jobs_left(session, at=installation.config.wall())


def _end(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _secret(data: Path) -> str:
    """Return the key of this installation's cookies; made once, read by the owner."""
    path = data / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return path.read_text(encoding="ascii")
