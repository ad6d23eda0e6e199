"""Writes how units go from one member to another: what is given, and what is received."""

from __future__ import annotations

from collections.abc import Iterator

from xenia.effects import Kind
from xenia.engine.emit_back import number_of
from xenia.engine.emit_idle import forget_what_is_over
from xenia.engine.emit_limits import limit_key
from xenia.engine.lots import fill_code, lot_code, swapped
from xenia.engine.plan import Column
from xenia.engine.slots import LimitSlot
from xenia.engine.type_writer import TypeWriter
from xenia.programme.model import Currency
from xenia.programme.periods import Inactive

# Why what is asked for is refused, beside 0: it is not.
INSUFFICIENT, BEYOND = 1, 2


def idle(currency: str) -> str:
    """Under which name the giver's day of inactivity is read."""
    return f"idle.{currency}"


def decide(writer: TypeWriter) -> None:
    """Units of at most one currency are asked for."""
    say, refused = writer.say, writer.result("transfer.refused")
    for key, currency in _given(writer):
        say(1, f"units = {writer.lowering.column(Column('claim', key=key))}")
        say(1, "if units > 0:")
        say(2, f"if units > {writer.balance(key)}:")
        say(3, f"decision[{refused}] = {INSUFFICIENT}")
        limits = writer.slots.limits[f"transfer.{key}"]
        for limit in limits:
            counted = f"counted(state, {limit.slot}, {limit_key(limit, 'day')})"
            after = f"{writer.input(limit.name, counted)} + {_counts(limit)}"
            most = writer.terms.source.param(writer.limit_most(limit))
            say(2, f"elif {after} > {most}:")
            say(3, f"decision[{refused}] = {BEYOND}")
        say(2, "else:")
        say(3, f"decision[{writer.result(f'transfer.{key}')}] = units")
        if isinstance(currency.expires, Inactive):
            writer.input(idle(key), f"state[{writer.slots.idle[key]}]")


def post(writer: TypeWriter) -> None:
    """Out of the lots, in spending order; counted against the limits."""
    say = writer.say
    for key, currency in _given(writer):
        code = writer.codes.number(lot_code(Kind.TRANSFER, key, currency, taken=True))
        place = writer.result(f"transfer.{key}")
        say(1, f"units = decision[{place}] - posted[{place}]")
        say(1, "if units > 0:")
        say(2, f"take(state, {writer.slots.lots[key]}, units, log, {code})")
        for limit in writer.slots.limits[f"transfer.{key}"]:
            number = limit_key(limit, "day")
            say(2, f"count(state, {limit.slot}, {number}, {_counts(limit)})")


def decide_received(writer: TypeWriter) -> None:
    """Nothing is left to be decided."""


def post_received(writer: TypeWriter) -> None:
    """Into the lots, as they were; a day of inactivity that is over ends nothing any more."""
    say = writer.say
    for key, currency in _given(writer):
        code = writer.codes.number(lot_code(Kind.TRANSFER, key, currency))
        fill = writer.codes.number(fill_code(key, currency))
        if isinstance(currency.expires, Inactive):
            forget_what_is_over(writer, 1, key)
        which = f"{number_of(writer, key)}, {int(swapped(currency))}"
        say(1, f"receive(state, {writer.slots.lots[key]}, event, {which}, log, {code}, {fill})")


def _given(writer: TypeWriter) -> Iterator[tuple[str, Currency]]:
    for key, currency in sorted(writer.terms.programme.currencies.items()):
        if currency.transfers is not None:
            yield key, currency


def _counts(limit: LimitSlot) -> str:
    return "1" if limit.counts == "times" else "units"
