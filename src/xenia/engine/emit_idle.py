"""Writes from when on a member counts as inactive, of currencies whose lots all end then.

What is earned on a day puts that off.  Which days these were is remembered, so that a purchase that
comes back is no activity any more.
"""

from __future__ import annotations

from collections.abc import Sequence

from xenia.engine.type_writer import TypeWriter
from xenia.programme.periods import Inactive
from xenia.programme.settings import ReturnedPurchase


def earned(writer: TypeWriter, accruals: Sequence[tuple[str, int]]) -> None:
    """What an event earns now, or no more: currency and result of each of its accruals."""
    for currency in sorted({currency for currency, _ in accruals}):
        if not isinstance(writer.terms.programme.currencies[currency].expires, Inactive):
            continue
        places = [place for key, place in accruals if key == currency]
        now, before = (
            " + ".join(f"{name}[{place}]" for place in places) for name in ("decision", "posted")
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
    say(depth, f"later = {writer.terms.later('day', part.expires.inactive)}")
    say(depth, f"forget(state, {ring}, state[DAY], {last})")
    say(depth, "if later > state[DAY]:")
    say(depth + 1, f"put(state, {ring}, later, day, {units})")
    if units > 0:
        say(depth, "else:")
        say(depth + 1, f"state[{last}] = max(state[{last}], later)")
    say(depth, f"state[{slots.idle[currency]}] = latest(state, {ring}, {last})")


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
    say(depth, f"if state[{slots.idle[currency]}] <= state[DAY]:")
    say(depth + 1, f"forget(state, {ring}, state[DAY], {last})")
    say(depth + 1, f"state[{last}] = 0")
    say(depth + 1, f"state[{slots.idle[currency]}] = FAR")
