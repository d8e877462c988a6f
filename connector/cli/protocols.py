"""`samspor import protocol`: what can be found in the minutes of one case."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click

from connector.imports.errors import UnusableFileError, ValueRefusedError
from connector.imports.files import read_bytes, text_of
from connector.imports.problems import problem
from connector.imports.protocol import Found, Protocol, read_protocol
from connector.library.quarantine import lines_safely
from connector.refusals import InputRefusedError
from templates_docx.errors import RefusedFileError
from templates_docx.refusals import worded

UNSURE: Final = 1


@click.command("protocol")
@click.argument("src", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
@click.pass_context
def protocol_command(context: click.Context, *, src: Path, shape: str) -> None:
    """Show what is found in minutes (.docx or text), and where; nothing is stored.

    A person confirms it on the page of the case. Status 1 says that the outcome could
    not be told.
    """
    found = read_minutes(src)
    told = _json(found) if shape == "json" else "\n".join(_lines(found))
    click.echo(told)
    context.exit(UNSURE if found.outcome_from is None else 0)


def read_minutes(path: Path) -> Protocol:
    """Return what is found in a file of minutes: a Word document, or plain text.

    Raises:
        InputRefusedError: the file cannot be used; one line says why.
    """
    data = read_bytes(path)
    try:
        return read_protocol(_text(path, data))
    except RefusedFileError as refusal:
        text = worded(refusal, language="nb")
        raise InputRefusedError(f"{path.name}: {text}") from refusal
    except ValueRefusedError as refusal:
        raise UnusableFileError(path.name, refusal.problem) from refusal


def _text(path: Path, data: bytes) -> str:
    if data.startswith(b"PK") or path.suffix.casefold() == ".docx":
        return "\n".join(lines_safely(data))
    text = text_of(data)
    if text is None:
        raise UnusableFileError(path.name, problem("not_minutes"))
    return text


def _json(found: Protocol) -> str:
    told: dict[str, Any] = asdict(found)
    return json.dumps(told, ensure_ascii=False, indent=2)


def _lines(found: Protocol) -> list[str]:
    rows = [("organ", found.body), ("møtedato", found.day), ("saksnr", found.number)]
    lines = [_line(name, one.value if one else "–", one) for name, one in rows]
    lines.append(_line("utfall", found.outcome.value, found.outcome_from))
    lines += [
        f"{'votering':10}linje {statement.line}: {statement.text}"
        for statement in found.statements
    ]
    if found.decided:
        lines.append(f"{'vedtak':10}linje {found.decided.line}: {found.decided.text}")
    return lines


def _line(name: str, value: str, found: Found | None) -> str:
    where = f"linje {found.line}: {found.quote}" if found else ""
    return f"{name:10}{value:28}{where}".rstrip()
