"""Does the work that falls due without an event, for everybody, in chunks that stand alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg import Connection

from xenia.engine.account import Account
from xenia.engine.versions import AsIf
from xenia.ledger.posting import entries_of
from xenia.services.answers import NO_EFFECTS
from xenia.services.filling import Pasts
from xenia.services.kept import account_row, entry_row, stored_voucher
from xenia.services.older import state_of
from xenia.services.posted import OutdatedError
from xenia.services.published import Published
from xenia.store import posting, sweeping
from xenia.store.accounts import AccountRow, voucher_row
from xenia.store.posting import Scope, Written
from xenia.store.together import Together

CHUNK = 500  # accounts in one transaction
_LISTED = 20_000  # members that are looked up at a time


@dataclass(frozen=True, slots=True)
class Swept:
    """What one chunk has come to."""

    accounts: int
    entries: int
    vouchers: int


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Sweeps one programme on a connection that is in no transaction; `clock` says the time in
    microseconds."""

    connection: Connection[Any]
    scope: Scope
    published: Published
    clock: Callable[[], int]

    def run(self, until: int) -> Iterator[Swept]:
        """Do all that is due up to the local day of an instant (microseconds), chunk by chunk.

        What is done stays done wherever this stops, and what others do at the same time is done
        once.  Raises OutdatedError where another version has been published meanwhile.
        """
        day = self.published.timeline.zone.day_of(until)
        after = ""
        while members := self._listed(day, after):
            for start in range(0, len(members), CHUNK):
                with Together(self.connection) as together:
                    together.begin()
                    swept = self._chunk(together, day, members[start : start + CHUNK])
                yield swept
            after = members[-1]

    def _listed(self, day: int, after: str) -> list[str]:
        with self.connection.transaction():
            return sweeping.due_members(self.connection, self.scope, day, after, _LISTED)

    def _chunk(self, together: Together, day: int, members: Sequence[str]) -> Swept:
        """One transaction: lock, do what is due, write."""
        if sweeping.revision(self.connection, self.scope) != self.published.revision:
            raise OutdatedError
        work = _Work(self.published, day)
        for row in sweeping.lock_due(self.connection, self.scope, day, members):
            pasts = Pasts(self.connection, self.scope, self.published.timeline)
            state = state_of(self.connection, self.scope, self.published, row.member, row)
            work.do(row, state, pasts.of(row.member))
        written = work.written()
        if written.accounts:
            now = self.clock()
            today = self.published.booked_on(self.published.timeline.zone.day_of(now))
            posting.write(together, self.scope, now, today, written)
        return Swept(len(written.sweeps), len(written.entries), len(written.vouchers))


class _Work:
    """The rows of one chunk."""

    def __init__(self, published: Published, day: int) -> None:
        self._published, self._day = published, day
        self._accounts: list[tuple[Any, ...]] = []
        self._sweeps: list[tuple[Any, ...]] = []
        self._told: list[tuple[Any, ...]] = []
        self._entries: list[tuple[Any, ...]] = []
        self._vouchers: list[tuple[Any, ...]] = []

    def do(self, row: AccountRow, state: Sequence[int], as_if: AsIf | None) -> None:
        """Let time pass for one account in this state."""
        timeline = self._published.timeline
        before = _account(row, state)
        account, outcome = timeline.pass_day(before, self._day, as_if)
        seq = row.seq
        if account is not before:
            seq += 1
            writer = self._published.versions[outcome.version].writer
            effects = writer.effects(row.member, outcome)
            self._sweeps.append((row.member, seq, account.version, self._day, effects))
            if effects != NO_EFFECTS:
                self._told.append((row.member, seq))
        # Where nothing was due, only the day on which to look again was wrong.
        self._accounts.append(
            account_row(self._published, row.member, seq, account, row.attributes)
        )
        for n, entry in enumerate(entries_of(outcome.movements)):
            at = timeline.zone.start_of(entry.day)
            self._entries.append(entry_row(row.member, seq, n, entry, at))
        for n, voucher in enumerate(outcome.vouchers):
            self._vouchers.append(stored_voucher(voucher_row(row.member, voucher, seq, n)))

    def written(self) -> Written:
        """All that is to be written."""
        return Written(
            accounts=self._accounts,
            records=(),
            sweeps=self._sweeps,
            entries=self._entries,
            vouchers=self._vouchers,
            budgets={},
            notices=self._told,
        )


def account_of(published: Published, row: AccountRow) -> Account:
    """A stored account, as the engine takes it; without its vouchers.

    Raises OutdatedError where a version has moved it that was published since the space was loaded.
    """
    if row.version not in published.versions:
        raise OutdatedError
    return _account(row, published.state(row.version, row.layout, row.state))


def _account(row: AccountRow, state: Sequence[int]) -> Account:
    attributes = {} if row.attributes == "{}" else msgspec.json.decode(row.attributes)
    return Account(row.member, state, attributes, version=row.version)
