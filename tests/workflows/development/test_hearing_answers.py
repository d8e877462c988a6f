"""Answers in a hearing: letters and web weigh the same, silence counts nowhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.workflows.development.heard import (
    by_letter,
    on_web,
    opened,
    planned,
)
from tests.workflows.development.towns import Town
from workflows.base import all_of, by_ref
from workflows.development.hearing_answers import (
    Answered,
    Channel,
    HearingAnswer,
    Reply,
    RespondentAddress,
    asked_in,
    counted_in,
    hearing_answers,
    tally,
)
from workflows.development.hearing_intake import attribute_answer
from workflows.development.hearings import (
    Hearing,
)
from workflows.development.positions import Position
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    RuleBrokenError,
)
from workflows.record.entries import history


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
