"""Programme documents that are wrong by themselves, whatever their names and expressions say."""

from collections.abc import Sequence

HEAD = """\
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
"""

RULE = """\
currencies: {points: {}}
rules:
  base:
    then: {earn: {points: 1 per 1.00}}
"""

# Name and text, in the order in which the reader meets what is wrong.
DOCUMENTS: Sequence[tuple[str, str]] = (
    # ---- text that is no document ----
    ("empty document", "# nothing yet\n"),
    (
        "scenario instead of a programme",
        "programme: cafe\nevents:\n  - {id: e1, type: purchase, member: anna}\n"
        "expect:\n  - {event: e1, effects: []}\n",
    ),
    ("two documents", HEAD + RULE + "---\nxenia: 1\n"),
    ("tab", HEAD + "rules:\n\tbase: {then: {issue: cup}}\n"),
    ("control character", HEAD + "operator: caf\x07e\n"),
    ("unclosed quote", HEAD + "operator: 'The caf\n"),
    ("brace never closed", HEAD + "settings: {tax: excluded\nlists: {}\n"),
    (
        "expression that begins with a quote",
        HEAD + 'rules:\n  a:\n    when: "x" in l.tags\n    then: {issue: cup}\n',
    ),
    (
        "expression with a colon and a blank",
        HEAD + "rules:\n  a:\n    when: channel == 'web' ? true : false\n    then: {issue: cup}\n",
    ),
    (
        "expression that begins with !",
        HEAD + "rules:\n  a:\n    when: !has(channel)\n    then: {issue: cup}\n",
    ),
    (
        "anchor, alias and merge key",
        HEAD
        + "currencies:\n  points: &usual {decimals: 0}\n  stars: *usual\n"
        + "  miles: {<<: *usual, decimals: 2}\n",
    ),
    ("key twice", HEAD + RULE + "  base:\n    then: {earn: {points: 2 per 1.00}}\n"),
    ("nested too deep", HEAD + "lists: " + "[" * 25 + "]" * 25 + "\n"),
    # ---- keys ----
    ("other format", HEAD.replace("xenia: 1", "xenia: 2") + RULE),
    ("programme without id, money and zone", "xenia: 1\n" + RULE),
    ("unknown money and zone", HEAD.replace("EUR", "eur").replace("Europe/Athens", "Athens")),
    (
        "unknown keys",
        HEAD
        + "curencies: {points: {}}\nrules:\n  base:\n    whne: true\n"
        + "    then: {earns: {points: 1}}\n",
    ),
    (
        "ids that are none",
        HEAD + "currencies: {Bonus_Points: {}, Πόντοι: {}, 1st: {}}\ngroups: {a--b: {}}\n",
    ),
    ("keys without values", HEAD + "rules:\nsettings:\n  tax: ~\n"),
    (
        "lists and mappings confused",
        HEAD + "rules:\n  - base\ncategories: drink\noperator: {en: Café}\nsettings: strict\n",
    ),
    # ---- values ----
    (
        "numbers that are none",
        HEAD
        + "currencies:\n  points: {decimals: 7, value: 1/100}\n"
        + 'rules:\n  a: {then: {discount: {amount: "5"}}}\n'
        + "  b: {then: {discount: {amount: 1e3}}}\n  c: {then: {discount: {percent: 5 %}}}\n"
        + "  d: {then: {discount: {price: -1}}}\n  e: {then: {discount: {percent: 101}}}\n"
        + "  f: {then: {multiply: {points: 0.5}}}\n",
    ),
    (
        "words that are not offered",
        HEAD
        + "enrolment: first_event\nsettings: {tax: include, prepaid-earns: yes}\n"
        + "currencies: {points: {kind: spendable}}\n"
        + "metrics: {visits: {count: false, on: purchases}}\n",
    ),
    ("a first purchase without who enrols", HEAD + "first-purchase: 50\n"),
    (
        "a first purchase where any event enrols",
        HEAD + "enrolment: first-event\nfirst-purchase: 50\n",
    ),
    (
        "a first purchase that is none",
        HEAD + "enrolment: enrolment-only\nfirst-purchase: 0\n",
    ),
    (
        "stretches of time that are none",
        HEAD
        + "currencies:\n  points: {pending: 3days, expires: {after: 0 months}}\n"
        + "  stars: {expires: {after: 1 year, end-of: year}}\n"
        + "metrics:\n  spent: {sum: spent, over: last month}\n"
        + "  visits: {count: true, over: rolling 200 years}\n"
        + "tiers:\n  status: {by: spent, levels: {basic: 0, gold: 10}, holds: end of year - 1}\n",
    ),
    (
        "dates that are none or in the wrong order",
        HEAD
        + "from: 2026-02-30\nuntil: 1-3-2026\nrules:\n"
        + "  a: {from: 2026-03-01, until: 2026-03-01, then: {issue: cup}}\n"
        + "  b: {from: 2026-03-01T09:00, then: {issue: cup}}\n",
    ),
    (
        "messages in place that have no room under texts",
        HEAD
        + "texts: {a: Hello}\nrules:\n  a: {then: {notify: {en: Hello}}}\n"
        + "  b: {then: {notify: {en: Hello, klingon: nuqneH}}}\n  c: {then: {notify: [a]}}\n",
    ),
    (
        "texts that nobody can read",
        HEAD
        + f"title: {'x' * 501}\noperator: ''\nnotes: {{english: Notes}}\n"
        + "currencies: {points: {title: {en: []}}}\nlists: {cold: [water, water], on: [true]}\n",
    ),
    # ---- parts that do not go together ----
    (
        "several or none where one is needed",
        HEAD
        + "metrics:\n  a: {sum: spent, count: true}\n  b: {over: ever}\n"
        + "rules:\n  a: {then: {discount: {percent: 5, amount: 1}}}\n"
        + "  b: {then: {issue: cup}, limits: {per: day}}\n"
        + "  c: {then: {}}\n"
        + "rewards:\n  cup: {gives: {}, price: {points: 1, stars: 1}}\n",
    ),
    (
        "metrics with parts of others",
        HEAD
        + "metrics:\n  a: {distinct: channel}\n  b: {count: true, values: [web]}\n"
        + "  c: {streak: week, over: calendar year}\n",
    ),
    (
        "budgets and stock of nothing",
        HEAD
        + "rules:\n  a: {then: {issue: cup}, budget: {times: 0}}\n"
        + "  b: {then: {issue: cup}, budget: {times: 5, per: purchase}}\n"
        + "  c: {then: {issue: cup}, budget: {per: month}}\n"
        + "  d: {then: {issue: cup}, budget: [{amount: 0}, {units: 5, amount: 5}]}\n"
        + "  e: {then: {issue: cup}, budget: 1000}\n"
        + "  f: {then: {issue: cup}, stock: 5}\n"
        + "rewards:\n  cup: {gives: {item: A cup}, stock: 0}\n  mug: {stock: some}\n",
    ),
    (
        "vouchers of which something is left, or that are used again",
        HEAD
        + RULE
        + "rewards:\n  cup: {gives: {item: A cup, lines: l.amount > 1, partial: true}}\n"
        + "  mug: {gives: {discount: {percent: 5}, partial: true}}\n"
        + "  card: {gives: {gift-card: 5}, uses: 2}\n  tea: {gives: {item: A tea}, uses: 0}\n",
    ),
    (
        "bundles of nothing, and of units that are none",
        HEAD
        + "rules:\n  a: {then: {discount: {price: 10, of: {cheapest: 1, every: 3}}}}\n"
        + "  b: {then: {discount: {percent: 5, of: {bundle: []}}}}\n"
        + "  c: {then: {discount: {amount: 5, of: {every: 3, bundle: [{quantity: 2}]}}}}\n"
        + "  d: {then: {discount: {percent: 5, of: {}}}}\n"
        + "  e: {then: {discount: {percent: 5, of: {bundle: [{}, {quantity: 0}]}}}}\n"
        + "  f: {then: {discount: {percent: 5, of: {cheapest: 1, dearest: 1}}}}\n"
        + "rewards:\n  g: {gives: {discount: {amount: 5, of: {every: 2}}, partial: true}}\n",
    ),
    (
        "benefits that are counted in no number",
        HEAD
        + "tiers:\n  status:\n    levels:\n      basic: {benefits: {lounge: 0, sauna: often}}\n"
        + "      gold: {benefits: [lounge, lounge]}\n      top: {benefits: lounge}\n",
    ),
    ("short level without by", HEAD + "tiers: {status: {levels: {basic: 0, gold: 3500}}}\n"),
    (
        "grace of what does not end",
        HEAD
        + "metrics: {visits: {count: true}}\ntiers:\n"
        + "  a: {by: visits, levels: {basic: 0, gold: 3}, grace: 1 month}\n"
        + "  b: {by: visits, levels: {basic: 0, gold: 3}, holds: ever, grace: 1 month}\n",
    ),
    (
        "rollover of what has no next unit",
        HEAD
        + "metrics:\n  a: {count: true, rollover: true}\n"
        + "  b: {max: basket.amount, over: calendar year, rollover: true}\n"
        + "  c: {sum: spent, over: rolling 12 months, rollover: true}\n",
    ),
    ("closing without a last day of earning", HEAD + "spend-until: 2026-09-01\n"),
    (
        "closing in the wrong order",
        HEAD + "from: 2026-01-01\nearn-until: 2026-09-01\nspend-until: 2026-09-01\n",
    ),
    ("closing before it begins", HEAD + "from: 2026-01-01\nearn-until: 2026-01-01\n"),
    (
        "rates that cannot be computed with",
        HEAD
        + "rules:\n  a: {then: {earn: {points: 0.0000001 per 1.00}}}\n"
        + "  b: {then: {earn: {points: 1 per 0}}}\n"
        + "  c: {then: {earn: {points: 33.3333333 %}}}\n",
    ),
    (
        "accruals that end with inactivity",
        HEAD
        + "rules:\n  a:\n    then:\n      earn:\n"
        + "        points: {units: 1, expires: {inactive: 12 months}}\n",
    ),
    (
        "accruals that wait for a time without an end",
        HEAD
        + "currencies:\n  stars: {pending: return-window}\n  miles: {pending: some day}\n"
        + "returns: {after: 30 days}\n",
    ),
    (
        "lots that end in three ways",
        HEAD + "currencies: {stars: {expires: {inactive: 1 year, after: 3 years, end-of: year}}}\n",
    ),
    (
        "chances that are none",
        HEAD
        + "rules:\n  a: {chance: 0.1, then: {issue: cup}}\n"
        + "  b: {chance: 100 %, then: {issue: cup}}\n"
        + "  c: {chance: 0 in 20, then: {issue: cup}}\n"
        + "  d: {chance: 1 in 0, then: {issue: cup}}\n"
        + "  e: {chance: 1 in 1000001, then: {issue: cup}}\n"
        + "  f: {chance: often, then: {issue: cup}}\n",
    ),
)
