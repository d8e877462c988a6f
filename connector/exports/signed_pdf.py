"""Signatures in PDF files with a person's own certificate (PAdES).

The file is only added to, never written anew, so that a PDF/A stays one and an earlier
signature stays whole. Nothing is fetched: no time stamp, no revocation list; what can
be told without the network is told. Source: ETSI EN 319 142-1 (PAdES), baseline B.
pyHanko is an extra of the project; without it nothing here works and all else does.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from connector.refusals import InputRefusedError, UnavailableError

_EXTRA = 'signing needs pyHanko: run python -m pip install "samspor[sign]"'


@dataclass(frozen=True, kw_only=True)
class PdfSignature:
    """A signature as it was found in a file.

    `is_intact` says that what was signed is unchanged, `is_whole` that nothing was
    added to the file afterwards but further signatures, `is_trusted` that the
    certificate leads to one of the trusted ones.
    """

    field: str
    signer: str
    signed_at: datetime | None
    is_intact: bool
    is_whole: bool
    is_trusted: bool


def signed_pdf(
    data: bytes,
    *,
    certificate: Path,
    password: str | None,
    reason: str = "",
    place: str = "",
) -> bytes:
    """Return the PDF with one more signature, made with a PKCS #12 file.

    Raises:
        InputRefusedError: the certificate cannot be opened, or the file is no PDF.
        UnavailableError: pyHanko is not installed.
    """
    signers, fields = _of("sign.signers"), _of("sign.fields")
    signer = signers.SimpleSigner.load_pkcs12(
        str(certificate), passphrase=password.encode() if password else None
    )
    if signer is None:
        text = "cannot be opened: wrong password, or no PKCS #12 file with a key"
        raise InputRefusedError(f"{certificate}: {text}")
    writer = _opened(data)
    metadata = signers.PdfSignatureMetadata(
        field_name=_free_name(data),
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=reason or None,
        location=place or None,
    )
    made: io.BytesIO = signers.sign_pdf(writer, metadata, signer=signer)
    return made.getvalue()


def signatures_in(
    data: bytes, *, trusted: Iterable[bytes] = ()
) -> tuple[PdfSignature, ...]:
    """Return the signatures of a PDF, oldest first; `trusted` are DER certificates.

    Raises:
        InputRefusedError: the file is no PDF.
        UnavailableError: pyHanko is not installed.
    """
    x509 = import_module("asn1crypto.x509")
    validation = _of("sign.validation")
    context = import_module("pyhanko_certvalidator").ValidationContext(
        trust_roots=[x509.Certificate.load(one) for one in trusted],
        allow_fetching=False,
    )
    return tuple(
        _found(signature, validation.validate_pdf_signature(signature, context))
        for signature in _read(data).embedded_signatures
    )


def _found(signature: Any, status: Any) -> PdfSignature:
    levels = _of("sign.diff_analysis").ModificationLevel
    return PdfSignature(
        field=signature.field_name,
        signer=status.signing_cert.subject.native.get("common_name", ""),
        signed_at=signature.self_reported_timestamp,
        is_intact=bool(status.intact and status.valid),
        is_whole=status.modification_level
        in (levels.NONE, levels.LTA_UPDATES, levels.FORM_FILLING),
        is_trusted=bool(status.trusted),
    )


def _free_name(data: bytes) -> str:
    taken = {one.field_name for one in _read(data).embedded_signatures}
    return f"Underskrift{len(taken) + 1}"


def _opened(data: bytes) -> Any:
    writers = _of("pdf_utils.incremental_writer")
    _read(data)
    return writers.IncrementalPdfFileWriter(io.BytesIO(data))


def _read(data: bytes) -> Any:
    misc = _of("pdf_utils.misc")
    try:
        return _of("pdf_utils.reader").PdfFileReader(io.BytesIO(data))
    except (misc.PdfError, ValueError) as problem:
        raise InputRefusedError("the file is no PDF that can be read") from problem


def _of(name: str) -> ModuleType:
    try:
        return import_module(f"pyhanko.{name}")
    except ModuleNotFoundError as lacking:
        raise UnavailableError(_EXTRA) from lacking
