"""`samspor document` and `samspor basis`: Word documents that the register writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from connector.cli.documents import values_from, write_file
from connector.cli.questions import AT
from connector.config import Config
from connector.installation import open_installation
from connector.library.given_out import enter_given_out, giving_out
from connector.library.made import MADE, filled, language_for, made, values_of
from connector.pictures.words import LANGUAGES, Language
from connector.record.proofs import proof_of
from connector.refusals import InputRefusedError
from templates_docx.errors import RefusedFileError, TemplateError
from templates_docx.guard import MAX_FILE
from templates_docx.refusals import worded
from templates_docx.sections import KIND, into
from workflows.forms.catalogue import form
from workflows.forms.fields import Writer

OF_PEOPLE = Writer.CASE_OFFICER, Writer.CHIEF_EXECUTIVE

_file = click.Path(dir_okay=False, path_type=Path)
_out = click.option("--out", type=_file, required=True, help="Word-filen som lages.")
_language = click.option(
    "--lang", type=click.Choice(LANGUAGES), help="Uten dette: målformen til saken."
)


@click.command("document")
@click.argument("kind", metavar="KIND", type=click.Choice(list(MADE)))
@click.argument("ref", metavar="REF")
@AT
@_language
@_out
@click.pass_obj
def document_command(
    config: Config,
    kind: str,
    ref: str,
    at: datetime | None,
    lang: Language | None,
    out: Path,
) -> None:
    """Make a document of KIND about REF from the register.

    KIND is handover-note (REF an output), basis (a case), meeting-minutes (a forum
    meeting), final-report (a project) or decision-follow-up (a body, or «all»).
    """
    installation = open_installation(config)
    with giving_out(installation) as session:
        moment = at or installation.now()
        delivery = made(session, kind, ref, at=moment, language=lang)
    enter_given_out(installation, [delivery.data])
    _put(out, delivery.data)


@click.command("basis")
@click.argument("case", metavar="CASE")
@click.option("--into", "casefile", type=_file, help="Kommunens eget saksframlegg.")
@click.option("--values", "own", type=_file, help="Det saksbehandleren har skrevet.")
@AT
@_language
@_out
@click.pass_obj
def basis_command(
    config: Config,
    case: str,
    casefile: Path | None,
    own: Path | None,
    at: datetime | None,
    lang: Language | None,
    out: Path,
) -> None:
    """Make the section «Grunnlag fra utviklingslinja» of a CASE.

    Alone, or set into the municipality's own case report at its marked place. What
    people filled in there before stays.
    """
    written_by_people = _of_people(own) if own else {}
    installation = open_installation(config)
    with giving_out(installation) as session:
        moment = at or installation.now()
        language = lang or language_for(session, KIND, case)
        values = values_of(session, KIND, case, language=language, at=moment)
        proof = proof_of(session, case, language=language)
    values |= written_by_people
    at_hand = _content(casefile) if casefile else None
    with _refusals(casefile or own, language):
        data = (
            into(at_hand, values, language=language)
            if at_hand is not None
            else filled(KIND, case, values, language=language, at=moment, proof=proof)
        )
    enter_given_out(installation, [data])
    _put(out, data)


@contextmanager
def _refusals(source: Path | None, language: str) -> Iterator[None]:
    """Tell what is wrong with a file in the language of the section."""
    try:
        yield
    except RefusedFileError as problem:
        text = f"{source}: {worded(problem, language=language)}"
        raise InputRefusedError(text) from None
    except TemplateError as problem:
        raise InputRefusedError(f"{source}: {problem}") from None


def _of_people(source: Path) -> dict[str, Any]:
    """Only what people write may be given; the rest is the register's."""
    values = values_from(source)
    own = {field.key for field in form(KIND).fields if field.writer in OF_PEOPLE}
    for key in values.keys() - own:
        allowed = ", ".join(sorted(own))
        raise InputRefusedError(
            f"{source}: {key} is not written by hand; {allowed} are"
        )
    return values


def _content(source: Path) -> bytes:
    try:
        if source.stat().st_size > MAX_FILE:
            raise InputRefusedError(f"{source}: is larger than 25 MB")
        return source.read_bytes()
    except OSError as problem:
        text = f"{source}: cannot be read: {problem.strerror}"
        raise InputRefusedError(text) from problem


def _put(out: Path, data: bytes) -> None:
    write_file(out, data)
    click.echo(f"{out}  {len(data)} bytes")
