"""How a batch reaches what is stored where nothing is recorded: at one moment, without a lock."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import structs
from psycopg import Connection

from xenia.events.model import Event, Purchase, member_name
from xenia.events.parts import Identifier
from xenia.services.books import Books, Used, fresh
from xenia.services.earlier import Earlier
from xenia.services.identifying import Identifying, Supposing
from xenia.services.merged import redirected
from xenia.services.naming import with_blocked
from xenia.services.pooled import Pooled
from xenia.services.published import Published
from xenia.services.taking import Taken
from xenia.store import accounts, households, looking, members, merges, posting, quotes
from xenia.store.accounts import AccountRow
from xenia.store.awaiting import AwaitingRow
from xenia.store.personal import Said
from xenia.store.posting import Key, Rows, Scope, Stored, StoredAccount, Written
from xenia.store.quotes import QuoteRow


class Looking(Books):
    """What is stored, over a connection that sees one moment; nothing is ever written.

    `anew`: events are decided as though none of them had been recorded before.
    """

    sees_codes = False  # else whoever only asks could guess without end

    def __init__(
        self,
        connection: Connection[Any],
        scope: Scope,
        published: Published,
        now: int,
        *,
        anew: bool = True,
    ) -> None:
        self._reads, self._published, self._anew = connection, published, anew
        self.scope, self.now = scope, now
        self.strangers: set[str] = set()  # names in events, of who is no member yet

    @property
    def connection(self) -> Connection[Any]:
        """For what is only read."""
        return self._reads

    def begin(self) -> None:
        """It has begun with the connection."""

    def resolved(
        self, taken: Sequence[Taken]
    ) -> tuple[Sequence[Event], Sequence[Taken], set[Key], Pooled | None]:
        """The events with their members' ids; of who has none yet, with a name for this time.  And
        which of them name theirs by a card of no use."""
        named = [who for item in taken for who in (item.identifier, item.recipient) if who]
        asked = {(who.kind, who.value) for who in named}
        space = self.scope.space_id
        found, blocked = members.looked_up(self._reads, space, asked)
        events = [self._named(item.of(found)) for item in taken]
        if self.merges:
            events = redirected(self._reads, space, events)
        useless = with_blocked(taken, blocked)
        if not households.any_ever(self._reads, space):
            return events, taken, useless, None
        pooled = Pooled(self._reads, space, self._published, events, taken)
        return pooled.events, pooled.taken, useless, pooled

    @property
    def merges(self) -> bool:
        """Whether anybody in the space was ever merged."""
        return merges.any_ever(self._reads, self.scope.space_id)

    def _named(self, event: Event) -> Event:
        if not isinstance(event.member, Identifier):
            return event
        name = member_name(event.member) or ""
        self.strangers.add(name)
        return structs.replace(event, member=name)

    def claim(
        self, rows: Rows, names: Collection[str]
    ) -> tuple[set[Key], int | None, dict[str, StoredAccount]]:
        """Those that count as new, the programme's revision, and the accounts as they stand."""
        keys = {(row[0], row[1]) for row in rows}
        known = set() if self._anew else self.recorded(keys).keys()
        return keys - known, looking.revision(self._reads, self.scope), self.locked(names)

    def recorded(self, keys: Collection[Key]) -> dict[Key, Stored]:
        """The events among these that are there, with what was answered."""
        return posting.stored(self._reads, self.scope, keys)

    def locked(self, names: Collection[str]) -> dict[str, StoredAccount]:
        """The accounts of members as they stand, as far as they have one."""
        rows = accounts.accounts(self._reads, self.scope, sorted(names)) if names else {}
        return {name: _stored(row) for name, row in rows.items()}

    def opened(self, names: Collection[str]) -> dict[str, StoredAccount]:
        """Members without an account begin with a fresh one."""
        return dict.fromkeys(names, fresh(self._published))

    def moments(self, rows: Rows) -> set[Key]:
        """Those that come by themselves and are not recorded yet."""
        keys = {(row[0], row[1]) for row in rows}
        return keys - self.recorded(keys).keys()

    def vouchers(self, codes: Collection[str]) -> list[tuple[Any, ...]]:
        """Vouchers by their codes, as they stand."""
        return looking.vouchers(self._reads, self.scope, codes)

    def quotes(self, names: Collection[str]) -> list[QuoteRow]:
        """Quotes by their ids, as they stand."""
        return self._of_now(quotes.read(self._reads, self.scope, names, lock=False))

    def budgets(self, names: Collection[tuple[str, int]]) -> tuple[Used, Used]:
        """What is used of budgets by now, and what is reserved of them."""
        return self._with_reserved(looking.budgets(self._reads, self.scope, names))

    def awaiting(self, guests: Collection[Purchase], *, claims: bool) -> list[AwaitingRow]:
        """Claims that wait for guests' purchases by now."""
        del claims
        return self._awaiting(guests)

    def earlier(self) -> Earlier:
        """What is remembered of earlier events."""
        return Earlier(self._reads, self.scope, self._published, holds=False)

    def identifying(self) -> Identifying:
        """What events would change of what leads to members."""
        return Supposing(self._reads, self.scope.space_id, self.now)

    def say(self, rows: Sequence[Said]) -> None:
        """Nothing is kept."""

    def profile(self, told: Mapping[str, str]) -> None:
        """Nothing is kept."""

    def write(self, today: int, written: Written) -> None:
        """Nothing is written."""


def _stored(row: AccountRow) -> StoredAccount:
    known = (row.seq, row.version, row.layout, row.state, row.attributes)
    return StoredAccount(*known, row.waiting, row.reserving)
