"""Random valid programmes that use every operator; the same seed gives the same programme."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random

from tests.reference import random_activities
from tests.reference import random_expressions as language
from tests.reference.random_budgets import with_budgets
from tests.reference.random_bundles import with_bundles
from tests.reference.random_chances import with_chances
from tests.reference.random_rules import Rules
from tests.reference.random_settings import with_later_settings
from tests.reference.random_told import with_told
from tests.reference.random_transfers import with_terms_of_transfers
from tests.reference.random_values import STARTS
from xenia.amounts import money_decimals
from xenia.programme.attributes import Attribute, Attributes
from xenia.programme.check import check
from xenia.programme.findings import Finding
from xenia.programme.ladders import Benefit, Fall, Level, Tier
from xenia.programme.model import (
    Accrual,
    Currency,
    CurrencyKind,
    Enrolment,
    EventType,
    Exclusion,
    Expression,
    Location,
    Metric,
    Never,
    Programme,
    Returns,
    SpendFirst,
)
from xenia.programme.periods import (
    CalendarWindow,
    Duration,
    HoldFor,
    HoldToEnd,
    Inactive,
    MembershipYear,
    ReturnWindow,
)
from xenia.programme.read import read
from xenia.programme.render import render
from xenia.programme.settings import (
    Basis,
    LeapBirthdays,
    Overspend,
    PercentOf,
    Rounding,
    Settings,
    SpendAs,
    Tax,
)
from xenia.programme.texts import Texts

ZONES = (
    "Europe/Athens", "America/New_York", "Asia/Tokyo", "America/St_Johns", "Pacific/Apia",
    "America/Santiago", "Australia/Lord_Howe", "UTC",
)  # fmt: skip
MONEYS = ("EUR", "USD", "JPY", "KWD")
LEVELS = ("basic", "silver", "gold", "platinum")
BENEFITS = {
    "free-delivery": Benefit(title=Texts({"en": ("free delivery",)})),
    "lounge-visit": Benefit(title=Texts({"en": ("visit to the lounge",)})),
}


TRIES = 20
ZONE_NAMES = frozenset(ZONES)


@lru_cache(maxsize=256)  # several tests ask for the same
def random_programme(seed: int) -> Programme:
    """A programme that `check` has nothing against, if it has some advice."""
    drawn = (drawing(seed, n) for n in range(TRIES))
    sound = next(one for one in drawn if not errors(one))
    settled = with_later_settings(with_terms_of_transfers(sound, seed), seed, ZONE_NAMES)
    return with_chances(settled, seed)


def drawing(seed: int, number: int) -> Programme:
    """One that may have errors."""
    drawn = Drawing(Random(f"{seed}/{number}")).programme(seed)
    bundled = with_bundles(drawn, Random(f"bundles {seed}/{number}"))
    telling = with_told(bundled, Random(f"told {seed}/{number}"))
    return with_budgets(telling, Random(f"budgets {seed}/{number}"))


def with_benefits(levels: dict[str, Level], *, counted: bool) -> dict[str, Level]:
    """Of several levels, the one below the highest counts what only one ladder brings; the highest
    brings it always where there are four."""
    brought: list[dict[str, int | None]] = [{}, {"free-delivery": None}]
    if counted:
        brought = [{"lounge-visit": 2}, {"free-delivery": None, "lounge-visit": 3}]
    if counted and len(levels) == len(LEVELS):
        brought[1]["lounge-visit"] = None
    named = [*levels][-2:]
    return levels | {
        name: replace(levels[name], benefits=what)
        for name, what in zip(named, brought[-len(named) :], strict=True)
    }


def errors(programme: Programme) -> list[Finding]:
    found = check(read(render(programme), zones=ZONE_NAMES))
    return [finding for finding in found if finding.severity == "error"]


def start_of(programme: Programme) -> date:
    """A day from which a history of the programme may start, also of one of the catalogue."""
    name = programme.id.rpartition("-")[2]
    return STARTS[(int(name) if name.isdecimal() else len(name)) % len(STARTS)]


class Drawing(Rules):
    def programme(self, seed: int) -> Programme:
        random = self.random
        self.start = STARTS[seed % len(STARTS)]
        money = random.choice(MONEYS)
        self.unit = Decimal(1).scaleb(-money_decimals(money))
        self.currencies = self.draw_currencies()
        locations = self.locations()
        metrics = self.metrics()
        tiers = {key: self.tier(metrics) for key in ("club", "status")[: random.randrange(0, 3)]}
        metrics = rolling(metrics, tiers, Random(f"rollover {seed}"))
        rules = self.rules()
        closing = self.closing(Random(f"closing {seed}"))
        returns = self.returns(Random(f"returns {seed}"))
        self.end_twice(Random(f"ends {seed}"))
        drawn = Programme(
            id=f"random-{seed}",
            money=money,
            timezone=random.choice(ZONES),
            since=self.start + timedelta(days=40) if self.chance(0.1) else None,
            until=self.start + timedelta(days=600) if self.chance(0.1) else None,
            earn_until=closing[0],
            spend_until=closing[1],
            enrolment=Enrolment.ENROLMENT_ONLY if self.chance(0.1) else Enrolment.FIRST_EVENT,
            returns=returns,
            settings=self.settings(),
            attributes=ATTRIBUTES,
            acts=random_activities.DECLARED,
            categories=language.CATEGORIES if self.chance(0.5) else (),
            lists={"special": language.SKUS[:2]},
            exclusions=self.exclusions(),
            locations=locations,
            currencies=self.currencies,
            metrics=metrics,
            tiers=tiers,
            benefits=BENEFITS,
            groups=self.groups(rules),
            rules=rules,
            rewards=self.rewards(),
        )
        if drawn.enrolment is Enrolment.FIRST_EVENT:
            return drawn
        return replace(drawn, first_purchase=self.entering(Random(f"entering {seed}")))

    # ---- parts -----------------------------------------------------------------------------------

    def entering(self, random: Random) -> Decimal | None:
        """Of how much the purchase is that enrols, of some."""
        return Decimal(random.randrange(1, 60)) if random.random() < 0.7 else None

    def closing(self, random: Random) -> tuple[date | None, date | None]:
        """The days on which nothing is earned any more, and on which everything ends, of some."""
        if random.random() < 0.85:
            return None, None
        earn = self.start + timedelta(days=random.randrange(50, 300))
        spend = earn + timedelta(days=random.randrange(1, 200))
        return earn, spend if random.random() < 0.8 else None

    def returns(self, random: Random) -> Returns | None:
        """Until when something may be returned, of some; units may wait for that."""
        if random.random() < 0.7:
            return None
        for key, currency in self.currencies.items():
            if currency.pending and random.random() < 0.5:
                self.currencies[key] = replace(currency, pending=ReturnWindow())
        return Returns(within=Duration(days=random.choice((1, 10, 30, 90))))

    def end_twice(self, random: Random) -> None:
        """Of some currencies that end by inactivity, each lot ends some day, whatever happens."""
        for key, currency in self.currencies.items():
            if isinstance(currency.expires, Inactive) and random.random() < 0.5:
                latest = Duration(days=random.choice((5, 40, 200)))
                expires = replace(currency.expires, after=latest)
                self.currencies[key] = replace(currency, expires=expires)

    def settings(self) -> Settings:
        choice = self.random.choice
        return Settings(
            earn_on=choice(list(Basis)),
            tax=choice(list(Tax)),
            round_units=choice(list(Rounding)),
            round_money=choice(list(Rounding)),
            percentages_of=choice(list(PercentOf)),
            spend_as=choice(list(SpendAs)),
            vouchers_as=choice(list(SpendAs)),
            overspend=choice(list(Overspend)),
            prepaid_earns=choice((True, False)),
            rewards_earn=choice((True, False)),
            leap_birthdays=choice(list(LeapBirthdays)),
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

    def draw_currencies(self) -> dict[str, Currency]:
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
            notice=Duration(days=self.random.choice((1, 7, 30, 60))) if self.chance(0.3) else None,
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
        on: EventType = "purchase" if self.chance(0.85) else random.choice(OTHERS)
        when = (
            Expression(language.metric_condition(random, words, on)) if self.chance(0.4) else None
        )
        # A condition may read what is spent: then the contribution is known as late as that.
        known = "discounted" if when and ("spent" in when.text or "paid" in when.text) else "event"
        kinds = ("sum", "sum", "count", "max", "distinct", "streak")
        match random.choice(kinds[:4] if key == "metric-0" else kinds):
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
        step = self.random.choice((1, 1, 2, 5, 20))
        short = self.random.choice(reaching(metrics, step * len(names))) if self.chance(0.3) else ""
        levels = {}
        for n, name in enumerate(names):
            threshold = step * (n + 1)
            levels[name] = self.level(metrics, threshold, short) if n or reached else Level()
        if not short:
            levels = with_benefits(levels, counted=key == "club")
        self.words.ladders[key] = (("none",) if reached else ()) + names
        holds = self.hold()
        ends = isinstance(holds, HoldFor | HoldToEnd)
        return Tier(
            levels=levels,
            by=short or None,
            holds=holds,
            falls=self.random.choice(list(Fall)),
            grace=self.duration(3) if ends and self.chance(0.4) else None,
        )

    def level(self, metrics: dict[str, Metric], least: int, short: str) -> Level:
        threshold = Decimal(least)
        if short:
            return Level(any={short: threshold})
        able = reaching(metrics, least)
        chosen = self.random.sample(able, min(len(able), self.random.randrange(1, 3)))
        thresholds = dict.fromkeys(chosen, threshold)
        match self.random.choice(("any", "all", "both")):
            case "any":
                return Level(any=thresholds)
            case "all":
                return Level(all=thresholds)
        return Level(any=thresholds, all={self.random.choice(able): threshold})


def rolling(
    metrics: dict[str, Metric], tiers: dict[str, Tier], random: Random
) -> dict[str, Metric]:
    """The metrics, some of which count on into the next unit what is beyond a level."""
    asked = {
        key
        for tier in tiers.values()
        for level in tier.levels.values()
        for key in (*level.any, *level.all)
    }
    able = {
        key: (metric.sum is not None or metric.count)
        and isinstance(metric.over, CalendarWindow | MembershipYear)
        for key, metric in metrics.items()
    }
    return {
        key: replace(metric, rollover=key in asked and able[key] and random.random() < 0.6)
        for key, metric in metrics.items()
    }


def reaching(metrics: dict[str, Metric], threshold: int) -> list[str]:
    """The metrics that can become so much."""
    return [
        key
        for key, metric in metrics.items()
        if metric.distinct is None or len(metric.values) >= threshold
    ]


ORIGINS = ("event", "discounted", "earned")
OTHERS: tuple[EventType, ...] = (  # that metrics count
    "redemption",
    "profile",
    "birthday",
    "anniversary",
    "month-end",
    *random_activities.TYPES,
)
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
