"""Writes how the state is read, what falls due on a day, and what a driver calls."""

from __future__ import annotations

from collections.abc import Mapping

from xenia.effects import Kind
from xenia.engine import (
    emit_benefits,
    emit_idle,
    emit_lost,
    emit_rollover,
    emit_today,
)
from xenia.engine.emit_notices import emit_next_notice, emit_notices
from xenia.engine.lots import fill_code, lot_code, lot_keys
from xenia.engine.plan import Code
from xenia.engine.slots import Slots, remembers_wins
from xenia.engine.terms import Terms, ceiling, start_of, unit_of, window_key
from xenia.engine.type_writer import Codes, variable
from xenia.programme.ladders import Fall, Level, Tier, counted_benefits, metrics_of
from xenia.programme.model import Currency, Metric, SpendFirst
from xenia.programme.periods import (
    CalendarWindow,
    Duration,
    Ever,
    HoldFor,
    HoldToEnd,
    Inactive,
    MembershipYear,
    RollingWindow,
)
from xenia.programme.scope import ladder


def emit_readings(terms: Terms, slots: Slots) -> None:
    """metric_<id>(state, day), and previous_metric_<id> where a window has a unit before."""
    for key, metric in sorted(terms.programme.metrics.items()):
        at = slots.metrics[key]
        if metric.rollover:
            emit_rollover.emit(terms, key, at)
        terms.source.say(0, f"def {variable('metric', key)}(state, day):")
        if isinstance(metric.over, RollingWindow):
            terms.source.say(1, f"leave(state, {at}, state[DAY])")
        terms.source.say(1, f"return {_reading(key, metric, at)}")
        terms.source.say(0, "")
        if isinstance(metric.over, CalendarWindow | MembershipYear) and metric.streak is None:
            terms.source.say(0, f"def {variable('previous_metric', key)}(state, day):")
            last = f"{window_key('day', metric.over)} - 1"
            terms.source.say(1, f"return {_counted(key, metric, at)}{last})")
            terms.source.say(0, "")


def _counted(key: str, metric: Metric, at: int) -> str:
    """The reading of a unit whose number follows."""
    return f"{variable('counted', key)}(state, " if metric.rollover else f"counted(state, {at}, "


def _reading(key: str, metric: Metric, at: int) -> str:
    if metric.streak is not None:
        return f"streak(state, {at}, {unit_of('day', metric.streak)})"
    if not isinstance(metric.over, RollingWindow):
        return f"{_counted(key, metric, at)}{window_key('day', metric.over)})"
    if metric.distinct is not None:
        return f"distinct(state, {at}, {len(metric.values)})"
    return f"largest(state, {at})" if metric.max is not None else f"state[{at} + TOTAL]"


# ---- tiers ---------------------------------------------------------------------------------------


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
    say(0, f"def {variable('review', key)}(state, day, log, params):")
    say(1, f"old = state[{at}]")
    if tier.holds is None:
        say(1, f"earned = {variable('earned_level', key)}(state, day, params)")
        say(1, "until = FAR")
        emit_lost.granted(terms, slots, 1, key)
        if key in counted_benefits(terms.programme.tiers).values():
            say(1, "if earned < old:")
            emit_benefits.anew(terms, slots, 2, key)
        say(1, "if earned != old:")
        say(2, f"settle_level(state, {at}, earned, until, log, {code})")
        say(1, f"state[{at} + UNTIL] = until if earned > 0 else FAR")
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


def emit_automatic(terms: Terms, slots: Slots, codes: Codes) -> None:
    """automatic(state, log, params): rewards that a balance issues by itself."""
    say = terms.source.say
    say(0, "def automatic(state, log, params):")
    if terms.closing is not None:
        say(1, f"if state[DAY] >= {terms.source.param(terms.closing)}:")
        say(2, "return")
    for key, reward in sorted(terms.programme.rewards.items()):
        if reward.automatic:
            for currency, price in reward.price.items():
                part = terms.programme.currencies[currency]
                spend = codes.number(lot_code(Kind.SPEND, currency, part))
                issue = codes.number(Code(Kind.ISSUE, reward=key))
                each = terms.source.param(terms.units(currency, price))
                lots = slots.lots[currency]
                say(1, f"issue_by_balance(state, {lots}, {each}, log, {spend}, {issue})")
    say(1, "return")
    say(0, "")


def emit_due(terms: Terms, slots: Slots, codes: Codes) -> None:
    """next_due(state, params), and due(state, log, params): one due day."""
    say, programme = terms.source.say, terms.programme
    _next_due(terms, slots)
    say(0, "def due(state, log, params):")
    say(1, "before = state[DAY]")
    say(1, "day = max(state[NEXT_DUE], before)")
    say(1, "state[DAY] = day")
    say(1, "usable = day")
    if terms.closing is not None:
        say(1, f"closed = day >= {terms.source.param(terms.closing)}")
        say(1, "if closed:")
        say(2, "usable = FAR - 1")
    for key in sorted(slots.pending):
        activate(terms, slots, codes, key, programme.currencies[key])
    say(1, "automatic(state, log, params)")
    if terms.closing is not None:
        say(1, "if closed:")
        say(2, "close(state, log)")
    for key in sorted(programme.tiers):
        if terms.closing is not None:
            say(1, "if not closed:")
        depth = 1 if terms.closing is None else 2
        say(depth, f"{variable('review', key)}(state, day, log, params)")
    for key, currency in sorted(programme.currencies.items()):
        _expire(terms, slots, codes, key, currency)
    emit_notices(terms, slots, codes)
    say(1, "state[NEXT_DUE] = next_due(state, params)")
    say(1, "return")
    say(0, "")


def activate(terms: Terms, slots: Slots, codes: Codes, key: str, currency: Currency) -> None:
    """Make usable what is pending up to the day `usable`."""
    say, at = terms.source.say, slots.pending[key]
    code = codes.number(lot_code(Kind.ACTIVATE, key, currency))
    say(1, f"while front(state, {at}) <= usable:")
    say(2, f"entry = state[{at}] + 3 * state[{at} + HEAD]")
    say(2, "earned, ends = earned_and_end(state[entry + 1])")
    say(2, "units = state[entry + 2]")
    say(2, f"state[{at} + TOTAL] -= units")
    say(2, f"state[{at} + HEAD] += 1")
    keys = lot_keys(currency, "earned")
    say(2, f"emit(log, {code}, units, {keys})")
    fill = codes.number(fill_code(key, currency))
    say(2, f"credit(state, {slots.lots[key]}, {keys}, units, log, {fill})")


def _expire(terms: Terms, slots: Slots, codes: Codes, key: str, currency: Currency) -> None:
    say, depth = terms.source.say, 1
    swapped = currency.spend_first is SpendFirst.FIRST_EARNED
    rings = [
        (at, codes.number(lot_code(Kind.EXPIRE, key, currency, held=held)))
        for at, held in ((slots.lots[key], False), (slots.held[key], True))
    ]
    if isinstance(currency.expires, Inactive):
        emit_idle.end_all(terms, slots, key, rings)
        say(1, "else:")
        depth = 2
    for at, code in rings:
        say(depth, f"{'expire_anywhere' if swapped else 'expire'}(state, {at}, day, log, {code})")


def _next_due(terms: Terms, slots: Slots) -> None:
    """The first day on which anything happens by itself."""
    say, programme = terms.source.say, terms.programme
    say(0, "def next_due(state, params):")
    say(1, "first = FAR")
    if terms.closing is not None:
        say(1, "if left_over(state):")
        say(2, f"first = {terms.source.param(terms.closing)}")
    for key in sorted(slots.pending):
        say(1, f"first = min(first, front(state, {slots.pending[key]}))")
    for key, currency in sorted(programme.currencies.items()):
        swapped = currency.spend_first is SpendFirst.FIRST_EARNED
        reading = "earliest_end" if swapped else "front"
        for at in (slots.lots[key], slots.held[key]):
            say(1, f"first = min(first, {reading}(state, {at}))")
            if key in slots.idle:
                say(1, f"if state[{at} + TOTAL] > 0:")
                say(2, f"first = min(first, state[{slots.idle[key]}])")
    emit_next_notice(terms, slots)
    for key, tier in sorted(programme.tiers.items()):
        at = slots.tiers[key]
        if tier.holds is not None:
            say(1, f"first = min(first, state[{at} + UNTIL])")
            continue
        for slot in slots.granted_levels[key].values():
            say(1, f"first = min(first, after(state[{slot}], state[DAY]))")
        for metric in metrics_of(tier):
            change = _next_change(slots.metrics[metric], programme.metrics[metric])
            say(1, f"if state[{at}] > 0:")
            say(2, f"first = min(first, {change})")
    say(1, "return first")
    say(0, "")


def _next_change(at: int, metric: Metric) -> str:
    """Source of the first day after the present one on which a metric may be less."""
    if metric.streak is not None:
        ends = start_of(f"state[{at} + LAST] + 2", metric.streak)
        return f"after({ends}, state[DAY])"
    match metric.over:
        case CalendarWindow(unit):
            return start_of(f"{unit_of('state[DAY]', unit)} + 1", unit)
        case RollingWindow():
            return f"first_leaving(state, {at})"
        case MembershipYear():
            years = "membership_year(state[DAY], state[ENROLLED])"
            return f"add_months(state[ENROLLED], 12 * ({years} + 1))"
        case Ever():
            return "FAR"


def emit_step(terms: Terms, types: dict[str, int]) -> None:
    """step(..): one event, its due work done; `decide` fills `decision`, which is zeros."""
    say = terms.source.say
    arguments = "state, event, record, posted, decision, memory, log, params"
    say(0, f"def step({arguments}):")
    say(1, "state[DAY] = max(state[DAY], event[TODAY])")
    say(1, "if state[ENROLLED] == FAR:")
    say(2, "state[ENROLLED] = event[EVENT_DAY]")
    say(1, "kind = event[KIND]")
    for name, number in types.items():
        say(1, f"if kind == {number}:")
        say(2, "if event[AGAIN] == FIRST:")
        say(3, f"{variable('open', name)}(state, event, record, params)")
        if emit_today.reads_again(terms, name):
            say(2, "if event[AGAIN] == SOME_LEFT:")
            again = "state, event, record, posted, decision, params"
            say(3, f"{emit_today.name_of(name)}({again})")
        say(2, "if event[AGAIN] != NONE_LEFT:")
        say(3, f"{variable('decide', name)}(event, record, decision, memory, params)")
        say(2, f"{variable('post', name)}(state, event, record, posted, decision, log, params)")
    say(1, "state[NEXT_DUE] = next_due(state, params)")
    say(1, "return")
    say(0, "")
