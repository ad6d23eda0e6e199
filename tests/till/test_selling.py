"""A sale at the till: who is found, what is seen in one glance, what is kept while it is paid."""

from __future__ import annotations

import pytest

from tests.api.client import CAFE, NOW, purchase
from tests.api.worlds import bearer
from tests.pages.browsing import Browser, Site, text_of
from tests.services.publishing import published
from tests.till.serving import (
    LATTE,
    came,
    enrolled,
    fields,
    handed,
    holds,
    number_of,
    pay,
    paying,
    sell,
)
from xenia.services.times import utc_text
from xenia.till import selling
from xenia.till.sale import (
    decimal_of,
    is_drawn,
    line_of,
    new_receipt,
    plain_identifier,
    receipt_of,
)

CAKE = ("cake", "food", "1", "4.00")


def test_a_stranger_signs_in_first(site: Site) -> None:
    browser = Browser(site)
    shown = browser.get("/till/")
    assert (shown.status, shown.headers["location"]) == (303, "/till/sign-in")
    wrong = {"email": "tom@example.org", "password": "wrong"}
    assert browser.fill("/till/sign-in", "/till/sign-in", wrong).status == 401
    assert browser.fill("/till/sign-in", "/till/sign-in", {"email": ""}).status == 422


def test_the_till_has_a_session_of_its_own(till: Browser) -> None:
    assert set(till.cookies) >= {"xenia-till-session"}
    assert "xenia-session" not in till.cookies
    done = till.fill("/till/", "/till/sign-out", {})
    assert (done.status, done.headers["location"]) == (303, "/till/sign-in")
    assert till.get("/till/").status == 303


def test_who_may_not_serve_sees_no_till(site: Site) -> None:
    analyst = came(site, "ada", "analyst")
    assert analyst.get("/till/").status == 403


def test_a_member_is_enrolled_and_stands_there(till: Browser) -> None:
    anna = enrolled(till)
    shown = text_of(till.get(f"/till/?member={anna}"))
    assert "Anna" in shown
    assert "2 more to the next level: Visits" in shown
    assert "A breakfast" in shown
    again = till.fill("/till/enrol", "/till/enrol", {"name": "Ben", "card": "4000-1"})
    assert again.status in (303, 422)
    nothing = till.fill("/till/enrol", "/till/enrol", {"name": "Ben"})
    assert nothing.status == 422
    assert "Something has to lead to them" in text_of(nothing)


def test_a_phone_is_found_however_it_is_written(till: Browser) -> None:
    form = {"name": "Anna", "phone": "+30 210 123-4567", "agrees": "yes"}
    assert till.fill("/till/enrol", "/till/enrol", form).status == 303
    assert "Anna" in text_of(till.get("/till/?member=%2B30 (210) 1234567"))


def test_one_glance_says_it_all(till: Browser) -> None:
    enrolled(till)
    shown = text_of(till.get(handed(LATTE, CAKE, member="4000-1")))
    for said in ("Anna", "+11 beans", "To pay €11.60", "A breakfast", "guest"):
        assert said in shown
    assert "Without a member nothing is earned." in text_of(till.get(handed(LATTE)))


def test_nobody_and_a_blocked_card_are_said(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    assert "Nobody is known by this" in text_of(till.get("/till/?member=4000-9"))
    head = {**bearer(site.worlds.key()), "idempotency-key": "k"}
    block = {"card": "4000-1", "action": "block"}
    site.worlds.client.ask("POST", f"/v1/members/{anna}/cards", block, head)
    blocked = till.get(handed(LATTE, member="4000-1"))
    assert "This card is blocked" in text_of(blocked)
    assert "+7 beans" not in text_of(blocked)
    # Nor can it be paid as somebody's.
    assert "This card is blocked" in text_of(paying(till, handed(LATTE, member="4000-1")))


def test_it_is_paid_and_there_is_a_receipt(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    receipt = pay(till, paying(till, handed(LATTE, member="4000-1")), "bank-card")
    shown = text_of(receipt)
    for said in ("latte", "€7.60", "Bank card", "Earned: beans +7", "It is paid and recorded."):
        assert said in shown
    assert holds(site, anna).wallet["beans"].balance == "7"


def test_part_of_a_balance_is_spent(till: Browser, site: Site) -> None:
    """odoo#264931: the cashier cannot redeem part of a balance."""
    anna = enrolled(till)
    sell(till, ("sack", "coffee", "1", "50.00"), member="4000-1")
    offered = till.get(handed(LATTE, member="4000-1"))
    assert "worth €5.00" in text_of(offered)
    assert "Up to 50" in text_of(offered)
    paid = paying(till, handed(LATTE, member="4000-1"), spend_beans="20")
    assert "€5.60" in text_of(paid)
    assert holds(site, anna).wallet["beans"].balance == "30", "twenty are kept meanwhile"
    pay(till, paid)
    assert holds(site, anna).wallet["beans"].balance == "35", "30, and 5 on what was paid"


def test_more_than_there_is_is_refused_in_words(till: Browser) -> None:
    enrolled(till)
    refused = paying(till, handed(LATTE, member="4000-1"), spend_beans="20")
    assert "There are not so many." in text_of(refused)
    assert "To the payment" in text_of(refused), "the sale is as it was"


def test_a_voucher_is_ticked_and_taken_once(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    (voucher,) = holds(site, anna).vouchers
    paid = paying(till, handed(LATTE, member="4000-1"), voucher=voucher.code)
    assert "€4.60" in text_of(paid)
    other = paying(till, handed(CAKE, member="4000-1"), voucher=voucher.code)
    assert "This is kept for another purchase at the moment." in text_of(other)
    pay(till, paid)
    spent = paying(till, handed(CAKE, member="4000-1"), voucher=voucher.code)
    assert "This has been used already." in text_of(spent)


def test_whoever_goes_back_has_all_again(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    sell(till, ("sack", "coffee", "1", "50.00"), member="4000-1")
    paid = paying(till, handed(LATTE, member="4000-1"), spend_beans="20")
    assert holds(site, anna).wallet["beans"].balance == "30"
    back = till.post("/till/pay/back", fields(paid, "/till/sales"))
    assert back.status == 200
    assert holds(site, anna).wallet["beans"].balance == "50"
    again = dict(fields(back, "/till/pay"))
    assert again["spend-beans"] == "20"
    assert again["receipt"] != dict(fields(paid, "/till/sales"))["receipt"]


def test_what_is_sent_twice_is_sold_once(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    paid = paying(till, handed(LATTE, member="4000-1"))
    assert number_of(pay(till, paid)) == number_of(pay(till, paid))
    other = pay(till, paid, "bank-card")
    assert "This had been recorded already." in text_of(other)
    assert "Cash" in text_of(other), "as it was paid the first time"
    assert holds(site, anna).wallet["beans"].balance == "7"


def test_a_friend_pays_less_and_the_quote_is_kept(till: Browser) -> None:
    enrolled(till)
    for _ in range(2):
        sell(till, LATTE, member="4000-1")
    paid = paying(till, handed(LATTE, member="4000-1"))
    assert "Ten per cent for friends -€0.76" in text_of(paid)
    assert "Friend" in text_of(till.get("/till/?member=4000-1"))
    assert "€6.84" in text_of(pay(till, paid))


def test_a_guest_buys_without_earning(till: Browser) -> None:
    shown = text_of(pay(till, paying(till, handed(LATTE))))
    assert "€7.60" in shown
    assert "Earned" not in shown


def test_lines_come_and_go_without_scripts(till: Browser) -> None:
    form = fields(till.get("/till/"), "/till/pay")
    typed = {"new-sku": "latte", "new-category": "drink", "new-quantity": "2", "new-price": "3,80"}
    known = [(name, value) for name, value in form if name not in typed]
    shown = till.post("/till/", [*known, *typed.items(), ("do", "add")])
    assert "To pay €7.60" in text_of(shown)
    again = fields(shown, "/till/pay")
    assert ("price", "3.80") in again
    gone = till.post("/till/", [*again, ("do", "remove-1")])
    assert "To pay €0.00" in text_of(gone)
    wrong = till.post("/till/", [*known, ("new-price", "seven"), ("do", "add")])
    assert wrong.status == 422


def test_a_fragment_is_the_glance_alone(till: Browser) -> None:
    form = fields(till.get(handed(LATTE)), "/till/pay")
    shown = till.post("/till/glance", form, hx_request="true", hx_target="glance")
    assert shown.body.decode().lstrip().startswith('<div id="glance"')
    empty = [one for one in form if one[0] not in ("sku", "price", "category", "quantity")]
    assert "There is nothing to be paid yet." in text_of(till.post("/till/pay", empty))


def test_a_shops_system_hands_a_sale_over(till: Browser) -> None:
    enrolled(till)
    address = handed(LATTE, CAKE, member="4000-1", receipt="POS-77")
    shown = till.get(address)
    assert ("receipt", "POS-77") in fields(shown, "/till/pay")
    assert number_of(pay(till, paying(till, address))) == "POS-77"
    # What cannot be read is no line.
    assert "€0.00" in text_of(till.get("/till/?line=x;y;z;w"))


def test_where_there_are_several_programmes_one_is_chosen(till: Browser, site: Site) -> None:
    published(site.worlds.database, CAFE.replace("programme: cafe", "programme: bar"))
    site.worlds.look()
    led = till.get("/till/")
    assert (led.status, led.headers["location"]) == (303, "/till/settings")
    shown = till.get("/till/settings")
    assert "Say first which programme this till is for." in text_of(shown)
    chosen = {"programme": "cafe", "terminal": "till-3"}
    assert till.fill("/till/settings", "/till/settings", chosen).status == 303
    enrolled(till)
    number = sell(till, LATTE, member="4000-1")
    found = site.worlds.client.get(
        f"/v1/till/purchase?source=till&event={number}&programme=cafe", **bearer(site.worlds.key())
    ).json()
    assert found["programme"] == "cafe"


def test_pages_of_shops_of_others_cannot_send(till: Browser) -> None:
    form = fields(till.get(handed(LATTE)), "/till/pay")
    assert till.post("/till/pay", form, sec_fetch_site="cross-site").status == 403
    assert till.post("/till/arrived", {"sale": "{}"}).status == 403


def test_a_bad_event_is_no_sale(till: Browser) -> None:
    form = dict(fields(paying(till, handed(LATTE)), "/till/sales"))
    done = till.post("/till/sales", {**form, "event": "{}"})
    assert (done.status, done.headers["location"]) == (303, "/till/")


@pytest.mark.parametrize(
    ("typed", "read"),
    [("3.80", "3.80"), ("3,8", "3.8"), ("٣٫٨", "3.8"), ("1 000", "1000"),
     ("-1", None), ("seven", None), ("NaN", None), ("1e99", None), ("", None)],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(typed: str, read: str | None) -> None:
    assert decimal_of(typed) == read


def test_amounts_are_rounded_half_up() -> None:
    line = line_of("ham", "food", "0.125", "9.99")
    assert line is not None
    assert (line.amount(2), line.amount(0)) == ("1.25", "1")


def test_receipts_are_read_aloud_and_typed() -> None:
    assert receipt_of("oi01abcd2345") == "0101-ABCD-2345"
    assert receipt_of("POS-77") == "POS-77"


def test_what_is_drawn_is_known_from_a_shops_own_numbers() -> None:
    assert all(is_drawn(new_receipt()) for _ in range(9))
    assert not any(map(is_drawn, ("POS-77", "2026-1118-0007", "0123-4567-89AB-CDEF", "A-1")))


def test_what_is_no_phone_stays_as_it_is() -> None:
    assert plain_identifier("4000 1-2") == "4000 1-2"
    assert plain_identifier("0030 210 1") == "00302101"


def test_an_event_of_the_shop_is_no_receipt_of_the_till(till: Browser, site: Site) -> None:
    site.worlds.client.post(purchase("e1"), **bearer(site.worlds.key()))
    assert till.get("/till/receipts/e1").status == 404


def test_a_number_that_another_sale_has_loses_no_sale(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    pay(till, paying(till, handed(LATTE, member="4000-1", receipt="POS-77")))
    page = paying(till, handed(CAKE, member="4000-1", receipt="POS-77"))
    again = till.post("/till/sales", [*fields(page, "/till/sales"), ("method", "cash")])
    assert again.status == 422
    assert "This number belongs to another sale" in text_of(again)
    form = fields(again, "/till/pay")
    assert dict(form)["receipt"] != "POS-77"
    pay(till, till.post("/till/pay", form))
    assert holds(site, anna).wallet["beans"].balance == "11", "7 and 4"


def test_what_is_kept_no_more_is_kept_anew_or_asked_for_anew(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    sell(till, ("sack", "coffee", "1", "50.00"), member="4000-1")
    page = paying(till, handed(LATTE, member="4000-1"), spend_beans="20")
    till.post("/till/pay/back", fields(page, "/till/sales"))
    assert "€5.60" in text_of(pay(till, page))
    assert holds(site, anna).wallet["beans"].balance == "35"
    page = paying(till, handed(LATTE, member="4000-1"), spend_beans="30")
    till.post("/till/pay/back", fields(page, "/till/sales"))
    paying(till, handed(CAKE, member="4000-1"), spend_beans="20")  # which keeps them elsewhere
    gone = till.post("/till/sales", [*fields(page, "/till/sales"), ("method", "cash")])
    assert gone.status == 422
    assert "What was to be spent is gone" in text_of(gone)
    number = dict(fields(page, "/till/sales"))["receipt"]
    assert till.get(f"/till/receipts/{number}").status == 404, "nothing is recorded"


def test_a_quantity_is_counted_to_a_thousandth() -> None:
    assert line_of("ham", "food", "0.1250", "9.99") is not None
    assert line_of("ham", "food", "0.1255", "9.99") is None


def test_what_was_paid_and_stands_there_again_is_recorded_once(
    till: Browser, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer was lost, as by loading the page again while it was sent."""
    anna = enrolled(till)
    sell(till, ("sack", "coffee", "1", "50.00"), member="4000-1")
    address = handed(LATTE, member="4000-1", receipt="0123-4567-89AB")
    pay(till, paying(till, address, spend_beans="20"))
    later = utc_text(NOW + 40_000_000)
    monkeypatch.setattr(selling, "instant", lambda: later)
    shown = text_of(pay(till, paying(till, address, spend_beans="20")))
    assert "This had been recorded already." in shown
    assert "€5.60" in shown
    held = holds(site, anna)
    assert held.wallet["beans"].balance == "35", "30 and 5; nothing is kept any more"
    assert held.metrics["visits"] == "2"


def test_a_long_sale_is_paid_whole(till: Browser) -> None:
    """Nothing of it is given away."""
    form = fields(till.get("/till/"), "/till/pay")
    line = [("sku", "nail"), ("category", "iron"), ("quantity", "1"), ("price", "0.10")]
    assert "To pay €30.10" in text_of(till.post("/till/glance", [*form, *line * 301]))
    assert "To pay €30.10" in text_of(till.get(handed(*[("nail", "iron", "1", "0.10")] * 301)))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ham;food;0.1255;9.99", "Write a quantity with three decimals at most"),
        ("deposit;bottle;1;-0.25", "Write a price, as 3.80."),
    ],
)
def test_a_line_that_a_shops_system_hands_over_in_vain_is_said(
    till: Browser, line: str, said: str
) -> None:
    shown = till.get(f"/till/?line=latte;drink;2;3.80&line={line}")
    assert shown.status == 422
    assert f"{line}: {said}" in text_of(shown)
    assert "To pay €7.60" in text_of(shown)


def test_what_a_household_holds_is_what_its_person_can_spend(till: Browser, site: Site) -> None:
    anna = enrolled(till)
    sell(till, ("sack", "coffee", "1", "50.00"), member="4000-1")
    head = {**bearer(site.worlds.key()), "idempotency-key": "home"}
    made = site.worlds.client.ask("POST", "/v1/households", {"person": anna}, head)
    pool = made.json()["household"]
    site.worlds.look()
    sell(till, ("sack", "coffee", "1", "30.00"), member="4000-1")
    shown = text_of(till.get(handed(LATTE, member="4000-1")))
    assert "worth €3.00" in shown
    assert "Up to 30" in shown
    assert "A breakfast" not in shown, "it is Anna's own, and none of the household's"
    pay(till, paying(till, handed(LATTE, member="4000-1"), spend_beans="20"))
    assert holds(site, pool).wallet["beans"].balance == "15", "10, and 5 on what was paid"
    assert holds(site, anna).wallet["beans"].balance == "50"
