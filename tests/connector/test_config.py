from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.config import load_config, stop_clock
from connector.refusals import InputRefusedError

YEARS = (datetime(1900, 1, 1), datetime(2199, 1, 1))  # noqa: DTZ001 - zones are drawn
SUMMER = datetime(2026, 9, 2, 15, tzinfo=timezone(timedelta(hours=2)))


def test_a_folder_without_settings_has_its_own_database_and_real_time(
    tmp_path: Path,
) -> None:
    config = load_config(tmp_path, {})

    assert config.database_url == f"sqlite:///{tmp_path / 'samspor.db'}"
    assert config.library == tmp_path / "library"
    assert config.clock_stands_at is None
    assert abs(config.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_environment_may_name_another_database(tmp_path: Path) -> None:
    config = load_config(tmp_path, {"SAMSPOR_DATABASE_URL": "postgresql://r@h/n"})

    assert config.database_url == "postgresql://r@h/n"


def test_an_address_with_a_password_is_never_printed(tmp_path: Path) -> None:
    config = load_config(tmp_path, {"SAMSPOR_DATABASE_URL": "postgresql://r:pw@h/n"})

    assert "pw" not in repr(config)


def test_a_stopped_clock_stands_for_every_later_command(tmp_path: Path) -> None:
    stop_clock(tmp_path / "var", SUMMER)

    config = load_config(tmp_path / "var", {})

    assert config.now() == SUMMER
    assert config.now().tzinfo is UTC


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.datetimes(*YEARS, timezones=st.timezones()))
def test_the_clock_stands_at_the_very_instant_that_was_asked_for(
    tmp_path: Path, at: datetime
) -> None:
    stop_clock(tmp_path, at)

    assert load_config(tmp_path, {}).now() == at.astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(b"clock = ", "settings.toml: ", id="no TOML"),
        pytest.param(b"clock = '2026-09-02'", "no date-time", id="a text"),
        pytest.param(b"clock = 2026-09-02", "no date-time", id="a day"),
        pytest.param(b"clock = 2026-09-02T15:00:00", "time zone", id="no zone"),
        pytest.param(b"clock = '\xff'", "settings.toml: ", id="not UTF-8"),
    ],
)
def test_settings_that_cannot_be_read_are_refused_by_name(
    tmp_path: Path, text: bytes, told: str
) -> None:
    (tmp_path / "settings.toml").write_bytes(text)

    with pytest.raises(InputRefusedError, match=told) as refused:
        load_config(tmp_path, {})

    assert str(refused.value).startswith("settings.toml: ")


def test_notices_are_sent_where_a_mailbox_and_an_address_are_given(
    tmp_path: Path,
) -> None:
    given = {
        "SAMSPOR_PUBLIC_URL": "https://samspor.elvestrand.example/",
        "SAMSPOR_M365_MAILBOX": "samspor@elvestrand.example",
    }

    config = load_config(tmp_path, given)

    assert config.origin == "https://samspor.elvestrand.example"
    assert not config.tells_outside, "without Microsoft 365 nothing is sent"
    assert load_config(tmp_path, {}).origin == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"SAMSPOR_M365_MAILBOX": "a@e.example"}, "SAMSPOR_PUBLIC_URL: missing"),
        ({"SAMSPOR_M365_MAILBOX": "Navn <a@e.example>"}, "an e-mail address"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_by_name(
    tmp_path: Path, given: dict[str, str], told: str
) -> None:
    with pytest.raises(InputRefusedError, match=told):
        load_config(tmp_path, given)
