"""Writes which level a member has: earned by the metrics, and reviewed on a due day."""

from __future__ import annotations

from collections.abc import Mapping

from xenia.effects import Kind
from xenia.engine import emit_benefits, emit_lost
from xenia.engine.plan import Code
from xenia.engine.slots import Slots, remembers_wins
from xenia.engine.terms import Terms, ceiling
from xenia.engine.type_writer import Codes, variable
from xenia.programme.ladders import Fall, Level, Tier, counted_benefits, metrics_of
from xenia.programme.model import Metric
from xenia.programme.periods import CalendarWindow, Duration, HoldFor, HoldToEnd
from xenia.programme.scope import ladder


def emit_tiers(terms: Terms, slots: Slots, codes: Codes) -> None:
    """earned_level_<id>(state, day, params) and review_<id>(..) of every tier."""
    for key, tier in sorted(terms.programme.tiers.items()):
        _earned_level(terms, key, tier)
        if _reviewed_by_more(tier, terms):
            _earned_level(terms, key, tier, review=True)
        if remembers_wins(tier):
            _earned_level(terms, key, tier, won=slots.won[key])
            _earned_level(terms, key, tier, won=slots.won_before[key], name="won_before_level")
            emit_lost.emit_win(terms, slots, key)
            emit_lost.emit(terms, slots, codes, key)
        _fall(terms, slots, codes, key, tier)


def _earned_level(
    terms: Terms,
    key: str,
    tier: Tier,
    *,
    review: bool = False,
    won: Mapping[str, int] | None = None,
    name: str = "won_level",
) -> None:
    """The highest level whose thresholds are reached; at a review perhaps by the unit before, or
    as the present one was `won`."""
    say = terms.source.say
    if won is not None:
        say(0, f"def {variable(name, key)}(state, params):")
    else:
        name = "reviewed_level" if review else "earned_level"
        say(0, f"def {variable(name, key)}(state, day, params):")
    say(1, "level = 0")
    for number, name in enumerate(ladder(tier)):
        level = tier.levels.get(name)
        if level is not None and (level.any or level.all):
            say(1, f"if {_reached(terms, tier, level, review, won)}:")
            say(2, f"level = {number}")
        elif level is not None and number > 0:
            say(1, f"level = {number}")
    say(1, "return level")
    say(0, "")


def _reached(
    terms: Terms, tier: Tier, level: Level, review: bool, won: Mapping[str, int] | None
) -> str:
    groups = ((" or ", level.any), (" and ", level.all))
    parts = []
    for joint, thresholds in groups:
        tests = []
        for key, threshold in sorted(thresholds.items()):
            least = terms.source.param(ceiling(threshold, terms.analysis.metric_scales[key]))
            value = _value(terms, tier, key, review)
            if won is not None:
                value = f"state[{won[key]} + WON_VALUE]"
            tests.append(f"{value} >= {least}")
        if tests:
            parts.append(f"({joint.join(tests)})")
    return " and ".join(parts)


def _value(terms: Terms, tier: Tier, key: str, review: bool) -> str:
    now = f"{variable('metric', key)}(state, day)"
    if review and _counts_before(tier, terms.programme.metrics[key]):
        return f"max({now}, {variable('previous_metric', key)}(state, day))"
    return now


def _counts_before(tier: Tier, metric: Metric) -> bool:
    """A level that is held beyond its own unit is judged by the unit that has just ended, too."""
    hold = tier.holds
    return (
        isinstance(hold, HoldToEnd)
        and hold.plus > 0
        and metric.streak is None
        and isinstance(metric.over, CalendarWindow)
        and metric.over.unit is hold.unit
    )


def _reviewed_by_more(tier: Tier, terms: Terms) -> bool:
    return any(_counts_before(tier, terms.programme.metrics[key]) for key in metrics_of(tier))


def _fall(terms: Terms, slots: Slots, codes: Codes, key: str, tier: Tier) -> None:
    """review_<tier>(state, day, log, params): what a due day does to a level."""
    say, at = terms.source.say, slots.tiers[key]
    code = codes.number(Code(Kind.TIER, tier=key))
    reviewed = "reviewed_level" if _reviewed_by_more(tier, terms) else "earned_level"
    if tier.holds is None:
        _as_earned(terms, slots, codes, key)
    say(0, f"def {variable('review', key)}(state, day, log, params):")
    if tier.holds is None:
        say(1, f"old = state[{at}]")
        say(1, f"{variable('as_earned', key)}(state, day, log, params)")
        if key in counted_benefits(terms.programme.tiers).values():
            say(1, f"if state[{at}] < old:")
            emit_benefits.anew(terms, slots, 2, key)
    else:
        say(1, f"while state[{at} + UNTIL] <= day:")
        say(2, f"old = state[{at}]")
        say(2, f"earned = {variable(reviewed, key)}(state, day, params)")
        if tier.falls is Fall.ONE_LEVEL:
            say(2, "earned = max(earned, old - 1)")
        if tier.grace is not None:
            say(2, f"graced = in_grace(state, {at})")
            say(2, "if graced:")
            say(3, f"state[{at} + REVIEWS] -= GRACE")
            since = f"state[{at} + ANCHOR] if graced else day"
            say(2, f"since = {since if isinstance(tier.holds, HoldToEnd) else 'day'}")
        since = "day" if tier.grace is None else "since"
        say(2, f"until = {_held_on(terms, at, tier, since)}")
        say(2, "own = earned")
        emit_lost.granted(terms, slots, 2, key)
        if tier.grace is not None:
            _grace(terms, slots, key, tier, tier.grace)
        say(2, "if earned > own:")
        say(3, f"state[{at} + ANCHOR] = until")
        say(3, f"state[{at} + REVIEWS] = -2")
        say(2, f"settle_level(state, {at}, earned, until, log, {code})")
        if remembers_wins(tier):
            _confirmed(terms, slots, key, tier)
        emit_benefits.anew(terms, slots, 2, key)
    say(1, "return")
    say(0, "")


def _as_earned(terms: Terms, slots: Slots, codes: Codes, key: str) -> None:
    """as_earned_<tier>(state, day, log, params): a level that nothing holds, as of a day."""
    say, at = terms.source.say, slots.tiers[key]
    code = codes.number(Code(Kind.TIER, tier=key))
    say(0, f"def {variable('as_earned', key)}(state, day, log, params):")
    say(1, f"old = state[{at}]")
    say(1, f"earned = {variable('earned_level', key)}(state, day, params)")
    say(1, "until = FAR")
    emit_lost.granted(terms, slots, 1, key)
    say(1, "if earned != old:")
    say(2, f"settle_level(state, {at}, earned, until, log, {code})")
    say(1, f"state[{at} + UNTIL] = until if earned > 0 else FAR")
    say(1, "return")
    say(0, "")


def _grace(terms: Terms, slots: Slots, key: str, tier: Tier, grace: Duration) -> None:
    """Rather than down, into the grace; not where what has ended was granted until this day."""
    say, at = terms.source.say, slots.tiers[key]
    for place, slot in slots.granted_levels[key].items():
        say(2, f"if old == {place} and state[{slot}] == state[{at} + UNTIL]:")
        say(3, "graced = True")
    ended = f"state[{at} + UNTIL]"
    anchor = ended if isinstance(tier.holds, HoldToEnd) else f"state[{at} + ANCHOR]"
    say(2, "if earned < old and not graced:")
    say(3, f"begin_grace(state, {at}, {terms.later(ended, grace)}, {anchor})")
    emit_lost.settle(terms, slots, 3, key)
    say(3, "continue")


def _confirmed(terms: Terms, slots: Slots, key: str, tier: Tier) -> None:
    """With what a level is held from a review on."""
    metrics = terms.programme.metrics
    judged = [name for name in metrics_of(tier) if _counts_before(tier, metrics[name])]
    emit_lost.confirm(terms, slots, 2, key, judged)


def _held_on(terms: Terms, at: int, tier: Tier, day: str) -> str:
    """Source of the day until which a level is held after its review on `day`.

    Months are counted from the day of the last qualification, however often they were reviewed;
    for what a late event qualified, several reviews may be behind it.
    """
    match tier.holds:
        case HoldFor(length):
            return terms.later(f"state[{at} + ANCHOR]", length, f"(state[{at} + REVIEWS] + 2)")
        case HoldToEnd(unit, plus):
            return terms.end_of(day if plus == 0 else f"({day} - 1)", unit, plus)
        case _:
            return "FAR"


# ---- due work ------------------------------------------------------------------------------------
