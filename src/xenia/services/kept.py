"""What posting and sweeping leave behind, as rows in the order of the store's columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import structs

from xenia.effects import Given, Outcome, Voucher
from xenia.engine.account import Account
from xenia.engine.layout import Layout
from xenia.engine.moments.kinds import next_look
from xenia.engine.operators import AWAY, ENROLLED, FAR
from xenia.engine.reserving import TO_COME
from xenia.engine.vouchers import ISSUED, RESERVED, codes
from xenia.engine.zones import Zone
from xenia.events.model import Event
from xenia.ledger.entries import Entry
from xenia.ledger.posting import entries_of
from xenia.programme.scope import NONE_LEVEL
from xenia.services.published import Published
from xenia.services.refused_spends import refused_spend
from xenia.services.taken_back import Recorded
from xenia.store.accounts import VoucherRow, voucher_row


@dataclass(slots=True)
class Rows:
    """What a batch will write.  `drawn` as of `Given`: None where chance is asked."""

    drawn: tuple[str, ...] | None = None
    reserved: dict[str, str] = field(default_factory=dict)  # whose vouchers are kept for others
    records: list[tuple[Any, ...]] = field(default_factory=list)
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    vouchers: dict[str, VoucherRow] = field(default_factory=dict)  # that changed, by code
    refused: list[tuple[Any, ...]] = field(default_factory=list)  # for safety
    locked: dict[str, VoucherRow] = field(default_factory=dict)  # that events name, as they were

    def record(
        self, event: Event, seq: int | None, outcome: Outcome, given: Given, answer: str
    ) -> None:
        """Keep what was made of an event; `seq` is None for a guest's."""
        record = outcome.record
        if (refused := refused_spend(event, outcome, given)) is not None:
            self.refused.append(refused)
        self.records.append(
            (
                event.source,
                event.id,
                outcome.version,
                event.member,
                seq,
                record and record.plan,
                record and record.read,
                record and record.posted,
                given.packed(),
                answer,
            )
        )

    def post(self, member: str, seq: int, zone: Zone, event: Event, outcome: Outcome) -> None:
        """Keep what an event has moved, and the vouchers that it has issued or used."""
        for n, entry in enumerate(entries_of(outcome.movements)):
            at = zone.start_of(entry.day) if entry.due else event.occurred_at
            self.entries.append(entry_row(member, seq, n, entry, at))
        for n, voucher in enumerate(outcome.vouchers):
            self.vouchers[voucher.code] = voucher_row(member, voucher, seq, n)
        for voucher in outcome.changed:
            row = self.vouchers.get(voucher.code) or self.locked[voucher.code]
            self.vouchers[voucher.code] = row.as_now(voucher)

    def lock_vouchers(
        self,
        read: Callable[[Collection[str]], list[tuple[Any, ...]]],
        events: Iterable[Event],
        recorded: Recorded,
    ) -> None:
        """Lock the vouchers that events name, or that what they take back of names, as far as there
        are any, and read them."""
        if named := {code for event in events for code in (*codes(event), *recorded.codes(event))}:
            for values in read(named):
                row = VoucherRow(*values)
                self.locked[row.code] = row

    def given(self, event: Event, rooms: Mapping[str, int], recorded: Recorded) -> Given:
        """What an event is decided with: what budgets have left, and the vouchers that it names, or
        that what it takes back of names, as they stand by now."""
        named = codes(event) or recorded.codes(event)
        if not named:
            return Given(rooms=rooms, drawn=self.drawn)
        found = [row for code in dict.fromkeys(named) if (row := self._voucher(code)) is not None]
        mine = [self._as_it_stands(event, row) for row in found if row.member == event.member]
        return Given(
            rooms=rooms,
            drawn=self.drawn,
            vouchers=(*mine, *self._yet_to_come(event)),
            others=tuple(row.code for row in found if row.member != event.member),
        )

    def _as_it_stands(self, event: Event, row: VoucherRow) -> Voucher:
        """A voucher; for who would use it, whether it is reserved."""
        found = row.voucher()
        if row.code in self.reserved and codes(event) and found.state == ISSUED:
            return structs.replace(found, state=RESERVED)
        return found

    def _yet_to_come(self, event: Event) -> Iterator[Voucher]:
        """What an event names that is reserved, and has been issued by time, which nobody has
        recorded yet: of what reward, only its decision knows."""
        for code in codes(event) if self.reserved else ():
            if self._voucher(code) is None and self.reserved.get(code) == event.member:
                yield Voucher(code, TO_COME, RESERVED, None)

    def _voucher(self, code: str) -> VoucherRow | None:
        return self.vouchers.get(code) or self.locked.get(code)

    def written(self) -> list[tuple[Any, ...]]:
        """The vouchers, as the store writes them."""
        return [stored_voucher(row) for row in self.vouchers.values()]


def decided_with(given: Given, outcome: Outcome) -> Given:
    """What is kept of what an event was decided with, so that a fold decides the same."""
    return structs.replace(
        given,
        row=outcome.row,
        vouchers=outcome.shown,
        behind=outcome.behind,
        drawn=outcome.drawn,
    )


def stored_voucher(row: VoucherRow) -> tuple[Any, ...]:
    """A voucher as it is stored: first the code."""
    return row.code, row.member, *row[2:]


def entry_row(member: str, seq: int, n: int, entry: Entry, at: int) -> tuple[Any, ...]:
    """An entry as it is stored; `at` is the instant at which it happened or fell due."""
    return (
        member,
        seq,
        n,
        entry.currency,
        entry.debit.value,
        entry.credit.value,
        entry.units,
        entry.earned,
        entry.ends,
        entry.accrual,
        entry.funder,
        entry.rule,
        entry.effect,
        at,
    )


def standing_of(layout: Layout, state: Sequence[int]) -> str:
    """What stands beside a state, to be found by: whether somebody has left or never joined, and
    their levels, with commas between."""
    joined = state[ENROLLED]
    if joined >= FAR:
        return "left" if joined == AWAY else "not-joined"
    held = ((tier, levels[state[at]]) for tier, at, levels in layout.ladders)
    return ",".join(f"{tier}={level}" for tier, level in held if level != NONE_LEVEL)


def joined_on(state: Sequence[int]) -> int | None:
    """The day (a local day number) since which somebody is a member; None: they are none."""
    return state[ENROLLED] if state[ENROLLED] < FAR else None


def account_row(
    published: Published, member: str, seq: int, account: Account, attributes: str
) -> tuple[Any, ...]:
    """An account as it is stored."""
    layout = published.timeline.of(account.version).plan.layout
    packed = published.timeline.pack(account)
    return (
        member,
        seq,
        account.version,
        layout.key(),
        packed,
        next_look(published.timeline, account),
        attributes,
        standing_of(layout, account.state),
        joined_on(account.state),
    )
