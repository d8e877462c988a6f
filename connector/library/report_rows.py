"""The rows of a status report that come from the register: nobody types them (Q-S5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.pictures.states import STATE_WORDS
from connector.pictures.words import Language
from workflows.base import all_of, by_ref, points_at, tenant
from workflows.clock import norwegian_date, oslo
from workflows.decision.minutes import treatments_of
from workflows.development.answers import counted_answers
from workflows.development.documents import Document, Version
from workflows.development.forums import ForumMeeting, ForumState, attendance
from workflows.development.outputs import Output, outputs_of
from workflows.development.parity import access_to
from workflows.development.projects import Project
from workflows.development.reports import StatusReport
from workflows.development.rounds import Round
from workflows.development.seals import is_sealed
from workflows.people.kinds import PARTIES, Party
from workflows.people.municipalities import ReportingDay
from workflows.record.entries import fold
from workflows.trace.outcomes import outcomes, output_states, summary
from workflows.trace.status_only import exempt_cases
from workflows.trace.uses import handovers, uses

UNKNOWN = {"nb": "ukjent", "nn": "ukjent"}
SEALED = {"nb": "forseglet til fristen", "nn": "forsegla til fristen"}
CHIEF = {"nb": "Kommunedirektøren", "nn": "Kommunedirektøren"}


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a report looks back on: its project, as known at `at`.

    `day` bounds the period of the report; without one it is all that has been.
    """

    session: Session
    project: Project
    language: Language
    at: datetime
    day: ReportingDay | None = None

    def word(self, kind: str, state: str) -> str:
        """Return a state's word in the report's language."""
        return STATE_WORDS[kind][state.upper()].words.of(self.language)

    def within(self, instant: datetime) -> bool:
        """Tell whether an instant lies in the period of the report."""
        if self.day is None:
            return instant <= self.at
        return self.day.period_from <= norwegian_date(instant) <= self.day.period_to


def report_rows(
    session: Session, project: Project, report: str, *, at: datetime
) -> dict[str, Any]:
    """Return the automatic fields of a report, from facts known at `at`."""
    row = by_ref(session, StatusReport, report)
    day = next(d for d in all_of(session, ReportingDay) if d.due_on == row.due_on)
    look = Look(
        session=session,
        project=project,
        day=day,
        language="nn" if project.language == "nn" else "nb",
        at=at,
    )
    return {
        "s_no": str(row.number),
        "s_project_no": project.number,
        "s_outputs": list(output_rows(look)),
        "s_access": list(_access(look)),
        "s_attend": list(_attendance(look)),
        "s_decline": list(case_rows(look)),
    }


def output_rows(look: Look) -> Iterator[dict[str, Any]]:
    """Yield each output of the project, where it went and how that ended."""
    exempt = exempt_cases(look.session)
    mine = outputs_of(look.session, look.project)
    refs = [output.ref for output in mine]
    states = output_states(look.session, outputs=refs, at=look.at, without=exempt.cases)
    handed = handovers(look.session, outputs=refs, at=look.at)
    given = {output.ref: row for row, output in handed}
    for output in mine:
        if output.ref not in states:
            continue
        handover = given.get(output.ref)
        yield _filled(
            _id=output.ref,
            leveranse=f"{output.ref} {output.title}",
            status=look.word("output", states[output.ref]),
            dato=_known_day(look, output),
            overlevert_til=CHIEF[look.language] if handover else None,
            brukt_i_sak=", ".join(_cases_with(look, output.ref)),
            utfall=_final_word(look, output.ref),
        )


def _known_day(look: Look, output: Output) -> str | None:
    day = output.delivered_on
    if day is None or day > norwegian_date(look.at):
        return None
    return day.isoformat()


def _cases_with(look: Look, output: str) -> list[str]:
    """A report may be published, and tells nothing of an exempt case."""
    exempt = exempt_cases(look.session)
    found = uses(look.session, outputs=[output], at=look.at)
    cases = dict.fromkeys(use.case for use in found)
    return [case for case in cases if case not in exempt]


def _final_word(look: Look, output: str) -> str | None:
    exempt = exempt_cases(look.session)
    said = [
        row.code
        for row in outcomes(look.session, outputs=[output], at=look.at)
        if row.case not in exempt
    ]
    final = summary(said)
    return look.word("outcome", final.value) if final else None


def _access(look: Look) -> Iterator[dict[str, Any]]:
    for review, title in _rounds(look):
        made = review.made_available_at
        if made is None or made > look.at:
            continue
        opened = {
            access.party: access.first_opened_at
            for access in access_to(look.session, review.id)
            if not is_sealed(review, at=look.at)
        }
        yield {
            "_id": review.ref,
            "runde": f"{review.ref} {title}",
            "sendt": _moment(made),
            **{
                f"aapnet_{party.value.lower()}": _opening(look, opened.get(party))
                for party in PARTIES
            },
            "svar_innen_frist": _answered(look, review),
        }


def _rounds(look: Look) -> Sequence[tuple[Round, str]]:
    """Return the rounds on texts of the project, each with the title of its text."""
    query = (
        select(Round, Document.title)
        .join(Version, points_at(Round.version_id, Version))
        .join(Document, points_at(Version.document_id, Document))
        .where(Round.municipality_id == tenant(look.session))
        .where(Document.project == look.project.ref)
        .order_by(Round.ref)
    )
    return [(row, title) for row, title in look.session.execute(query)]


def _opening(look: Look, instant: datetime | None) -> str:
    """An opening that the product did not see is unknown, never «not opened»."""
    if instant is None or instant > look.at:
        return UNKNOWN[look.language]
    return _moment(instant)


def _answered(look: Look, review: Round) -> str:
    if is_sealed(review, at=look.at):
        return SEALED[look.language]
    answers = counted_answers(look.session, review, at=look.at)
    said = {each.view.party for each in answers}
    return ", ".join(party.value for party in PARTIES if party in said) or "–"


def _attendance(look: Look) -> Iterator[dict[str, Any]]:
    meetings = all_of(look.session, ForumMeeting, ForumMeeting.starts_at)
    refs = [meeting.ref for meeting in meetings]
    states = fold(look.session, at=look.at, refs=refs)
    for meeting in meetings:
        is_held = states.get(meeting.ref) == ForumState.HELD
        if not is_held or not look.within(meeting.starts_at):
            continue
        present = attendance(look.session, meeting)
        yield {
            "_id": meeting.ref,
            "moete": f"Forum {meeting.number}",
            "dato": norwegian_date(meeting.starts_at).isoformat(),
            **{party.value: present[party] for party in Party},
        }


def case_rows(look: Look) -> Iterator[dict[str, Any]]:
    """Yield each treatment of the cases that used an output of the project."""
    mine = [output.ref for output in outputs_of(look.session, look.project)]
    cases = {use.case for use in uses(look.session, outputs=mine, at=look.at)}
    cases -= exempt_cases(look.session).cases
    known = fold(look.session, at=look.at, refs=cases)
    for row in treatments_of(look.session, cases=cases, at=look.at):
        if row.case in known:
            yield {
                "_id": row.ref,
                "sak": f"{row.case} {row.number or ''}".strip(),
                "organ": row.body,
                "dato": row.treated_on.isoformat(),
                "status": look.word("treatment", row.result.value),
            }


def _moment(instant: datetime) -> str:
    return f"{oslo(instant):%d.%m.%Y kl. %H.%M}"


def _filled(**cells: str | None) -> dict[str, Any]:
    return {key: value for key, value in cells.items() if value}
