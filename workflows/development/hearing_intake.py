"""How answers to a hearing come in: web page, letter and e-mail, with equal weight.

An answer counts by the hour when it was received, whatever way it came. Only the
project manager says that an answer is that of somebody who was asked: on the web page
anybody can write any name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from workflows.base import by_ref, get
from workflows.development.hearing_answers import (
    AddresseeAnswer,
    Channel,
    HearingAnswer,
    HearingRemark,
    Reply,
    RespondentAddress,
    attributed,
    hearing_answers,
)
from workflows.development.hearings import Hearing, addressees_of, hearing_text
from workflows.development.positions import Position
from workflows.development.rounds import IS_OPEN, about
from workflows.development.rounds import RoundState as S
from workflows.errors import InvalidValueError, NotFoundError, RuleBrokenError
from workflows.people.access import permit
from workflows.people.hats import Hat
from workflows.people.kinds import Role
from workflows.record.entries import append, next_seq


def receive_answer(
    session: Session,
    *,
    hearing: str,
    respondent: str,
    channel: Channel,
    replies: list[Reply] | None = None,
    text: str = "",
    on_behalf_of: str | None = None,
    addressee: int | None = None,
    email: str | None = None,
    received_at: datetime | None = None,
    by: Hat,
    at: datetime,
) -> HearingAnswer:
    """Take in an answer; letters and e-mail are registered with when they came.

    Raises:
        InvalidValueError: nothing or nobody, a question that is not asked, a time of
            receipt outside the hearing, or «agree with remark» without the remark.
        RuleBrokenError: the hearing takes no answers, or this way of answering is not
            for this hearing.
    """
    row = by_ref(session, Hearing, hearing)
    paper = hearing_text(session, row)[1]
    permit(by, "hearing.answered", at=at, project=paper.project)
    _require_way(row, channel, addressee, by=by)
    if row.state not in IS_OPEN | {S.CLOSED}:
        raise RuleBrokenError(f"{hearing} takes no answers", rule="SM-3")
    came_at = _received(row, channel, received_at, at=at)
    _require_said(row, replies or [], text)
    entry = next_seq(session)
    answer = HearingAnswer(
        ref=f"{row.ref}/{len(hearing_answers(session, row)) + 1}",
        hearing_id=row.id,
        respondent=_named(respondent),
        on_behalf_of=(on_behalf_of or "").strip() or None,
        channel=channel,
        positions={str(each.question): each.position.value for each in replies or []},
        is_late=came_at >= row.deadline_at,
        received_at=came_at,
        entry=entry,
        at=at,
    )
    session.add(answer)
    _store_remarks(session, answer, replies or [], text)
    if email:
        session.add(RespondentAddress(answer_id=answer.id, email=email.strip()))
    if addressee is not None:
        _attribute(session, row, answer, addressee, at=at)
    facts = {"channel": channel.value, "late": answer.is_late}
    refs = [answer.ref, *about(paper)]
    append(session, "hearing.answered", row, by=by, at=at, refs=refs, facts=facts)
    session.flush()
    return answer


def attribute_answer(
    session: Session, *, answer: str, addressee: int, by: Hat, at: datetime
) -> HearingAnswer:
    """Say that an answer is that of somebody who was asked, by the number.

    Raises:
        RuleBrokenError: the answer is somebody's already, or the hearing is summarised.
    """
    found = by_ref(session, HearingAnswer, answer)
    row = get(session, Hearing, found.hearing_id)
    paper = hearing_text(session, row)[1]
    permit(by, "hearing.attributed", at=at, project=paper.project)
    if row.state is S.SUMMARISED or found.id in attributed(session, row):
        raise RuleBrokenError(f"{answer} cannot be attributed anew", rule="SM-3")
    _attribute(session, row, found, addressee, at=at)
    facts = {"addressee": addressee}
    refs = [found.ref, *about(paper)]
    append(session, "hearing.attributed", row, by=by, at=at, refs=refs, facts=facts)
    return found


def _attribute(
    session: Session,
    hearing: Hearing,
    answer: HearingAnswer,
    number: int,
    *,
    at: datetime,
) -> None:
    found = {each.number: each for each in addressees_of(session, hearing)}.get(number)
    if found is None:
        raise NotFoundError(f"addressee of {hearing.ref}", number)
    session.flush()
    session.add(AddresseeAnswer(addressee_id=found.id, answer_id=answer.id, at=at))
    session.flush()


def _require_way(
    hearing: Hearing, channel: Channel, addressee: int | None, *, by: Hat
) -> None:
    """The web page is for a public hearing, and there nobody is known."""
    on_web = channel is Channel.WEB
    if on_web != (by.role is Role.SYSTEM):
        raise RuleBrokenError(
            f"{hearing.ref}: the web page takes its own answers, and people "
            "register letters and e-mail",
            rule="SM-3",
        )
    if on_web and (addressee is not None or not hearing.is_public):
        raise RuleBrokenError(
            f"{hearing.ref}: only a public hearing is answered by anybody", rule="SM-3"
        )


def _received(
    hearing: Hearing, channel: Channel, received_at: datetime | None, *, at: datetime
) -> datetime:
    came_at = at if channel is Channel.WEB else received_at or at
    if hearing.opened_at is None or not hearing.opened_at <= came_at <= at:
        raise InvalidValueError(
            "received_at", "is before the hearing opened, or lies ahead"
        )
    return came_at


def _named(respondent: str) -> str:
    if not respondent.strip():
        raise InvalidValueError("respondent", "is empty")
    return respondent.strip()


def _require_said(hearing: Hearing, replies: Sequence[Reply], text: str) -> None:
    if not replies and not text.strip():
        raise InvalidValueError("replies", "neither a reply nor a text")
    numbers = [each.question for each in replies]
    if len(set(numbers)) < len(numbers) or not set(numbers) <= set(
        range(1, len(hearing.questions) + 1)
    ):
        raise InvalidValueError("replies", "a question is not asked, or named twice")
    for each in replies:
        lacks = each.position is Position.AGREE_WITH_REMARK and not (
            (each.remark or "").strip() or text.strip()
        )
        if lacks:
            raise InvalidValueError("replies", f"the remark to {each.question} lacks")


def _store_remarks(
    session: Session, answer: HearingAnswer, replies: Sequence[Reply], text: str
) -> None:
    said: list[tuple[int | None, str]] = [
        (each.question, (each.remark or "").strip()) for each in replies
    ]
    found = [(asked, words) for asked, words in [*said, (None, text.strip())] if words]
    session.flush()
    session.add_all(
        HearingRemark(
            ref=f"{answer.ref}.{number}",
            answer_id=answer.id,
            number=number,
            question=asked,
            text=words,
        )
        for number, (asked, words) in enumerate(found, start=1)
    )
