from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from connector.database.engine import Database
from tests.workflows.development.towns import Town
from workflows.base import all_of, by_ref
from workflows.errors import (
    InvalidValueError,
    NotFoundError,
    NotPermittedError,
    RuleBrokenError,
)
from workflows.people.hats import SYSTEM
from workflows.people.municipalities import (
    LoggingDiscussion,
    Programme,
    announce_reporting_day,
    chief_title,
    found_municipality,
    give_title,
    logs_openings,
    only_municipality,
    record_logging_discussion,
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


def test_a_new_municipality_logs_no_openings(database: Database) -> None:
    with database.transaction(None) as session:
        found_municipality(session, name="Testvik", number="9999", at=AT)

        assert not logs_openings(session)


def test_a_discussion_of_logging_keeps_day_unions_and_minutes(
    session: Session, town: Town
) -> None:
    """The town has recorded one; the entry names no free text."""
    (kept,) = all_of(session, LoggingDiscussion)
    (entry,) = history(session, kept.ref)

    assert logs_openings(session)
    assert (kept.discussed_on, kept.unions) == (date(2025, 1, 6), ["U-1"])
    assert kept.minutes == "Drøftingsprotokoll 1/25"
    assert (entry.type, entry.refs) == ("logging.discussed", [kept.ref, "U-1"])
    assert entry.payload == {"discussed_on": "2025-01-06"}
    assert town.today == kept.discussed_on


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"discussed_on": date(2025, 1, 7)}, RuleBrokenError),
        ({"discussed_on": date(2025, 1, 6)}, RuleBrokenError),
        ({"unions": []}, InvalidValueError),
        ({"unions": ["U-9"]}, NotFoundError),
        ({"minutes": "  "}, InvalidValueError),
    ],
    ids=["not yet", "twice", "nobody", "unknown union", "nowhere"],
)
def test_a_discussion_has_been_with_known_unions_and_is_minuted(
    town: Town, changed: dict[str, object], error: type[Exception]
) -> None:
    said = {"discussed_on": date(2025, 1, 3), "unions": ["U-1"], "minutes": "1/25"}

    with pytest.raises(error):
        town.do(record_logging_discussion, by=SYSTEM, **{**said, **changed})


def test_a_project_manager_does_not_record_discussions_of_logging(town: Town) -> None:
    said = {"discussed_on": date(2025, 1, 3), "unions": ["U-1"], "minutes": "1/25"}

    with pytest.raises(NotPermittedError):
        town.do(record_logging_discussion, by=town.manager, **said)
