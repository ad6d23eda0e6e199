"""What posting and sweeping leave behind, as rows in the order of the store's columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from xenia.effects import Given, Outcome
from xenia.engine.account import Account
from xenia.engine.moments.kinds import next_look
from xenia.engine.zones import Zone
from xenia.events.model import Event
from xenia.ledger.entries import Entry
from xenia.ledger.posting import entries_of
from xenia.services.published import Published


@dataclass(slots=True)
class Rows:
    """What a batch will write."""

    records: list[tuple[Any, ...]] = field(default_factory=list)
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    vouchers: list[tuple[Any, ...]] = field(default_factory=list)

    def record(
        self, event: Event, seq: int | None, outcome: Outcome, given: Given, answer: str
    ) -> None:
        """Keep what was made of an event; `seq` is None for a guest's."""
        record = outcome.record
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
        """Keep what an event has moved, and the vouchers that it has issued."""
        for n, entry in enumerate(entries_of(outcome.movements)):
            at = zone.start_of(entry.day) if entry.due else event.occurred_at
            self.entries.append(entry_row(member, seq, n, entry, at))
        for n, voucher in enumerate(outcome.vouchers):
            self.vouchers.append(
                (voucher.code, member, voucher.reward, voucher.state, voucher.expires, seq, n)
            )


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


def account_row(
    published: Published, member: str, seq: int, account: Account, attributes: str
) -> tuple[Any, ...]:
    """An account as it is stored."""
    layout = published.timeline.of(account.version).plan.layout.key()
    packed = published.timeline.pack(account)
    return (
        member,
        seq,
        account.version,
        layout,
        packed,
        next_look(published.timeline, account),
        attributes,
    )
