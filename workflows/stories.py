"""A story: dated acts, played through the domain in order, as users would do them.

Demo, migration and tests are stories. Between two steps, deadlines that pass are swept
as they would be in life. A refused step stops the story with its number and reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows import consultations
from workflows.decision import (
    bodies,
    cases,
    decisions,
    followups,
    meetings,
    result_corrections,
    reviews,
    treatments,
)
from workflows.development import (
    agreements,
    answers,
    assessments,
    consents,
    deviations,
    drafting,
    forums,
    hearing_intake,
    hearing_summaries,
    hearings,
    late_access,
    minutes,
    outputs,
    party_rooms,
    projects,
    reports,
    round_changes,
    rounds,
    signatures,
    steering,
)
from workflows.errors import WorkflowError
from workflows.people import break_glass, mandates, municipalities, parties, persons
from workflows.people.hats import SYSTEM, Hat
from workflows.people.kinds import Role
from workflows.trace import (
    access_classes,
    access_requests,
    acknowledgements,
    audits,
    case_texts,
    closing,
    comments,
    erasure,
    federation,
    justifications,
    outcome_proposals,
    outcomes,
    public_copies,
    sweep,
    uses,
)

ACTS: Mapping[str, Callable[..., Any]] = {
    act.__name__: act
    for act in (
        municipalities.give_title,
        municipalities.register_programme,
        municipalities.announce_reporting_day,
        persons.register_person,
        break_glass.break_glass,
        audits.grant_audit,
        parties.register_union,
        municipalities.record_logging_discussion,
        mandates.give_mandate,
        mandates.end_mandate,
        mandates.declare_absence,
        projects.propose_project,
        projects.name_member,
        steering.pause_project,
        steering.resume_project,
        steering.stop_project,
        drafting.draft_version,
        drafting.write_fields,
        consents.accept_change,
        rounds.plan_round,
        rounds.consent_to_short_round,
        rounds.open_round,
        rounds.read_round,
        rounds.extend_round,
        rounds.cancel_round,
        round_changes.agree_to_change,
        round_changes.override_round,
        late_access.receive_late,
        answers.answer_round,
        deviations.deviate,
        party_rooms.write_in_room,
        answers.ask_to_close,
        answers.summarise_round,
        hearings.plan_hearing,
        hearings.open_hearing,
        hearings.extend_hearing,
        hearing_summaries.cancel_hearing,
        hearing_intake.receive_answer,
        hearing_intake.attribute_answer,
        hearing_summaries.summarise_hearing,
        assessments.open_assessment,
        assessments.answer_assessment,
        consultations.need_consultation,
        consultations.call_consultation,
        consultations.hold_consultation,
        consultations.give_view,
        consultations.sign_consultation,
        forums.call_forum,
        forums.hold_forum,
        minutes.minute_point,
        agreements.draft_agreement,
        agreements.ready_to_sign,
        agreements.amend_agreement,
        agreements.give_notice,
        signatures.sign,
        outputs.plan_output,
        outputs.start_output,
        outputs.hand_over,
        outputs.receive_handover,
        outputs.decline_output,
        outputs.drop_output,
        reports.begin_report,
        reports.submit_report,
        closing.begin_closing,
        closing.close_project,
        bodies.register_body,
        bodies.elect_member,
        meetings.schedule_meeting,
        cases.register_case,
        cases.prepare_case,
        cases.confirm_ready,
        cases.put_on_agenda,
        cases.close_case,
        treatments.register_treatment,
        decisions.correct_decision,
        result_corrections.correct_result,
        followups.assign_follow_up,
        followups.report_follow_up,
        followups.extend_follow_up,
        followups.note_follow_ups,
        reviews.set_review_date,
        reviews.hold_review,
        federation.take_in_exchange,
        federation.cite_foreign,
        uses.use_output,
        case_texts.write_case_text,
        case_texts.publish_case_text,
        outcome_proposals.propose_outcome,
        outcomes.record_outcome,
        justifications.justify_absence,
        access_classes.propose_access,
        access_classes.decide_access,
        public_copies.mask_text,
        public_copies.lift_mask,
        public_copies.open_copy,
        access_requests.register_request,
        access_requests.answer_request,
        access_requests.forget_requester,
        erasure.erase_person,
        erasure.restrict_person,
        erasure.lift_restriction,
        comments.comment_on_outcome,
        comments.remark_on_follow_up,
        acknowledgements.acknowledge_change,
    )
}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who does a step: a person in a role; project or organisation where needed."""

    person: str
    role: Role
    project: str | None = None
    organisation: str | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One dated act. `by` is None for the system itself (set-up)."""

    at: datetime
    act: str
    values: Mapping[str, Any] = field(default_factory=dict)
    by: Actor | None = None


@dataclass(frozen=True, kw_only=True)
class Story:
    """A municipality and its steps in the order of time, swept up to `until`."""

    name: str
    number: str
    language: str
    begins_at: datetime
    steps: tuple[Step, ...]
    until: datetime | None = None


class StoryError(WorkflowError):
    """Step `number` (from 1) was refused; nothing of the story is to be kept."""

    def __init__(self, number: int, act: str, reason: str) -> None:
        super().__init__(f"step {number} ({act}): {reason}")
        self.number = number
        self.act = act
        self.reason = reason


def play(
    session: Session, story: Story, *, progress: Callable[[int], None] = lambda _: None
) -> None:
    """Found the municipality and play every step; the caller owns the transaction."""
    municipalities.found_municipality(
        session,
        name=story.name,
        number=story.number,
        language=story.language,
        at=story.begins_at,
    )
    play_steps(session, story.steps, progress=progress)
    if story.until:
        sweep.sweep(session, at=story.until)


def play_steps(
    session: Session, steps: Iterable[Step], *, progress: Callable[[int], None]
) -> None:
    """Play steps in order, sweeping what falls due before each."""
    for number, step in enumerate(steps, start=1):
        try:
            sweep.sweep(session, at=step.at)
            ACTS[step.act](session, **step.values, by=_hat(session, step), at=step.at)
            session.flush()
        except WorkflowError as refusal:
            raise StoryError(number, step.act, str(refusal)) from refusal
        progress(number)


def _hat(session: Session, step: Step) -> Hat:
    if step.by is None:
        return SYSTEM
    return mandates.wear(
        session,
        person=step.by.person,
        role=step.by.role,
        project=step.by.project,
        organisation=step.by.organisation,
        at=step.at,
    )
