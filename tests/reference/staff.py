"""What staff does in the reference: corrections of what a member holds."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.days import after, end_of_lot, maybe_number, number
from tests.reference.deciding import Deciding
from xenia.effects import Effect, Kind
from xenia.events.model import Adjustment, Event
from xenia.programme.periods import Inactive


def asked_by_staff(event: Event) -> str | None:
    """What an event of staff claims, as refusals name it; None: it is another's."""
    return "adjustment" if isinstance(event, Adjustment) else None


def corrected(deciding: Deciding) -> bool:
    """Do what an event of staff asks for, or refuse it; False where it is none."""
    match deciding.event:
        case Adjustment() as event:
            adjust(deciding, event)
        case _:
            return False
    return True


def adjust(deciding: Deciding, event: Adjustment) -> None:
    key, day = event.currency, deciding.day
    currency = deciding.book.programme.currencies.get(key)
    if currency is None:
        deciding.refusals.append(("unknown-currency", "adjustment"))
        return
    units = int(Fraction(event.units) * deciding.book.unit(key))
    purse = deciding.member.purses[key]
    end = None
    if units == 0:
        deciding.refusals.append(("nothing-to-adjust", "adjustment"))
        return
    if purse.balance + units < 0:
        deciding.refusals.append(("insufficient-balance", "adjustment"))
        return
    if units > 0:
        end = end_of_lot(currency.expires, day)
        purse.put(day, end, units)
        if isinstance(currency.expires, Inactive):
            purse.inactive = max(purse.inactive or day, after(day, currency.expires.inactive))
    else:
        purse.take(-units, currency.spend_first)
    deciding.effects.append(
        Effect(
            kind=Kind.ADJUST,
            day=number(day),
            currency=key,
            units=units,
            expires=maybe_number(end),
        )
    )
