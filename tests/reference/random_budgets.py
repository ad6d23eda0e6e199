"""Random budgets and stocks for a programme that has none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import get_args

from xenia.amounts import money_decimals
from xenia.programme.model import Budget, Group, Programme, Reward, Rule, counts_of
from xenia.programme.periods import BudgetPeriod

PERIODS: tuple[BudgetPeriod, ...] = get_args(BudgetPeriod)


def with_budgets(programme: Programme, random: Random) -> Programme:
    """The same programme; about every third rule, group and reward has an end to it now."""

    def rule(one: Rule) -> Rule:
        return replace(one, budget=budgets(programme, random, [one]))

    def group(key: str, one: Group) -> Group:
        members = [rule for rule in programme.rules.values() if rule.group == key]
        return replace(one, budget=budgets(programme, random, members))

    def reward(one: Reward) -> Reward:
        scarce = not one.automatic and random.random() < 0.4
        return replace(one, stock=random.randrange(1, 6)) if scarce else one

    return replace(
        programme,
        rules={key: rule(one) for key, one in sorted(programme.rules.items())},
        groups={key: group(key, one) for key, one in sorted(programme.groups.items())},
        rewards={key: reward(one) for key, one in sorted(programme.rewards.items())},
    )


def budgets(programme: Programme, random: Random, rules: Iterable[Rule]) -> tuple[Budget, ...]:
    """Budgets of what the rules give, no two of the same things in the same stretch of time."""
    kinds = {"times"}
    for rule in rules:
        kinds |= {"units"} if rule.then.earn or rule.then.multiply else set()
        kinds |= {"amount"} if rule.then.discount is not None else set()
    found = [
        budget(programme, random, random.choice(sorted(kinds)))
        for _ in range(random.choice((0, 0, 0, 1, 1, 2)))
    ]
    return tuple({(counts_of(one), one.per): one for one in found}.values())


def budget(programme: Programme, random: Random, counts: str) -> Budget:
    per = random.choice(PERIODS)
    match counts:
        case "times":
            return Budget(per=per, times=random.randrange(1, 12))
        case "units":
            return Budget(per=per, units=Decimal(random.randrange(2, 300)))
    cent = Decimal(1).scaleb(-money_decimals(programme.money))
    return Budget(per=per, amount=random.randrange(1, int(90 / cent)) * cent)
