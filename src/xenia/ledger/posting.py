"""Which accounts a movement of a lot debits and credits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xenia.effects import Kind, Movement
from xenia.ledger.accounts import LedgerAccount
from xenia.ledger.entries import Entry

_EARNED = (LedgerAccount.ISSUANCE, LedgerAccount.WALLET)
_EARNED_PENDING = (LedgerAccount.ISSUANCE, LedgerAccount.PENDING)
_GIVEN = (LedgerAccount.ADJUSTMENT, LedgerAccount.WALLET)
_TAKEN = (LedgerAccount.WALLET, LedgerAccount.ADJUSTMENT)
_HANDED = (LedgerAccount.WALLET, LedgerAccount.TRANSIT)
_RECEIVED = (LedgerAccount.TRANSIT, LedgerAccount.WALLET)
_REINSTATED = (LedgerAccount.BREAKAGE, LedgerAccount.WALLET)
_REINSTATED_HELD = (LedgerAccount.BREAKAGE, LedgerAccount.HELD)
_EXPIRED_HELD = (LedgerAccount.HELD, LedgerAccount.BREAKAGE)
_MOVED: Mapping[Kind, tuple[LedgerAccount, LedgerAccount]] = {
    Kind.ACTIVATE: (LedgerAccount.PENDING, LedgerAccount.WALLET),
    Kind.SPEND: (LedgerAccount.WALLET, LedgerAccount.REDEEMED),
    Kind.EXPIRE: (LedgerAccount.WALLET, LedgerAccount.BREAKAGE),
    Kind.HOLD: (LedgerAccount.WALLET, LedgerAccount.HELD),
    Kind.RELEASE: (LedgerAccount.HELD, LedgerAccount.WALLET),
    Kind.GIVE_BACK: (LedgerAccount.REDEEMED, LedgerAccount.WALLET),
    Kind.FILL: (LedgerAccount.WALLET, LedgerAccount.DEFICIT),
}


def entries_of(movements: Iterable[Movement]) -> tuple[Entry, ...]:
    """The entries of one event, or of one stretch of time, in the order of its movements."""
    return tuple([_entry(movement) for movement in movements])


def _entry(movement: Movement) -> Entry:
    if movement.kind is Kind.EARN:
        debit, credit = _EARNED_PENDING if movement.pending else _EARNED
    elif movement.kind is Kind.ADJUST:
        debit, credit = _GIVEN if movement.units > 0 else _TAKEN
    elif movement.kind is Kind.TRANSFER:
        debit, credit = _RECEIVED if movement.units > 0 else _HANDED
    elif movement.kind is Kind.RENEW:
        here, there = _kept_in(movement), LedgerAccount.TRANSIT
        debit, credit = (there, here) if movement.units > 0 else (here, there)
    elif movement.kind is Kind.MERGE:
        here, there = _taken_from(movement), LedgerAccount.TRANSIT
        debit, credit = (there, here) if movement.units > 0 else (here, there)
    elif movement.kind is Kind.TAKE_BACK:
        debit, credit = _taken_from(movement), LedgerAccount.ISSUANCE
    elif movement.kind is Kind.REINSTATE:
        debit, credit = _REINSTATED_HELD if movement.held else _REINSTATED
    elif movement.kind is Kind.OPEN:
        debit, credit = _opened(movement)
    elif movement.held:
        debit, credit = _EXPIRED_HELD
    else:
        debit, credit = _MOVED[movement.kind]
    return Entry(
        currency=movement.currency,
        debit=debit,
        credit=credit,
        units=abs(movement.units),
        earned=movement.earned,
        ends=movement.ends,
        effect=movement.effect,
        day=movement.day,
        due=movement.due,
        rule=movement.rule,
        accrual=movement.accrual,
    )


def _opened(movement: Movement) -> tuple[LedgerAccount, LedgerAccount]:
    """What is owed was used in the other system."""
    if movement.owed:
        return LedgerAccount.DEFICIT, LedgerAccount.OPENING
    if movement.pending:
        return LedgerAccount.OPENING, LedgerAccount.PENDING
    return LedgerAccount.OPENING, LedgerAccount.HELD if movement.held else LedgerAccount.WALLET


def _taken_from(movement: Movement) -> LedgerAccount:
    return LedgerAccount.DEFICIT if movement.owed else _kept_in(movement)


def _kept_in(movement: Movement) -> LedgerAccount:
    if movement.pending:
        return LedgerAccount.PENDING
    return LedgerAccount.HELD if movement.held else LedgerAccount.WALLET
