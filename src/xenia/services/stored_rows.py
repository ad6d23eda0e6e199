"""Accounts and entries as they are stored: rows in the order of the store's columns."""

from __future__ import annotations

from typing import Any

from xenia.engine.account import Account
from xenia.ledger.entries import Entry
from xenia.services.published import Published


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
        published.timeline.next_due(account),
        attributes,
    )
