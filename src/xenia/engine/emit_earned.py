"""Writes what is posted of what a rule earns: into lots, or into what is pending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xenia.effects import Kind
from xenia.engine import emit_back
from xenia.engine.lots import fill_code, lot_keys, swapped
from xenia.engine.plan import Code
from xenia.engine.type_writer import TypeWriter
from xenia.programme.periods import Expiry, own_end

Number = Callable[[Code], str]  # source of the number of a meaning


@dataclass(frozen=True, slots=True)
class Lot:
    """What a rule earns, and when it ends."""

    rule: str
    currency: str
    accrual: str
    expiry: Expiry | None


def emit(writer: TypeWriter, lot: Lot, number: Number) -> None:
    """Of the difference `units` between a decision and what was posted for a rule."""
    terms, slots, say = writer.terms, writer.slots, writer.say
    key, currency = lot.rule, lot.currency
    part = terms.programme.currencies[currency]
    lot_end = terms.ends("day", own_end(lot.expiry))
    code = Code(Kind.EARN, rule=key, currency=currency, accrual=lot.accrual, swapped=swapped(part))
    say(1, "if units > 0:")
    say(2, f"ends = {lot_end}")
    # A return takes nothing of a lot that has ended, so it puts nothing into it either.
    say(2, f"if event[AGAIN] == FIRST or {emit_back.lasts(writer, currency)}:")
    say(3, f"emit(log, {number(code)}, units, {lot_keys(part)})")
    wait = terms.programme.wait(currency)
    if wait is not None:
        ready = terms.later("day", wait)
        say(3, f"put(state, {slots.pending[currency]}, {ready}, pending_key(day, ends), units)")
    else:
        credited = f"state, {slots.lots[currency]}, {lot_keys(part)}, units, log"
        say(3, f"credit({credited}, {writer.codes.number(fill_code(currency, part))})")
    emit_back.earned(writer, key, currency, lot_end, number)
