"""Small programmes that are as they should be, and what reads them."""

from tests.programme.strategies import ZONES
from xenia.programme.check import check
from xenia.programme.findings import Finding
from xenia.programme.model import Programme
from xenia.programme.read import read

HEAD = """\
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
"""

POINTS = (
    HEAD
    + """\
currencies:
  points: {title: {en: [point, points], el: [πόντος, πόντοι]}, value: 0.01}
"""
)

DISCOUNT_THRESHOLD = """\
xenia: 1
programme: discount-threshold
title: {en: The more at once, el: Όσο περισσότερα μαζί}
money: EUR
timezone: Europe/Athens
rules:
  five: {when: basket.amount >= 10000 && basket.amount < 20000, then: {discount: {percent: 5}}}
  ten: {when: basket.amount >= 20000, then: {discount: {percent: 10}}}
"""

DISCOUNT_FIXED = HEAD + "rules: {card: {then: {discount: {percent: 5}}}}\n"

NEXT_VISIT = (
    HEAD
    + """\
currencies: {credit: {title: {en: credit, el: πίστωση}, decimals: 2, value: 1}}
rules: {next-visit: {then: {earn: {credit: 20 %}}}}
"""
)

GIFT_PER_THOUSAND = (
    HEAD
    + """\
currencies: {thousands: {title: {en: [thousand, thousands], el: [χιλιάδα, χιλιάδες]}}}
rules: {thousand: {then: {earn: {thousands: 1 per 1000}}}}
rewards:
  gift: {title: {en: a gift worth 100, el: δώρο αξίας 100}, price: {thousands: 1}, automatic: true,
         gives: {item: A gift}}
"""
)

BURRITO_DOLLARS = """\
xenia: 1
programme: burrito-dollars
money: USD
timezone: America/New_York
currencies: {dollars: {title: {en: [point, points]}}}
rules: {dollars: {then: {earn: {dollars: 1 per 1.00}}}}
rewards:
  item: {title: {en: one free item}, price: {dollars: 50}, automatic: true, gives: {item: One item}}
"""

DEPARTMENT = """\
xenia: 1
programme: department-points
title: {en: Department points, el: Πόντοι πολυκαταστήματος}
money: USD
timezone: America/New_York
from: 2017-01-01
settings: {tax: excluded}
lists: {special: [coat-1, coat-2]}
exclusions:
  gift-cards: {lines: 'l.category == "gift-card"', never: earn}
currencies:
  points: {title: {en: [point, points], el: [πόντος, πόντοι]}, expires: {end-of: year, plus: 1}}
metrics:
  spent-this-year: {sum: spent, over: calendar year}
tiers:
  status:
    by: spent-this-year
    levels:
      basic: {title: {en: Basic, el: Βασικό}}
      top: {any: {spent-this-year: 3500}, benefits: [delivery], title: {en: Top, el: Κορυφή}}
    holds: end of year
benefits: {delivery: {title: {en: free delivery, el: δωρεάν παράδοση}}}
groups: {rates: {combine: best}}
rules:
  anything:
    group: rates
    title: {en: Every purchase, el: Κάθε αγορά}
    then: {earn: {points: 1 per 1.00}}
  cosmetics:
    group: rates
    title: {en: Cosmetics, el: Καλλυντικά}
    lines: l.category in ["cosmetics", "perfume"]
    then: {earn: {points: 2 per 1.00}}
  special:
    group: rates
    title: {en: Special list, el: Ειδικός κατάλογος}
    lines: l.sku in list.special
    then: {earn: {points: 3 per 1.00}}
  top:
    group: rates
    title: {en: Top members, el: Κορυφαία μέλη}
    when: tier.status == "top"
    limits: {units: 50000, per: month}
    then: {earn: {points: 4 per 1.00}}
rewards:
  gift-card:
    title: {en: 25-dollar gift card, el: δωροκάρτα 25 δολαρίων}
    price: {points: 5000}
    automatic: true
    gives: {gift-card: 25.00}
    lasts: 12 months
"""

THREE_PER_HUNDRED = """\
xenia: 1
programme: three-per-hundred
title: {en: Three per hundred, el: Τρεις στα εκατό}
money: EUR
timezone: Europe/Athens
currencies: {points: {title: {en: [point, points], el: [πόντος, πόντοι]}, value: 1}}
metrics: {spent-in-month: {sum: spent, over: calendar month}}
rules:
  points: {then: {earn: {points: 3 per 100}}}
  next-month: {when: previous(metric.spent_in_month) >= 2000, then: {discount: {percent: 30}}}
"""

# "14 points are a dollar and twenty dollars are 50 % off in April."
FOURTEEN_POINTS = """\
xenia: 1
programme: fourteen-points
money: USD
timezone: America/New_York
currencies: {points: {title: {en: [point, points]}}}
rules:
  points: {then: {earn: {points: 1 per 1.00}}}
  april: {when: balance.points >= 280 && month(occurred_at) == 4, then: {discount: {percent: 50}}}
rewards:
  dollar: {price: {points: 14}, gives: {gift-card: 1.00}}
"""

PLAIN = {
    "discount-fixed": DISCOUNT_FIXED,
    "discount-threshold": DISCOUNT_THRESHOLD,
    "next-visit-20": NEXT_VISIT,
    "gift-per-thousand": GIFT_PER_THOUSAND,
    "burrito-dollars": BURRITO_DOLLARS,
    "department-points": DEPARTMENT,
}


def programme(text: str) -> Programme:
    """The programme of a text whose form is right."""
    reading = read(text, zones=ZONES)
    assert reading.findings == ()
    assert reading.programme is not None
    return reading.programme


def found(text: str) -> tuple[Finding, ...]:
    """All that the checker says."""
    return check(read(text, zones=ZONES))
