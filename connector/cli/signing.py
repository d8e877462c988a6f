"""`samspor sign`: a person's signature in a PDF, and what signatures a PDF has."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from connector.exports.signed_pdf import PdfSignature, signatures_in, signed_pdf
from connector.refusals import InputRefusedError

DOUBTS = 1
_file = click.Path(dir_okay=False, path_type=Path)


@click.command("sign")
@click.argument("file", type=_file)
@click.option("--certificate", type=_file, help="A PKCS #12 file with your key.")
@click.option("--password", envvar="SAMSPOR_SIGN_PASSWORD", help="Of the certificate.")
@click.option("--out", type=_file, help="Where the signed PDF goes.")
@click.option("--reason", default="", help="Why you sign, as it stands in the file.")
@click.option("--place", default="", help="Where you sign.")
@click.option("--trust", type=_file, multiple=True, help="A certificate to trust, PEM.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="For people, or for programs.",
)
def sign_command(
    file: Path,
    certificate: Path | None,
    password: str | None,
    out: Path | None,
    reason: str,
    place: str,
    trust: tuple[Path, ...],
    shape: str,
) -> None:
    """Sign a PDF (PAdES), or without --certificate tell who has signed it.

    Status 1 tells that a signature is broken, not trusted, or that there is none.
    """
    data = _read(file)
    if certificate is not None:
        if out is None:
            raise click.UsageError("--certificate needs --out")
        data = signed_pdf(
            data,
            certificate=_existing(certificate),
            password=password,
            reason=reason,
            place=place,
        )
        out.write_bytes(data)
    found = signatures_in(data, trusted=[_trusted(one) for one in trust])
    click.echo(_json(found) if shape == "json" else _lines(found))
    if certificate is None:
        click.get_current_context().exit(0 if _is_sound(found) else DOUBTS)


def _is_sound(found: tuple[PdfSignature, ...]) -> bool:
    return bool(found) and all(
        one.is_intact and one.is_whole and one.is_trusted for one in found
    )


def _json(found: tuple[PdfSignature, ...]) -> str:
    told = {"signatures": [asdict(one) for one in found]}
    return json.dumps(told, ensure_ascii=False, default=str)


def _lines(found: tuple[PdfSignature, ...]) -> str:
    return "\n".join(map(_line, found)) or "no signatures"


def _line(one: PdfSignature) -> str:
    states = [
        "unchanged" if one.is_intact else "CHANGED",
        "nothing added" if one.is_whole else "ADDED TO AFTERWARDS",
        "trusted" if one.is_trusted else "not trusted",
    ]
    return f"{one.field}: {one.signer}, {one.signed_at or '–'}: {', '.join(states)}"


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        text = f"{file}: cannot be read: {problem.strerror}"
        raise InputRefusedError(text) from problem


def _existing(file: Path) -> Path:
    _read(file)
    return file


def _trusted(file: Path) -> bytes:
    try:
        certificate = x509.load_pem_x509_certificate(_read(file))
    except ValueError as problem:
        raise InputRefusedError(f"{file}: is no certificate in PEM") from problem
    return certificate.public_bytes(Encoding.DER)
