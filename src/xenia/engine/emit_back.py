"""Writes what is posted where a decision comes to less than before: a return of a purchase."""

from __future__ import annotations

from collections.abc import Callable

from xenia.effects import Kind
from xenia.engine.emit_idle import put_off_until, take_of_what_is_gone
from xenia.engine.lots import fill_code, lot_code, lot_keys, swapped
from xenia.engine.plan import Code
from xenia.engine.type_writer import TypeWriter
from xenia.programme.model import Currency
from xenia.programme.periods import Inactive
from xenia.programme.settings import BelowZero


def number_of(writer: TypeWriter, currency: str) -> int:
    """By what an event's row names a currency."""
    return sorted(writer.terms.programme.currencies).index(currency)


def spent(writer: TypeWriter, currency: str) -> None:
    """`units` below 0: so many that were spent come back, the last spent first."""
    say, part = writer.say, writer.terms.programme.currencies[currency]
    lots, number = writer.slots.lots[currency], number_of(writer, currency)
    code = writer.codes.number(lot_code(Kind.GIVE_BACK, currency, part))
    fill = writer.codes.number(fill_code(currency, part))
    say(1, "if units < 0:")
    least = writer.terms.later("event[TODAY]", writer.terms.programme.settings.given_back_lasts)
    if writer.terms.closing is not None:
        least = f"min({least}, {writer.terms.source.param(writer.terms.closing)})"
    say(2, f"least = {least}")
    which = f"{number}, -units, least, {int(swapped(part))}"
    say(2, f"give_back(state, {lots}, event, {which}, log, {code}, {fill})")
    put_off_until(writer, 2, currency, "least")


def earned(
    writer: TypeWriter, key: str, currency: str, lot_end: str, number: Callable[[Code], str]
) -> None:
    """`units` below 0: so many that a rule earned are taken, wherever they are now; `number` is the
    source of that of a meaning."""
    terms, slots, say = writer.terms, writer.slots, writer.say
    part = terms.programme.currencies[currency]
    keys, lots = lot_keys(part), slots.lots[currency]
    say(1, "elif units < 0:")
    say(2, "units = -units")
    say(2, f"ends = {lot_end}")
    usable = _code(key, currency, part)
    wait = terms.programme.wait(currency)
    if wait is not None:
        entry = f"{slots.pending[currency]}, {terms.later('day', wait)}"
        code = number(_code(key, currency, part, pending=True))
        _take(writer, f"{entry}, pending_key(day, ends)", keys, code)
    _take(writer, f"{lots}, {keys}", keys, number(usable))
    held = f"{slots.held[currency]}, {keys}"
    _take(writer, held, keys, number(_code(key, currency, part, held=True)))
    if isinstance(part.expires, Inactive):
        take_of_what_is_gone(writer, 2, currency)
    owed = "-1"
    if terms.programme.settings.below_zero is not BelowZero.ABSORBED:
        owed = number(_code(key, currency, part, owed=True))
    say(2, f"if units > 0 and {lasts(writer, currency)}:")
    say(3, f"take_back(state, {lots}, units, {keys}, log, {number(usable)}, {owed})")


def lasts(writer: TypeWriter, currency: str) -> str:
    """The source of whether a lot of `day` that ends on `ends` has ended neither by itself nor,
    with all others, by inactivity."""
    if isinstance(writer.terms.programme.currencies[currency].expires, Inactive):
        return f"ends > today and state[{writer.slots.wiped[currency]}] <= day"
    return "ends > today"


def _take(writer: TypeWriter, entry: str, keys: str, code: str) -> None:
    """Take what an entry has of `units`."""
    writer.say(2, f"left = take_at(state, {entry}, units)")
    writer.say(2, "if left < units:")
    writer.say(3, f"emit(log, {code}, units - left, {keys})")
    writer.say(2, "units = left")


def _code(
    key: str,
    currency: str,
    part: Currency,
    *,
    pending: bool = False,
    held: bool = False,
    owed: bool = False,
) -> Code:
    return Code(
        Kind.TAKE_BACK,
        rule=key,
        currency=currency,
        swapped=swapped(part),
        pending=pending,
        held=held,
        owed=owed,
    )
