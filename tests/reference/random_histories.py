"""Random histories of one member of a random programme: all events, ties, gaps, late ones."""

from __future__ import annotations

from datetime import UTC, datetime, time
from random import Random
from typing import Any, get_args

from tests.reference import random_expressions as language
from tests.reference.days import EPOCH, SECOND
from tests.reference.random_activities import TYPES, random_activity
from tests.reference.random_programmes import start_of
from tests.reference.random_returns import with_returns
from xenia.amounts import format_decimal, money_decimals
from xenia.events.model import (
    Adjustment,
    AttributeValue,
    Enrolment,
    Event,
    Grant,
    Hold,
    Line,
    Method,
    Payment,
    Profile,
    Purchase,
    Redemption,
    Release,
    Use,
)
from xenia.events.parts import Charge
from xenia.programme.model import Programme

MINUTE = 60
DAY = 24 * 60 * MINUTE
METHODS: tuple[Method, ...] = get_args(Method)
# How far apart two events are, in seconds: the same instant, moments, days, months, years.
GAPS = (
    (0, 0), (1, 30 * MINUTE), (MINUTE, DAY), (DAY, 3 * DAY), (DAY, 10 * DAY), (2 * DAY, 15 * DAY),
    (20 * DAY, 70 * DAY), (100 * DAY, 420 * DAY),
)  # fmt: skip
GAP_WEIGHTS = (2, 3, 8, 10, 8, 6, 4, 1)
LATE_SHARE = 0.06


def random_history(
    programme: Programme, seed: int, count: int, *, returns: bool = False
) -> list[Event]:
    """So many events in the order in which they are recorded; with returns, some more."""
    events = Drawing(programme, Random(seed)).history(count)
    return with_returns(programme, events, seed) if returns else events


class Drawing:
    def __init__(self, programme: Programme, random: Random) -> None:
        self.programme = programme
        self.random = random
        self.rewards = sorted(programme.rewards) or language.REWARDS
        self.cent = 10 ** money_decimals(programme.money)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def maybe(self, values: tuple[str, ...], share: float = 0.6) -> str | None:
        return self.random.choice(values) if self.chance(share) else None

    def history(self, count: int) -> list[Event]:
        start = datetime.combine(start_of(self.programme), time(20), tzinfo=UTC)
        now = int(start.timestamp())
        joins = self.random.choice((0, 0, 1, 4))
        events = []
        for n in range(count):
            low, high = self.random.choices(GAPS, GAP_WEIGHTS)[0]
            now += self.random.randint(low, high)
            late = self.random.randint(1, 100) * DAY if n and self.chance(LATE_SHARE) else 0
            instant = (now - late) * SECOND + self.random.choice((0, 999_999))
            events.append(self.enrolment(n, instant) if n == joins else self.event(n, instant))
        return events

    def event(self, n: int, instant: int) -> Event:
        kind = self.random.choices(
            (
                "purchase",
                "redemption",
                "enrolment",
                "profile",
                "adjustment",
                "hold",
                "release",
                "grant",
                *TYPES,
                "use",
            ),
            (40, 6, 2, 2, 5, 3, 3, 3, 4, 4, 3, 2, 3),
        )
        match kind[0]:
            case "purchase":
                return self.purchase(n, instant)
            case "redemption":
                return Redemption(
                    id=f"e{n}",
                    occurred_at=instant,
                    member="m",
                    channel=self.maybe(language.CHANNELS),
                    location=self.location(),
                    attributes=self.about_event(),
                    reward=self.random.choice((*self.rewards, "no-such-thing")),
                    quantity=self.random.choice((1, 1, 2)),
                )
            case "act" | "stay" | "flight" | "rental":
                common: dict[str, Any] = {
                    "id": f"e{n}",
                    "occurred_at": instant,
                    "member": "m",
                    "channel": self.maybe(language.CHANNELS),
                    "location": self.location(),
                    "attributes": self.about_event(),
                }
                return random_activity(self.programme, self.random, kind[0], **common)
            case "adjustment":
                return self.adjustment(n, instant)
            case "hold":
                return self.held(Hold, n, instant)
            case "release":
                return self.held(Release, n, instant)
            case "grant":
                return self.grant(n, instant)
            case "use":
                number = self.random.randrange(8)
                benefit = {5: "wi-fi" if n % 2 else "free-delivery"}.get(number, "lounge-visit")
                what: dict[str, Any] = {"voucher": f"#{number}"}
                if number >= 5 and self.programme.benefits:
                    what = {"benefit": benefit}
                return Use(id=f"e{n}", occurred_at=instant, member="m", **what)
            case "enrolment":
                return self.enrolment(n, instant)
        return Profile(
            id=f"e{n}",
            occurred_at=instant,
            member="m",
            channel=self.maybe(language.CHANNELS),
            attributes=self.about_member(),
        )

    def adjustment(self, n: int, instant: int) -> Adjustment:
        currency, units = self.units()
        return Adjustment(
            id=f"e{n}",
            occurred_at=instant,
            member="m",
            channel=self.maybe(language.CHANNELS),
            currency=currency,
            units=("-" if self.chance(0.5) else "") + units,
            author="clerk",
            reason="a mistake",
        )

    def held(self, kind: type[Hold | Release], n: int, instant: int) -> Hold | Release:
        currency, units = self.units()
        whole = self.chance(0.6)
        return kind(
            id=f"e{n}",
            occurred_at=instant,
            member="m",
            currency=None if whole and self.chance(0.4) else currency,
            units=None if whole else units,
            reason="a doubt",
        )

    def grant(self, n: int, instant: int) -> Grant:
        kinds = [{"voucher": self.random.choice((*self.rewards, "no-such-thing"))}]
        kinds += [{"benefit": key} for key in (*self.programme.benefits, "wi-fi")[:3]]
        what: dict[str, Any] = self.random.choice(kinds)
        if self.programme.tiers and self.chance(0.7):
            ladder = self.random.choice(sorted(self.programme.tiers))
            level = self.random.choice([*self.programme.tiers[ladder].levels][-2:])
            what = {"tier": {ladder: "no-such-level" if self.chance(0.1) else level}}
        lasting = self.random.choice((-3, 5, 20, 60, 200, 200, 900)) * DAY * SECOND
        day = (instant + lasting) // (DAY * SECOND) * DAY * SECOND
        until = self.random.choice((None, instant + lasting, day, day - 2 * 60 * MINUTE * SECOND))
        return Grant(
            id=f"e{n}",
            occurred_at=instant,
            member="m",
            until=until,
            author="clerk",
            reason="an old friend",
            **what,
        )

    def units(self) -> tuple[str, str]:
        """A currency, perhaps one that is not there, and units of it: none, few, more than are
        likely to be held."""
        if self.chance(0.05):
            return "gold-bars", "1"
        key = self.random.choice(sorted(self.programme.currencies) or ["gold-bars"])
        decimals = (
            self.programme.currencies[key].decimals if key in self.programme.currencies else 0
        )
        most = self.random.choice((1, 10, 100, 400))
        return key, format_decimal(self.random.randrange(most * 10**decimals + 1), decimals)

    def enrolment(self, n: int, instant: int) -> Enrolment:
        about = self.about_member()
        return Enrolment(id=f"e{n}", occurred_at=instant, member="m", attributes=about)

    def about_member(self) -> dict[str, AttributeValue]:
        values: dict[str, AttributeValue] = {
            "age": self.random.randrange(15, 70),
            "city": self.random.choice(language.CITIES),
            "vip": self.chance(0.5),
            "birthday": (datetime(1984, 2, 29, tzinfo=UTC).date() - EPOCH).days
            + self.random.randrange(400),
            "locale": "el",
            "timezone": self.random.choice(("Asia/Tokyo", "America/Los_Angeles", "UTC")),
        }
        return {key: value for key, value in values.items() if self.chance(0.6)}

    def about_event(self) -> dict[str, AttributeValue]:
        values: dict[str, AttributeValue] = {
            "campaign": self.random.choice(language.CAMPAIGNS),
            "score": self.random.randrange(0, 30_000_000),
        }
        return {key: value for key, value in values.items() if self.chance(0.4)}

    def location(self) -> str | None:
        return self.maybe(tuple(self.programme.locations) or ("anywhere",))

    def purchase(self, n: int, instant: int) -> Purchase:
        lines = tuple(self.line(place) for place in range(self.count()))
        charges = tuple(self.charge() for _ in range(self.random.choice((0, 0, 0, 1, 2))))
        parts: list[Line | Charge] = [*lines, *charges]
        bill = sum(part.amount for part in parts)
        return Purchase(
            id=f"e{n}",
            occurred_at=instant,
            member="m",
            source=self.random.choice(("api", "till")),
            channel=self.maybe(language.CHANNELS),
            location=self.location(),
            attributes=self.about_event(),
            lines=lines,
            charges=charges,
            payments=self.payments(bill),
            prices="net" if self.chance(0.25) else "gross",
            receipt=self.maybe(("r-1",), 0.3),
            vouchers=self.vouchers() if self.chance(0.4) else (),
            spend=self.spend() if self.chance(0.25) else {},
        )

    def vouchers(self) -> tuple[str, ...]:
        """Some of the member's by number, as far as there are so many; perhaps one of them twice,
        or one of nobody's."""
        most = self.random.choice((2, 6, 20))
        named = [
            f"#{self.random.randrange(most)}" for _ in range(self.random.choice((1, 2, 4, 12)))
        ]
        return (*named, "NONE") if self.chance(0.1) else tuple(named)

    def count(self) -> int:
        return self.random.choice((0, 1, 1, 2, 3, 4, 6, 12))

    def line(self, place: int) -> Line:
        amount = self.amount(40)
        quantity = self.random.choice((1000, 1000, 2000, 500, 3000, 1250, 0))
        return Line(
            id=str(place + 1),
            sku=self.random.choice(language.SKUS),
            category=self.random.choice(language.CATEGORIES),
            quantity=quantity,
            amount=amount,
            unit=self.maybe(("kg", "each"), 0.4),
            regular_amount=amount + self.amount(5) if self.chance(0.4) else None,
            tax=self.random.choice((0, amount * 19 // 119, amount * 6 // 106)),
            tags=tuple(tag for tag in language.TAGS if self.chance(0.3)),
            brand=self.maybe(language.BRANDS),
            seller=self.maybe(("market",), 0.2),
        )

    def charge(self) -> Charge:
        amount = self.amount(8)
        return Charge(kind=self.random.choice(("delivery", "tip")), amount=amount, tax=amount // 6)

    def amount(self, most: int) -> int:
        """Smallest units: nothing, very little, round, or anything; seldom a fortune."""
        most *= 200 if self.chance(0.005) else 1
        return self.random.choice(
            (
                0,
                1,
                self.random.randrange(1, most) * self.cent,
                self.random.randrange(most * self.cent),
            )
        )

    def payments(self, bill: int) -> tuple[Payment, ...]:
        match self.random.choice(("none", "whole", "one", "two")):
            case "none":
                return ()
            case "whole":
                return (Payment(method=self.random.choice(METHODS)),)
            case "one":
                return (Payment(method=self.random.choice(METHODS), amount=bill),)
        part = self.random.randint(0, bill)
        rest = self.random.choice((bill - part, bill - part, bill, None))
        first, second = self.random.choice(METHODS), self.random.choice(METHODS)
        return (Payment(method=first, amount=part), Payment(method=second, amount=rest))

    def spend(self) -> dict[str, str]:
        claims = {}
        for key, currency in self.programme.currencies.items():
            if self.chance(0.7):
                units = self.random.choice((0, 1, self.random.randrange(40), 3000))
                small = self.random.randrange(10**currency.decimals)
                claims[key] = format_decimal(
                    units * 10**currency.decimals + small, currency.decimals
                )
        if self.chance(0.05):
            claims["gold-bars"] = "1"
        return claims
