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
from connector.identity.sign_in import SignIn
from connector.installation import Installation, open_installation
from connector.jobs.holding_back import held_back
from connector.jobs.registry import KINDS
from connector.jobs.worker import Worker
from connector.microsoft365 import THIS_MACHINE
from connector.refusals import InputRefusedError, UnavailableError
from connector.wsgi import LOOPBACK, serve, server
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
    "--host",
    default=LOOPBACK,
    show_default=True,
    help="The address to listen at; another machine's proxy needs one of this one's.",
)
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
    host: str,
    with_worker: bool | None,  # noqa: FBT001 - click's shape
) -> None:
    """Serve the pages: on this machine, or to a proxy where people sign in."""
    _require_for_others(config, host)
    serve_installation(
        open_installation(config),
        port=port,
        host=host,
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
    host: str = LOOPBACK,
    with_worker: bool | None = None,
) -> None:
    """Serve until stopped, with a worker unless told otherwise or on PostgreSQL."""
    secret = _secret(installation.config.data)
    app = create_app(
        installation,
        secret_key=secret,
        demo=demo,
        signing=_signing(installation.config, secret, port),
    )
    if with_worker is None:
        with_worker = installation.database.engine.dialect.name == "sqlite"
    with (
        closing(_listening(app, installation.config, host, port)) as listening,
        at_work(installation) if with_worker else nullcontext(),
    ):
        where = installation.config.public_url or f"http://{host}:{port}"
        click.echo(f"Åpne {where}/ i nettleseren. Stopp med Ctrl+C.")
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


def _signing(config: Config, secret: str, port: int) -> SignIn | None:
    """Return how people sign in; beside a stand-in they come back to this machine."""
    if config.sign_in is None:
        return None
    origin = config.public_url or f"http://{LOOPBACK}:{port}"
    return SignIn(config.sign_in.app, origin=origin, secret=secret)


def _require_for_others(config: Config, host: str) -> None:
    """Refuse to listen for other machines unless people sign in, over https.

    This service itself speaks plain HTTP: a proxy in front of it has the certificate,
    and only what that one says of a request is believed.

    Raises:
        InputRefusedError: something of it is not set, or the clock stands still.
    """
    if host in THIS_MACHINE:
        return
    needed = {
        "SAMSPOR_SIGN_IN": config.sign_in,
        "SAMSPOR_PUBLIC_URL": config.public_url,
        "SAMSPOR_TRUSTED_PROXY": config.trusted_proxy,
    }
    missing = [name for name, value in needed.items() if value is None]
    if missing:
        raise InputRefusedError(
            f"--host {host}: other machines are answered only where people sign in, "
            f"behind a proxy with https; set {', '.join(missing)}, or leave --host out"
        )
    if config.clock_stands_at is not None:
        raise InputRefusedError(
            f"--host {host}: the clock stands still, so this is a demo or an exercise, "
            f"and is answered on this machine only"
        )


def _listening(app: APIFlask, config: Config, host: str, port: int) -> Any:
    try:
        return server(app, host=host, port=port, trusted_proxy=config.trusted_proxy)
    except OSError as problem:
        raise UnavailableError(
            f"{host} port {port} cannot be used ({problem.strerror}); choose another "
            f"(--port, --host)"
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
        back = held_back(session, KINDS, installation.config)
        return jobs_left(session, at=installation.config.wall(), held_back=back)


def _end(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _secret(data: Path) -> str:
    """Return the key of this installation's cookies; made once, read by the owner."""
    path = data / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return path.read_text(encoding="ascii")
