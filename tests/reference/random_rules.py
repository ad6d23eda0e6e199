"""Random rules, with the groups and rewards that they need."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import get_args

from tests.reference import random_expressions as language
from tests.reference.random_expressions import REWARDS
from tests.reference.random_values import Values
from xenia.programme.model import (
    Accrual,
    Beyond,
    Combine,
    CurrencyKind,
    Discount,
    Earn,
    EventType,
    Expression,
    Gives,
    Group,
    Limit,
    LimitPeriod,
    Per,
    Percent,
    Pick,
    Reward,
    Rule,
    Then,
    Units,
)
from xenia.programme.periods import Inactive
from xenia.programme.settings import Rounding
from xenia.programme.texts import Texts

# All but referrals, which take a rule that refers.
EVENT_TYPES: tuple[EventType, ...] = tuple(
    each for each in get_args(EventType) if each != "referral"
)


class Rules(Values):
    """Rules that earn, discount, multiply and issue, alone and together."""

    def rules(self) -> dict[str, Rule]:
        rules = {f"rule-{n}": self.rule() for n in range(self.random.randrange(2, 8))}
        rules |= self.grouped("earning") | self.grouped("discounts")
        base = {
            (rule.on, key)
            for rule in rules.values()
            for key, earn in rule.then.earn.items()
            if earn.kind is Accrual.BASE
        }
        rules = {key: multiplying(rule, base) for key, rule in rules.items()}
        return {key: replace(rule, limits=self.limits([rule])) for key, rule in rules.items()}

    def rule(self) -> Rule:
        """A rule of one or more effects, in no group or in one that combines all."""
        on: EventType = "purchase" if self.chance(0.85) else self.random.choice(EVENT_TYPES)
        discount = self.discount() if on == "purchase" and self.chance(0.25) else None
        earn = {key: self.earn(key, on) for key in self.some_currencies(0.7)}
        then = Then(
            earn=earn,
            multiply={key: self.factor() for key in self.some_currencies(0.2)},
            discount=discount,
            issue=self.random.choice(REWARDS) if self.chance(0.15) else None,
        )
        return Rule(
            then=then,
            on=on,
            after=self.duration(6) if on == "inactivity" else None,
            when=self.when(on, discounted=discount is None) if self.chance(0.5) else None,
            lines=self.lines() if on == "purchase" and (earn or discount) else None,
            since=self.moment() if self.chance(0.15) else None,
            until=self.moment(later=500) if self.chance(0.15) else None,
            group="shared" if self.chance(0.25) else None,
            priority=self.random.choice((100, 100, 1, 500)),
        )

    def grouped(self, group: str) -> dict[str, Rule]:
        """Rules of one effect each, for a group of which one rule wins."""
        among = self.comparable() if self.chance(0.5) else self.words.currencies[:1]
        rules = {}
        for n in range(self.random.choice((0, 2, 3))):
            then = Then(discount=self.discount())
            if group == "earning":
                currency = self.random.choice(among)
                then = Then(earn={currency: self.earn(currency, "purchase")})
            discounted = then.discount is None
            rules[f"{group}-{n}"] = Rule(
                then=then,
                when=self.when("purchase", discounted=discounted) if self.chance(0.4) else None,
                lines=self.lines(),
                group=group,
                priority=self.random.choice((100, 100, 20)),
            )
        return rules

    def comparable(self) -> tuple[str, ...]:
        """Currencies of which `best` can tell the larger one."""
        valued = [key for key, currency in self.currencies.items() if currency.value is not None]
        return tuple(valued) if len(valued) > 1 else self.words.currencies[:1]

    def some_currencies(self, share: float) -> list[str]:
        return [key for key in self.words.currencies if self.chance(share)]

    def when(self, on: EventType, *, discounted: bool) -> Expression:
        return Expression(language.condition(self.random, self.words, on, discounted=discounted))

    def lines(self) -> Expression | None:
        return Expression(language.line_condition(self.random)) if self.chance(0.35) else None

    # ---- effects ---------------------------------------------------------------------------------

    def factor(self) -> Decimal:
        return self.random.choice((Decimal(2), Decimal("1.5"), Decimal("1.33"), Decimal(1)))

    def earn(self, currency: str, on: EventType) -> Earn:
        own_end = self.chance(0.2)
        if isinstance(self.currencies[currency].expires, Inactive):
            own_end = False
        return Earn(
            units=self.units(on),
            kind=Accrual.BONUS if self.chance(0.25) else Accrual.BASE,
            round=self.random.choice((None, None, *Rounding)),
            expires=self.expiry(inactive=False) if own_end else None,
        )

    def units(self, on: EventType) -> Units:
        random = self.random
        if on == "purchase" and self.chance(0.7):
            if self.chance(0.5):
                return Percent(Decimal(random.choice(("5", "20", "100", "12.5", "0.7"))))
            return Per(Decimal(random.choice(("1", "3", "1.5", "0.25"))), self.money(20))
        return Expression(language.units_formula(random, self.words, on))

    def discount(self) -> Discount:
        maximum = self.money(15) if self.chance(0.3) else None
        match self.random.choice(("percent", "percent", "amount", "price")):
            case "percent":
                percent = Decimal(self.random.choice(("5", "10", "33.3", "100", "0.5")))
                return Discount(percent=percent, of=self.pick(), maximum=maximum)
            case "amount":
                return Discount(amount=self.money(25), maximum=maximum)
        return Discount(price=self.money(12), maximum=maximum)

    def pick(self) -> Pick | None:
        if self.chance(0.6):
            return None
        if self.chance(0.3):
            count = self.random.randrange(1, 3)
            return Pick(cheapest=count) if self.chance(0.6) else Pick(dearest=count)
        every = self.random.randrange(2, 5)
        count = self.random.randrange(1, every)
        if self.chance(0.6):
            return Pick(cheapest=count, every=every)
        return Pick(dearest=count, every=every)

    # ---- limits, groups, rewards -----------------------------------------------------------------

    def limits(self, rules: list[Rule]) -> tuple[Limit, ...]:
        """Limits of what the rules give."""
        kinds = ["times"]
        kinds += ["units"] * any(rule.then.earn or rule.then.multiply for rule in rules)
        kinds += ["amount"] * any(rule.then.discount is not None for rule in rules)
        return tuple(self.limit(kinds) for _ in range(self.random.choice((0, 0, 1, 1, 2))))

    def limit(self, kinds: list[str]) -> Limit:
        per: LimitPeriod = self.random.choice(get_args(LimitPeriod))
        beyond = Beyond.REFUSE if self.chance(0.3) else Beyond.TRIM
        match self.random.choice(kinds):
            case "times":
                return Limit(per=per, times=self.random.randrange(1, 6))
            case "units":
                return Limit(per=per, units=Decimal(self.random.randrange(2, 80)), beyond=beyond)
        return Limit(per=per, amount=self.money(40), beyond=beyond)

    def groups(self, rules: dict[str, Rule]) -> dict[str, Group]:
        found = {}
        for key in sorted({rule.group for rule in rules.values() if rule.group}):
            one = self.random.choice((Combine.BEST, Combine.FIRST))
            members = [rule for rule in rules.values() if rule.group == key]
            found[key] = Group(
                combine=Combine.ALL if key == "shared" else one, limits=self.limits(members)
            )
        return found

    def rewards(self) -> dict[str, Reward]:
        """Automatic ones of one currency are ever cheaper, so that each can be reached."""
        cheapest = dict.fromkeys(self.currencies, 60)
        found = {}
        for key in sorted(REWARDS):
            currency = self.random.choice(self.redeemable())
            price = self.random.randrange(1, 60)
            sold = self.chance(0.7)
            automatic = sold and self.chance(0.4) and price < cheapest[currency]
            if automatic:
                cheapest[currency] = price
            gives = self.gives()
            again = not gives.partial and gives.gift_card is None and self.chance(0.3)
            found[key] = Reward(
                gives=gives,
                uses=self.random.choice((2, 3)) if again else None,
                price={currency: Decimal(price)} if sold else {},
                automatic=automatic,
                lasts=self.duration() if self.chance(0.6) else None,
            )
        return found

    def redeemable(self) -> list[str]:
        kinds = self.currencies.items()
        return [key for key, each in kinds if each.kind is CurrencyKind.REDEEMABLE]

    def gives(self) -> Gives:
        if self.chance(0.5):
            discount = self.discount()
            partial = discount.amount is not None and self.chance(0.5)
            return Gives(discount=discount, lines=self.lines(), partial=partial)
        if self.chance(0.4):
            return Gives(gift_card=self.money(30))
        texts = Texts({"en": ("a thing",)})
        return Gives(service=texts) if self.chance(0.5) else Gives(item=texts)


def multiplying(rule: Rule, base: set[tuple[EventType, str]]) -> Rule:
    """The rule without multipliers of what nothing earns, and with some effect."""
    then = rule.then
    multiply = {key: by for key, by in then.multiply.items() if (rule.on, key) in base}
    issue = then.issue
    if not (multiply or then.earn or then.discount):
        issue = issue or REWARDS[0]
    return replace(rule, then=replace(then, multiply=multiply, issue=issue))
