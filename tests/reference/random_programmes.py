"""Random valid programmes that use every operator; the same seed gives the same programme."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import get_args

from tests.reference import random_expressions as language
from tests.reference.random_values import STARTS, Values
from xenia.amounts import money_decimals
from xenia.programme.model import (
    Accrual,
    Attribute,
    Attributes,
    Basis,
    Combine,
    Currency,
    CurrencyKind,
    Discount,
    Earn,
    Enrolment,
    EventType,
    Exclusion,
    Expression,
    Fall,
    Gives,
    Group,
    Level,
    Limit,
    LimitPeriod,
    Location,
    Metric,
    Never,
    Overspend,
    Per,
    Percent,
    PercentOf,
    Programme,
    Reward,
    Rounding,
    Rule,
    Settings,
    SpendAs,
    SpendFirst,
    Tax,
    Then,
    Tier,
    Units,
)
from xenia.programme.periods import (
    CalendarWindow,
    MembershipYear,
)

ZONES = (
    "Europe/Athens", "America/New_York", "Asia/Tokyo", "America/St_Johns", "Pacific/Apia",
    "America/Santiago", "Australia/Lord_Howe", "UTC",
)  # fmt: skip
MONEYS = ("EUR", "USD", "JPY", "KWD")
LEVELS = ("basic", "silver", "gold", "platinum")


def random_programme(seed: int) -> Programme:
    """A programme that `check` has nothing against."""
    return Drawing(Random(seed)).programme(seed)


def start_of(programme: Programme) -> date:
    """A day from which a history of the programme may start."""
    number = int(programme.id.rpartition("-")[2])
    return STARTS[number % len(STARTS)]


class Drawing(Values):
    def programme(self, seed: int) -> Programme:
        random = self.random
        self.start = STARTS[seed % len(STARTS)]
        money = random.choice(MONEYS)
        self.unit = Decimal(1).scaleb(-money_decimals(money))
        currencies = self.currencies()
        locations = self.locations()
        metrics = self.metrics()
        tiers = {key: self.tier(metrics) for key in ("club", "status")[: random.randrange(0, 3)]}
        rewards = self.rewards(currencies)
        groups = self.groups()
        return Programme(
            id=f"random-{seed}",
            money=money,
            timezone=random.choice(ZONES),
            since=self.start + timedelta(days=40) if self.chance(0.1) else None,
            until=self.start + timedelta(days=600) if self.chance(0.1) else None,
            enrolment=Enrolment.ENROLMENT_ONLY if self.chance(0.1) else Enrolment.FIRST_EVENT,
            settings=self.settings(),
            attributes=ATTRIBUTES,
            categories=language.CATEGORIES if self.chance(0.5) else (),
            lists={"special": language.SKUS[:2]},
            exclusions=self.exclusions(),
            locations=locations,
            currencies=currencies,
            metrics=metrics,
            tiers=tiers,
            groups=groups,
            rules=self.rules(currencies, groups, rewards),
            rewards=rewards,
        )

    # ---- parts -----------------------------------------------------------------------------------

    def settings(self) -> Settings:
        choice = self.random.choice
        return Settings(
            earn_on=choice(list(Basis)),
            tax=choice(list(Tax)),
            round_units=choice(list(Rounding)),
            round_money=choice(list(Rounding)),
            percentages_of=choice(list(PercentOf)),
            spend_as=choice(list(SpendAs)),
            overspend=choice(list(Overspend)),
            prepaid_earns=choice((True, False)),
            rewards_earn=choice((True, False)),
        )

    def exclusions(self) -> dict[str, Exclusion]:
        nevers = ((Never.EARN, Never.DISCOUNT), (Never.EARN,), (Never.DISCOUNT,))
        return {
            f"exclusion-{n}": Exclusion(
                lines=Expression(language.line_condition(self.random)),
                never=self.random.choice(nevers),
            )
            for n in range(self.random.choice((0, 0, 1, 2)))
        }

    def locations(self) -> dict[str, Location]:
        places = {
            "harbour": Location(timezone="Europe/Athens", region="north"),
            "airport": Location(timezone="Asia/Tokyo", region="south", owner="acme"),
            "square": Location(),
        }
        found = dict(list(places.items())[: self.random.choice((0, 2, 3))])
        self.words.locations = tuple(found)
        return found

    def currencies(self) -> dict[str, Currency]:
        keys = ("points", "stars", "air-miles")[: self.random.choice((1, 1, 2, 3))]
        self.words.currencies = keys
        return {key: self.currency(first=key == keys[0]) for key in keys}

    def currency(self, *, first: bool) -> Currency:
        qualifying = not first and self.chance(0.3)
        values = (Decimal("0.01"), Decimal("0.5"), Decimal(1), Decimal("0.003"), None)
        return Currency(
            decimals=self.random.choice((0, 0, 2)),
            kind=CurrencyKind.QUALIFYING if qualifying else CurrencyKind.REDEEMABLE,
            expires=self.expiry() if self.chance(0.7) else None,
            pending=self.duration(2) if self.chance(0.35) else None,
            spend_first=self.random.choice(list(SpendFirst)),
            value=None if qualifying else self.random.choice(values),
        )

    def metrics(self) -> dict[str, Metric]:
        found = {
            f"metric-{n}": self.metric(f"metric-{n}") for n in range(self.random.randrange(1, 6))
        }
        self.words.previous = tuple(
            key
            for key, metric in found.items()
            if isinstance(metric.over, CalendarWindow | MembershipYear) and not metric.streak
        )
        return found

    def metric(self, key: str) -> Metric:
        random, words = self.random, self.words
        on: EventType = (
            "purchase" if self.chance(0.85) else random.choice(("redemption", "profile"))
        )
        when = (
            Expression(language.metric_condition(random, words, on)) if self.chance(0.4) else None
        )
        # A condition may read what is spent: then the contribution is known as late as that.
        known = "discounted" if when and ("spent" in when.text or "paid" in when.text) else "event"
        match random.choice(("sum", "sum", "count", "max", "distinct", "streak")):
            case "sum" | "max" as collects:
                text, origin = language.sum_formula(random, words, on)
                words.metrics[key] = (on, max(known, origin, key=ORIGINS.index))
                kind = random.choice((None, *Accrual)) if origin == "earned" else None
                formula = Expression(text)
                if collects == "sum":
                    return Metric(sum=formula, on=on, when=when, kind=kind, over=self.window())
                return Metric(max=formula, on=on, when=when, kind=kind, over=self.window())
            case "distinct":
                words.metrics[key] = (on, "earned")
                text, values = language.distinct_formula(random, words)
                if on != "purchase":
                    text, values = "channel", language.CHANNELS
                return Metric(
                    distinct=Expression(text), values=values, on=on, when=when, over=self.window()
                )
            case "streak":
                words.metrics[key] = (on, "earned")
                return Metric(streak=self.calendar(), on=on, when=when)
        words.metrics[key] = (on, known)
        return Metric(count=True, on=on, when=when, over=self.window())

    def tier(self, metrics: dict[str, Metric]) -> Tier:
        key = ("club", "status")[len(self.words.ladders)]
        names = LEVELS[: self.random.randrange(1, 5)]
        reached = self.chance(0.5)  # whether the lowest level has to be
        short = self.random.choice(list(metrics)) if self.chance(0.3) else None
        levels = {}
        for n, name in enumerate(names):
            scale = Decimal(self.random.choice((1, 5, 20))) * (n + 1)
            levels[name] = self.level(metrics, scale, short) if n or reached else Level()
        self.words.ladders[key] = (("none",) if reached else ()) + names
        return Tier(
            levels=levels, by=short, holds=self.hold(), falls=self.random.choice(list(Fall))
        )

    def level(self, metrics: dict[str, Metric], threshold: Decimal, short: str | None) -> Level:
        if short is not None:
            return Level(any={short: threshold})
        chosen = self.random.sample(list(metrics), min(len(metrics), self.random.randrange(1, 3)))
        thresholds = dict.fromkeys(chosen, threshold)
        match self.random.choice(("any", "all", "both")):
            case "any":
                return Level(any=thresholds)
            case "all":
                return Level(all=thresholds)
        return Level(any=thresholds, all={self.random.choice(list(metrics)): threshold})

    def rewards(self, currencies: dict[str, Currency]) -> dict[str, Reward]:
        redeemable = [
            key for key, currency in currencies.items() if currency.kind is CurrencyKind.REDEEMABLE
        ]
        found = {}
        for key in (*language.REWARDS, "gift"):
            price = {self.random.choice(redeemable): Decimal(self.random.randrange(5, 60))}
            sold = self.chance(0.7)
            found[key] = Reward(
                gives=Gives(gift_card=self.money(30)),
                price=price if sold else {},
                automatic=sold and self.chance(0.4),
                lasts=self.duration() if self.chance(0.6) else None,
            )
        return found

    def groups(self) -> dict[str, Group]:
        return {
            "earning": Group(
                combine=self.random.choice((Combine.BEST, Combine.FIRST)),
                limits=self.limits("times", "units"),
            ),
            "discounts": Group(
                combine=self.random.choice((Combine.BEST, Combine.FIRST)),
                limits=self.limits("times", "amount"),
            ),
            "shared": Group(limits=self.limits("times", "units", "amount")),
        }

    def limits(self, *kinds: str) -> tuple[Limit, ...]:
        return tuple(self.limit(kinds) for _ in range(self.random.choice((0, 0, 1, 1, 2))))

    def limit(self, kinds: tuple[str, ...]) -> Limit:
        per: LimitPeriod = self.random.choice(get_args(LimitPeriod))
        match self.random.choice(kinds):
            case "times":
                return Limit(per=per, times=self.random.randrange(1, 6))
            case "units":
                return Limit(per=per, units=Decimal(self.random.randrange(2, 80)))
        return Limit(per=per, amount=self.money(40))

    # ---- rules -----------------------------------------------------------------------------------

    def rules(
        self,
        currencies: dict[str, Currency],
        groups: dict[str, Group],
        rewards: dict[str, Reward],
    ) -> dict[str, Rule]:
        rules = {f"rule-{n}": self.rule(rewards) for n in range(self.random.randrange(2, 8))}
        rules |= self.grouped("earning", groups, currencies)
        rules |= self.grouped("discounts", groups, currencies)
        return rules

    def rule(self, rewards: dict[str, Reward]) -> Rule:
        """A rule of one or more effects, in no group or in one that combines all."""
        random = self.random
        on: EventType = "purchase" if self.chance(0.85) else random.choice(EVENT_TYPES)
        earn = {key: self.earn(on) for key in self.some_currencies(0.7)}
        multiply = {key: self.factor() for key in self.some_currencies(0.2)}
        discount = self.discount() if on == "purchase" and self.chance(0.25) else None
        issue = random.choice(list(rewards)) if self.chance(0.15) else None
        if not (earn or multiply or discount or issue):
            earn = {self.words.currencies[0]: self.earn(on)}
        kinds = ["times"] + ["units"] * bool(earn or multiply) + ["amount"] * bool(discount)
        return Rule(
            then=Then(earn=earn, multiply=multiply, discount=discount, issue=issue),
            on=on,
            when=self.when(on, discounted=discount is None) if self.chance(0.5) else None,
            lines=self.lines() if on == "purchase" and (earn or discount) else None,
            since=self.moment() if self.chance(0.15) else None,
            until=self.moment(later=500) if self.chance(0.15) else None,
            group="shared" if self.chance(0.25) else None,
            priority=random.choice((100, 100, 1, 500)),
            limits=self.limits(*kinds),
        )

    def grouped(
        self, group: str, groups: dict[str, Group], currencies: dict[str, Currency]
    ) -> dict[str, Rule]:
        """Rules of one effect each, for a group of which one rule wins."""
        rules = {}
        comparable = [key for key in currencies if currencies[key].value is not None]
        among = (
            comparable if len(comparable) > 1 and self.chance(0.5) else self.words.currencies[:1]
        )
        if groups[group].combine is Combine.FIRST:
            among = list(currencies)
        for n in range(self.random.choice((0, 2, 3))):
            then = Then(discount=self.discount())
            if group == "earning":
                then = Then(earn={self.random.choice(list(among)): self.earn("purchase")})
            rules[f"{group}-{n}"] = Rule(
                then=then,
                when=self.when("purchase", discounted=then.discount is None)
                if self.chance(0.4)
                else None,
                lines=self.lines(),
                group=group,
                priority=self.random.choice((100, 100, 20)),
                limits=self.limits("times", "amount" if then.discount else "units"),
            )
        return rules

    def some_currencies(self, share: float) -> list[str]:
        return [key for key in self.words.currencies if self.chance(share)]

    def when(self, on: EventType, *, discounted: bool) -> Expression:
        return Expression(language.condition(self.random, self.words, on, discounted=discounted))

    def lines(self) -> Expression | None:
        return Expression(language.line_condition(self.random)) if self.chance(0.35) else None

    def factor(self) -> Decimal:
        return self.random.choice((Decimal(2), Decimal("1.5"), Decimal("1.33"), Decimal(1)))

    def earn(self, on: EventType) -> Earn:
        return Earn(
            units=self.units(on),
            kind=Accrual.BONUS if self.chance(0.25) else Accrual.BASE,
            round=self.random.choice((None, None, *Rounding)),
            expires=self.expiry(inactive=False) if self.chance(0.2) else None,
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
                return Discount(percent=percent, maximum=maximum)
            case "amount":
                return Discount(amount=self.money(25), maximum=maximum)
        return Discount(price=self.money(12), maximum=maximum)


ORIGINS = ("event", "discounted", "earned")
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)
ATTRIBUTES = Attributes(
    member={
        "age": Attribute(type="integer"),
        "city": Attribute(options=language.CITIES),
        "vip": Attribute(type="boolean"),
    },
    event={
        "campaign": Attribute(),
        "score": Attribute(type="decimal"),
    },
)
