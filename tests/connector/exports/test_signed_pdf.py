"""A PDF signed by two people with their own certificates, and what spoils it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    serialize_key_and_certificates,
)
from cryptography.x509.oid import NameOID

from connector.exports.pdf import to_pdf
from connector.exports.signed_pdf import PdfSignature, signatures_in, signed_pdf
from connector.refusals import InputRefusedError
from templates_docx.compile import template
from tests.connector.cli.testvik import run

PASSWORD = "hemmelig"


def certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate with its key, as PKCS #12, and beside it as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=30))
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name.split()[0]}.p12"
    protection = BestAvailableEncryption(PASSWORD.encode())
    file.write_bytes(
        serialize_key_and_certificates(name.encode(), key, made, None, protection)
    )
    file.with_suffix(".pem").write_bytes(made.public_bytes(Encoding.PEM))
    return file


def der(file: Path) -> bytes:
    pem = file.with_suffix(".pem").read_bytes()
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signing")


@pytest.fixture(scope="module")
def agreement(folder: Path) -> bytes:
    """A party agreement as PDF."""
    word = folder / "avtale.docx"
    word.write_bytes(template("agreement", "nb").fill({"a_name": "Partsavtale"}))
    (made,) = to_pdf([word], into=folder)
    return made.read_bytes()


@pytest.fixture(scope="module")
def people(folder: Path) -> tuple[Path, Path]:
    return certificate(folder, "Siv Grønlid"), certificate(folder, "Rita Solgløtt")


@pytest.fixture(scope="module")
def signed(agreement: bytes, people: tuple[Path, Path]) -> bytes:
    """The agreement with the signatures of both."""
    data = agreement
    for person in people:
        data = signed_pdf(data, certificate=person, password=PASSWORD, place="Rådhuset")
    return data


def found(data: bytes, people: tuple[Path, ...]) -> tuple[PdfSignature, ...]:
    return signatures_in(data, trusted=[der(person) for person in people])


def test_both_signatures_hold_and_name_their_signers(
    signed: bytes, people: tuple[Path, Path]
) -> None:
    told = found(signed, people)

    assert [one.signer for one in told] == ["Siv Grønlid", "Rita Solgløtt"]
    assert all(one.is_intact and one.is_whole and one.is_trusted for one in told)


def test_signing_only_adds_to_the_file(agreement: bytes, signed: bytes) -> None:
    assert signed.startswith(agreement)


def test_a_signer_who_is_not_trusted_is_told(
    signed: bytes, people: tuple[Path, Path]
) -> None:
    first, second = found(signed, people[:1])

    assert (first.is_trusted, second.is_trusted) == (True, False)


def test_a_changed_byte_breaks_the_signature(
    agreement: bytes, signed: bytes, people: tuple[Path, Path]
) -> None:
    spoiled = bytearray(signed)
    place = agreement.index(b"stream") + 20
    spoiled[place] ^= 1

    assert not any(one.is_intact for one in found(bytes(spoiled), people))


def test_an_unsigned_file_has_none(agreement: bytes) -> None:
    assert signatures_in(agreement) == ()


def test_a_wrong_password_is_refused(
    agreement: bytes, people: tuple[Path, ...]
) -> None:
    with pytest.raises(InputRefusedError, match="wrong password"):
        signed_pdf(agreement, certificate=people[0], password="feil")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"PK\3\4 ikke en pdf"])
def test_what_is_no_pdf_is_refused(data: bytes, people: tuple[Path, ...]) -> None:
    with pytest.raises(InputRefusedError, match="no PDF"):
        signed_pdf(data, certificate=people[0], password=PASSWORD)


def test_the_command_signs_and_tells_who_has_signed(
    agreement: bytes, people: tuple[Path, Path], tmp_path: Path
) -> None:
    plain, out = tmp_path / "a.pdf", tmp_path / "b.pdf"
    plain.write_bytes(agreement)
    arguments = ["--certificate", str(people[0]), "--out", str(out)]
    made = run(tmp_path, "sign", str(plain), *arguments, "--password", PASSWORD)
    trust = ["--trust", str(people[0].with_suffix(".pem"))]
    told = run(tmp_path, "sign", str(out), *trust, "--format", "json")

    assert made.exit_code == 0, made.output
    assert told.exit_code == 0
    (one,) = json.loads(told.stdout)["signatures"]
    assert one["signer"] == "Siv Grønlid"
    assert run(tmp_path, "sign", str(out)).exit_code == 1
    assert run(tmp_path, "sign", str(plain)).exit_code == 1
