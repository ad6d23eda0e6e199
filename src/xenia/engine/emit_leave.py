"""Writes how a member leaves: all that they hold ends on that day, and nothing of it is begun anew.

What they did is not forgotten: limits and metrics stay as they are, but for membership years.
"""

from __future__ import annotations

from xenia.engine import emit_benefits
from xenia.engine.emit_due import activate
from xenia.engine.operators import COUNTER
from xenia.engine.type_writer import TypeWriter
from xenia.programme.periods import MembershipYear


def post(writer: TypeWriter) -> None:
    """What is pending becomes usable; then levels, grants and lots end, also held ones."""
    terms, slots, programme = writer.terms, writer.slots, writer.terms.programme
    writer.say(1, "usable = FAR - 1")
    for key in sorted(slots.pending):
        activate(terms, slots, writer.codes, key, programme.currencies[key])
    writer.say(1, "close(state, log)")
    for key in sorted(programme.tiers):
        if key in slots.before:
            which = f"{slots.tiers[key]}, {slots.holds[key]}, {slots.settled[key]}"
            writer.say(1, f"state[{slots.before[key]}] = 0")
            writer.say(1, f"settle_hold(state, {which})")
        emit_benefits.anew(terms, slots, 1, key)
    for key, metric in sorted(programme.metrics.items()):
        if isinstance(metric.over, MembershipYear) and metric.streak is None:
            for place in range(COUNTER + len(metric.values)):
                writer.say(1, f"state[{slots.metrics[key] + place}] = 0")
    for at in slots.moments.values():
        writer.say(1, f"state[{at}] = FAR")
    if slots.active is not None:
        writer.say(1, f"state[{slots.active}] = FAR")
    writer.say(1, "state[ENROLLED] = AWAY")
