"""What was stored at an earlier time, as far as it can be known from what was recorded by then."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import msgspec
from psycopg import Connection

from xenia.events.model import Event
from xenia.services.earlier import Earlier
from xenia.services.filling import Pasts
from xenia.services.folding import Folded, Folding, new_folding
from xenia.services.looking import Looking
from xenia.services.published import Published
from xenia.services.taken_back import Recorded
from xenia.store import ledger
from xenia.store.accounts import VoucherRow, voucher_row
from xenia.store.posting import Key, Rows, Scope, StoredAccount

_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class _EarlierThen(Earlier):
    """Earlier events as they stood then: what was recorded of members, `then`.  What is nobody's is
    as it stands now."""

    then: Recorded = field(default_factory=Recorded)

    def read(self, events: Collection[Event], waiting: Collection[str]) -> None:
        """See Earlier."""
        Earlier.read(self, events, ())
        nobodys = {
            key: prior for key, prior in self.recorded.priors.items() if prior.event.member is None
        }
        self.keeps = True
        self.recorded.priors = nobodys | self.then.priors
        self.recorded.waits = {
            key: those for key, those in self.then.waits.items() if key.member in waiting
        }


class LookingBack(Looking):
    """Members' accounts, vouchers and events as they stood at the instant `then` (microseconds),
    folded from what was recorded by then; budgets and stock as they stand now, and nobody asks how
    much members had taken."""

    guards = False

    def __init__(
        self,
        connection: Connection[Any],
        scope: Scope,
        published: Published,
        now: int,
        *,
        then: int,
    ) -> None:
        super().__init__(connection, scope, published, now)
        self._then, self._recorded = then, Recorded()
        self._vouchers: dict[str, VoucherRow] = {}
        self._names: set[str] = set()  # whose vouchers these are

    def locked(self, names: Collection[str]) -> dict[str, StoredAccount]:
        """The accounts of members as they stood, of those who had one by then."""
        self._names |= set(names)
        foldings: dict[str, tuple[Folding, int]] = {}
        for step in ledger.steps(self._reads, self.scope, sorted(names)):
            if step.recorded_at <= self._then:
                folding, _ = foldings.get(step.member) or (self._fresh(step.member), 0)
                self._keep(step.member, step.seq, folding.take(step))
                foldings[step.member] = folding, step.seq
        return {name: self._stored(*found) for name, found in foldings.items()}

    def _fresh(self, member: str) -> Folding:
        folding = new_folding(self._published, member)
        folding.recorded = self._recorded
        return folding

    def _keep(self, member: str, seq: int, folded: Folded) -> None:
        for n, voucher in enumerate(folded.outcome.vouchers):
            self._vouchers[voucher.code] = voucher_row(member, voucher, seq, n)
        for voucher in folded.outcome.changed:
            self._vouchers[voucher.code] = self._vouchers[voucher.code].as_now(voucher)

    def _stored(self, folding: Folding, seq: int) -> StoredAccount:
        account, timeline = folding.account, self._published.timeline
        layout = timeline.of(account.version).plan.layout.key()
        attributes = _encode(account.attributes).decode()
        waiting = sum(key.member == account.member for key in self._recorded.waits)
        packed = timeline.pack(account)
        return StoredAccount(seq, account.version, layout, packed, attributes, waiting)

    def moments(self, rows: Rows) -> set[Key]:
        """Those that come by themselves: what had been recorded of them, the accounts know."""
        return {(row[0], row[1]) for row in rows}

    def vouchers(self, codes: Collection[str]) -> list[tuple[Any, ...]]:
        """Vouchers by their codes: the members' as they stood, others as they stand."""
        mine = [tuple(self._vouchers[code]) for code in codes if code in self._vouchers]
        left = [code for code in codes if code not in self._vouchers]
        others = super().vouchers(left) if left else []
        return [*mine, *(row for row in others if row[0] not in self._names)]

    def earlier(self) -> Earlier:
        """What is remembered of earlier events."""
        scope = self.scope
        return _EarlierThen(self._reads, scope, self._published, holds=False, then=self._recorded)

    def pasts(self) -> Pasts:
        """What had happened to members by then."""
        return Pasts(self._reads, self.scope, self._published.timeline, self._then)
