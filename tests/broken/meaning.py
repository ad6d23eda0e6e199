"""Programmes whose form is right and whose meaning is not: names, types, and what can never be."""

from collections.abc import Sequence

HEAD = """\
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
"""

POINTS = HEAD + "currencies: {points: {value: 0.01}}\n"

# Name and text.  Each has one mistake that an author really makes.
DOCUMENTS: Sequence[tuple[str, str]] = (
    # ---- names ----
    (
        "typo in a metric",
        POINTS
        + """\
metrics:
  spent-this-year: {sum: spent, over: calendar year}
rules:
  regulars:
    when: metric.spend_this_year >= 500
    then: {earn: {points: 2 per 1.00}}
""",
    ),
    (
        "typo in the metric of a tier",
        POINTS
        + """\
metrics:
  visits: {count: true, over: rolling 12 months}
tiers:
  status: {by: visit, levels: {basic: 0, gold: 12}}
rules:
  base: {when: tier.status == "gold", then: {earn: {points: 1 per 1.00}}}
""",
    ),
    (
        "unknown currency, reward and group",
        POINTS
        + """\
rules:
  base: {group: rates, then: {earn: {pionts: 1 per 1.00}, issue: cofee}}
rewards:
  coffee: {price: {points: 100}, gives: {item: A coffee}}
""",
    ),
    (
        "hyphen in an expression",
        POINTS
        + """\
metrics:
  visits-this-month: {count: true, over: calendar month}
rules:
  base: {when: metric.visits-this-month >= 3, then: {earn: {points: 1 per 1.00}}}
""",
    ),
    (
        "list that does not exist",
        POINTS
        + """\
lists: {drinks: [coffee, tea]}
rules:
  base: {lines: l.sku in list.drink, then: {earn: {points: 1 per 1.00}}}
""",
    ),
    (
        "typo in a benefit",
        POINTS
        + """\
metrics:
  visits: {count: true}
tiers:
  status: {levels: {basic: {}, gold: {any: {visits: 12}, benefits: [free-delivry]}}}
benefits:
  free-delivery: {title: {en: free delivery}}
rules:
  base: {then: {earn: {points: 1 per 1.00}}}
""",
    ),
    # ---- types and values ----
    (
        "value that is not among the options",
        POINTS
        + """\
attributes: {member: {city: [athens, patras]}}
rules:
  base: {when: member.city == "athina", then: {earn: {points: 1 per 1.00}}}
""",
    ),
    (
        "level that the tier does not have",
        POINTS
        + """\
metrics:
  visits: {count: true}
tiers:
  status: {by: visits, levels: {basic: 0, gold: 12}}
rules:
  base: {when: 'at_least(tier.status, "silver")', then: {earn: {points: 1 per 1.00}}}
""",
    ),
    (
        "number compared with a text",
        POINTS
        + """\
rules:
  base: {when: basket.amount >= "50", then: {earn: {points: 1 per 1.00}}}
""",
    ),
    (
        "division",
        POINTS
        + """\
rules:
  base: {then: {earn: {points: spent / 10}}}
""",
    ),
    (
        "condition where a number is needed",
        POINTS
        + """\
rules:
  base: {then: {earn: {points: basket.amount > 10}}}
""",
    ),
    (
        "bundle of what lines do not have",
        HEAD
        + """\
rules:
  menu:
    then:
      discount:
        price: 8
        of: {bundle: [l.categry == "burger", {lines: basket.amount > 5, quantity: 2}]}
""",
    ),
    (
        "badge and text that are not declared",
        HEAD
        + """\
rules:
  first: {then: {badge: regullar, notify: welcom}}
badges: {regular: {title: Regular}}
texts: {welcome: Welcome!}
""",
    ),
    (
        "benefit that two ladders bring and one counts",
        HEAD
        + """\
metrics:
  visits: {count: true}
tiers:
  status: {levels: {basic: {}, gold: {any: {visits: 12}, benefits: {lounge: 4, wifi: always}}}}
  club: {levels: {basic: {}, friend: {any: {visits: 3}, benefits: [lounge]}}}
""",
    ),
    # ---- what is not known yet ----
    (
        "metric of a metric",
        POINTS
        + """\
metrics:
  visits: {count: true, over: calendar month}
  double: {sum: metric.visits * 2}
rules:
  base: {when: metric.double > 4, then: {earn: {points: 1 per 1.00}}}
""",
    ),
    (
        "discount by what is paid after discounts",
        HEAD
        + """\
rules:
  big-basket: {when: basket.paid >= 100, then: {discount: {percent: 5}}}
""",
    ),
    (
        "previous of a rolling window",
        POINTS
        + """\
metrics:
  visits: {count: true, over: rolling 30 days}
rules:
  base: {when: previous(metric.visits) >= 4, then: {earn: {points: 1 per 1.00}}}
""",
    ),
    (
        "lines chosen by something of the basket",
        POINTS
        + """\
rules:
  web: {lines: 'l.category == "drink" && channel == "web"', then: {earn: {points: 1 per 1.00}}}
""",
    ),
    # ---- what can never be ----
    (
        "contradiction",
        POINTS
        + """\
rules:
  base: {when: channel == "web" && channel == "store", then: {earn: {points: 1 per 1.00}}}
""",
    ),
    (
        "empty range",
        HEAD
        + """\
rules:
  middle: {when: basket.amount > 200 && basket.amount < 100, then: {discount: {percent: 5}}}
""",
    ),
    (
        "rule after the programme has ended",
        POINTS
        + """\
from: 2026-01-01
until: 2027-01-01
rules:
  base: {from: 2027-02-01, then: {earn: {points: 1 per 1.00}}}
""",
    ),
    (
        "unreachable tier",
        POINTS
        + """\
metrics:
  spent-this-year: {sum: spent, over: calendar year}
tiers:
  status: {by: spent-this-year, levels: {basic: 0, gold: 1000, silver: 500}}
rules:
  base: {when: tier.status == "gold", then: {earn: {points: 1 per 1.00}}}
""",
    ),
    (
        "second automatic reward",
        HEAD
        + """\
currencies: {points: {}}
rules:
  base: {then: {earn: {points: 1 per 1.00}}}
rewards:
  cake: {price: {points: 50}, automatic: true, gives: {item: A cake}}
  coffee: {price: {points: 100}, automatic: true, gives: {item: A coffee}}
""",
    ),
    # ---- combinations ----
    (
        "best of discounts and accruals",
        POINTS
        + """\
groups: {offers: {combine: best}}
rules:
  money-off: {group: offers, then: {discount: {percent: 5}}}
  points: {group: offers, then: {earn: {points: 5 per 1.00}}}
""",
    ),
    (
        "best of currencies without values",
        HEAD
        + """\
currencies: {points: {value: 0.01}, stars: {}}
groups: {offers: {combine: best}}
rules:
  points: {group: offers, then: {earn: {points: 5 per 1.00}}}
  stars: {group: offers, then: {earn: {stars: 1}}}
rewards:
  coffee: {price: {stars: 10}, gives: {item: A coffee}}
""",
    ),
    (
        "too many slices",
        POINTS
        + "rules:\n"
        + "".join(
            f"  brand-{number}: {{lines: '\"{number}\" in l.tags', "
            "then: {earn: {points: 1 per 1.00}}}\n"
            for number in range(7)
        ),
    ),
    # ---- numbers ----
    (
        "overflow in a formula",
        POINTS
        + """\
rules:
  base: {then: {earn: {points: spent * basket.quantity}}}
""",
    ),
    (
        "overflow of an accrual",
        HEAD
        + """\
currencies: {points: {decimals: 6, value: 0.01}}
rules:
  base: {then: {earn: {points: 1000 per 0.01}}}
""",
    ),
    (
        "a first purchase of half a cent",
        HEAD + "enrolment: enrolment-only\nfirst-purchase: 0.005\n",
    ),
    (
        "price finer than the currency",
        POINTS
        + """\
rules:
  base: {then: {earn: {points: 1 per 1.00}}}
rewards:
  coffee: {price: {points: 99.5}, gives: {gift-card: 1.005}}
""",
    ),
    # ---- events ----
    (
        "rate on an enrolment",
        POINTS
        + """\
rules:
  welcome: {on: enrolment, then: {earn: {points: 1 per 1.00}}}
""",
    ),
    (
        "budgets of what is not given, of parts of units, and the same twice",
        HEAD
        + """\
currencies: {points: {value: 0.01}}
groups: {spring: {budget: {amount: 1000}}}
rules:
  base:
    group: spring
    budget: [{units: 10000.5}, {times: 500, per: month}, {times: 400, per: month}]
    then: {earn: {points: 1 per 1.00}}
  more: {group: spring, then: {earn: {points: 1}}}
""",
    ),
    (
        "stock of an automatic reward",
        POINTS
        + """\
rules:
  base: {then: {earn: {points: 1 per 1.00}}}
rewards:
  coffee: {price: {points: 100}, automatic: true, stock: 50, gives: {item: A coffee}}
""",
    ),
    (
        "automatic reward without a price, and one priced in what cannot be spent",
        HEAD
        + """\
currencies: {nights: {kind: qualifying}}
rules:
  base: {then: {earn: {nights: 1}}}
rewards:
  room: {automatic: true, gives: {service: A free night}}
  suite: {price: {nights: 10}, gives: {service: A free night in a suite}}
""",
    ),
    (
        "rollover beyond no level",
        HEAD
        + "metrics:\n  visits: {count: true, over: calendar year, rollover: true}\n"
        + "  spent: {sum: spent}\n"
        + "tiers: {status: {levels: {basic: {}, gold: {all: {spent: 5}}}}}\n",
    ),
    (
        "lines told apart by the member, of which each has to be known later",
        POINTS
        + """\
settings: {refund: line-paid}
attributes: {member: {wine: text}, event: {note: text, kind: {options: [red, white]}}}
rules:
  favourite:
    when: 'lines.filter(l, l.sku == member.wine).map(l, l.paid).sum() >= 20'
    then: {earn: {points: 1}}
  noted:
    when: 'lines.filter(l, l.sku == attributes.note).map(l, l.paid).sum() >= 20'
    then: {earn: {points: 1}}
  known: {then: {earn: {points: 'lines.filter(l, l.sku == attributes.kind).map(l, l.paid).sum()'}}}
""",
    ),
    (
        "accruals that wait until nothing can be returned, which always can",
        HEAD
        + "currencies:\n  points: {value: 0.01, pending: return-window}\n"
        + "rules: {base: {then: {earn: {points: 1 per 1.00}}}}\n",
    ),
    (
        "referrals: twice, with every purchase, on no purchase, and for nothing",
        POINTS
        + """\
rules:
  friend: {then: {earn: {points: 100}, refer: true}}
  another: {limits: {times: 1, per: ever}, then: {refer: true}}
  joined: {on: enrolment, limits: {times: 1, per: ever}, then: {refer: true}}
""",
    ),
    (
        "referrals that never come",
        POINTS
        + """\
metrics:
  friends: {count: true, on: referral}
tiers:
  circle: {by: friends, levels: {guest: 0, host: 3}}
rules:
  thanks: {on: referral, when: tier.circle == "host", then: {earn: {points: 100}}}
""",
    ),
)
