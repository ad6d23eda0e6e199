"""Transfers in the reference: what one member gives, and what another receives."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.days import number
from tests.reference.deciding import Deciding
from tests.reference.holdings import Lot, Used
from xenia.effects import Effect, Kind
from xenia.events.model import Received, Transfer, member_name
from xenia.programme.giving import Transfers
from xenia.programme.periods import Inactive, Unit

Handed = dict[tuple[str, str], list[tuple[str, Lot]]]  # by source and id of the transfer


def exchanged(deciding: Deciding, to: str, handed: Handed) -> bool:
    """Give or receive, or refuse to give; False where the event is of another kind."""
    match deciding.event:
        case Transfer() as event:
            refusal = refused(deciding, event, to)
            if refusal is None:
                handed[event.source, event.id] = give(deciding, event)
            else:
                deciding.refusals.append((refusal, "transfer"))
        case Received() as event:
            receive(deciding, handed.pop((event.of.source, event.of.id)))
        case _:
            return False
    return True


def refused(deciding: Deciding, event: Transfer, to: str) -> str | None:
    """Why nothing is given; `to` is the name of who is to receive, empty: nobody is enrolled."""
    if deciding.closed():
        return "programme-closed"
    currency = deciding.book.programme.currencies.get(event.currency)
    if currency is None:
        return "unknown-currency"
    if currency.transfers is None:
        return "not-transferable"
    asked = Fraction(event.units)
    if asked == 0:
        return "nothing-to-transfer"
    if asked < (currency.transfers.minimum or 0):
        return "below-minimum"
    if not to:
        return "unknown-recipient"
    if to == member_name(event.member):
        return "to-self"
    if units_of(deciding, event) > deciding.member.purses[event.currency].balance:
        return "insufficient-balance"
    if beyond(deciding, event, currency.transfers):
        return "beyond-limit"
    return None


def beyond(deciding: Deciding, event: Transfer, transfers: Transfers) -> bool:
    """Whether a limit leaves too little room."""
    given = deciding.member.used["transfer", event.currency]
    for limit in transfers.limits:
        last = max(given, default=deciding.day)
        inside = [
            used
            for day, used in given.items()
            if limit.per == "ever" or deciding.same_unit(Unit(limit.per), day, last)
        ]
        if limit.times is not None and sum(used.times for used in inside) + 1 > limit.times:
            return True
        units = sum((used.units for used in inside), Fraction(event.units))
        if limit.units is not None and units > Fraction(limit.units):
            return True
    return False


def give(deciding: Deciding, event: Transfer) -> list[tuple[str, Lot]]:
    """Take it out of the giver's lots, as the recipient will have them."""
    key, units = event.currency, units_of(deciding, event)
    currency, purse = deciding.book.programme.currencies[key], deciding.member.purses[key]
    lots = []
    for lot in purse.take(units, currency.spend_first):
        ends = [lot.end] if lot.end else []
        if isinstance(currency.expires, Inactive) and purse.inactive is not None:
            ends.append(purse.inactive)
        lots.append((key, Lot(lot.earned, min(ends, default=None), lot.units)))
    used = Used(times=1, units=Fraction(event.units))
    deciding.member.used["transfer", key].setdefault(deciding.day, Used()).add(used)
    say(deciding, key, -units)
    return lots


def receive(deciding: Deciding, lots: list[tuple[str, Lot]]) -> None:
    key = lots[0][0]
    purse = deciding.member.purses[key]
    purse.active_again(deciding.member.today)
    if purse.inactive is not None and purse.inactive <= deciding.member.today:
        purse.active.clear()
    for _, lot in lots:
        purse.put(lot.earned, lot.end, lot.units)
    say(deciding, key, sum(lot.units for _, lot in lots))


def units_of(deciding: Deciding, event: Transfer) -> int:
    return int(Fraction(event.units) * deciding.book.unit(event.currency))


def say(deciding: Deciding, key: str, units: int) -> None:
    deciding.effects.append(
        Effect(kind=Kind.TRANSFER, day=number(deciding.day), currency=key, units=units)
    )
