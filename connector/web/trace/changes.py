"""What was changed between an output and a case since it was used, and who has looked.

The old and the new text stand word by word; the chief executive's office says whether
the change makes a difference to the decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apiflask import APIBlueprint
from flask import render_template, url_for

from connector.web.decision.cases import readable_case
from connector.web.forms import Submitted
from connector.web.guards import Done, acts, reads
from connector.web.people.rights import hidden_from, reads_version
from connector.web.visits import Visit
from workflows.base import all_of, by_ref
from workflows.development.documents import Version, document_of
from workflows.development.outputs import Output
from workflows.errors import NotFoundError
from workflows.forms.catalogue import form as form_of
from workflows.forms.wording import Change, Stretch, section_words, word_diff
from workflows.people.mandates import Mandate
from workflows.people.persons import Person
from workflows.people.reading import Matter
from workflows.record.judgements import Judgement, Verdict, judgements_of
from workflows.trace.acknowledgements import acknowledge_change
from workflows.trace.basis import BasisLink, basis_links, days_open
from workflows.trace.coverage import now_called
from workflows.trace.impact import impact_of
from workflows.trace.link_states import OPEN

pages = APIBlueprint("changes", __name__, enable_openapi=False)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section whose words have changed."""

    label: str
    stretches: tuple[Stretch, ...]


@pages.get("/leveranser/<ref>/endret/<case>")
@reads(Matter.MISSING)
def change(visit: Visit, ref: str, case: str) -> str:
    """Show what has changed between an output and a case."""
    return show(visit, ref=ref, case=case)


def show(visit: Visit, *, ref: str, case: str, form: Submitted | None = None) -> str:
    """Return the page, with the form for those who may say what it means."""
    folder = readable_case(visit, case)
    links = _links(visit, ref, case)
    waiting = [link for link in links if link.state in OPEN]
    link = waiting[0] if waiting else links[0]
    return render_template(
        "trace/change.html",
        output=by_ref(visit.session, Output, ref),
        case=folder,
        link=link,
        links=links,
        now=now_called(link),
        days=days_open(link, on=visit.today),
        sections=_sections(visit, link),
        told=_told(visit, links),
        may_say=bool(waiting) and visit.may("link.judged"),
        verdicts=(Verdict.NO_EFFECT, Verdict.INVALID),
        form=form or Submitted(),
    )


@pages.post("/leveranser/<ref>/endret/<case>")
@acts("link.judged", again=show)
def say(visit: Visit, form: Submitted, ref: str, case: str) -> Done:
    """Say whether the change makes a difference to the decision, and why."""
    verdict = form.choice("verdict", Verdict)
    reason = form.text("reason", needed=True)
    form.require_sound()
    readable_case(visit, case)
    acknowledge_change(
        visit.session,
        output=ref,
        case=case,
        reason=reason,
        verdict=verdict or Verdict.NO_EFFECT,
        by=visit.by,
        at=visit.at,
    )
    where = url_for("changes.change", ref=ref, case=case)
    return Done(where, visit.say("change.done", output=ref, case=case))


@pages.get("/leveranser/<ref>/folger")
@reads(Matter.MISSING)
def impact(visit: Visit, ref: str) -> str:
    """Show everything that rests on an output, and who looks at it again."""
    return render_template(
        "trace/impact.html",
        output=by_ref(visit.session, Output, ref),
        rows=impact_of(visit.session, ref, at=visit.at, hidden=hidden_from(visit)),
    )


def _links(visit: Visit, ref: str, case: str) -> list[BasisLink]:
    found = [
        link
        for link in basis_links(visit.session, cases=[case], at=visit.at)
        if link.output == ref
    ]
    if not found:
        raise NotFoundError("link", f"{ref} {case}")
    return found


def _sections(visit: Visit, link: BasisLink) -> list[Section] | None:
    """What differs, word by word; None where one of the texts is not the visitor's."""
    if link.now is None:
        return None
    old = by_ref(visit.session, Version, f"{link.output}@{link.version}")
    new = by_ref(visit.session, Version, f"{link.now.output}@{link.now.version}")
    if not (_reads(visit, old) and _reads(visit, new)):
        return None
    return [each for each in _differing(visit, old, new) if _differs(each.stretches)]


def _reads(visit: Visit, version: Version) -> bool:
    return reads_version(visit, version, document_of(visit.session, version))


def _differing(visit: Visit, old: Version, new: Version) -> list[Section]:
    language = document_of(visit.session, old).language
    kind = form_of("output")
    return [
        Section(
            label=section.label.in_(language),
            stretches=word_diff(
                section_words(kind, section.key, old.values, language),
                section_words(kind, section.key, new.values, language),
            ),
        )
        for section in kind.sections
    ]


def _differs(stretches: Sequence[Stretch]) -> bool:
    return any(each.change is not Change.SAME for each in stretches)


def _told(visit: Visit, links: Sequence[BasisLink]) -> list[dict[str, Any]]:
    """Every verdict given by somebody who looked again, the oldest first."""
    people = {person.id: person.name for person in all_of(visit.session, Person)}
    names = {row.id: people[row.person_id] for row in all_of(visit.session, Mandate)}
    found = judgements_of(visit.session, [link.name for link in links])
    rows: dict[int, Judgement] = {
        row.entry: row for told in found.values() for row in told if row.reason
    }
    return [
        {"row": row, "name": names[row.mandate_id]} for _, row in sorted(rows.items())
    ]
