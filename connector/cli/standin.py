"""Microsoft 365 on this machine, run beside the demo as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from connector.refusals import InputRefusedError, UnavailableError

NEEDED: Final = ("openapi_core", "trustme")
# Graph tells of changes to an address with https; this one leads to the demo's pages.
PUBLIC: Final = "https://samspor.elvestrand.example"
SETTINGS: Final = "settings.env"
STOPS_WITHIN_S: Final = 10.0
M365: Final = "m365"
M365_PORT: Final = 8365


@contextmanager
def standin_beside(
    folder: Path, *, port: int, web_port: int
) -> Iterator[Mapping[str, str]]:
    """Run the stand-in until the block ends; give the settings that lead to it.

    The settings are also written to `settings.env` in its folder, for other commands.

    Raises:
        InputRefusedError: the extra `standin` is not installed.
        UnavailableError: it did not start; what it said stands on the terminal.
    """
    if any(find_spec(name) is None for name in NEEDED):
        raise InputRefusedError(
            "Microsoft 365 on this machine needs more: pip install 'samspor[standin]'"
        )
    command = [sys.executable, "-m", "connector.standin", "--data", str(folder)]
    command += ["--port", str(port)]
    command += ["--tunnel", f"{PUBLIC}=http://127.0.0.1:{web_port}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own program
        try:
            yield _settings(folder, process)
        finally:
            process.terminate()
            process.wait(STOPS_WITHIN_S)


def told(folder: Path, settings: Mapping[str, str]) -> str:
    """Return where the stand-in is found, for a person."""
    return (
        f"Microsoft 365 på denne maskinen: https://{settings['SAMSPOR_M365_AUTHORITY']}/\n"
        f"  Nettleseren advarer: sertifikatet er laget her, {folder}/tls/ca.pem\n"
        f"  Innstillingene for andre kommandoer: {folder / SETTINGS}"
    )


def _settings(folder: Path, process: subprocess.Popen[str]) -> Mapping[str, str]:
    """Return the settings when it listens, which it says with its first line."""
    listens = process.stdout.readline() if process.stdout else ""
    if not listens:
        raise UnavailableError(
            "Microsoft 365 on this machine did not start; is its port taken? Choose "
            "another (--m365-port)"
        )
    card = json.loads((folder / "standin.json").read_text(encoding="utf-8"))
    settings = _named(card)
    lines = [f'{name}="{value}"\n' for name, value in settings.items()]
    (folder / SETTINGS).write_text("".join(lines), encoding="utf-8")
    return settings


def _named(card: Mapping[str, Any]) -> Mapping[str, str]:
    """Return what the stand-in says of itself, under the names of our settings."""
    return {
        "SAMSPOR_M365_TENANT": card["tenant"],
        "SAMSPOR_M365_CLIENT": card["client"],
        "SAMSPOR_M365_CERTIFICATE": card["certificate"],
        "SAMSPOR_M365_AUTHORITY": urlsplit(card["authority"]).netloc,
        "SAMSPOR_GRAPH_URL": card["graph"],
        "SAMSPOR_M365_CA": card["ca"],
        "SAMSPOR_M365_SITE": card["site"],
        "SAMSPOR_SIGN_IN": "entra",
    }
