"""How a batch reaches what is stored: with locks, and to be written when it has been decided."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from psycopg import Connection

from xenia.effects import Voucher
from xenia.events.facts import FACTS
from xenia.events.model import Cancel, Claim, Event, Purchase, Return
from xenia.services.earlier import Earlier, back_of, claim_of
from xenia.services.filling import Pasts
from xenia.services.identifying import Identifying
from xenia.services.merged import leads, redirected
from xenia.services.naming import resolved
from xenia.services.older import state_of
from xenia.services.pooled import Pooled
from xenia.services.published import Published, Space
from xenia.services.taking import Taken
from xenia.store import (
    accounts,
    awaiting,
    guards,
    members,
    merges,
    one_time_codes,
    personal,
    posting,
    quotes,
    reservations,
    taken_back,
)
from xenia.store.awaiting import AwaitingRow
from xenia.store.guards import SpendingRow
from xenia.store.one_time_codes import CodeRow
from xenia.store.one_time_codes import Used as CodeUsed
from xenia.store.personal import Said
from xenia.store.posting import Key, Rows, Scope, Stored, StoredAccount, Written
from xenia.store.quotes import QuoteRow
from xenia.store.reservations import Reservation
from xenia.store.together import Together

Used = dict[tuple[str, int], int]  # units by a budget's name and period


class Books:
    """What is stored of one programme, for one transaction; instants are in microseconds.

    `guards`: whether it is asked how much members have taken; `holds`: whether what they have may
    be held for it; `sees_codes`: whether one-time codes are compared, and `counts_before`: each try
    of one was counted before, as all that is done may be undone; `committed`: the reservation whose
    event is posted.
    """

    guards = holds = sees_codes = True
    counts_before = False
    committed: Reservation | None = None

    def __init__(
        self,
        together: Together,
        space: Space,
        published: Published,
        now: int,
        own: Reservation | None = None,
    ) -> None:
        """`own`: the reservation whose event is posted; it is kept from nobody here."""
        self._together, self._space, self._published = together, space, published
        self.committed, self.counts_before = own, own is not None
        self.scope, self.now = Scope(space.space_id, published.programme_id), now

    @property
    def own(self) -> str | None:
        """The id of the reservation whose event is posted."""
        return None if self.committed is None else self.committed.id

    @property
    def connection(self) -> Connection[Any]:
        """For what is only read; `begin` comes first."""
        return self._together.connection

    def begin(self) -> None:
        """Begin the transaction, if it has not begun."""
        self._together.begin()

    def resolved(
        self, taken: Sequence[Taken]
    ) -> tuple[Sequence[Event], Sequence[Taken], set[Key], Pooled | None]:
        """The events with their members' ids, and as they are stored; which of them name theirs by
        a card of no use; and what households make of them, where there are any."""
        events, blocked = resolved(self._together, self._space, self.scope, taken, now=self.now)
        if self._space.merges:
            self.begin()
            events = redirected(self.connection, self.scope.space_id, events)
        if not self._space.households:
            return events, taken, blocked, None
        self.begin()
        pooled = Pooled(self.connection, self.scope.space_id, self._published, events, taken)
        return pooled.events, pooled.taken, blocked, pooled

    @property
    def merges(self) -> bool:
        """Whether anybody in the space was ever merged."""
        return self._space.merges

    def leads(self, names: Collection[str], *, done: bool = False) -> dict[str, str]:
        """By those of the members who are merged: into whom, in the end, or as far as it is
        `done`."""
        if not names or not self.merges:
            return {}
        return leads(self.connection, self.scope.space_id, names, done=done)

    def claim(
        self, rows: Rows, names: Collection[str]
    ) -> tuple[set[Key], int | None, dict[str, StoredAccount]]:
        """See `posting.claim`."""
        return posting.claim(
            self._together, self.scope, self.now, rows, schema=FACTS, members=names
        )

    def recorded(self, keys: Collection[Key]) -> dict[Key, Stored]:
        """The events among these that are there, with what was answered."""
        return posting.stored(self.connection, self.scope, keys)

    def locked(self, names: Collection[str]) -> dict[str, StoredAccount]:
        """The accounts of members, as far as they have one."""
        return posting.lock_accounts(self._together, self.scope, names)

    def state(self, member: str, stored: StoredAccount) -> Sequence[int]:
        """See `older.state_of`."""
        return state_of(self.connection, self.scope, self._published, member, stored)

    def opened(self, names: Collection[str]) -> dict[str, StoredAccount]:
        """Accounts for members without one."""
        members.ensure_members(self.connection, self.scope.space_id, names, self.now)
        return posting.open_accounts(self._together, self.scope, names, fresh(self._published))

    def moments(self, rows: Rows) -> set[Key]:
        """Which of those that come by themselves nobody has recorded yet; from now on they are."""
        return posting.claim_moments(self._together, self.scope, self.now, rows, schema=FACTS)

    def vouchers(self, codes: Collection[str]) -> list[tuple[Any, ...]]:
        """Vouchers by their codes, as far as there are any."""
        return posting.lock_vouchers(self._together, self.scope, codes)

    def vouchers_of(self, member: str) -> tuple[Voucher, ...]:
        """All vouchers of a member whose account is locked."""
        rows = accounts.vouchers(self.connection, self.scope, [member])
        return tuple(row.voucher() for row in rows)

    def quotes(self, names: Collection[str]) -> list[QuoteRow]:
        """Quotes by their ids, as far as there are any."""
        return self._of_now(quotes.read(self.connection, self.scope, names, lock=True))

    def _of_now(self, rows: Sequence[QuoteRow]) -> list[QuoteRow]:
        """Quotes as those of who their members are by now."""
        led = self.leads({row.member for row in rows})
        return [replace(row, member=led.get(row.member, row.member)) for row in rows]

    def reserved(self, names: Collection[str]) -> list[Reservation]:
        """What is reserved of members."""
        found = reservations.live(self.connection, self.scope, names, self.now)
        return [one for one in found if one.id != self.own]

    def spending(self, names: Collection[str], since: int) -> list[SpendingRow]:
        """What members have taken since an instant, as far as it is counted, and whoever leads to
        them by now: they are one person."""
        led = merges.led_here(self.connection, self.scope.space_id, names) if self.merges else {}
        rows = guards.spent_since(self.connection, self.scope, {*names, *led}, since)
        theirs = [row._replace(member=led.get(row.member, row.member)) for row in rows]
        return sorted(theirs, key=lambda row: row.recorded_at) if led else theirs

    def codes(self, names: Collection[str]) -> list[CodeRow]:
        """One-time codes of members, locked."""
        return one_time_codes.live(self.connection, self.scope, names)

    def keep_codes(self, rows: Sequence[CodeUsed]) -> None:
        """Keep what became of codes."""
        one_time_codes.keep(self.connection, self.scope.space_id, rows)

    def budgets(self, names: Collection[tuple[str, int]]) -> tuple[Used, Used]:
        """What is used of budgets, by name and period, and what is reserved of them."""
        return self._with_reserved(posting.lock_budgets(self._together, self.scope, names))

    def _with_reserved(self, found: Mapping[tuple[str, int], tuple[int, int]]) -> tuple[Used, Used]:
        used = {key: units for key, (units, _) in found.items()}
        some = [key for key, (_, many) in found.items() if many]
        if not some:
            return used, {}
        connection, scope = self.connection, self.scope
        return used, reservations.of_budgets(connection, scope, some, self.now, self.own)

    def awaiting(self, guests: Collection[Purchase], *, claims: bool) -> list[AwaitingRow]:
        """Claims that wait for guests' purchases; `claims`: there may be more of them.  Whoever has
        to be seen by this one, or to see it, waits until the end of the transaction."""
        self.begin()
        awaiting.take_turns(self.connection, self.scope, claims=claims)
        return self._awaiting(guests)

    def _awaiting(self, guests: Collection[Purchase]) -> list[AwaitingRow]:
        keys = [(one.source, one.id) for one in guests]
        receipts = {one.receipt for one in guests if one.receipt is not None}
        return awaiting.awaiting(self.connection, self.scope, keys, receipts) if keys else []

    def waiting_of(self, member: str) -> list[Return | Cancel | Claim]:
        """All that waits of a member whose account is locked, in the order of recording."""
        backs = taken_back.waiting_all(self.connection, self.scope, member)
        claims = awaiting.of_member(self.connection, self.scope, member)
        return [*map(back_of, backs), *map(claim_of, claims)]

    def owners(self, keys: Collection[Key]) -> dict[Key, str]:
        """Whose events are in the programme, as far as they are recorded there and anybody's."""
        return taken_back.owners_in(self.connection, self.scope, keys)

    def earlier(self) -> Earlier:
        """What is remembered of earlier events."""
        return Earlier(self.connection, self.scope, self._published)

    def pasts(self) -> Pasts:
        """What has happened to members."""
        return Pasts(self.connection, self.scope, self._published.timeline)

    def identifying(self) -> Identifying:
        """What events change of what leads to members."""
        return Identifying(self.connection, self.scope.space_id, self.now)

    def say(self, rows: Sequence[Said]) -> None:
        """Keep what events have said that is personal."""
        personal.put_said(self.connection, self.scope.space_id, rows)

    def profile(self, told: Mapping[str, str]) -> None:
        """Keep what is personal of members' profiles, as JSON."""
        personal.put_personal(self.connection, self.scope.space_id, told)

    def write(self, today: int, written: Written) -> None:
        """Write all that a batch has come to, and commit; `today` is a local day number."""
        booked = self._published.booked_on(today)
        posting.write(self._together, self.scope, self.now, booked, written)


def fresh(published: Published) -> StoredAccount:
    """The account of a member to whom nothing has happened."""
    account = published.timeline.new_account("")
    plan = published.timeline.of(account.version).plan
    state = published.timeline.pack(account)
    return StoredAccount(0, account.version, plan.layout.key(), state, "{}")
