from __future__ import annotations

from datetime import timedelta

import pytest

from tests.workflows.builders import TownHall, votes
from workflows.decision.meetings import (
    CaseNumber,
    DissentText,
    ImportSource,
    ProposalText,
    Result,
    Voting,
)
from workflows.decision.minutes import (
    dissent_in,
    final_treatment,
    find_imported,
    proposals_of,
    treatments_of,
    votes_of,
)


@pytest.fixture
def town(hall: TownHall) -> TownHall:
    """Two days after C1 was registered, so that something may lie in the past."""
    hall.case()
    hall.wait(days=2)
    return hall


def refs(hall: TownHall, case: str | None = None) -> list[str]:
    return [row.ref for row in treatments_of(hall.session, case)]


def test_treatments_come_by_the_day_they_were_treated(town: TownHall) -> None:
    town.treat(result=Result.RECOMMENDS)
    town.treat(treated_on=town.today - timedelta(1), result=Result.RECOMMENDS)

    assert refs(town) == ["C1-T2", "C1-T1"]


def test_treatments_of_one_day_come_as_they_were_registered(town: TownHall) -> None:
    town.treat(body="FSK", result=Result.RECOMMENDS)
    town.treat()

    assert refs(town) == ["C1-T1", "C1-T2"]


def test_the_treatments_of_one_case_are_told_apart(town: TownHall) -> None:
    town.case("C2")
    town.treat("C2")
    town.treat()

    assert refs(town, "C2") == ["C2-T1"]
    assert refs(town, "C3") == []


def test_a_row_tells_what_stands_in_the_minutes(town: TownHall) -> None:
    meeting = town.meeting("FSK")
    town.treat(
        body="FSK",
        meeting=meeting,
        result=Result.SENT_BACK,
        recommendation_from="KD",
        asked="Rådmannen utreder saka på nytt.",
        number=CaseNumber(seq=7, year=2025),
    )

    (row,) = treatments_of(town.session)
    assert (row.case, row.body, row.meeting) == ("C1", "FSK", meeting)
    assert (row.number, row.result, row.is_final) == (
        "PS 7/25",
        Result.SENT_BACK,
        False,
    )
    assert (row.recommendation_from, row.asked) == (
        "KD",
        "Rådmannen utreder saka på nytt.",
    )
    assert "nothing_asked" not in row.findings


def test_the_latest_final_treatment_counts_among_those_known_then(
    town: TownHall,
) -> None:
    town.treat(result=Result.RECOMMENDS)
    assert final_treatment(town.session, "C1") is None
    first, known_at = town.treat(), town.now
    town.wait(days=1)
    second = town.treat()

    then = final_treatment(town.session, "C1", at=known_at)
    now = final_treatment(town.session, "C1")
    assert then is not None
    assert now is not None
    assert (then.ref, now.ref) == (first.ref, second.ref)


def test_a_treatment_told_late_is_not_known_before(town: TownHall) -> None:
    before = town.now
    town.wait(days=1)
    town.treat(treated_on=town.today - timedelta(2))

    assert treatments_of(town.session, at=before) == []


def test_votes_come_by_subject_with_the_whole_body_first(town: TownHall) -> None:
    whole = votes("2", Kystlista=(10, 0), Bygdelista=(0, 15))
    treatment = town.treat(voting=Voting(votes=(*whole, *votes("1", Kystlista=(9, 1)))))

    told = [(row.subject, row.group) for row in votes_of(town.session, treatment)]
    assert told == [("1", "Kystlista"), ("2", "Bygdelista"), ("2", "Kystlista")]


def test_proposals_come_by_number_and_statements_as_they_stand(town: TownHall) -> None:
    treatment = town.treat(
        proposals=[
            ProposalText(
                number=number, from_whom="Bygdelista", text=f"Forslag {number}"
            )
            for number in (2, 1)
        ],
        dissent=[
            DissentText(on_behalf_of=group, text="Vi er ueinige.")
            for group in ("Kystlista", "Bygdelista")
        ],
    )

    numbers = [row.number for row in proposals_of(town.session, treatment)]
    groups = [row.on_behalf_of for row in dissent_in(town.session, treatment)]
    assert numbers == [1, 2]
    assert groups == ["Kystlista", "Bygdelista"]


def test_what_is_imported_is_found_by_system_and_key(town: TownHall) -> None:
    source = ImportSource(system="einnsyn", key="42")
    treatment = town.treat(source=source)

    assert find_imported(town.session, source) == treatment
    other = ImportSource(system="fiks", key="42")
    assert find_imported(town.session, other) is None
