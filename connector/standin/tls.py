"""A certificate authority of the stand-in's own, and a certificate for localhost."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme

NAMES = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Certificates:
    """The files: `ca` is what a client must trust, `server` is key and certificate."""

    ca: Path
    server: Path


def certificates(folder: Path) -> Certificates:
    """Return the certificates in a folder, made the first time."""
    found = Certificates(ca=folder / "ca.pem", server=folder / "server.pem")
    if not found.server.exists():
        folder.mkdir(parents=True, exist_ok=True)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(found.ca))
        made = authority.issue_cert(*NAMES)
        found.server.touch(mode=0o600)
        made.private_key_and_cert_chain_pem.write_to_path(str(found.server))
    return found


def server_context(found: Certificates) -> ssl.SSLContext:
    """Return what the server speaks TLS with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(found.server)
    return context
