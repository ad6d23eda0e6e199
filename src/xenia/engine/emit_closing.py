"""Writes how all ends that a member has: as they leave, or the programme ends for everybody."""

from __future__ import annotations

from xenia.effects import Kind
from xenia.engine.lots import lot_code
from xenia.engine.plan import Code
from xenia.engine.slots import Slots
from xenia.engine.terms import Terms
from xenia.engine.type_writer import Codes


def emit(terms: Terms, slots: Slots, codes: Codes) -> None:
    """close(state, log): all lots end, also held ones, and all levels and grants.  What was pending
    has been made usable.  left_over(state): whether there is anything of this, where the programme
    ends."""
    say, programme = terms.source.say, terms.programme
    granted = [at for places in slots.granted_levels.values() for at in places.values()]
    granted += slots.granted_benefits.values()
    say(0, "def close(state, log):")
    for key, at in slots.tiers.items():
        say(1, f"if state[{at}] > 0:")
        code = codes.number(Code(Kind.TIER, tier=key))
        say(2, f"settle_level(state, {at}, 0, FAR, log, {code})")
    for at in granted:
        say(1, f"state[{at}] = 0")
    for key, currency in sorted(programme.currencies.items()):
        for at, held in ((slots.lots[key], False), (slots.held[key], True)):
            code = codes.number(lot_code(Kind.EXPIRE, key, currency, held=held))
            say(1, f"take(state, {at}, state[{at} + TOTAL], log, {code})")
    say(1, "return")
    say(0, "")
    rings = (slots.lots, slots.held, slots.pending)
    tests = [f"state[{at} + TOTAL] > 0" for ring in rings for at in ring.values()]
    tests += [f"state[{at}] > 0" for at in (*slots.tiers.values(), *granted)]
    if terms.closing is None:
        return
    say(0, "def left_over(state):")
    say(1, f"return {' or '.join(tests) or 'False'}")
    say(0, "")
