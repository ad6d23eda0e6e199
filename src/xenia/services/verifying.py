"""Proves what is stored: folds every account again, in one snapshot, while the service runs."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from typing import Any

from psycopg import Connection

from xenia.events.errors import EventError
from xenia.services.account_check import check_guest
from xenia.services.discrepancies import NOTHING, Checked, Discrepancy
from xenia.services.erasing import contradicted
from xenia.services.fingerprints import sent_of_steps
from xenia.services.guests_check import GuestsLeft
from xenia.services.inputs import UnusableError
from xenia.services.member_checks import begin, check_members, check_there, exported, snapshot_of
from xenia.services.projections import told
from xenia.services.published import DEFAULT, Published, Space, load_space
from xenia.services.quickening import quicken
from xenia.services.spaces import known_space
from xenia.store import accounts, checking, ledger, reservations, taken_back, totals
from xenia.store.database import Database
from xenia.store.posting import Scope

PROCESSES = 2
WORTH_PROCESSES = 2_000  # accounts: below, a second process costs more time than it saves
_CHUNK = 200  # members whose lots, wallets and vouchers are read together
_STEPS = 1_000  # of nobody, whose personal values are read together
_MOST = 1_000  # rows without a home that are told of one kind
_TOLD = "how often it is in the outbox"
_AHEAD = 4  # chunks that wait for each process


@dataclass(slots=True)
class Verifying:
    """A snapshot that is verified; `accounts` is how many there are to fold."""

    connection: Connection[Any]
    space: Space
    chosen: tuple[Published, ...]
    member: str | None
    accounts: int
    pool: ProcessPoolExecutor | None = None
    _used: dict[int, Counter[tuple[str, int]]] = field(default_factory=dict)

    def run(self) -> Iterator[Checked]:
        """What has been checked, bit by bit; `accounts` of each sum up to all."""
        for published in self.chosen:
            self._used[published.programme_id] = Counter()
            for checked in self._accounts(published):
                self._used[published.programme_id].update(checked.used)
                yield checked
        if self.member is None:
            for published in self.chosen:
                yield self._guests(published)
                yield Checked(discrepancies=[*self._sums(published)])
            yield Checked(discrepancies=[*self._events()])

    def _scope(self, published: Published) -> Scope:
        return Scope(self.space.space_id, published.programme_id)

    # ---- accounts ------------------------------------------------------------------------------

    def _accounts(self, published: Published) -> Iterator[Checked]:
        chunks = [[self.member]] if self.member is not None else self._chunks(published)
        if self.pool is None:
            for members in chunks:
                yield check_members(self.connection, self.space, published, members)
            return
        waiting: deque[Future[Checked]] = deque()
        for members in chunks:
            waiting.append(self.pool.submit(check_there, published.name, members))
            if len(waiting) >= _AHEAD * PROCESSES:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _chunks(self, published: Published) -> Iterator[list[str]]:
        scope, after = self._scope(published), ""
        while members := accounts.members_after(self.connection, scope, after, _CHUNK):
            yield members
            after = members[-1]

    # ---- what belongs to no account ------------------------------------------------------------

    def _guests(self, published: Published) -> Checked:
        checked, left, scope = Checked(), GuestsLeft(), self._scope(published)
        rows = ledger.steps_of_nobody(self.connection, scope)
        while steps := [*islice(rows, _STEPS)]:
            sent = sent_of_steps(self.connection, self.space, steps)
            checked.steps += len(steps)
            for step in steps:
                checked.discrepancies += check_guest(published, step, sent, left)
        stored = taken_back.remains_of_nobody(self.connection, scope)
        claimed = taken_back.claims(self.connection, scope, [*left.left]) if left.left else {}
        for one in left.check(stored, claimed):
            checked.discrepancies.append(Discrepancy(published.name, None, *one))
        return checked

    def _sums(self, published: Published) -> Iterator[Discrepancy]:
        """Budgets, totals of days, and rows of members without an account."""
        scope, name = self._scope(published), published.name
        used = self._used[published.programme_id]
        kept = {row[:2]: row.used for row in checking.budgets(self.connection, scope)}
        for key in sorted(used.keys() | kept.keys()):
            if used[key] != kept.get(key, 0):
                what = f"what is used of {key[0]} in period {key[1]}"
                yield Discrepancy(name, None, "budget", what, str(kept.get(key, 0)), str(used[key]))
        for stock in checking.stocks_added_otherwise(self.connection, scope, _MOST):
            what, kept_ = f"what was added to {stock.name}", str(stock.added)
            yield Discrepancy(name, None, "budget", what, kept_, str(stock.changes))
        for row in totals.deviations(self.connection, scope, _MOST):
            yield Discrepancy(name, None, "totals by day", *told(row))
        for one in checking.between_members(self.connection, scope, _MOST):
            what = f"{one.currency} between two members"
            yield Discrepancy(name, None, f"transfer {one.transfer}", what, str(one.units), NOTHING)
        for who, many, counted in reservations.otherwise(self.connection, scope, _MOST):
            what = "how many reservations there are"
            yield Discrepancy(name, who, "account", what, str(many), str(counted))
        for of in reservations.budgets_otherwise(self.connection, scope, _MOST):
            what = f"how many reservations there are of {of[0]} in period {of[1]}"
            yield Discrepancy(name, None, "budget", what, str(of[2]), str(of[3]))
        for table, member in checking.without_account(self.connection, scope, _MOST):
            yield Discrepancy(name, member, "account", f"rows of {table}", "some", NOTHING)

    def _events(self) -> Iterator[Discrepancy]:
        space = self.space
        for source, event in checking.events_without_record(self.connection, space.space_id, _MOST):
            at = f"event {source}/{event}"
            yield Discrepancy(space.name, None, at, "its record", NOTHING, "an answer")
        for source, event in checking.records_without_event(self.connection, space.space_id, _MOST):
            at = f"record {source}/{event}"
            yield Discrepancy(space.name, None, at, "its event", NOTHING, "facts")
        for row in checking.told_otherwise(self.connection, space.space_id, _MOST):
            at = f"event {row.source}/{row.event_id}"
            told, records = str(row.told), str(row.records)
            yield Discrepancy(space.name, None, at, _TOLD, told, records)
        for one in checking.notices_told_otherwise(self.connection, space.space_id, _MOST):
            at = f"effects of step {one.seq}"
            yield Discrepancy(one.programme, one.member, at, _TOLD, str(one.told), str(one.kept))
        for day in checking.sums_told_otherwise(self.connection, space.space_id, _MOST):
            at = f"what was recorded on {day.day}"
            what = f"{_TOLD}, or was" if day.told != day.kept else "whether it is what was told"
            yield Discrepancy(day.programme, None, at, what, str(day.told), str(day.kept))
        for new in checking.versions_told_otherwise(self.connection, space.space_id, _MOST):
            at = f"version {new.version}"
            yield Discrepancy(new.programme, None, at, _TOLD, str(new.told), str(new.kept))
        for member, at, kept, again in contradicted(self.connection, space.space_id, _MOST):
            yield Discrepancy(space.name, member, at, "what proves it", kept, again)


@contextmanager
def verifying(
    database: Database,
    *,
    member: str | None = None,
    programme: str | None = None,
    space: str = DEFAULT,
) -> Iterator[Verifying]:
    """A snapshot to verify: of one member, of one programme, or of all of a space.

    Raises UnusableError for a space, programme or member that is not there.
    """
    with ExitStack() as stack:
        connection = stack.enter_context(snapshot_of(database))
        world = load_space(connection, known_space(connection, space).name)
        quicken(world)
        chosen = _chosen(world, programme)
        scopes = [Scope(world.space_id, published.programme_id) for published in chosen]
        if member is None:
            number = sum(accounts.number_of_accounts(connection, scope) for scope in scopes)
        else:
            number = len(scopes)
            if not any(_known(connection, scope, member) for scope in scopes):
                raise UnusableError(
                    f"--member: nothing is recorded of a member {member}: check the id"
                )
        found = Verifying(connection, world, chosen, member, number)
        if number >= WORTH_PROCESSES:
            shared = (database, exported(connection), world.name)
            found.pool = stack.enter_context(
                ProcessPoolExecutor(PROCESSES, get_context("spawn"), begin, shared)
            )
        yield found


def _chosen(space: Space, programme: str | None) -> tuple[Published, ...]:
    if programme is None:
        return tuple(space.programmes.values())
    found = space.published(programme)
    if isinstance(found, EventError):
        raise UnusableError(f"--programme: {found.text}")
    return (found,)


def _known(connection: Connection[Any], scope: Scope, member: str) -> bool:
    """Whether anything has happened to a member, though the account may be missing."""
    if accounts.account(connection, scope, member) is not None:
        return True
    return next(ledger.steps(connection, scope, [member]), None) is not None
