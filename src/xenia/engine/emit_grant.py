"""Writes how a grant is decided: a level, a benefit or a voucher, until a day."""

from __future__ import annotations

from xenia.effects import Kind
from xenia.engine.emit_limits import stock, stocks, take_stock
from xenia.engine.plan import Code, Column
from xenia.engine.type_writer import TypeWriter

# Why a grant is refused, beside 0: it is not.
OVER, GRANTED, OUT_OF_STOCK = 1, 2, 3
UNTIL = "until"  # by which name the day is asked for, 0: none was said


def of_tier(key: str) -> str:
    """By which name a level of a ladder is asked for, by its place."""
    return f"tier.{key}"


def of_benefit(key: str) -> str:
    """By which name a benefit is asked for."""
    return f"benefit.{key}"


def decide(writer: TypeWriter) -> None:
    """At most one of these is asked for."""
    say = writer.say
    writer.result("grant.refused")
    stocks(writer)
    say(1, "day = record[1]")
    say(1, f"today = {writer.input('today', 'state[DAY]')}")
    say(1, f"until = {_asked(writer, UNTIL)}")
    for key, tier in sorted(writer.terms.programme.tiers.items()):
        say(1, f"level = {_asked(writer, of_tier(key))}")
        say(1, "if level > 0:")
        say(2, "if until == 0:")
        say(3, f"until = {writer.terms.held_until('day', tier.holds)}")
        say(2, "granted = 0")
        for place, slot in writer.slots.granted_levels[key].items():
            say(2, f"if level == {place}:")
            say(3, f"granted = {writer.input(f'granted.{key}.{place}', f'state[{slot}]')}")
        _grant(writer, f"grant.{of_tier(key)}", "level")
    for key, slot in writer.slots.granted_benefits.items():
        say(1, f"if {_asked(writer, of_benefit(key))} > 0:")
        say(2, "if until == 0:")
        say(3, "until = FAR")
        say(2, f"granted = {writer.input(f'granted-benefit.{key}', f'state[{slot}]')}")
        _grant(writer, f"grant.{of_benefit(key)}", "1")
    say(1, f"reward = {writer.lowering.column(Column('reward'))}")
    for number, key in enumerate(sorted(writer.terms.programme.rewards)):
        say(1, f"if reward == {number}:")
        _voucher(writer, key)


def _asked(writer: TypeWriter, name: str) -> str:
    return writer.lowering.column(Column("claim", key=name))


def _refuse(writer: TypeWriter, depth: int, why: int) -> None:
    writer.say(depth, f"decision[{writer.result('grant.refused')}] = {why}")


def _grant(writer: TypeWriter, name: str, what: str) -> None:
    say = writer.say
    say(2, "if until <= today:")
    _refuse(writer, 3, OVER)
    say(2, "elif granted >= until:")
    _refuse(writer, 3, GRANTED)
    say(2, "else:")
    say(3, f"decision[{writer.result(name)}] = {what}")
    say(3, f"decision[{writer.result('grant.until')}] = until")


def _voucher(writer: TypeWriter, key: str) -> None:
    say = writer.say
    say(2, "if until > 0 and until <= today:")
    _refuse(writer, 3, OVER)
    if key in writer.stocked:
        say(2, f"elif {stock(key)} < 1:")
        _refuse(writer, 3, OUT_OF_STOCK)
    say(2, "else:")
    say(3, f"decision[{writer.result(f'grant.voucher.{key}')}] = 1")
    say(3, f"decision[{writer.result('grant.until')}] = until")
    take_stock(writer, 3, key, "1")


def post(writer: TypeWriter) -> None:
    """A level at once, and until when it is granted; a benefit; a voucher."""
    say, codes = writer.say, writer.codes
    say(1, f"until = decision[{writer.result('grant.until')}]")
    for key in sorted(writer.terms.programme.tiers):
        at, code = writer.slots.tiers[key], codes.number(Code(Kind.TIER, tier=key))
        _difference(writer, f"grant.{of_tier(key)}")
        say(1, "if units > 0:")
        for place, slot in writer.slots.granted_levels[key].items():
            say(2, f"if units == {place}:")
            say(3, f"state[{slot}] = until")
        say(2, f"grant_level(state, {at}, units, until, log, {code})")
    for key, slot in writer.slots.granted_benefits.items():
        code = codes.number(Code(Kind.BENEFIT, benefit=key))
        _difference(writer, f"grant.{of_benefit(key)}")
        say(1, "if units > 0:")
        say(2, f"state[{slot}] = until")
        say(2, f"emit(log, {code}, units, until, 0)")
    for key in sorted(writer.terms.programme.rewards):
        code = codes.number(Code(Kind.ISSUE, reward=key))
        _difference(writer, f"grant.voucher.{key}")
        say(1, "if units > 0:")
        say(2, f"emit(log, {code}, units, until, 0)")


def _difference(writer: TypeWriter, name: str) -> None:
    place = writer.result(name)
    writer.say(1, f"units = decision[{place}] - posted[{place}]")
