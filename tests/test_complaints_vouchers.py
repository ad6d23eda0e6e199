"""What users of loyalty software complain of about codes, gift cards and cards, and where an order
is paid back by a bank.

Each test is named for the complaint; the shop and the rest of the complaints are in
`test_complaints.py`.
"""

from __future__ import annotations

import pytest

from tests import test_complaints
from tests.test_complaints import POINTS, Open, Shop, balance
from tests.test_complaints_returns import cancelled, codes

opened = test_complaints.opened  # the fixture

CODES = """
rewards:
  fiver: {gives: {discount: {amount: 5.00}}}
  tenth: {gives: {discount: {percent: 10}}}
  card: {gives: {gift-card: 20.00}}
"""


def given(shop: Shop, *rewards: str) -> list[str]:
    """The codes of vouchers that staff has given."""
    told = [
        shop.event("grant", "03-01", voucher=reward, author="eleni", reason="a gift")
        for reward in rewards
    ]
    return [one["effects"][0]["voucher"] for one in told]


# ---- several codes on one basket -----------------------------------------------------------------


def test_several_codes_and_a_gift_card_are_used_on_one_basket(opened: Open) -> None:
    shop = opened(CODES)
    told = shop.buy("50.00", vouchers=given(shop, "fiver", "tenth", "card"))
    assert codes(told) == []
    payable = told["payable"]
    assert (payable["discount"], payable["tendered"], payable["to_pay"]) == (
        "9.50",  # five, and a tenth of what was left
        "20.00",
        "20.50",
    )


@pytest.mark.parametrize("first", ["fiver", "card"])
def test_a_gift_card_pays_what_is_left_of_a_voucher_whichever_is_named_first(
    opened: Open, first: str
) -> None:
    shop = opened(CODES)
    second = "card" if first == "fiver" else "fiver"
    told = shop.buy("15.00", vouchers=given(shop, first, second))
    assert (told["payable"]["discount"], told["payable"]["tendered"]) == ("5.00", "10.00")
    (card,) = [one for one in told["vouchers"] if one["reward"] == "card"]
    assert card["left"] == "10.00"


# ---- used more often than it may be --------------------------------------------------------------


def test_a_gift_card_is_worth_what_is_on_it_and_no_more(opened: Open) -> None:
    shop = opened(CODES)
    card = given(shop, "card")
    paid = [shop.buy("15.00", day=f"03-0{n}", vouchers=card) for n in (2, 3, 4)]
    assert [told["payable"]["tendered"] for told in paid] == ["15.00", "5.00", "0.00"]
    assert [codes(told) for told in paid] == [[], [], ["already-used"]]


def test_a_code_is_used_once_and_by_whom_it_was_given_to(opened: Open) -> None:
    shop = opened(CODES)
    fiver = given(shop, "fiver")
    shop.buy("1.00", member="other")
    assert codes(shop.buy("9.00", vouchers=fiver, member="other")) == ["not-yours"]
    assert codes(shop.buy("9.00", vouchers=[*fiver, *fiver])) == ["given-twice"]
    assert codes(shop.buy("9.00", vouchers=fiver)) == ["already-used"]


def test_what_a_bank_has_paid_back_frees_no_limit(opened: Open) -> None:
    """A charge-back is told by staff; only what is cancelled can be had again."""
    once = "limits: {times: 1, per: ever}, then: {earn: {points: 1 per 1.00}}"
    shop = opened(f"currencies: {{points: {{}}}}\nrules: {{once: {{{once}}}}}")
    first = shop.buy("30.00")
    shop.event("adjustment", "03-03", currency="points", units="-30", author="eleni", reason="bank")
    assert balance(shop.buy("30.00", day="03-04")) == "0"
    cancelled(shop, first)
    assert balance(shop.buy("30.00", day="03-06")) == "0"  # what is owed is filled


# ---- cards ---------------------------------------------------------------------------------------


def test_two_cards_of_one_member_have_one_balance(opened: Open) -> None:
    shop = opened(POINTS)
    shop.buy("5.00", member={"card": "1"})
    shop.event("card", "03-02", member={"card": "1"}, action="add", card="2")
    assert balance(shop.buy("7.00", day="03-03", member={"card": "2"})) == "12"
    assert balance(shop.buy("1.00", day="03-04", member={"card": "1"})) == "13"
