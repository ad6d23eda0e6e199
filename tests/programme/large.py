"""The programme of `large.yaml`, written down as the values that reading it must give."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from xenia.programme import attributes, giving, ladders, settings
from xenia.programme import model as m
from xenia.programme import periods as p
from xenia.programme import texts as t
from xenia.programme.chances import Chance

TEXT = Path(__file__).with_name("large.yaml").read_text("utf-8")


def texts(english: str) -> t.Texts:
    return t.Texts({"en": (english,)})


def formula(text: str) -> m.Expression:
    return m.Expression(text)


LARGE = m.Programme(
    id="department-points",
    title=t.Texts({"en": ("Department points",), "el": ("Πόντοι πολυκαταστήματος",)}),
    operator="Agora & Sons",
    notes=texts("Returns: taken back from what was earned.\nGift cards: never earn."),
    money="USD",
    timezone="America/New_York",
    since=date(2017, 1, 1),
    until=date(2018, 1, 1),
    earn_until=date(2017, 11, 1),
    spend_until=date(2017, 12, 1),
    enrolment=m.Enrolment.ENROLMENT_ONLY,
    first_purchase=Decimal("12.50"),
    returns=m.Returns(within=p.Duration(days=30)),
    settings=settings.Settings(
        earn_on=settings.Basis.AMOUNT,
        tax=settings.Tax.EXCLUDED,
        round_units=settings.Rounding.NEAREST,
        round_per=settings.RoundPer.LINE,
        multiply_round=settings.MultiplyRound.BEFORE,
        round_money=settings.Rounding.DOWN,
        percentages_of=settings.PercentOf.ORIGINAL,
        spend_as=settings.SpendAs.TENDER,
        overspend=settings.Overspend.CLAMP,
        vouchers_as=settings.SpendAs.TENDER,
        prepaid_earns=False,
        rewards_earn=True,
        leap_birthdays=settings.LeapBirthdays.MARCH,
        below_zero=settings.BelowZero.REFUSED,
        returned_purchase=settings.ReturnedPurchase.ACTIVITY,
        given_back_lasts=p.Duration(days=45),
        return_inputs=settings.ReturnInputs.TODAY,
        refund=settings.RefundOf.LINE_PAID,
        used_voucher=settings.UsedVoucher.ABSORBED,
        new_terms=settings.NewTerms.ALL,
    ),
    attributes=attributes.Attributes(
        member={
            "age": attributes.Attribute(type="integer"),
            "city": attributes.Attribute(options=("athens", "patras")),
            "vip": attributes.Attribute(type="boolean"),
        },
        event={
            "campaign": attributes.Attribute(),
            "distance": attributes.Attribute(type="decimal"),
            "booked": attributes.Attribute(type="date"),
        },
    ),
    claims=settings.Claims(within=p.Duration(days=14)),
    categories=("drink", "food", "7 up"),
    lists={"special": ("101", "b"), "one": ("x",)},
    exclusions={
        "gift-cards": m.Exclusion(
            lines=formula('l.category == "gift-card"'), title=texts("Gift cards")
        ),
        "tobacco": m.Exclusion(lines=formula('"tobacco" in l.tags'), never=(m.Never.EARN,)),
    },
    locations={
        "athens": m.Location(
            timezone="Europe/Athens",
            region="attica",
            owner="Shop & Co",
            partner="agora",
            title=texts("Athens"),
        ),
        "plain": m.Location(),
    },
    acts={"weigh-in": m.Act(title=texts("A weigh-in")), "run": m.Act()},
    currencies={
        "points": m.Currency(
            title=t.Texts({"en": ("point", "points"), "el": ("πόντος", "πόντοι")}),
            decimals=2,
            expires=p.After(p.Duration(months=12)),
            notice=p.Duration(days=30),
            pending=p.Duration(days=3),
            spend_first=m.SpendFirst.FIRST_EARNED,
            value=Decimal("0.01"),
            transfers=giving.Transfers(
                minimum=Decimal(100),
                limits=(
                    giving.TransferLimit(per="year", units=Decimal(5000)),
                    giving.TransferLimit(per="day", times=1),
                ),
            ),
        ),
        "miles": m.Currency(kind=m.CurrencyKind.QUALIFYING, expires=p.EndOf(p.Unit.YEAR, 1)),
        "stars": m.Currency(expires=p.Inactive(p.Duration(months=24), p.Duration(months=36))),
    },
    metrics={
        "spent-this-year": m.Metric(
            sum=formula("spent"),
            over=p.CalendarWindow(p.Unit.YEAR),
            rollover=True,
            title=texts("Spent this year"),
        ),
        "visits": m.Metric(
            count=True,
            over=p.RollingWindow(p.Duration(months=1)),
            when=formula("basket.amount > 0"),
        ),
        "kinds": m.Metric(distinct=formula("channel"), values=("web", "store")),
        "weeks-in-a-row": m.Metric(streak=p.Unit.WEEK),
        "best": m.Metric(max=formula("basket.paid"), over=p.MembershipYear()),
        "bonus-units": m.Metric(
            sum=formula("earned.points"),
            kind=m.Accrual.BONUS,
            over=p.RollingWindow(p.Duration(days=14)),
        ),
        "redeemed": m.Metric(count=True, on="redemption"),
    },
    tiers={
        "status": ladders.Tier(
            by="spent-this-year",
            levels={
                "basic": ladders.Level(),
                "top": ladders.Level(any={"spent-this-year": Decimal("3500.50")}),
            },
            holds=p.HoldFor(p.Duration(months=12)),
        ),
        "club": ladders.Tier(
            title=texts("The club"),
            levels={
                "silver": ladders.Level(
                    any={"spent-this-year": Decimal(100), "visits": Decimal(5)},
                    benefits={"free-delivery": None},
                    title=texts("Silver"),
                ),
                "basic": ladders.Level(),
                "gold": ladders.Level(
                    all={"spent-this-year": Decimal(1000), "visits": Decimal(50)},
                    benefits={"free-delivery": None, "lounge-visit": 4},
                ),
            },
            holds=p.HoldToEnd(p.Unit.YEAR, 1),
            falls=ladders.Fall.ONE_LEVEL,
            returns=ladders.Returned.AT_REVIEW,
            grace=p.Duration(months=2),
        ),
        "life": ladders.Tier(
            levels={"basic": ladders.Level(), "always": ladders.Level(any={"best": Decimal(500)})},
            holds=p.HoldForEver(),
        ),
    },
    benefits={
        "free-delivery": ladders.Benefit(
            title=t.Texts({"en": ("Free delivery",), "el": ("Δωρεάν παράδοση",)})
        ),
        "lounge-visit": ladders.Benefit(title=texts("A visit to the lounge")),
    },
    groups={
        "rates": m.Group(
            combine=m.Combine.BEST,
            title=texts("Rates"),
            limits=(m.Limit(times=1, per="purchase"),),
            budget=(m.Budget(units=Decimal(100_000), per="month"),),
        )
    },
    rules={
        "cosmetics": m.Rule(
            since=date(2017, 2, 1),
            until=datetime(2017, 3, 1, tzinfo=timezone(timedelta(hours=-5))),
            lines=formula('l.category == "COSMETICS"'),
            when=formula('tier.status != "top" && basket.amount >= 10'),
            group="rates",
            priority=10,
            chance=Chance(1, 20),
            limits=(m.Limit(times=3, per="day"), m.Limit(units=Decimal(500), per="month")),
            title=texts("Double points on cosmetics"),
            terms=t.Texts({"en": ("You get points.",), "pt-BR": ("Você ganha pontos.",)}),
            then=m.Then(
                earn={
                    "points": m.Earn(units=m.Per(Decimal(2), Decimal(1))),
                    "miles": m.Earn(units=m.Percent(Decimal(20))),
                    "stars": m.Earn(
                        units=formula("per(basket.amount, 10)"),
                        kind=m.Accrual.BONUS,
                        round=settings.Rounding.UP,
                        expires=p.After(p.Duration(days=30)),
                    ),
                }
            ),
        ),
        "sale": m.Rule(
            then=m.Then(
                discount=m.Discount(
                    percent=Decimal(5),
                    of=m.Pick(cheapest=1, every=2),
                    maximum=Decimal(50),
                )
            ),
            limits=(m.Limit(amount=Decimal(20), per="year", beyond=m.Beyond.REFUSE),),
            budget=(
                m.Budget(amount=Decimal(5000), beyond=m.Beyond.REFUSE),
                m.Budget(times=300, per="day"),
            ),
        ),
        "ten-off": m.Rule(then=m.Then(discount=m.Discount(amount=Decimal(10)), refer=True)),
        "fixed": m.Rule(then=m.Then(discount=m.Discount(price=Decimal("9.99")))),
        "second-half": m.Rule(
            then=m.Then(discount=m.Discount(percent=Decimal(50), of=m.Pick(dearest=1, every=2)))
        ),
        "three-for-ten": m.Rule(
            then=m.Then(discount=m.Discount(price=Decimal(10), of=m.Pick(every=3)))
        ),
        "menu": m.Rule(
            then=m.Then(
                discount=m.Discount(
                    amount=Decimal(2),
                    of=m.Pick(
                        bundle=(
                            m.Part(lines=formula('l.category == "burger"')),
                            m.Part(lines=formula('l.category == "drink"'), quantity=2),
                        )
                    ),
                )
            )
        ),
        "welcome": m.Rule(on="enrolment", then=m.Then(issue="gift-card-25")),
        "told": m.Rule(then=m.Then(badge="regular", notify="thanks", flag="a large purchase")),
        "missed": m.Rule(
            on="inactivity", after=p.Duration(months=6), then=m.Then(issue="gift-card-25")
        ),
        "double": m.Rule(then=m.Then(multiply={"points": Decimal(2)})),
    },
    rewards={
        "gift-card-25": m.Reward(
            title=texts("25-dollar gift card"),
            price={"points": Decimal(5000)},
            automatic=True,
            gives=m.Gives(gift_card=Decimal(25)),
            lasts=p.Duration(months=12),
        ),
        "lounge": m.Reward(gives=m.Gives(service=texts("Lounge")), stock=12),
        "cup": m.Reward(gives=m.Gives(item=t.Texts({"en": ("cup", "cups")}))),
        "off": m.Reward(
            gives=m.Gives(
                discount=m.Discount(amount=Decimal(8)),
                lines=m.Expression('l.category == "drink"'),
                partial=True,
            )
        ),
        "drinks": m.Reward(
            uses=3,
            gives=m.Gives(discount=m.Discount(percent=Decimal(100), of=m.Pick(cheapest=1))),
        ),
    },
    badges={"regular": ladders.Badge(title=texts("Regular"))},
    texts={"thanks": texts("Thank you")},
)
