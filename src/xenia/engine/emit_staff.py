"""Writes how events are decided on which there are no rules and no metrics: those by which staff
changes what a member holds, or hands it out, and what is told of the member.

Only automatic rewards follow them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from xenia.effects import Kind
from xenia.engine import emit_benefits, emit_grant, emit_leave, emit_moments, emit_transfer
from xenia.engine.emit_decide import open_record
from xenia.engine.emit_idle import put_off
from xenia.engine.lots import fill_code, lot_code, lot_keys
from xenia.engine.operators import ALL
from xenia.engine.plan import Code, Column
from xenia.engine.type_writer import TypeWriter, variable
from xenia.programme.model import Currency
from xenia.programme.periods import own_end

# Why what is asked for is refused, beside 0: it is not.
INSUFFICIENT, NOTHING = 1, 2


def emit(writer: TypeWriter) -> None:
    """Write `decide`, `open` and `post` of one of these types."""
    decide, post = DECIDED[writer.name]
    writer.say(
        0, f"def {variable('decide', writer.name)}(event, record, decision, memory, params):"
    )
    decide(writer)
    writer.say(1, "return")
    writer.say(0, "")
    open_record(writer)
    arguments = "state, event, record, posted, decision, log, params"
    writer.say(0, f"def {variable('post', writer.name)}({arguments}):")
    writer.say(1, "day = record[1]")
    emit_moments.remember(writer)
    post(writer)
    writer.say(1, "automatic(state, log, params)")
    writer.say(1, "return")
    writer.say(0, "")


def _currencies(writer: TypeWriter) -> Iterator[tuple[str, Currency, int]]:
    """Id, currency, and the result that says how many units of it move."""
    for key, currency in sorted(writer.terms.programme.currencies.items()):
        yield key, currency, writer.result(f"{writer.name}.{key}")


def _adjust(writer: TypeWriter) -> None:
    say, refused = writer.say, writer.result("adjustment.refused")
    for key, _, moved in _currencies(writer):
        say(1, f"units = {writer.lowering.column(Column('claim', key=key))}")
        say(1, f"if units < 0 and -units > {writer.balance(key)}:")
        say(2, f"decision[{refused}] = {INSUFFICIENT}")
        say(1, "else:")
        say(2, f"decision[{moved}] = units")


def _post_adjustment(writer: TypeWriter) -> None:
    say, codes = writer.say, writer.codes
    for key, currency, moved in _currencies(writer):
        lots = writer.slots.lots[key]
        given = codes.number(lot_code(Kind.ADJUST, key, currency))
        taken = codes.number(lot_code(Kind.ADJUST, key, currency, taken=True))
        say(1, f"units = decision[{moved}] - posted[{moved}]")
        say(1, "if units > 0:")
        say(2, f"ends = {writer.terms.ends('day', own_end(currency.expires))}")
        say(2, f"emit(log, {given}, units, {lot_keys(currency)})")
        fill = codes.number(fill_code(key, currency))
        say(2, f"credit(state, {lots}, {lot_keys(currency)}, units, log, {fill})")
        put_off(writer, 2, key)
        say(1, f"take(state, {lots}, -units, log, {taken})")


def _move(writer: TypeWriter) -> None:
    """Of each currency that is asked for so many units as that, or all there are."""
    say, refused = writer.say, writer.result(f"{writer.name}.refused")
    say(1, "asked = 0")
    say(1, "found = 0")
    for key, _, moved in _currencies(writer):
        there = f"max(0, {writer.balance(key)})"
        if writer.name == "release":
            there = writer.input(f"held.{key}", f"state[{writer.slots.held[key]} + TOTAL]")
        say(1, f"units = {writer.lowering.column(Column('claim', key=key))}")
        say(1, "if units != 0:")
        say(2, "asked = 1")
        say(1, f"if units == {ALL}:")
        say(2, f"units = {there}")
        say(1, f"if units > {there}:")
        say(2, f"decision[{refused}] = {INSUFFICIENT}")
        say(2, "found = 1")
        say(1, "elif units > 0:")
        say(2, f"decision[{moved}] = units")
        say(2, "found = 1")
    say(1, "if asked == 1 and found == 0:")
    say(2, f"decision[{refused}] = {NOTHING}")


def _post_hold(writer: TypeWriter) -> None:
    for key, currency, moved in _currencies(writer):
        code = lot_code(Kind.HOLD, key, currency)
        _shift(writer, code, writer.slots.lots[key], writer.slots.held[key], moved)


def _post_release(writer: TypeWriter) -> None:
    for key, currency, moved in _currencies(writer):
        code = lot_code(Kind.RELEASE, key, currency)
        _shift(writer, code, writer.slots.held[key], writer.slots.lots[key], moved)


def _shift(writer: TypeWriter, code: Code, at: int, to: int, moved: int) -> None:
    units = f"decision[{moved}] - posted[{moved}]"
    key = code.currency or ""
    fill = writer.codes.number(fill_code(key, writer.terms.programme.currencies[key]))
    writer.say(1, f"shift(state, {at}, {to}, {units}, log, {writer.codes.number(code)}, {fill})")


def _nothing(writer: TypeWriter) -> None:
    """Nothing comes of it by itself."""


_Writes = Callable[[TypeWriter], None]
DECIDED: Mapping[str, tuple[_Writes, _Writes]] = {
    "adjustment": (_adjust, _post_adjustment),
    "hold": (_move, _post_hold),
    "release": (_move, _post_release),
    "grant": (emit_grant.decide, emit_grant.post),
    "use": (emit_benefits.decide, emit_benefits.post),
    "transfer": (emit_transfer.decide, emit_transfer.post),
    "card": (_nothing, _nothing),
    "leave": (_nothing, emit_leave.post),
    "received": (emit_transfer.decide_received, emit_transfer.post_received),
}
