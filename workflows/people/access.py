"""Who may do which act: the permission matrix (rettighetsmatrise) as data.

One row an act. An act that is missing here can be done by nobody. Source: the agreed
matrix of objects and roles; the two lines never share a writing role (INV-01, INV-10).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from workflows.errors import NotPermittedError, RuleBrokenError
from workflows.people.hats import Hat
from workflows.people.kinds import DECISION_ROLES, DEVELOPMENT_ROLES, Role

R = Role
SETUP = frozenset({R.SYSADMIN, R.SYSTEM})
PARTY = frozenset({R.PARTY_CONTACT, R.PARTY_MEMBER})
LEADS = frozenset({R.PROJECT_MANAGER})
SECRETARY = frozenset({R.COMMITTEE_SECRETARY})
OFFICER = frozenset({R.CASE_OFFICER, R.CE_OFFICE, R.CHIEF_EXECUTIVE})

PERMITTED: Mapping[str, frozenset[Role]] = {
    # people and set-up
    "municipality.founded": SETUP,
    "title.given": SETUP,
    "programme.registered": SETUP,
    "union.registered": SETUP,
    "logging.discussed": SETUP,
    "person.registered": SETUP,
    # The chief executive's office answers for personal data, who runs the system acts.
    "person.erased": frozenset({R.SYSADMIN, R.CE_OFFICE}),
    "person.restricted": frozenset({R.SYSADMIN, R.CE_OFFICE}),
    "person.released": frozenset({R.SYSADMIN, R.CE_OFFICE}),
    # Which account somebody signs in with.
    "account.linked": SETUP,
    "account.unlinked": SETUP,
    "mandate.given": SETUP,
    "mandate.ended": SETUP,
    "mandate.absent": SETUP | PARTY,
    "mandate.warned": frozenset({R.SYSTEM}),
    "glass.broken": frozenset({R.SYSADMIN}),
    # An auditor looks, and does nothing else.
    "audit.granted": SETUP,
    "audit.looked": frozenset({R.AUDITOR}),
    "guest.invited": LEADS | {R.PARTY_CONTACT},
    "guest.opened": PARTY,
    # Each person's own: how it is told of things, and the address of its calendar.
    "notices.chosen": frozenset(R) - {R.SYSTEM, R.AUDITOR},
    "reporting.announced": SETUP | LEADS,
    "record.key_begun": frozenset({R.SYSTEM}),
    "record.restored": frozenset({R.SYSADMIN}),
    "documents.delivered": frozenset({R.SYSTEM}),
    # Templates are files beside the record: who changes them, but nothing else.
    "template.changed": frozenset({R.SYSADMIN, R.PROJECT_MANAGER}),
    # Where the files lie and who has them is beside the record too.
    "library.kept": frozenset({R.SYSADMIN, R.PROJECT_MANAGER, R.RECORDS_MANAGER}),
    # Work in the background follows acts, and is none itself.
    "job.retried": frozenset({R.SYSADMIN}),
    "job.dropped": frozenset({R.SYSADMIN}),
    # the development line
    "project.proposed": PARTY | LEADS | {R.SAFETY_REP},
    "project.member_named": LEADS,
    "project.paused": LEADS,
    "project.resumed": LEADS,
    "project.closing": LEADS,
    "project.closed": LEADS,
    "project.stopped": LEADS,
    "document.opened": LEADS,
    "version.drafted": LEADS,
    "version.written": LEADS | PARTY,
    "consent.kept": frozenset({R.PARTY_CONTACT}),
    "round.planned": LEADS,
    "round.short_consented": frozenset({R.PARTY_CONTACT}),
    "round.opened": LEADS,
    "round.read": PARTY | LEADS | {R.SAFETY_REP},
    "round.extended": frozenset({R.PARTY_CONTACT}),
    "round.answered": PARTY | {R.SAFETY_REP},
    "round.deviated": PARTY,
    "room.used": PARTY,
    "round.close_asked": frozenset({R.PARTY_CONTACT}),
    "round.closed": frozenset({R.SYSTEM}),
    "round.cancelled": LEADS,
    "round.change_agreed": frozenset({R.PARTY_CONTACT}),
    "round.overridden": LEADS,
    "round.received_late": PARTY | LEADS,
    "round.summarised": LEADS,
    "remark.assessed": LEADS,
    "hearing.planned": LEADS,
    "hearing.opened": LEADS,
    "hearing.extended": LEADS,
    "hearing.cancelled": LEADS,
    # The web page takes answers from people whom nobody knows.
    "hearing.answered": LEADS | {R.SYSTEM},
    "hearing.attributed": LEADS,
    "hearing.closed": frozenset({R.SYSTEM}),
    "hearing.summarised": LEADS,
    "assessment.opened": LEADS,
    "assessment.answered": PARTY,
    "assessment.closed": frozenset({R.SYSTEM}),
    # The elected are no party in drøfting: the act itself looks at the hat's party.
    "consultation.needed": PARTY | OFFICER,
    "consultation.called": PARTY,
    "consultation.viewed": PARTY,
    "consultation.held": PARTY,
    "consultation.signed": PARTY,
    "forum.called": LEADS,
    "forum.held": LEADS,
    "forum.minuted": LEADS,
    "agreement.drafted": LEADS,
    "agreement.ready": LEADS,
    "agreement.signed": PARTY,
    "agreement.amending": LEADS,
    "agreement.notice_given": frozenset({R.PARTY_CONTACT}),
    "agreement.terminated": frozenset({R.SYSTEM}),
    "agreement.expired": frozenset({R.SYSTEM}),
    "output.planned": LEADS,
    "output.started": LEADS,
    "output.handed_over": LEADS,
    "output.dropped": LEADS,
    "report.begun": LEADS,
    "report.submitted": LEADS,
    # the decision line
    "body.registered": SETUP,
    "body.member_elected": SETUP | SECRETARY,
    "case.registered": OFFICER,
    "case.prepared": OFFICER,
    "case.drafted": OFFICER,
    "case.published": OFFICER,
    "case.ready": frozenset({R.CHIEF_EXECUTIVE}),
    "case.on_agenda": SECRETARY | {R.BODY_LEADER},
    "case.treated": SECRETARY,
    "case.closed": OFFICER | SECRETARY,
    "meeting.scheduled": SECRETARY | {R.BODY_LEADER},
    "decision.corrected": SECRETARY,
    "decision.justified": OFFICER,
    "treatment.corrected": SECRETARY,
    "followup.assigned": OFFICER | SECRETARY,
    "followup.reported": OFFICER | SECRETARY,
    "followup.extended": OFFICER | SECRETARY,
    "followup.delayed": frozenset({R.SYSTEM}),
    "followup.noted": SECRETARY,
    "review.set": OFFICER | SECRETARY,
    "review.held": OFFICER | SECRETARY,
    "review.due": frozenset({R.SYSTEM}),
    # other municipalities of a programme
    "foreign.taken_in": LEADS | {R.SYSTEM},
    "foreign.cited": LEADS,
    # where the lines meet
    "output.received": OFFICER,
    "output.not_used": OFFICER,
    "output.used": OFFICER,
    "outcome.proposed": OFFICER,
    "outcome.recorded": SECRETARY,
    # Nothing becomes more open, or less, by a proposal.
    "access.proposed": LEADS | OFFICER,
    "access.decided": frozenset({R.RECORDS_MANAGER}),
    "access.masked": frozenset({R.RECORDS_MANAGER}),
    "access.unmasked": frozenset({R.RECORDS_MANAGER}),
    "access.copied": frozenset({R.RECORDS_MANAGER}),
    "access.opened": frozenset({R.SYSTEM}),
    "archive.ordered": frozenset({R.RECORDS_MANAGER}),
    "request.registered": frozenset({R.RECORDS_MANAGER}),
    "request.answered": frozenset({R.RECORDS_MANAGER}),
    "request.forgotten": frozenset({R.RECORDS_MANAGER}),
    # The parties' own words beside what was decided: they change nothing of it.
    "comment.outcome": frozenset({R.PARTY_CONTACT}),
    "comment.followup": frozenset({R.PARTY_CONTACT}),
    "link.judged": frozenset({R.CHIEF_EXECUTIVE, R.CE_OFFICE}),
    "decisions.imported": SECRETARY,
}

RULE_OF_LINE = {
    "development": "INV-01: the decision line is never changed by a development role",
    "decision": "INV-10: the decision line never edits the development line",
    "neither": "the permission matrix",
}


def permit(by: Hat, act: str, *, at: datetime, project: str | None = None) -> None:
    """Raise unless this hat may do `act` now.

    `project` is the reference of the project that the act concerns: a hat given for one
    project is of no use in another. Raises `NotPermittedError`, or `RuleBrokenError`
    (INV-07) when the mandate behind the hat does not hold that day.
    """
    if by.role not in PERMITTED[act]:
        raise NotPermittedError(by.role.value, act, rule=_rule(by.role))
    by.require_valid(at)
    if by.project and project and by.project != project:
        raise RuleBrokenError(
            f"{by.person_ref} is {by.role} of {by.project}, not of {project}",
            rule="the permission matrix",
        )


def _rule(role: Role) -> str:
    if role in DEVELOPMENT_ROLES:
        return RULE_OF_LINE["development"]
    return RULE_OF_LINE["decision" if role in DECISION_ROLES else "neither"]
