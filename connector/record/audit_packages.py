"""What an auditor takes out: an extract as JSON and CSV, with proofs, as one zip.

It is checked as other packages are, with `verify.py` in it or `samspor record verify`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from connector.exports.sheets import csv_text
from connector.record.packages import CASE, as_json, entry_files, sealed_package
from connector.record.sealing import open_size
from connector.refusals import InputRefusedError
from workflows.record.checkpoints import newest_checkpoint
from workflows.record.entries import Entry
from workflows.record.leaves import instant
from workflows.trace.audit_extracts import AuditExtract, extract_of
from workflows.trace.audits import AuditEngagement

Rows = Sequence[dict[str, Any]]
SHEETS = {
    "innslag.csv": ("seq", "at", "type", "subject", "refs", "role", "party"),
    "vedtak.csv": ("case", "body", "number", "decided_on", "final", "item", "text"),
    "lenker.csv": ("source", "kind", "target"),
    "tilgang.csv": ("round", "party", "made_available_at", "gap_minutes"),
}


def audit_package(
    session: Session,
    engagement: AuditEngagement,
    *,
    first: date,
    last: date,
    key: Ed25519PrivateKey,
    at: datetime,
) -> bytes:
    """Return the extract of a period as a zip; the same record gives the same bytes.

    Raises:
        InvalidValueError: the days are not within the engagement's period.
        InputRefusedError: nothing in the record is signed yet.
    """
    newest = newest_checkpoint(session, open_size=open_size(session))
    if newest is None:
        raise InputRefusedError("nothing in the record is signed yet")
    extract = extract_of(session, engagement, first=first, last=last, at=at)
    signed = [entry for entry in extract.entries if entry.seq < newest.size]
    rows = _rows(extract, signed)
    members = {
        **entry_files(session, signed, size=newest.size),
        CASE: as_json(_register(extract, rows, at=at)),
        **{name: _csv(columns, rows[name]) for name, columns in SHEETS.items()},
    }
    return sealed_package(session, engagement.ref, members, newest, key=key, at=at)


def _rows(extract: AuditExtract, entries: Sequence[Entry]) -> dict[str, Rows]:
    links = [
        {"source": edge.source, "kind": edge.kind, "target": edge.target}
        for edge in extract.edges
    ]
    return {
        "innslag.csv": [_told(entry) for entry in entries],
        "vedtak.csv": extract.decisions,
        "lenker.csv": links,
        "tilgang.csv": extract.parity,
    }


def _register(
    extract: AuditExtract, rows: dict[str, Rows], *, at: datetime
) -> dict[str, Any]:
    engagement = extract.engagement
    return {
        "about": engagement.ref,
        "scope": engagement.scope,
        "from": extract.first.isoformat(),
        "to": extract.last.isoformat(),
        "at": instant(at),
        "personal": {"innslag": ["open.by"]},
        "things": [
            {"ref": node.ref, "kind": node.kind, "state": node.state}
            for node in extract.nodes
        ],
        **{name.removesuffix(".csv"): list(found) for name, found in rows.items()},
    }


def _told(entry: Entry) -> dict[str, Any]:
    """An entry on one line: the role, and never the person."""
    return {
        "seq": entry.seq,
        "at": instant(entry.at),
        "type": entry.type,
        "subject": entry.subject,
        "refs": entry.refs,
        "role": entry.by["role"],
        "party": entry.by["party"],
    }


def _csv(columns: Sequence[str], rows: Rows) -> bytes:
    return csv_text(columns, rows).encode("utf-8-sig")
