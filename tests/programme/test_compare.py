"""What changed between two programmes is said part by part, and which changes are only numbers."""

from collections.abc import Mapping
from dataclasses import fields, replace

import pytest

from tests.programme.small import DEPARTMENT, HEAD, POINTS, programme
from tests.reference.random_programmes import random_programme
from xenia.programme.compare import Kind, changes, compare
from xenia.programme.model import Programme

ONLY_NUMBERS = "only numbers change: the structure stays"
ONLY_WORDS = "only words change: every decision stays"


def changed(replacements: Mapping[str, str], text: str = DEPARTMENT) -> tuple[str, ...]:
    new = text
    for before, after in replacements.items():
        assert before in new
        new = new.replace(before, after)
    return compare(programme(text), programme(new))


NUMBERS = [
    ("2 per 1.00", "5 per 2.00", "rule cosmetics: earns 5 per 2 points, was 2 per 1"),
    ("spent-this-year: 3500", "spent-this-year: 4000",
     "tier status: level top takes 4000 spent-this-year, was 3500"),
    ("points: 5000", "points: 6000", "reward gift-card: costs 6000 points, was 5000"),
    ("units: 50000", "units: 60000", "rule top: earns at most 60000 units, was 50000"),
    ("gift-card: 25.00", "gift-card: 30", "reward gift-card: gives a gift card of 30, was 25"),
    ("lasts: 12 months", "lasts: 6 months",
     "reward gift-card: can be used for 6 months, was 12 months"),
    ("from: 2017-01-01", "from: 2018-01-01", "from is 2018-01-01, was 2017-01-01"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), NUMBERS)
def test_changes_of_numbers(old: str, new: str, said: str) -> None:
    assert changed({old: new}) == (said, ONLY_NUMBERS)


BUDGETS = (
    HEAD + "groups: {g: {budget: {amount: 900}}}\n"
    "rules:\n"
    "  off: {group: g, then: {discount: {amount: 5}}, budget: {times: 300, per: month}}\n"
    "  gift: {group: g, then: {issue: mug}, limits: {times: 1, per: ever}}\n"
    "  lucky: {chance: 1 in 20, then: {issue: mug}}\n"
    "rewards: {mug: {stock: 400, gives: {item: A mug}}}\n"
)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("times: 300", "times: 400", "rule off: has a budget of 400 times, was 300"),
        ("amount: 900", "amount: 1000", "group g: has a budget of 1000 off, was 900"),
        ("stock: 400", "stock: 500", "reward mug: has a stock of 500, was 400"),
        ("1 in 20", "10 %", "rule lucky: holds by chance 1 in 10 times, was 1 in 20"),
    ],
)
def test_a_budget_or_a_stock_is_a_number(old: str, new: str, said: str) -> None:
    assert changed({old: new}, BUDGETS) == (said, ONLY_NUMBERS)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("per: month", "per: day", "rule off: budget per is day, was month"),
        (", per: month", "", "rule off: budget per is the default, was month"),
        (", budget: {times: 300, per: month}", "",
         "rule off: budget is the default, was {times: 300, per: month}"),
        ("stock: 400, ", "", "reward mug: stock is the default, was 400"),
    ],
)  # fmt: skip
def test_what_a_budget_counts_is_structure(old: str, new: str, said: str) -> None:
    sentences = changed({old: new}, BUDGETS)
    assert sentences[0] == said
    assert sentences[-1].startswith("the structure changes: ")


ENDS = HEAD + "currencies: {a: {kind: qualifying%s}}\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("expires: {after: 12 months}", "expires: {after: 6 months}",
         "units end 6 months after they were earned, was 12 months after they were earned"),
        ("expires: {end-of: year, plus: 1}", "expires: {end-of: month}",
         "units end with the month in which they were earned, was with the year in which they were"
         " earned, and 1 more"),
        ("", "expires: {inactive: 1 month, after: 2 years}",
         "units end once none was earned for 1 month, or 24 months after they were earned,"
         " was never"),
        ("expires: {inactive: 1 month}", "",
         "units end never, was once none was earned for 1 month"),
        ("pending: 14 days", "", "what is earned can be used after no time, was 14 days"),
        ("notice: 14 days", "notice: 7 days",
         "members are told 7 days before units end, was 14 days"),
    ],
)  # fmt: skip
def test_when_units_end_is_said_in_words(old: str, new: str, said: str) -> None:
    one, other = (ENDS % (f", {text}" if text else "") for text in (old, new))
    assert compare(programme(one), programme(other))[0] == f"currency a: {said}"


STRUCTURE = [
    ("tax: excluded", "tax: included", "setting tax is included, was excluded"),
    ("{tax: excluded}", "{}", "setting tax is included, was excluded"),
    ('tier.status == "top"', 'tier.status != "top"',
     'rule top: holds when tier.status != "top", was tier.status == "top"'),
    ("combine: best", "combine: first", "group rates: combine is first, was best"),
    ("automatic: true", "automatic: false", "reward gift-card: automatic is the default, was true"),
    ("lasts: 12 months", "lasts: 365 days",
     "reward gift-card: can be used for 365 days, was 12 months"),
    ("[coat-1, coat-2]", "[coat-1, coat-3]",
     "list special is [coat-1, coat-3], was [coat-1, coat-2]"),
    ("3 per 1.00", "3 %", "rule special: earns 3 % points, was 3 per 1"),
    ("money: USD", "money: EUR", "money is EUR, was USD"),
    ("lines: l.sku in list.special", "priority: 5",
     "rule special: lines is the default, was l.sku in list.special"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), STRUCTURE)
def test_changes_of_structure(old: str, new: str, said: str) -> None:
    sentences = changed({old: new})
    assert said in sentences
    assert sentences[-1].startswith("the structure changes: ")


def test_changes_of_words() -> None:
    said = "rule cosmetics: title el is Ομορφιά, was Καλλυντικά"
    assert changed({"Καλλυντικά": "Ομορφιά"}) == (said, ONLY_WORDS)


def test_what_a_benefit_is_called_is_words_and_whether_it_is_brought_is_not() -> None:
    declared = "benefits: {delivery: {title: {en: free delivery, el: δωρεάν παράδοση}}}\n"
    assert changed({declared: ""}) == (
        "benefit delivery is gone, was {title: {el: δωρεάν παράδοση, en: free delivery}}",
        ONLY_WORDS,
    )
    renamed = changed({"free delivery": "delivery for nothing"})
    assert renamed[0].startswith("benefit delivery: title en is delivery for nothing")
    assert renamed[-1] == ONLY_WORDS
    assert "the structure changes" in changed({"benefits: [delivery], ": ""})[-1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "a: {count: true}",
         "metric a is new: {count: true}; what happened before counts, too"),
        ("a: {count: true}", "a: {count: true, over: calendar year}",
         "metric a: over is calendar year, was the default; what happened before counts, too"),
        ("a: {sum: spent}", "a: {sum: 2 * spent}",
         "metric a: sum is 2 * spent, was spent; what happened before counts, too"),
        ("a: {count: true}", "a: {count: true, title: {en: [visit, visits]}}",
         "metric a: title is {en: [visit, visits]}, was the default"),
        ("a: {count: true}", "", "metric a is gone, was {count: true}"),
    ],
)  # fmt: skip
def test_what_a_new_metric_counts(old: str, new: str, said: str) -> None:
    one, other = (POINTS + (f"metrics: {{{text}}}\n" if text else "") for text in (old, new))
    assert compare(programme(one), programme(other))[0] == said


def test_parts_that_are_new_or_gone() -> None:
    new = POINTS + "rules: {a: {then: {earn: {points: 1}}}}\n"
    old = POINTS + "rules: {b: {then: {discount: {percent: 5}}}}\n"
    assert compare(programme(old), programme(new)) == (
        "rule a is new: {then: {earn: {points: 1}}}",
        "rule b is gone, was {then: {discount: {percent: 5}}}",
        "the structure changes: 2 of 2 changes, beside 0 of numbers and 0 of words",
    )


def test_what_members_feel_first_comes_first_and_words_last() -> None:
    sentences = changed(
        {
            "title: {en: Special list": "title: {en: Our list",
            "tax: excluded": "tax: included",
            "points: 5000": "points: 6000",
            "4 per 1.00": "5 per 1.00",
        }
    )
    assert [sentence.split()[0] for sentence in sentences] == [
        "rule",
        "reward",
        "setting",
        "rule",
        "the",
    ]
    assert sentences[-1] == (
        "the structure changes: 1 of 4 changes, beside 2 of numbers and 1 of words"
    )


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("basket.amount >= 50", "basket.amount >= 60.5", Kind.NUMBER),
        ("basket.amount >= 50", "basket.amount > 50", Kind.STRUCTURE),
        ('channel == "web-1"', 'channel == "web-2"', Kind.STRUCTURE),
        ("metric.in_30_days > 1", "metric.in_60_days > 1", Kind.STRUCTURE),
        ("metric.in_30_days > 1", "metric.in_30_days > 2", Kind.NUMBER),
    ],
)
def test_a_number_in_an_expression_is_only_a_number(old: str, new: str, kind: Kind) -> None:
    frame = HEAD + "rules:\n  a:\n    when: |-\n      %s\n    then: {discount: {percent: 5}}\n"
    (change,) = changes(programme(frame % old), programme(frame % new))
    assert change.kind is kind
    assert change.path == ("rules", "a", "when")


@pytest.mark.parametrize("key", ["decimals: 2", "decimals: 3"])
def test_decimals_are_structure(key: str) -> None:
    old = programme(HEAD + "currencies: {a: {decimals: 1, kind: qualifying}}\n")
    new = programme(HEAD + f"currencies: {{a: {{{key}, kind: qualifying}}}}\n")
    assert [change.kind for change in changes(old, new)] == [Kind.STRUCTURE]


def test_levels_in_another_order_are_seen() -> None:
    frame = HEAD + "metrics: {a: {count: true}}\ntiers: {t: {levels: {%s}}}\n"
    low, high = "low: {any: {a: 1}}", "high: {any: {a: 2}}"
    sentences = compare(programme(frame % f"{low}, {high}"), programme(frame % f"{high}, {low}"))
    assert sentences[0] == "tier t: levels are in another order"


@pytest.mark.parametrize("seed", range(10))
def test_whatever_differs_is_said_and_nothing_else(seed: int) -> None:
    one, other = random_programme(seed), random_programme(seed + 100)
    assert compare(one, one) == ()
    for field in fields(Programme):
        mixed = replace(one, **{field.name: getattr(other, field.name)})
        said = changes(one, mixed)
        assert (said == ()) == (one == mixed)
        assert len({change.text for change in said}) == len(said)


CLAIMS = HEAD + "claims: {within: 30 days}\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (CLAIMS, CLAIMS.replace("30", "14"), "claims within is 14 days, was 30 days"),
        (HEAD, CLAIMS, "purchases made without a member can be claimed for 30 days"),
        (
            CLAIMS,
            HEAD,
            "purchases made without a member cannot be claimed any more, could for 30 days",
        ),
    ],
)
def test_what_is_said_of_claims(old: str, new: str, said: str) -> None:
    assert compare(programme(old), programme(new))[0] == said
