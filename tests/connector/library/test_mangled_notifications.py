"""Whatever becomes of notifications, what is remembered ends equal to the truth.

They come many times, in another order, late, forged, or not at all; between them people
work in the file, move it, delete it and put it back.
"""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from connector.library.items import ItemState, WebhookSubscription, notifications
from connector.library.notifications import (
    KnownSubscriptions,
    Told,
    secret_sha256,
    store,
)
from connector.library.publishing import publish
from connector.library.syncing import sync
from tests.connector.library.conftest import house_at
from tests.connector.library.libraries import House
from tests.templates_docx.in_word import typed

NAMED, SECRET = "abonnement", "hemmelig"
NAMES = ("Avtale om nærvær", "Avtale om heltid")
PLACES = ("felles/avtale.docx", "arkiv/avtale.docx", "arkiv/annet navn.docx")
# How many sequences are tried; more are tried by hand.
SEQUENCES = int(os.environ.get("SAMSPOR_SEQUENCES", "6"))


class Mangled(RuleBasedStateMachine):
    """People, notifications and readings, in any order."""

    small_file: Path

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.known = KnownSubscriptions()
        folder = Path(self.open.enter_context(TemporaryDirectory()))
        shutil.copy(self.small_file, folder / "samspor.db")
        url = f"sqlite:///{folder / 'samspor.db'}"
        self.house: House = self.open.enter_context(house_at(folder, url))

    @initialize()
    def begin(self) -> None:
        """The file lies as it was delivered, and changes of it are told."""
        self.said = self.made = self.house.working.get(self.house.row.name)
        self.place: str = self.house.row.name
        self.is_there = True
        with self.house.installation.unrecorded() as session:
            session.add(
                WebhookSubscription(
                    subscription=NAMED,
                    library=self.house.desk.library.key,
                    secret_sha256=secret_sha256(SECRET),
                    begun_at=self.house.installation.now(),
                    expires_at=self.house.installation.now(),
                )
            )

    @precondition(lambda self: self.is_there)
    @rule(name=st.sampled_from(NAMES))
    def edit(self, name: str) -> None:
        self.said = typed(self.made, "Lokal avtale", name)
        self.house.desk.save(self.place, self.said)

    @precondition(lambda self: self.is_there)
    @rule()
    def take_back(self) -> None:
        self.said = self.made
        self.house.desk.save(self.place, self.said)

    @precondition(lambda self: self.is_there)
    @rule(to=st.sampled_from(PLACES))
    def move(self, to: str) -> None:
        self.house.desk.library.find(self.place)  # A folder is looked over meanwhile.
        self.house.desk.move(self.place, to)
        self.place = to

    @precondition(lambda self: self.is_there)
    @rule()
    def delete(self) -> None:
        self.house.desk.library.find(self.place)
        self.house.desk.delete(self.place)
        self.is_there = False

    @precondition(lambda self: not self.is_there)
    @rule()
    def restore(self) -> None:
        self.house.desk.restore(self.place)
        self.is_there = True

    @rule(times=st.integers(1, 5))
    def notify(self, times: int) -> None:
        """The same notification comes again and again."""
        told = [Told(subscription=NAMED, secret=SECRET)]
        for _ in range(times):
            assert self.stored(told) == 1

    @rule(secret=st.text(max_size=10), named=st.sampled_from((NAMED, "annet")))
    def forge(self, secret: str, named: str) -> None:
        told = [Told(subscription=named, secret=secret)]
        assert self.stored(told) == 0

    def stored(self, told: list[Told]) -> int:
        database = self.house.installation.database
        return store(database, told, at=self.now, known=self.known)

    @rule()
    def forget(self) -> None:
        self.house.desk.forget()

    @rule()
    def hear(self) -> None:
        """Changes are read when a notification waits, and it is then put away."""
        with self.house.installation.reading() as session:
            key = self.house.desk.library.key
            has_heard = bool(notifications(session, key))
        if has_heard:
            self.read()

    @rule()
    def read(self) -> None:
        """The quarter of an hour has passed: changes are read, heard of or not."""
        sync(self.house.installation, self.house.desk.library)
        publish(self.house.installation, self.house.desk.library)
        self.require_truth()
        once = self.house.row.row_version
        sync(self.house.installation, self.house.desk.library)
        assert self.house.row.row_version == once

    @invariant()
    def work_is_never_written_over(self) -> None:
        if hasattr(self, "made") and self.is_there:
            folder = self.house.installation.config.data / "felles"
            assert (folder / self.place).read_bytes() == self.said

    def require_truth(self) -> None:
        row = self.house.row
        with self.house.installation.reading() as session:
            key = self.house.desk.library.key
            assert not notifications(session, key)
        if not self.is_there:
            assert row.state is ItemState.GONE
            return
        worked_in = self.said != self.made
        assert row.state is (ItemState.WORKED_IN if worked_in else ItemState.IN_PLACE)
        assert row.lies_as == self.place
        assert self.house.working.get(row.name) == self.said

    def teardown(self) -> None:
        """Afterwards the truth is read once more, and the house is closed."""
        with self.open:
            if hasattr(self, "made"):
                self.read()

    @property
    def now(self) -> datetime:
        """The time of the house."""
        return self.house.installation.now()


def test_what_is_remembered_ends_equal_to_the_truth(small_file: Path) -> None:
    class Here(Mangled):
        """The machine, with the story's file to copy."""

    Here.small_file = small_file
    run_state_machine_as_test(
        Here,
        settings=settings(max_examples=SEQUENCES, stateful_step_count=10),
    )
