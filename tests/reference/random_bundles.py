"""Random discounts on what is bought together, for a programme that has none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.reference import random_expressions as language
from xenia.amounts import money_decimals
from xenia.programme.model import Discount, Expression, Part, Pick, Programme, Reward, Rule

SHARE = 0.3  # of the discounts


def with_bundles(programme: Programme, random: Random) -> Programme:
    """The same programme; some discounts are on so many units, or on a bundle, now."""

    def rule(one: Rule) -> Rule:
        if one.then.discount is None or random.random() > SHARE:
            return one
        return replace(one, then=replace(one.then, discount=together(programme, random)))

    def reward(one: Reward) -> Reward:
        if one.gives.discount is None or one.gives.partial or random.random() > SHARE:
            return one
        return replace(one, gives=replace(one.gives, discount=together(programme, random)))

    return replace(
        programme,
        rules={key: rule(one) for key, one in sorted(programme.rules.items())},
        rewards={key: reward(one) for key, one in sorted(programme.rewards.items())},
    )


def together(programme: Programme, random: Random) -> Discount:
    """A discount that is worth something on about half of all bundles."""
    of = Pick(every=random.randrange(1, 4))
    if random.random() < 0.6:
        of = Pick(bundle=tuple(part(random) for _ in range(random.choice((2, 2, 3)))))
    cent = Decimal(1).scaleb(-money_decimals(programme.money))
    money = random.randrange(1, int(25 / cent)) * cent
    maximum = money if random.random() < 0.2 else None
    match random.choice(("percent", "amount", "price")):
        case "percent":
            return Discount(percent=Decimal("33.3"), of=of, maximum=maximum)
        case "amount":
            return Discount(amount=money, of=of, maximum=maximum)
    return Discount(price=money, of=of, maximum=maximum)


def part(random: Random) -> Part:
    if random.random() < 0.3:
        return Part(quantity=random.choice((1, 2)))
    quantity = 2 if random.random() < 0.3 else 1
    return Part(lines=Expression(language.line_condition(random)), quantity=quantity)
