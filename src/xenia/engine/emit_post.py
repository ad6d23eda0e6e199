"""Writes `post`: what a decision changes in the state, by name.

It posts the difference between a decision and what has been `posted` for the event so far; from
then on the decision is what has been posted.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from xenia.effects import Kind
from xenia.engine import (
    emit_back,
    emit_earned,
    emit_idle,
    emit_lost,
    emit_moments,
    emit_offers,
    emit_told,
    emit_vouchers,
)
from xenia.engine.emit_limits import limit_key
from xenia.engine.emit_redemption import for_sale
from xenia.engine.lots import lot_code
from xenia.engine.plan import Code
from xenia.engine.slots import remembers_wins
from xenia.engine.terms import unit_of, window_key
from xenia.engine.type_writer import TypeWriter, variable
from xenia.programme.ladders import Tier, metrics_of
from xenia.programme.model import Metric
from xenia.programme.periods import Expiry, RollingWindow


def emit(writer: TypeWriter) -> None:
    """Spent lots, discounts, accruals, rewards, metrics, limits, tiers, automatic rewards."""
    say = writer.say
    emit_offers.posting(writer)
    name = variable("post", writer.name)
    say(0, f"def {name}(state, event, record, posted, decision, log, params):")
    say(1, "day = record[1]")
    say(1, "today = state[DAY]")
    emit_moments.remember(writer)
    _spending(writer)
    for key, share in writer.turns:
        if key in writer.terms.programme.rules:
            off, before = (f"sum_of({n}, {share}, event[SLICES])" for n in ("decision", "posted"))
            say(1, f"units = {off} - {before} if event[AGAIN] == FIRST else 0")
            _log(writer, 1, Code(Kind.DISCOUNT, rule=key), "units")
    emit_vouchers.post(writer)
    _earned(writer)
    accruals = [each for each in _accruals(writer) if each[0] not in writer.offered]
    emit_idle.earned(writer, [(currency, place) for _, currency, place, _, _ in accruals])
    for key, rule in writer.rules:
        if rule.then.issue is not None:
            place = writer.result(f"issue.{key}")
            say(1, f"units = decision[{place}] - posted[{place}] if event[AGAIN] == FIRST else 0")
            _log(writer, 1, Code(Kind.ISSUE, rule=key, reward=rule.then.issue), "units")
    emit_told.post(writer)
    own = dict(writer.metrics)
    ladders = [
        (key, tier, [variable("adds", metric) for metric in metrics_of(tier) if metric in own])
        for key, tier in sorted(writer.terms.programme.tiers.items())
    ]
    for key, tier, adds in ladders:
        if adds and remembers_wins(tier):
            emit_lost.reached(writer, key)
    for key, metric in writer.metrics:
        _difference(writer, writer.result(f"metric.{key}"))
        say(1, f"{variable('adds', key)} = units")
        say(1, "if units != 0:")
        counted(writer, key, metric)
    _limits(writer)
    for key, tier, adds in ladders:
        if adds:
            if remembers_wins(tier):
                emit_lost.counted(writer, key)
            _climb(writer, key, tier, adds)
            emit_lost.after(writer, key, tier, adds)
    say(1, "automatic(state, log, params)")
    say(1, "return")
    say(0, "")


def _difference(writer: TypeWriter, place: int) -> None:
    writer.say(1, f"units = decision[{place}] - posted[{place}]")


def _log(writer: TypeWriter, depth: int, code: Code, units: str) -> None:
    writer.say(depth, f"if {units} > 0:")
    writer.say(depth + 1, f"emit(log, {writer.codes.number(code)}, {units}, 0, 0)")


def _spending(writer: TypeWriter) -> None:
    for claim in writer.claims:
        _difference(writer, claim.units)
        _take(writer, 1, claim.currency)
        emit_back.spent(writer, claim.currency)
    if writer.name == "redemption":
        for _, key, currency, _ in for_sale(writer):
            writer.sold.append((currency, writer.result(f"redemption.{key}.units")))
            _difference(writer, writer.result(f"redemption.{key}.units"))
            _take(writer, 1, currency)
            emit_back.spent(writer, currency)
            _difference(writer, writer.result(f"redemption.{key}"))
            _log(writer, 1, Code(Kind.ISSUE, reward=key), "units")


def _take(writer: TypeWriter, depth: int, currency: str) -> None:
    part = writer.terms.programme.currencies[currency]
    code = writer.codes.number(lot_code(Kind.SPEND, currency, part))
    writer.say(depth, f"take(state, {writer.slots.lots[currency]}, units, log, {code})")


def _accruals(writer: TypeWriter) -> Iterator[tuple[str, str, int, str, Expiry | None]]:
    """Rule, currency, result, accrual and expiry of all that is earned, in the order of effects."""
    currencies = writer.terms.programme.currencies
    for key, rule in writer.rules:
        for currency, earn in sorted(rule.then.earn.items()):
            place = writer.result(f"earn.{key}.{currency}")
            expiry = earn.expires or currencies[currency].expires
            yield key, currency, place, earn.kind.value, expiry
    for key, rule in writer.rules:
        for currency in sorted(rule.then.multiply):
            place = writer.result(f"multiply.{key}.{currency}")
            yield key, currency, place, "bonus", currencies[currency].expires


def _earned(writer: TypeWriter) -> None:
    """What rules earn, in the order of effects: of offers, all that stand together at once."""
    number = partial(_number, writer)
    done = met = 0  # offers
    if writer.offers:
        writer.say(1, "cursor = 0")
    for key, currency, place, accrual, expiry in _accruals(writer):
        if key in writer.offered:
            met += 1
            continue
        done = emit_offers.post(writer, done, met)
        _difference(writer, place)
        emit_earned.emit(writer, emit_earned.Lot(key, currency, accrual, expiry), number)
    emit_offers.post(writer, done, met)


def _number(writer: TypeWriter, code: Code) -> str:
    return str(writer.codes.number(code))


def counted(writer: TypeWriter, key: str, metric: Metric) -> None:
    """Count the difference `units` of what a decision and what is posted add to a metric."""
    say, at = writer.say, writer.slots.metrics[key]
    place = writer.result(f"metric.{key}")
    values = len(metric.values)
    if metric.streak is not None:
        say(2, "if units > 0:")
        say(3, f"mark_unit(state, {at}, {unit_of('day', metric.streak)})")
        return
    if isinstance(metric.over, RollingWindow):
        say(2, f"gone = {writer.terms.later('day', metric.over.length)}")
        say(2, "if gone > today:")
        if metric.distinct is not None:
            say(3, f"if posted[{place}] > 0:")
            say(4, f"put(state, {at}, gone, day * {values} + posted[{place}] - 1, -1)")
            say(3, f"if decision[{place}] > 0:")
            say(4, f"put(state, {at}, gone, day * {values} + decision[{place}] - 1, 1)")
        elif metric.max is not None:
            say(3, "if units > 0:")
            say(4, f"put_largest(state, {at}, gone, day, decision[{place}])")
        else:
            say(3, f"put(state, {at}, gone, day, units)")
        return
    number = window_key("day", metric.over)
    if metric.distinct is not None:
        say(2, f"if posted[{place}] > 0:")
        say(3, f"unmark_value(state, {at}, {number}, posted[{place}] - 1, {values})")
        say(2, f"if decision[{place}] > 0:")
        say(3, f"mark_value(state, {at}, {number}, decision[{place}] - 1, {values})")
    elif metric.max is not None:
        say(2, "if units > 0:")
        say(3, f"count_largest(state, {at}, {number}, decision[{place}])")
    elif metric.rollover:
        say(2, f"{variable('count', key)}(state, {number}, units)")
    else:
        say(2, f"count(state, {at}, {number}, units)")


def _limits(writer: TypeWriter) -> None:
    said: set[str] = set()
    for key, rule in writer.rules:
        for limit in writer.limits(key, rule):
            if limit.slot is not None and limit.name in writer.results and limit.name not in said:
                said.add(limit.name)
                _difference(writer, writer.results[limit.name])
                writer.say(1, "if units != 0:")
                writer.say(2, f"count(state, {limit.slot}, {limit_key(limit, 'day')}, units)")


def _climb(writer: TypeWriter, key: str, tier: Tier, adds: list[str]) -> None:
    """A level is qualified for by an event that adds to one of its metrics."""
    at, code = writer.slots.tiers[key], writer.codes.number(Code(Kind.TIER, tier=key))
    earned = f"{variable('earned_level', key)}(state, today, params)"
    if remembers_wins(tier):
        place = emit_lost.qualified(writer, key)
        writer.say(1, f"decision[{place}] = posted[{place}]")
    writer.say(1, f"if {' or '.join(f'{each} > 0' for each in adds)}:")
    until = writer.terms.held_until("day", tier.holds)
    if remembers_wins(tier):
        writer.say(2, f"earned = {earned}")
        _won(writer, key, at, f"climb(state, {at}, earned, day, {until}, log, {code})")
    else:
        writer.say(2, f"climb(state, {at}, {earned}, day, {until}, log, {code})")


def _won(writer: TypeWriter, key: str, at: int, climbing: str) -> None:
    """Remember with what a level is won, and which one was held before."""
    terms, slots, say = writer.terms, writer.slots, writer.say
    say(2, f"old = state[{at}]")
    say(2, f"until = state[{at} + UNTIL]")
    say(2, f"reviews = state[{at} + REVIEWS]")
    say(2, climbing)
    say(2, f"changed = state[{at}] != old or state[{at} + UNTIL] != until")
    say(2, f"if changed or state[{at} + REVIEWS] != reviews:")
    emit_lost.remember(terms, slots, 3, key)
    emit_lost.win(terms, 3, key, "today")
    place = emit_lost.qualified(writer, key)
    say(2, f"decision[{place}] = max(decision[{place}], earned)")
