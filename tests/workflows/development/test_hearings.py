"""Hearings: whoever is asked answers a text that the three parties had first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.workflows.development.towns import A, Town
from workflows.base import all_of, by_ref
from workflows.development.documents import latest
from workflows.development.drafting import write_fields
from workflows.development.hearing_answers import (
    Answered,
    Channel,
    HearingAnswer,
    Reply,
    RespondentAddress,
    asked_in,
    counted_in,
    hearing_answers,
    remarks_of,
    tally,
)
from workflows.development.hearing_intake import attribute_answer, receive_answer
from workflows.development.hearing_summaries import (
    HearingDigest,
    assessment_in_hearing,
    cancel_hearing,
    digest_of,
    summarise_hearing,
)
from workflows.development.hearings import (
    Hearing,
    extend_hearing,
    open_hearing,
    plan_hearing,
)
from workflows.development.positions import Position
from workflows.development.publication import had_by_all_at
from workflows.development.remarks import Assessment, Verdict
from workflows.development.rounds import RoundState
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
    TransitionNotAllowedError,
)
from workflows.people.hats import SYSTEM
from workflows.people.notices import NoticeKind, notices_about
from workflows.record.entries import fold, history

COUNCILS = ["Eldrerådet", "Ungdomsrådet", "Rådet for funksjonsnedsettelse"]
QUESTIONS = ["Bør turnusen endres?", "Når bør den begynne?"]


@pytest.fixture
def had(town: Town) -> Town:
    """A town where the three parties have agreed on the text PR1-M@1.0."""
    town.agreed_project()
    return town


@pytest.fixture
def hearing(had: Town) -> Hearing:
    """A public hearing on that text, open for three weeks."""
    return opened(had)


def planned(town: Town, **more: Any) -> Hearing:
    plan = {
        "ref": "R-11",
        "version": "PR1-M@1.0",
        "deadline_at": town.now + timedelta(days=21),
        "questions": QUESTIONS,
        "addressees": COUNCILS,
        "is_public": True,
        **more,
    }
    return town.do(plan_hearing, by=town.manager, **plan)


def opened(town: Town, **more: Any) -> Hearing:
    planned(town, **more)
    return town.do(open_hearing, by=town.manager, hearing="R-11")


def on_web(town: Town, text: str = "Bra.", **more: Any) -> HearingAnswer:
    said = {"respondent": "Innbygger 7", "text": text, **more}
    return town.do(
        receive_answer, by=SYSTEM, hearing="R-11", channel=Channel.WEB, **said
    )


def by_letter(town: Town, text: str = "Bra.", **more: Any) -> HearingAnswer:
    said = {"respondent": "Eldrerådet", "text": text, **more}
    return town.do(
        receive_answer, by=town.manager, hearing="R-11", channel=Channel.LETTER, **said
    )


def assessed(first: str, *also: str, **more: Any) -> Assessment:
    terms = {"verdict": Verdict.NOT_TAKEN_IN, "reason": "Avtalen sier noe annet."}
    return Assessment(remark=first, also=list(also), **{**terms, **more})


def summarise(town: Town, *assessments: Assessment) -> Hearing:
    return town.do(
        summarise_hearing,
        by=town.manager,
        hearing="R-11",
        assessments=list(assessments),
    )


def test_inv_16_a_draft_is_put_before_nobody_else(town: Town) -> None:
    town.drafted_project()
    planned(town, version="PR1-M@0.1")

    assert had_by_all_at(town.session, latest(town.session, "PR1-M")) is None
    with pytest.raises(RuleBrokenError, match="INV-16"):
        town.do(open_hearing, by=town.manager, hearing="R-11")


def test_inv_16_the_parties_have_had_an_agreed_text_since_its_round_opened(
    had: Town,
) -> None:
    text = latest(had.session, "PR1-M")
    opened_at = history(had.session, "R-PR1")[1].at

    assert text.number == "1.0"
    assert had_by_all_at(had.session, text) == opened_at


def test_a_text_that_went_out_with_the_papers_of_a_forum_has_been_had(
    town: Town,
) -> None:
    town.running_project()
    town.delivered_output()
    sent_at = history(town.session, "FM-O-1")[0].at

    assert had_by_all_at(town.session, latest(town.session, "O-1")) == sent_at


def test_the_parties_are_told_that_a_hearing_opens(hearing: Hearing, had: Town) -> None:
    told = notices_about(had.session, "R-11")

    assert {(each.kind, each.party) for each in told} == {
        (NoticeKind.HEARING_OPENED, party) for party in "AFT"
    }


@pytest.mark.parametrize("is_public", [True, False])
def test_only_a_text_that_is_open_goes_on_a_public_hearing(
    town: Town, *, is_public: bool
) -> None:
    exempt = {
        "m_access": "exempt",
        "m_access_basis": "Hjemmel",
        "m_access_reason": "Grunn",
    }
    town.drafted_project()
    town.do(write_fields, by=town.manager, document="PR1-M", values=exempt)
    town.concluded_round("R-1", document="PR1-M")

    if not is_public:
        assert opened(town, is_public=False).state is RoundState.OPEN
        return
    with pytest.raises(RuleBrokenError, match="only what is public"):
        opened(town)


@pytest.mark.parametrize(
    "broken",
    [
        {"questions": []},
        {"questions": ["Hva?", "Hva?"]},
        {"addressees": [""]},
        {"addressees": [], "is_public": False},
    ],
)
def test_a_hearing_asks_somebody_something_once(
    had: Town, broken: dict[str, Any]
) -> None:
    with pytest.raises(InvalidValueError):
        planned(had, **broken)


@pytest.mark.parametrize("days", [-1, 0, 13])
def test_there_are_ten_working_days_to_answer(had: Town, days: int) -> None:
    planned(had, deadline_at=had.now + timedelta(days=days))

    with pytest.raises(RuleBrokenError, match="10 working days"):
        had.do(open_hearing, by=had.manager, hearing="R-11")


def test_only_the_project_manager_holds_a_hearing(had: Town) -> None:
    with pytest.raises(NotPermittedError):
        had.do(
            plan_hearing,
            by=had.contact(A),
            ref="R-11",
            version="PR1-M@1.0",
            deadline_at=had.now + timedelta(days=21),
            questions=QUESTIONS,
            addressees=COUNCILS,
        )


def test_the_deadline_moves_later_for_everybody_and_never_sooner(
    hearing: Hearing, had: Town
) -> None:
    later = hearing.deadline_at + timedelta(days=7)
    move = {"hearing": "R-11", "reason": "Eldrerådet møtes uka etter."}

    had.do(extend_hearing, by=had.manager, deadline_at=later, **move)

    assert (hearing.state, hearing.deadline_at) == (RoundState.EXTENDED, later)
    with pytest.raises(RuleBrokenError, match="only a later"):
        had.do(extend_hearing, by=had.manager, deadline_at=later, **move)


def test_a_passed_deadline_is_not_moved(hearing: Hearing, had: Town) -> None:
    had.wait(days=21)

    with pytest.raises(RuleBrokenError, match="not open"):
        had.do(
            extend_hearing,
            by=had.manager,
            hearing="R-11",
            deadline_at=had.now + timedelta(days=2),
            reason="Flere vil svare.",
        )


def test_a_hearing_closes_by_itself_at_its_deadline(
    hearing: Hearing, had: Town
) -> None:
    by_letter(had, addressee=1)
    had.wait(days=30)

    closing = history(had.session, "R-11")[-1]
    assert (hearing.state, hearing.closed_at) == (RoundState.CLOSED, closing.at)
    assert closing.at == hearing.deadline_at
    assert closing.payload == {"not_answered": [2, 3]}
    assert fold(had.session)["R-11"] == "closed"


def test_who_has_not_answered_has_not_answered(hearing: Hearing, had: Town) -> None:
    by_letter(had, addressee=1)
    had.wait(days=21)
    by_letter(had, respondent="Ungdomsrådet", addressee=2)

    assert [(each.name, each.answered) for each in asked_in(had.session, hearing)] == [
        ("Eldrerådet", Answered.IN_TIME),
        ("Ungdomsrådet", Answered.LATE),
        ("Rådet for funksjonsnedsettelse", Answered.NOT_ANSWERED),
    ]


def test_silence_counts_nowhere(hearing: Hearing, had: Town) -> None:
    had.wait(days=21)

    nothing = dict.fromkeys(Position, 0)
    assert tally(had.session, hearing) == [nothing, nothing]


def test_late_answers_are_kept_apart_and_never_counted(
    hearing: Hearing, had: Town
) -> None:
    reply = [Reply(question=1, position=Position.DISAGREE)]
    on_web(had, replies=reply)
    had.wait(until=hearing.deadline_at)
    late = on_web(had, replies=reply)

    assert late.is_late
    assert len(hearing_answers(had.session, hearing)) == 2
    assert tally(had.session, hearing)[0][Position.DISAGREE] == 1


def test_a_letter_counts_by_the_hour_when_it_came(hearing: Hearing, had: Town) -> None:
    came_at = hearing.deadline_at - timedelta(minutes=1)
    had.wait(days=25)

    in_time = by_letter(had, received_at=came_at)
    late = by_letter(had, received_at=hearing.deadline_at)

    assert (in_time.is_late, late.is_late) == (False, True)
    assert [each.ref for each in counted_in(had.session, hearing)] == [in_time.ref]


def test_letter_and_web_page_weigh_the_same(hearing: Hearing, had: Town) -> None:
    reply = [Reply(question=2, position=Position.AGREE)]
    on_web(had, replies=reply)
    by_letter(had, replies=reply)

    assert tally(had.session, hearing)[1][Position.AGREE] == 2


def test_of_one_who_was_asked_the_last_answer_in_time_counts(
    hearing: Hearing, had: Town
) -> None:
    first = by_letter(had, addressee=1)
    had.wait(days=1)
    second = by_letter(had, addressee=1)
    had.wait(days=21)
    by_letter(had, addressee=1)

    assert len(hearing_answers(had.session, hearing)) == 3
    assert counted_in(had.session, hearing) == [second]
    assert asked_in(had.session, hearing)[0].answer == second != first


def test_nobody_on_the_web_page_is_taken_for_one_who_was_asked(
    hearing: Hearing, had: Town
) -> None:
    with pytest.raises(RuleBrokenError, match="anybody"):
        on_web(had, respondent="Ungdomsrådet", addressee=2)

    answer = on_web(had, respondent="Ungdomsrådet")
    assert asked_in(had.session, hearing)[1].answered is Answered.NOT_ANSWERED

    had.do(attribute_answer, by=had.manager, answer=answer.ref, addressee=2)
    assert asked_in(had.session, hearing)[1].answered is Answered.IN_TIME
    with pytest.raises(RuleBrokenError, match="anew"):
        had.do(attribute_answer, by=had.manager, answer=answer.ref, addressee=1)


def test_an_answer_is_attributed_to_one_who_was_asked(
    hearing: Hearing, had: Town
) -> None:
    with pytest.raises(NotFoundError):
        by_letter(had, addressee=4)


def test_only_a_public_hearing_is_answered_on_the_web_page(had: Town) -> None:
    opened(had, is_public=False)

    with pytest.raises(RuleBrokenError, match="only a public"):
        on_web(had)
    assert by_letter(had).channel is Channel.LETTER


@pytest.mark.parametrize(
    "broken",
    [
        {"text": " "},
        {"respondent": " "},
        {"replies": [Reply(question=3, position=Position.AGREE)]},
        {"replies": [Reply(question=0, position=Position.AGREE)]},
        {"replies": [Reply(question=1, position=Position.AGREE)] * 2},
        {
            "replies": [Reply(question=1, position=Position.AGREE_WITH_REMARK)],
            "text": "",
        },
    ],
)
def test_an_answer_says_something_to_what_is_asked(
    hearing: Hearing, had: Town, broken: dict[str, Any]
) -> None:
    with pytest.raises(InvalidValueError):
        on_web(had, **broken)


@pytest.mark.parametrize("hours", [-24, 24])
def test_an_answer_came_while_there_was_a_hearing(
    hearing: Hearing, had: Town, hours: int
) -> None:
    with pytest.raises(InvalidValueError, match="received_at"):
        by_letter(had, received_at=had.now + timedelta(hours=hours))


def test_a_planned_hearing_takes_no_answers(had: Town) -> None:
    planned(had)

    with pytest.raises(RuleBrokenError, match="takes no answers"):
        on_web(had)


def test_no_word_of_an_answer_and_no_name_stands_in_the_record(
    hearing: Hearing, had: Town
) -> None:
    on_web(had, text="Hemmelig ord", respondent="Per Prøve", email="per@prove.example")

    entry = history(had.session, "R-11")[-1]
    assert (entry.type, entry.refs) == (
        "hearing.answered",
        ["R-11", "R-11/1", "PR1-M", "PR1"],
    )
    assert entry.payload == {"channel": "web", "late": False}


def test_an_address_can_be_deleted_and_the_answer_stays(
    hearing: Hearing, had: Town
) -> None:
    answer = on_web(had, email="per@prove.example")
    (address,) = all_of(had.session, RespondentAddress)

    had.session.delete(address)
    had.session.flush()

    assert by_ref(had.session, HearingAnswer, answer.ref) == answer


def test_a_hearing_is_called_off_only_before_anybody_answers(
    hearing: Hearing, had: Town
) -> None:
    on_web(had)

    with pytest.raises(RuleBrokenError, match="has been answered"):
        had.do(cancel_hearing, by=had.manager, hearing="R-11", reason="Feil tekst.")


def test_the_parties_are_told_why_a_hearing_is_called_off(
    hearing: Hearing, had: Town
) -> None:
    with had.session.begin_nested() as attempt:
        with pytest.raises(RuleBrokenError, match="reason"):
            had.do(cancel_hearing, by=had.manager, hearing="R-11", reason=" ")
        attempt.rollback()
    had.do(cancel_hearing, by=had.manager, hearing="R-11", reason="Feil tekst.")

    kinds = [each.kind for each in notices_about(had.session, "R-11")]
    assert kinds.count(NoticeKind.HEARING_CANCELLED) == 3
    assert hearing.state is RoundState.CANCELLED


@pytest.fixture
def closed(hearing: Hearing, had: Town) -> Town:
    """Three remarks, one of them late, and an answer without any."""
    replies = [Reply(question=1, position=Position.DISAGREE, remark="For dyrt.")]
    on_web(had, replies=replies, text="Vent et år.")
    on_web(had, text="", replies=[Reply(question=1, position=Position.AGREE)])
    had.wait(until=hearing.deadline_at)
    on_web(had, text="For dyrt.")
    return had


def test_remarks_are_numbered_in_their_answer(closed: Town, hearing: Hearing) -> None:
    found = [
        (remark.ref, remark.question, remark.text)
        for answer in hearing_answers(closed.session, hearing)
        for remark in remarks_of(closed.session, answer)
    ]

    assert found == [
        ("R-11/1.1", 1, "For dyrt."),
        ("R-11/1.2", None, "Vent et år."),
        ("R-11/3.1", None, "For dyrt."),
    ]


def test_like_remarks_share_one_assessment(closed: Town, hearing: Hearing) -> None:
    summarise(closed, assessed("R-11/1.1", "R-11/3.1"), assessed("R-11/1.2"))

    late = hearing_answers(closed.session, hearing)[2]
    (remark,) = remarks_of(closed.session, late)
    told = assessment_in_hearing(closed.session, remark)
    assert told
    assert (told.verdict, told.reason) == ("not_taken_in", "Avtalen sier noe annet.")
    assert hearing.state is RoundState.SUMMARISED


@pytest.mark.parametrize(
    "assessments",
    [
        (),
        (assessed("R-11/1.1", "R-11/1.2"),),
        (assessed("R-11/1.1", "R-11/1.1", "R-11/1.2", "R-11/3.1"),),
        (assessed("R-11/1.1", "R-11/1.2", "R-11/3.1", "R-9/1.1"),),
        (assessed("R-11/1.1", "R-11/1.2", "R-11/3.1", reason=" "),),
    ],
    ids=["none", "one lacks", "named twice", "of another", "no reason"],
)
def test_a_hearing_ends_with_every_remark_assessed_once_and_with_a_reason(
    closed: Town, hearing: Hearing, assessments: tuple[Assessment, ...]
) -> None:
    with closed.session.begin_nested() as attempt:
        with pytest.raises(RuleBrokenError, match="SM-3"):
            summarise(closed, *assessments)
        attempt.rollback()

    closed.session.refresh(hearing)
    assert hearing.state is RoundState.CLOSED


def test_everybody_who_answered_is_told_once_also_those_not_heeded(
    closed: Town, hearing: Hearing
) -> None:
    summarise(closed, assessed("R-11/1.1", "R-11/1.2", "R-11/3.1"))

    answers = hearing_answers(closed.session, hearing)
    told = [digest_of(closed.session, each) for each in answers]
    assert [each.at for each in told if each] == [closed.now] * 3
    with pytest.raises(TransitionNotAllowedError):
        summarise(closed, assessed("R-11/1.1", "R-11/1.2", "R-11/3.1"))
    assert len(all_of(closed.session, HearingDigest)) == 3


def test_a_summarised_hearing_takes_no_more_answers(closed: Town) -> None:
    summarise(closed, assessed("R-11/1.1", "R-11/1.2", "R-11/3.1"))

    with pytest.raises(RuleBrokenError, match="takes no answers"):
        by_letter(closed)


def test_an_open_hearing_is_not_summarised(hearing: Hearing, had: Town) -> None:
    with pytest.raises(TransitionNotAllowedError):
        summarise(had)
