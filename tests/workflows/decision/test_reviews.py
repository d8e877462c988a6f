"""Review dates: an owner is told on the day; the item is in every list until held."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from tests.workflows.builders import TownHall
from workflows.base import owned
from workflows.clock import at_oslo, norwegian_date
from workflows.decision.meetings import Result
from workflows.decision.reviews import (
    TOLD_AT,
    HeldReview,
    ReviewDate,
    falling_due,
    hold_review,
    reviews,
    set_review_date,
    tell_of_review,
)
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
)
from workflows.people.notices import Notice, NoticeKind
from workflows.record.entries import history
from workflows.trace.questions import answer

OWNER = "P-officer"


def plan(hall: TownHall, *, days: int = 30, **more: object) -> ReviewDate:
    values = {
        "item": "C1-T1/1",
        "review_on": hall.today + timedelta(days),
        "person": OWNER,
        "reason": "Gjelder i ett år.",
        **more,
    }
    return hall.do(set_review_date, by=hall.officer, **values)


def hold(hall: TownHall, review: str = "NV-01", **more: object) -> HeldReview:
    values = {"review": review, "text": "Ordningen fortsetter.", **more}
    return hall.do(hold_review, by=hall.officer, **values)


@pytest.fixture
def decided(hall: TownHall) -> TownHall:
    hall.decided_case()
    return hall


def expired(hall: TownHall) -> list[str]:
    """Every review date that has passed and is not held, from the rows alone."""
    session = hall.session
    held = {row.review_id for row in session.scalars(owned(session, HeldReview))}
    return [
        row.ref
        for row in session.scalars(owned(session, ReviewDate).order_by(ReviewDate.ref))
        if row.review_on < hall.today and row.id not in held
    ]


def told(hall: TownHall) -> list[str]:
    query = owned(hall.session, Notice).where(Notice.kind == NoticeKind.REVIEW_DUE)
    return sorted(row.about for row in hall.session.scalars(query))


def listed(hall: TownHall) -> list[str]:
    rows = reviews(hall.session, at=hall.now)
    return sorted(row.ref for row in rows if row.is_expired and row.owner == OWNER)


def reported(hall: TownHall) -> list[str]:
    rows = answer(hall.session, "reviews", at=hall.now).rows
    return sorted(row["review"] for row in rows if row["expired"])


def test_whatever_has_expired_is_in_the_list_the_report_and_the_notices(
    decided: TownHall,
) -> None:
    for days in (1, 10, 30, 400):
        plan(decided, days=days)
    plan(decided, item="C1-T1/2", days=10)

    for days in (2, 9, 20):
        decided.wait(days=days)
        passed = expired(decided)

        assert passed
        assert listed(decided) == passed
        assert reported(decided) == passed
        assert told(decided) == passed

    assert passed == ["NV-01", "NV-02", "NV-03", "NV-05"]


def test_the_owner_is_told_at_eight_on_the_day_and_once(decided: TownHall) -> None:
    row = plan(decided)
    due = at_oslo(row.review_on, TOLD_AT)

    assert falling_due(decided.session, at=due - timedelta.resolution) == []
    assert falling_due(decided.session, at=due) == [(due, row)]
    decided.wait(days=60)
    decided.wait(days=60)

    (notice,) = decided.session.scalars(
        owned(decided.session, Notice).where(Notice.about == "NV-01")
    )
    assert (notice.at, notice.person_id) == (due, row.person_id)
    assert notice.facts == {"review_on": row.review_on.isoformat()}
    assert [entry.type for entry in history(decided.session, "NV-01")] == [
        "review.set",
        "review.due",
    ]


def test_nobody_is_told_before_the_day(decided: TownHall) -> None:
    row = plan(decided)

    with pytest.raises(RuleBrokenError, match="not due"):
        tell_of_review(decided.session, row, at=decided.now)


def test_a_review_that_is_held_is_off_every_list(decided: TownHall) -> None:
    plan(decided)
    plan(decided, days=31)
    decided.wait(days=40)
    place = decided.treat(result=Result.NOTED).ref

    hold(decided, treatment=place)

    assert expired(decided) == listed(decided) == reported(decided) == ["NV-02"]
    row = reviews(decided.session, at=decided.now)[0]
    assert (row.text, row.held_on) == ("Ordningen fortsetter.", decided.today)
    assert place in history(decided.session, "NV-01")[-1].refs


def test_what_is_held_before_its_day_is_never_told(decided: TownHall) -> None:
    plan(decided)

    hold(decided)
    decided.wait(days=40)

    assert told(decided) == []


def test_a_report_of_the_past_does_not_know_that_the_review_was_held(
    decided: TownHall,
) -> None:
    plan(decided)
    decided.wait(days=40)
    before = decided.now
    decided.wait(days=1)
    hold(decided)

    rows = answer(decided.session, "reviews", at=before).rows

    assert [(row["expired"], row["held_on"]) for row in rows] == [(True, None)]
    assert rows[0]["said"] == "Gjelder i ett år."


@pytest.mark.parametrize(
    ("values", "error"),
    [
        pytest.param({"days": 0}, InvalidValueError, id="today"),
        pytest.param({"item": "C1-T1/9"}, NotFoundError, id="unknown item"),
        pytest.param({"person": "P-nobody"}, NotFoundError, id="unknown person"),
        pytest.param({"ref": "KST"}, RuleBrokenError, id="a reference that is taken"),
    ],
)
def test_a_date_that_cannot_be_is_refused(
    decided: TownHall, values: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        plan(decided, **values)  # type: ignore[arg-type]  # told by name


def test_only_what_is_finally_decided_has_a_review_date(decided: TownHall) -> None:
    decided.ready_case("C2")
    decided.treat("C2", body="FSK", result=Result.RECOMMENDS)

    with pytest.raises(NotFoundError):
        plan(decided, item="C2-T1/1")


def test_a_review_says_something_and_is_held_once(decided: TownHall) -> None:
    plan(decided)

    with pytest.raises(InvalidValueError, match="came to"):
        hold(decided, text=" ")
    hold(decided)

    with pytest.raises(RuleBrokenError, match="NV-01 has been held"):
        hold(decided)


def test_the_development_line_sets_and_holds_no_review(decided: TownHall) -> None:
    plan(decided)
    values = {"item": "C1-T1/1", "review_on": date(2026, 1, 1), "person": OWNER}

    for hat in (decided.manager, decided.chief):
        if hat == decided.chief:
            decided.do(set_review_date, by=hat, **values)
            continue
        with pytest.raises(NotPermittedError):
            decided.do(set_review_date, by=hat, **values)
        with pytest.raises(NotPermittedError):
            decided.do(hold_review, by=hat, review="NV-01", text="Nei.")


def test_inv_09_the_database_keeps_dates_and_reviews_as_they_are(
    decided: TownHall,
) -> None:
    plan(decided)
    hold(decided)

    for change in (
        update(ReviewDate).values(review_on=date(2030, 1, 1)),
        delete(HeldReview),
    ):
        with pytest.raises(DBAPIError), decided.session.begin_nested():
            decided.session.execute(change)

    assert norwegian_date(decided.now) == decided.today
