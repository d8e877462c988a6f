"""`samspor lint` and `template`: templates that a clerk owns, checked and kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click

from connector.config import Config
from connector.library.own_templates import OwnTemplates, Status
from connector.refusals import InputRefusedError
from templates_docx.build import LANGUAGES
from templates_docx.errors import RefusedFileError, TemplateError
from templates_docx.guard import MAX_FILE
from templates_docx.lint import Findings, has_errors, language_of, lint, other
from templates_docx.refusals import worded
from workflows.forms.catalogue import form

FINDINGS = 1

_format = click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
_file = click.Path(dir_okay=False, path_type=Path)


@click.command("lint")
@click.argument("file", type=_file)
@click.option("--kind", required=True, help="The kind of document it is for.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Else as the file says.")
@click.option("--twin", type=_file, help="The same in the other written standard.")
@_format
@click.pass_obj
def lint_command(
    config: Config | None,
    file: Path,
    kind: str,
    lang: str | None,
    twin: Path | None,
    shape: str,
) -> None:
    """Tell whether FILE is a usable template of a kind, and what to put right.

    Without --twin the file beside it of the same name in the other written standard
    counts, or the one that is put in. Status 1 tells that there is something to put
    right, 3 that the file was refused.
    """
    form(kind)
    data = _read(file)
    try:
        language = lang or language_of(data) or "nb"
        twin_data = _twin(config, file, kind, language, twin)
        findings = lint(data, kind=kind, language=language, twin=twin_data)
    except RefusedFileError as problem:
        _refuse(f"{file}: {worded(problem, language=lang or 'nb')}", problem)
    except TemplateError as problem:
        _refuse(f"{file}: {problem}", problem)
    answer = {
        "file": str(file),
        "kind": kind,
        "language": language,
        "findings": [asdict(each) for each in findings],
    }
    _echo(answer, _lines(findings), shape=shape)
    _leave(findings)


@click.command("template")
@click.argument("kind", required=False)
@click.option("--lang", type=click.Choice(LANGUAGES))
@click.option("--out", type=_file, help="Take the template out, to this file.")
@click.option("--put", "into", type=_file, help="Put this file in as the template.")
@click.option("--remove", is_flag=True, help="Go back to the standard template.")
@_format
@click.pass_obj
def template_command(
    config: Config,
    kind: str | None,
    lang: str | None,
    out: Path | None,
    into: Path | None,
    *,
    remove: bool,
    shape: str,
) -> None:
    """Take a template out, put it back, remove it; without KIND list them all.

    A template with an error is not put in: status 1, with what to put right.
    """
    own = OwnTemplates(config.templates)
    if kind is None:
        _list(own, shape=shape)
        return
    form(kind)
    if lang is None or sum((out is not None, into is not None, remove)) != 1:
        text = "give --lang, and one of --out, --put and --remove"
        raise click.UsageError(text)
    if out is not None:
        _take_out(own, kind, lang, out, shape=shape)
    elif into is not None:
        _put(config, own, kind, lang, into, shape=shape)
    else:
        _remove(config, own, kind, lang, shape=shape)


def _list(own: OwnTemplates, *, shape: str) -> None:
    rows = own.status()
    answer = {"templates": [_told(row) for row in rows]}
    _echo(answer, map(_line, rows), shape=shape)


def _told(row: Status) -> dict[str, object]:
    return {
        "kind": row.kind,
        "language": row.language,
        "source": "own" if row.is_own else "standard",
        "state": row.state,
        "new_fields": list(row.new_fields),
        "lacks_twin": row.lacks_twin,
        "findings": [asdict(each) for each in row.findings],
    }


def _line(row: Status) -> str:
    source = "egen" if row.is_own else "standard"
    new = f"  nye felt: {', '.join(row.new_fields)}" if row.new_fields else ""
    twin = "  mangler på den andre målformen" if row.lacks_twin else ""
    return f"{row.kind:16}{row.language}  {source:9} {row.state:9}{new}{twin}".rstrip()


def _take_out(
    own: OwnTemplates, kind: str, language: str, out: Path, *, shape: str
) -> None:
    data = own.get(kind, language)
    try:
        out.write_bytes(data)
    except OSError as problem:
        _refuse(f"{out}: cannot be written: {problem.strerror}", problem)
    answer = {"file": str(out), "bytes": len(data)}
    _echo(answer, [f"{out}  {len(data)} bytes"], shape=shape)


def _put(
    config: Config,
    own: OwnTemplates,
    kind: str,
    language: str,
    into: Path,
    *,
    shape: str,
) -> None:
    data = _read(into)
    try:
        findings = own.put(kind, language, data, at=config.now())
    except RefusedFileError as problem:
        _refuse(f"{into}: {worded(problem, language=language)}", problem)
    except TemplateError as problem:
        _refuse(f"{into}: {problem}", problem)
    is_kept = not has_errors(findings)
    answer = {
        "file": str(into),
        "kind": kind,
        "language": language,
        "is_kept": is_kept,
        "findings": [asdict(each) for each in findings],
    }
    said = "Malen er lagt inn." if is_kept else "Malen er ikke lagt inn."
    _echo(answer, [*_lines(findings), said], shape=shape)
    if not is_kept:
        click.get_current_context().exit(FINDINGS)


def _remove(
    config: Config, own: OwnTemplates, kind: str, language: str, *, shape: str
) -> None:
    was_own = own.remove(kind, language, at=config.now())
    said = "Standardmalen gjelder." if was_own else "Det var ingen egen mal."
    _echo({"kind": kind, "language": language, "removed": was_own}, [said], shape=shape)


def _twin(
    config: Config | None, file: Path, kind: str, language: str, given: Path | None
) -> bytes | None:
    beside = file.with_name(file.name.replace(f".{language}.", f".{other(language)}."))
    if given is not None:
        return _read(given)
    if beside != file and beside.exists():
        return _read(beside)
    own = None if config is None else OwnTemplates(config.templates)
    return None if own is None else own.twin(kind, language)


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_FILE:
            raise InputRefusedError(f"{file}: is larger than 25 MB")
        return file.read_bytes()
    except OSError as problem:
        _refuse(f"{file}: cannot be read: {problem.strerror}", problem)


def _lines(findings: Findings) -> Iterator[str]:
    for each in findings:
        where = f" [{each.where}]" if each.where else ""
        yield f"{each.severity}: {each.place}{where}"
        yield f"  {each.message}"


def _leave(findings: Findings) -> None:
    if any(each.severity != "note" for each in findings):
        click.get_current_context().exit(FINDINGS)


def _echo(answer: object, lines: Iterator[str] | list[str], *, shape: str) -> None:
    told = "\n".join(lines)
    if shape == "json":
        told = json.dumps(answer, ensure_ascii=False)
    if told:
        click.echo(told)


def _refuse(text: str, problem: BaseException) -> NoReturn:
    raise InputRefusedError(text) from problem
