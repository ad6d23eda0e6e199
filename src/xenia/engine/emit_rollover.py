"""Writes how what a metric has beyond a threshold counts into its next unit of time."""

from __future__ import annotations

from xenia.engine.terms import Terms, ceiling
from xenia.engine.type_writer import variable


def emit(terms: Terms, key: str, at: int) -> None:
    """counted_<id>(state, unit), and count_<id>(state, unit, units), as the operators without a
    rollover.  The thresholds stand in the source: there are as many branches as thresholds."""
    say = terms.source.say
    carried, counted = variable("carried", key), variable("counted", key)
    say(0, f"def {carried}(value):")
    for least in _thresholds(terms, key):
        say(1, f"if value >= {least}:")
        say(2, f"return value - {least}")
    say(1, "return 0")
    say(0, "")
    say(0, f"def {counted}(state, unit):")
    say(1, f"if unit <= state[{at}]:")
    say(2, f"return counted(state, {at}, unit)")
    say(1, f"value = state[{at} + VALUE]")
    say(1, f"passed = state[{at}]")
    say(1, "while passed < unit and value > 0:")
    say(2, f"value = {carried}(value)")
    say(2, "passed += 1")
    say(1, "return value")
    say(0, "")
    say(0, f"def {variable('count', key)}(state, unit, units):")
    say(1, f"if unit > state[{at}]:")
    say(2, f"before = {counted}(state, unit - 1)")
    say(2, f"value = {counted}(state, unit)")
    say(2, f"state[{at} + KEY] = unit")
    say(2, f"state[{at} + PREVIOUS] = before")
    say(2, f"state[{at} + VALUE] = value")
    say(1, f"if unit == state[{at}] - 1:")
    say(2, f"before = state[{at} + PREVIOUS]")
    say(2, f"state[{at} + VALUE] += {carried}(before + units) - {carried}(before)")
    say(1, f"count(state, {at}, unit, units)")
    say(1, "return")
    say(0, "")


def _thresholds(terms: Terms, key: str) -> list[int]:
    """The thresholds that ladders set on a metric, the highest first."""
    scale = terms.analysis.metric_scales[key]
    found = terms.programme.thresholds(key)
    return sorted({ceiling(least, scale) for least in found if least > 0}, reverse=True)
