"""The documents that wizards write: a rate put into the words of a programme, in four languages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from string import Template
from typing import Final, Literal

from xenia.amounts import UnknownMoney, money_decimals
from xenia.services.inputs import UnusableError

Kind = Literal["none", "discount", "bonus", "tiers", "club", "stamps"]
MEMBERSHIP: Final = "membership"  # what a club's membership is sold as


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """Whose programme it is to be; `id` is that of the programme."""

    id: str
    operator: str
    money: str
    timezone: str


def document(kind: Kind, firm: Firm, **numbers: str) -> str:
    """The text of a programme.

    `discount`, `bonus` take `rate` (per cent); `tiers` takes `low`, `rate`, `high` (per cent),
    `second` and `third` (money of a year); `club` takes `rate` (per cent) and `fee` (money of
    twelve months, which are sold as MEMBERSHIP); `stamps` takes `category` and `stamps` (their
    number).
    Raises UnusableError for an unknown money.
    """
    try:
        decimals = money_decimals(firm.money)
    except UnknownMoney as error:
        raise UnusableError(str(error)) from None
    of_firm = {
        "decimals": str(decimals),
        "membership": MEMBERSHIP,
        "id": firm.id,
        "operator": _quoted(firm.operator),
        "money": firm.money,
        "timezone": firm.timezone,
    }
    return Template(_HEAD + _BODIES[kind]).substitute(of_firm, **numbers)


def per_cent(rate: Fraction) -> str:
    """A rate as it stands in a document: 3/100 is 3, 1/80 is 1.25."""
    text = f"{Decimal(rate.numerator * 100) / Decimal(rate.denominator):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_HEAD: Final = """\
# Made by a wizard of Xenia. Change what you like: `xenia check` says whether it still makes sense.
xenia: 1
programme: $id
operator: $operator
money: $money
timezone: $timezone
"""

_GIFT_CARDS = """\
exclusions:
  gift-cards:
    title: {en: Gift cards that you buy, el: Οι δωροκάρτες που αγοράζετε,
            hy: Ձեր գնած նվեր քարտերը, ru: Купленные вами подарочные карты}
    lines: l.category == "gift-card"
"""

_BONUS = """\
currencies:
  bonus:
    title: {en: [bonus, bonus], el: [μπόνους, μπόνους], hy: [բոնուս, բոնուս],
            ru: [бонус, бонуса, бонусов, бонуса]}
    decimals: $decimals
    expires: {inactive: 12 months}
    value: 1
"""

_BODIES: Final[dict[Kind, str]] = {
    "none": """\
title: {en: No programme, el: Χωρίς πρόγραμμα, hy: Առանց ծրագրի, ru: Без программы}
""",
    "discount": """\
title: {en: $rate% with the card, el: $rate% με την κάρτα, hy: 'Քարտով՝ $rate%',
        ru: $rate % по карте}
"""
    + _GIFT_CARDS
    + """\
rules:
  card:
    title: {en: $rate% off, el: Έκπτωση $rate%, hy: $rate% զեղչ, ru: Скидка $rate %}
    then: {discount: {percent: $rate}}
""",
    "bonus": """\
title: {en: $rate% back, el: Επιστροφή $rate%, hy: $rate% բոնուս, ru: Бонусы $rate %}
"""
    + _GIFT_CARDS
    + _BONUS
    + """\
rules:
  back:
    title: {en: $rate% back, el: Επιστροφή $rate%, hy: $rate% բոնուս, ru: Бонусы $rate %}
    then: {earn: {bonus: $rate %}}
""",
    "tiers": """\
title: {en: '$low%, $rate% or $high% back', el: 'Επιστροφή $low%, $rate% ή $high%',
        hy: '$low%, $rate% կամ $high% բոնուս', ru: 'Бонусы $low, $rate или $high %'}
"""
    + _GIFT_CARDS
    + _BONUS
    + """\
metrics:
  spent-this-year:
    title: {en: Spent this year, el: Αγορές της χρονιάς, hy: Այս տարվա գնումները,
            ru: Покупки за этот год}
    sum: spent
    over: calendar year
tiers:
  level:
    title: {en: Level, el: Επίπεδο, hy: Մակարդակ, ru: Уровень}
    levels:
      first: {title: {en: First, el: Πρώτο, hy: Առաջին, ru: Первый}}
      second:
        title: {en: Second, el: Δεύτερο, hy: Երկրորդ, ru: Второй}
        all: {spent-this-year: $second}
      third:
        title: {en: Third, el: Τρίτο, hy: Երրորդ, ru: Третий}
        all: {spent-this-year: $third}
    holds: end of year + 1
rules:
  first-level:
    title: {en: $low% back, el: Επιστροφή $low%, hy: $low% բոնուս, ru: Бонусы $low %}
    when: tier.level == "first"
    then: {earn: {bonus: $low %}}
  second-level:
    title: {en: $rate% back, el: Επιστροφή $rate%, hy: $rate% բոնուս, ru: Бонусы $rate %}
    when: tier.level == "second"
    then: {earn: {bonus: $rate %}}
  third-level:
    title: {en: $high% back, el: Επιστροφή $high%, hy: $high% բոնուս, ru: Бонусы $high %}
    when: tier.level == "third"
    then: {earn: {bonus: $high %}}
""",
    "club": """\
title: {en: '$rate% off in the club', el: 'Έκπτωση $rate% στο κλαμπ',
        hy: 'Ակումբում՝ $rate% զեղչ', ru: 'Клуб: скидка $rate %'}
notes:
  en: >-
    Twelve months in the club are bought like anything else, for $fee. They count from the next
    purchase on; who buys them again before they end has twelve months from that day.
exclusions:
  never-cheaper:
    title: {en: Gift cards and the membership, el: Οι δωροκάρτες και η συνδρομή,
            hy: Նվեր քարտերը և անդամակցությունը, ru: Подарочные карты и членство}
    lines: l.category == "gift-card" || l.sku == "$membership"
metrics:
  memberships:
    title: {en: Memberships bought, el: Συνδρομές, hy: Գնված անդամակցություններ,
            ru: Купленные членства}
    count: true
    when: lines.exists(l, l.sku == "$membership" && l.amount >= $fee)
    over: rolling 12 months
tiers:
  club:
    title: {en: Club, el: Κλαμπ, hy: Ակումբ, ru: Клуб}
    levels:
      member:
        title: {en: Club member, el: Μέλος του κλαμπ, hy: Ակումբի անդամ, ru: Член клуба}
        all: {memberships: 1}
rules:
  in-the-club:
    title: {en: $rate% off in the club, el: Έκπτωση $rate% στο κλαμπ, hy: 'Ակումբում՝ $rate% զեղչ',
            ru: Скидка $rate % в клубе}
    when: tier.club == "member"
    then: {discount: {percent: $rate}}
""",
    "stamps": """\
title: {en: '$stamps stamps, one free', el: '$stamps σφραγίδες, ένα δωρεάν',
        hy: '$stamps կնիք, մեկն անվճար', ru: 'Штампов: $stamps, подарок: один'}
currencies:
  stamps:
    title: {en: [stamp, stamps], el: [σφραγίδα, σφραγίδες], hy: [կնիք, կնիք, կնիքներ],
            ru: [штамп, штампа, штампов, штампа]}
rules:
  stamp:
    title: {en: A stamp for each, el: Μία σφραγίδα για το καθένα, hy: Մեկ կնիք ամեն մեկի համար,
            ru: Штамп за каждый}
    when: '!payments.exists(p, p.method == "reward")'
    then:
      earn:
        stamps: 'lines.filter(l, l.category == "$category").map(l, l.quantity).sum()'
rewards:
  free:
    title: {en: one free, el: ένα δωρεάν, hy: մեկն անվճար, ru: один бесплатно}
    price: {stamps: $stamps}
    automatic: true
    gives: {item: {en: one of what you collected for, el: ένα από όσα μαζέψατε,
                   hy: ձեր հավաքածներից մեկը, ru: один из собранных}}
    lasts: 3 months
""",
}
