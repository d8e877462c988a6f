"""What falls due is done while the service runs, without anybody visiting a page."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connector.config import Config
from connector.installation import Installation, open_installation, prepared_database
from connector.jobs.sweep import keep_sweeping
from workflows.base import by_ref
from workflows.development.agreements import Agreement, AgreementState, Level
from workflows.people.municipalities import found_municipality

BEGUN = datetime(2026, 1, 5, 9, tzinfo=UTC)


def an_installation(data: Path, *, now: datetime) -> Installation:
    config = Config(
        data=data, database_url=f"sqlite:///{data / 'samspor.db'}", clock_stands_at=now
    )
    database = prepared_database(config)
    with database.transaction(None) as session:
        found_municipality(session, name="Testvik kommune", number="9999", at=BEGUN)
        session.add(
            Agreement(
                ref="PA-1",
                title="Avtale",
                level=Level.LOCAL,
                valid_from=BEGUN.date(),
                valid_to=BEGUN.date() + timedelta(days=30),
                state=AgreementState.IN_FORCE,
                drafted_at=BEGUN,
            )
        )
    database.close()
    return open_installation(config)


def state_of(installation: Installation) -> str:
    with installation.reading() as session:
        return by_ref(session, Agreement, "PA-1").state


def test_an_agreement_runs_out_while_the_service_only_stands_there(
    tmp_path: Path,
) -> None:
    installation = an_installation(tmp_path, now=BEGUN + timedelta(days=40))
    stop = threading.Event()

    thread = keep_sweeping(installation, stop, every_s=0.05)
    patience = time.monotonic() + 10
    while state_of(installation) != "expired" and time.monotonic() < patience:
        time.sleep(0.05)
    stop.set()
    thread.join(5)

    assert state_of(installation) == "expired"
    assert not thread.is_alive()
    installation.database.close()
