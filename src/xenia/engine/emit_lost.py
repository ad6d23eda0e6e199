"""Writes with what a level was won, so that it is lost with that.

A held level outlives the window of the metric that won it.  So a ladder keeps the values with which
its level was won, each with its calendar unit or the day of its window, and the level that was held
before with the same; whatever is counted there later, or taken, changes them.  It also keeps until
when each event has held which level, so that a level is held no longer than by what still stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from xenia.effects import Kind
from xenia.engine.operators import WON
from xenia.engine.plan import Code
from xenia.engine.slots import Slots, remembers_wins, won_size
from xenia.engine.terms import Terms, window_key
from xenia.engine.type_writer import Codes, TypeWriter, variable
from xenia.programme.ladders import Tier, metrics_of
from xenia.programme.model import Metric
from xenia.programme.periods import CalendarWindow, HoldFor, MembershipYear, RollingWindow


def emit_win(terms: Terms, slots: Slots, key: str) -> None:
    """win_<tier>(state, day): the level is won by the metrics as they are on `day`."""
    say, metrics = terms.source.say, terms.programme.metrics
    say(0, f"def {variable('win', key)}(state, day):")
    for metric, at in slots.won[key].items():
        say(1, f"state[{at}] = {_unit(metrics[metric], 'day')}")
        say(1, f"state[{at} + WON_VALUE] = {variable('metric', metric)}(state, day)")
        _win_values(terms, slots, 1, metric, at)
    say(1, "return")
    say(0, "")


def _win_values(terms: Terms, slots: Slots, depth: int, key: str, at: int) -> None:
    """Which distinct values were counted in the unit, or in the window."""
    metric = terms.programme.metrics[key]
    if metric.distinct is not None:
        which = "win_window" if isinstance(metric.over, RollingWindow) else "win_unit"
        values = len(metric.values)
        terms.source.say(depth, f"{which}(state, {at}, {slots.metrics[key]}, {values})")


def win(terms: Terms, depth: int, key: str, day: str) -> None:
    """The level is won on `day`; what was held before was remembered."""
    terms.source.say(depth, f"{variable('win', key)}(state, {day})")


def remember(terms: Terms, slots: Slots, depth: int, key: str) -> None:
    """The level that was held becomes the one held before."""
    terms.source.say(depth, f"state[{slots.before[key]}] = old")
    for metric, at in slots.won[key].items():
        to = slots.won_before[key][metric]
        size = won_size(terms.programme.metrics[metric])
        terms.source.say(depth, f"copy(state, {at}, {to}, {size})")


def settle(terms: Terms, slots: Slots, depth: int, key: str) -> None:
    """The level is held by a review from now on, and by no event before it."""
    if key in slots.holds:
        which = f"{slots.tiers[key]}, {slots.holds[key]}, {slots.settled[key]}"
        terms.source.say(depth, f"settle_hold(state, {which})")


def counted(writer: TypeWriter, key: str) -> None:
    """What the event adds to the values with which levels were won, or takes from them."""
    terms, slots = writer.terms, writer.slots
    for metric, _ in writer.metrics:
        for won in (slots.won[key], slots.won_before[key]):
            if metric in won:
                _count(writer, metric, terms.programme.metrics[metric], won[metric])


def _count(writer: TypeWriter, key: str, metric: Metric, at: int) -> None:
    say, adds = writer.say, variable("adds", key)
    if metric.streak is not None:
        return
    if metric.rollover:  # what is carried on into the unit may be other now, too
        slot = writer.slots.metrics[key]
        say(1, f"if {adds} != 0 and state[{at}] >= state[{slot}] - 1:")
        say(2, f"state[{at} + WON_VALUE] = {variable('counted', key)}(state, state[{at}])")
        return
    if isinstance(metric.over, RollingWindow):
        gone = writer.terms.later("day", metric.over.length)
        say(1, f"if {adds} != 0 and day <= state[{at}] and state[{at}] < {gone}:")
    else:
        say(1, f"if {adds} != 0 and {window_key('day', metric.over)} == state[{at}]:")
    total = f"{at} + WON_VALUE"
    if metric.distinct is not None:
        for numbers, times in (("posted", -1), ("decision", 1)):
            number = f"{numbers}[{writer.result(f'metric.{key}')}]"
            say(2, f"if {number} > 0:")
            say(3, f"tally(state, {total}, {at} + {WON - 1} + {number}, {times})")
    elif metric.max is not None:
        say(2, f"state[{total}] = max(state[{total}], {adds})")
    else:
        say(2, f"state[{total}] += {adds}")


def reached(writer: TypeWriter, key: str) -> None:
    """Before anything is taken: the level that is reached, and the one that was held before."""
    now, before = variable("reached", key), variable("reached_before", key)
    writer.say(1, f"{now} = 0")
    writer.say(1, f"{before} = 0")
    writer.say(1, "if event[AGAIN] != FIRST:")
    writer.say(2, f"{now} = {_reached(key, 'today')}")
    writer.say(2, f"{before} = {variable('won_before_level', key)}(state, params)")


def _reached(key: str, day: str) -> str:
    """Source of the level that the metrics reach now, or those with which the level was won."""
    earned = f"{variable('earned_level', key)}(state, {day}, params)"
    return f"max({earned}, {variable('won_level', key)}(state, params))"


def after(writer: TypeWriter, key: str, tier: Tier, adds: Sequence[str]) -> None:
    """What the event means for a level that is held already."""
    less = " or ".join(f"{each} < 0" for each in adds)
    if remembers_wins(tier):
        qualify(writer, key, tier, less)
        was = f"{variable('reached', key)}, {variable('reached_before', key)}, taken"
        writer.say(1, f"if {less}:")
        writer.say(2, f"{variable('lose', key)}(state, today, {was}, log, params)")
    elif tier.holds is None:
        closing = writer.terms.closing
        if closing is not None:  # there are no levels any more
            less = f"({less}) and today < {writer.terms.source.param(closing)}"
        writer.say(1, f"if {less}:")
        writer.say(2, f"{variable('as_earned', key)}(state, today, log, params)")


def qualified(writer: TypeWriter, key: str) -> int:
    """The place of the level that an event holds."""
    return writer.result(f"holds.{key}")


def qualify(writer: TypeWriter, key: str, tier: Tier, less: str) -> None:
    """Which level an event holds, as its difference has been posted; whether one was `taken` that
    it had held.  What it has added to a metric that never goes down stands, and so does its hold.
    """
    say, slots, at = writer.say, writer.slots, qualified(writer, key)
    metrics = [(name, each) for name, each in writer.metrics if name in metrics_of(tier)]
    if all(each.max is None and each.streak is None for _, each in metrics):
        left = " or ".join(
            f"decision[{writer.result(f'metric.{name}')}] != 0" for name, _ in metrics
        )
        say(1, f"if {less}:")
        say(2, f"earned = {_reached(key, 'today')} if {left} else 0")
        say(2, f"decision[{at}] = min(decision[{at}], earned)")
    day = "day" if isinstance(tier.holds, HoldFor) else "0"
    until = writer.terms.held_until("day", tier.holds)
    say(1, "taken = 0")
    say(1, f"if decision[{at}] != posted[{at}]:")
    which = f"{slots.holds[key]}, {slots.settled[key]}, {until}, {day}"
    say(2, f"taken = qualify(state, {which}, posted[{at}], decision[{at}])")


def emit(terms: Terms, slots: Slots, codes: Codes, key: str) -> None:
    """lose_<tier>(state, day, reached, before, taken, log, params): a level that was `reached` and
    is not any more; the one that was held before, by what had reached that; and how long a level is
    held by which something was `taken`."""
    say, at, before = terms.source.say, slots.tiers[key], slots.before[key]
    code = codes.number(Code(Kind.TIER, tier=key))
    granting = slots.granted_levels[key][1]
    again = f"hold_again(state, {at}, {slots.holds[key]}, {slots.settled[key]}, {granting})"
    say(0, f"def {variable('lose', key)}(state, day, reached, before, taken, log, params):")
    say(1, f"left = {variable('won_before_level', key)}(state, params)")
    say(1, f"if before >= state[{before}] > left:")
    say(2, f"state[{before}] = left")
    say(1, f"old = state[{at}]")
    say(1, f"earned = {_reached(key, 'day')}")
    say(1, "if reached >= old > earned:")
    say(2, f"if state[{before}] > earned:")
    say(3, f"state[{at}] = state[{before}]")
    say(3, again)
    say(3, f"if state[{at} + UNTIL] > day:")
    for metric in metrics_of(terms.programme.tiers[key]):
        was, now = slots.won_before[key][metric], slots.won[key][metric]
        say(4, f"copy(state, {was}, {now}, {won_size(terms.programme.metrics[metric])})")
    say(4, f"earned = state[{before}]")
    say(2, f"state[{before}] = 0")
    say(2, f"state[{at}] = earned")
    say(2, again)
    say(2, f"until = state[{at} + UNTIL]")
    say(2, "own = earned")
    granted(terms, slots, 2, key)
    say(2, "if earned > own:")
    say(3, f"state[{at} + ANCHOR] = until")
    say(3, f"state[{at} + REVIEWS] = -1")
    say(2, f"state[{at}] = earned")
    say(2, f"state[{at} + UNTIL] = until if earned > 0 else FAR")
    say(2, "if earned != old:")
    say(3, f"emit(log, {code}, earned, state[{at} + UNTIL], 0)")
    say(1, "elif taken == 1:")
    say(2, again)
    say(1, "return")
    say(0, "")


def granted(terms: Terms, slots: Slots, depth: int, key: str) -> None:
    """Instead of a lower level, the highest that is granted until after `day`, held until then."""
    for place, slot in slots.granted_levels[key].items():
        terms.source.say(depth, f"if earned < {place} and state[{slot}] > day:")
        terms.source.say(depth + 1, f"earned = {place}")
        terms.source.say(depth + 1, f"until = state[{slot}]")


def _unit(metric: Metric, day: str) -> str:
    """What a value belongs to: the number of a calendar unit, or the day of a window."""
    if isinstance(metric.over, RollingWindow) or metric.streak is not None:
        return day
    return window_key(day, metric.over)


def confirm(terms: Terms, slots: Slots, depth: int, key: str, judged: Sequence[str]) -> None:
    """At a review of `day` the level is won anew, by values of the unit before where these are
    `judged` and larger; what was held before is forgotten."""
    settle(terms, slots, depth, key)
    terms.source.say(depth, f"state[{slots.before[key]}] = 0")
    win(terms, depth, key, "day")
    for metric in judged:
        over = terms.programme.metrics[metric].over
        assert isinstance(over, CalendarWindow | MembershipYear), "others have no unit before"
        at, last = slots.won[key][metric], f"{variable('previous_metric', metric)}(state, day)"
        terms.source.say(depth, f"if {last} > state[{at} + WON_VALUE]:")
        terms.source.say(depth + 1, f"state[{at}] -= 1")
        terms.source.say(depth + 1, f"state[{at} + WON_VALUE] = {last}")
        _win_values(terms, slots, depth + 1, metric, at)
