"""What users of loyalty software complain of where goods come back or an order is cancelled.

Each test is named for the complaint; the shop and the rest of the complaints are in
`test_complaints.py`.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from tests import test_complaints
from tests.test_complaints import ENDING, LADDER, POINTS, Json, Open, Shop, balance, earned

opened = test_complaints.opened  # the fixture


def back(shop: Shop, of: Json, *lines: str, day: str = "03-05", **more: object) -> Json:
    """A return of these lines of a purchase, or of all that is left of it."""
    what: Json = {"lines": [{"line": line} for line in lines]} if lines else {"all": True}
    return shop.event("return", day, purchase=of["event"], **{**what, **more})


def cancelled(shop: Shop, of: Json, day: str = "03-05") -> Json:
    return shop.event("cancel", day, of={"id": of["event"]})


def units(told: Json, effect: str) -> list[str]:
    return [each["units"] for each in told["effects"] if each["effect"] == effect]


def cents(money: str) -> int:
    return int(money.replace(".", ""))


def refund(told: Json) -> str:
    """The money that goes back, all means of payment together."""
    whole = sum(cents(each["amount"]) for each in told["refund"])
    return f"{whole // 100}.{whole % 100:02}"


def codes(told: Json) -> list[str]:
    return [refusal["code"] for refusal in told["refusals"]]


# ---- points stay after a refund ------------------------------------------------------------------


def test_points_do_not_stay_after_a_refund(opened: Open) -> None:
    shop = opened(POINTS)
    told = back(shop, shop.buy("50.00"))
    assert units(told, "take-back") == ["50"]
    assert (balance(told), refund(told)) == ("0", "50.00")


def test_buying_spending_and_refunding_round_and_round_gains_nothing(opened: Open) -> None:
    """What was spent meanwhile is owed, so that only the first round spends anything."""
    shop = opened(POINTS)
    taken = []
    for day in ("03-02", "03-03", "03-04"):
        bought = shop.buy("100.00", day=day)
        told = shop.buy("10.00", spend={"points": "100"}, day=day)
        taken.append(codes(told))
        assert refund(back(shop, bought, day=day)) == "100.00"
        if taken[-1]:  # nothing was there to be spent
            back(shop, told, day=day)
    assert taken == [[], ["insufficient-balance"], ["insufficient-balance"]]
    assert balance(shop.buy("100.00", day="03-06")) == "0"  # the deficit is filled first


def test_a_refund_of_both_leaves_no_points_and_no_money(opened: Open) -> None:
    shop = opened(POINTS)
    first = shop.buy("100.00")
    second = shop.buy("20.00", spend={"points": "100"})
    assert refund(back(shop, first)) == "100.00"
    told = back(shop, second)
    assert (balance(told), refund(told)) == ("0", "10.00")


def test_what_is_sent_back_twice_is_refunded_once(opened: Open) -> None:
    shop = opened(POINTS)
    bought = shop.buy("50.00", "10.00")
    back(shop, bought, "1")
    told = back(shop, bought, "1")
    assert (codes(told), refund(told), balance(told)) == (["nothing-left"], "0.00", "10")
    assert refund(back(shop, bought)) == "10.00"
    told = cancelled(shop, bought)
    assert (codes(told), refund(told), balance(told)) == (["nothing-left"], "0.00", "0")


# ---- redeemed points are deducted a second time --------------------------------------------------


def test_redeemed_points_come_back_and_are_not_deducted_again(opened: Open) -> None:
    shop = opened(POINTS)
    shop.buy("100.00")
    told = back(shop, shop.buy("20.00", spend={"points": "100"}))
    assert units(told, "give-back") == ["100"]
    assert units(told, "take-back") == ["10"]  # which 10.00 in money had earned
    assert (balance(told), refund(told)) == ("100", "10.00")


def test_a_part_of_what_points_paid_for_brings_its_part_of_them(opened: Open) -> None:
    shop = opened(POINTS)
    shop.buy("100.00")
    bought = shop.buy("15.00", "5.00", spend={"points": "100"})
    told = back(shop, bought, "1")
    assert (units(told, "give-back"), refund(told)) == (["75"], "7.50")
    told = back(shop, bought)
    assert (units(told, "give-back"), refund(told)) == (["25"], "2.50")
    assert balance(told) == "100"


def test_points_that_come_back_end_when_they_would_have(opened: Open) -> None:
    """A debit is of a lot: what comes back does not become new by having been spent."""
    shop = opened(ENDING)
    shop.buy("100.00", day="03-02")
    bought = shop.buy("10.00", day="03-20", spend={"points": "100"})
    assert balance(back(shop, bought, day="03-21")) == "100"
    (passed,) = shop.passed("05-02")
    assert (units(passed, "expire"), balance(passed)) == (["100"], "0")


# ---- the return of an invoice keeps its points ---------------------------------------------------


@pytest.mark.parametrize(("line", "left"), [("1", "20"), ("2", "30")])
def test_what_comes_back_of_an_invoice_keeps_no_points(opened: Open, line: str, left: str) -> None:
    shop = opened(POINTS)
    told = back(shop, shop.buy("30.00", "20.00"), line)
    assert balance(told) == left


def test_a_lower_price_afterwards_keeps_no_points_either(opened: Open) -> None:
    shop = opened(POINTS)
    told = shop.event("return", "03-05", purchase=shop.buy("30.00")["event"], amount="12.00")
    assert (balance(told), refund(told)) == ("18", "12.00")


def test_parts_that_come_back_are_rounded_no_further_than_the_whole(opened: Open) -> None:
    """Three times 3.33 is 9 points bought at once, and 0 when all three have come back."""
    shop = opened(POINTS)
    bought = shop.buy("3.33", "3.33", "3.33")
    assert earned(bought) == ["9"]
    left = [balance(back(shop, bought, line)) for line in "123"]
    assert left == ["6", "3", "0"]


@pytest.mark.parametrize(("spent", "level"), [("99.99", "basic"), ("100.00", "gold")])
def test_a_level_is_not_kept_by_what_was_returned(opened: Open, spent: str, level: str) -> None:
    shop = opened(POINTS + LADDER)
    shop.buy(spent)
    bought = shop.buy("100.00", day="03-03")
    assert bought["tiers"]["status"]["level"] == "gold"
    assert back(shop, bought)["tiers"]["status"]["level"] == level


# ---- points before the return window has closed --------------------------------------------------

# To be: pending until the return window closes; a plain period of the same length meanwhile.
WAITING = POINTS.replace("{value: 0.10}", "{value: 0.10, pending: 30 days}")


def test_what_comes_back_in_time_never_gave_points_to_spend(opened: Open) -> None:
    shop = opened(WAITING)
    bought = shop.buy("100.00", day="03-02")
    told = shop.buy("20.00", spend={"points": "50"}, day="03-20")
    assert codes(told) == ["insufficient-balance"]
    told = back(shop, bought, day="03-31")
    assert told["wallet"]["points"] == {"balance": "0", "pending": "20", "held": "0"}
    (passed,) = shop.passed("04-19")
    assert passed["wallet"]["points"] == {"balance": "20", "pending": "0", "held": "0"}


def test_the_balance_is_right_when_some_of_what_was_cancelled_is_pending(opened: Open) -> None:
    shop = opened(WAITING)
    shop.buy("40.00", day="03-02")
    bought = shop.buy("100.00", day="03-20")
    shop.passed("04-01")
    told = cancelled(shop, bought, day="04-02")
    assert told["wallet"]["points"] == {"balance": "40", "pending": "0", "held": "0"}
    assert shop.passed("04-19") == []  # nothing of it becomes usable any more


# ---- a cancelled order still uses up the limit of a coupon ---------------------------------------

ONCE = "rules: {welcome: {limits: {times: 1, per: ever}, then: {discount: {amount: 5}}}}"
FOR_ALL = "rules: {welcome: {budget: {times: 1}, then: {discount: {amount: 5}}}}"


@pytest.mark.parametrize("rules", [ONCE, FOR_ALL])
def test_a_cancelled_order_uses_up_no_limit(opened: Open, rules: str) -> None:
    shop = opened(rules)
    bought = shop.buy("20.00")
    assert bought["payable"]["discount"] == "5.00"
    assert shop.buy("20.00")["payable"]["discount"] == "0.00"
    assert refund(cancelled(shop, bought)) == "15.00"
    assert shop.buy("20.00", day="03-06")["payable"]["discount"] == "5.00"


@pytest.mark.parametrize("rules", [ONCE, FOR_ALL])
def test_an_order_of_which_something_is_kept_uses_its_limit(opened: Open, rules: str) -> None:
    """So that sending back all but a trifle is no way to the same coupon again."""
    shop = opened(rules)
    bought = shop.buy("20.00", "6.00")
    assert refund(back(shop, bought, "1")) == "20.00"
    assert shop.buy("20.00", day="03-06")["payable"]["discount"] == "0.00"


def test_a_limit_in_units_has_room_again_for_what_came_back(opened: Open) -> None:
    shop = opened(POINTS.replace("point: {", "point: {limits: {units: 50, per: month}, "))
    bought = shop.buy("40.00")
    assert earned(shop.buy("40.00")) == ["10"]
    back(shop, bought)
    assert earned(shop.buy("90.00", day="03-06")) == ["40"]


# ---- the discount of an order is spread again over what is left of it ----------------------------

OFF = {
    "percent": "rules: {off: {then: {discount: {percent: 33.3}}}}",
    "amount": "rules: {off: {then: {discount: {amount: 10}}}}",
    "threshold": "rules: {off: {when: basket.amount >= 40, then: {discount: {percent: 20}}}}",
    "free": (
        "rules: {off: {then: {discount: {percent: 100, of: {cheapest: 1, every: 3}}}},"
        " half: {priority: 1, then: {discount: {percent: 50}}}}"
    ),
}


@pytest.mark.parametrize("rules", sorted(OFF))
def test_what_is_kept_of_an_order_costs_what_it_would_have_cost_alone(
    opened: Open, rules: str
) -> None:
    shop = opened(OFF[rules])
    amounts = {"1": "19.99", "2": "9.99", "3": "14.98"}
    alone = {"": 0}
    for some in ("1", "2", "3", "12", "13", "23", "123"):
        told = shop.buy(*[amounts[line] for line in some])
        alone[some] = cents(told["payable"]["to_pay"])
    for order in permutations("123"):
        bought, kept, paid = shop.buy(*amounts.values()), "123", alone["123"]
        for line in order:
            kept = kept.replace(line, "")
            given = cents(refund(back(shop, bought, line)))
            assert given == max(0, paid - alone[kept])  # nothing is ever to be paid for a return
            paid -= given
        assert paid == 0


def test_a_line_that_comes_back_leaves_the_others_their_percentage(opened: Open) -> None:
    shop = opened("rules: {off: {then: {discount: {percent: 10}}}}")
    bought = shop.buy("10.00", "20.00", "30.00")
    assert [refund(back(shop, bought, line)) for line in "213"] == ["18.00", "9.00", "27.00"]


# ---- tills that were offline, gift cards ---------------------------------------------------------


def test_a_return_that_a_till_sends_before_its_purchase_counts_once(opened: Open) -> None:
    shop = opened(POINTS)
    told = shop.event("return", "03-05", purchase="e3", lines=[{"line": "1"}])
    assert (codes(told), told["effects"]) == ([], [])
    shop.buy("5.00", day="03-05")
    told = shop.buy("8.00", "2.00", day="03-02")
    assert told["event"] == "e3"
    assert (balance(told), refund(told)) == ("7", "8.00")
    assert codes(back(shop, told, "1")) == ["nothing-left"]


def test_the_same_return_sent_again_by_a_till_takes_once(opened: Open) -> None:
    shop = opened(POINTS)
    shop.buy("8.00", "2.00")
    sent = {"id": "till-2", "type": "return", "member": "m", "purchase": "e1",
            "occurred_at": "2026-03-03T12:00:00+02:00", "lines": [{"line": "1"}]}  # fmt: skip
    first = shop._replay._take(sent, None)
    assert shop._replay._take(dict(sent), None) == first
    assert balance(shop.buy("1.00", day="03-04")) == "3"


def test_a_refund_goes_back_to_the_gift_card_and_the_cash_that_paid(opened: Open) -> None:
    shop = opened(POINTS)
    cards = [{"method": "gift-card", "amount": "15.00"}, {"method": "cash", "amount": "15.00"}]
    bought = shop.buy("20.00", "10.00", payments=cards)
    told = back(shop, bought, "1")
    assert told["refund"] == [
        {"method": "gift-card", "amount": "10.00"},
        {"method": "cash", "amount": "10.00"},
    ]
    assert balance(told) == "10"
    assert back(shop, bought)["refund"] == [
        {"method": "gift-card", "amount": "5.00"},
        {"method": "cash", "amount": "5.00"},
    ]
