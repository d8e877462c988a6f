from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from connector.database.engine import Database
from tests.workflows.development.towns import Town
from workflows.base import by_ref
from workflows.errors import InvalidValueError, NotPermittedError, RuleBrokenError
from workflows.people.hats import SYSTEM
from workflows.people.municipalities import (
    Programme,
    announce_reporting_day,
    chief_title,
    found_municipality,
    give_title,
    only_municipality,
    register_programme,
)
from workflows.record.entries import history

AT = datetime(2025, 1, 1, 12, tzinfo=UTC)
PERIOD = {"period_from": date(2025, 1, 1), "period_to": date(2025, 3, 31)}


def test_a_municipality_begins_its_own_record(session: Session) -> None:
    assert [entry.type for entry in history(session, "9999")] == [
        "municipality.founded"
    ]


def test_an_empty_installation_has_no_municipality(database: Database) -> None:
    with database.transaction(None) as session:
        assert only_municipality(session) is None

        found = found_municipality(session, name="Testvik", number="9999", at=AT)

        assert only_municipality(session) is found


def test_a_municipality_writes_bokmål_or_nynorsk(database: Database) -> None:
    with (
        database.transaction(None) as session,
        pytest.raises(InvalidValueError, match="'se' is neither"),
    ):
        found_municipality(session, name="X", number="9999", language="se", at=AT)


def test_the_chief_executive_is_called_what_was_said_for_that_day(
    session: Session, town: Town
) -> None:
    town.do(
        give_title,
        by=SYSTEM,
        title="rådmann",
        valid_from=date(2020, 1, 1),
        valid_to=date(2023, 6, 30),
    )
    town.do(
        give_title, by=SYSTEM, title="administrasjonssjef", valid_from=date(2024, 1, 1)
    )

    assert chief_title(session, on=date(2023, 6, 30)) == "rådmann"
    assert chief_title(session, on=date(2023, 7, 1)) == "kommunedirektør"
    assert chief_title(session, on=date(2025, 1, 1)) == "administrasjonssjef"


def test_a_later_title_takes_over_from_an_open_one(
    session: Session, town: Town
) -> None:
    town.do(give_title, by=SYSTEM, title="rådmann", valid_from=date(2020, 1, 1))
    town.do(give_title, by=SYSTEM, title="kommunedirektør", valid_from=date(2024, 1, 1))

    assert chief_title(session, on=date(2023, 12, 31)) == "rådmann"
    assert chief_title(session, on=date(2024, 1, 1)) == "kommunedirektør"


def test_a_programme_names_its_other_members(session: Session, town: Town) -> None:
    town.do(
        register_programme,
        by=SYSTEM,
        ref="PG1",
        name="Saman om arbeid",
        valid_from=date(2025, 1, 1),
        members=["Nabovik kommune"],
    )

    assert by_ref(session, Programme, "PG1").members == ["Nabovik kommune"]


def test_a_reporting_period_does_not_end_before_it_begins(town: Town) -> None:
    turned = {"period_from": date(2025, 3, 31), "period_to": date(2025, 1, 1)}

    with pytest.raises(InvalidValueError, match="2025-01-01 is before 2025-03-31"):
        town.do(announce_reporting_day, by=SYSTEM, due_on=date(2025, 4, 2), **turned)


def test_a_reporting_day_is_announced_once(town: Town) -> None:
    town.do(announce_reporting_day, by=SYSTEM, due_on=date(2025, 4, 2), **PERIOD)

    with pytest.raises(RuleBrokenError, match="2025-04-02"):
        town.do(announce_reporting_day, by=SYSTEM, due_on=date(2025, 4, 2), **PERIOD)


def test_a_project_manager_announces_reporting_days_but_gives_no_titles(
    town: Town,
) -> None:
    town.do(announce_reporting_day, by=town.manager, due_on=date(2025, 4, 2), **PERIOD)

    with pytest.raises(NotPermittedError):
        town.do(give_title, by=town.manager, title="sjef", valid_from=town.today)
