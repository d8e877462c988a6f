"""Records that are taken in together: what is known of them, and what waits for them.

What new records lead to waits, and is written by one statement a table: rows first,
then the entries in the order of the acts. Before anything else is done it is written,
so that nobody can tell how many records were taken in at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workflows.base import Base, insert_all
from workflows.decision.cases import Case
from workflows.decision.decisions import Decision, DecisionItem
from workflows.decision.import_log import ImportedRecord, Run, find_record
from workflows.decision.import_registered import Registered
from workflows.decision.import_rules import PlainRecord
from workflows.decision.meetings import Proposal, Treatment, Vote
from workflows.decision.supersessions import SupersessionClaim
from workflows.record.drafts import Draft
from workflows.record.entries import append_all, require_appendable

# In the order in which they refer to each other.
KINDS: tuple[type[Base], ...] = (
    *(Case, Treatment, Vote, Proposal, Decision, DecisionItem),
    *(ImportedRecord, SupersessionClaim),
)


class Batch:
    """Some records of an import, which are looked up and written together."""

    def __init__(self, run: Run, records: Sequence[PlainRecord]) -> None:
        self.run = run
        self.known = Registered(run, records)
        self._rows: dict[type[Base], list[Base]] = {kind: [] for kind in KINDS}
        self._entries: list[Draft] = []

    def require_appendable(self, act: str) -> None:
        """Raise `RuleBrokenError` where the record would refuse the entry of an act."""
        require_appendable(self.known.head, act, at=self.run.at)

    def add(self, rows: Iterable[Base], entries: Iterable[Draft]) -> None:
        """Let rows and entries of one record wait; all that could refuse it is done."""
        for row in rows:
            self._rows[type(row)].append(row)
        self._entries.extend(entries)

    def write(self) -> None:
        """Write what waits, and leave to the session what others may change."""
        if not self._entries:
            return
        run = self.run
        # Cases that were there before and moved; the entries tell of their states.
        run.session.flush()
        insert_all(run.session, (row for rows in self._rows.values() for row in rows))
        append_all(run.session, self._entries, by=run.by, at=run.at)
        self._entries.clear()
        for rows in self._rows.values():
            rows.clear()
        self.known.adopt_new()

    def find_record(self, record: PlainRecord) -> ImportedRecord | None:
        """Return what was imported of a record before, None when nothing was."""
        return self.known.records.get((record.system, record.source_id))

    def attached(self, before: ImportedRecord) -> ImportedRecord:
        """Return what was imported before as a row that can be changed."""
        if before in self.run.session:
            return before
        found = find_record(
            self.run.session, system=before.system, source_id=before.source_id
        )
        assert found is not None  # noqa: S101 - it was written
        self.known.records[before.system, before.source_id] = found
        return found
