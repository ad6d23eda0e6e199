"""Writes from when on a member counts as inactive, of currencies whose lots all end then.

What is earned on a day puts that off.  Which days these were is remembered, so that a purchase that
comes back is no activity any more; so are the lots that ended last, which come back if something
is told late that would have put off their end.
"""

from __future__ import annotations

from collections.abc import Sequence

from xenia.effects import Kind
from xenia.engine import emit_offers
from xenia.engine.lots import fill_code, lot_code, swapped
from xenia.engine.slots import Slots
from xenia.engine.terms import Terms
from xenia.engine.type_writer import TypeWriter
from xenia.programme.model import Currency
from xenia.programme.periods import Inactive
from xenia.programme.settings import ReturnedPurchase


def earned(writer: TypeWriter, accruals: Sequence[tuple[str, int]]) -> None:
    """What an event earns now, or no more: currency and result of each of its accruals, beside
    those of offers."""
    found = {currency for currency, _ in accruals} | {offer.currency for offer in writer.offers}
    for currency in sorted(found):
        if not isinstance(writer.terms.programme.currencies[currency].expires, Inactive):
            continue
        places = [place for key, place in accruals if key == currency]
        now, before = (
            " + ".join([*(f"{name}[{place}]" for place in places), *offers])
            for name in ("decision", "posted")
            for offers in [emit_offers.all_earned(writer, name, currency)]
        )
        writer.say(1, f"if {before} == 0 and {now} > 0:")
        put_off(writer, 2, currency)
        if writer.terms.programme.settings.returned_purchase is ReturnedPurchase.NO_ACTIVITY:
            writer.say(1, f"if {before} > 0 and {now} == 0:")
            put_off(writer, 2, currency, units=-1)


def put_off(writer: TypeWriter, depth: int, currency: str, *, units: int = 1) -> None:
    """Something was earned on `day`; or (-1) that does not count any more."""
    part, slots, say = writer.terms.programme.currencies[currency], writer.slots, writer.say
    if not isinstance(part.expires, Inactive):
        return
    ring, last = slots.earning[currency], slots.earning_before[currency]
    gone = f"state, {slots.lapse[currency]}, {slots.gone[currency]}"
    idle = slots.idle[currency]
    say(depth, f"later = {writer.terms.later('day', part.expires.inactive)}")
    if units > 0:
        say(depth, f"active_again({gone}, {idle}, day)")
    say(depth, f"forget(state, {ring}, state[DAY], {last})")
    say(depth, "if later > state[DAY]:")
    say(depth + 1, f"put(state, {ring}, later, day, {units})")
    if units > 0:
        say(depth, "else:")
        say(depth + 1, f"state[{last}] = max(state[{last}], later)")
    say(depth, f"state[{idle}] = latest(state, {ring}, {last})")
    if units > 0:
        say(depth, f"if put_off_lapse(state, {slots.lapse[currency]}, {idle}, day, later):")
        _reinstate(writer, depth + 1, currency, part)


def _reinstate(writer: TypeWriter, depth: int, key: str, currency: Currency) -> None:
    slots, codes = writer.slots, writer.codes
    gone = f"state, {slots.lapse[key]}, {slots.gone[key]}, {slots.lots[key]}, {slots.held[key]}"
    which = f"{int(swapped(currency))}, {slots.wiped[key]}"
    usable, held = (
        codes.number(lot_code(Kind.REINSTATE, key, currency, held=one)) for one in (False, True)
    )
    fill = codes.number(fill_code(key, currency))
    writer.say(depth, f"reinstate({gone}, {which}, log, {usable}, {held}, {fill})")


def end_all(terms: Terms, slots: Slots, key: str, rings: Sequence[tuple[int, int]]) -> None:
    """In `due`, on `day`: all lots end of who has been inactive; `rings` are those that have lots,
    the usable ones first, with the codes of their ends."""
    say, idle, wiped = terms.source.say, slots.idle[key], slots.wiped[key]
    gone, turned = slots.gone[key], int(swapped(terms.programme.currencies[key]))
    say(1, f"if state[{idle}] <= day:")
    say(2, "if " + " or ".join(f"state[{at} + TOTAL] > 0" for at, _ in rings) + ":")
    say(3, f"lapse(state, {slots.lapse[key]}, {gone}, {idle}, {wiped})")
    say(3, f"state[{wiped}] = day")
    for held, (at, code) in enumerate(rings):
        say(3, f"keep_lapsed(state, {at}, {gone}, {turned}, {held})")
        say(3, f"take(state, {at}, state[{at} + TOTAL], log, {code})")


def take_of_what_is_gone(writer: TypeWriter, depth: int, currency: str) -> None:
    """`units` of the lot of `day` and `ends` do not come back, as far as inactivity ended them."""
    for held in (0, 1):
        entry = f"{writer.slots.gone[currency]}, ends, 2 * day + {held}"
        writer.say(depth, f"units = take_at(state, {entry}, units)")


def put_off_until(writer: TypeWriter, depth: int, currency: str, day: str) -> None:
    """Units come back: they last until a day."""
    part, slots, say = writer.terms.programme.currencies[currency], writer.slots, writer.say
    if isinstance(part.expires, Inactive):
        ring, last = slots.earning[currency], slots.earning_before[currency]
        say(depth, f"state[{last}] = max(state[{last}], {day})")
        say(depth, f"state[{slots.idle[currency]}] = latest(state, {ring}, {last})")


def forget_what_is_over(writer: TypeWriter, depth: int, currency: str) -> None:
    """Where members have counted as inactive by now, they do not before they earn anew."""
    slots, say = writer.slots, writer.say
    ring, last = slots.earning[currency], slots.earning_before[currency]
    gone = f"state, {slots.lapse[currency]}, {slots.gone[currency]}"
    say(depth, f"active_again({gone}, {slots.idle[currency]}, state[DAY])")
    say(depth, f"if state[{slots.idle[currency]}] <= state[DAY]:")
    say(depth + 1, f"forget(state, {ring}, state[DAY], {last})")
    say(depth + 1, f"state[{last}] = 0")
    say(depth + 1, f"state[{slots.idle[currency]}] = FAR")
