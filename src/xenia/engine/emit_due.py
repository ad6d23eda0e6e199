"""Writes how the state is read, what falls due on a day, and what a driver calls."""

from __future__ import annotations

from xenia.effects import Kind
from xenia.engine import (
    emit_idle,
    emit_rollover,
    emit_today,
)
from xenia.engine.emit_notices import emit_next_notice, emit_notices
from xenia.engine.lots import fill_code, lot_code, lot_keys
from xenia.engine.plan import Code
from xenia.engine.slots import Slots
from xenia.engine.terms import Terms, start_of, unit_of, window_key
from xenia.engine.type_writer import Codes, variable
from xenia.programme.ladders import metrics_of
from xenia.programme.model import Currency, Metric, SpendFirst
from xenia.programme.periods import (
    CalendarWindow,
    Ever,
    Inactive,
    MembershipYear,
    RollingWindow,
)


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
