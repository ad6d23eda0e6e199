"""Random conditions and formulas in the programme language, each a text that is well typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tests.reference.random_activities import activity_numbers, activity_parts
from xenia.programme.model import EventType

CHANNELS = ("web", "store", "app")
BRANDS = ("acme", "globex")
SKUS = ("sku-1", "sku-2", "sku-3")
TAGS = ("sale", "organic")
CITIES = ("athens", "patras")
CAMPAIGNS = ("spring", "autumn")
CATEGORIES = ("drink", "food", "toys")
REWARDS = ("mug", "trip", "gift")


@dataclass
class Words:
    """What the expressions of one random programme may name."""

    currencies: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    # metric → (type of event, when its contribution is known: event, discounted or earned)
    metrics: dict[str, tuple[EventType, str]] = field(default_factory=dict)
    previous: tuple[str, ...] = ()  # the metrics that remember a unit before
    ladders: dict[str, tuple[str, ...]] = field(default_factory=dict)


def written(key: str) -> str:
    return key.replace("-", "_")


def combined(random: Random, parts: list[str]) -> str:
    """One or two of the conditions, joined and perhaps negated."""
    text = random.choice(parts)
    if random.random() < 0.15:
        text = f"!({text})"
    if random.random() < 0.3:
        text = f"({text}) {random.choice(('&&', '||'))} ({random.choice(parts)})"
    return text


def line_condition(random: Random) -> str:
    return combined(random, line_parts(random, "l"))


def line_parts(random: Random, l: str) -> list[str]:  # noqa: E741 - as programmes name the line
    number = random.randrange(1, 30)
    return [
        f'{l}.category == "{random.choice(CATEGORIES)}"',
        f'{l}.category != "{random.choice(CATEGORIES)}"',
        f'{l}.category in ["food", "drink"]',
        f"{l}.amount >= {number}",
        f"{l}.amount < {number}.5",
        f'{l}.brand == "{random.choice(BRANDS)}"',
        f'{l}.brand != "{random.choice(BRANDS)}"',
        f"has({l}.brand)",
        f'"{random.choice(TAGS)}" in {l}.tags',
        f"{l}.sku in list.special",
        f"{l}.quantity >= {random.choice((1, 1.5, 2))}",
        f"{l}.regular_amount > {l}.amount",
        f"{l}.tax > 0",
        f'coalesce({l}.unit, "each") == "kg"',
        f"{l}.seller == null",
    ]


def event_parts(random: Random, words: Words, on: EventType) -> list[str]:
    """Conditions on the event alone."""
    parts = [
        f'channel == "{random.choice(CHANNELS)}"',
        f'channel != "{random.choice(CHANNELS)}"',
        'channel in ["web", "app"]',
        "has(channel)",
        f"hour(occurred_at) < {random.randrange(8, 22)}",
        "weekday(occurred_at) in [6, 7]",
        f"month(occurred_at) {random.choice(('<=', '>'))} {random.randrange(3, 10)}",
        f"day(occurred_at) > {random.randrange(3, 25)}",
        f'date(occurred_at) >= date("20{random.randrange(10, 25)}-02-28")',
        "year(occurred_at) <= 2020",
        f"days(date(occurred_at), member.enrolled_on) < {random.randrange(10, 400)}",
        f"member.age >= {random.randrange(20, 50)}",
        f'member.city == "{random.choice(CITIES)}"',
        "member.vip",
        "!member.vip",
        "month(member.birthday) == month(occurred_at)",
        'source == "till"',
    ]
    if words.locations:
        parts += [
            f'location == "{random.choice(words.locations)}"',
            'location.region == "north"',
            'location.region != "north"',
        ]
    if on in ("purchase", "redemption"):
        parts.append(f'attributes.campaign == "{random.choice(CAMPAIGNS)}"')
    if on == "redemption":
        parts += [f'reward == "{random.choice(REWARDS)}"', "quantity >= 2"]
    own = activity_parts(random, on)
    if own and random.random() < 0.6:
        return own
    return parts + (basket_parts(random) if on == "purchase" else own)


def basket_parts(random: Random) -> list[str]:
    number = random.randrange(1, 80)
    some = random.choice(line_parts(random, "x"))
    return [
        f"basket.amount >= {number}",
        f"basket.amount < {number}.5",
        f"basket.quantity > {random.choice((1, 2.5, 6))}",
        f'payment.method == "{random.choice(("cash", "bank-card", "reward"))}"',
        'payment.method in ["cash", "gift-card"]',
        f"payment.amount >= {number}",
        f"lines.exists(x, {some})",
        f"lines.all(x, {some})",
        f"lines.filter(x, {some}).count() >= {random.randrange(1, 4)}",
        f"lines.filter(x, {some}).map(x, x.amount).sum() > {number}",
        f"lines.map(x, x.amount).max() >= {number}",
        f"lines.map(x, x.quantity).min() < {random.choice((1, 2))}",
        'payments.exists(p, p.method == "gift-card")',
        "charges.map(c, c.amount).sum() > 0",
        "receipt == null",
    ]


def state_parts(random: Random, words: Words, on: EventType, *, discounted: bool) -> list[str]:
    """Conditions on what the member had before the event."""
    number = random.randrange(1, 200)
    parts = [f"balance.{written(key)} >= {number}" for key in words.currencies]
    parts += [f"metric.{written(key)} >= {number}" for key in words.metrics]
    parts += [f"metric.{written(key)} < {random.randrange(1, 20)}" for key in words.metrics]
    parts += [f"previous(metric.{written(key)}) > {number % 40}" for key in words.previous]
    parts += [
        f"with_this(metric.{key}) >= {number}"
        for key in with_this(words, on, discounted=discounted)
    ]
    for tier, ladder in words.ladders.items():
        level = random.choice(ladder)
        parts += [
            f'tier.{written(tier)} == "{level}"',
            f'tier.{written(tier)} != "{level}"',
            f'at_least(tier.{written(tier)}, "{level}")',
            f'tier.{written(tier)} in ["{ladder[0]}", "{level}"]',
        ]
    return parts


def with_this(words: Words, on: EventType, *, discounted: bool) -> list[str]:
    """The metrics, as written, whose contribution is known by then."""
    known = ("event", "discounted") if discounted else ("event",)
    return [
        written(key)
        for key, (type_, origin) in words.metrics.items()
        if type_ == on and origin in known
    ]


def condition(random: Random, words: Words, on: EventType, *, discounted: bool) -> str:
    """A `when`; `discounted`: it may read what is known after the discounts."""
    parts = event_parts(random, words, on)
    if random.random() < 0.5:
        parts = state_parts(random, words, on, discounted=discounted) or parts
    if discounted and on == "purchase" and random.random() < 0.3:
        parts = spent_parts(random)
    return combined(random, parts)


def spent_parts(random: Random) -> list[str]:
    number = random.randrange(1, 60)
    some = random.choice(line_parts(random, "x"))
    return [
        f"spent >= {number}",
        f"basket.paid < {number}",
        f"lines.filter(x, {some}).map(x, x.paid).sum() > {number}",
        f"lines.filter(x, x.amount * 3 >= basket.amount).map(x, x.paid).sum() > {number}",
    ]


def metric_condition(random: Random, words: Words, on: EventType) -> str:
    parts = event_parts(random, words, on)
    if on == "purchase" and random.random() < 0.3:
        parts = spent_parts(random)
    return combined(random, parts)


def units_formula(random: Random, words: Words, on: EventType) -> str:
    """How many units a rule earns."""
    parts = [
        str(random.randrange(1, 30)),
        "member.vip ? 7 : 2",
        "coalesce(member.age, 3)",
        f"max(0, {random.randrange(5, 60)} - days(date(occurred_at), member.enrolled_on))",
        f"day(occurred_at) * 0.{random.randrange(1, 9)}",
    ]
    parts += [f"floor(balance.{written(key)} * 0.05)" for key in words.currencies]
    parts += [f"min(metric.{written(key)} * 0.1, 50)" for key in words.metrics]
    parts += [
        f"min(with_this(metric.{key}) - metric.{key}, 700)"
        for key in with_this(words, on, discounted=True)
    ]
    for tier, ladder in words.ladders.items():
        parts.append(f'at_least(tier.{written(tier)}, "{ladder[-1]}") ? 9 : 4')
    if on == "purchase":
        some = random.choice(line_parts(random, "x"))
        parts += [
            "spent * 0.1",
            f"round(spent * 0.0{random.randrange(1, 9)}, 2)",
            f"per(spent, {random.randrange(2, 20)})",
            f"ceil(spent * 0.3) - {random.randrange(1, 9)}",
            f"per(basket.amount, {random.choice((3, 7.5))})",
            "basket.quantity",
            f"lines.filter(x, {some}).map(x, x.paid * 0.5).sum()",
            f"lines.filter(x, {some}).map(x, x.quantity).sum()",
            "payment.amount * 0.1",
        ]
    if on == "redemption":
        parts.append("quantity * 2")
    own = activity_numbers(random, on)
    return random.choice(own if own and random.random() < 0.7 else parts)


def sum_formula(random: Random, words: Words, on: EventType) -> tuple[str, str]:
    """What a metric adds up, and when that is known."""
    if own := activity_numbers(random, on):
        return random.choice(own), "event"
    if on != "purchase":
        return random.choice(("1", "2.5", "max(day(occurred_at), 10)")), "event"
    some = random.choice(line_parts(random, "x"))
    parts = [
        ("spent", "discounted"),
        ("basket.paid", "discounted"),
        ("basket.amount", "event"),
        ("per(spent, 10)", "discounted"),
        (f"lines.filter(x, {some}).map(x, x.paid).sum()", "discounted"),
        (f"lines.filter(x, {some}).map(x, x.amount).sum()", "event"),
        (f"lines.filter(x, {some}).count()", "event"),
        ("payment.amount", "event"),
        ("coalesce(attributes.score, 0.5)", "event"),
        ("max(basket.quantity - 1, 0)", "event"),
        ("basket.amount - 20", "event"),
    ]
    parts += [(f"earned.{written(key)}", "earned") for key in words.currencies]
    return random.choice(parts)


def distinct_formula(random: Random, words: Words) -> tuple[str, tuple[str, ...]]:
    """A text and the values that count."""
    parts = [
        ("channel", CHANNELS[: random.randrange(2, 4)]),
        ("payment.method", ("cash", "bank-card", "gift-card")),
        ("coalesce(channel, source)", ("web", "store", "till")),
    ]
    if words.locations:
        parts.append(("location", words.locations))
    return random.choice(parts)
