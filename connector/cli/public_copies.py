"""`samspor public-copy`: the masked copy of a version, as Word or PDF."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path

import click

from connector.config import Config
from connector.exports.pdf import to_pdf
from connector.installation import open_installation
from connector.library.given_out import enter_given_out, giving_out
from connector.library.public_copies import public_copy
from workflows.base import by_ref
from workflows.development.documents import Version


@click.command("public-copy")
@click.argument("version")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="copy.docx or copy.pdf",
)
@click.pass_obj
def public_copy_command(config: Config, version: str, out: Path) -> None:
    """Write the copy of VERSION, such as O-302@1.0, with what is exempt masked."""
    if out.suffix.casefold() not in {".docx", ".pdf"}:
        raise click.UsageError("--out ends in .docx or .pdf")
    installation = open_installation(config)
    with closing(installation.database):
        with giving_out(installation) as session:
            row = by_ref(session, Version, version)
            data = public_copy(session, row, at=installation.now())
        enter_given_out(installation, [data])
    out.write_bytes(data if out.suffix.casefold() == ".docx" else _pdf(data))
    click.echo(str(out))


def _pdf(data: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="samspor-copy-") as folder:
        word = Path(folder, "kopi.docx")
        word.write_bytes(data)
        return to_pdf([word], into=Path(folder))[0].read_bytes()
