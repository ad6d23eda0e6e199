"""Any programme that a document can say, as Hypothesis strategies over the model.

The parts fit the document's form; that names lead somewhere and expressions are of the language is
not asked.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from math import gcd
from typing import Any, get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from xenia.programme import attributes as own
from xenia.programme import ladders
from xenia.programme import model as m
from xenia.programme import periods as p
from xenia.programme import settings as asked
from xenia.programme import texts as t
from xenia.programme.chances import Chance

ZONES = frozenset({"Europe/Athens", "America/New_York", "UTC"})

ids = st.from_regex(r"[a-z][a-z0-9]{0,5}(?:-[a-z0-9]{1,3}){0,2}", fullmatch=True)
lines = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), min_size=1, max_size=20
).filter(str.strip)
awkward = st.sampled_from(
    [
        "true",
        "null",
        "~",
        "no",
        "1.50",
        "- a",
        "a: b",
        "a #b",
        "it's",
        '"',
        "\\",
        "{",
        "!x",
        " x ",
        "on",
        "a\n\n  b",
    ]
)
words = (lines | awkward).map(lambda text: text.rstrip("\n"))
amounts = st.builds(
    lambda digits, decimals: Decimal(digits).scaleb(-decimals),
    st.integers(1, 10**6),
    st.integers(0, 6),
)
locales = st.sampled_from(["en", "el", "pt-BR", "gsw"])
durations = st.builds(p.Duration, months=st.integers(1, 1_200)) | st.builds(
    p.Duration, days=st.integers(1, 36_000)
)
units_of_time = st.sampled_from(p.Unit)
windows = st.one_of(
    st.builds(p.CalendarWindow, units_of_time),
    st.builds(p.RollingWindow, durations),
    st.just(p.MembershipYear()),
    st.just(p.Ever()),
)
holds = st.one_of(
    st.builds(p.HoldFor, durations),
    st.builds(p.HoldToEnd, units_of_time, st.integers(0, 99)),
    st.just(p.HoldForEver()),
)
ends = st.builds(p.After, durations) | st.builds(p.EndOf, units_of_time, st.integers(0, 99))
expiries = ends | st.builds(p.Inactive, durations, st.none() | durations)
expressions = st.builds(m.Expression, words.map(str.rstrip).filter(bool))
event_types = st.sampled_from(get_args(m.EventType))


def mapping(values: SearchStrategy[Any], least: int = 0, most: int = 2) -> SearchStrategy[Any]:
    return st.dictionaries(ids, values, min_size=least, max_size=most)


def several(items: SearchStrategy[Any], least: int = 0, most: int = 3) -> SearchStrategy[Any]:
    return st.lists(items, min_size=least, max_size=most, unique=True).map(tuple)


def maybe(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.none() | strategy


def one_of_fields(cls: type, choices: Mapping[str, Any], **rest: Any) -> SearchStrategy[Any]:
    """A dataclass with exactly one of the chosen fields."""
    return st.one_of(*(st.builds(cls, **{name: s}, **rest) for name, s in choices.items()))


texts = st.builds(
    t.Texts,
    st.dictionaries(
        locales, st.lists(words, min_size=1, max_size=3).map(tuple), min_size=1, max_size=2
    ),
)
dates = st.dates(date(1900, 1, 1), date(2199, 12, 29))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime(1901, 1, 1), datetime(2198, 1, 1), timezones=offsets)  # noqa: DTZ001


def in_order(pair: tuple[Any, Any]) -> bool:
    """Whether the first surely is before the second."""
    since, until = pair
    if since is None or until is None:
        return True
    if isinstance(since, datetime) == isinstance(until, datetime):
        return bool(since < until)
    return bool(since.toordinal() <= until.toordinal())


days_between = st.tuples(maybe(dates), maybe(dates)).filter(in_order)
times_between = st.tuples(maybe(dates | times), maybe(dates | times)).filter(in_order)

attributes = st.builds(
    own.Attribute, type=st.sampled_from(get_args(own.AttributeType))
) | st.builds(own.Attribute, options=several(words, 1))
common = {
    "on": event_types,
    "when": maybe(expressions),
    "kind": maybe(st.sampled_from(m.Accrual)),
    "title": maybe(texts),
}
metrics = st.one_of(
    one_of_fields(
        m.Metric,
        {"sum": expressions, "count": st.just(True), "max": expressions},
        over=windows,
        **common,
    ),
    st.builds(m.Metric, distinct=expressions, values=several(words, 1), over=windows, **common),
    st.builds(m.Metric, streak=units_of_time, **common),
    st.builds(
        m.Metric,
        count=st.just(True),
        over=st.builds(p.CalendarWindow, units_of_time) | st.just(p.MembershipYear()),
        rollover=st.just(True),
        **common,
    ),
)
levels = st.builds(
    ladders.Level,
    any=mapping(amounts),
    all=mapping(amounts),
    benefits=mapping(st.none() | st.integers(1, 9)),
    title=maybe(texts),
)


@st.composite
def tiers(draw: st.DrawFn) -> ladders.Tier:
    """A ladder, whose levels may be such as have a short form."""
    by = draw(maybe(ids))
    short = st.just(ladders.Level())
    if by is not None:
        short |= amounts.map(lambda threshold: ladders.Level(any={by: threshold}))
    held = draw(maybe(holds))
    return ladders.Tier(
        by=by,
        levels=draw(mapping(levels | short, 1, 3)),
        holds=held,
        grace=draw(maybe(durations)) if isinstance(held, p.HoldFor | p.HoldToEnd) else None,
        falls=draw(st.sampled_from(ladders.Fall)),
        title=draw(maybe(texts)),
    )


notation = re.compile(r"[0-9.]+ *(?:%|per +[0-9.]+)")
units = st.one_of(
    st.builds(m.Per, amounts, amounts),
    st.builds(m.Percent, amounts),
    expressions.filter(lambda expression: not notation.fullmatch(expression.text)),
)
earns = st.builds(m.Earn, units=units) | st.builds(
    m.Earn,
    units=units,
    kind=st.sampled_from(m.Accrual),
    round=maybe(st.sampled_from(asked.Rounding)),
    expires=maybe(ends),
)
discounts = one_of_fields(
    m.Discount,
    {"percent": amounts.filter(lambda value: value <= 100), "amount": amounts, "price": amounts},
    maximum=maybe(amounts),
)
multipliers = amounts.filter(lambda value: value >= 1)
limits = one_of_fields(
    m.Limit,
    {"times": st.integers(1, 10**9 - 1), "units": amounts, "amount": amounts},
    per=st.sampled_from(get_args(m.LimitPeriod)),
)
some_limits = st.lists(limits, max_size=2).map(tuple)
budgets = one_of_fields(
    m.Budget,
    {"times": st.integers(1, 10**9 - 1), "units": amounts, "amount": amounts},
    per=st.sampled_from(get_args(p.BudgetPeriod)),
)
some_budgets = st.lists(budgets, max_size=2).map(tuple)
effects = st.builds(
    m.Then,
    earn=mapping(earns),
    multiply=mapping(multipliers, most=1),
    discount=maybe(discounts),
    issue=maybe(ids),
).filter(lambda then: then != m.Then())
chances = (
    st.tuples(st.integers(1, 10**6), st.integers(1, 10**6))
    .filter(lambda pair: pair[0] < pair[1] and gcd(*pair) == 1)
    .map(lambda pair: Chance(*pair))
)
HALF_A_YEAR = p.Duration(months=6)
rules = times_between.flatmap(
    lambda between: st.builds(
        m.Rule,
        on=event_types,
        when=maybe(expressions),
        chance=maybe(chances),
        lines=maybe(expressions),
        since=st.just(between[0]),
        until=st.just(between[1]),
        group=maybe(ids),
        priority=st.integers(0, 10**6),
        limits=some_limits,
        budget=some_budgets,
        title=maybe(texts),
        terms=maybe(texts),
        then=effects,
    )
).map(lambda rule: replace(rule, after=HALF_A_YEAR) if rule.on == "inactivity" else rule)
gifts = one_of_fields(m.Gives, {"gift_card": amounts, "service": texts, "item": texts})
money_off = st.builds(m.Gives, discount=discounts, lines=maybe(expressions)) | st.builds(
    m.Gives,
    discount=st.builds(m.Discount, amount=amounts),
    partial=st.booleans(),
)
rewards = st.builds(
    m.Reward,
    gives=gifts | money_off,
    price=mapping(amounts, most=1),
    automatic=st.booleans(),
    stock=maybe(st.integers(1, 10**9 - 1)),
    lasts=maybe(durations),
    title=maybe(texts),
)
currencies = st.builds(
    m.Currency,
    title=maybe(texts),
    decimals=st.integers(0, 6),
    kind=st.sampled_from(m.CurrencyKind),
    expires=maybe(expiries),
    notice=maybe(st.builds(p.Duration, days=st.integers(1, 400))),
    pending=maybe(durations),
    spend_first=st.sampled_from(m.SpendFirst),
    value=maybe(amounts),
)
exclusions = st.builds(
    m.Exclusion,
    lines=expressions,
    never=st.sampled_from([(m.Never.EARN,), (m.Never.DISCOUNT,), tuple(m.Never)]),
    title=maybe(texts),
)
locations = st.builds(
    m.Location,
    timezone=maybe(st.sampled_from(sorted(ZONES))),
    region=maybe(words),
    owner=maybe(words),
    partner=maybe(words),
    title=maybe(texts),
)
groups = st.builds(
    m.Group,
    combine=st.sampled_from(m.Combine),
    limits=some_limits,
    budget=some_budgets,
    title=maybe(texts),
)
settings = st.builds(
    asked.Settings,
    earn_on=st.sampled_from(asked.Basis),
    tax=st.sampled_from(asked.Tax),
    round_units=st.sampled_from(asked.Rounding),
    round_per=st.sampled_from(asked.RoundPer),
    multiply_round=st.sampled_from(asked.MultiplyRound),
    round_money=st.sampled_from(asked.Rounding),
    percentages_of=st.sampled_from(asked.PercentOf),
    spend_as=st.sampled_from(asked.SpendAs),
    overspend=st.sampled_from(asked.Overspend),
    leap_birthdays=st.sampled_from(asked.LeapBirthdays),
    return_inputs=st.sampled_from(asked.ReturnInputs),
    refund=st.sampled_from(asked.RefundOf),
    used_voucher=st.sampled_from(asked.UsedVoucher),
    new_terms=st.sampled_from(asked.NewTerms),
    prepaid_earns=st.booleans(),
    rewards_earn=st.booleans(),
)
LAST = date(2199, 12, 30), date(2199, 12, 31)
entries = st.just((m.Enrolment.FIRST_EVENT, None)) | st.tuples(
    st.just(m.Enrolment.ENROLMENT_ONLY), maybe(amounts)
)
closings = st.sampled_from([(None, None), (LAST[0], None), LAST])
programmes = st.tuples(days_between, closings, entries).flatmap(
    lambda drawn: st.builds(
        m.Programme,
        id=ids,
        money=st.sampled_from(["EUR", "JPY", "KWD"]),
        timezone=st.sampled_from(sorted(ZONES)),
        title=maybe(texts),
        operator=maybe(words),
        notes=maybe(texts),
        since=st.just(drawn[0][0]),
        until=st.just(drawn[0][1]),
        earn_until=st.just(drawn[1][0]),
        spend_until=st.just(drawn[1][1]),
        enrolment=st.just(drawn[2][0]),
        first_purchase=st.just(drawn[2][1]),
        settings=settings,
        attributes=st.builds(own.Attributes, member=mapping(attributes), event=mapping(attributes)),
        categories=several(words),
        lists=mapping(several(words, 1)),
        exclusions=mapping(exclusions),
        locations=mapping(locations),
        acts=mapping(st.builds(m.Act, title=maybe(texts))),
        currencies=mapping(currencies),
        metrics=mapping(metrics),
        tiers=mapping(tiers()),
        benefits=mapping(st.builds(ladders.Benefit, title=texts)),
        groups=mapping(groups),
        rules=mapping(rules),
        rewards=mapping(rewards),
    )
)
