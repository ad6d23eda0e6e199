"""Writes how benefits are counted that a level brings so and so often, and how they are used."""

from __future__ import annotations

from collections.abc import Iterator

from xenia.effects import Kind
from xenia.engine import emit_vouchers
from xenia.engine.emit_grant import of_benefit
from xenia.engine.plan import Code, Column
from xenia.engine.slots import Slots
from xenia.engine.terms import Terms
from xenia.engine.type_writer import TypeWriter, variable
from xenia.programme.ladders import counted_benefits
from xenia.programme.scope import ladder

# Why a use is refused, beside 0: it is not.
NOT_HELD, ALL_USED = 1, 2
# Of a slot: how often it was used, and the day since which that is counted.
USED, SINCE = 0, 1


def most_of(benefit: str) -> str:
    """The function that says how often a benefit can be used between reviews: FAR, as often as one
    likes; 0, it is not held."""
    return variable("most_of", benefit)


def emit_readings(terms: Terms, slots: Slots) -> None:
    """most_of_<benefit>(state, day, params) of every benefit that is counted."""
    say, tiers = terms.source.say, terms.programme.tiers
    for benefit, key in counted_benefits(tiers).items():
        say(0, f"def {most_of(benefit)}(state, day, params):")
        if benefit in slots.granted_benefits:
            say(1, f"if state[{slots.granted_benefits[benefit]}] > day:")
            say(2, "return FAR")
        say(1, f"level = state[{slots.tiers[key]}]")
        for place, name in enumerate(ladder(tiers[key])):
            brought = tiers[key].levels[name].benefits if name in tiers[key].levels else {}
            if benefit in brought:
                times = brought[benefit]
                most = "FAR" if times is None else terms.source.param(times)
                say(1, f"if level == {place}:")
                say(2, f"return {most}")
        say(1, "return 0")
        say(0, "")


def anew(terms: Terms, slots: Slots, depth: int, tier: str) -> None:
    """After a review of a ladder: what it brings is counted from this day on."""
    for benefit, key in counted_benefits(terms.programme.tiers).items():
        if key == tier:
            at = slots.counted_benefits[benefit]
            terms.source.say(depth, f"state[{at} + {USED}] = 0")
            terms.source.say(depth, f"state[{at} + {SINCE}] = day")


def decide(writer: TypeWriter) -> None:
    """A voucher is used, or a benefit once."""
    say = writer.say
    emit_vouchers.decide_use(writer)
    for benefit, at in _counted(writer):
        asked = writer.lowering.column(Column("claim", key=of_benefit(benefit)))
        most = writer.input(f"most-of.{benefit}", f"{most_of(benefit)}(state, state[DAY], params)")
        used = writer.input(f"used-of.{benefit}", f"state[{at} + {USED}]")
        since = writer.input(f"since-of.{benefit}", f"state[{at} + {SINCE}]")
        refused = writer.result("use.refused")
        say(1, f"if {asked} > 0:")
        say(2, f"if {most} == 0:")
        say(3, f"decision[{refused}] = {NOT_HELD}")
        say(2, f"elif record[1] >= {since} and {used} >= {most}:")
        say(3, f"decision[{refused}] = {ALL_USED}")
        say(2, "else:")
        say(3, f"decision[{writer.result(f'use.{benefit}')}] = 1")


def post(writer: TypeWriter) -> None:
    """Count it, or give it back; what belongs to a time before the last review is not counted."""
    say, codes = writer.say, writer.codes
    emit_vouchers.post(writer)
    for benefit, at in _counted(writer):
        place = writer.result(f"use.{benefit}")
        say(1, f"units = decision[{place}] - posted[{place}]")
        say(1, "if units != 0:")
        say(2, f"if day >= state[{at} + {SINCE}]:")
        say(3, f"state[{at} + {USED}] = max(0, state[{at} + {USED}] + units)")
        say(2, f"left = {most_of(benefit)}(state, state[DAY], params)")
        say(2, "if left < FAR:")
        say(3, f"left = max(0, left - state[{at} + {USED}])")
        for sign, test, kind in (("", ">", Kind.USE), ("-", "<", Kind.GIVE_BACK)):
            code = codes.number(Code(kind, benefit=benefit))
            say(2, f"if units {test} 0:")
            say(3, f"emit(log, {code}, {sign}units, left, 0)")


def _counted(writer: TypeWriter) -> Iterator[tuple[str, int]]:
    yield from writer.slots.counted_benefits.items()
