"""`samspor forms`, `make` and `read`: Word documents without a database."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import click

from connector.exports.pdf import to_pdf
from connector.library.quarantine import read_safely
from connector.refusals import InputRefusedError
from templates_docx.build import LANGUAGES
from templates_docx.compile import template
from templates_docx.errors import RefusedFileError, TemplateError
from templates_docx.fill import Template
from templates_docx.guard import MAX_FILE
from templates_docx.read import Reading
from templates_docx.refusals import worded
from workflows.forms.catalogue import as_json, form, kinds
from workflows.forms.fields import Field

FINDINGS, REFUSED = 1, 3

_format = click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
_existing = click.Path(dir_okay=False, path_type=Path)


@click.command("forms")
@click.argument("kind", required=False)
@_format
def forms_command(kind: str | None, shape: str) -> None:
    """List the kinds of documents, or the fields of one kind."""
    if kind is None:
        answer: Any = {"forms": [_named(one) for one in kinds()]}
        lines = [f"{one:22}{form(one).name.nb}" for one in kinds()]
    else:
        known = form(kind)
        answer = as_json(known)
        lines = [_field_line(field) for field in known.fields]
    click.echo(_json(answer) if shape == "json" else "\n".join(lines))


@click.command("make")
@click.argument("kind")
@click.option("--lang", type=click.Choice(LANGUAGES), required=True)
@click.option("--values", "source", type=_existing, required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--template", "own", type=_existing, help="A restyled template.")
@_format
def make_command(
    kind: str, lang: str, source: Path, out: Path, own: Path | None, shape: str
) -> None:
    """Make one document of KIND from values in a JSON file.

    OUT ends in .docx for Word, or in .pdf for a PDF/A-2b that LibreOffice makes. It is
    made with the standard template unless --template names another.
    """
    form(kind)
    values = values_from(source)
    compiled = _compiled(kind, lang, own)
    try:
        data = compiled.fill(values)
    except TemplateError as problem:
        _refuse(f"{source}: {problem}", problem)
    data = _as_pdf(data) if out.suffix.casefold() == ".pdf" else data
    write_file(out, data)
    told = _json({"file": str(out), "bytes": len(data)})
    click.echo(told if shape == "json" else f"{out}  {len(data)} bytes")


@click.command("read")
@click.argument("files", nargs=-1, required=True, type=_existing)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="nb",
    show_default=True,
    help="The language in which a refusal is told.",
)
@_format
def read_command(files: Sequence[Path], lang: str, shape: str) -> None:
    """Read Word documents back to values, findings, comments and changes.

    Status 1 tells that a document has a finding that is an error, 3 that a file was
    refused; the other files are read all the same.
    """
    statuses = {_told(file, language=lang, shape=shape) for file in files}
    click.get_current_context().exit(max(statuses))


def values_from(source: Path) -> dict[str, Any]:
    """Return the values in a JSON file.

    Raises:
        InputRefusedError: the file is missing, no UTF-8, no JSON or no object, or has a
            key twice.
    """
    try:
        values = json.loads(
            source.read_bytes().decode("utf-8-sig"),
            object_pairs_hook=_once,
            parse_constant=_not_a_number,
        )
    except OSError as problem:
        _refuse(f"{source}: cannot be read: {problem.strerror}", problem)
    except UnicodeDecodeError as problem:
        _refuse(f"{source}: is not UTF-8 at byte {problem.start}", problem)
    except (ValueError, RecursionError) as problem:
        _refuse(f"{source}: is not JSON: {problem}", problem)
    if not isinstance(values, dict):
        raise InputRefusedError(f"{source}: must hold one object, key by key")
    return values


def reading_of(file: Path, *, language: str = "nb") -> Reading:
    """Return what a Word file on disk holds; a refusal is told in `nb` or `nn`.

    Raises:
        InputRefusedError: it cannot be read, is too large, unsafe or no Word document.
    """
    try:
        with file.open("rb") as stream:
            return read_safely(stream.read(MAX_FILE + 1), name=str(file))
    except OSError as problem:
        _refuse(f"{file}: cannot be read: {problem.strerror}", problem)
    except RefusedFileError as problem:
        _refuse(f"{file}: {worded(problem, language=language)}", problem)


def write_file(out: Path, data: bytes) -> None:
    """Write beside and rename, so that a half-written document never stands there.

    Raises:
        InputRefusedError: the file cannot be written.
    """
    beside = out.with_name(f".{out.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(out)
    except OSError as problem:
        with contextlib.suppress(OSError):  # A name may be too long to be looked for.
            beside.unlink(missing_ok=True)
        _refuse(f"{out}: cannot be written: {problem.strerror}", problem)


def answer_of(reading: Reading) -> dict[str, Any]:
    """Return what `samspor read --format json` prints for one file."""
    answer = asdict(reading)
    del answer["before"]  # Only merging needs it.
    return answer


def _told(file: Path, *, language: str, shape: str) -> int:
    try:
        reading = reading_of(file, language=language)
    except InputRefusedError as refusal:
        click.echo(" ".join(str(refusal).split()), err=True)
        return REFUSED
    is_json = shape == "json"
    click.echo(_json(answer_of(reading)) if is_json else "\n".join(_lines(reading)))
    has_errors = any(found.severity == "error" for found in reading.findings)
    return FINDINGS if has_errors else 0


def _compiled(kind: str, language: str, own: Path | None) -> Template:
    try:
        return template(kind, language, file=own)
    except OSError as problem:
        _refuse(f"{own}: cannot be read: {problem.strerror}", problem)
    except RefusedFileError as problem:
        _refuse(f"{own}: {worded(problem, language=language)}", problem)
    except TemplateError as problem:
        _refuse(f"{own}: {problem}", problem)


def _as_pdf(data: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="samspor-pdf-") as folder:
        word = Path(folder, "document.docx")
        word.write_bytes(data)
        (pdf,) = to_pdf([word], into=Path(folder))
        return pdf.read_bytes()


def _refuse(text: str, problem: BaseException) -> NoReturn:
    raise InputRefusedError(text) from problem


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice")
    return values


def _not_a_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _named(kind: str) -> dict[str, Any]:
    return {"kind": kind, "name": asdict(form(kind).name)}


def _field_line(field: Field) -> str:
    return f"{field.key:22}{field.type:8}{field.required:10}{field.label.nb}"


def _lines(reading: Reading) -> Iterator[str]:
    origin = f"{reading.kind or '–'} {reading.language or '–'}"
    yield f"{reading.file}: {origin}, saved by {reading.saved_by or '–'}"
    yield from (f"  {key:22}{_short(value)}" for key, value in reading.values.items())
    for found in reading.findings:
        yield f"  {found.severity}: {found.where} {found.message}".rstrip()
    for cited in reading.citations:
        yield f"  cites: {cited.output}@{cited.version} {cited.where}".rstrip()
    for comment in reading.comments:
        yield f"  comment: {comment.author} on «{comment.quoted}»: {comment.text}"
    for change in reading.changes:
        yield f"  {change.kind}: {change.author}: {change.text}"


def _short(value: object) -> str:
    text = value if isinstance(value, str) else _json(value)
    line = " ".join(text.split())
    return line if len(line) <= 90 else line[:89] + "…"


def _json(answer: Mapping[str, Any] | object) -> str:
    return json.dumps(answer, ensure_ascii=False)
