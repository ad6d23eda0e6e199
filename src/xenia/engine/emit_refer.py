"""Writes whether an event is a referral: of a member whom another one brought, who has a part in it
by nothing but that."""

from __future__ import annotations

from xenia.engine.emit_limits import allowed, take_turn
from xenia.engine.plan import LENT
from xenia.engine.type_writer import TypeWriter, variable

REFERRAL = "referral"  # the type of what whoever brought a member has


def decide(writer: TypeWriter) -> None:
    """In `decide`: that a rule refers; or that it would, but for what was lent."""
    for key, rule in writer.rules:
        if not rule.then.refer:
            continue
        refers = variable("refers", key)
        writer.say(1, f"{refers} = 1 if {allowed(writer, key, rule)} else 0")
        # Decided again, it stays a referral at most.
        before = writer.input(f"refers.{key}", "0")
        writer.say(1, "if event[AGAIN] == FIRST:")
        writer.say(2, f"{before} = {refers}")
        writer.say(1, f"{refers} = min({refers}, {before})")
        writer.say(1, f"decision[{writer.result(f'refer.{key}')}] = {refers}")
        writer.say(1, f"if {refers} > 0:")
        take_turn(writer, 2, key, rule)
        lent = allowed(writer, key, rule, brought=LENT)
        writer.say(1, f"decision[{writer.result(f'flag.{key}')}] = 1 if {lent} else 0")
