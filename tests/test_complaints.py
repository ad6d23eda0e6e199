"""What users of loyalty software complain of, and what must therefore not happen here.

Each test is named for the complaint.  Races for a limit, and events that are sent twice, are in
`tests/live/test_races.py`, over HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from xenia.services.programmes import sound_programme
from xenia.services.replay import replay_of

HEAD = """
xenia: 1
programme: shop
money: EUR
timezone: Europe/Athens
"""
Json = dict[str, Any]


class Shop:
    """A programme, and what happens in it, all of it in 2026."""

    def __init__(self, folder: Path, parts: str) -> None:
        path = folder / "shop.yaml"
        path.write_text(HEAD + parts, "utf-8")
        self._replay = replay_of(sound_programme(path), bytes(32))
        self._count = 0

    def event(self, kind: str, day: str, **more: Any) -> Json:
        self._count += 1
        written = {"id": f"e{self._count}", "type": kind, "member": "m", **more}
        written["occurred_at"] = f"2026-{day}T12:00:00+02:00"
        (told,) = self._replay._take(written, None)
        assert "error" not in told, told
        return told

    def buy(self, *amounts: str, day: str = "03-02", **more: Any) -> Json:
        """A purchase with a line for each amount; "book 2.00" also says the category."""
        lines = []
        for amount in amounts:
            category, _, price = amount.rpartition(" ")
            lines.append(
                {"sku": "s", "category": category or "any", "quantity": 1, "amount": price}
            )
        return self.event("purchase", day, lines=lines, **more)

    def passed(self, day: str) -> list[Json]:
        told = {"id": f"clock-{day}", "type": "clock", "occurred_at": f"2026-{day}T12:00:00+02:00"}
        return self._replay._take(told, None)


Open = Callable[[str], Shop]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Opens shops, and closes them in the end."""
    shops: list[Shop] = []

    def open_(parts: str) -> Shop:
        shops.append(Shop(tmp_path, parts))
        return shops[-1]

    yield open_
    for shop in shops:
        shop._replay._stored.close()


def earned(told: Json) -> list[str]:
    return [effect["units"] for effect in told["effects"] if effect["effect"] == "earn"]


def balance(told: Json, currency: str = "points") -> str:
    found: str = told["wallet"][currency]["balance"]
    return found


# ---- earning base, tax, rounding -----------------------------------------------------------------

POINTS = """
currencies: {points: {value: 0.10}}
rules:
  point: {then: {earn: {points: 1 per 1.00}}}
"""


def test_points_are_not_earned_on_what_a_discount_took_off(opened: Open) -> None:
    shop = opened(f"{POINTS}  tenth: {{then: {{discount: {{percent: 10}}}}}}\n")
    assert earned(shop.buy("50.00")) == ["45"]


def test_points_are_not_earned_on_what_points_paid_for(opened: Open) -> None:
    shop = opened(POINTS)
    shop.buy("100.00")
    told = shop.buy("20.00", spend={"points": "100"})
    assert told["payable"]["to_pay"] == "10.00"
    assert earned(told) == ["10"]


def test_points_of_a_purchase_cannot_pay_for_it(opened: Open) -> None:
    told = opened(POINTS).buy("100.00", spend={"points": "10"})
    assert [refusal["code"] for refusal in told["refusals"]] == ["insufficient-balance"]
    assert told["payable"]["to_pay"] == "100.00"


def test_points_have_decimals_of_their_own_not_those_of_money(opened: Open) -> None:
    whole = POINTS.replace("1 per 1.00", "10 %")
    assert earned(opened(whole).buy("12.34")) == ["1"]
    fine = whole.replace("{value: 0.10}", "{value: 0.10, decimals: 3}")
    assert earned(opened(fine).buy("12.34")) == ["1.234"]


def test_a_hundred_per_cent_off_leaves_nothing_and_no_cent_less(opened: Open) -> None:
    free = (
        "rules: {free: {then: {discount: {percent: 100}}}, more: {then: {discount: {amount: 1}}}}"
    )
    told = opened(free).buy("0.01", "33.33", "0.00", "33.33")
    assert told["payable"]["to_pay"] == "0.00"
    assert [line["discount"] for line in told["payable"]["lines"]] == [
        "0.01",
        "33.33",
        "0.00",
        "33.33",
    ]


def test_a_discount_on_a_basket_is_the_same_to_the_cent_as_its_parts(opened: Open) -> None:
    shop = opened("rules: {ten: {then: {discount: {amount: 10}}}}")
    told = shop.buy("10.00", "10.00", "10.00")
    assert [line["discount"] for line in told["payable"]["lines"]] == ["3.34", "3.33", "3.33"]
    assert told["payable"]["discount"] == "10.00"


@pytest.mark.parametrize(
    ("rounding", "off"), [("down", "0.33"), ("nearest", "0.34"), ("up", "0.34")]
)
def test_how_money_is_rounded_can_be_chosen(opened: Open, rounding: str, off: str) -> None:
    rules = f"settings: {{round-money: {rounding}}}\nrules: {{third: {{then: {{discount: "
    told = opened(f"{rules}{{percent: 33.5}}}}}}}}").buy("1.00")
    assert told["payable"]["discount"] == off


def test_rounding_does_not_drift_from_line_to_line(opened: Open) -> None:
    shop = opened("rules: {third: {then: {discount: {percent: 33.3}}}}")
    told = shop.buy(*["0.10"] * 30)
    assert told["payable"]["discount"] == "1.00"  # 0.999; thirty times 0.03 would be 0.90


@pytest.mark.parametrize(
    ("prices", "tax", "expected"),
    [
        ("gross", "included", "124"),
        ("gross", "excluded", "100"),
        ("net", "included", "124"),
        ("net", "excluded", "100"),
    ],
)
def test_tax_is_counted_as_the_programme_says_however_prices_are_shown(
    opened: Open, prices: str, tax: str, expected: str
) -> None:
    shop = opened(f"settings: {{tax: {tax}}}{POINTS}")
    amount = "124.00" if prices == "gross" else "100.00"
    line = {"sku": "s", "category": "c", "quantity": 1, "amount": amount, "tax": "24.00"}
    told = shop.event("purchase", "03-02", lines=[line], prices=prices)
    assert earned(told) == [expected]
    assert told["payable"]["to_pay"] == "124.00"


# ---- stacking ------------------------------------------------------------------------------------

OFFERS = """
groups: {offers: {combine: best}}
rules:
  ten: {group: offers, then: {discount: {percent: 10}}}
  books: {group: offers, lines: l.category == "book", then: {discount: {percent: 50}}}
  wine: {lines: l.category == "wine", then: {discount: {amount: 1}}}
"""


def discounts(told: Json) -> list[list[tuple[str, str]]]:
    """By line: which rule took how much."""
    return [
        [(one["rule"], one["amount"]) for one in line["discounts"]]
        for line in told["payable"]["lines"]
    ]


def test_the_best_of_a_group_excludes_no_other_rule(opened: Open) -> None:
    """An incompatibility is between rules of one group, and spreads no further."""
    told = opened(OFFERS).buy("book 20.00", "wine 10.00")
    assert discounts(told) == [[("books", "10.00")], [("wine", "1.00")]]


def test_the_order_of_the_file_decides_nothing(opened: Open) -> None:
    head, _, rules = OFFERS.partition("rules:\n")
    turned = "\n".join(reversed(rules.strip("\n").split("\n")))
    told = [
        opened(parts).buy("book 20.00", "wine 10.00", "any 7.77")
        for parts in (OFFERS, f"{head}rules:\n{turned}\n")
    ]
    assert told[0] == told[1]


def test_three_for_two_never_takes_off_more_than_the_third(opened: Open) -> None:
    free = "{percent: 100, of: {cheapest: 1, every: 3}}"
    offer = f"{{lines: l.category == 'book', then: {{discount: {free}}}}}"
    half = "{priority: 1, then: {discount: {percent: 50}}}"
    shop = opened(f"rules: {{three: {offer}, half: {half}}}")
    told = shop.buy("book 10.00", "book 10.00", "book 10.00")
    assert told["payable"]["discount"] == "20.00"  # half of all, then what is left of one
    assert told["payable"]["to_pay"] == "10.00"


# ---- limits --------------------------------------------------------------------------------------


def test_a_limit_of_a_customer_is_counted_for_rules_that_need_no_code(opened: Open) -> None:
    rule = "{limits: {times: 2, per: month}, then: {discount: {amount: 1}}}"
    shop = opened(f"rules: {{off: {rule}}}")
    taken = [
        shop.buy("5.00", day=day)["payable"]["discount"] for day in ("03-02", "03-03", "03-31")
    ]
    assert taken == ["1.00", "1.00", "0.00"]
    assert shop.buy("5.00", day="04-01")["payable"]["discount"] == "1.00"
    assert shop.buy("5.00", day="03-31", member="other")["payable"]["discount"] == "1.00"


# ---- tiers ---------------------------------------------------------------------------------------

LADDER = """
metrics: {earned-this-year: {sum: earned.points, over: calendar year}}
tiers:
  status: {by: earned-this-year, levels: {basic: 0, gold: 100}, holds: end of year + 1}
"""


def test_a_level_goes_by_what_was_earned_not_by_what_is_left(opened: Open) -> None:
    shop = opened(POINTS + LADDER)
    shop.buy("60.00")
    told = shop.buy("60.00", spend={"points": "60"}, day="03-03")
    assert told["tiers"]["status"]["level"] == "gold"
    assert shop.buy("10.00", spend={"points": "100"}, day="03-04")["tiers"]["status"]["level"] == (
        "gold"
    )


@pytest.mark.parametrize(("amount", "level"), [("99.99", "basic"), ("100.00", "gold")])
def test_the_threshold_itself_is_enough(opened: Open, amount: str, level: str) -> None:
    assert opened(POINTS + LADDER).buy(amount)["tiers"]["status"]["level"] == level


# ---- expiry --------------------------------------------------------------------------------------

ENDING = POINTS.replace("{value: 0.10}", "{value: 0.10, expires: {after: 2 months}}")


def test_units_end_counted_from_when_they_were_earned(opened: Open) -> None:
    shop = opened(ENDING)
    shop.buy("10.00", day="03-02")
    told = shop.buy("5.00", day="04-20")  # which prolongs nothing
    assert balance(told) == "15"
    (passed,) = shop.passed("05-02")
    assert balance(passed) == "5"


def test_what_is_spent_is_taken_from_the_oldest_so_that_nothing_ends_twice(opened: Open) -> None:
    shop = opened(ENDING)
    shop.buy("10.00", day="03-02")
    shop.buy("10.00", day="04-01")
    shop.buy("1.00", day="04-02", spend={"points": "10"})
    assert shop.passed("05-02") == []  # the ten of March have been spent
    (passed,) = shop.passed("06-01")
    assert [effect["units"] for effect in passed["effects"]] == ["10"]
    assert balance(passed) == "0"


def test_units_end_although_nobody_swept(opened: Open) -> None:
    shop = opened(ENDING)
    shop.buy("10.00", day="03-02")
    told = shop.buy("20.00", day="05-02", spend={"points": "10"})
    assert [refusal["code"] for refusal in told["refusals"]] == ["insufficient-balance"]


# ---- points as payment or as discount ------------------------------------------------------------


@pytest.mark.parametrize(("way", "discount", "tendered"), [
    ("discount", "5.00", "0.00"),
    ("tender", "0.00", "5.00"),
])  # fmt: skip
def test_points_are_a_discount_or_a_payment_as_accounting_wants(
    opened: Open, way: str, discount: str, tendered: str
) -> None:
    shop = opened(f"settings: {{spend-as: {way}}}{POINTS}")
    shop.buy("50.00")
    payable = shop.buy("20.00", spend={"points": "50"})["payable"]
    assert (payable["discount"], payable["tendered"]) == (discount, tendered)
    assert (payable["total"], payable["to_pay"]) == ("20.00", "15.00")


# ---- the till ------------------------------------------------------------------------------------


def test_what_a_till_sends_again_after_an_outage_counts_once(opened: Open) -> None:
    shop = opened(POINTS)
    sent = {"id": "till-1", "type": "purchase", "member": "m",
            "occurred_at": "2026-03-02T12:00:00+02:00",
            "lines": [{"sku": "s", "category": "c", "quantity": 1, "amount": "8.00"}]}  # fmt: skip
    first = shop._replay._take(sent, None)
    assert shop._replay._take(dict(sent), None) == first
    assert balance(shop.buy("1.00", day="03-03")) == "9"


def test_the_customer_chooses_how_many_points_to_spend(opened: Open) -> None:
    shop = opened(POINTS)
    shop.buy("100.00")
    told = shop.buy("20.00", spend={"points": "37"})
    assert told["payable"]["to_pay"] == "16.30"
    assert balance(told) == str(100 - 37 + 16)
