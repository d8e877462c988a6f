from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from connector.cli.decisions import import_command
from connector.cli.import_logs import log_lines
from connector.cli.published import Reading
from connector.config import Config
from connector.imports.einnsyn import Window
from connector.imports.errors import SourceAwayError
from connector.imports.json_source import JsonSource, Limits
from connector.installation import open_installation
from tests.connector.cli.test_decisions import counted, house
from tests.connector.imports.published import (
    ORGNUMBER,
    Hourglass,
    Published,
    case,
    decision,
    identifier,
    meeting,
    published,
)
from workflows.decision.import_cursors import ImportCursor
from workflows.decision.import_log import ImportedRecord

__all__ = ["house"]

WINDOW = Window(orgnumber=ORGNUMBER, first=date(2026, 3, 1), last=date(2026, 3, 31))
DAYS = ("--from", "2026-03-01", "--to", "31.03.2026")


@pytest.fixture
def town(house: Config) -> Iterator[tuple[Config, Published]]:
    """The house reads from a server where its municipality has published two cases."""
    held = meeting(1, "2026-03-03T09:00:00Z")
    made = Published(meetings=[held], cases=[case(12, held), case(13, held)])
    with published(made) as origin:
        yield replace(house, einnsyn=origin), made


def command(config: Config, *arguments: str) -> Result:
    asked = ["einnsyn", ORGNUMBER, *DAYS, *arguments]
    return CliRunner().invoke(import_command, asked, obj=config)


def read(config: Config) -> str:
    """Read as the command does, by a clock that nobody waits for; gives the log."""
    installation = open_installation(config)
    source = JsonSource(config.einnsyn, Limits(), Hourglass().clock())
    with closing(installation.database), closing(source):
        log, language = Reading(installation, WINDOW, None, is_trial=False).read(source)
    return log_lines(log, language)


def test_what_is_published_is_read_and_the_log_printed(
    town: tuple[Config, Published],
) -> None:
    config, made = town
    del made.cases[1]["vedtak"]

    result = command(config)

    assert result.exit_code == 0, result.output
    assert "Formannskapet, 03.03.2026, sak PS 12/26" in result.stdout
    assert "Kjelda seier ikkje kva arkivsak dette er" in result.stdout
    assert "1 saker har ikkje vedtak enno" in result.stderr
    assert counted(config)[0] == 1


def test_a_trial_reads_and_keeps_nothing(town: tuple[Config, Published]) -> None:
    config, _ = town
    before = counted(config)

    result = command(config, "--dry-run", "--format", "json")

    answer = json.loads(result.stdout)
    assert answer["dry_run"] is True
    assert answer["totals"]["added"] == 2
    assert counted(config) == before


def test_the_second_reading_changes_nothing_at_all(
    town: tuple[Config, Published],
) -> None:
    config, _ = town
    read(config)
    before = counted(config)

    result = read(config)

    assert result.splitlines()[-1] == "I alt: 2 uendra"
    assert counted(config) == before


def test_what_was_changed_and_what_was_taken_away_is_told_once(
    town: tuple[Config, Published],
) -> None:
    config, made = town
    read(config)
    made.cases[0]["vedtak"] = decision(12, "<p>Retningslinjene vert endra.</p>")
    del made.cases[1]

    second, third = read(config), read(config)

    assert "«Retningslinjene vedtas.» → «Retningslinjene vert endra.»" in second
    assert "Kjelda publiserer ikkje dette lenger" in second
    assert second.splitlines()[-1] == "I alt: 1 endra, 1 borte"
    assert third.splitlines()[-1] == "I alt: 2 uendra"
    installation = open_installation(config)
    with installation.reading() as session:
        marked = select(ImportedRecord.source_id).where(
            ImportedRecord.gone_at.is_not(None)
        )
        assert session.scalars(marked).all() == [identifier("ms", 13)]
    installation.database.close()


def test_what_is_published_again_is_marked_no_longer(
    town: tuple[Config, Published],
) -> None:
    config, made = town
    read(config)
    hidden = made.cases.pop()
    read(config)
    made.cases.append(hidden)

    result = read(config)

    assert "Publisert: nei → ja" in result
    assert result.splitlines()[-1] == "I alt: 1 endra, 1 uendra"


def test_a_reading_that_stops_halfway_goes_on_from_there(
    town: tuple[Config, Published],
) -> None:
    config, made = town
    made.meetings = [meeting(n, f"2026-03-{n:02d}T09:00:00Z") for n in range(1, 8)]
    made.cases = [case(n, held) for n, held in enumerate(made.meetings, 1)]
    made.breaks_at = 8

    with pytest.raises(SourceAwayError):
        read(config)
    stored = counted(config)[0]
    made.breaks_at = None
    made.asked.clear()
    result = read(config)

    assert stored == 5
    assert counted(config)[0] == 7
    searches = [asked for asked in made.asked if asked.path == "/search"]
    assert len(searches) == 1
    assert result.splitlines()[-1] == "I alt: 2 lagd til"
    assert cursors(config) == 0


def cursors(config: Config) -> int:
    installation = open_installation(config)
    with installation.reading() as session:
        found = len(session.scalars(select(ImportCursor)).all())
    installation.database.close()
    return found


def test_days_in_the_wrong_order_are_a_wrong_use(
    town: tuple[Config, Published],
) -> None:
    config, made = town

    result = command(config, "--from", "2026-05-01")

    assert result.exit_code == 2
    assert made.asked == []


def test_no_name_of_a_voter_reaches_the_disk(
    town: tuple[Config, Published], tmp_path: Path
) -> None:
    config, made = town
    made.cases[0] |= {
        "offentligTittel": "Permisjon for *****",
        "offentligTittelSensitiv": "Permisjon for Zebulon",
        "vedtak": decision(12, "<p>Zebulon får permisjon.</p>"),
    }

    read(config)

    files = [file for file in tmp_path.iterdir() if file.is_file()]
    assert files
    assert not [file for file in files if b"ebulon" in file.read_bytes()]
