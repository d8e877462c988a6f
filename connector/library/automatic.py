"""The fields that the system fills: head, change log, signatures, and rows of a report.

Computed from the register at an instant, so that a report keeps showing what was known
when it was submitted. Nobody can write these fields by hand (rule Q-S5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from connector.library.report_rows import report_rows
from workflows.base import by_ref, get
from workflows.clock import norwegian_date
from workflows.development.agreements import Agreement, signatories_of
from workflows.development.documents import (
    Document,
    Version,
    VersionState,
    document_of,
    versions_of,
)
from workflows.development.guest_answers import assurance_behind
from workflows.development.outputs import Output, project_of
from workflows.development.positions import PartyPosition, positions_on
from workflows.development.projects import Project
from workflows.development.signatures import Signature, signatures_on
from workflows.forms.catalogue import form
from workflows.forms.fields import Form
from workflows.people.guests import Assurance
from workflows.people.kinds import PARTIES
from workflows.people.mandates import Mandate, holder_of
from workflows.people.municipalities import Municipality

STATUS = {
    VersionState.DRAFT: "draft",
    VersionState.FROZEN: "on_round",
    VersionState.AGREED: "agreed",
    VersionState.TO_SIGN: "to_sign",
    VersionState.SUBMITTED: "agreed",
    VersionState.SIGNED: "signed",
    VersionState.SUPERSEDED: "superseded",
    VersionState.WITHDRAWN: "superseded",
}
CHANGES = {
    "submitted": {
        "nb": "Levert til alle tre parter",
        "nn": "Levert til alle tre partar",
    },
    "to_sign": {"nb": "Klar til underskrift", "nn": "Klar til underskrift"},
    "agreed": {"nb": "Partene er enige", "nn": "Partane er samde"},
    "first": {"nb": "Første utkast", "nn": "Første utkast"},
    "draft": {"nb": "Nytt utkast", "nn": "Nytt utkast"},
}
# A report is given, and an agreement laid out to be signed: neither is agreed thereby.
ON_PAPER = {"status-report": "submitted", "agreement": "to_sign"}
SIGNED_ON = {
    "paper": {"nb": "Underskrevet på papir", "nn": "Underskrive på papir"},
    "other": {"nb": "Elektronisk signert", "nn": "Elektronisk signert"},
}
ASSURED = {
    Assurance.EMAIL_LINK: {
        "nb": "svarte med e-postlenke, lavt tillitsnivå",
        "nn": "svara med e-postlenkje, lågt tillitsnivå",
    }
}


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One version to be printed, with its document and form, as known at `at`."""

    session: Session
    version: Version
    document: Document
    form: Form
    at: datetime

    @property
    def language(self) -> str:
        """The document's written standard."""
        return self.document.language


def automatic_values(
    session: Session, version: Version, *, at: datetime
) -> dict[str, Any]:
    """Return the values of the fields that the system fills in a version's document."""
    document = document_of(session, version)
    paper = Paper(
        session=session,
        version=version,
        document=document,
        form=form(document.kind),
        at=at,
    )
    found = {**_head(paper), **_of_kind(paper)}
    return {key: value for key, value in found.items() if key in paper.form.by_key}


def _head(paper: Paper) -> dict[str, Any]:
    prefix = paper.form.prefix
    municipality = get_municipality(paper)
    return {
        f"{prefix}municipality": municipality.name,
        f"{prefix}version": paper.version.number,
        f"{prefix}status": _status(paper),
        f"{prefix}language": paper.language,
        f"{prefix}changelog": list(_changelog(paper)),
    }


def get_municipality(paper: Paper) -> Municipality:
    """Return the municipality that the paper belongs to."""
    found = paper.session.get(Municipality, paper.version.municipality_id)
    assert found is not None  # noqa: S101 - the key is a foreign key
    return found


def _of_kind(paper: Paper) -> dict[str, Any]:
    kind = paper.document.kind
    if kind == "mandate":
        return {"m_no": _project(paper).number, "m_accept": list(_accepted(paper))}
    if kind == "agreement":
        return {"a_no": _agreement_number(paper), "a_sign": list(_signed(paper))}
    if kind == "status-report":
        return report_rows(
            paper.session, _project(paper), paper.document.ref, at=paper.at
        )
    return _output(paper)


def _project(paper: Paper) -> Project:
    return by_ref(paper.session, Project, paper.document.project or "")


def _agreement_number(paper: Paper) -> str:
    if paper.document.project is None:
        return paper.document.ref
    return _project(paper).number


def _output(paper: Paper) -> dict[str, Any]:
    output = by_ref(paper.session, Output, paper.document.ref)
    return {
        "o_ref": output.ref,
        "o_project": {"ref": project_of(paper.session, output).ref},
    }


def _changelog(paper: Paper) -> Iterator[dict[str, Any]]:
    for version in versions_of(paper.session, paper.document.ref):
        if version.created_at > paper.at:
            continue
        yield {
            "_id": version.number,
            "versjon": version.number,
            "dato": norwegian_date(version.created_at).isoformat(),
            "endring": CHANGES[_change(paper, version)][paper.language],
            **_joined(paper, version),
        }


def _status(paper: Paper) -> str | None:
    """Return the status in the head; a report is nothing that anybody agrees on."""
    return None if _is_report(paper) else STATUS[paper.version.state]


def _change(paper: Paper, version: Version) -> str:
    if version.number.endswith(".0"):
        return ON_PAPER.get(paper.document.kind, "agreed")
    return "first" if version.number == "0.1" else "draft"


def _is_report(paper: Paper) -> bool:
    return paper.document.kind == "status-report"


def _joined(paper: Paper, version: Version) -> dict[str, str]:
    """Which parties stand behind a version; a report asks nobody to."""
    if _is_report(paper):
        return {}
    behind = {row.party for row in positions_on(paper.session, version.id, at=paper.at)}
    if paper.document.kind == "agreement":
        behind |= {
            get(paper.session, Mandate, row.mandate_id).party or PARTIES[0]
            for row in signatures_on(paper.session, version)
        }
    return {
        f"tilsluttet_{party.value.lower()}": "yes" if party in behind else "no"
        for party in PARTIES
    }


def _accepted(paper: Paper) -> Iterator[dict[str, Any]]:
    for row in positions_on(paper.session, paper.version.id, at=paper.at):
        mandate = get(paper.session, Mandate, row.mandate_id)
        holder = holder_of(paper.session, mandate.id)
        yield _filled(
            _id=row.party.value,
            part=row.party.value,
            organ=mandate.organisation,
            standpunkt=row.position.value,
            merknad=row.dissent,
            navn=holder.name,
            verv=holder.title,
            fullmakt="; ".join(filter(None, (mandate.basis, _how_sure(paper, row)))),
            dato=norwegian_date(row.at).isoformat(),
        )


def _how_sure(paper: Paper, position: PartyPosition) -> str:
    """What a reader must know of a position that nobody signed in to give."""
    sure = assurance_behind(paper.session, position)
    return ASSURED[sure][paper.language] if sure else ""


def _signed(paper: Paper) -> Iterator[dict[str, Any]]:
    agreement = by_ref(paper.session, Agreement, paper.document.ref)
    given = {
        row.signatory_id: row for row in signatures_on(paper.session, paper.version)
    }
    for signatory in signatories_of(paper.session, agreement):
        signature = given.get(signatory.id)
        yield {
            "_id": f"{signatory.party.value}-{signatory.organisation}",
            "part": signatory.party.value,
            "organ": signatory.organisation,
            **(_signature(paper, signature) if signature else {}),
        }


def _signature(paper: Paper, signature: Signature) -> dict[str, Any]:
    """A signature shows who gave it, also after that mandate has ended (INV-18)."""
    mandate = get(paper.session, Mandate, signature.mandate_id)
    holder = holder_of(paper.session, mandate.id)
    how = "paper" if signature.level == "paper" else "other"
    return _filled(
        navn=holder.name,
        verv=holder.title,
        fullmakt=mandate.basis,
        sted=signature.place,
        dato=norwegian_date(signature.at).isoformat(),
        underskrift=SIGNED_ON[how][paper.language],
    )


def _filled(**cells: str | None) -> dict[str, Any]:
    return {key: value for key, value in cells.items() if value}
