"""The checker finds what is wrong, says where, and lets through what is right."""

from collections.abc import Sequence

import pytest

from tests.broken.documents import DOCUMENTS as BROKEN_FORMS
from tests.broken.meaning import DOCUMENTS as BROKEN_MEANINGS
from tests.programme.small import (
    BURRITO_DOLLARS,
    DEPARTMENT,
    FOURTEEN_POINTS,
    HEAD,
    PLAIN,
    POINTS,
    THREE_PER_HUNDRED,
    found,
    programme,
)
from tests.programme.strategies import ZONES
from xenia.programme.check import CHECKS, SOUND_CHECKS, check
from xenia.programme.check.rules import many_but_offers
from xenia.programme.check.subject import Check, Subject
from xenia.programme.findings import excerpt, line_of
from xenia.programme.formulas import analyse
from xenia.programme.read import read

BASE = "rules: {base: {then: {earn: {points: 1 per 1.00}}}}\n"


def said(text: str) -> list[tuple[int, str]]:
    """Line and code of each finding."""
    return [(finding.place.line if finding.place else 0, finding.code) for finding in found(text)]


MEANINGS: Sequence[tuple[str, list[tuple[int, str]]]] = [
    ("typo in a metric", [(10, "expression")]),
    ("typo in the metric of a tier", [(9, "unknown-metric")]),
    (
        "unknown currency, reward and group",
        [
            (7, "unknown-group"),
            (7, "unknown-currency"),
            (7, "unknown-reward"),
            (7, "no-limit"),
        ],
    ),
    ("hyphen in an expression", [(9, "expression")]),
    ("list that does not exist", [(8, "expression")]),
    ("typo in a benefit", [(9, "unknown-benefit")]),
    ("value that is not among the options", [(8, "expression")]),
    ("level that the tier does not have", [(11, "expression")]),
    ("number compared with a text", [(7, "expression")]),
    ("division", [(7, "expression")]),
    ("condition where a number is needed", [(7, "expression")]),
    ("bundle of what lines do not have", [(10, "expression"), (10, "not-of-a-line")]),
    ("badge and text that are not declared", [(6, "unknown-badge"), (6, "unknown-text")]),
    (
        "benefit that two ladders bring and one counts",
        [(8, "no-text"), (8, "no-text"), (9, "counted-twice")],
    ),
    ("metric of a metric", [(8, "circular")]),
    ("discount by what is paid after discounts", [(6, "not-known-yet")]),
    ("previous of a rolling window", [(9, "expression")]),
    ("lines chosen by something of the basket", [(7, "not-of-a-line")]),
    ("contradiction", [(7, "never-true")]),
    ("empty range", [(6, "never-true")]),
    ("rule after the programme has ended", [(9, "outside-programme")]),
    ("unreachable tier", [(9, "unreachable-level")]),
    ("second automatic reward", [(10, "never-issued")]),
    ("best of discounts and accruals", [(6, "mixed-group")]),
    ("best of currencies without values", [(6, "no-unit-value")]),
    ("too many slices", [(6, "too-many-slices")]),
    ("overflow in a formula", [(7, "expression")]),
    ("overflow of an accrual", [(7, "overflow")]),
    ("a first purchase of half a cent", [(6, "too-precise")]),
    ("price finer than the currency", [(9, "too-precise"), (9, "too-precise")]),
    ("rate on an enrolment", [(7, "purchases-only")]),
    (
        "budgets of what is not given, of parts of units, and the same twice",
        [(6, "idle-limit"), (10, "too-precise"), (10, "repeated-budget")],
    ),
    ("stock of an automatic reward", [(9, "automatic-stock")]),
    (
        "automatic reward without a price, and one priced in what cannot be spent",
        [(9, "no-price"), (10, "not-spendable")],
    ),
    ("rollover beyond no level", [(6, "unused-metric"), (6, "rollover-of-nothing")]),
    (
        "lines told apart by the member, of which each has to be known later",
        [(10, "lines-by-member"), (13, "lines-by-member")],
    ),
    (
        "accruals that wait until nothing can be returned, which always can",
        [(6, "no-return-window")],
    ),
    (
        "referrals: twice, with every purchase, on no purchase, and for nothing",
        [
            (7, "one-referral"),
            (7, "refers-again"),
            (8, "referral-for-nothing"),
            (9, "one-referral"),
            (9, "purchases-only"),
        ],
    ),
    ("referrals that never come", [(7, "never-referred"), (11, "never-referred")]),
]


def test_every_broken_meaning_is_listed_here() -> None:
    assert [name for name, _ in MEANINGS] == [name for name, _ in BROKEN_MEANINGS]


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        pytest.param(text, findings, id=name)
        for (name, text), (_, findings) in zip(BROKEN_MEANINGS, MEANINGS, strict=True)
    ],
)
def test_broken_meanings_are_found_where_they_are(
    text: str, findings: list[tuple[int, str]]
) -> None:
    assert said(text) == findings


# Text after POINTS or HEAD, and the findings: rarer errors, and all advice.
OTHERS: Sequence[tuple[str, list[tuple[int, str]]]] = [
    # ---- names ----
    (
        POINTS + BASE + "metrics: {a: {count: true}}\n"
        "tiers: {t: {levels: {none: {any: {a: 5}}, gold: {any: {a: 9}}}}}\n",
        [(9, "reserved-name")],
    ),
    (
        POINTS + BASE + "attributes: {member: {birthday: text, locale: text}}\n",
        [(8, "reserved-name")],
    ),
    (POINTS + BASE + "metrics: {a: {count: true}}\n", [(8, "unused-metric")]),
    (
        POINTS + BASE + "metrics: {a: {count: true}}\n"
        "tiers: {t: {levels: {gold: {any: {a: 9}, benefits: [free-lift, lounge]}}}}\n"
        "benefits: {free-lifts: {title: A free lift}, lounge: {title: Our lounge}}\n",
        [(9, "unknown-benefit")],
    ),
    (
        POINTS + BASE + "badges: {one: {title: One}}\ntexts: {welcome: Welcome}\n",
        [(8, "never-given"), (9, "never-given")],
    ),
    (
        POINTS + BASE + "metrics: {a: {count: true}}\n"
        "tiers:\n"
        "  t: {levels: {silver: {any: {a: 5}, benefits: [lounge]},\n"
        "               gold: {any: {a: 9}, benefits: [lounge, free-lift]}}}\n",
        [(10, "no-text"), (11, "no-text")],
    ),
    (POINTS + BASE + "benefits: {lounge: {title: Our lounge}}\n", [(8, "never-given")]),
    # ---- expressions ----
    (
        POINTS + 'rules: {a: {when: channel != "web", then: {earn: {points: 1}}}}\n',
        [(7, "unknown-values")],
    ),
    # ---- rules ----
    (
        POINTS + BASE + 'until: 2026-01-01\nfrom: 2025-01-01\n'
        "groups: {g: {limits: {times: 1, per: day}}}\n"
        "rewards: {r: {price: {points: 5}, gives: {item: A mug}}}\n",
        [(10, "lonely-group")],
    ),
    (
        HEAD + "from: 2026-01-01\n"
        "rules: {a: {until: 2026-01-01, then: {discount: {percent: 5}}}}\n",
        [(6, "outside-programme")],
    ),
    (
        HEAD + "until: 2026-01-01\n"
        "rules: {a: {from: '2026-01-02T23:00:00+14:00', then: {discount: {percent: 5}}}}\n",
        [],
    ),
    (
        HEAD + "until: 2026-01-01\n"
        "rules: {a: {from: 2026-01-03T00:00:00+14:00, then: {discount: {percent: 5}}}}\n",
        [(6, "outside-programme")],
    ),
    (
        POINTS + "rules:\n"
        "  base: {then: {earn: {points: 1 per 1.00}}}\n"
        "  twice: {on: enrolment, then: {multiply: {points: 2}}}\n",
        [(9, "nothing-to-multiply")],
    ),
    (
        POINTS + "rules:\n"
        "  bonus: {then: {earn: {points: {units: 1 per 1.00, kind: bonus}}}}\n"
        "  twice: {then: {multiply: {points: 2}}}\n",
        [(9, "nothing-to-multiply")],
    ),
    (
        POINTS + "rules:\n"
        "  base: {then: {earn: {points: 1 per 1.00}}, limits: [{amount: 5, per: day}]}\n"
        "  off: {then: {discount: {percent: 5}}, limits: {units: 5, per: day}}\n",
        [(8, "idle-limit"), (9, "idle-limit")],
    ),
    (
        HEAD + "currencies: {points: {value: 0.01, expires: {inactive: 12 months}}}\n"
        "rules: {a: {then: {earn: {points: {units: 1 per 1.00, expires: {after: 3 days}}}}}}\n",
        [(6, "two-expiries")],
    ),
    (
        HEAD + "rules:\n"
        "  a: {on: redemption, lines: l.amount > 5, then: {discount: {percent: 5}}}\n",
        [(6, "purchases-only"), (6, "purchases-only")],
    ),
    (
        POINTS + "rules:\n"
        "  base:\n"
        "    budget: [{units: 5}, {units: 9, per: day}, {units: 7}, {amount: 5}]\n"
        "    then: {earn: {points: 1 per 1.00}}\n",
        [(9, "repeated-budget"), (9, "idle-limit")],
    ),
    (
        POINTS + "groups: {g: {budget: [{times: 5}, {times: 4}]}}\n"
        "rules: {base: {group: g, then: {earn: {points: 1 per 1.00}}, budget: {times: 9}}}\n",
        [(7, "repeated-budget")],
    ),
    # ---- groups ----
    (
        POINTS + "groups: {g: {combine: first}}\nrules:\n"
        "  a: {group: g, then: {discount: {percent: 5}, earn: {points: 1}}}\n"
        "  b: {group: g, then: {discount: {percent: 6}}}\n",
        [(7, "mixed-group"), (9, "several-effects")],
    ),
    (
        POINTS + "groups: {g: {combine: best}}\nrules:\n"
        "  a: {group: g, then: {earn: {points: 1 per 1.00}}}\n"
        "  b: {group: g, then: {multiply: {points: 2}}}\n",
        [(10, "several-effects")],
    ),
    (POINTS + BASE + "groups: {g: {combine: best}}\n", [(8, "lonely-group")]),
    # ---- tiers ----
    (
        POINTS + BASE + "metrics:\n"
        "  kinds: {distinct: channel, values: [web, store]}\n"
        "tiers: {t: {by: kinds, levels: {one: 0, two: 3}}}\n",
        [(10, "unreachable-level")],
    ),
    (
        HEAD + "currencies: {points: {value: 0.01}, nights: {kind: qualifying}}\n" + BASE
        + "metrics: {nights: {sum: earned.nights}}\n"
        "tiers: {t: {by: nights, levels: {one: 0, two: 3}}}\n",
        [(5, "never-earned"), (8, "unreachable-level")],
    ),
    (
        POINTS + BASE + "metrics: {a: {count: true}, b: {sum: spent}}\n"
        "tiers: {t: {levels: {one: {}, two: {any: {a: 5, b: 100}}, three: {all: {a: 5}}}}}\n",
        [],
    ),
    (
        POINTS + BASE + "metrics: {a: {count: true}, b: {sum: spent}}\n"
        "tiers: {t: {levels: {one: {}, two: {all: {a: 5, b: 100}}, three: {any: {b: 50}}}}}\n",
        [(9, "unreachable-level")],
    ),
    (
        POINTS + BASE + "metrics: {a: {count: true}}\n"
        "tiers: {t: {by: a, levels: {one: 0, two: 2.5}}}\n",
        [(9, "too-precise")],
    ),
    # ---- currencies and rewards ----
    (
        HEAD + "currencies: {nights: {kind: qualifying, value: 5}}\n"
        "rules: {a: {then: {earn: {nights: 1}}}}\n",
        [(5, "not-spendable")],
    ),
    (
        HEAD + "currencies: {points: {}}\n" + BASE + "rewards: {r: {gives: {item: A mug}}}\n",
        [(5, "never-spent"), (7, "never-given")],
    ),
    (POINTS, [(6, "never-earned")]),
    (
        POINTS + "rules:\n"
        "  a: {then: {earn: {points: 1 per 0.005}}, limits: {units: 0.5, per: day}}\n"
        "  b: {then: {discount: {price: 0.999, maximum: 1.005}}, "
        "limits: {amount: 0.001, per: day}}\n",
        [(8, "too-precise"), (8, "too-precise"), (9, "too-precise"), (9, "too-precise"),
         (9, "too-precise")],
    ),
    (
        POINTS + "groups: {g: {budget: {amount: 0.001}}}\n"
        "rules:\n"
        "  a: {then: {earn: {points: 1 per 1.00}}, budget: {units: 0.5}}\n"
        "  b: {group: g, then: {discount: {price: 1}}}\n",
        [(7, "too-precise"), (9, "too-precise")],
    ),
    (
        POINTS + BASE + "rewards: {r: {price: {points: 5}, automatic: true, stock: 9,\n"
        "              gives: {item: A mug}}}\n",
        [(8, "automatic-stock")],
    ),
    # ---- numbers ----
    (
        POINTS + BASE + "metrics: {a: {sum: 'basket.amount * 5000'}}\n"
        "tiers: {t: {by: a, levels: {one: 0, two: 3}}}\n",
        [(8, "overflow")],
    ),
    (
        HEAD + "currencies: {points: {value: 0.01, decimals: 6}}\nrules:\n"
        "  base: {then: {earn: {points: 1.23 per 10}}}\n"
        "  more: {then: {multiply: {points: 1.99999}}}\n",
        [(7, "overflow")],
    ),
    (
        HEAD + "currencies: {a: {value: 0.001, decimals: 6}, b: {value: 999999}}\n"
        "groups: {g: {combine: best}}\nrules:\n"
        "  one: {group: g, then: {earn: {a: 1}}}\n"
        "  two: {group: g, then: {earn: {b: 1 per 1.00}}}\n",
        [(9, "overflow")],
    ),
    (
        HEAD + "currencies: {a: {value: 0.01, decimals: 6}, b: {value: 1}}\n"
        "rules:\n  one:\n    limits: {units: 5, per: day}\n"
        "    then: {earn: {a: 1, b: 110 per 1.00}}\n",
        [(9, "overflow")],
    ),
    (
        HEAD + "currencies: {a: {value: 0.01, decimals: 6}, b: {value: 1}}\n"
        "rules:\n  one:\n    budget: {units: 5}\n"
        "    then: {earn: {a: 1, b: 110 per 1.00}}\n",
        [(9, "overflow")],
    ),
    # ---- advice on cost ----
    (HEAD + "rules: {a: {then: {discount: {percent: 20}}}}\n", [(5, "large-discount")]),
    (
        HEAD + "metrics: {a: {count: true}}\ntiers: {t: {by: a, levels: {one: 0, two: 3}}}\n"
        'rules: {a: {when: tier.t == "two", then: {discount: {percent: 25}}}}\n',
        [(7, "large-discount")],
    ),
    (HEAD + "rules: {a: {then: {discount: {percent: 19.9}}}}\n", []),
    (HEAD + "rules: {a: {until: 2026-01-01, then: {discount: {percent: 20}}}}\n", []),
    (
        HEAD + "rules: {a: {when: month(occurred_at) == 4, then: {discount: {percent: 20}}}}\n",
        [],
    ),
    (HEAD + "rules: {a: {then: {discount: {amount: 5}}}}\n", [(5, "no-limit")]),
    (
        HEAD + "rules: {a: {chance: 5 %, then: {discount: {percent: 5}}}}\n",
        [(5, "no-limit")],
    ),
    (
        HEAD + "rules: {a: {chance: 5 %, budget: {times: 9}, then: {discount: {percent: 5}}}}\n",
        [],
    ),
    (
        HEAD + "rules: {a: {then: {discount: {amount: 5}}, limits: {times: 1, per: day}}}\n",
        [],
    ),
    (
        HEAD + "groups: {g: {limits: {times: 1, per: day}}}\n"
        "rules: {a: {group: g, then: {discount: {amount: 5}}}}\n",
        [],
    ),
    (HEAD + "rules: {a: {then: {discount: {amount: 5}}, budget: {times: 9}}}\n", []),
    (
        HEAD + "groups: {g: {budget: {amount: 90}}}\n"
        "rules: {a: {group: g, then: {discount: {amount: 5}}}}\n",
        [],
    ),
    (  # 12 % and then 10 % of what is left are 20.8 %
        HEAD + "rules:\n  a: {then: {discount: {percent: 10}}}\n"
        "  b: {then: {discount: {percent: 12}}}\n  c: {then: {discount: {percent: 2}}}\n",
        [(6, "discounts-add-up")],
    ),
    (HEAD + "rules:\n  a: {then: {discount: {percent: 10}}}\n"
     "  b: {then: {discount: {percent: 11}}}\n", []),
    (HEAD + "settings: {percentages-of: original}\nrules:\n"
     "  a: {then: {discount: {percent: 10}}}\n  b: {then: {discount: {percent: 10}}}\n",
     [(8, "discounts-add-up")]),
    (HEAD + "settings: {percentages-of: original}\nrules:\n"
     "  a: {then: {discount: {percent: 10}}}\n  b: {then: {discount: {percent: 9.99}}}\n", []),
    # Only one of a group; never both; not on one line; not at all times.
    (HEAD + "groups: {g: {combine: best}}\nrules:\n"
     "  a: {group: g, then: {discount: {percent: 15}}}\n"
     "  b: {group: g, then: {discount: {percent: 15}}}\n", []),
    (HEAD + "rules:\n  a: {when: basket.amount > 50, then: {discount: {percent: 15}}}\n"
     "  b: {when: basket.amount < 50, then: {discount: {percent: 15}}}\n", []),
    (HEAD + "rules:\n  a: {lines: l.amount > 50, then: {discount: {percent: 15}}}\n"
     "  b: {lines: l.amount < 50, then: {discount: {percent: 15}}}\n", []),
    (HEAD + "rules:\n  a: {then: {discount: {percent: 15}}}\n"
     "  b: {until: 2026-01-01, then: {discount: {percent: 15}}}\n", []),
    # What is given for nothing.
    (POINTS + "rules:\n  a: {on: profile, then: {earn: {points: 500}}}\n", [(8, "no-limit")]),
    (POINTS + "rules:\n  a: {on: enrolment, then: {earn: {points: 500}}}\n", [(8, "no-limit")]),
    (POINTS + "rules:\n  a: {on: profile, then: {earn: {points: 500}},\n"
     "      limits: {times: 1, per: ever}}\n", []),
    (POINTS + "groups: {g: {limits: {times: 1, per: ever}}}\n"
     "rules:\n  a: {group: g, on: profile, then: {earn: {points: 500}}}\n", []),
    (POINTS + "metrics: {told: {count: true, on: profile}}\nrules:\n"
     "  a: {on: profile, when: metric.told == 0, then: {earn: {points: 500}}}\n", []),
    # What members do beside buying goods.
    (POINTS + "acts: {review: {}}\nrules:\n  a: {on: act, when: act == 'review', "
     "then: {earn: {points: 5}}, limits: {times: 1, per: day}}\n", [(9, "points-for-posts")]),
    (POINTS + "rules:\n  a: {on: stay, then: {earn: {points: nights}}}\n",
     [(8, "any-status")]),
    # ---- what has no plain words ----
    (POINTS + "rules:\n  a: {then: {earn: {points: 'spent > 50 ? 3 : 2'}}}\n",
     [(8, "no-plain-words")]),
    (POINTS + "rules:\n  a: {terms: {el: Περισσότερα}, "
     "then: {earn: {points: 'spent > 50 ? 3 : 2'}}}\n", []),
    (POINTS + BASE + "exclusions: {e: {lines: 'l.amount > l.tax * 3'}}\n",
     [(8, "no-plain-words")]),
    (
        HEAD + "rules:\n  a: {then: {issue: r}}\n  b: {then: {issue: s}}\n"
        "rewards: {r: {gives: {item: A mug}}, s: {gives: {item: A cup}, stock: 9}}\n",
        [(6, "no-limit")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "findings"), OTHERS)
def test_other_findings(text: str, findings: list[tuple[int, str]]) -> None:
    assert said(text) == findings


def finds(one: Check, text: str) -> bool:
    reading = read(text, zones=ZONES)
    if reading.programme is None:
        return False
    if one in SOUND_CHECKS and any(item.severity == "error" for item in check(reading)):
        return False
    return any(one(Subject(reading.programme, analyse(reading.programme))))


@pytest.mark.parametrize("one", [*CHECKS, *SOUND_CHECKS], ids=lambda one: one.__name__)
def test_each_check_can_fail(one: Check) -> None:
    texts = [text for _, text in BROKEN_MEANINGS] + [text for text, _ in OTHERS]
    assert any(finds(one, text) for text in [*texts, THREE_PER_HUNDRED, rules(1_001, LIMITED)])


LIMITED = "limits: {times: 1, per: day}, "


def rules(count: int, besides: str = "") -> str:
    """So many rules, each with something besides."""
    listed = [f"  r{n}: {{{besides}then: {{earn: {{points: 1}}}}}}\n" for n in range(count)]
    return POINTS + "rules:\n" + "".join(listed)


def test_rules_that_an_event_has_to_visit_are_fewer_than_offers() -> None:
    codes = {finding.code for finding in check(read(rules(1_001, LIMITED), zones=ZONES))}
    assert "too-many-rules" in codes
    assert not finds(many_but_offers, rules(1_001))


@pytest.mark.parametrize("name", PLAIN)
def test_plain_programmes_have_no_findings(name: str) -> None:
    assert [line_of(finding, name) for finding in found(PLAIN[name])] == []


@pytest.mark.parametrize("text", [THREE_PER_HUNDRED, FOURTEEN_POINTS])
def test_what_no_customer_understands_is_said_so(text: str) -> None:
    assert "hard-to-understand" in [finding.code for finding in found(text)]


@pytest.mark.parametrize(
    "changed",
    [
        # 14 points for a dollar, to be spent on a round number of them; April as dates.
        {"1 per 1.00": "14 per 1.00", "price: {points: 14}": "price: {points: 1000}"},
        {" && month(occurred_at) == 4": ", from: 2026-04-01, until: 2026-05-01"},
    ],
)
def test_another_wording_is_no_easier_to_understand(changed: dict[str, str]) -> None:
    text = FOURTEEN_POINTS
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new)
    assert "hard-to-understand" in [finding.code for finding in found(text)]


def test_one_riddle_alone_is_not_hard() -> None:
    easier = THREE_PER_HUNDRED.replace("3 per 100", "1 per 1.00").replace(
        "{discount: {percent: 30}}", "{multiply: {points: 2}}"
    )
    assert found(easier) == ()


def test_findings_point_into_the_expression() -> None:
    (finding,) = found(
        POINTS + "rules:\n"
        "  base:\n"
        "    when: >-\n"
        "      basket.amount > 5 &&\n"
        '      chanel == "web"\n'
        "    then: {earn: {points: 1 per 1.00}}\n"
    )
    assert excerpt(finding) == '      chanel == "web"\n      ^'
    assert finding.remedy == "did you mean channel?"


def test_the_long_form_of_an_accrual_is_pointed_into_as_well() -> None:
    (finding,) = found(
        POINTS + "rules:\n"
        "  base:\n"
        "    then:\n"
        "      earn:\n"
        "        points:\n"
        "          units: 2 * spend\n"
        "          kind: bonus\n"
    )
    assert excerpt(finding) == "          units: 2 * spend\n" + " " * 21 + "^"


def test_a_document_of_wrong_form_says_only_that() -> None:
    for _, text in BROKEN_FORMS:
        reading = read(text, zones=ZONES)
        assert check(reading) == reading.findings


def test_findings_are_listed_by_place() -> None:
    lines = [line for line, _ in said(HEAD + "rewards: {r: {gives: {item: A}}}\n" + BASE)]
    assert lines == [5, 6]


def test_advice_is_no_error() -> None:
    severities = {finding.code: finding.severity for finding in found(THREE_PER_HUNDRED)}
    assert severities == {"hard-to-understand": "advice", "large-discount": "advice"}


def test_a_misspelt_name_does_not_make_the_right_one_unused() -> None:
    text = BURRITO_DOLLARS.replace("earn: {dollars:", "earn: {dolars:")
    assert [finding.code for finding in found(text)] == ["unknown-currency"]


def test_programmes_of_one_check_are_programmes() -> None:
    for text in (DEPARTMENT, THREE_PER_HUNDRED, FOURTEEN_POINTS):
        assert programme(text).rules
