"""Consent by section and party, and what has changed since a party consented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.forms import Submitted
from connector.web.guards import Done, acts, reads
from connector.web.visits import Visit
from workflows.base import by_ref
from workflows.development.consents import (
    Consent,
    accept_change,
    changed_words,
    consents_to,
)
from workflows.development.documents import Document, latest
from workflows.errors import NotFoundError
from workflows.forms.catalogue import form as form_of
from workflows.forms.fields import Section
from workflows.forms.wording import Stretch
from workflows.people.kinds import PARTIES, Party
from workflows.people.notices import NoticeKind, told_about
from workflows.people.reading import Matter
from workflows.record.judgements import SUSPECT, Validity

pages = APIBlueprint("consents", __name__, enable_openapi=False)


@dataclass(frozen=True, kw_only=True)
class Stand:
    """How one party stands to one section, as a code with words of its own."""

    party: Party
    code: str
    kept: str | None = None


@dataclass(frozen=True, kw_only=True)
class SectionStands:
    """One section with the three parties; `changes` since the visitor's own party."""

    key: str
    label: str
    stands: tuple[Stand, ...]
    changes: tuple[Stretch, ...] = ()
    may_keep: bool = False


@pages.get("/dokumenter/<ref>/samtykke")
@reads(Matter.ROUND)
def consents(visit: Visit, ref: str) -> str:
    """Show how each consent to a document stands today."""
    return show(visit, ref=ref)


def show(
    visit: Visit,
    *,
    ref: str,
    section: str = "",  # noqa: ARG001 - the form's own section, whose faults it names
    form: Submitted | None = None,
) -> str:
    """Return the page of the consents to a document."""
    paper = by_ref(visit.session, Document, ref)
    return render_template(
        "development/consents.html",
        paper=paper,
        version=latest(visit.session, ref),
        sections=_sections(visit, paper),
        form=form or Submitted(),
    )


@pages.post("/dokumenter/<ref>/samtykke/<section>")
@acts("consent.kept", again=show)
def keep(visit: Visit, form: Submitted, ref: str, section: str) -> Done:
    """Let the consent of one's own party stand for the newest wording of a section."""
    reason = form.text(f"reason-{section}", needed=True)
    form.require_sound()
    if section not in _keys(visit, ref):
        raise NotFoundError("section", section)
    accept_change(
        visit.session,
        document=ref,
        section=section,
        reason=reason,
        by=visit.by,
        at=visit.at,
    )
    return Done(url_for("consents.consents", ref=ref), visit.say("consent.is_kept"))


def fallen(visit: Visit, party: Party) -> list[tuple[Document, list[str]]]:
    """Return the documents where a party's consent has fallen, with the sections.

    A consent never falls without a notice; where none was given there is none to find.
    """
    found = []
    for ref in sorted(told_about(visit.session, NoticeKind.CONSENT_FALLEN)):
        paper = by_ref(visit.session, Document, ref)
        keys = {
            one.section
            for one in consents_to(visit.session, paper.ref)
            if one.party is party and one.validity in SUSPECT
        }
        labels = [section.label for section in _form(paper) if section.key in keys]
        if labels:
            found.append((paper, [label.in_(paper.language) for label in labels]))
    return found


def _form(paper: Document) -> Sequence[Section]:
    return form_of(paper.kind).sections


def _keys(visit: Visit, ref: str) -> set[str]:
    paper = by_ref(visit.session, Document, ref)
    return {section.key for section in _form(paper)}


def _sections(visit: Visit, paper: Document) -> list[SectionStands]:
    told = {
        (one.section, one.party): one for one in consents_to(visit.session, paper.ref)
    }
    return [_section(visit, paper, section, told) for section in _form(paper)]


def _section(
    visit: Visit,
    paper: Document,
    section: Section,
    told: Mapping[tuple[str, Party], Consent],
) -> SectionStands:
    own = visit.hat.party if visit.hat else None
    mine = told.get((section.key, own)) if own else None
    has_changed = own is not None and mine is not None and mine.validity in SUSPECT
    changes: tuple[Stretch, ...] = ()
    if own is not None and has_changed:
        changes = changed_words(visit.session, paper.ref, section.key, own)
    return SectionStands(
        key=section.key,
        label=section.label.in_(paper.language),
        stands=tuple(
            _stand(party, told.get((section.key, party)), is_own=party is own)
            for party in PARTIES
        ),
        changes=changes,
        may_keep=bool(changes and mine and mine.agreed and visit.may("consent.kept")),
    )


def _stand(party: Party, consent: Consent | None, *, is_own: bool) -> Stand:
    if consent is None or consent.validity is Validity.UNJUDGED:
        return Stand(party=party, code="silent")
    if consent.validity in SUSPECT:
        return Stand(party=party, code="own_changed" if is_own else "changed")
    if consent.validity is Validity.INVALID:
        return Stand(party=party, code="disagrees")
    return Stand(party=party, code="holds", kept=consent.kept)
