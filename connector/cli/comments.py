"""`samspor comments`: comments and tracked changes of several parties, row by row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from connector.cli.documents import reading_of, values_from, write_file
from connector.refusals import InputRefusedError
from templates_docx.anchors import anchored
from templates_docx.build import LANGUAGES
from templates_docx.comment_matrix import (
    KIND,
    MatrixRow,
    continued,
    harvest,
    head_of,
    is_unknown,
    reference_to,
    rows_from,
    rows_to,
)
from templates_docx.compile import template
from templates_docx.read import Reading

FINDINGS = 1
_file = click.Path(dir_okay=False, path_type=Path)


@click.command("comments")
@click.argument("files", nargs=-1, type=_file)
@click.option("--parties", type=_file, help="JSON: author to A, F, T or a union.")
@click.option("--into", type=_file, help="A matrix already filled in; its rows stay.")
@click.option("--against", type=_file, help="The next version: where each text went.")
@click.option("--out", type=_file, help="The matrix as a Word document.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="As the files are.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
def comments_command(
    files: Sequence[Path],
    parties: Path | None,
    into: Path | None,
    against: Path | None,
    out: Path | None,
    lang: str | None,
    shape: str,
) -> None:
    """Gather comments and tracked changes of Word FILES, one row each.

    Copies of one document are given together. Status 1 tells that nobody has said
    which party an author belongs to.
    """
    if not files and into is None:
        raise click.UsageError("give a Word file, or --into a matrix")
    readings = [reading_of(file) for file in files]
    former = _matrix(into) if into else None
    language = _language(lang, [former, *readings])
    rows = _rows(readings, former, _parties(parties), language=language)
    later = reading_of(against) if against else None
    if against:
        rows = anchored(rows, against.read_bytes(), language=language)
    if out:
        head = former.values if former else head_of(readings[0], language=language)
        compared = {"x_next": reference_to(later)} if later else {}
        write_file(out, template(KIND, language).fill(head | compared | rows_to(rows)))
    click.echo(_json(rows) if shape == "json" else "\n".join(_lines(rows)))
    has_unknown = any(is_unknown(row, language=language) for row in rows)
    click.get_current_context().exit(FINDINGS if has_unknown else 0)


def _matrix(file: Path) -> Reading:
    reading = reading_of(file)
    if reading.kind != KIND:
        raise InputRefusedError(f"{file}: is no {KIND}")
    for found in reading.findings:
        if found.severity == "error":
            raise InputRefusedError(f"{file}: {found.where}: {found.message}")
    return reading


def _language(chosen: str | None, readings: Sequence[Reading | None]) -> str:
    known = (each.language for each in readings if each and each.language in LANGUAGES)
    return chosen or next(filter(None, known), LANGUAGES[0])


def _parties(source: Path | None) -> Mapping[str, str]:
    parties = values_from(source) if source else {}
    for author, party in parties.items():
        if not isinstance(party, str) or not party.strip():
            told = f"{author}: must be A, F, T or the name of a union"
            raise InputRefusedError(f"{source}: {told}")
    return parties


def _rows(
    readings: Sequence[Reading],
    former: Reading | None,
    parties: Mapping[str, str],
    *,
    language: str,
) -> tuple[MatrixRow, ...]:
    found = harvest(readings, parties=parties, language=language)
    if former is None:
        return found
    return continued(rows_from(former.values), found, language=language)


def _json(rows: Sequence[MatrixRow]) -> str:
    return json.dumps({"rows": [asdict(row) for row in rows]}, ensure_ascii=False)


def _lines(rows: Sequence[MatrixRow]) -> Iterator[str]:
    for row in rows:
        yield f"{row.number:>3}  {row.party} · {row.place}"
        yield f"     «{_short(row.quoted)}»: {_short(row.remark)}"
        said = [row.verdict, _short(row.reason), row.anchor, _short(row.now)]
        if any(said):
            yield f"     {' · '.join(filter(None, said))}"
    yield f"{len(rows)} rows"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else line[:89] + "…"
